//! Sentences about the disk that the configuration is on. They need user name spaces.

use std::fs;
use std::io;

use cucumber::{given, then};

use crate::steps::run::succeeds_again;
use crate::world::World;

/// A file that takes all the room there is.
const FILLER: &str = "~/.cleveragents/filler";

#[given(expr = "a disk of {int} KiB for the configuration")]
fn small_disk(world: &mut World, size: u32) -> io::Result<()> {
    world.mount(&format!(
        "mount -t tmpfs -o mode=700,size={size}k tmpfs \"$1\""
    ))
}

#[given("the disk is full")]
fn disk_is_full(world: &mut World) -> io::Result<()> {
    let full = fs::write(world.file(FILLER), vec![b'.'; 1 << 20]);
    match full {
        Err(error) if error.kind() == io::ErrorKind::StorageFull => Ok(()),
        full => full.and(Err(io::Error::other("the disk is not full"))),
    }
}

#[given("the disk is read-only")]
fn disk_is_read_only(world: &mut World) -> io::Result<()> {
    world.mount("mount --bind \"$1\" \"$1\"; mount -o remount,ro,bind \"$1\"")
}

#[given("the configuration is a mount point")]
fn configuration_is_mounted(world: &mut World) -> io::Result<()> {
    world.mount("mount --bind \"$1/config.toml\" \"$1/config.toml\"")
}

#[then("the same command succeeds once there is room")]
fn succeeds_with_room(world: &mut World) -> Result<(), String> {
    fs::remove_file(world.file(FILLER)).map_err(|error| error.to_string())?;
    succeeds_again(world)
}
