//! The prover's features: each scenario runs `untorn`, or proves by its steps, on a small program.
//!
//! With `UNTORN_FIXTURE` set this binary plays the suite of features in that directory, so that its steps can
//! be seen to fail.

mod corpus;
mod fixture;
mod page;
mod steps;
mod world;

use std::num::NonZero;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

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
        .rerun_with("cargo test --package untorn --test prover --")
        .reports(concat!(env!("CARGO_TARGET_TMPDIR"), "/prover"))
        .jobs(with_one_that_waits())
        .requires("needs_browser", world::probe_browser)
        .requires("needs_git", world::probe_git)
        .requires("needs_attributes", world::probe_attributes)
        .requires("needs_root", world::probe_root)
        .requires("needs_npm", world::probe_npm)
        .requires("needs_pip", world::probe_pip)
        .requires("needs_sqlite3", world::probe_sqlite3)
        .requires("needs_strace", world::probe_strace)
        .requires("needs_32_bit_calls", world::probe_32_bit_calls)
        .requires("needs_two_cores", world::probe_two_cores)
        .requires("needs_user_namespaces", world::probe_user_namespaces)
        .main()
}
