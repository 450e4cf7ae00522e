//! What is wrong with a suite before it runs: `file:line:column: message`.

use std::fmt;

use gherkin::LineCol;

/// One thing to put right; they sort by place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    column: usize,
    message: String,
}

impl Finding {
    pub(crate) fn new(path: &str, at: LineCol, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: at.line,
            column: at.col,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            column,
            message,
        } = self;
        write!(out, "{path}:{line}:{column}: {message}")
    }
}
