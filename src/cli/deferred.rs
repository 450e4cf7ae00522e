//! Describes a command to clap only once it is asked for.
//!
//! Every option of every command, with its help, takes most of the time that clap takes to read a command
//! line; a process runs one command.

use clap::{ArgMatches, Args, Command, Error, FromArgMatches, Subcommand};

/// The arguments `T` of a command whose description waits until clap needs it.
pub(super) struct Deferred<T>(pub(super) T);

impl<T: FromArgMatches> FromArgMatches for Deferred<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(Self)
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches_mut(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl<T: Args> Args for Deferred<T> {
    fn augment_args(command: Command) -> Command {
        command.defer(|command| keep_about(command, T::augment_args))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<T: Subcommand> Subcommand for Deferred<T> {
    fn augment_subcommands(command: Command) -> Command {
        command.defer(|command| keep_about(command, T::augment_subcommands))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        T::has_subcommand(name)
    }
}

/// Describes a command that has said what it is about: the type of its arguments has words for that, too.
fn keep_about(command: Command, describe: impl Fn(Command) -> Command) -> Command {
    match command.get_about().cloned() {
        Some(about) => describe(command).about(about),
        None => describe(command),
    }
}
