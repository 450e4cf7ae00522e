//! Sentences about running the program.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::ExitStatusExt as _;

use cucumber::{given, then, when};
use untorn_runner::check;

use crate::run::Output;
use crate::world::World;

#[when(expr = "I run {string}")]
#[when(expr = "I run {string} with nothing to read")]
fn run(world: &mut World, line: String) -> Result<(), String> {
    world.run(line)
}

#[given(expr = "I have run {string}")]
fn have_run(world: &mut World, line: String) -> Result<(), String> {
    world.run(line)?;
    let ended = world.last()?.status;
    if !ended.success() {
        return Err(format!("it ended with {ended}"));
    }
    world.forget();
    Ok(())
}

#[given(expr = "I have been killed running {string}")]
fn have_been_killed(world: &mut World, line: String) -> Result<(), String> {
    world.run(line)?;
    let run = world.last()?;
    run.is_judged = true;
    match run.status.signal() {
        Some(_) => world.disarm(),
        None => Err(format!("it ended with {}", run.status)),
    }
}

#[when(expr = "I run {string} and type {string}")]
fn run_and_type(world: &mut World, line: String, input: String) -> Result<(), String> {
    world.run_with(line, &(input + "\n"), Output::Kept)
}

#[when(expr = "I run {string} into a pipe that nobody reads")]
fn run_into_closed_pipe(world: &mut World, line: String) -> Result<(), String> {
    world.run_with(line, "", Output::Closed)
}

#[when(expr = "I run {string} into a device that is full")]
fn run_into_full_device(world: &mut World, line: String) -> Result<(), String> {
    world.run_with(line, "", Output::Full)
}

#[when(expr = "I run {string} with its messages on a terminal")]
fn run_on_terminal(world: &mut World, line: String) -> Result<(), String> {
    world.run_with(line, "", Output::Terminal)
}

#[when(expr = "I run {string} with one more argument that is not UTF-8")]
fn run_with_bytes(world: &mut World, line: String) -> Result<(), String> {
    world.run_words(line, OsStr::from_bytes(b"\xff\xfe"))
}

#[then("the same command succeeds once the fault is gone")]
fn run_again(world: &mut World) -> Result<(), String> {
    world.disarm()?;
    succeeds_again(world)
}

/// Runs the last command line once more, which has to succeed now.
pub fn succeeds_again(world: &mut World) -> Result<(), String> {
    let line = world.last()?.line.clone();
    world.run(line)?;
    let run = world.last()?;
    run.is_judged = true;
    check!(
        run.status.success(),
        "`{}` succeeds, but it ended with {}",
        run.line,
        run.status
    );
    Ok(())
}
