//! The contents of a file in a doc string.
//!
//! A parser takes the indentation off a doc string and empties lines of blanks; what that would change is told with
//! escapes.

/// The contents of a doc string as the parser hands it over: it begins with a line break.
pub(crate) fn plain(docstring: &str) -> &str {
    docstring.strip_prefix('\n').unwrap_or(docstring)
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

    #[test]
    fn line_breaks_of_the_doc_string_do_not_count() {
        let bytes = unescaped("\n\\x20a\nb\\n\n\\xff\\\\\n");
        assert_eq!(bytes.as_deref(), Some(&b" ab\n\xff\\"[..]));
    }

    #[test]
    fn an_escape_that_is_none_is_refused() {
        for text in ["\\q", "\\x2", "\\xzz", "a\\"] {
            assert_eq!(unescaped(text), None, "{text:?}");
        }
    }
}
