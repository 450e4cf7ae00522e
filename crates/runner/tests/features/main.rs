//! The runner's features: each scenario runs a small fixture suite in a child process.
//!
//! This binary is both: with `UNTORN_FIXTURE` set it plays the fixture suite in that directory, so that the
//! fixture is always there and always current.

mod attaching;
mod browser;
mod fixture;
mod history;
mod hooked;
mod library;
mod official;
mod page;
mod steps;
mod world;

use std::{num::NonZero, path::Path, process::ExitCode, thread};

use untorn_runner::Suite;

use crate::world::World;

fn main() -> ExitCode {
    std::env::var_os(fixture::PROJECT)
        .map_or_else(features, |project| fixture::play(Path::new(&project)))
}

/// One more than there are cores, for there is always one that waits for its child.
fn with_one_that_waits() -> NonZero<usize> {
    let cores = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    cores.saturating_add(1)
}

fn features() -> ExitCode {
    Suite::<World>::new(env!("CARGO_MANIFEST_DIR"), "features")
        .rerun_with("cargo test --package untorn-runner --test runner --")
        .reports(concat!(env!("CARGO_TARGET_TMPDIR"), "/bdd"))
        .requires("needs_browser", browser::probe)
        .requires("needs_official_tools", official::probe)
        .after_run(browser::quit)
        .jobs(with_one_that_waits())
        .requires("needs_git", history::probe)
        .main()
}
