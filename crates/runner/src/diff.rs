//! Shows how two values differ, so that the eye finds it.
//!
//! Values are compared by their `Debug` text, in which a carriage return or an escape sequence is visible.
//! A text is taken apart at its line breaks first, for one long quoted line is no help.

use std::fmt::{Debug, Write};

use similar::{ChangeTag, TextDiff};

/// The difference of two values: side by side where they are short, otherwise line by line.
pub(crate) fn show(actual: &impl Debug, expected: &impl Debug) -> String {
    let (actual, expected) = (lines(actual), lines(expected));
    match (actual.as_slice(), expected.as_slice()) {
        ([actual], [expected]) => format!("    actual: {actual}\n  expected: {expected}"),
        _ => line_by_line(&actual, &expected),
    }
}

/// A text as a message shows it: quoted, a line for a line, nothing hidden.
pub(crate) fn text(text: &str) -> String {
    let lines: Vec<_> = lines(&text)
        .iter()
        .map(|line| format!("  {line}"))
        .collect();
    lines.join("\n")
}

fn line_by_line(actual: &[String], expected: &[String]) -> String {
    let (actual, expected): (Vec<_>, Vec<_>) = (borrow(actual), borrow(expected));
    let diff = TextDiff::from_slices(&expected, &actual);
    let mut shown = String::from("  - expected, + actual");
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        let _ = write!(shown, "\n  {sign} {}", change.value());
    }
    shown
}

fn borrow(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).collect()
}

/// The `Debug` text in lines; that of a string is cut after each `\n`, and keeps its quotes.
fn lines(value: &impl Debug) -> Vec<String> {
    let plain = format!("{value:?}");
    if plain.starts_with('"') {
        quoted_lines(&plain)
    } else {
        format!("{value:#?}").lines().map(str::to_owned).collect()
    }
}

fn quoted_lines(quoted: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut escaped = false;
    let mut rest = quoted.chars().peekable();
    while let Some(letter) = rest.next() {
        let line = lines.len() - 1;
        lines[line].push(letter);
        let line_ends = escaped && letter == 'n' && rest.peek() != Some(&'"');
        escaped = letter == '\\' && !escaped;
        if line_ends {
            lines.push(String::new());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_stand_side_by_side() {
        assert_eq!(show(&1, &2), "    actual: 1\n  expected: 2");
        assert_eq!(
            show(&"a\r", &"a"),
            "    actual: \"a\\r\"\n  expected: \"a\""
        );
    }

    #[test]
    fn texts_of_several_lines_become_a_diff() {
        assert_eq!(
            show(&"a\nb\n", &"a\nc\n"),
            "  - expected, + actual\n    \"a\\n\n  - c\\n\"\n  + b\\n\""
        );
    }

    #[test]
    fn a_backslash_before_an_n_is_no_line_break() {
        assert_eq!(quoted_lines(&format!("{:?}", "a\\nb")).len(), 1);
    }

    #[test]
    fn structures_are_shown_field_by_field() {
        assert_eq!(
            show(&vec![1, 2], &vec![1]),
            "  - expected, + actual\n    [\n        1,\n  +     2,\n    ]"
        );
    }
}
