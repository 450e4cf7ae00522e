//! `untorn`: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    untorn::cli::main()
}
