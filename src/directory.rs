//! Opens the directory of a file, and makes it first where it is missing.
//!
//! A configuration that does not exist yet often lacks its directory too. Each directory that we make is
//! private (0700, for the file may hold a token) and synced into its parent, or a power cut could take
//! the file away with it. Whoever then fails takes them back again.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::mem;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, Stat, fstat, statat};
use rustix::io::retry_on_intr;

use crate::stage::{At as _, Failure, Stage};
use crate::target::{leads_to, parent};

/// How often a directory is opened, and made where it is gone meanwhile.
const ATTEMPTS_MAX: u32 = 16;

/// An open directory, and what had to be made for it.
#[derive(Debug)]
pub(crate) struct Directory {
    /// Dropped before `file`, so that what was made is taken away while its lock still holds.
    made: Made,
    file: File,
    stat: Stat,
    path: PathBuf,
}

/// Directories that are taken away again when this is dropped, unless they are kept; the outermost first.
#[derive(Debug, Default)]
pub(crate) struct Made(Vec<(PathBuf, Stat)>);

impl Directory {
    /// Opens the directory at `path`; makes it and its parents where they are missing.
    ///
    /// A writer that has failed takes those away that it had made: one that was there may be gone a moment later.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let is_gone = |failure: &Failure| failure.source.kind() == io::ErrorKind::NotFound;
        let mut again = 1..ATTEMPTS_MAX;
        loop {
            match Self::open_once(path) {
                Err(failure) if is_gone(&failure) && again.next().is_some() => {}
                opened => return opened,
            }
        }
    }

    fn open_once(path: &Path) -> Result<Self, Failure> {
        let made = make(path)?;
        let (file, stat) = open(path).at(Stage::OpenDirectory)?;
        let path = path.to_path_buf();
        Ok(Self {
            made,
            file,
            stat,
            path,
        })
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Whether the path still leads to this directory, and not to one made after this one was removed.
    pub(crate) fn is_current(&self) -> io::Result<bool> {
        leads_to(CWD, &self.path, &self.stat)
    }

    /// Keeps the directories that were made: there is a file in them now.
    pub(crate) fn keep(&mut self) {
        self.made.0.clear();
    }

    /// Hands over the directories that were made.
    pub(crate) fn take_made(&mut self) -> Made {
        mem::take(&mut self.made)
    }

    /// Takes over those that were made before, on the way to this one.
    pub(crate) fn also_made(&mut self, mut before: Made) {
        before.0.append(&mut self.made.0);
        self.made = before;
    }
}

fn open(path: &Path) -> io::Result<(File, Stat)> {
    failpoint!("directory::open");
    // Nobody waits for a FIFO that has taken its place.
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let file = retry_on_intr(|| rustix::fs::open(path, flags, Mode::empty()))?;
    let stat = fstat(&file)?;
    Ok((file.into(), stat))
}

fn make(path: &Path) -> Result<Made, Failure> {
    let mut made = Made::default();
    for missing in missing(path) {
        if let Some(stat) = make_one(missing).at(Stage::MakeDirectory)? {
            made.0.push((missing.to_path_buf(), stat));
            sync_into(parent(missing)).at(Stage::SyncParent)?;
        }
    }
    Ok(made)
}

/// The directories on the way to `path` that do not exist, the outermost first.
fn missing(path: &Path) -> Vec<&Path> {
    let named = path.ancestors().filter(|place| *place != "");
    let mut missing: Vec<_> = named.take_while(|place| !place.exists()).collect();
    missing.reverse();
    missing
}

/// Makes one directory, unless another writer has been faster; says what the system says of it.
fn make_one(path: &Path) -> io::Result<Option<Stat>> {
    failpoint!("directory::create");
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        Err(error) => return Err(error),
    }
    match statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stat)),
        Err(errno) => {
            fs::remove_dir(path)?;
            Err(errno.into())
        }
    }
}

fn sync_into(parent: &Path) -> io::Result<()> {
    failpoint!("directory::sync");
    File::open(parent)?.sync_all()
}

impl Drop for Made {
    /// Removes the directories, the innermost first; one that another writer uses stays, and so does one that
    /// somebody else has put in its place.
    fn drop(&mut self) {
        for (directory, stat) in self.0.iter().rev() {
            let is_ours = leads_to(CWD, directory, stat).unwrap_or(true);
            if is_ours && fs::remove_dir(directory).is_err() {
                return;
            }
        }
    }
}
