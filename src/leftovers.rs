//! The temporary files of a change, and what a killed writer left of them.
//!
//! Their names tell whose they are: `.config.toml.agents-4711-x8Qz2a.tmp` was made by process 4711 for
//! `config.toml`. Only the holder of the lock makes them; so whoever holds the lock knows that those that
//! exist are dead, and clears them away.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process;

use rustix::fs::{Dir, Mode, OFlags, open};
use rustix::io::Errno;
use tempfile::{Builder, NamedTempFile, TempPath};

use crate::target::{name, parent};

const SUFFIX: &str = ".tmp";

/// Creates an empty file beside `path` that only its owner can read; it is unlinked when dropped.
pub(crate) fn create_beside(path: &Path) -> io::Result<NamedTempFile> {
    failpoint!("replace::create");
    make_beside(path, create)
}

/// Creates the file itself: an error of tempfile's own would name it, and it is nobody's business.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true).mode(0o600);
    options.open(path)
}

/// Makes a second name for the file at `path` beside it; it is unlinked when dropped.
pub(crate) fn link_beside(path: &Path) -> io::Result<TempPath> {
    failpoint!("replace::link");
    let link = make_beside(path, |link| fs::hard_link(path, link))?;
    Ok(link.into_temp_path())
}

/// Makes something beside `path` under a name of ours that is still free.
fn make_beside<T>(
    path: &Path,
    make: impl FnMut(&Path) -> io::Result<T>,
) -> io::Result<NamedTempFile<T>> {
    Builder::new()
        .prefix(&own_prefix(path)?)
        .suffix(SUFFIX)
        .make_in(parent(path), make)
}

/// Finds the temporary files of `path`: leftovers, if the caller holds the lock.
///
/// # Errors
///
/// That the directory cannot be read; a directory that does not exist holds none.
pub(crate) fn find(path: &Path) -> io::Result<Vec<PathBuf>> {
    let (prefix, directory) = (prefix(path)?, parent(path));
    let entries = match open_quietly(directory) {
        Ok(opened) => Dir::new(opened)?,
        Err(Errno::NOENT) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if is_ours(name, &prefix) {
            found.push(directory.join(name));
        }
    }
    Ok(found)
}

/// Opens a directory to be read without leaving a time of access, which the sync of a new file would write with it.
///
/// Only the owner may ask for that.
fn open_quietly(directory: &Path) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    match open(directory, flags | OFlags::NOATIME, Mode::empty()) {
        Err(Errno::PERM) => open(directory, flags, Mode::empty()),
        opened => opened,
    }
}

/// Unlinks the leftovers of `path`. The caller holds the lock.
///
/// What cannot be unlinked stays: it hinders nobody.
pub(crate) fn clear(path: &Path) {
    for leftover in find(path).unwrap_or_default() {
        fs::remove_file(leftover).unwrap_or_default();
    }
}

fn prefix(path: &Path) -> io::Result<OsString> {
    let mut prefix = OsString::from(".");
    prefix.push(name(path)?);
    prefix.push(".agents-");
    Ok(prefix)
}

fn own_prefix(path: &Path) -> io::Result<OsString> {
    let mut prefix = prefix(path)?;
    prefix.push(format!("{}-", process::id()));
    Ok(prefix)
}

/// Whether a name is the prefix, a process, `-`, six letters or digits, and the suffix.
fn is_ours(name: &OsStr, prefix: &OsStr) -> bool {
    let middle = name.as_bytes().strip_prefix(prefix.as_bytes());
    let middle = middle.and_then(|rest| rest.strip_suffix(SUFFIX.as_bytes()));
    let Some(dash) = middle.and_then(|middle| middle.iter().position(|byte| *byte == b'-')) else {
        return false;
    };
    let (process, random) = middle.unwrap_or_default().split_at(dash);
    !process.is_empty()
        && process.iter().all(u8::is_ascii_digit)
        && random.len() == 7
        && random[1..].iter().all(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use std::fs::FileTimes;
    use std::time::SystemTime;

    use super::*;

    fn is_leftover(name: &str) -> bool {
        is_ours(OsStr::new(name), OsStr::new(".config.toml.agents-"))
    }

    #[test]
    fn to_look_for_them_leaves_no_time_of_access() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let name = ".config.toml.agents-4711-x8Qz2a.tmp";
        File::create(directory.path().join(name))?;
        let long_ago = FileTimes::new().set_accessed(SystemTime::UNIX_EPOCH);
        File::open(directory.path())?.set_times(long_ago)?;
        let found = find(&directory.path().join("config.toml"))?;
        assert_eq!(found, [directory.path().join(name)]);
        let accessed = directory.path().metadata()?.accessed()?;
        assert_eq!(accessed, SystemTime::UNIX_EPOCH);
        Ok(())
    }

    #[test]
    fn only_our_own_names_are_leftovers() {
        assert!(is_leftover(".config.toml.agents-4711-x8Qz2a.tmp"));
        for other in [
            "config.toml",
            ".config.toml.swp",
            ".config.toml.agents-.tmp",
            ".config.toml.agents-4711.tmp",
            ".config.toml.agents-4711-x8Qz2.tmp",
            ".config.toml.agents-abc-x8Qz2a.tmp",
            ".config.toml.agents--x8Qz2a.tmp",
            ".config.toml.agents-4711-x8Qz2a.bak",
            ".other.toml.agents-4711-x8Qz2a.tmp",
        ] {
            assert!(!is_leftover(other), "{other}");
        }
    }
}
