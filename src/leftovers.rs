//! The temporary files of a change, and what a killed writer left of them.
//!
//! Their names tell whose they are: `.config.toml.agents-4711-x8Qz2a.tmp` was made by process 4711 for
//! `config.toml`. Only the holder of the lock makes them; so whoever holds the lock knows that those that
//! exist are dead, and clears them away.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::iter;
use std::mem;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, linkat, openat, renameat, unlinkat};
use rustix::io::{Errno, retry_on_intr};

use crate::target::{name, parent};

const SUFFIX: &str = ".tmp";

/// How many letters and digits at the end make a name that is still free.
const RANDOM: usize = 6;

/// How often another name is tried where one is taken.
const ATTEMPTS_MAX: u32 = 1000;

/// A name of ours in a directory; what it stands for is unlinked when this is dropped.
#[derive(Debug)]
pub(crate) struct Temporary<'a> {
    directory: &'a File,
    /// Empty once nothing of ours is there any more.
    name: OsString,
}

impl Temporary<'_> {
    pub(crate) fn name(&self) -> &OsStr {
        &self.name
    }

    /// Unlinks what is there.
    pub(crate) fn unlink(mut self) -> io::Result<()> {
        let name = mem::take(&mut self.name);
        Ok(unlinkat(self.directory, &name, AtFlags::empty())?)
    }

    /// Renames what is there to `target`, over what may be there.
    pub(crate) fn rename(self, target: &OsStr) -> io::Result<()> {
        renameat(self.directory, &self.name, self.directory, target)?;
        self.forget();
        Ok(())
    }

    /// Leaves what is there, if anything is: it has been renamed.
    pub(crate) fn forget(mut self) {
        mem::take(&mut self.name);
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if !self.name.is_empty() {
            unlinkat(self.directory, &self.name, AtFlags::empty()).unwrap_or_default();
        }
    }
}

/// Creates an empty file beside `target`, in its directory, that only its owner can read.
pub(crate) fn create_beside<'a>(
    directory: &'a File,
    target: &OsStr,
) -> io::Result<(Temporary<'a>, File)> {
    failpoint!("replace::create");
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let private = Mode::RUSR | Mode::WUSR;
    let (temporary, file) = make_beside(directory, target, |name| {
        retry_on_intr(|| openat(directory, name, flags, private))
    })?;
    Ok((temporary, file.into()))
}

/// Makes a second name for the file `target` beside it.
pub(crate) fn link_beside<'a>(directory: &'a File, target: &OsStr) -> io::Result<Temporary<'a>> {
    failpoint!("replace::link");
    let (link, ()) = make_beside(directory, target, |name| {
        linkat(directory, target, directory, name, AtFlags::empty())
    })?;
    Ok(link)
}

/// Makes something beside `target` under a name of ours that is still free.
fn make_beside<'a, T>(
    directory: &'a File,
    target: &OsStr,
    make: impl Fn(&OsStr) -> Result<T, Errno>,
) -> io::Result<(Temporary<'a>, T)> {
    for _ in 0..ATTEMPTS_MAX {
        let name = own_name(target);
        match make(&name) {
            Err(Errno::EXIST) => {}
            found => {
                let found = found?;
                return Ok((Temporary { directory, name }, found));
            }
        }
    }
    Err(Errno::EXIST.into())
}

/// Finds the temporary files of the file at `path`: leftovers, if the caller holds the lock.
///
/// # Errors
///
/// That the directory cannot be read; a directory that does not exist holds none.
pub(crate) fn find(path: &Path) -> io::Result<Vec<PathBuf>> {
    let directory = parent(path);
    let names = match names(CWD, directory, name(path)?) {
        Err(Errno::NOENT) => return Ok(Vec::new()),
        names => names?,
    };
    let paths = names.map(|name| Ok(directory.join(name?)));
    paths.collect()
}

/// Unlinks the leftovers of the file `target` of a directory. The caller holds the lock.
///
/// What cannot be unlinked stays: it hinders nobody.
pub(crate) fn clear(directory: &File, target: &OsStr) {
    if let Ok(names) = names(directory, Path::new("."), target) {
        let found = names.flatten();
        found.for_each(|name| drop(Temporary { directory, name }));
    }
}

/// The names of ours for the file `target` in the directory at `path`, as seen from `at`.
fn names(
    at: impl AsFd,
    path: &Path,
    target: &OsStr,
) -> Result<impl Iterator<Item = Result<OsString, Errno>>, Errno> {
    let entries = Dir::new(open_quietly(at, path)?)?;
    let prefix = prefix(target);
    Ok(entries.filter_map(move |entry| {
        let entry = match entry {
            Ok(entry) if entry.file_type() == FileType::Directory => return None,
            Ok(entry) => entry,
            Err(error) => return Some(Err(error)),
        };
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        is_ours(name, &prefix).then(|| Ok(name.to_owned()))
    }))
}

/// Opens a directory to be read without leaving a time of access, which the sync of a new file would write with it.
///
/// Only the owner may ask for that.
fn open_quietly(at: impl AsFd, path: &Path) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    match openat(&at, path, flags | OFlags::NOATIME, Mode::empty()) {
        Err(Errno::PERM) => openat(&at, path, flags, Mode::empty()),
        opened => opened,
    }
}

fn prefix(target: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(target);
    prefix.push(".agents-");
    prefix
}

fn own_name(target: &OsStr) -> OsString {
    let random: String = iter::repeat_with(fastrand::alphanumeric)
        .take(RANDOM)
        .collect();
    let mut name = prefix(target);
    name.push(format!("{}-{random}{SUFFIX}", process::id()));
    name
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
        && random.len() == 1 + RANDOM
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
    fn a_directory_is_none() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let name = ".config.toml.agents-4711-x8Qz2a.tmp";
        std::fs::create_dir(directory.path().join(name))?;
        assert!(find(&directory.path().join("config.toml"))?.is_empty());
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
