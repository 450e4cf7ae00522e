//! Sentences about how a run ended and what it said.

use std::os::unix::process::ExitStatusExt as _;

use cucumber::then;
use untorn_runner::{check_eq, expect};

use crate::world::World;

/// The number of `SIGKILL`.
const KILL: i32 = 9;

#[then("it succeeds")]
fn succeeds(world: &mut World) -> Result<(), String> {
    fails_with(world, 0)
}

#[then(expr = "it fails with exit code {int}")]
fn fails_with(world: &mut World, code: i32) -> Result<(), String> {
    let run = world.last()?;
    run.is_judged = true;
    check_eq!(run.status.code(), Some(code), "the exit code");
    Ok(())
}

#[then("it is killed")]
fn is_killed(world: &mut World) -> Result<(), String> {
    let run = world.last()?;
    run.is_judged = true;
    check_eq!(run.status.signal(), Some(KILL), "the signal that ended it");
    Ok(())
}

#[then(expr = "the message contains {string}")]
fn message_contains(world: &mut World, text: String) -> Result<(), String> {
    expect::contains("the message", &world.last()?.stderr, text);
    Ok(())
}
