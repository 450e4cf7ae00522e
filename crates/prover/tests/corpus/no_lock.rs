//! Replaces the file by a synced temporary file, but without a lock. Verdict: none for one writer.
//!
//! Every single fault leaves the old file or the new one. A second writer between the read and the
//! replacement is undone, though; and a kill leaves a temporary file that nobody clears away (LITTER).

use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::process::ExitCode;

fn with_name(old: &str) -> String {
    let name = old.lines().find(|line| line.starts_with("name = "));
    name.map_or_else(
        || old.into(),
        |name| old.replacen(name, "name = \"new\"", 1),
    )
}

fn replace(temporary: &str, contents: &str) -> io::Result<()> {
    let mut file = File::create_new(temporary)?;
    let written = file
        .write_all(contents.as_bytes())
        .and_then(|()| file.set_permissions(fs::metadata("config.toml")?.permissions()))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(temporary, "config.toml"));
    if written.is_err() {
        fs::remove_file(temporary)?;
    }
    written
}

fn run() -> io::Result<()> {
    let old = fs::read_to_string("config.toml")?;
    let random = RandomState::new().build_hasher().finish();
    replace(&format!(".config.toml.{random:016x}"), &with_name(&old))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("no_lock: {error}");
            ExitCode::FAILURE
        }
    }
}
