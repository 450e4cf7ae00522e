//! What stands below a directory, all of it.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::ops::Bound;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Component, Path, PathBuf};

use rustix::buffer::spare_capacity;
use rustix::fs::{XattrFlags, getxattr, listxattr, setxattr};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::report::Fixture;

/// How long a value or a list of extended attributes is at most.
const ATTRIBUTES_MAX: usize = 65536;

/// How many links are followed one after the other, as by Linux.
const LINKS_MAX: usize = 40;

/// The extended attributes of a user (`user.*`), each with its value, in the order of their names.
pub(crate) type Attributes = Vec<(Vec<u8>, Vec<u8>)>;

/// One thing in a directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Node {
    File {
        mode: u32,
        bytes: Vec<u8>,
        attributes: Attributes,
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
        write(root, self.0.iter())
    }

    /// Writes what stands at `path` and below it, where nothing stands now.
    pub(crate) fn write_at(&self, root: &Path, path: &Path) -> io::Result<()> {
        write(root, self.at(path))
    }

    /// What stands at `path` and below it.
    fn at<'a>(
        &'a self,
        path: &'a Path,
    ) -> impl DoubleEndedIterator<Item = (&'a PathBuf, &'a Node)> + Clone {
        let from = self
            .0
            .range::<Path, _>((Bound::Included(path), Bound::Unbounded));
        let end = from.clone().find(|it| !it.0.starts_with(path));
        let end = end.map_or(Bound::Unbounded, |it| Bound::Excluded(it.0.as_path()));
        self.0.range::<Path, _>((Bound::Included(path), end))
    }

    /// Whether the same stands at `path` and below it.
    pub(crate) fn is_same_at(&self, path: &Path, other: &Self) -> bool {
        self.at(path).eq(other.at(path))
    }

    /// Takes what stands at `path` and below it from the file system.
    pub(crate) fn read_again(&mut self, root: &Path, path: &Path) -> io::Result<()> {
        let gone: Vec<PathBuf> = self.at(path).map(|it| it.0.clone()).collect();
        for path in &gone {
            self.0.remove(path);
        }
        let node = match Node::read(&root.join(path)) {
            Err(error) if is_gone(&error) => return Ok(()),
            read => read?,
        };
        let is_directory = matches!(node, Node::Directory { .. });
        self.0.insert(path.to_path_buf(), node);
        if is_directory {
            self.walk(root, path)?;
        }
        Ok(())
    }

    /// What of it no run could begin with, and why.
    pub(crate) fn cannot_be_copied(&self) -> Option<(&Path, &'static str)> {
        self.0.iter().find_map(|(path, node)| match node {
            _ if path.to_str().is_none() => Some((&**path, "its name is not UTF-8")),
            Node::Other => Some((&**path, "it is neither a file, a directory nor a link")),
            _ => None,
        })
    }

    /// Puts something at `path`, and directories on the way to it where nothing stands.
    pub(crate) fn insert(&mut self, path: &Path, node: Node) {
        self.make_way(path);
        self.0.insert(path.to_path_buf(), node);
    }

    /// Single files, which stand below `directory`; one that is not there is left out.
    pub(crate) fn of_files(directory: &Path, files: &[PathBuf]) -> io::Result<Self> {
        let mut tree = Self::default();
        for path in files {
            tree.make_way(path);
            let node = fs::canonicalize(directory.join(path)).and_then(|it| Node::read(&it));
            match node {
                Ok(node) => tree.insert(path, node),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(tree)
    }

    /// Puts directories on the way to `path` where nothing stands.
    pub(crate) fn make_way(&mut self, path: &Path) {
        for parent in path.ancestors().skip(1).filter(|it| *it != Path::new("")) {
            let directory = Node::Directory { mode: 0o755 };
            self.0.entry(parent.to_path_buf()).or_insert(directory);
        }
    }

    /// Where `path` leads, with all links followed; nothing where they lead out of the tree, or in circles.
    pub(crate) fn follow(&self, path: &Path) -> Option<PathBuf> {
        let mut place = PathBuf::new();
        let mut ahead: Vec<Component<'_>> = path.components().rev().collect();
        let mut links = 0;
        while let Some(component) = ahead.pop() {
            match component {
                Component::Normal(name) => place.push(name),
                Component::ParentDir if place.pop() => {}
                Component::CurDir => {}
                _ => return None,
            }
            if let Some(Node::Link { to }) = self.get(&place) {
                place.pop();
                ahead.extend(to.components().rev());
                links += 1;
            }
            if links > LINKS_MAX {
                return None;
            }
        }
        Some(place)
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

    /// What stands at `path`, if anything.
    pub(crate) fn get(&self, path: &Path) -> Option<&Node> {
        self.0.get(path)
    }
}

fn write<'a>(
    root: &Path,
    nodes: impl DoubleEndedIterator<Item = (&'a PathBuf, &'a Node)> + Clone,
) -> io::Result<()> {
    for (path, node) in nodes.clone() {
        node.write(&root.join(path))?;
    }
    let directories = nodes.rev().filter_map(|(path, node)| match node {
        Node::Directory { mode } => Some((path, *mode)),
        _ => None,
    });
    for (path, mode) in directories {
        fs::set_permissions(root.join(path), Permissions::from_mode(mode))?;
    }
    Ok(())
}

impl Node {
    /// A file of the usual mode.
    pub(crate) fn plain(bytes: Vec<u8>) -> Self {
        Self::File {
            mode: 0o644,
            bytes,
            attributes: Attributes::new(),
        }
    }

    /// Reads what stands at `path`; a link is not followed.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let metadata = fs::symlink_metadata(path)?;
        let mode = metadata.mode() & 0o7777;
        Ok(if metadata.is_file() {
            Self::File {
                mode,
                bytes: fs::read(path)?,
                attributes: attributes(path)?,
            }
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
            Self::File {
                mode,
                bytes,
                attributes,
            } => {
                fs::write(path, bytes)?;
                for (name, value) in attributes {
                    match setxattr(path, name.as_slice(), value, XattrFlags::empty()) {
                        Err(Errno::OPNOTSUPP) => {} // a file system without them; it is said elsewhere
                        set => set?,
                    }
                }
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

/// The extended attributes that a user gave to a file; none where the file system has none.
pub(crate) fn attributes(path: &Path) -> io::Result<Attributes> {
    let mut buffer = Vec::with_capacity(ATTRIBUTES_MAX);
    match listxattr(path, spare_capacity(&mut buffer)) {
        Err(Errno::OPNOTSUPP) => return Ok(Attributes::new()),
        listed => listed?,
    };
    let mut attributes = Attributes::new();
    for name in buffer.split(|byte| *byte == 0) {
        if name.starts_with(b"user.") {
            let mut value = Vec::with_capacity(ATTRIBUTES_MAX);
            getxattr(path, name, spare_capacity(&mut value))?;
            value.shrink_to_fit();
            attributes.push((name.to_vec(), value));
        }
    }
    attributes.sort();
    Ok(attributes)
}

/// Removes all that stands in `root`, which stays.
pub(crate) fn clear(root: &Path) -> io::Result<()> {
    for entry in fs::read_dir(root)? {
        remove(&entry?.path())?;
    }
    Ok(())
}

/// Removes what stands at `path`, if anything, and all below it.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    let removed = fs::symlink_metadata(path).and_then(|metadata| {
        if metadata.is_dir() {
            fs::set_permissions(path, Permissions::from_mode(0o700))?;
            clear(path)?;
            fs::remove_dir(path)
        } else {
            fs::remove_file(path)
        }
    });
    match removed {
        Err(error) if is_gone(&error) => Ok(()),
        removed => removed,
    }
}

fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
