//! What stands below a directory, all of it.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::report::Fixture;

/// One thing in a directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Node {
    File {
        mode: u32,
        bytes: Vec<u8>,
    },
    Directory {
        mode: u32,
    },
    Link {
        to: PathBuf,
    },
    /// A device, a socket or a pipe.
    Other,
}

/// All that stands below a directory, by its path from there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Tree(pub(crate) BTreeMap<PathBuf, Node>);

impl Tree {
    /// Reads what stands below `root`.
    pub(crate) fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        tree.walk(root, Path::new(""))?;
        Ok(tree)
    }

    fn walk(&mut self, root: &Path, below: &Path) -> io::Result<()> {
        for entry in fs::read_dir(root.join(below))? {
            let path = below.join(entry?.file_name());
            let node = Node::read(&root.join(&path))?;
            let is_directory = matches!(node, Node::Directory { .. });
            self.0.insert(path.clone(), node);
            if is_directory {
                self.walk(root, &path)?;
            }
        }
        Ok(())
    }

    /// Writes it all below `root`, which is empty.
    pub(crate) fn write(&self, root: &Path) -> io::Result<()> {
        for (path, node) in &self.0 {
            node.write(&root.join(path))?;
        }
        let directories = self.0.iter().rev().filter_map(|(path, node)| match node {
            Node::Directory { mode } => Some((path, *mode)),
            _ => None,
        });
        for (path, mode) in directories {
            fs::set_permissions(root.join(path), Permissions::from_mode(mode))?;
        }
        Ok(())
    }

    /// What stands at `path`, if anything.
    pub(crate) fn get(&self, path: &Path) -> Option<&Node> {
        self.0.get(path)
    }

    /// How much it is, copied from `directory`.
    pub(crate) fn describe(&self, directory: Option<PathBuf>) -> Fixture {
        let sizes = self.0.values().filter_map(|node| match node {
            Node::File { bytes, .. } => Some(bytes.len() as u64),
            _ => None,
        });
        Fixture {
            directory,
            files: sizes.clone().count(),
            bytes: sizes.sum(),
        }
    }

    /// A number that is the same for the same tree.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

impl Node {
    fn read(path: &Path) -> io::Result<Self> {
        let metadata = fs::symlink_metadata(path)?;
        let mode = metadata.mode() & 0o7777;
        Ok(if metadata.is_file() {
            let bytes = fs::read(path)?;
            Self::File { mode, bytes }
        } else if metadata.is_dir() {
            Self::Directory { mode }
        } else if metadata.is_symlink() {
            let to = fs::read_link(path)?;
            Self::Link { to }
        } else {
            Self::Other
        })
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        match self {
            Self::File { mode, bytes } => {
                fs::write(path, bytes)?;
                fs::set_permissions(path, Permissions::from_mode(*mode))
            }
            Self::Directory { .. } => fs::create_dir(path),
            Self::Link { to } => symlink(to, path),
            Self::Other => Err(io::Error::other(format!(
                "{}: neither a file, a directory nor a link",
                path.display()
            ))),
        }
    }
}

/// Removes all that stands in `root`, which stays.
pub(crate) fn clear(root: &Path) -> io::Result<()> {
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::set_permissions(entry.path(), Permissions::from_mode(0o700))?;
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
