//! The values of options, and what is wrong with those that cannot be.

use std::{
    fmt, fs,
    hash::{BuildHasher, RandomState},
    io,
    num::ParseIntError,
    path::Path,
    str::FromStr,
    time::Duration,
};

/// Why a command line cannot be followed; nothing has been done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UsageError {
    #[error(transparent)]
    Argument(#[from] lexopt::Error),
    #[error("{0}")]
    Value(String),
    /// The value of an option, which is called as it was given.
    #[error("{option}: {reason}")]
    OfOption { option: String, reason: String },
    #[error("cannot read {path}")]
    RerunFile { path: String, source: io::Error },
}

/// How bad something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Severity {
    #[default]
    Warn,
    Fail,
}

/// How `--list` tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    #[default]
    Pretty,
    Terse,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// When what scenarios print is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Output {
    #[default]
    OfRed,
    /// Of every scenario, when it is over.
    Always,
    /// As it comes: nothing is kept.
    AtOnce,
}

/// The words that an option may have, with what they mean.
type Words<T, const N: usize> = [(&'static str, T); N];

impl Severity {
    pub(crate) const WORDS: Words<Self, 2> = [("warn", Self::Warn), ("fail", Self::Fail)];
}

impl Format {
    pub(crate) const WORDS: Words<Self, 2> = [("pretty", Self::Pretty), ("terse", Self::Terse)];
}

impl Color {
    pub(crate) const WORDS: Words<Self, 3> = [
        ("auto", Self::Auto),
        ("always", Self::Always),
        ("never", Self::Never),
    ];
}

/// What the word `text` of `option` means.
pub(crate) fn word<T: Copy>(
    option: &str,
    text: &str,
    words: &[(&str, T)],
) -> Result<T, UsageError> {
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        UsageError::Value(format!(
            "--{option} is one of {}, not {text:?}",
            known.join(", ")
        ))
    })
}

/// One of several parts of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    number: usize,
    count: usize,
}

impl Shard {
    /// Whether the scenario that is the `index`th of all, counted from 0, is in this part.
    pub(crate) fn has(self, index: usize) -> bool {
        index % self.count == self.number - 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/');
        let numbers =
            parts.and_then(|(number, count)| Some((number.parse().ok()?, count.parse().ok()?)));
        let valid = numbers.filter(|&(number, count)| 1 <= number && number <= count);
        let shard = valid.map(|(number, count)| Self { number, count });
        shard.ok_or_else(|| format!("a shard is K/N with K from 1 to N, not {text:?}"))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.number, self.count)
    }
}

/// A number of jobs.
pub(crate) fn positive(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| format!("the number of jobs is 1 or more, not {text:?}"))
}

/// Any number of this type.
pub(crate) fn number<N: FromStr<Err = ParseIntError>>(text: &str) -> Result<N, String> {
    text.parse().map_err(|error| format!("{text:?}: {error}"))
}

/// The seed of a random order: a number, or one that nobody has chosen.
pub(crate) fn seed(text: &str) -> Result<u64, String> {
    if text == "random" {
        return Ok(RandomState::new().hash_one(()) % 1_000_000);
    }
    let no_seed = |_| format!("a seed is a number, or `random`, not {text:?}");
    text.parse().map_err(no_seed)
}

/// A time-out.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text
        .parse()
        .ok()
        .and_then(|it| Duration::try_from_secs_f64(it).ok());
    let seconds = seconds.filter(|it| !it.is_zero());
    seconds.ok_or_else(|| format!("a time-out is a number of seconds above 0, not {text:?}"))
}

/// A file, or one line in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilePlace {
    pub(crate) path: String,
    pub(crate) line: Option<usize>,
}

/// Whether `text` is the id of a scenario as `--list` tells it: `FOLDER::FILE::LINE:NAME`.
pub(crate) fn is_id(text: &str) -> bool {
    let behind = text
        .match_indices("::")
        .map(|(at, mark)| (&text[..at], &text[at + mark.len()..]));
    let is_line = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let mut lines =
        behind.filter(|(_, rest)| rest.split_once(':').is_some_and(|(line, _)| is_line(line)));
    lines
        .next()
        .is_some_and(|(module, _)| !module.contains('='))
}

/// `FILE.feature`, `FILE.feature:LINE` or `FOLDER/`, unless `text` is neither.
pub(crate) fn place(text: &str) -> Option<FilePlace> {
    let (path, line) = match text.rsplit_once(':') {
        Some((path, line)) if path.ends_with(".feature") => (path, Some(line.parse().ok()?)),
        _ => (text, None),
    };
    let is_place = path.ends_with(".feature") || path.ends_with('/');
    is_place.then(|| FilePlace {
        path: path.trim_start_matches("./").to_owned(),
        line,
    })
}

/// The places that a rerun file names, a line each.
pub(crate) fn rerun_file(path: &Path) -> Result<Vec<FilePlace>, UsageError> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|source| UsageError::RerunFile {
        path: name.clone(),
        source,
    })?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let no_place =
        |line: &str| UsageError::Value(format!("{name}: {line:?} is not a FILE.feature:LINE"));
    lines
        .map(|line| place(line).ok_or_else(|| no_place(line)))
        .collect()
}
