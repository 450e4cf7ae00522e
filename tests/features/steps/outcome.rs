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

#[then("it prints the JSON document")]
fn prints_json(world: &mut World, step: &Step) -> Result<(), String> {
    let wanted = in_order(&contents_of(step)).map_err(|error| error.to_string())?;
    let found = in_order(&world.last()?.stdout).unwrap_or_else(|error| error.to_string());
    check_eq!(found, wanted, "what it prints");
    Ok(())
}

#[then(expr = "it prints one JSON document that begins with {string}")]
fn prints_json_that_begins(world: &mut World, field: String) -> Result<(), String> {
    let stdout = &world.last()?.stdout;
    let first = first_field(stdout).unwrap_or_else(|error| error.to_string());
    expect::equal("the first field", first, field);
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

#[then(expr = "of the message only {string} is coloured")]
fn only_that_is_coloured(world: &mut World, text: String) -> Result<(), String> {
    check_eq!(
        coloured(&world.last()?.stderr),
        vec![text],
        "what is coloured"
    );
    Ok(())
}

#[then("nothing of the message is coloured")]
fn nothing_is_coloured(world: &mut World) -> Result<(), String> {
    expect::lacks("the message", &world.last()?.stderr, "\x1b");
    Ok(())
}

/// A JSON document with its fields in alphabetical order, for they mean the same in any.
fn in_order(text: &str) -> serde_json::Result<String> {
    let mut document: serde_json::Value = serde_json::from_str(text)?;
    document.sort_all_objects();
    serde_json::to_string_pretty(&document)
}

/// The name of the first field of the only JSON document in `text`.
fn first_field(text: &str) -> serde_json::Result<String> {
    let document: serde_json::Map<_, _> = serde_json::from_str(text)?;
    Ok(document.keys().next().cloned().unwrap_or_default())
}

/// The pieces of `text` that stand between a sequence that sets a colour and the one that ends it.
fn coloured(text: &str) -> Vec<String> {
    let pieces = text.split("\x1b[").skip(1);
    let pieces = pieces.filter_map(|piece| piece.split_once('m'));
    let coloured = pieces.filter(|(style, text)| *style != "0" && !text.is_empty());
    coloured.map(|(_, text)| text.to_owned()).collect()
}
