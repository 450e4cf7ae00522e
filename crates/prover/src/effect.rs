//! What a call that has succeeded has done to the files.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nix::unistd::Pid;

use crate::call::{Call, Kind, Subject};
use crate::leads::{link, open_flags, position};
use crate::memory::{memory, pieces};
use crate::record::{Made, Op};
use crate::tree::attributes;

/// What a call that succeeded has done.
pub(crate) fn effect(
    process: Pid,
    (call, places): (&Call, &[PathBuf]),
    existed: bool,
    result: i64,
    root: &Path,
) -> Option<Op> {
    let place = places.first()?.clone();
    let number = i32::try_from(result).unwrap_or_default();
    match call.kind {
        Kind::Create | Kind::OpenWrite => {
            let metadata = fs::metadata(link(process, number)).ok()?;
            let has_no_name = call.has_no_name();
            Some(Op::Open {
                path: (!has_no_name).then_some(place),
                inode: metadata.ino(),
                mode: metadata.mode() & 0o7777,
                is_new: !existed || has_no_name,
                is_truncated: call.flags & libc::O_TRUNC != 0 && metadata.is_file(),
            })
        }
        Kind::Write => {
            let bytes = written(process, call, usize::try_from(result).ok()?)?;
            let offset = offset(process, call, bytes.len() as u64)?;
            let inode = inode(process, call)?;
            Some(Op::Write {
                inode,
                offset,
                bytes,
            })
        }
        Kind::Copy | Kind::Allocate => {
            let (Subject::Into(to) | Subject::Descriptor(to)) = call.subject else {
                return None;
            };
            let metadata = fs::metadata(link(process, to)).ok()?;
            let bytes = fs::read(link(process, to))
                .or_else(|_| fs::read(root.join(&place)))
                .ok()?;
            Some(Op::Whole {
                inode: metadata.ino(),
                bytes,
            })
        }
        Kind::Truncate => {
            let inode = match call.subject {
                Subject::Descriptor(_) => inode(process, call)?,
                _ => fs::metadata(root.join(&place)).ok()?.ino(),
            };
            let length = call.arguments[1];
            Some(Op::Size { inode, length })
        }
        Kind::Rename => Some(Op::Rename {
            from: place,
            to: places.get(1)?.clone(),
            is_exchange: call.flags.cast_unsigned() & libc::RENAME_EXCHANGE != 0,
        }),
        Kind::Link if call.name == "symlink" => Some(Op::Symlink {
            to: fs::read_link(root.join(&place)).ok()?,
            path: place,
        }),
        Kind::Link => {
            let path = places.get(1)?.clone();
            let inode = fs::symlink_metadata(root.join(&path)).ok()?.ino();
            Some(Op::Link { path, inode })
        }
        Kind::Unlink => Some(Op::Remove { path: place }),
        Kind::Make => {
            let metadata = fs::symlink_metadata(root.join(&place)).ok()?;
            Some(Op::Make {
                path: place,
                mode: metadata.mode() & 0o7777,
                inode: metadata.ino(),
                what: match () {
                    () if metadata.is_dir() => Made::Directory,
                    () if metadata.is_file() => Made::File,
                    () => Made::Other,
                },
            })
        }
        Kind::Attribute => {
            let file = match call.subject {
                Subject::Descriptor(number) => link(process, number),
                _ => root.join(&place),
            };
            let metadata = fs::metadata(&file).ok()?;
            if call.name.ends_with("xattr") && metadata.is_file() {
                return Some(Op::Attributes {
                    inode: metadata.ino(),
                    mode: metadata.mode() & 0o7777,
                    attributes: attributes(&file).ok()?,
                });
            }
            Some(Op::Mode {
                path: place,
                inode: metadata.ino(),
                mode: metadata.mode() & 0o7777,
            })
        }
        Kind::Sync => Some(Op::Sync { path: place }),
        _ => None,
    }
}

fn inode(process: Pid, call: &Call) -> Option<u64> {
    let Subject::Descriptor(number) = call.subject else {
        return None;
    };
    Some(fs::metadata(link(process, number)).ok()?.ino())
}

/// Where a write that has happened began.
fn offset(process: Pid, call: &Call, length: u64) -> Option<u64> {
    let Subject::Descriptor(number) = call.subject else {
        return None;
    };
    if open_flags(process, number)? & libc::O_APPEND != 0 {
        return Some(fs::metadata(link(process, number)).ok()?.len() - length);
    }
    if let Some(offset) = call.offset() {
        return Some(offset);
    }
    position(process, number)?.checked_sub(length)
}

/// The bytes that a write has written.
fn written(process: Pid, call: &Call, length: usize) -> Option<Vec<u8>> {
    if [libc::SYS_write, libc::SYS_pwrite64].contains(&call.number) {
        return memory(process, call.arguments[1], length).ok();
    }
    let mut bytes = Vec::new();
    for (base, piece) in pieces(process, call).ok()? {
        let piece = usize::try_from(piece).ok()?.min(length - bytes.len());
        bytes.extend(memory(process, base, piece).ok()?);
    }
    Some(bytes)
}
