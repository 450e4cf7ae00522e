//! A library with failpoints, which runs in the process of the fixture suite.

use cucumber::{given, then, when};
use untorn_runner::{
    expect,
    faults::{ArmHereError, Fault, Hit, arm_here},
};

use crate::fixture::Fixture;

/// Its failpoints.
const POINTS: [&str; 2] = ["library::write", "library::sync"];

/// Writes, unless a fault strikes, and says how that went.
fn write() -> String {
    let struck = fail::eval("library::write", Option::unwrap_or_default);
    struck.unwrap_or_else(|| "ok".to_owned())
}

#[given(expr = "{fault} strikes {hit} time at {string}")]
fn strikes(_: &mut Fixture, fault: Fault, hit: Hit, point: String) -> Result<(), ArmHereError> {
    arm_here(&POINTS, point, fault.action(), hit)
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

#[then(expr = "it said {string}")]
fn it_said(world: &mut Fixture, expected: String) {
    expect::equal("what the library said", world.said.as_str(), expected);
}
