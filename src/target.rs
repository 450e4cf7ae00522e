//! Finds the file that a path leads to, and refuses what is not a regular file.
//!
//! A configuration is often a symbolic link into a repository of dotfiles. The rename has to land where
//! the link leads, or the link would be replaced by a file; so we follow each hop ourselves, relative to
//! the directory that holds the link. `fs::canonicalize` cannot: it fails where the last hop leads to a
//! file that does not exist yet.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, FileType, Mode, OFlags, Stat, accessat, fstat, openat, statat};
use rustix::io::Errno;
use rustix::path::Arg;

/// Hops until a chain of links counts as a loop, as in the kernel.
const HOPS_MAX: usize = 40;

/// Follows the symbolic links at `path` to the place where its file is, or would be.
///
/// # Errors
///
/// `ELOOP` for a loop, `EISDIR` for a path that names no file, or what the system answers.
pub(crate) fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut place = path.to_path_buf();
    for _ in 0..HOPS_MAX {
        match next_hop(&place)? {
            Some(next) => place = next,
            None => return Ok(place),
        }
    }
    Err(Errno::LOOP.into())
}

fn next_hop(place: &Path) -> io::Result<Option<PathBuf>> {
    match fs::symlink_metadata(place) {
        Ok(found) if found.is_symlink() => Ok(Some(parent(place).join(fs::read_link(place)?))),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The directory that holds `path`.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != "" => parent,
        _ => Path::new("."),
    }
}

/// The name of `path` within its directory.
///
/// # Errors
///
/// `EISDIR` where the path can only be a directory (`/`, `..`, `config/`).
pub(crate) fn name(path: &Path) -> io::Result<&OsStr> {
    let whole = path.as_os_str().as_bytes();
    let is_last = |name: &&OsStr| whole.ends_with(name.as_bytes());
    let name = path.file_name().filter(is_last);
    name.ok_or_else(|| Errno::ISDIR.into())
}

/// Opens the regular file at `path`, as seen from the directory `at`, to read it; `None` where there is no file.
///
/// Only `ENOENT` means that there is none: whoever takes an unreadable file for an empty one loses
/// every setting in it. A FIFO does not block us.
///
/// # Errors
///
/// What `open` answers, or that the file is not a regular one.
pub(crate) fn open_regular(at: impl AsFd, path: impl Arg) -> io::Result<Option<(File, Stat)>> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = match openat(at, path, flags, Mode::empty()) {
        Ok(descriptor) => File::from(descriptor),
        Err(Errno::NOENT) => return Ok(None),
        Err(errno) => return Err(errno.into()),
    };
    let stat = fstat(&file)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok(Some((file, stat))),
        FileType::Directory => Err(Errno::ISDIR.into()),
        _ => Err(io::Error::other("it is not a regular file")),
    }
}

/// Whether `path`, as seen from the directory `at`, leads to the inode of `stat`, and not to one that took its place
/// meanwhile.
///
/// # Errors
///
/// What `stat` answers, but for `ENOENT`.
pub(crate) fn leads_to(at: impl AsFd, path: impl Arg, stat: &Stat) -> io::Result<bool> {
    match statat(at, path, AtFlags::empty()) {
        Ok(now) => Ok(inode(&now) == inode(stat)),
        Err(Errno::NOENT) => Ok(false),
        Err(errno) => Err(errno.into()),
    }
}

/// What tells the inode of `of` from every other one.
pub(crate) fn inode(of: &Stat) -> (u64, u64) {
    (of.st_dev, of.st_ino)
}

/// Refuses a file that its owner has closed to writing, or that a rename would tear from its other names.
///
/// A rename needs no permission on the file that it replaces, and root is denied nothing; but whoever
/// took the write permission away meant it.
///
/// # Errors
///
/// That the file is read-only, or has several hard links.
pub(crate) fn check_replaceable(at: impl AsFd, name: &OsStr, stat: &Stat) -> io::Result<()> {
    accessat(at, name, Access::WRITE_OK, AtFlags::EACCESS)?;
    if stat.st_mode & 0o222 == 0 {
        return Err(Errno::ACCESS.into());
    }
    if stat.st_nlink > 1 {
        let reason = format!(
            "it has {} hard links, and a replacement would part it from the others",
            stat.st_nlink
        );
        return Err(io::Error::other(reason));
    }
    Ok(())
}
