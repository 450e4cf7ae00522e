//! A library with failpoints, which runs in the process of the fixture suite.

use std::{env, io, path::PathBuf, process::Command};

use cucumber::{given, then, when};
use untorn_runner::{
    expect,
    faults::{ArmError, ArmHereError, Fault, Hit, Plan, arm_here},
};

use crate::fixture::{Fixture, PROJECT};

/// Its failpoints.
const POINTS: [&str; 2] = ["library::write", "library::sync"];

/// What a program with the same failpoints notes when one strikes.
const LOG: &str = "library.log";

fn log() -> PathBuf {
    let project = PathBuf::from(env::var_os(PROJECT).unwrap_or_default());
    project.join(LOG)
}

/// Writes, unless a fault strikes, and says how that went.
fn write() -> String {
    let struck = fail::eval("library::write", Option::unwrap_or_default);
    struck.unwrap_or_else(|| "ok".to_owned())
}

#[given(expr = "{fault} strikes {hit} time at {string}")]
fn strikes(_: &mut Fixture, fault: Fault, hit: Hit, point: String) -> Result<(), ArmHereError> {
    arm_here(&POINTS, point, fault.action(), hit)
}

#[given(expr = "{fault} strikes {hit} time at {string} in a child process")]
fn strikes_in_child(
    world: &mut Fixture,
    fault: Fault,
    hit: Hit,
    point: String,
) -> Result<(), ArmError> {
    if world.faults.is_empty() {
        world.faults = Plan::new(&POINTS);
    }
    arm(&mut world.faults, point, fault, hit)
}

fn arm(
    faults: &mut Plan,
    point: impl Into<String>,
    fault: Fault,
    hit: Hit,
) -> Result<(), ArmError> {
    faults.arm(&point.into(), fault.action(), hit)
}

#[given(expr = "the action {string} at {string}")]
fn acts(_: &mut Fixture, action: String, point: String) -> Result<(), ArmHereError> {
    arm_here(&POINTS, point, action, Hit::Every)
}

#[when(expr = "the library writes {int} times")]
fn writes(world: &mut Fixture, times: usize) {
    let said: Vec<_> = (0..times).map(|_| write()).collect();
    world.said = said.join(" ");
}

/// It runs into the first fault, and leaves the others alone.
#[when(expr = "a child process writes")]
fn child_writes(world: &mut Fixture) -> io::Result<()> {
    let script = "echo \"${FAILPOINTS%%=*}\" > \"$FAILPOINT_LOG\"";
    let mut child = Command::new("sh");
    child.args(["-c", script]).envs(world.faults.env(&log()));
    child.status().map(drop)
}

#[when(expr = "the World asks what struck")]
fn asks(world: &mut Fixture) {
    drop(world.faults.unstruck(&log()));
}

#[then(expr = "it said {string}")]
fn it_said(world: &mut Fixture, expected: String) {
    expect::equal("what the library said", world.said.as_str(), expected);
}
