//! Sentences about system calls.

use std::io;

use cucumber::gherkin::Step;
use cucumber::{then, when};
use untorn_runner::check_eq;

use crate::trace::{ASKS, Call};
use crate::world::World;

#[when(expr = "I trace {string}")]
fn trace(world: &mut World, line: String) -> Result<(), String> {
    world.trace(line)
}

#[then("these are the system calls that order the disk")]
fn calls_are(world: &mut World, step: &Step) -> io::Result<()> {
    let rows = step.table.iter().flat_map(|table| &table.rows);
    let wanted: Vec<Call> = rows.map(|row| (row[0].clone(), row[1].clone())).collect();
    check_eq!(world.traced()?, wanted, "the system calls");
    Ok(())
}

#[then("no system call orders the disk")]
fn no_calls(world: &mut World) -> io::Result<()> {
    check_eq!(world.traced()?, Vec::<Call>::new(), "the system calls");
    Ok(())
}

#[then("none but syncs ask the disk for what was written")]
fn only_syncs_ask(world: &mut World) -> io::Result<()> {
    let mut asks = world.traced()?;
    asks.retain(|(name, _)| ASKS.contains(&name.as_str()));
    check_eq!(asks, Vec::<Call>::new(), "the calls that ask");
    Ok(())
}
