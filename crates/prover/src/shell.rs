//! A shell of the user in a copy of what a case left.
//!
//! Interrupts are for the shell and what it runs: whatever ends it, the copy is removed afterwards.

use std::env;
use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::replay::Replay;

/// A copy that is gone when it is [removed](Self::remove), or dropped.
#[derive(Debug)]
pub(crate) struct Scratch(TempDir);

impl Scratch {
    /// Copies what the case left.
    pub(crate) fn of(replay: &Replay) -> io::Result<Self> {
        let directory = tempfile::Builder::new()
            .prefix("untorn-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir()?;
        replay.keep(directory.path())?;
        Ok(Self(directory))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Removes it, with directories that nobody may write to.
    ///
    /// # Errors
    ///
    /// Some of it is still there.
    pub(crate) fn remove(self) -> io::Result<()> {
        open_all(self.0.path())?;
        self.0.close()
    }
}

fn open_all(directory: &Path) -> io::Result<()> {
    fs::set_permissions(directory, Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_all(&entry.path())?;
        }
    }
    Ok(())
}

/// The shell that the user has chosen, or the one that every system has.
pub(crate) fn name() -> OsString {
    let chosen = env::var_os("SHELL").filter(|it| !it.is_empty());
    chosen.unwrap_or_else(|| "sh".into())
}

/// Runs the shell in `directory`, until it ends; how it ends does not matter.
///
/// # Errors
///
/// It was not started.
pub(crate) fn run(directory: &Path) -> io::Result<()> {
    untorn_tracee::outlive_interrupts()?;
    Command::new(name()).current_dir(directory).status()?;
    Ok(())
}
