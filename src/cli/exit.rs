//! Turns every error into an exit code, a code word and one line that says first whether it happened.

use std::error::Error as _;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::changes::ChangeError;
use crate::document::Ambiguous;
use crate::error::StoreError;
use crate::layers::{File, LayerError};

/// How a process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// It did what it says.
    Success = 0,
    /// It could not do it.
    Failure = 1,
    /// It was not understood.
    Usage = 2,
    /// What it asks for does not exist.
    NotFound = 3,
    /// Somebody else stands in the way.
    Conflict = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("{0}")]
    Usage(String),
    #[error("the {file} holds no connection to a server")]
    NotConnected { file: File },
    #[error("{key} is not set")]
    NotSet { key: String },
    #[error("cannot read the token from standard input")]
    Stdin(#[source] io::Error),
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error(transparent)]
    Layer(#[from] LayerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the world gets to know of an error.
pub(super) struct Verdict {
    pub(super) exit: Exit,
    pub(super) code: &'static str,
    pub(super) changed: bool,
    pub(super) path: Option<PathBuf>,
    /// The line in that file, from 1.
    pub(super) line: Option<usize>,
    /// The column in that line, from 1.
    pub(super) column: Option<usize>,
    pub(super) message: String,
}

impl Error {
    /// What the world gets to know of this error.
    pub(super) fn verdict(&self) -> Verdict {
        let (exit, code) = self.exit();
        let (line, column) = self.place();
        let message = match self.store() {
            Some(_) => self.cause(),
            None => format!("nothing changed: {}", self.cause()),
        };
        Verdict {
            exit,
            code,
            changed: self.store().is_some_and(StoreError::is_changed),
            path: self.path().map(Path::to_path_buf),
            line,
            column,
            message,
        }
    }

    /// The error and what caused it, joined by colons.
    pub(super) fn cause(&self) -> String {
        let mut line = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            line = format!("{line}: {error}");
            cause = error.source();
        }
        line
    }

    /// The one place where an error becomes an exit code.
    fn exit(&self) -> (Exit, &'static str) {
        match self {
            Error::Usage(_) => (Exit::Usage, "usage"),
            Error::NotConnected { .. } | Error::NotSet { .. } => (Exit::NotFound, "not-found"),
            Error::Stdin(_) => (Exit::Failure, "io"),
            Error::Output(_) => (Exit::Failure, "output"),
            Error::Change(error) => (Exit::Usage, change(error)),
            Error::Layer(LayerError::Store(error)) | Error::Store(error) => store(error),
            Error::Layer(error) => layer(error),
        }
    }

    /// What a file's errors say first is whether that file changed.
    fn store(&self) -> Option<&StoreError> {
        match self {
            Error::Layer(LayerError::Store(error)) | Error::Store(error) => Some(error),
            _ => None,
        }
    }

    fn path(&self) -> Option<&Path> {
        match self {
            Error::NotConnected { file } => Some(&file.path),
            Error::Layer(error) => error.path(),
            Error::Store(error) => error.path(),
            _ => None,
        }
    }

    /// The line and the column that are at fault, as far as they are known.
    fn place(&self) -> (Option<usize>, Option<usize>) {
        match self {
            Error::Layer(LayerError::Value { line, .. }) => (*line, None),
            Error::Layer(LayerError::Ambiguous { source, .. }) => (first(source), None),
            _ => self.store().map_or((None, None), place),
        }
    }
}

fn change(error: &ChangeError) -> &'static str {
    match error {
        ChangeError::Unknown { .. } | ChangeError::InTheWay { .. } => "unknown-key",
        ChangeError::Invalid(_) => "invalid-value",
    }
}

fn layer(error: &LayerError) -> (Exit, &'static str) {
    match error {
        LayerError::NoHome => (Exit::Failure, "no-home"),
        LayerError::NoProject { .. } => (Exit::Usage, "usage"),
        LayerError::Ambiguous { .. } => (Exit::Conflict, "ambiguous"),
        LayerError::Value { .. } => (Exit::Failure, "invalid-value"),
        LayerError::Variable { .. } | LayerError::NotUtf8 { .. } => (Exit::Usage, "invalid-value"),
        _ => (Exit::Failure, "io"),
    }
}

