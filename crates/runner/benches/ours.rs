//! The features of the benchmark, run by this runner; `benchmark/runner.py` starts it where they are.

#![forbid(unsafe_code)]

mod words;

use std::process::ExitCode;

use untorn_runner::{Scenario, Suite};
use words::World;

impl Scenario for World {}

fn main() -> ExitCode {
    let exit = Suite::<World>::new(".", "features").main();
    words::tell_memory();
    exit
}
