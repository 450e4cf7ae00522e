//! Describes a command to clap only once it is asked for, with the options that every command takes.
//!
//! Every option of every command, with its help, takes most of the time that clap takes to read a command
//! line; a process runs one command. clap's own global options would be copied to every command beside it.
//!
//! Between a group and its command the options are rare: a group is described [with](with_options) them only where
//! that is asked for. Where no option is given at all, [none](without_options) need be described.

use clap::{ArgMatches, Args, Command, Error, FromArgMatches, Subcommand};

use super::options::Options;

/// The arguments `T` of a command, whose description waits until clap needs it.
pub(super) struct Described<T>(pub(super) T);

impl<T: FromArgMatches> FromArgMatches for Described<T> {
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

impl<T: Args> Args for Described<T> {
    fn augment_args(command: Command) -> Command {
        command.defer(|command| {
            let has_options = !command.is_disable_help_flag_set();
            describe(command, |it| {
                let it = T::augment_args(it);
                if has_options {
                    Options::augment_args(it)
                } else {
                    it
                }
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<T: Subcommand> Subcommand for Described<T> {
    fn augment_subcommands(command: Command) -> Command {
        command.defer(|command| describe(command, T::augment_subcommands))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        T::has_subcommand(name)
    }
}

/// The same with the options that every command takes, where it is a group.
pub(super) fn with_options(command: Command) -> Command {
    if command.is_subcommand_required_set() {
        describe(command, Options::augment_args)
    } else {
        command
    }
}

/// The same without the options that every command takes, wherever they could stand; `--help` is one of them.
pub(super) fn without_options(command: Command) -> Command {
    command.disable_help_flag(true).disable_version_flag(true)
}

/// Describes a command that has said what it is about: the type of its arguments has words for that, too.
fn describe(command: Command, own: impl Fn(Command) -> Command) -> Command {
    let about = command.get_about().cloned();
    let command = own(command);
    match about {
        Some(about) => command.about(about),
        None => command,
    }
}
