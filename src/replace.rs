//! Replaces a file so that nobody ever sees it half written.
//!
//! The new contents go to a temporary file beside the old one, get its mode, owner and attributes, are
//! synced, and take its place in one `rename`; then the directory is synced. Writing in place would keep
//! hard links and mount points, but could leave a torn file.
//!
//! Three decisions go beyond the usual replacement by rename:
//!
//! - **The old file outlives the rename** until the directory is synced, for it *changes places* with
//!   the new one (`RENAME_EXCHANGE`; a hard link where a file system lacks it). A directory that cannot
//!   be synced would leave a change that is visible but not durable; so the old file is put back, by a
//!   rename that writes no data.
//! - **Compare before rename.** An editor that ignores our lock may have saved the file since we read
//!   it. We compare just before the rename, and what the exchange brought back just after it. That
//!   narrows the window; one who writes into the old inode still later loses.
//! - **A failed sync is never tried again**: after it the kernel may take lost pages for clean, and a
//!   second sync that succeeds would prove nothing (Rebello et al., "Can Applications Recover from fsync
//!   Failures?", USENIX ATC 2020). For the same reason nobody asks for the contents before the sync does: the
//!   advice to begin with them (`posix_fadvise`) is faster, and swallows what the sync was to tell.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write as _};

use rustix::fs::{AtFlags, Stat, fstat, statat};
use rustix::io::Errno;

use crate::attributes;
use crate::directory::Directory;
use crate::exchange::{self, Placed};
use crate::leftovers;
use crate::stage::{At as _, Failure, Stage};
use crate::target::inode;

/// A file to replace, as the caller has read it.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    /// Its directory, open and locked: what is made, is made in this one, wherever it is moved.
    pub(crate) directory: &'a Directory,
    /// The name that the file has, or will have, in it; not a symbolic link.
    pub(crate) name: &'a OsStr,
    /// The file that was read there, if there was one.
    pub(crate) original: Option<&'a Original>,
}

/// An open file, and what it looked like when it was read.
#[derive(Debug)]
pub(crate) struct Original {
    pub(crate) file: File,
    pub(crate) stat: Stat,
}

/// Why a file was not replaced, or not for good.
#[derive(Debug)]
pub(crate) enum ReplaceError {
    /// The old file is in place, and nothing else is left beside it.
    Unchanged(Failure),
    /// As above; another program changed the file after it was read.
    Moved,
    /// The new file is in place and could not be put back; a power cut may still bring the old one.
    NotDurable(io::Error),
}

impl From<Failure> for ReplaceError {
    fn from(failure: Failure) -> Self {
        Self::Unchanged(failure)
    }
}

/// Replaces the file of `target` with `contents`, or creates it with mode 0600.
///
/// Readers see the old file or the new one, never a mixture, and so they do after a crash. Once this
/// returns `Ok`, a power cut does not bring the old file back.
///
/// # Errors
///
/// [`ReplaceError`] says which of the two files is in place.
pub(crate) fn replace(target: &Target<'_>, contents: &[u8]) -> Result<(), ReplaceError> {
    let created = leftovers::create_beside(target.directory.file(), target.name);
    let (temporary, mut file) = created.at(Stage::Create)?;
    let new = write(&mut file, contents).at(Stage::Write)?;
    keep_metadata(target.original, &file, &new).at(Stage::Metadata)?;
    sync(&file).at(Stage::Sync)?;
    compare(target)?;
    let placed = exchange::place(temporary, new, target)?;
    match displaced_the_original(target, &placed).at(Stage::Compare) {
        Ok(true) => {}
        Ok(false) => return Err(placed.put_back_for(ReplaceError::Moved)),
        Err(failure) => return Err(placed.put_back_for(failure.into())),
    }
    match sync_directory(target.directory.file()).at(Stage::SyncDirectory) {
        Ok(()) => {
            placed.settle();
            Ok(())
        }
        Err(failure) => Err(placed.put_back_for(failure.into())),
    }
}

/// Syncs a file that is in place, and its directory.
pub(crate) fn sync_both(file: &File, directory: &Directory) -> Result<(), Failure> {
    sync(file).at(Stage::Sync)?;
    sync_directory(directory.file()).at(Stage::SyncDirectory)
}

/// Writes all of `contents`, however little each call takes, and sees that they are there: says what then is.
fn write(file: &mut File, contents: &[u8]) -> io::Result<Stat> {
    let mut rest = contents;
    while !rest.is_empty() {
        match write_some(file, rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let stat = fstat(&*file)?;
    check_size(&stat, contents)?;
    Ok(stat)
}

fn write_some(file: &mut File, contents: &[u8]) -> io::Result<usize> {
    failpoint!("replace::write");
    #[cfg(feature = "failpoints")]
    let contents = crate::fault::shorten("replace::short_write", contents);
    file.write(contents)
}

fn check_size(stat: &Stat, contents: &[u8]) -> io::Result<()> {
    let (wanted, found) = (contents.len() as u64, stat.st_size.cast_unsigned());
    if found == wanted {
        return Ok(());
    }
    let reason = format!("{found} of {wanted} bytes arrived");
    Err(io::Error::new(io::ErrorKind::WriteZero, reason))
}

fn keep_metadata(original: Option<&Original>, file: &File, new: &Stat) -> io::Result<()> {
    failpoint!("replace::metadata");
    original.map_or(Ok(()), |original| {
        attributes::copy(&original.file, &original.stat, file, new)
    })
}

fn sync(file: &File) -> io::Result<()> {
    failpoint!("replace::sync");
    file.sync_all()
}

fn sync_directory(directory: &File) -> io::Result<()> {
    failpoint!("replace::sync_directory");
    directory.sync_all()
}

/// Finds out whether the file is still the one that was read.
fn compare(target: &Target<'_>) -> Result<(), ReplaceError> {
    let now = look(target.directory, target.name).at(Stage::Compare)?;
    let same = match (target.original, &now) {
        (Some(original), Some(now)) => {
            is_same(&original.stat, now) && ctime(&original.stat) == ctime(now)
        }
        (None, None) => true,
        _ => false,
    };
    if same && target.directory.is_current().at(Stage::Compare)? {
        Ok(())
    } else {
        Err(ReplaceError::Moved)
    }
}

fn look(directory: &Directory, name: &OsStr) -> io::Result<Option<Stat>> {
    failpoint!("replace::compare");
    match statat(directory.file(), name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

/// Whether the file that gave way is the one that was read, and not one that an editor saved just then, or one in a
/// directory that has taken the place of ours.
fn displaced_the_original(target: &Target<'_>, placed: &Placed<'_>) -> io::Result<bool> {
    if !target.directory.is_current()? {
        return Ok(false);
    }
    let (Some(original), Some(displaced)) = (target.original, placed.displaced()) else {
        return Ok(true);
    };
    failpoint!("replace::displaced");
    let directory = target.directory.file();
    let displaced = statat(directory, displaced, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok(is_same(&original.stat, &displaced))
}

/// Whether nobody wrote to the file in between, as far as a rename leaves traces comparable.
fn is_same(before: &Stat, now: &Stat) -> bool {
    let contents = |of: &Stat| (of.st_size, of.st_mtime, of.st_mtime_nsec);
    inode(before) == inode(now) && contents(before) == contents(now)
}

/// The time of the last change to the inode, which a rename may move.
fn ctime(of: &Stat) -> (i64, u64) {
    (of.st_ctime, of.st_ctime_nsec)
}
