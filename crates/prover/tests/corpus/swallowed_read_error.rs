//! Takes a file that cannot be read for one that is not there. Verdict: TORN.
//!
//! `unwrap_or_default` is meant for the first run, when there are no settings yet. An I/O error, or a lack
//! of descriptors, looks the same to it: all settings are replaced by the one it was given, with exit 0.

use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::process::ExitCode;

fn with_name(old: &str) -> String {
    let is_other = |line: &&str| !line.starts_with("name = ");
    let others = old.lines().filter(is_other).map(|line| format!("{line}\n"));
    others.chain(["name = \"new\"\n".into()]).collect()
}

fn replace(temporary: &str, contents: &str) -> io::Result<()> {
    let mut file = File::create_new(temporary)?;
    let written = file
        .write_all(contents.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(temporary, "config.toml"));
    if written.is_err() {
        fs::remove_file(temporary)?;
    }
    written
}

fn run() -> io::Result<()> {
    let old = fs::read_to_string("config.toml").unwrap_or_default();
    let random = RandomState::new().build_hasher().finish();
    replace(&format!(".config.toml.{random:016x}"), &with_name(&old))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("swallowed_read_error: {error}");
            ExitCode::FAILURE
        }
    }
}
