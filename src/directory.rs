//! Opens the directory of a file, and makes it first where it is missing.
//!
//! A configuration that does not exist yet often lacks its directory too. Each directory that we make is
//! private (0700, for the file may hold a token) and synced into its parent, or a power cut could take
//! the file away with it. Whoever then fails takes them back again.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, Stat, fstat};
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

/// Directories that are taken away again when this is dropped, unless they are kept.
#[derive(Debug, Default)]
struct Made(Vec<PathBuf>);

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
        if make_one(missing).at(Stage::MakeDirectory)? {
            made.0.push(missing.to_path_buf());
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

/// Makes one directory; says whether it was us, for another writer may have been faster.
fn make_one(path: &Path) -> io::Result<bool> {
    failpoint!("directory::create");
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn sync_into(parent: &Path) -> io::Result<()> {
    failpoint!("directory::sync");
    File::open(parent)?.sync_all()
}

impl Drop for Made {
    /// Removes the directories, the innermost first; one that another writer uses stays.
    fn drop(&mut self) {
        for directory in self.0.iter().rev() {
            if fs::remove_dir(directory).is_err() {
                return;
            }
        }
    }
}
