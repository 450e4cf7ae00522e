//! Replaces the file under a lock, and puts the old one back if that cannot be made durable.
//!
//! Verdict: none. An error exit leaves the old file, exit 0 the new one, and nothing stays beside it
//! but what a killed run left, which the next run clears away.
//! Not kept: owner, extended attributes, a symbolic link in the place of the file.

use std::fs::{self, File, OpenOptions, Permissions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::process::ExitCode;

const FILE: &str = "config.toml";
const NEW: &str = ".config.toml.new-";
const OLD: &str = ".config.toml.old-";

fn with_name(old: &str) -> String {
    let name = old.lines().find(|line| line.starts_with("name = "));
    name.map_or_else(
        || old.into(),
        |name| old.replacen(name, "name = \"new\"", 1),
    )
}

/// Opens the directory and locks it; the lock ends with this process, however that ends.
fn locked_directory() -> io::Result<File> {
    let directory = File::open(".")?;
    while let Err(error) = directory.lock() {
        if error.kind() != ErrorKind::Interrupted {
            return Err(error);
        }
    }
    Ok(directory)
}

/// Removes what killed runs left; no run can be using it, for we hold the lock.
fn clear_leftovers() {
    let Ok(entries) = fs::read_dir(".") else {
        return;
    };
    for entry in entries.map_while(Result::ok) {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(NEW) || name.starts_with(OLD) {
            remove(&name);
        }
    }
}

/// Removes `name`; if that fails, the next run's `clear_leftovers` does it.
fn remove(name: &str) {
    let _ = fs::remove_file(name);
}

fn read() -> io::Result<(String, Permissions)> {
    let mut file = File::open(FILE)?;
    let mut old = String::new();
    file.read_to_string(&mut old)?;
    Ok((old, file.metadata()?.permissions()))
}

/// Writes all of `contents`. Closing has nothing to report that `sync_all` did not, so a drop does.
fn write_synced(mut file: File, contents: &str, permissions: Permissions) -> io::Result<()> {
    file.write_all(contents.as_bytes())?;
    file.set_permissions(permissions)?;
    file.sync_all()
}

fn replace(directory: &File, contents: &str, permissions: Permissions) -> io::Result<()> {
    let random = RandomState::new().build_hasher().finish();
    let (new, kept) = (format!("{NEW}{random:016x}"), format!("{OLD}{random:016x}"));
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)?;
    write_synced(file, contents, permissions)
        .and_then(|()| fs::hard_link(FILE, &kept))
        .and_then(|()| fs::rename(&new, FILE))
        .inspect_err(|_| {
            remove(&new);
            remove(&kept);
        })?;
    directory.sync_all().inspect_err(|_| {
        let _ = fs::rename(&kept, FILE); // an error must mean the old file
    })?;
    remove(&kept);
    Ok(())
}

fn run() -> io::Result<()> {
    let directory = locked_directory()?;
    clear_leftovers();
    let (old, permissions) = read()?;
    replace(&directory, &with_name(&old), permissions)
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("correct: {error}");
            ExitCode::FAILURE
        }
    }
}
