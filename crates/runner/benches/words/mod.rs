//! The World and the step functions that both contenders run: the very same ones.

use std::{
    fs, io,
    process::{Command, ExitStatus},
};

use cucumber::{given, then, when};
use tempfile::TempDir;
use untorn_runner::{check, check_eq};

/// What a scenario has in its hands.
#[derive(Debug, Default, cucumber::World)]
pub struct World {
    sum: u64,
    directory: Option<TempDir>,
    exit: Option<ExitStatus>,
}

/// Tells the most memory that this process ever had; what the kernel counts for a child begins with what
/// its parent had.
pub fn tell_memory() {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM:")) {
        eprintln!("{line}");
    }
}

impl World {
    fn directory(&self) -> io::Result<&TempDir> {
        let missing = || io::Error::other("no temporary directory was made");
        self.directory.as_ref().ok_or_else(missing)
    }
}

#[given(expr = "the number {int}")]
fn start_with(world: &mut World, number: u64) {
    world.sum = number;
}

#[when(expr = "{int} is added")]
fn add(world: &mut World, number: u64) {
    world.sum += number;
}

#[then(expr = "the sum is {int}")]
fn sum(world: &mut World, expected: u64) {
    check_eq!(world.sum, expected, "the sum");
}

#[given("a temporary directory")]
pub fn temporary_directory(world: &mut World) -> io::Result<()> {
    world.directory = Some(tempfile::tempdir()?);
    Ok(())
}

#[when(expr = "{int} files are written")]
pub fn write(world: &mut World, count: u64) -> io::Result<()> {
    let directory = world.directory()?;
    (0..count).try_for_each(|number| fs::write(directory.path().join(number.to_string()), "text\n"))
}

#[then(expr = "there are {int} files")]
pub fn count(world: &mut World, expected: usize) -> io::Result<()> {
    let entries = fs::read_dir(world.directory()?.path())?;
    check_eq!(entries.count(), expected, "the number of files");
    Ok(())
}

#[when(expr = "the program {string} is run")]
pub fn run(world: &mut World, program: String) -> io::Result<()> {
    world.exit = Some(Command::new(program).status()?);
    Ok(())
}

#[when(expr = "the program {string} is waited for")]
pub async fn wait_for(world: &mut World, program: String) -> io::Result<()> {
    world.exit = Some(tokio::process::Command::new(program).status().await?);
    Ok(())
}

#[then("it succeeds")]
pub fn succeeds(world: &mut World) {
    check!(world.exit.is_some_and(|exit| exit.success()), "it failed");
}
