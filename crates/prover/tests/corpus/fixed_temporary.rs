//! Creates a temporary file of a fixed name that must not exist yet. Verdict: STUCK.
//!
//! It is removed after an error, but a kill leaves it, and no later run can create it again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::process::ExitCode;

fn with_name(old: &str) -> String {
    let name = old.lines().find(|line| line.starts_with("name = "));
    name.map_or_else(
        || old.into(),
        |name| old.replacen(name, "name = \"new\"", 1),
    )
}

fn write(mut file: File, contents: &str) -> io::Result<()> {
    file.write_all(contents.as_bytes())?;
    file.sync_all()?;
    fs::rename("config.toml.tmp", "config.toml")
}

fn run() -> io::Result<()> {
    let old = fs::read_to_string("config.toml")?;
    let file = File::create_new("config.toml.tmp")?;
    write(file, &with_name(&old)).inspect_err(|_| {
        let _ = fs::remove_file("config.toml.tmp");
    })
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fixed_temporary: {error}");
            ExitCode::FAILURE
        }
    }
}
