//! One run at a time for a folder of reports: of two that end there, the last one would win in silence.
//!
//! What is locked is the folder itself, so that there is no file to leave behind, and none that a child process
//! inherits as its standard output and keeps locked. Where a file system has no locks, nobody is kept out.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

/// The folder of a run, which keeps others out until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct Hold {
    /// Only to be dropped.
    _folder: File,
}

/// Another run has the folder.
#[derive(Debug, thiserror::Error)]
#[error("another run is at work with the reports in {}; --report FOLDER leaves them elsewhere", folder.display())]
pub(crate) struct HoldError {
    folder: PathBuf,
}

/// Takes hold of `folder`, which is made first where it is `needed`.
///
/// A folder that is not there, or cannot be made, is nobody's: what writes into it will say so.
pub(crate) fn hold(folder: &Path, needed: bool) -> Result<Option<Hold>, HoldError> {
    if needed {
        let _ = fs::create_dir_all(folder);
    }
    let opened = Some(folder).filter(|it| it.is_dir()).map(File::open);
    let Some(Ok(opened)) = opened else {
        return Ok(None);
    };
    match opened.try_lock() {
        Err(TryLockError::WouldBlock) => Err(HoldError {
            folder: folder.to_owned(),
        }),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(Hold { _folder: opened })),
    }
}