fn store(error: &StoreError) -> (Exit, &'static str) {
    match error {
        StoreError::Unchanged { .. } => (Exit::Failure, "io"),
        StoreError::NotDurable { .. } => (Exit::Failure, "not-durable"),
        StoreError::Syntax { .. } => (Exit::Failure, "syntax"),
        StoreError::NotUtf8 { .. } => (Exit::Failure, "not-utf8"),
        StoreError::TooLarge { .. } => (Exit::Failure, "too-large"),
        StoreError::Edit { .. } => (Exit::Failure, "edit"),
        StoreError::NotSet { .. } => (Exit::NotFound, "not-found"),
        StoreError::Ambiguous { .. } => (Exit::Conflict, "ambiguous"),
        StoreError::Locked { .. } => (Exit::Conflict, "locked"),
        StoreError::ChangedUnderneath { .. } => (Exit::Conflict, "changed-underneath"),
        StoreError::Change(error) => (Exit::Usage, change(error)),
    }
}

fn place(error: &StoreError) -> (Option<usize>, Option<usize>) {
    match error {
        StoreError::Syntax { source, .. } => (Some(source.line), Some(source.column)),
        StoreError::NotUtf8 { line, .. } => (Some(*line), None),
        StoreError::Ambiguous { source, .. } => (first(source), None),
        _ => (None, None),
    }
}

fn first(ambiguous: &Ambiguous) -> Option<usize> {
    ambiguous.lines.first().copied()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::document::{Document, EditError};

    fn path() -> PathBuf {
        PathBuf::from("/c.toml")
    }

    #[test]
    fn every_state_of_the_file_has_its_exit_code_and_its_word() {
        let source = || io::Error::from_raw_os_error(5);
        let syntax = Document::parse("x").expect_err("no TOML");
        let ambiguous = Ambiguous {
            key: "k".to_owned(),
            lines: vec![1, 2],
        };
        let refused = EditError::Refused {
            key: "k".to_owned(),
        };
        for (error, exit, code) in [
            (
                StoreError::NotDurable {
                    path: path(),
                    source: source(),
                },
                1,
                "not-durable",
            ),
            (
                StoreError::Syntax {
                    path: path(),
                    source: syntax,
                },
                1,
                "syntax",
            ),
            (
                StoreError::NotUtf8 {
                    path: path(),
                    line: 1,
                },
                1,
                "not-utf8",
            ),
            (
                StoreError::TooLarge {
                    path: path(),
                    size: 2,
                    limit: 1,
                },
                1,
                "too-large",
            ),
            (
                StoreError::Edit {
                    path: path(),
                    source: refused,
                },
                1,
                "edit",
            ),
            (
                StoreError::NotSet {
                    path: path(),
                    key: "k".to_owned(),
                },
                3,
                "not-found",
            ),
            (
                StoreError::Ambiguous {
                    path: path(),
                    source: ambiguous,
                },
                4,
                "ambiguous",
            ),
            (
                StoreError::Locked {
                    path: path(),
                    holder: None,
                    waited: Duration::ZERO,
                },
                4,
                "locked",
            ),
            (
                StoreError::ChangedUnderneath {
                    path: path(),
                    attempts: 3,
                },
                4,
                "changed-underneath",
            ),
        ] {
            let durable = code != "not-durable";
            let verdict = Error::Store(error).verdict();
            assert_eq!((verdict.exit as u8, verdict.code), (exit, code));
            assert_eq!(
                verdict.changed, !durable,
                "only {code} may have changed the file"
            );
            assert_eq!(verdict.path, Some(path()));
            assert!(
                verdict.message.starts_with("/c.toml "),
                "{}",
                verdict.message
            );
        }
    }

    #[test]
    fn a_message_says_first_whether_it_happened_and_last_why() {
        let error = Error::Output(io::Error::from_raw_os_error(28));
        assert_eq!(
            error.verdict().message,
            "nothing changed: cannot write to standard output: No space left on device (os error 28)"
        );
    }
}
