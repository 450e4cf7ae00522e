//! Tells in one line what clap did not understand, without repeating a secret.
//!
//! A value that was typed in the wrong place may be a token, so nothing but the names of options and
//! commands is repeated; `--token=x` becomes `--token`.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::exit::Error;
use super::output::Report;

/// Turns what clap returns instead of arguments into a report (help, version) or an error.
///
/// # Errors
///
/// [`Error::Usage`] unless help or the version was asked for.
pub(super) fn explain(error: clap::Error) -> Result<Report, Error> {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp => Ok(Report::read(text.clone()).with("help", text)),
        ErrorKind::DisplayVersion => {
            Ok(Report::read(text.clone()).with("version", env!("CARGO_PKG_VERSION")))
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            Err(Error::Usage("a command is missing; see --help".to_owned()))
        }
        _ => Err(Error::Usage(one_line(&redacted(error)))),
    }
}

fn redacted(mut error: clap::Error) -> clap::Error {
    error.remove(ContextKind::Suggested);
    for kind in [
        ContextKind::InvalidArg,
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidValue,
    ] {
        let is_typed =
            kind != ContextKind::InvalidArg || error.kind() == ErrorKind::UnknownArgument;
        if let Some(ContextValue::String(text)) = error.get(kind).filter(|_| is_typed) {
            let shown = shown(kind, text).to_owned();
            error.insert(kind, ContextValue::String(shown));
        }
    }
    error
}

/// What may be repeated of a `text` that somebody typed.
fn shown(kind: ContextKind, text: &str) -> &str {
    let name = text.split('=').next().unwrap_or_default();
    match kind {
        ContextKind::InvalidSubcommand => name,
        ContextKind::InvalidArg if text.starts_with('-') => name,
        _ if text.is_empty() => text,
        _ => "…",
    }
}

fn one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let told = text.split("\n\nUsage:").next().unwrap_or_default();
    let told = told.split("\n\nFor more").next().unwrap_or_default();
    let told = told.trim_start_matches("error:").replace("\n\n  tip:", ";");
    told.split_whitespace().collect::<Vec<_>>().join(" ")
}
