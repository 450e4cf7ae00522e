//! Leaves the last write to the drop of a `BufWriter`, which cannot report an error. Verdict: TORN.
//!
//! `write_all` only fills the buffer. That the disk is full comes out in the drop, where it is ignored;
//! then an empty file is renamed over the settings, and the exit code is 0.

use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

fn with_name(old: &str) -> String {
    let name = old.lines().find(|line| line.starts_with("name = "));
    name.map_or_else(
        || old.into(),
        |name| old.replacen(name, "name = \"new\"", 1),
    )
}

fn write(file: File, contents: &str) -> io::Result<()> {
    let mut writer = BufWriter::new(file);
    writer.write_all(contents.as_bytes())
}

fn run() -> io::Result<()> {
    let old = fs::read_to_string("config.toml")?;
    let temporary = format!(
        ".config.toml.{:016x}",
        RandomState::new().build_hasher().finish()
    );
    let file = File::create_new(&temporary)?;
    write(file, &with_name(&old))
        .and_then(|()| fs::rename(&temporary, "config.toml"))
        .inspect_err(|_| {
            let _ = fs::remove_file(&temporary);
        })
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("swallowed_close_error: {error}");
            ExitCode::FAILURE
        }
    }
}
