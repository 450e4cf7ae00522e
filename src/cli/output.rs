//! Puts what came of a command on the terminal, as text or as JSON.
//!
//! As text, results go to standard output and messages to standard error, each message a line that
//! begins with `error: ` or `warning: `.
//!
//! # The JSON shape
//!
//! With `--format json` there is exactly one JSON object on standard output, whatever happens, and
//! standard error stays empty. Fields may be added in later versions; none changes or goes away.
//!
//! | field | in | is |
//! | --- | --- | --- |
//! | `changed` | every object, always first | whether the configuration was changed by this command |
//! | `warnings` | every object, always last | messages, an array of strings |
//! | `error` | a command that failed, alone | `code`, `message`, `path`, `line`, `column` (each may be null), `exit` |
//! | `path`, `scope` | `connect`, `disconnect`, `set`, `unset`, `path` | the file, and `global`, `project` or `config` |
//! | `settings` | `connect`, `disconnect`, `set`, `unset` | what the file now holds of the keys that were named, each a *setting* |
//! | `dry_run`, `would_change`, `diff` | the same under `--dry-run`, instead of `settings` | `true`, whether it would change the file, and the redacted unified diff |
//! | `connected`, `settings` | `status` | whether a server is connected, and the connection, each a *setting* |
//! | `setting` | `get` | a *setting* |
//! | `settings` | `list` | every key that has a value, each a *setting* |
//! | `exists` | `path` | whether the file is there |
//! | `keys` | `keys` | `key`, `type`, `default` (or null), `variable`, `secret`, `description` of each key |
//! | `findings` | `diagnostics` | `code`, `message`, `path`, `line`, `column` (each may be null) |
//! | `script`, `help`, `version` | `completions`, `--help`, `--version` | the text |
//!
//! A *setting* has `key`, `value` (null where it is redacted or is not set), `set`, `redacted`, and `source`
//! (null where it is not set): `layer` (`flag`, `environment`, `project`, `global`, `config` for the file
//! named by `--config`, or `default`), `path` (or null) and `variable` (or null).
//!
//! The `code` of an error is one of `usage`, `unknown-key`, `invalid-value`, `not-found`, `ambiguous`,
//! `locked`, `changed-underneath`, `syntax`, `not-utf8`, `too-large`, `io`, `not-durable`, `edit`, `no-home`,
//! `output`. Under `not-durable` alone is `changed` true: the change is in place, but a power cut
//! may take it back. That of a finding is one of these, `open-mode` (others can read the file or its
//! directory) or `leftover` (of a killed writer).
//!
//! # When the output cannot be written
//!
//! A change that is in place stays a success: the exit code remains 0 and a warning is tried on
//! standard error. A command that only reads ends quietly where a pipe was closed, and otherwise
//! fails with exit code 1 and a message on standard error, in either format.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::mem;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde_json::{Map, Value as Json, json};

use super::exit::{Error, Exit, Verdict};
use super::options::Color;

/// How results and errors are told.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs: one JSON object on standard output
    Json,
}

