//! Lets a new file take the place of an old one in one step, and can put the old one back.

use std::ffi::OsStr;
use std::io;

use rustix::fs::{AtFlags, RenameFlags, Stat, linkat, renameat_with, unlinkat};
use rustix::io::Errno;

use crate::leftovers::{self, Temporary};
use crate::replace::{ReplaceError, Target};
use crate::stage::{At as _, Stage};
use crate::target::leads_to;

/// A new file that has taken its place, and the old one, which waits beside it.
///
/// Dropping this puts the old file back: so does a panic before the change is durable.
#[derive(Debug)]
pub(crate) struct Placed<'a> {
    target: &'a Target<'a>,
    new: Stat,
    /// Nothing once the matter is closed.
    old: Option<Old<'a>>,
}

/// What became of the file that was in the way.
#[derive(Debug)]
enum Old<'a> {
    /// It waits under another name, and is unlinked when that is dropped.
    At(Temporary<'a>),
    /// There was none: to put it back is to unlink the new one.
    Nothing,
    /// It is gone, for the file system has neither an exchange nor hard links.
    Lost,
}

/// Renames the file `file`, of which the system says `new`, to the name of `target`.
///
/// # Errors
///
/// The old file is in place then; `Moved` where a file has appeared in a place that was free.
pub(crate) fn place<'a>(
    file: Temporary<'a>,
    new: Stat,
    target: &'a Target<'a>,
) -> Result<Placed<'a>, ReplaceError> {
    let old = match target.original {
        Some(_) => change_places(file, target),
        None => move_in(file, target),
    };
    match old {
        Ok(old) => Ok(Placed {
            target,
            new,
            old: Some(old),
        }),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(ReplaceError::Moved),
        Err(error) => Err(plain(error)).at(Stage::Rename)?,
    }
}

/// Says what a rename over a file that is busy has met.
fn plain(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::ResourceBusy {
        io::Error::other("it is a mount point, whose place no other file can take")
    } else {
        error
    }
}

/// Lets the file of `target` and the new one change places.
fn change_places<'a>(new: Temporary<'a>, target: &Target<'a>) -> io::Result<Old<'a>> {
    failpoint!("replace::rename");
    match rename_with(&new, target, RenameFlags::EXCHANGE) {
        Err(error) if is_unsupported(&error) => keep_and_rename(new, target),
        exchanged => exchanged.map(|()| Old::At(new)),
    }
}

/// Keeps a hard link to the old file, then renames the new one over it.
fn keep_and_rename<'a>(new: Temporary<'a>, target: &Target<'a>) -> io::Result<Old<'a>> {
    let old = match leftovers::link_beside(target.directory.file(), target.name) {
        Ok(link) => Old::At(link),
        Err(error) if has_no_links(&error) => Old::Lost,
        Err(error) => return Err(error),
    };
    new.rename(target.name)?;
    Ok(old)
}

/// Moves the new file to the name of `target`, where there must be none.
fn move_in<'a>(new: Temporary<'a>, target: &Target<'a>) -> io::Result<Old<'a>> {
    failpoint!("replace::rename");
    let directory = target.directory.file();
    match rename_with(&new, target, RenameFlags::NOREPLACE) {
        Err(error) if is_unsupported(&error) => linkat(
            directory,
            new.name(),
            directory,
            target.name,
            AtFlags::empty(),
        )?,
        moved => {
            moved?;
            new.forget();
        }
    }
    Ok(Old::Nothing)
}

fn rename_with(new: &Temporary<'_>, target: &Target<'_>, flags: RenameFlags) -> io::Result<()> {
    failpoint!("replace::exchange");
    let directory = target.directory.file();
    Ok(renameat_with(
        directory,
        new.name(),
        directory,
        target.name,
        flags,
    )?)
}

/// Whether the file system has no such rename.
fn is_unsupported(error: &io::Error) -> bool {
    let unsupported = [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP];
    Errno::from_io_error(error).is_some_and(|errno| unsupported.contains(&errno))
}

/// Whether the file system has no hard links.
fn has_no_links(error: &io::Error) -> bool {
    is_unsupported(error) || Errno::from_io_error(error) == Some(Errno::PERM)
}

impl Placed<'_> {
    /// Where the old file waits.
    pub(crate) fn displaced(&self) -> Option<&OsStr> {
        match &self.old {
            Some(Old::At(old)) => Some(old.name()),
            _ => None,
        }
    }

    /// Lets the old file go: the new one is there to stay.
    ///
    /// That it cannot be unlinked is no failure of the change; the next writer clears it away.
    pub(crate) fn settle(mut self) {
        if let Some(Old::At(old)) = self.old.take() {
            clear(old).unwrap_or_default();
        }
    }

    /// Puts the old file back and gives `reason` as the error, or the error of putting back.
    ///
    /// Where the new file is no longer in place, for somebody has saved another one or taken it away, that stays.
    pub(crate) fn put_back_for(mut self, reason: ReplaceError) -> ReplaceError {
        match self.put_back() {
            Ok(()) => reason,
            Err(error) => ReplaceError::NotDurable(error),
        }
    }

    fn put_back(&mut self) -> io::Result<()> {
        let Some(old) = self.old.take() else {
            return Ok(());
        };
        let (directory, name) = (self.target.directory.file(), self.target.name);
        failpoint!("replace::put_back");
        if !leads_to(directory, name, &self.new)? {
            return Ok(());
        }
        match old {
            Old::At(old) => old.rename(name),
            Old::Nothing => Ok(unlinkat(directory, name, AtFlags::empty())?),
            Old::Lost => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

impl Drop for Placed<'_> {
    fn drop(&mut self) {
        self.put_back().unwrap_or_default();
    }
}

fn clear(old: Temporary<'_>) -> io::Result<()> {
    failpoint!("replace::clear");
    old.unlink()
}
