//! Sentences about the configuration file.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use cucumber::gherkin::Step;
use cucumber::{given, then};
use untorn_runner::{check, check_eq};

use crate::world::World;

#[given("the configuration")]
fn configuration_is(world: &mut World, step: &Step) -> io::Result<()> {
    write(&world.configuration(), contents_of(step).as_bytes())
}

#[given("no configuration")]
fn no_configuration(world: &mut World) {
    check!(!world.configuration().exists(), "there is no configuration");
}

#[then("the configuration is still as it was")]
fn configuration_is_still(world: &mut World) -> io::Result<()> {
    let now = world.configuration_now()?;
    check_eq!(
        now.as_ref(),
        world.configuration_before(),
        "the configuration"
    );
    Ok(())
}

#[then("there is still no configuration")]
fn still_no_configuration(world: &mut World) {
    check!(!world.configuration().exists(), "there is no configuration");
}

#[then(regex = "^the settings are (?:still|now)$")]
fn settings_are(world: &mut World, step: &Step) -> Result<(), String> {
    check_eq!(world.settings()?, settings_of(step), "the settings");
    Ok(())
}

#[then("nothing else is left beside it")]
fn nothing_is_left(world: &mut World) -> io::Result<()> {
    check_eq!(world.left_behind()?, Vec::<PathBuf>::new(), "left behind");
    Ok(())
}

/// Writes a file as its owner would: private, in a private directory.
fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    make_directory(path)?;
    let mut options = fs::OpenOptions::new();
    let options = options.create(true).write(true).truncate(true).mode(0o600);
    io::Write::write_all(&mut options.open(path)?, contents)
}

fn make_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder
        .recursive(true)
        .mode(0o700)
        .create(path.with_file_name(""))
}

/// The text below a step; its last line ends as lines do.
fn contents_of(step: &Step) -> String {
    let text = step.docstring.as_deref().unwrap_or_default();
    let text = text.strip_prefix('\n').unwrap_or(text);
    match text.strip_suffix('\n').unwrap_or(text) {
        "" => String::new(),
        lines => format!("{lines}\n"),
    }
}

/// The table below a step, a setting in each row.
fn settings_of(step: &Step) -> BTreeMap<String, String> {
    let rows = step.table.iter().flat_map(|table| &table.rows);
    rows.map(|row| (row[0].clone(), row[1].clone())).collect()
}
