//! Sentences about running the program.

use cucumber::{then, when};
use untorn_runner::check;

use crate::world::World;

#[when(expr = "I run {string}")]
fn run(world: &mut World, line: String) -> Result<(), String> {
    world.run(line)
}

#[then("the same command succeeds once the fault is gone")]
fn run_again(world: &mut World) -> Result<(), String> {
    world.disarm()?;
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
