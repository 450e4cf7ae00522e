//! The command line: what `cargo test`, editors and nextest pass, and what users of Gherkin expect.
//!
//! Nothing is ignored in silence: an option that is not known is an error. Where libtest has a choice that
//! means nothing here (`--include-ignored`: no scenario ever is), the option is taken and does nothing.

use std::{
    ffi::OsString,
    fmt::Display,
    path::{Path, PathBuf},
    time::Duration,
};

use lexopt::{
    Arg::{Long, Short, Value},
    Parser, ValueExt,
};

use crate::{
    select::Filters,
    values::{
        Color, Format, Output, Severity, Shard, UsageError, is_id, number, place, positive,
        rerun_file, seconds, seed, word,
    },
};

/// The text of `--help`.
pub(crate) const HELP: &str = "\
Usage: cargo test --test features -- [FILTERS] [OPTIONS]

Which scenarios run; every kind of filter narrows the others:
  NAME...                 those whose id contains one of these; --exact: is one of these
  FILE.feature[:LINE]...  those of a file, or the one at a line, or all of the rule there
  FOLDER/...              those of all files below
  @FILE                   those that a rerun file names
  --skip NAME             not those whose id contains this
  --tags EXPRESSION       those whose tags match: 'slow and not (serial or tdd_issue)'
  --name REGEX            those whose name matches
  --issue N               those tagged @tdd_issue_N
  --shard K/N             of all that are left, the Kth of N parts; together they are all

How they run:
  --jobs N, --test-threads N   how many at a time (as many as there are cores)
  --seed N|random              in a random order, the same for the same N, which is told
  --fail-fast                  start no more once one has failed
  --retry-errors N             begin a scenario again, up to N times, after an error; never after a
                               failed assertion, and never one that is expected to fail
  --timeout SECONDS            how long a scenario may take, if the suite does not say less
  --unused-steps=warn|fail     what a step function or a hook that no scenario uses means (warn);
                               a filter silences the warning
  --report FOLDER              write the reports there
  --nocapture                  show what scenarios print at once, and not only where they fail
  --show-output                show it also where they pass

Instead of running:
  --list [--format terse]  tell their ids
  --dry-run                find what is wrong, run nothing
  --steps                  tell every step function, and how often it is used
  --tdd-gate BASE          check that each commit since BASE keeps to the workflow of a bug
  --help                   tell this

  -q, --quiet, --color auto|always|never, and as libtest has them, without effect:
  --include-ignored; no scenario is --ignored

Exit codes: 0 all as expected, 1 something failed, 2 wrong arguments,
            3 invalid features or set-up, 4 no scenario matches
";

/// What to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    #[default]
    Run,
    List,
    DryRun,
    Steps,
    TddGate,
    Help,
}

/// Everything that the command line says.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) mode: Mode,
    /// Where the commits begin that `Mode::TddGate` looks at.
    pub(crate) base: String,
    pub(crate) filters: Filters,
    pub(crate) format: Format,
    pub(crate) jobs: Option<usize>,
    pub(crate) seed: Option<u64>,
    pub(crate) fail_fast: bool,
    pub(crate) retry_errors: usize,
    pub(crate) shard: Option<Shard>,
    pub(crate) report: Option<PathBuf>,
    pub(crate) output: Output,
    pub(crate) timeout: Option<Duration>,
    pub(crate) unused_steps: Severity,
    pub(crate) quiet: bool,
    pub(crate) color: Color,
}

/// Reads the arguments; a rerun file is looked for below `root`, where the tests run.
///
/// What is right is read also behind what is wrong, for that tells whether former reports are still true.
///
/// # Errors
///
/// [`UsageError`] names the first option that is wrong.
pub(crate) fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    root: &Path,
) -> (Options, Result<(), UsageError>) {
    let mut parser = Parser::from_args(arguments);
    let mut options = Options::default();
    let mut outcome = Ok(());
    loop {
        match options.take(&mut parser, root) {
            Ok(true) => (),
            Ok(false) => return (options, outcome),
            Err(error) => outcome = outcome.and(Err(error)),
        }
    }
}

