//! What a run did to its files, so exactly that doing it again in memory gives the same files.
//!
//! That they are the same is checked: if they differ, something was not seen, and no answer is given.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::tree::{Attributes, Node, Tree};

/// One change. Files are told by their inode, for they outlive their names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Op {
    Open {
        /// `None` for a file that has no name yet.
        path: Option<PathBuf>,
        inode: u64,
        mode: u32,
        is_new: bool,
        is_truncated: bool,
    },
    Write {
        inode: u64,
        offset: u64,
        bytes: Vec<u8>,
    },
    /// All that a file holds after a call that moves data inside the kernel.
    Whole {
        inode: u64,
        bytes: Vec<u8>,
    },
    Size {
        inode: u64,
        length: u64,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
        is_exchange: bool,
    },
    Link {
        path: PathBuf,
        inode: u64,
    },
    Symlink {
        path: PathBuf,
        to: PathBuf,
    },
    Make {
        path: PathBuf,
        mode: u32,
        inode: u64,
        what: Made,
    },
    Remove {
        path: PathBuf,
    },
    Mode {
        path: PathBuf,
        inode: u64,
        mode: u32,
    },
    /// All extended attributes of a file after a call that changes one, and its mode: one of them may be a list
    /// of who may do what, of which the mode is a part.
    Attributes {
        inode: u64,
        mode: u32,
        attributes: Attributes,
    },
    Sync {
        path: PathBuf,
    },
}

/// What is made under a new name.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Made {
    File,
    Directory,
    /// A device, a socket or a pipe.
    Other,
}

/// What a file is, whatever its names.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct File {
    mode: u32,
    bytes: Vec<u8>,
    attributes: Attributes,
}

/// What a name leads to.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Name {
    Inode(u64),
    Directory(u32),
    Link(PathBuf),
    Other,
}

/// The files before a run, and what it did to them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Recording {
    names: BTreeMap<PathBuf, Name>,
    inodes: BTreeMap<u64, File>,
    pub(crate) ops: Vec<Op>,
}

impl Recording {
    /// Starts from the files that stand below `root`.
    pub(crate) fn of(root: &Path) -> io::Result<Self> {
        let mut recording = Self::default();
        for (path, node) in Tree::read(root)?.0 {
            let name = match node {
                Node::File {
                    mode,
                    bytes,
                    attributes,
                } => {
                    let inode = fs::symlink_metadata(root.join(&path))?.ino();
                    let file = File {
                        mode,
                        bytes,
                        attributes,
                    };
                    recording.inodes.insert(inode, file);
                    Name::Inode(inode)
                }
                Node::Directory { mode } => Name::Directory(mode),
                Node::Link { to } => Name::Link(to),
                Node::Other => Name::Other,
            };
            recording.names.insert(path, name);
        }
        Ok(recording)
    }

    pub(crate) fn push(&mut self, op: Op) {
        self.ops.push(op);
    }

    /// The files once everything has been done again in memory.
    pub(crate) fn replay(&self) -> Tree {
        let mut state = self.clone();
        for op in &self.ops {
            state.apply(op);
        }
        state.tree()
    }

    fn tree(&self) -> Tree {
        let nodes = self.names.iter().map(|(path, name)| {
            let node = match name {
                Name::Inode(inode) => {
                    let file = self.inodes.get(inode).cloned().unwrap_or_default();
                    Node::File {
                        mode: file.mode,
                        bytes: file.bytes,
                        attributes: file.attributes,
                    }
                }
                Name::Directory(mode) => Node::Directory { mode: *mode },
                Name::Link(to) => Node::Link { to: to.clone() },
                Name::Other => Node::Other,
            };
            (path.clone(), node)
        });
        Tree(nodes.collect())
    }

    fn file(&mut self, inode: u64) -> &mut File {
        self.inodes.entry(inode).or_default()
    }

    fn bytes(&mut self, inode: u64) -> &mut Vec<u8> {
        &mut self.file(inode).bytes
    }

    /// A file that has just been made.
    fn make(&mut self, inode: u64, mode: u32) {
        let file = File {
            mode,
            ..File::default()
        };
        self.inodes.insert(inode, file);
    }

