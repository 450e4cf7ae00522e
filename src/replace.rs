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
//!   Failures?", USENIX ATC 2020).

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::attributes;
use crate::directory::Directory;
use crate::exchange::{self, Placed};
use crate::leftovers;
use crate::stage::{At as _, Failure, Stage};

/// A file to replace, as the caller has read it.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    /// Where the file is, or will be; not a symbolic link.
    pub(crate) path: &'a Path,
    /// Its directory, open and locked.
    pub(crate) directory: &'a Directory,
    /// The file that was read there, if there was one.
    pub(crate) original: Option<&'a Original>,
}

/// An open file, and what it looked like when it was read.
#[derive(Debug)]
pub(crate) struct Original {
    pub(crate) file: File,
    pub(crate) metadata: Metadata,
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
    let mut new = leftovers::create_beside(target.path).at(Stage::Create)?;
    write(new.as_file_mut(), contents).at(Stage::Write)?;
    keep_metadata(target.original, new.as_file()).at(Stage::Metadata)?;
    sync(new.as_file()).at(Stage::Sync)?;
    compare(target)?;
    let placed = exchange::place(new, target)?;
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

/// Writes all of `contents`, however little each call takes, and sees that they are there.
fn write(file: &mut File, contents: &[u8]) -> io::Result<()> {
    let mut rest = contents;
    while !rest.is_empty() {
        match write_some(file, rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    check_size(file, contents)
}

fn write_some(file: &mut File, contents: &[u8]) -> io::Result<usize> {
    failpoint!("replace::write");
    #[cfg(feature = "failpoints")]
    let contents = crate::fault::shorten("replace::short_write", contents);
    file.write(contents)
}

fn check_size(file: &File, contents: &[u8]) -> io::Result<()> {
    let (wanted, found) = (contents.len() as u64, file.metadata()?.len());
    if found == wanted {
        return Ok(());
    }
    let reason = format!("{found} of {wanted} bytes arrived");
    Err(io::Error::new(io::ErrorKind::WriteZero, reason))
}

fn keep_metadata(original: Option<&Original>, new: &File) -> io::Result<()> {
    failpoint!("replace::metadata");
    original.map_or(Ok(()), |original| attributes::copy(&original.file, new))
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
    let now = look(target.path).at(Stage::Compare)?;
    let same = match (target.original, &now) {
        (Some(original), Some(now)) => {
            is_same(&original.metadata, now) && ctime(&original.metadata) == ctime(now)
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

fn look(path: &Path) -> io::Result<Option<Metadata>> {
    failpoint!("replace::compare");
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
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
    Ok(is_same(
        &original.metadata,
        &fs::symlink_metadata(displaced)?,
    ))
}

/// Whether nobody wrote to the file in between, as far as a rename leaves traces comparable.
fn is_same(before: &Metadata, now: &Metadata) -> bool {
    let traits = |of: &Metadata| (of.dev(), of.ino(), of.size(), of.mtime(), of.mtime_nsec());
    traits(before) == traits(now)
}

/// The time of the last change to the inode, which a rename may move.
fn ctime(metadata: &Metadata) -> (i64, i64) {
    (metadata.ctime(), metadata.ctime_nsec())
}
