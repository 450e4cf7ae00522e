//! The command line: arguments in, exit code out.
//!
//! A command runs to its end before a word is printed: it returns a report or an error, and one
//! place puts either of them on the terminal ([`output`]), as one place turns every error into an
//! exit code. So whoever reads an exit code of 0 knows that the change is in place and durable, and
//! whoever reads another knows that nothing has changed, unless the message says that it has.

mod config;
mod described;
mod diagnostics;
mod difference;
mod exit;
mod options;
pub mod output;
mod privacy;
mod server;
mod setting;
mod usage;
mod workplace;
mod write;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

use self::described::{Described, with_options, without_options};
use self::exit::Error;
use self::options::Options;
use self::output::{Output, Report};
use self::workplace::Workplace;

/// Changes the settings of an agent's server whole or not at all.
#[derive(Parser)]
#[command(name = "agents", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Group,
}

#[derive(Subcommand)]
enum Group {
    /// Connect to a server, look at the connection, take it away
    #[command(subcommand)]
    Server(Described<server::Command>),
    /// Read and change single settings
    #[command(subcommand)]
    Config(Described<config::Command>),
    /// Look for what needs attention in the configuration
    Diagnostics(Described<()>),
    /// Print a script that completes commands in a shell
    Completions(Described<Completions>),
}

#[derive(Args)]
struct Completions {
    /// The shell that is to understand it
    shell: Shell,
}

/// Runs one command of the process and prints what came of it.
///
/// The exit code is 0 where the command did what it says; 1 where it failed, 2 where it was not
/// understood, 3 where what it asks for does not exist, and 4 where somebody else stands in the way.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match read(&arguments) {
        Ok((options, command)) => {
            let Options { format, color, .. } = options;
            let output = Output::new(format.unwrap_or_default(), color.unwrap_or_default());
            output.finish(dispatch(command, options))
        }
        Err(error) => {
            let output = Output::among(&arguments);
            output.finish(usage::explain(error))
        }
    }
}

/// What clap makes of the arguments. Options between a group and its command are described, which takes it longer than
/// all else, only where it does not understand the arguments without.
fn read(arguments: &[OsString]) -> Result<(Options, Group), clap::Error> {
    let is_option = |word: &OsString| word.as_encoded_bytes().starts_with(b"-");
    let first = if arguments.iter().skip(1).any(is_option) {
        brief()
    } else {
        bare()
    };
    parse(first, arguments).or_else(|_| parse(command(), arguments))
}

fn parse(
    mut command: clap::Command,
    arguments: &[OsString],
) -> Result<(Options, Group), clap::Error> {
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    let options = Options::of(&matches);
    match Arguments::from_arg_matches_mut(&mut matches) {
        Ok(arguments) => Ok((options, arguments.command)),
        Err(error) => Err(error.format(&mut command)),
    }
}

/// The command line as clap knows it, for the man page.
#[must_use]
pub fn command() -> clap::Command {
    brief().mut_subcommands(with_options)
}

/// The same without the options that stand between a group and its command.
fn brief() -> clap::Command {
    Options::augment_args(Arguments::command())
}

/// The same without any of the options that every command takes.
fn bare() -> clap::Command {
    without_options(Arguments::command())
}

fn dispatch(command: Group, options: Options) -> Result<Report, Error> {
    let workplace = Workplace::new(options);
    match command {
        Group::Server(Described(command)) => server::run(command, &workplace),
        Group::Config(Described(command)) => config::run(command, &workplace),
        Group::Diagnostics(_) => diagnostics::run(&workplace),
        Group::Completions(Described(Completions { shell })) => Ok(completions(shell)),
    }
}

fn completions(shell: Shell) -> Report {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "agents", &mut script);
    let text = String::from_utf8_lossy(&script).into_owned();
    Report::read(script).with("script", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command that runs, with whether each option of every command is known to it.
    fn knowledge(command: &clap::Command, known: &mut Vec<bool>) {
        if command.has_subcommands() {
            command
                .get_subcommands()
                .for_each(|it| knowledge(it, known));
        } else {
            let ids: Vec<_> = command
                .get_arguments()
                .map(|it| it.get_id().as_str())
                .collect();
            known.extend(["help", "config", "verbose"].map(|option| ids.contains(&option)));
        }
    }

    #[test]
    fn every_option_is_described_or_none_is() {
        for (mut command, is_known) in [(command(), true), (brief(), true), (bare(), false)] {
            command.build();
            let mut known = Vec::new();
            knowledge(&command, &mut known);
            assert!(known.len() > 20, "{known:?}");
            assert!(known.iter().all(|it| *it == is_known), "{known:?}");
        }
    }
}
