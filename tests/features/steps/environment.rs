//! Sentences about the environment of the program.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;

use cucumber::given;

use crate::world::World;

#[given(expr = "the environment variable {word} is {string}")]
fn variable_is(world: &mut World, name: String, value: String) {
    world.set_variable(name, Some(value));
}

#[given(expr = "the environment variable {word} is not set")]
fn variable_is_not_set(world: &mut World, name: String) {
    world.set_variable(name, None);
}

#[given(expr = "I work in {string}")]
fn work_in(world: &mut World, directory: String) -> io::Result<()> {
    world.work_in(directory)
}

#[given("a home directory where nothing can be made")]
fn home_is_closed(world: &mut World) -> io::Result<()> {
    world.set_mode(world.home(), Permissions::from_mode(0o500))
}
