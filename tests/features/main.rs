//! Runs the features in `features/` against the program `agents`.

mod program;
mod run;
mod settings;
mod snapshot;
mod steps;
mod world;

use std::process::ExitCode;

use untorn_runner::Suite;

fn main() -> ExitCode {
    Suite::<world::World>::new(env!("CARGO_MANIFEST_DIR"), "features")
        .rerun_with("cargo test --test features --")
        .reports("target/bdd")
        .set_up(program::check)
        .main()
}
