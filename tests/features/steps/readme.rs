//! Sentences about README.

use cucumber::{then, when};
use untorn_runner::expect;

use crate::world::World;

/// README as the newcomer finds it.
const README: &str = include_str!("../../../README.md");

#[when("I run the first command of README")]
fn run_first(world: &mut World) -> Result<(), String> {
    let (line, _) = first()?;
    world.run(line)
}

#[then("it prints what README shows")]
fn prints_first(world: &mut World) -> Result<(), String> {
    let (_, shown) = first()?;
    expect::equal("what it prints", &*world.last()?.stdout, shown);
    Ok(())
}

/// The first command of README as `agents` runs it, and the output below it.
fn first() -> Result<(String, &'static str), String> {
    let (_, block) = README
        .split_once("```console\n$ ")
        .ok_or("README shows no command")?;
    let (block, _) = block
        .split_once("```")
        .ok_or("the first command of README has no end")?;
    let (line, shown) = block
        .split_once('\n')
        .ok_or("the first command of README prints nothing")?;
    let arguments = line.strip_prefix("cargo run --quiet -- ");
    let arguments = arguments.ok_or("the first command of README does not run agents")?;
    Ok((format!("agents {arguments}"), shown))
}
