//! Sentences about the suite itself, which runs in a child process.

use std::fs;

use cucumber::gherkin::Step;
use cucumber::{given, when};

use crate::program;
use crate::steps::configuration::contents_of;
use crate::world::World;

#[given("a suite with this feature")]
fn suite_is(world: &mut World, step: &Step) -> std::io::Result<()> {
    let folder = world.suite().join("features");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("forgetful.feature"), contents_of(step))
}

#[when("that suite runs over agents")]
fn suite_runs(world: &mut World) -> Result<(), String> {
    let suite = world.suite();
    world.run_suite(String::new(), Some(&suite), None)
}

#[when(expr = "that suite runs over {string}")]
fn suite_runs_over(world: &mut World, program: String) -> Result<(), String> {
    let suite = world.suite();
    world.run_suite(String::new(), Some(&suite), Some(program))
}

#[when(expr = "{string} runs over three_writes")]
fn features_run_over(world: &mut World, arguments: String) -> Result<(), String> {
    world.run_suite(arguments, None, Some(program::THREE_WRITES.into()))
}
