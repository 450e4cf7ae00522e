//! Runs the features in `features/` against the program `agents`.

mod meanwhile;
mod namespace;
mod program;
mod run;
mod settings;
mod snapshot;
mod steps;
mod three_writes;
mod trace;
mod world;

use std::env;
use std::process::ExitCode;

use untorn_runner::Suite;

fn main() -> ExitCode {
    if env::var_os(program::PLAYS).is_some() {
        return three_writes::main();
    }
    Suite::<world::World>::new(program::suite(), "features")
        .rerun_with("cargo test --test features --")
        .reports(program::reports())
        .requires("needs_user_namespaces", namespace::Namespace::probe)
        .requires("needs_root", program::probe_root)
        .requires("needs_other_users", program::probe_other_users)
        .requires("needs_attributes", program::probe_attributes)
        .requires("needs_strace", program::probe_strace)
        .before_run(|| program::failpoints().map(drop))
        .main()
}
