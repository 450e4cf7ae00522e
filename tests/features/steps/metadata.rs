//! Sentences about modes, owners, attributes and links.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::PathBuf;

use cucumber::{given, then};
use rustix::fs::{XattrFlags, lgetxattr, lsetxattr};
use untorn_runner::{check_eq, expect};

use crate::snapshot::Entry;
use crate::world::World;

/// The attribute in which Linux keeps an access control list.
const ACL: &str = "system.posix_acl_access";

/// `user::rw-,user:1:…,group::…,mask::…,other::---` with these permissions, in the kernel's layout: a version, then
/// a tag, a permission and an identity for each entry.
const fn list(user: u8, group: u8, mask: u8) -> [u8; 44] {
    [
        2, 0, 0, 0, //
        0x01, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, //
        0x02, 0, user, 0, 1, 0, 0, 0, //
        0x04, 0, group, 0, 0xff, 0xff, 0xff, 0xff, //
        0x10, 0, mask, 0, 0xff, 0xff, 0xff, 0xff, //
        0x20, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
    ]
}

/// User 1 may read.
const SHARED_WITH_USER_1: &[u8] = &list(4, 0, 4);

/// User 1 and the group may write.
const SHARED_WITH_A_GROUP: &[u8] = &list(6, 6, 6);

/// The same without the group.
const SHARED_WITH_NO_GROUP: &[u8] = &list(6, 0, 6);

#[given("an ordinary user")]
fn ordinary_user(world: &mut World) -> io::Result<()> {
    world.become_ordinary()
}

#[given(expr = "the configuration has mode {word}")]
fn configuration_has_mode(world: &mut World, mode: String) -> io::Result<()> {
    fs::set_permissions(world.configuration(), permissions(mode))
}

#[given(expr = "the file {string} has mode {word}")]
fn file_has_mode(world: &mut World, name: String, mode: String) -> io::Result<()> {
    world.set_mode(world.file(name), permissions(mode))
}

#[given(expr = "the directory of the configuration has mode {word}")]
fn directory_has_mode(world: &mut World, mode: String) -> io::Result<()> {
    let directory = world.directory_of_configuration();
    fs::create_dir_all(&directory)?;
    world.set_mode(directory, permissions(mode))
}

#[given(expr = "the configuration belongs to user {int} and group {int}")]
fn configuration_belongs(world: &mut World, user: u32, group: u32) -> io::Result<()> {
    chown(world.configuration(), Some(user), Some(group))
}

#[given(expr = "the configuration has the attribute {word} {string}")]
fn configuration_has_attribute(world: &mut World, name: String, value: String) -> io::Result<()> {
    let (path, value) = (world.configuration(), value.into_bytes());
    Ok(lsetxattr(
        path,
        name.into_bytes(),
        &value,
        XattrFlags::empty(),
    )?)
}

#[given(expr = "the configuration has {int} attributes of {int} bytes")]
fn configuration_has_attributes(world: &mut World, number: usize, size: usize) -> io::Result<()> {
    for name in (0..number).map(|index| format!("user.number-{index}")) {
        let value = vec![b'x'; size];
        lsetxattr(world.configuration(), name, &value, XattrFlags::empty())?;
    }
    Ok(())
}

#[given(
    "the configuration is shared with user 1, its group and nobody else by an access control list"
)]
fn configuration_has_acl_for_group(world: &mut World) -> io::Result<()> {
    let (path, flags) = (world.configuration(), XattrFlags::empty());
    Ok(lsetxattr(path, ACL, SHARED_WITH_A_GROUP, flags)?)
}

#[given("the configuration is shared with user 1 by an access control list")]
fn configuration_has_acl(world: &mut World) -> io::Result<()> {
    Ok(lsetxattr(
        world.configuration(),
        ACL,
        SHARED_WITH_USER_1,
        XattrFlags::empty(),
    )?)
}

#[given("the directory of the configuration shares new files with user 1")]
fn directory_has_acl(world: &mut World) -> io::Result<()> {
    let directory = world.directory_of_configuration();
    let default = "system.posix_acl_default";
    Ok(lsetxattr(
        directory,
        default,
        SHARED_WITH_USER_1,
        XattrFlags::empty(),
    )?)
}

