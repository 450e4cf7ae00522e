//! What scenarios say, in words.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::time::Duration;

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use untorn_runner::{check_eq, expect};

use crate::corpus::writers;
use crate::fixture;
use crate::world::World;

#[given(expr = "the writer {word}")]
fn the_writer(world: &mut World, name: String) -> io::Result<()> {
    let (_, writer) = (writers()?.remove_entry(&name))
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, name))?;
    world.writer = Some(writer);
    Ok(())
}

#[given(expr = "the file {string}")]
fn the_file(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    let text = step.docstring.as_deref().unwrap_or_default();
    fs::write(world.path(name), text.trim_start_matches('\n'))
}

#[given(expr = "the directory {string}")]
fn the_directory(world: &mut World, name: String) -> io::Result<()> {
    fs::create_dir_all(world.path(name))
}

/// Written by another process: no other thread of this one, forking, can keep a program open for writing.
#[given(expr = "the program {string}")]
#[when(expr = "the program {string} becomes")]
fn the_program(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    world.write_program(name, step.docstring.as_deref().unwrap_or_default())
}

#[when(expr = "the file {string} has {string} in place of {string}")]
fn has_in_place(world: &mut World, name: String, new: String, old: String) -> io::Result<()> {
    world.edit(name, &[old, new])
}

#[given(expr = "the file {string} of {int} bytes")]
fn file_of_size(world: &mut World, name: String, bytes: usize) -> io::Result<()> {
    fs::write(world.path(name), "x".repeat(bytes))
}

#[when("I run:")]
fn i_run_lines(world: &mut World, step: &Step) -> io::Result<()> {
    world.run(step.docstring.as_deref().unwrap_or_default())
}

#[then(expr = "the file {string} is the same as {string}")]
fn file_is_same(world: &mut World, one: String, other: String) -> io::Result<()> {
    let texts = [one, other].map(|it| fs::read_to_string(world.path(it)));
    let [one, other] = texts;
    check_eq!(one?, other?, "the file");
    Ok(())
}

#[given(expr = "the feature of the README as {string}")]
fn feature_of_readme(world: &mut World, name: String) -> io::Result<()> {
    let feature = include_str!("../../../README.md")
        .split("```gherkin")
        .nth(1);
    let feature = feature.and_then(|it| it.split("```").next());
    fs::write(world.path(name), feature.unwrap_or_default())
}

#[when(expr = "the features are run by {word}")]
fn features_are_run(world: &mut World, runner: String) -> io::Result<()> {
    world.run_features(runner)
}

#[then("the documentation lists the steps that there are")]
fn documentation_lists(_: &mut World) {
    check_eq!(
        fixture::undocumented(),
        Vec::<String>::new(),
        "what is wrong with the list"
    );
}

#[when("it is proved")]
fn it_is_proved(world: &mut World) -> io::Result<()> {
    world.prove_writer()
}

#[when(expr = "I run {string}")]
fn i_run(world: &mut World, line: String) -> io::Result<()> {
    world.run(line)
}

#[then("exactly the violations that are known of it are found")]
fn known_violations(world: &mut World) -> io::Result<()> {
    let known = world
        .writer
        .iter()
        .flat_map(|it| it.verdicts.iter().cloned());
    let known: BTreeSet<String> = known.collect();
    check_eq!(world.violations()?, known, "the violations");
    let report = world.report()?;
    check_eq!(report["doubts"], serde_json::json!([]), "what is doubtful");
    check_eq!(world.code, i32::from(!known.is_empty()), "the exit code");
    Ok(())
}

#[then(expr = "the violations are {string}")]
fn violations_are(world: &mut World, words: String) -> io::Result<()> {
    let found: Vec<String> = world.violations()?.into_iter().collect();
    check_eq!([found.join(" ")], [words], "the violations");
    Ok(())
}

#[when("I run what it says")]
fn i_run_what_it_says(world: &mut World) -> io::Result<()> {
    world.run_shell()
}

#[when("I run the replay that it names")]
fn i_run_the_replay(world: &mut World) -> io::Result<()> {
    let named = world.output.lines();
    let line = named.filter_map(|it| Some(it.split_once("  replay      ")?.1));
    let line = line.map(str::to_owned).next();
    world.run(line.ok_or_else(|| io::Error::other("it names none"))?)
}

#[when(expr = "{string} is killed after {int} ms")]
fn is_killed(world: &mut World, line: String, after_ms: u64) -> io::Result<()> {
    world.kill(line, Duration::from_millis(after_ms))
}

#[then("nothing that it started is alive")]
fn nothing_alive(world: &mut World) {
    check_eq!(world.alive(), Vec::<String>::new(), "what is alive");
}

#[then(expr = "it exits with {int}")]
fn exits_with(world: &mut World, code: i32) {
    check_eq!(world.code, code, "the exit code, after:\n{}", world.output);
}

#[then(expr = "it says {string}")]
fn says(world: &mut World, text: String) {
    expect::contains("the output", &world.output, text);
}

#[then(expr = "the file {string} contains {string}")]
fn file_contains(world: &mut World, name: String, text: String) -> io::Result<()> {
    let contents = fs::read_to_string(world.path(name))?;
    expect::contains("the file", &contents, text);
    Ok(())
}

#[then("nothing is left of the scratch directories")]
fn nothing_left(world: &mut World) -> io::Result<()> {
    let left = fs::read_dir(world.path("scratch"))?.count();
    check_eq!(left, 0, "what is left");
    Ok(())
}
