//! What every command takes, before its name and after it.

use std::iter;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args, ValueEnum};

use crate::changes::ChangeError;
use crate::registry::Key;
use crate::value::Value;

use super::output::Format;

#[derive(Args)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Options {
    /// Use this one file in place of the global and the project file
    #[arg(long, value_name = "PATH")]
    pub(super) config: Option<PathBuf>,
    /// Take this value for a key, whatever the variables and the files say
    #[arg(long, short = 'c', value_name = "KEY=VALUE", value_parser = given)]
    pub(super) with: Vec<Given>,
    /// How results and errors are told [default: text]
    // A default of clap's own would hide, in a command, what was said before it.
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
    /// How long to wait for another writer; 0 does not wait [default: 5]
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = seconds,
        allow_negative_numbers = true
    )]
    pub(super) lock_timeout: Option<Duration>,
    /// Refuse files larger than this [default: 1048576]
    #[arg(long, value_name = "BYTES")]
    pub(super) max_size: Option<u64>,
    /// When messages are coloured; `NO_COLOR` is honoured [default: auto]
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(super) color: Option<Color>,
    /// Also tell which file or variable a value comes from
    #[arg(long, short)]
    pub(super) verbose: bool,
}

impl Options {
    /// Whether they were described to the command whose `matches` these are.
    pub(super) fn are_known_to(matches: &ArgMatches) -> bool {
        matches.ids().any(|id| id == "verbose") // which has a value wherever it is known
    }

    /// Those that were given, before the name of a command and after it; what is said last holds.
    pub(super) fn of(matches: &ArgMatches) -> Self {
        let said = iter::successors(Some(matches), |outer| Some(outer.subcommand()?.1));
        let said: Vec<&ArgMatches> = said.filter(|it| Self::are_known_to(it)).collect();
        Self {
            config: last(&said, "config"),
            with: all(&said, "with"),
            format: last(&said, "format"),
            lock_timeout: last(&said, "lock_timeout"),
            max_size: last(&said, "max_size"),
            color: last(&said, "color"),
            verbose: said.iter().any(|matches| matches.get_flag("verbose")),
        }
    }
}

type Given = (&'static Key, Value);

fn last<T: Clone + Send + Sync + 'static>(said: &[&ArgMatches], option: &str) -> Option<T> {
    let mut found = said.iter().rev().map(|matches| matches.get_one(option));
    found.find_map(|value: Option<&T>| value.cloned())
}

fn all<T: Clone + Send + Sync + 'static>(said: &[&ArgMatches], option: &str) -> Vec<T> {
    let found = said.iter().filter_map(|matches| matches.get_many(option));
    found.flatten().cloned().collect()
}

/// When the words `error:` and `warning:` are coloured.
#[derive(Clone, Copy, Default, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or("not a number of seconds")
}

fn given(text: &str) -> Result<Given, String> {
    let (name, value) = text.split_once('=').ok_or("it is not KEY=VALUE")?;
    let key = Key::find(name).ok_or_else(|| ChangeError::unknown(name).to_string())?;
    let value = key.parse(value).map_err(|error| error.to_string())?;
    Ok((key, value))
}

/// Which file a command changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Scope {
    /// The user's own, for all projects
    #[default]
    Global,
    /// The project's; created in the working directory where there is none
    Project,
}

/// What every command that changes a file takes.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Change {
    /// Which file to change
    #[arg(long, value_enum, default_value_t)]
    pub(super) scope: Scope,
    /// Print the change as a diff, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}
