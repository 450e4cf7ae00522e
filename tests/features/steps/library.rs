//! Sentences about the library, which runs in the process of the tests.

use agents::fault::NAMES;
use agents::{Store, StoreError};
use cucumber::{given, then, when};
use untorn_runner::expect;
use untorn_runner::faults::{ArmHereError, Fault, Hit, arm_here};

use crate::steps::fault::Stage;
use crate::world::World;

#[given(expr = "{fault} strikes in this process while {stage}")]
fn strikes_here(_: &mut World, fault: Fault, stage: Stage) -> Result<(), ArmHereError> {
    arm_here(NAMES, stage.point(), fault.action(), Hit::Every)
}

#[when(expr = "the library sets {string} to {string}")]
fn library_sets(world: &mut World, key: String, value: String) -> Result<(), String> {
    world.prepare()?;
    let setting = Setting { key, value };
    let done = set(&Store::open(world.configuration()), &setting);
    world.hear(done.map_or_else(|error| error.to_string(), |()| "it is done".into()));
    Ok(())
}

#[then(expr = "the library says {string}")]
fn library_says(world: &mut World, said: String) {
    expect::contains("what the library says", world.heard(), said);
}

struct Setting {
    key: String,
    value: String,
}

fn set(store: &Store, setting: &Setting) -> Result<(), StoreError> {
    let mut transaction = store.transaction()?;
    transaction.set(&setting.key, setting.value.as_str())?;
    transaction.commit().map(drop)
}
