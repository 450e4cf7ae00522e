//! The contents of a file in a doc string.
//!
//! A parser takes the indentation off a doc string and empties lines of blanks, so only a text which that leaves
//! alone is written as it is. Anything else is written with escapes, a line for each line, and is exact as well.

/// The contents of a doc string as the parser hands it over: it begins with a line break.
pub(crate) fn plain(docstring: &str) -> &str {
    docstring.strip_prefix('\n').unwrap_or(docstring)
}

/// Whether a doc string can hold these bytes as they are.
pub(crate) fn as_plain(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_usual = |it: char| matches!(it, '\n' | '\t') || !it.is_control();
    let is_kept = |line: &str| line == line.trim_end();
    let has_edge = |line: &str| line.starts_with(|it: char| !it.is_whitespace());
    let is_plain = text.ends_with('\n')
        && text.chars().all(is_usual)
        && text.lines().all(is_kept)
        && text.lines().any(has_edge)
        && !text.contains("\"\"\"");
    is_plain.then_some(text)
}

/// The lines of a doc string with escapes.
pub(crate) fn escaped(bytes: &[u8]) -> Vec<String> {
    let lines = bytes.split_inclusive(|it| *it == b'\n');
    lines.map(escaped_line).collect()
}

/// A parser would take blanks at either end away.
fn escaped_line(bytes: &[u8]) -> String {
    let text = bytes.escape_ascii().to_string();
    let text = match text.strip_prefix(' ') {
        Some(rest) => format!("\\x20{rest}"),
        None => text,
    };
    match text.strip_suffix(' ') {
        Some(rest) => format!("{rest}\\x20"),
        None => text,
    }
}

/// The bytes of a doc string with escapes; `None` where there is an escape that is none.
pub(crate) fn unescaped(docstring: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for line in docstring.lines() {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('\\') {
            bytes.extend(before.bytes());
            let (byte, length) = escape(after)?;
            bytes.push(byte);
            rest = &after[length..];
        }
        bytes.extend(rest.bytes());
    }
    Some(bytes)
}

/// The byte that an escape means, and how long the escape is without its backslash.
fn escape(text: &str) -> Option<(u8, usize)> {
    let simple = [
        ('n', b'\n'),
        ('t', b'\t'),
        ('r', b'\r'),
        ('\\', b'\\'),
        ('"', b'"'),
        ('\'', b'\''),
    ];
    if let Some((_, byte)) = simple.iter().find(|it| text.starts_with(it.0)) {
        return Some((*byte, 1));
    }
    let digits = text.strip_prefix('x')?.get(..2)?;
    let byte = u8::from_str_radix(digits, 16).ok()?;
    Some((byte, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(bytes: &[u8]) -> Option<Vec<u8>> {
        unescaped(&format!("\n{}\n", escaped(bytes).join("\n")))
    }

    #[test]
    fn escapes_are_exact() {
        let every: Vec<u8> = (0..=255).collect();
        let texts: [&[u8]; 5] = [
            b"",
            b"\n\n",
            b"  a  \n\tb \r\n",
            b"\\x20\"\"\"",
            b"\xff\n x",
        ];
        for bytes in texts.into_iter().chain([&every[..]]) {
            assert_eq!(again(bytes).as_deref(), Some(bytes));
        }
    }

    #[test]
    fn what_a_parser_would_change_is_escaped() {
        for text in ["a", "\ta\n\tb\n", "a \n", "a\n  \nb\n", "\"\"\"\n", "a\r\n"] {
            assert_eq!(as_plain(text.as_bytes()), None, "{text:?}");
        }
        assert!(as_plain("[a]\n\tb = <c>\n\n# d\n".as_bytes()).is_some());
    }

    #[test]
    fn an_escape_that_is_none_is_refused() {
        for text in ["\\q", "\\x2", "\\xzz", "a\\"] {
            assert_eq!(unescaped(text), None, "{text:?}");
        }
    }
}