    fn apply(&mut self, op: &Op) {
        match op {
            Op::Open {
                path,
                inode,
                mode,
                is_new,
                is_truncated,
            } => {
                if let (true, Some(path)) = (*is_new, path) {
                    self.names.insert(path.clone(), Name::Inode(*inode));
                }
                if *is_new {
                    self.make(*inode, *mode);
                } else if *is_truncated {
                    self.bytes(*inode).clear();
                }
            }
            Op::Write {
                inode,
                offset,
                bytes,
            } => {
                let start = usize::try_from(*offset).unwrap_or(usize::MAX);
                let end = start.saturating_add(bytes.len());
                let file = self.bytes(*inode);
                if file.len() < end {
                    file.resize(end, 0);
                }
                file[start..end].copy_from_slice(bytes);
            }
            Op::Whole { inode, bytes } => self.bytes(*inode).clone_from(bytes),
            Op::Size { inode, length } => {
                let length = usize::try_from(*length).unwrap_or(usize::MAX);
                self.bytes(*inode).resize(length, 0);
            }
            Op::Rename {
                from,
                to,
                is_exchange,
            } => self.rename(from, to, *is_exchange),
            Op::Link { path, inode } => {
                self.names.insert(path.clone(), Name::Inode(*inode));
            }
            Op::Symlink { path, to } => {
                self.names.insert(path.clone(), Name::Link(to.clone()));
            }
            Op::Make {
                path,
                mode,
                inode,
                what,
            } => {
                let name = match what {
                    Made::Directory => Name::Directory(*mode),
                    Made::Other => Name::Other,
                    Made::File => {
                        self.make(*inode, *mode);
                        Name::Inode(*inode)
                    }
                };
                self.names.insert(path.clone(), name);
            }
            Op::Remove { path } => {
                self.names.remove(path);
            }
            Op::Mode { path, inode, mode } => match self.names.get_mut(path) {
                Some(Name::Directory(old)) => *old = *mode,
                _ => self.file(*inode).mode = *mode,
            },
            Op::Attributes {
                inode,
                mode,
                attributes,
            } => {
                let file = self.file(*inode);
                file.mode = *mode;
                file.attributes.clone_from(attributes);
            }
            Op::Sync { .. } => {}
        }
    }

    /// Moves a name, and for a directory all that stands below it.
    fn rename(&mut self, from: &Path, to: &Path, is_exchange: bool) {
        let moved = self.take(from);
        let replaced = self.take(to);
        self.put(to, moved);
        if is_exchange {
            self.put(from, replaced);
        }
    }

    fn take(&mut self, top: &Path) -> Vec<(PathBuf, Name)> {
        let below: Vec<PathBuf> = self
            .names
            .keys()
            .filter(|it| it.starts_with(top))
            .cloned()
            .collect();
        let taken = below.into_iter().filter_map(|path| {
            let name = self.names.remove(&path)?;
            let rest = path.strip_prefix(top).ok()?.to_path_buf();
            Some((rest, name))
        });
        taken.collect()
    }

    fn put(&mut self, top: &Path, names: Vec<(PathBuf, Name)>) {
        for (rest, name) in names {
            let path = if rest.as_os_str().is_empty() {
                top.to_path_buf()
            } else {
                top.join(rest)
            };
            self.names.insert(path, name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_past_the_end_leaves_zeros_before_it() {
        let mut recording = Recording::default();
        recording.push(Op::Open {
            path: Some("a".into()),
            inode: 1,
            mode: 0o644,
            is_new: true,
            is_truncated: false,
        });
        recording.push(Op::Write {
            inode: 1,
            offset: 2,
            bytes: b"x".to_vec(),
        });
        let file = Node::File {
            mode: 0o644,
            bytes: b"\0\0x".to_vec(),
            attributes: Vec::new(),
        };
        assert_eq!(recording.replay().get(Path::new("a")), Some(&file));
    }

    #[test]
    fn an_exchange_swaps_two_names() {
        let mut recording = Recording::default();
        for (path, inode) in [("a", 1), ("b", 2)] {
            recording.push(Op::Make {
                path: path.into(),
                mode: inode,
                inode: inode.into(),
                what: Made::File,
            });
        }
        recording.push(Op::Rename {
            from: "a".into(),
            to: "b".into(),
            is_exchange: true,
        });
        let mode = |path: &str| match recording.replay().get(Path::new(path)) {
            Some(Node::File { mode, .. }) => *mode,
            _ => 0,
        };
        assert_eq!((mode("a"), mode("b")), (2, 1));
    }
}
