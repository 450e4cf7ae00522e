//! `agents config`: single settings.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::changes::{ChangeError, Changes};
use crate::layers::Setting;
use crate::registry::{Key, Kind};

use super::described::Described;
use super::exit::Error;
use super::options::{Change, Scope};
use super::output::Report;
use super::setting::Shown;
use super::workplace::Workplace;
use super::write::write;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Print what holds for a key
    Get(Described<Get>),
    /// Set keys in one file: all of them, or none
    Set(Described<Set>),
    /// Remove keys from one file: all of them, or none
    Unset(Described<Unset>),
    /// Print every key that has a value
    List(Described<List>),
    /// Print which file a change goes to
    Path(Described<Path>),
    /// Print the keys that are known, and what each is for
    Keys(Described<()>),
}

#[derive(Args)]
pub(super) struct Get {
    /// The name of the key
    key: String,
    /// Print a secret as it is
    #[arg(long)]
    reveal: bool,
    /// Take a key that is not known as a string
    #[arg(long)]
    allow_unknown: bool,
}

#[derive(Args)]
pub(super) struct Set {
    /// The name of a key and its new value
    #[arg(value_name = "KEY=VALUE", required = true)]
    settings: Vec<String>,
    /// Take a key that is not known as a string
    #[arg(long)]
    allow_unknown: bool,
    #[command(flatten)]
    change: Change,
}

#[derive(Args)]
pub(super) struct Unset {
    /// The name of a key
    #[arg(value_name = "KEY", required = true)]
    keys: Vec<String>,
    /// Take a key that is not known as a string
    #[arg(long)]
    allow_unknown: bool,
    #[command(flatten)]
    change: Change,
}

#[derive(Args)]
pub(super) struct List {
    /// Also print where each value comes from
    #[arg(long)]
    sources: bool,
}

#[derive(Args)]
pub(super) struct Path {
    /// Whose file
    #[arg(long, value_enum, default_value_t)]
    scope: Scope,
}

pub(super) fn run(command: Command, workplace: &Workplace) -> Result<Report, Error> {
    match command {
        Command::Get(Described(arguments)) => get(&arguments, workplace),
        Command::Set(Described(arguments)) => set(&arguments, workplace),
        Command::Unset(Described(arguments)) => unset(&arguments, workplace),
        Command::List(Described(List { sources })) => {
            list(sources || workplace.verbose(), workplace)
        }
        Command::Path(Described(Path { scope })) => path(scope, workplace),
        Command::Keys(_) => Ok(keys()),
    }
}

fn get(arguments: &Get, workplace: &Workplace) -> Result<Report, Error> {
    known(&arguments.key, arguments.allow_unknown)?;
    let setting = workplace.layers()?.get(&arguments.key)?;
    let setting = setting.ok_or_else(|| Error::NotSet {
        key: arguments.key.clone(),
    })?;
    let shown = Shown::effective(&arguments.key, Some(setting));
    let shown = if arguments.reveal {
        shown.revealed()
    } else {
        shown
    };
    let source = if workplace.verbose() {
        shown.source()
    } else {
        String::new()
    };
    Ok(Report::read(format!("{}{source}\n", shown.bare())).with("setting", shown))
}

/// Refuses what is no name of a key, and a key that is not known unless it may be so.
fn known(name: &str, allow_unknown: bool) -> Result<(), Error> {
    if name.is_empty() || name.contains('=') {
        return Err(Error::Usage(
            "the name of a key is expected, without a value".to_owned(),
        ));
    }
    match Key::find(name) {
        None if !allow_unknown => Err(Error::Change(ChangeError::unknown(name))),
        _ => Ok(()),
    }
}

fn set(arguments: &Set, workplace: &Workplace) -> Result<Report, Error> {
    let pairs = arguments.pairs()?;
    let keys: Vec<&str> = pairs.iter().map(|(key, _)| *key).collect();
    refuse_twice(&keys)?;
    let mut changes = Changes::new();
    for (key, text) in &pairs {
        known(key, arguments.allow_unknown)?;
        changes.set_unknown(key, text)?;
    }
    write(workplace, &arguments.change, &changes)?.report(&keys, Vec::new())
}

impl Set {
    /// The arguments split at their first `=`; one that has none may be a secret, so it is counted
    /// and not repeated.
    fn pairs(&self) -> Result<Vec<(&str, &str)>, Error> {
        self.settings
            .iter()
            .zip(1..)
            .map(|(argument, number)| split(number, argument))
            .collect()
    }
}

fn split(number: usize, argument: &str) -> Result<(&str, &str), Error> {
    let refused = || Error::Usage(format!("argument {number} is not of the form KEY=VALUE"));
    argument.split_once('=').ok_or_else(refused)
}

fn unset(arguments: &Unset, workplace: &Workplace) -> Result<Report, Error> {
    let keys: Vec<&str> = arguments.keys.iter().map(String::as_str).collect();
    refuse_twice(&keys)?;
    let mut changes = Changes::new();
    for key in &keys {
        known(key, arguments.allow_unknown)?;
        changes.require(key);
        changes.unset(key);
    }
    write(workplace, &arguments.change, &changes)?.report(&keys, Vec::new())
}

fn refuse_twice(keys: &[&str]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    match keys.iter().find(|key| !seen.insert(**key)) {
        Some(key) => Err(Error::Usage(format!("{key} is named twice"))),
        None => Ok(()),
    }
}

fn list(with_sources: bool, workplace: &Workplace) -> Result<Report, Error> {
    let settings = workplace.layers()?.list()?;
    let shown = |setting: Setting| Shown::effective(&setting.key.clone(), Some(setting));
    let shown: Vec<Shown> = settings.into_iter().map(shown).collect();
    let text: String = shown.iter().map(|shown| shown.line(with_sources)).collect();
    Ok(Report::read(text).with("settings", shown))
}

fn path(scope: Scope, workplace: &Workplace) -> Result<Report, Error> {
    let file = workplace.target(scope)?;
    let text = [file.path.as_os_str().as_bytes(), b"\n"].concat();
    Ok(Report::read(text)
        .with("path", file.path.to_string_lossy().into_owned())
        .with("scope", file.scope.name())
        .with("exists", file.path.exists()))
}

fn keys() -> Report {
    let text: String = Key::all().iter().map(line).collect();
    let keys: Vec<_> = Key::all()
        .iter()
        .map(|key| {
            json!({
                "key": key.name,
                "type": kind(key),
                "default": key.default(),
                "variable": key.variable,
                "secret": key.secret,
                "description": key.description,
            })
        })
        .collect();
    Report::read(text).with("keys", keys)
}

fn line(key: &Key) -> String {
    let default = key
        .default()
        .map(|value| format!(", default {}", value.source()));
    let default = default.unwrap_or_default();
    let secret = if key.secret { ", secret" } else { "" };
    format!(
        "{}: {} ({}{default}{secret}; {})\n",
        key.name,
        key.description,
        kind(key),
        key.variable
    )
}

fn kind(key: &Key) -> &'static str {
    match key.kind {
        Kind::Url => "URL",
        Kind::Text => "string",
        Kind::Switch => "boolean",
        Kind::Seconds { .. } => "seconds",
    }
}