impl Options {
    /// Takes the next argument, if there is one.
    fn take(&mut self, parser: &mut Parser, root: &Path) -> Result<bool, UsageError> {
        if let Some(id) = id(parser) {
            self.filters.names.push(id);
            return Ok(true);
        }
        let Some(argument) = parser.next()? else {
            return Ok(false);
        };
        match argument {
            Value(text) => self.filters.positional(text.string()?, root)?,
            Long("list") => self.mode = Mode::List,
            Long("dry-run") => self.mode = Mode::DryRun,
            Long("steps") => self.mode = Mode::Steps,
            Long("help") | Short('h') => self.mode = Mode::Help,
            Long(name) => {
                let name = name.to_owned();
                self.long(&name, parser)?;
            }
            Short('j') => self.jobs = Some(value("-j", parser, positive)?),
            Short('q') => self.quiet = true,
            other @ Short(_) => return Err(other.unexpected().into()),
        }
        Ok(true)
    }

    fn long(&mut self, name: &str, parser: &mut Parser) -> Result<(), UsageError> {
        let option = &format!("--{name}");
        match name {
            "tdd-gate" => {
                self.mode = Mode::TddGate;
                self.base = parser.value()?.string()?;
            }
            "jobs" | "test-threads" => self.jobs = Some(value(option, parser, positive)?),
            "seed" => self.seed = Some(value(option, parser, seed)?),
            "fail-fast" => self.fail_fast = true,
            "timeout" => self.timeout = Some(value(option, parser, seconds)?),
            "unused-steps" => {
                self.unused_steps = word(name, &parser.value()?.string()?, &Severity::WORDS)?;
            }
            "format" => self.format = word(name, &parser.value()?.string()?, &Format::WORDS)?,
            "color" => self.color = word(name, &parser.value()?.string()?, &Color::WORDS)?,
            "quiet" => self.quiet = true,
            "retry-errors" => self.retry_errors = value(option, parser, number)?,
            "shard" => self.shard = Some(value(option, parser, str::parse)?),
            "report" => self.report = Some(folder(option, parser)?),
            "nocapture" | "no-capture" => self.output = Output::AtOnce,
            "show-output" => self.output = Output::Always,
            "include-ignored" => (),
            _ => self.filters.long(name, parser)?,
        }
        Ok(())
    }
}

/// The next argument, if it is an id: also one that begins as an option does, or as a rerun file.
fn id(parser: &mut Parser) -> Option<String> {
    let mut arguments = parser.try_raw_args()?;
    let id = arguments.next_if(|it| it.to_str().is_some_and(is_id))?;
    id.into_string().ok()
}

/// The value of `option`, which is the name of a folder.
fn folder(option: &str, parser: &mut Parser) -> Result<PathBuf, UsageError> {
    let name = parser.value()?;
    if name.is_empty() {
        return Err(UsageError::OfOption {
            option: option.to_owned(),
            reason: "the name of a folder is expected".to_owned(),
        });
    }
    Ok(name.into())
}

/// The value of `option`, as `parse` reads it.
fn value<T, E: Display>(
    option: &str,
    parser: &mut Parser,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, UsageError> {
    let parsed = parse(&parser.value()?.string()?);
    parsed.map_err(|reason| UsageError::OfOption {
        option: option.to_owned(),
        reason: reason.to_string(),
    })
}

impl Filters {
    fn long(&mut self, name: &str, parser: &mut Parser) -> Result<(), UsageError> {
        let option = &format!("--{name}");
        match name {
            "exact" => self.exact = true,
            "skip" => self.skip.push(parser.value()?.string()?),
            "tags" => self.tags.push(value(option, parser, str::parse)?),
            "name" => self.regexes.push(value(option, parser, str::parse)?),
            "issue" => self.issues.push(value(option, parser, number)?),
            "ignored" => self.only_ignored = true,
            _ => return Err(Long(name).unexpected().into()),
        }
        Ok(())
    }

    fn positional(&mut self, text: String, root: &Path) -> Result<(), UsageError> {
        if let Some(file) = text.strip_prefix('@') {
            let places = rerun_file(&root.join(file))?;
            self.is_rerun = true;
            self.places.get_or_insert_default().extend(places);
        } else if let Some(place) = place(&text) {
            self.places.get_or_insert_default().push(place);
        } else {
            self.names.push(text);
        }
        Ok(())
    }
}
