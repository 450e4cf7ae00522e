//! What can be wrong with a change, said first as the state that the file is in.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::changes::{ChangeError, Refusal};
use crate::document::{Ambiguous, EditError, SyntaxError};
use crate::lock::LockError;
use crate::stage::{Failure, Stage};

/// Why a configuration could not be read or changed.
///
/// In every variant but [`NotDurable`](StoreError::NotDurable) the file is byte for byte what it was, and
/// nothing is left beside it. The path is the one that the store was opened with.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The old file is in place: a step of the change failed.
    #[error("{} is unchanged: cannot {stage}", path.display())]
    Unchanged {
        /// The file.
        path: PathBuf,
        /// The step that failed.
        stage: Stage,
        /// Why it failed.
        source: io::Error,
    },
    /// The new file is in place and could not be put back; a power cut may still bring the old one.
    #[error("{} is changed, but may not survive a power cut", path.display())]
    NotDurable {
        /// The file.
        path: PathBuf,
        /// Why the old file could not be put back.
        source: io::Error,
    },
    /// The file is no TOML.
    #[error("{} is unchanged: it is not valid TOML", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: SyntaxError,
    },
    /// The file is no text.
    #[error("{} is unchanged: line {line} is not UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The first line that is not, counted from 1.
        line: usize,
    },
    /// The file is, or would become, larger than the limit.
    #[error("{} is unchanged: {size} bytes are more than the limit of {limit}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A setting stands in the file more than once.
    #[error("{} is unchanged", path.display())]
    Ambiguous {
        /// The file.
        path: PathBuf,
        /// The setting, and where it stands.
        source: Ambiguous,
    },
    /// The change cannot be made without touching other bytes.
    #[error("{} is unchanged: it cannot be edited", path.display())]
    Edit {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: EditError,
    },
    /// A setting that the change is about is not there.
    #[error("{} is unchanged: {key} is not set in it", path.display())]
    NotSet {
        /// The file.
        path: PathBuf,
        /// The setting.
        key: String,
    },
    /// Another writer held the lock all the time.
    #[error("{} is unchanged: {} held its lock for {} s", path.display(), who(*holder), waited.as_secs_f64())]
    Locked {
        /// The file.
        path: PathBuf,
        /// The process that held it, where the system tells.
        holder: Option<u32>,
        /// How long we waited.
        waited: Duration,
    },
    /// Another program that ignores the lock kept changing the file.
    #[error("{} is as another program left it: it was changed during each of {attempts} attempts", path.display())]
    ChangedUnderneath {
        /// The file.
        path: PathBuf,
        /// How often we tried.
        attempts: u32,
    },
    /// The change itself is not valid.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl StoreError {
    /// The file, unless the change was wrong in itself.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Unchanged { path, .. }
            | Self::NotDurable { path, .. }
            | Self::Syntax { path, .. }
            | Self::NotUtf8 { path, .. }
            | Self::TooLarge { path, .. }
            | Self::Ambiguous { path, .. }
            | Self::Edit { path, .. }
            | Self::NotSet { path, .. }
            | Self::Locked { path, .. }
            | Self::ChangedUnderneath { path, .. } => Some(path),
            Self::Change(_) => None,
        }
    }

    /// Whether the change is in place in spite of the error.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        matches!(self, Self::NotDurable { .. })
    }
}

fn who(holder: Option<u32>) -> String {
    holder.map_or_else(
        || "another process".into(),
        |holder| format!("process {holder}"),
    )
}

/// Adds the path of the file to an error that does not know it.
pub(crate) trait In<T> {
    fn in_file(self, path: &Path) -> Result<T, StoreError>;
}

impl<T> In<T> for Result<T, Failure> {
    fn in_file(self, path: &Path) -> Result<T, StoreError> {
        self.map_err(|failure| unchanged(failure, path))
    }
}

/// A step that failed before the file at `path` had changed.
pub(crate) fn unchanged(failure: Failure, path: &Path) -> StoreError {
    let Failure { stage, source } = failure;
    let path = path.to_path_buf();
    StoreError::Unchanged {
        path,
        stage,
        source,
    }
}

impl<T> In<T> for Result<T, Refusal> {
    fn in_file(self, path: &Path) -> Result<T, StoreError> {
        let path = path.to_path_buf();
        self.map_err(|refusal| match refusal {
            Refusal::Ambiguous(source) => StoreError::Ambiguous { path, source },
            Refusal::Edit(source) => StoreError::Edit { path, source },
            Refusal::NotSet { key } => StoreError::NotSet { path, key },
        })
    }
}

/// As [`In`], for an error that also tells how long was waited.
pub(crate) fn lock_failed(error: LockError, path: &Path, waited: Duration) -> StoreError {
    match error {
        LockError::TimedOut { holder } => StoreError::Locked {
            path: path.into(),
            holder,
            waited,
        },
        LockError::Failed(failure) => unchanged(failure, path),
    }
}
