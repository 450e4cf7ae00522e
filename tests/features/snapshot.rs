//! What a directory tree looks like, to the byte. Paths are relative to its root.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Everything below one directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<PathBuf, Entry>);

/// One file, directory or link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    kind: Kind,
    mode: u32,
    owner: (u32, u32),
    modified: (i64, i64),
}

/// The bytes of a file, which read as text where they fail a comparison.
#[derive(Clone, PartialEq, Eq)]
struct Contents(Vec<u8>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    File(Contents),
    /// A file that we may not read, of this size.
    Closed(u64),
    Link(PathBuf),
    Directory,
    Other,
}

impl fmt::Debug for Contents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl Snapshot {
    /// Takes a picture of all that is below `root`.
    pub fn of(root: &Path) -> io::Result<Self> {
        let mut snapshot = Self::default();
        snapshot.add(root, Path::new(""))?;
        Ok(snapshot)
    }

    /// The file, directory or link at `path`.
    pub fn get(&self, path: &Path) -> Option<&Entry> {
        self.0.get(path)
    }

    /// Adds what stands `below`, if we may look there.
    fn add(&mut self, root: &Path, below: &Path) -> io::Result<()> {
        let entries = match fs::read_dir(root.join(below)) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let path = below.join(entry?.file_name());
            let entry = look(&root.join(&path))?;
            if entry.kind == Kind::Directory {
                self.add(root, &path)?;
            }
            self.0.insert(path, entry);
        }
        Ok(())
    }

    /// Everything that is here.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }

    /// All that is here and not in `before`.
    pub fn new_since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a Path> {
        let new = self.0.keys().filter(|path| !before.0.contains_key(*path));
        new.map(PathBuf::as_path)
    }
}

impl Entry {
    /// What stands in it, if it is a file.
    pub fn contents(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::File(Contents(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// Its permissions.
    pub fn mode(&self) -> u32 {
        self.mode & 0o7777
    }

    /// Its user and its group.
    pub fn owner(&self) -> (u32, u32) {
        self.owner
    }

    /// Where it leads to, if it is a symbolic link.
    pub fn link(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Link(target) => Some(target),
            _ => None,
        }
    }
}

/// Directories count without their times, which every temporary file in them moves.
fn look(path: &Path) -> io::Result<Entry> {
    let metadata = fs::symlink_metadata(path)?;
    let kind = match () {
        () if metadata.is_file() => read(path, metadata.len())?,
        () if metadata.is_symlink() => Kind::Link(fs::read_link(path)?),
        () if metadata.is_dir() => Kind::Directory,
        () => Kind::Other,
    };
    let modified = match kind {
        Kind::Directory => (0, 0),
        _ => (metadata.mtime(), metadata.mtime_nsec()),
    };
    let owner = (metadata.uid(), metadata.gid());
    Ok(Entry {
        kind,
        mode: metadata.mode(),
        owner,
        modified,
    })
}

fn read(path: &Path, size: u64) -> io::Result<Kind> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(Kind::Closed(size)),
        bytes => bytes.map(Contents).map(Kind::File),
    }
}
