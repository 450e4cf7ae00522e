//! Gives a new file the owner, mode and extended attributes of an old one.
//!
//! Access control lists and security labels are extended attributes, too. A replacement that drops them
//! changes who may read the file, which nobody asked for.

use std::ffi::{CStr, CString};
use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, fchown};

use rustix::fs::{Stat, XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
use rustix::io::Errno;

/// The attribute in which Linux keeps an access control list: a version, then entries of a tag, permissions and an
/// identity, each of them little end first (`linux/posix_acl_xattr.h`).
const ACCESS_CONTROL_LIST: &[u8] = b"system.posix_acl_access";
const LIST_HEADER: usize = 4;
const LIST_ENTRY: usize = 8;
const PERMISSIONS: usize = 2;
/// The tags of the group that a file belongs to, and of everybody else.
const GROUP: u8 = 0x04;
const OTHERS: u8 = 0x20;

/// Gives `new` the owner, the mode and exactly the extended attributes of `old`, of which the system says `to` and
/// `from`.
///
/// The owner is a try: only root can give a file away. A group that cannot be kept takes its permissions
/// with it.
///
/// # Errors
///
/// What the system answers when the mode or an attribute cannot be set.
pub(crate) fn copy(old: &File, from: &Stat, new: &File, to: &Stat) -> io::Result<()> {
    let is_same_group = copy_owner(from, new, to)?;
    let mode = from.st_mode & 0o7777;
    let mode = if is_same_group {
        mode
    } else {
        for_another_group(mode)
    };
    if mode != to.st_mode & 0o7777 {
        new.set_permissions(Permissions::from_mode(mode))?;
    }
    copy_extended(old, new, is_same_group)
}

/// Owner and group are tried apart: one of several groups can be kept by its member. Says whether it is.
fn copy_owner(from: &Stat, new: &File, to: &Stat) -> io::Result<bool> {
    let (user, group) = (from.st_uid, from.st_gid);
    let is_same_group = group == to.st_gid || is_allowed(fchown(new, None, Some(group)))?;
    if user != to.st_uid {
        is_allowed(fchown(new, Some(user), None))?;
    }
    Ok(is_same_group)
}

fn is_allowed(chown: io::Result<()>) -> io::Result<bool> {
    match chown {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(false),
        chown => chown.map(|()| true),
    }
}

/// The mode without what only the old group was allowed to: another group is like anybody else.
fn for_another_group(mode: u32) -> u32 {
    let others = (mode & 0o007) << 3;
    mode & (!0o070 | others)
}

/// Takes out of an access control list what only the old group was allowed to, as [`for_another_group`] does.
fn let_another_group_in(list: &mut [u8]) {
    let entries = list.get_mut(LIST_HEADER..).unwrap_or_default();
    let others = (entries.chunks_exact(LIST_ENTRY))
        .find(|entry| entry[0] == OTHERS)
        .map_or(0, |entry| entry[PERMISSIONS]);
    for group in entries
        .chunks_exact_mut(LIST_ENTRY)
        .filter(|entry| entry[0] == GROUP)
    {
        group[PERMISSIONS] &= others;
    }
}

/// Copies each attribute that differs, and removes what only the new file has: a directory's default
/// access control list gives it some.
fn copy_extended(old: &File, new: &File, is_same_group: bool) -> io::Result<()> {
    let wanted = names(old)?;
    for name in names(new)?.iter().filter(|name| !wanted.contains(name)) {
        fremovexattr(new, name.as_c_str())?;
    }
    for name in &wanted {
        let mut value = value(old, name)?;
        if !is_same_group && name.as_bytes() == ACCESS_CONTROL_LIST {
            let_another_group_in(&mut value);
        }
        if self::value(new, name).ok().as_ref() != Some(&value) {
            fsetxattr(new, name.as_c_str(), &value, XattrFlags::empty())?;
        }
    }
    Ok(())
}

/// The names of all attributes; none where the file system knows none.
fn names(file: &File) -> io::Result<Vec<CString>> {
    let list = match read_growing(|buffer| flistxattr(file, buffer)) {
        Err(Errno::NOTSUP) => Vec::new(),
        list => list?,
    };
    let names = list
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty());
    Ok(names.filter_map(|name| CString::new(name).ok()).collect())
}

fn value(file: &File, name: &CStr) -> io::Result<Vec<u8>> {
    Ok(read_growing(|buffer| fgetxattr(file, name, buffer))?)
}

/// Reads into a buffer that grows until the answer fits.
fn read_growing(read: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> Result<Vec<u8>, Errno> {
    let mut buffer = vec![0; 256];
    loop {
        match read(&mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                return Ok(buffer);
            }
            Err(Errno::RANGE) => buffer.resize(buffer.len() * 2, 0),
            Err(errno) => return Err(errno),
        }
    }
}