/// What came of a command that did not fail.
pub(super) struct Report {
    changed: bool,
    exit: Exit,
    text: Vec<u8>,
    fields: Vec<(&'static str, Field)>,
    warnings: Vec<String>,
}

/// A value that becomes JSON only where somebody wants JSON.
type Field = Box<dyn FnOnce() -> Json>;

impl Report {
    /// The report of a command that changed nothing.
    pub(super) fn read(text: impl Into<Vec<u8>>) -> Report {
        Report {
            changed: false,
            exit: Exit::Success,
            text: text.into(),
            fields: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The report of a command that may have changed the configuration.
    pub(super) fn written(changed: bool, text: impl Into<Vec<u8>>) -> Report {
        Report {
            changed,
            ..Report::read(text)
        }
    }

    pub(super) fn with(mut self, field: &'static str, value: impl Into<Json> + 'static) -> Report {
        self.fields.push((field, Box::new(|| value.into())));
        self
    }

    pub(super) fn exit(self, exit: Exit) -> Report {
        Report { exit, ..self }
    }

    pub(super) fn warnings(self, warnings: Vec<String>) -> Report {
        Report { warnings, ..self }
    }
}

/// Standard output and standard error, and how to write there.
pub(super) struct Output {
    format: Format,
    color: Color,
}

impl Output {
    pub(super) fn new(format: Format, color: Color) -> Output {
        Output { format, color }
    }

    /// As asked for by arguments that could not be understood as a whole.
    pub(super) fn among(arguments: &[OsString]) -> Output {
        Output {
            format: asked(arguments, "--format"),
            color: asked(arguments, "--color"),
        }
    }

    /// Prints what came of a command and returns the exit code of the process.
    pub(super) fn finish(&self, result: Result<Report, Error>) -> ExitCode {
        match result {
            Ok(report) => self.report(report),
            Err(error) => self.error(&error.verdict()),
        }
        .into()
    }

    fn report(&self, mut report: Report) -> Exit {
        let printed = match self.format {
            Format::Text => {
                report
                    .warnings
                    .iter()
                    .for_each(|warning| self.message(Word::Warning, warning));
                print(&report.text)
            }
            Format::Json => {
                let fields = mem::take(&mut report.fields).into_iter();
                let fields = fields.map(|(name, value)| (name.to_owned(), value()));
                print(&document(
                    report.changed,
                    fields.collect(),
                    &report.warnings,
                ))
            }
        };
        match printed {
            Ok(()) => report.exit,
            Err(error) => self.unprinted(&report, error),
        }
    }

    /// A change that happened is not called a failure because nobody could be told of it.
    fn unprinted(&self, report: &Report, error: io::Error) -> Exit {
        if report.changed {
            self.message(
                Word::Warning,
                &format!("the change is in place: {}", Error::Output(error).cause()),
            );
            report.exit
        } else if error.kind() == io::ErrorKind::BrokenPipe {
            report.exit
        } else {
            let verdict = Error::Output(error).verdict();
            self.message(Word::Error, &verdict.message);
            verdict.exit
        }
    }

    /// The exit code tells of the failure even where its message cannot be printed.
    fn error(&self, verdict: &Verdict) -> Exit {
        match self.format {
            Format::Text => self.message(Word::Error, &verdict.message),
            Format::Json => {
                let error = json!({
                    "code": verdict.code,
                    "message": verdict.message,
                    "path": verdict.path.as_ref().map(|path| path.to_string_lossy()),
                    "line": verdict.line,
                    "column": verdict.column,
                    "exit": verdict.exit as u8,
                });
                let fields = Map::from_iter([("error".to_owned(), error)]);
                let _ = print(&document(verdict.changed, fields, &[]));
            }
        }
        verdict.exit
    }

    fn message(&self, word: Word, text: &str) {
        let style = if self.colored() {
            word.style()
        } else {
            Style::new()
        };
        let line = format!("{style}{}:{style:#} {}\n", word.name(), on_one_line(text));
        let _ = io::stderr().write_all(line.as_bytes());
    }

    fn colored(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                io::stderr().is_terminal() && !set("NO_COLOR")
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Word {
    Error,
    Warning,
}

impl Word {
    fn name(self) -> &'static str {
        match self {
            Word::Error => "error",
            Word::Warning => "warning",
        }
    }

    fn style(self) -> Style {
        let color = match self {
            Word::Error => AnsiColor::Red,
            Word::Warning => AnsiColor::Yellow,
        };
        color.on_default().bold()
    }
}

/// The value of an option that stands among `arguments`, or its default. None stands behind `--`.
fn asked<T: ValueEnum + Default>(arguments: &[OsString], option: &str) -> T {
    let options = || arguments.iter().take_while(|word| *word != "--");
    let words = || options().filter_map(|word| word.to_str());
    let next = words().skip_while(|word| *word != option).nth(1);
    let joined = || words().find_map(|word| word.strip_prefix(option)?.strip_prefix('='));
    let value = next.or_else(joined).unwrap_or_default();
    T::from_str(value, false).unwrap_or_default()
}

fn document(changed: bool, fields: Map<String, Json>, warnings: &[String]) -> Vec<u8> {
    let mut document = Map::from_iter([("changed".to_owned(), Json::from(changed))]);
    document.extend(fields);
    document.insert("warnings".to_owned(), Json::from(warnings));
    format!("{}\n", Json::from(document)).into_bytes()
}

fn print(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// `text` with every control character spelt out, so that it neither ends the line nor moves the cursor.
pub(super) fn on_one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text.into();
    }
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_leave_its_line() {
        assert_eq!(
            on_one_line("a\nb\u{1b}[31m\u{9b}ü"),
            "a\\nb\\u{1b}[31m\\u{9b}ü"
        );
    }

    #[test]
    fn json_is_recognized_in_arguments_that_make_no_sense() {
        let among = |words: &[&str]| {
            let words: Vec<_> = words.iter().map(OsString::from).collect();
            asked::<Format>(&words, "--format") == Format::Json
        };
        assert!(among(&["agents", "--format", "json", "--bogus"]));
        assert!(among(&["agents", "--bogus", "--format=json"]));
        assert!(!among(&["agents", "--format", "text", "json"]));
    }

    #[test]
    fn whether_it_happened_comes_first() {
        let fields = Map::from_iter([("a".to_owned(), Json::from(1))]);
        let text = String::from_utf8(document(true, fields, &["w".to_owned()])).unwrap();
        assert_eq!(text, "{\"changed\":true,\"a\":1,\"warnings\":[\"w\"]}\n");
    }
}
