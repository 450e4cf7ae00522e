//! Sentences about how a run ended and what it printed.

use std::os::unix::process::ExitStatusExt as _;

use cucumber::gherkin::Step;
use cucumber::then;
use untorn_runner::{check_eq, expect};

use crate::steps::configuration::contents_of;
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

#[then("it prints")]
fn prints(world: &mut World, step: &Step) -> Result<(), String> {
    check_eq!(world.last()?.stdout, contents_of(step), "what it prints");
    Ok(())
}

#[then("it prints nothing")]
fn prints_nothing(world: &mut World) -> Result<(), String> {
    check_eq!(world.last()?.stdout, "", "what it prints");
    Ok(())
}

#[then(expr = "what it prints contains {string}")]
fn prints_among_others(world: &mut World, text: String) -> Result<(), String> {
    expect::contains("what it prints", &world.last()?.stdout, text);
    Ok(())
}

#[then(expr = "what it prints does not contain {string}")]
fn does_not_print(world: &mut World, text: String) -> Result<(), String> {
    expect::lacks("what it prints", &world.last()?.stdout, text);
    Ok(())
}

#[then("the message is")]
fn message_is(world: &mut World, step: &Step) -> Result<(), String> {
    check_eq!(world.last()?.stderr, contents_of(step), "the message");
    Ok(())
}

#[then("there is no message")]
fn no_message(world: &mut World) -> Result<(), String> {
    check_eq!(world.last()?.stderr, "", "the message");
    Ok(())
}

#[then(expr = "the message contains {string}")]
fn message_contains(world: &mut World, text: String) -> Result<(), String> {
    expect::contains("the message", &world.last()?.stderr, text);
    Ok(())
}

#[then(expr = "the message does not contain {string}")]
fn message_lacks(world: &mut World, text: String) -> Result<(), String> {
    expect::lacks("the message", &world.last()?.stderr, text);
    Ok(())
}
