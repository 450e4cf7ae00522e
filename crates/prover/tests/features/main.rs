//! The prover's features: each scenario runs `untorn` on a small program.

mod corpus;
mod page;
mod steps;
mod world;

use std::process::ExitCode;

use untorn_runner::Suite;

use crate::world::World;

fn main() -> ExitCode {
    Suite::<World>::new(env!("CARGO_MANIFEST_DIR"), "features")
        .rerun_with("cargo test --package untorn --test prover --")
        .reports(concat!(env!("CARGO_TARGET_TMPDIR"), "/prover"))
        .requires("needs_browser", world::probe_browser)
        .requires("needs_git", world::probe_git)
        .requires("needs_strace", world::probe_strace)
        .main()
}
