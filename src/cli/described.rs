//! Describes a command to clap only once it is asked for, with the options that every command takes.
//!
//! Every option of every command, with its help, takes most of the time that clap takes to read a command
//! line; a process runs one command. clap's own global options would be copied to every command beside it.
//!
//! Between a group and its command the options are rare: a group is described [with](with_options) them only where
//! that is asked for. Where no option is given at all, [none](without_options) of those need be described, nor any
//! that a command has for itself, if it says so by [`Optional`].

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
            let is_without_options = is_without_options(&command);
            describe(command, |it| {
                let it = T::augment_args(it);
                if is_without_options {
                    it
                } else {
                    Options::augment_args(it)
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

/// Options `T` of a command, described where those that every command takes are; else they have their defaults.
pub(super) struct Optional<T>(pub(super) T);

impl<T: FromArgMatches + Default> FromArgMatches for Optional<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Self::from_arg_matches_mut(&mut matches.clone())
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        if Options::are_known_to(matches) {
            T::from_arg_matches_mut(matches).map(Self)
        } else {
            Ok(Self(T::default()))
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl<T: Args + Default> Args for Optional<T> {
    fn augment_args(command: Command) -> Command {
        if is_without_options(&command) {
            command
        } else {
            T::augment_args(command)
        }
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
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

fn is_without_options(command: &Command) -> bool {
    command.is_disable_help_flag_set()
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
