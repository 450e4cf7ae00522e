//! Sentences about what goes wrong, and about what other programs do meanwhile.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

use cucumber::gherkin::Step;
use cucumber::{Parameter, given, then};
use untorn_runner::check_eq;
use untorn_runner::faults::{Fault, Hit};

use crate::meanwhile::{Action, Meanwhile};
use crate::snapshot::Entry;
use crate::steps::configuration::contents_of;
use crate::steps::metadata::permissions;
use crate::world::World;

/// A step of the program at which a fault can strike, in words.
#[derive(Clone, Copy, Debug, Parameter)]
#[param(name = "stage", regex = "[a-z ]+")]
pub struct Stage(&'static str);

impl Stage {
    /// The failpoint there.
    pub fn point(self) -> &'static str {
        self.0
    }
}

/// The failpoints and what the program does there.
const STAGES: &[(&str, &str)] = &[
    ("making the directory", "directory::create"),
    ("syncing the parent directory", "directory::sync"),
    ("opening the directory", "directory::open"),
    ("locking the directory", "lock::directory"),
    ("locking the file", "lock::target"),
    ("reading the configuration", "store::read"),
    ("creating the temporary file", "replace::create"),
    ("writing the new contents", "replace::write"),
    (
        "writing the rest of the new contents",
        "replace::short_write",
    ),
    ("keeping the metadata", "replace::metadata"),
    ("syncing the new contents", "replace::sync"),
    ("comparing it with what was read", "replace::compare"),
    ("renaming it into place", "replace::rename"),
    ("exchanging the files", "replace::exchange"),
    ("linking the old file", "replace::link"),
    ("looking at the old file", "replace::displaced"),
    ("syncing the directory", "replace::sync_directory"),
    ("putting the old file back", "replace::put_back"),
    ("clearing the old file away", "replace::clear"),
];

impl FromStr for Stage {
    type Err = String;

    fn from_str(words: &str) -> Result<Self, String> {
        let stage = STAGES.iter().find(|(known, _)| *known == words);
        let point = stage.map(|(_, point)| Self(point));
        point.ok_or_else(|| format!("there is no stage called {words:?}"))
    }
}

#[given(expr = "{fault} strikes while {stage}")]
fn strikes(world: &mut World, fault: Fault, stage: Stage) -> Result<(), String> {
    world.arm(stage.0, fault.action(), Hit::Every)
}

#[given(expr = "{fault} strikes once while {stage}")]
fn strikes_once(world: &mut World, fault: Fault, stage: Stage) -> Result<(), String> {
    world.arm(stage.0, fault.action(), Hit::Nth(1))
}

#[given(expr = "{fault} strikes {hit} time while {stage}")]
fn strikes_later(world: &mut World, fault: Fault, hit: Hit, stage: Stage) -> Result<(), String> {
    world.arm(stage.0, fault.action(), hit)
}

#[given(expr = "{fault} strikes at {hit} write of a setting")]
fn strikes_at_write(world: &mut World, fault: Fault, hit: Hit) -> Result<(), String> {
    world.arm("store::set", fault.action(), hit)
}

#[given(expr = "an editor saves this {int} time(s) while {stage}")]
fn editor_saves(world: &mut World, times: usize, stage: Stage, step: &Step) -> Result<(), String> {
    let action = Action::Replace(world.configuration(), contents_of(step));
    happens(world, stage, times, action)
}

#[given(expr = "an editor writes this into the file {int} time(s) while {stage}")]
fn editor_overwrites(
    world: &mut World,
    times: usize,
    stage: Stage,
    step: &Step,
) -> Result<(), String> {
    let action = Action::Overwrite(world.configuration(), contents_of(step));
    happens(world, stage, times, action)
}

#[given(expr = "someone writes the file {string} while {stage}")]
fn someone_writes(
    world: &mut World,
    name: String,
    stage: Stage,
    step: &Step,
) -> Result<(), String> {
    let action = Action::Overwrite(world.file(name), contents_of(step));
    happens(world, stage, 1, action)
}

#[given(expr = "someone changes its mode to {word} while {stage}")]
fn someone_changes_mode(world: &mut World, mode: String, stage: Stage) -> Result<(), String> {
    let action = Action::ChangeMode(world.configuration(), permissions(mode));
    happens(world, stage, 1, action)
}

#[given(expr = "a copy takes the place of its directory while {stage}")]
fn copy_takes_its_place(world: &mut World, stage: Stage) -> Result<(), String> {
    happens_to_directory(world, stage, Hit::Nth(1), Action::ReplaceDirectory)
}

#[given(expr = "its directory comes back {hit} time while {stage}")]
fn directory_comes_back(world: &mut World, hit: Hit, stage: Stage) -> Result<(), String> {
    happens_to_directory(world, stage, hit, Action::RestoreDirectory)
}

#[given(expr = "a FIFO takes the place of its directory while {stage}")]
fn fifo_takes_its_place(world: &mut World, stage: Stage) -> Result<(), String> {
    happens_to_directory(world, stage, Hit::Nth(1), Action::ReplaceDirectoryByFifo)
}

#[given(expr = "someone removes its directory while {stage}")]
fn someone_removes_directory(world: &mut World, stage: Stage) -> Result<(), String> {
    happens_to_directory(world, stage, Hit::Nth(1), Action::RemoveDirectory)
}

#[given(expr = "someone removes the directory {string} while {stage}")]
fn someone_removes(world: &mut World, name: String, stage: Stage) -> Result<(), String> {
    let directory = world.file(name);
    happens(world, stage, 1, Action::RemoveDirectory(directory))
}

#[given(expr = "a reader looks while {stage}")]
fn reader_looks(world: &mut World, stage: Stage) -> Result<(), String> {
    let action = Action::Read(world.configuration(), Vec::new());
    happens(world, stage, 1, action)
}

fn happens(world: &mut World, stage: Stage, times: usize, action: Action) -> Result<(), String> {
    let hit = if times == 1 { Hit::Nth(1) } else { Hit::Every };
    happens_at(world, stage, hit, times, action)
}

fn happens_to_directory(
    world: &mut World,
    stage: Stage,
    hit: Hit,
    action: fn(PathBuf) -> Action,
) -> Result<(), String> {
    let directory = world.directory_of_configuration();
    happens_at(world, stage, hit, 1, action(directory))
}

fn happens_at(
    world: &mut World,
    stage: Stage,
    hit: Hit,
    times: usize,
    action: Action,
) -> Result<(), String> {
    world.meanwhile(Meanwhile {
        point: stage.0,
        hit,
        times,
        action,
    })
}

#[then("the reader saw the configuration as it was")]
fn reader_saw_old(world: &mut World) {
    let before = world.configuration_before().and_then(Entry::contents);
    let before = before.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    check_eq!(world.seen(), before.as_slice(), "what the reader saw");
}

#[then("the reader saw the configuration as it is now")]
fn reader_saw_new(world: &mut World) -> io::Result<()> {
    let now = fs::read_to_string(world.configuration())?;
    check_eq!(world.seen(), &[now], "what the reader saw");
    Ok(())
}

#[given("another process holds the lock")]
fn lock_is_held(world: &mut World) -> Result<(), String> {
    world.hold_lock().map_err(|error| error.to_string())
}
