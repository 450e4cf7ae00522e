//! Tells a Cucumber expression by the regex that cucumber-rs made of it, which is all that it keeps.
//!
//! The regex is taken apart into what only an expression becomes: text, optional text, and the parameters that
//! every suite has. If anything else is in it, it is told as the regex that it is: a parameter of the suite's own
//! has no name any more, and an alternative may as well have been written as a regex.

/// What each parameter becomes; within `{string}`, `#` stands for a number.
const PARAMETERS: [(&str, &str); 4] = [
    (r"((?:-?\d+)|(?:\d+))", "{int}"),
    (r"([^\s]+)", "{word}"),
    (
        r#"(?:"(?P<__#_0>[^"\\]*(?:\\.[^"\\]*)*)"|'(?P<__#_1>[^'\\]*(?:\\.[^'\\]*)*)')"#,
        "{string}",
    ),
    ("(.*)", "{}"),
];

/// Letters that mean something in an expression.
const SPECIAL: &str = r"\(){}/";

/// Letters that mean something in a regex.
const META: &str = r"\^$[](){}.|?*+";

/// `regex` as it was written, as far as that can be told: as an expression, or with the parameters by their names.
pub(crate) fn readable(regex: &str) -> String {
    of_regex(regex).unwrap_or_else(|| with_parameters(regex))
}

fn with_parameters(regex: &str) -> String {
    let whole = regex.strip_prefix('^').and_then(|it| it.strip_suffix('$'));
    let mut rest = whole.unwrap_or(regex);
    let mut text = String::new();
    while let Some(letter) = rest.chars().next() {
        let (piece, behind) =
            parameter(rest).unwrap_or_else(|| (letter.to_string(), &rest[letter.len_utf8()..]));
        text += &piece;
        rest = behind;
    }
    text
}

/// The expression of which `regex` was made, if it was made of one.
pub(crate) fn of_regex(regex: &str) -> Option<String> {
    let mut rest = regex.strip_prefix('^')?.strip_suffix('$')?;
    let mut expression = String::new();
    while !rest.is_empty() {
        let (piece, behind) = parameter(rest).or_else(|| optional(rest)).or_else(|| {
            let (letter, behind) = letter(rest)?;
            Some((escaped(letter), behind))
        })?;
        expression += &piece;
        rest = behind;
    }
    Some(expression)
}

fn parameter(regex: &str) -> Option<(String, &str)> {
    PARAMETERS.into_iter().find_map(|(pattern, name)| {
        let behind = strip(regex, pattern)?;
        Some((name.to_owned(), behind))
    })
}

/// `regex` behind `pattern`, whose `#` are numbers.
fn strip<'a>(regex: &'a str, pattern: &str) -> Option<&'a str> {
    let mut parts = pattern.split('#');
    let mut rest = regex.strip_prefix(parts.next()?)?;
    for part in parts {
        rest = rest.trim_start_matches(|it: char| it.is_ascii_digit());
        rest = rest.strip_prefix(part)?;
    }
    Some(rest)
}

/// A text that may be missing.
fn optional(regex: &str) -> Option<(String, &str)> {
    let mut rest = regex.strip_prefix("(?:")?;
    let mut text = String::new();
    loop {
        if let Some(behind) = rest.strip_prefix(")?") {
            return Some((format!("({text})"), behind));
        }
        let (letter, behind) = letter(rest)?;
        text += &escaped(letter);
        rest = behind;
    }
}

/// A letter that stands for itself.
fn letter(regex: &str) -> Option<(char, &str)> {
    let mut letters = regex.chars();
    let letter = match letters.next()? {
        '\\' => letters.next().filter(char::is_ascii_punctuation)?,
        letter if META.contains(letter) => return None,
        letter => letter,
    };
    Some((letter, letters.as_str()))
}

fn escaped(letter: char) -> String {
    if SPECIAL.contains(letter) {
        format!("\\{letter}")
    } else {
        letter.to_string()
    }
}

#[cfg(test)]
mod tests {
    use cucumber::codegen::Expression;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_expression_is_told_by_its_regex(
            pieces in prop::collection::vec("\\{(int|word|string|)\\}|[a-z .:+*?é]{1,3}|\\([a-z]{1,3}\\)|\\\\[({/]", 1..8)
        ) {
            let written = pieces.join(" ");
            let regex = Expression::regex(written.as_str()).unwrap();
            prop_assert_eq!(of_regex(regex.as_str()), Some(written.clone()), "{}", regex);
        }

        #[test]
        fn a_literal_is_told_by_its_regex(text in "[ -~é]*") {
            let told = of_regex(&format!("^{}$", regex::escape(&text))).unwrap();
            prop_assert_eq!(told.replace('\\', ""), text.replace('\\', ""));
        }
    }

    #[test]
    fn parameters_are_readable_also_in_a_regex() {
        assert_eq!(readable(r"^(a|b) and ([^\s]+)$"), "(a|b) and {word}");
        assert_eq!(readable("a.*é"), "a.*é");
    }

    #[test]
    fn what_only_a_regex_can_say_is_none() {
        for regex in [
            r"^\d+$",
            "^a|b$",
            "^a?$",
            "a",
            "^(a|b)$",
            "^a.*$",
            "^(?:a|b)$",
            "^(?:a",
        ] {
            assert_eq!(of_regex(regex), None, "{regex}");
        }
    }
}