#[given(expr = "the configuration has a second hard link {string}")]
fn configuration_has_link(world: &mut World, name: String) -> io::Result<()> {
    fs::hard_link(world.configuration(), world.file(name))
}

#[then(expr = "the configuration has mode {word}")]
fn mode_is(world: &mut World, mode: String) -> io::Result<()> {
    let now = world.configuration_now()?;
    let found = now.as_ref().map(Entry::mode).unwrap_or_default();
    expect::equal("the mode of the configuration", format!("{found:o}"), mode);
    Ok(())
}

#[then(expr = "the directory of the configuration has mode {word}")]
fn directory_mode_is(world: &mut World, mode: String) -> io::Result<()> {
    let directory = world.directory_of_configuration();
    let found = fs::metadata(directory)?.permissions().mode() & 0o7777;
    expect::equal("the mode of the directory", format!("{found:o}"), mode);
    Ok(())
}

#[then(expr = "what is left beside it has mode {word}")]
fn left_mode_is(world: &mut World, mode: String) -> io::Result<()> {
    let (now, left) = (world.now()?, world.left_behind()?);
    let modes = left
        .iter()
        .filter_map(|path| now.get(path))
        .map(Entry::mode);
    let modes: Vec<_> = modes.map(|mode| format!("{mode:o}")).collect();
    check_eq!(modes, vec![mode], "the modes of what is left");
    Ok(())
}

#[then("the configuration still has its mode and owner")]
fn mode_and_owner_are_kept(world: &mut World) -> io::Result<()> {
    let traits = |entry: &Entry| (entry.mode(), entry.owner());
    let now = world.configuration_now()?;
    let before = world.configuration_before().map(traits);
    check_eq!(now.as_ref().map(traits), before, "mode and owner");
    Ok(())
}

#[then(expr = "the configuration still has the attribute {word} {string}")]
fn attribute_is_kept(world: &mut World, name: String, value: String) {
    let found = attribute(world, name).unwrap_or_default();
    let found = String::from_utf8_lossy(&found).into_owned();
    expect::equal("the attribute", found, value);
}

#[then(expr = "the configuration still has {int} attributes of {int} bytes")]
fn attributes_are_kept(world: &mut World, number: usize, size: usize) {
    let names = (0..number).map(|index| format!("user.number-{index}"));
    let sizes = names.map(|name| attribute(world, name).map(|value| value.len()));
    check_eq!(
        sizes.collect::<Vec<_>>(),
        vec![Some(size); number],
        "the sizes of the attributes"
    );
}

#[then("the configuration is still shared with user 1 by an access control list")]
fn acl_is_kept(world: &mut World) {
    check_acl(world, Some(SHARED_WITH_USER_1));
}

#[then("its access control list lets user 1 in, and no group")]
fn acl_without_group(world: &mut World) {
    check_acl(world, Some(SHARED_WITH_NO_GROUP));
}

#[then("the configuration has no access control list")]
fn acl_is_not_there(world: &mut World) {
    check_acl(world, None);
}

fn check_acl(world: &World, wanted: Option<&[u8]>) {
    let found = attribute(world, ACL.to_owned());
    check_eq!(found.as_deref(), wanted, "the access control list");
}

#[then(expr = "the configuration is still a symbolic link to {string}")]
fn link_is_kept(world: &mut World, target: String) -> io::Result<()> {
    let now = world.configuration_now()?;
    let found = now.as_ref().and_then(Entry::link);
    check_eq!(
        found.map(PathBuf::from),
        Some(PathBuf::from(target)),
        "the link"
    );
    Ok(())
}

/// Reads a mode such as `640`.
pub fn permissions(octal: String) -> Permissions {
    let mode = u32::from_str_radix(&octal, 8);
    drop(octal);
    Permissions::from_mode(mode.expect("a mode in octal digits"))
}

/// What an attribute of the configuration holds.
fn attribute(world: &World, name: String) -> Option<Vec<u8>> {
    let mut buffer = vec![0; 4096];
    let length = lgetxattr(world.configuration(), name.into_bytes(), &mut buffer[..]).ok()?;
    buffer.truncate(length);
    Some(buffer)
}
