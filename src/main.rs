//! `agents`: arguments in, exit code out.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(feature = "failpoints")]
    let _faults = agents::fault::set_up();
    agents::cli::run(std::env::args_os())
}
