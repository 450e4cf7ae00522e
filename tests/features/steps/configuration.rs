//! Sentences about the configuration file.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, symlink};
use std::path::{Path, PathBuf};

use cucumber::gherkin::Step;
use cucumber::{given, then};
use untorn_runner::{check, check_eq, expect};

use crate::meanwhile::{make_fifo, moved};
use crate::world::World;

/// The configuration of a scenario that is not about what stands in it.
const USUAL: &str = r#"# Where the agents run.
[server]
url = "https://old.example"   # since last year
namespace = "staging"
tls-verify = false
"#;

#[given("a configuration")]
fn some_configuration(world: &mut World) -> io::Result<()> {
    write(&world.configuration(), USUAL.as_bytes())
}

#[given("the configuration")]
fn configuration_is(world: &mut World, step: &Step) -> io::Result<()> {
    write(&world.configuration(), contents_of(step).as_bytes())
}

#[given("no configuration")]
fn no_configuration(world: &mut World) {
    check!(!world.configuration().exists(), "there is no configuration");
}

#[given("the project configuration")]
fn project_configuration_is(world: &mut World, step: &Step) -> io::Result<()> {
    write(
        &world.file(".cleveragents/config.toml"),
        contents_of(step).as_bytes(),
    )
}

#[given(expr = "the configuration with the bytes {string}")]
fn configuration_has_bytes(world: &mut World, escaped: String) -> io::Result<()> {
    write(&world.configuration(), &unescape(escaped))
}

#[given(expr = "a configuration of {int} bytes")]
fn configuration_has_size(world: &mut World, size: usize) -> io::Result<()> {
    let room = size.saturating_sub(USUAL.len() + "# \n".len());
    let text = format!("{USUAL}# {}\n", ".".repeat(room));
    write(&world.configuration(), text.as_bytes())
}

#[given(expr = "the file {string}")]
fn file_is(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    write(&world.file(name), contents_of(step).as_bytes())
}

#[given(expr = "the configuration is a symbolic link to {string}")]
fn configuration_is_link(world: &mut World, target: String) -> io::Result<()> {
    make_directory(&world.configuration())?;
    symlink(PathBuf::from(target), world.configuration())
}

#[given(expr = "the file {string} is a symbolic link to {string}")]
fn file_is_link(world: &mut World, name: String, target: String) -> io::Result<()> {
    let path = world.file(name);
    make_directory(&path)?;
    symlink(PathBuf::from(target), path)
}

#[given("a directory in place of the configuration")]
fn configuration_is_directory(world: &mut World) -> io::Result<()> {
    make_directory(&world.configuration())?;
    fs::create_dir(world.configuration())
}

#[given("a FIFO in place of the configuration")]
fn configuration_is_fifo(world: &mut World) -> io::Result<()> {
    let path = world.configuration();
    make_directory(&path)?;
    make_fifo(&path)
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

#[then("the configuration is now")]
fn configuration_is_now(world: &mut World, step: &Step) -> io::Result<()> {
    let text = match fs::read_to_string(world.configuration()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        text => Some(text?),
    };
    check_eq!(text, Some(contents_of(step)), "the configuration");
    Ok(())
}

#[then(expr = "the configuration contains {string}")]
fn configuration_contains(world: &mut World, text: String) -> io::Result<()> {
    let found = fs::read_to_string(world.configuration())?;
    expect::contains("the configuration", &found, text);
    Ok(())
}

#[then(expr = "the configuration now has the bytes {string}")]
fn configuration_now_has_bytes(world: &mut World, escaped: String) -> io::Result<()> {
    let bytes = fs::read(world.configuration())?;
    let (found, wanted) = (bytes.escape_ascii(), unescape(escaped));
    check_eq!(
        found.to_string(),
        wanted.escape_ascii().to_string(),
        "the bytes"
    );
    Ok(())
}

#[then(expr = "the file {string} is now")]
fn file_is_now(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    let text = fs::read_to_string(world.file(name))?;
    check_eq!(text, contents_of(step), "the file");
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
    check_eq!(world.left_behind()?, Vec::<PathBuf>::new(), "what is left");
    Ok(())
}

#[then(expr = "only {string} is left beside it")]
fn only_one_is_left(world: &mut World, name: String) -> io::Result<()> {
    let left = world.left_behind()?;
    let names = left.iter().filter_map(|path| path.file_name());
    let names: Vec<_> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    check_eq!(names, vec![name], "what is left");
    Ok(())
}

#[then("the directory of the configuration is there")]
fn directory_is_there(world: &mut World) {
    check!(
        world.directory_of_configuration().is_dir(),
        "there is a directory"
    );
}

#[then("neither of the two directories holds anything but a configuration")]
fn neither_holds_anything_else(world: &mut World) -> io::Result<()> {
    let directory = world.directory_of_configuration();
    for directory in [moved(&directory), directory] {
        let entries = fs::read_dir(&directory)?.map(|entry| Ok(entry?.file_name()));
        let names = entries.collect::<io::Result<Vec<_>>>()?;
        check_eq!(names, ["config.toml"], "what {} holds", directory.display());
    }
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
pub fn contents_of(step: &Step) -> String {
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

/// Reads `\r`, `\n` and `\xNN` for the bytes that they stand for; all else stands for itself.
fn unescape(escaped: String) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = escaped.into_bytes().into_iter();
    while let Some(byte) = rest.next() {
        let escape = (byte == b'\\').then(|| rest.next());
        match escape.flatten() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b'r') => bytes.push(b'\r'),
            Some(b'x') => bytes.push(hexadecimal(rest.by_ref())),
            Some(other) => bytes.push(other),
            None => bytes.push(byte),
        }
    }
    bytes
}

fn hexadecimal(digits: &mut impl Iterator<Item = u8>) -> u8 {
    let digits: String = digits.take(2).map(char::from).collect();
    u8::from_str_radix(&digits, 16).expect("two hexadecimal digits after \\x")
}
