//! What can be wrong with a file, and why an edit of it is refused.

use super::lines;

/// The text is not TOML.
///
/// The message never quotes the text, which may hold a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

/// A setting stands in several places, so that nobody can say which one holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} is ambiguous: it stands on lines {}", listed(lines))]
pub struct Ambiguous {
    /// The setting's name.
    pub key: String,
    /// The lines on which it stands, from 1, in file order.
    pub lines: Vec<usize>,
}

/// Why an edit was refused. The document is unchanged, whichever it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The setting stands in several places.
    #[error(transparent)]
    Ambiguous(#[from] Ambiguous),
    /// Something that is not this setting stands in its place.
    #[error("{key} cannot be changed: {other} on line {line} is {what}")]
    Occupied {
        /// The setting's name.
        key: String,
        /// The name of what is there instead: the same, one above it or one below.
        other: String,
        /// The line on which that stands, from 1.
        line: usize,
        /// "a value", "a table" or "an array of tables".
        what: &'static str,
    },
    /// No splice makes this edit and no other, or the value is not TOML.
    #[error("{key} cannot be changed without changing something else")]
    Refused {
        /// The setting's name.
        key: String,
    },
}

impl SyntaxError {
    /// Finds line and column of an error of the `toml` crate.
    pub(super) fn new(text: &str, error: &toml::de::Error) -> Self {
        let at = text.floor_char_boundary(error.span().map_or(0, |span| span.start));
        Self::at(text, at, error.message())
    }

    /// The error of a dotted key that reaches into an array of tables at `at`.
    pub(super) fn stray(text: &str, at: usize) -> Self {
        Self::at(
            text,
            at,
            "cannot extend an array of tables with a dotted key",
        )
    }

    fn at(text: &str, at: usize, message: &str) -> Self {
        let start = lines::start(text, at).min(at);
        Self {
            line: lines::number(text, at),
            column: text[start..at].chars().count() + 1,
            message: message.to_owned(),
        }
    }
}

fn listed(lines: &[usize]) -> String {
    lines
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
