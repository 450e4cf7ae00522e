//! `agents server`: the connection to a server, which is several settings that only mean something
//! together.

use std::io::{self, BufRead};

use clap::{Args, Subcommand};

use crate::changes::Changes;
use crate::layers::{Layers, Source};
use crate::registry::is_loopback_or_https;
use crate::value::Value;

use super::described::{Described, Optional};
use super::exit::Error;
use super::options::Change;
use super::output::{Report, on_one_line};
use super::setting::Shown;
use super::workplace::Workplace;
use super::write::{Written, write};

const URL: &str = "server.url";
const NAMESPACE: &str = "server.namespace";
const TLS_VERIFY: &str = "server.tls-verify";
const TOKEN: &str = "server.token";
const CONNECTION: [&str; 4] = [URL, NAMESPACE, TLS_VERIFY, TOKEN];

const DEFAULT_NAMESPACE: &str = "default";

const TOKEN_BYTES_MAX: u64 = 65_536;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Connect to a server: its settings change together, or none does
    Connect(Described<Connect>),
    /// Show the connection, and where each of its settings comes from
    Status(Described<()>),
    /// Take the connection away, its token included
    Disconnect(Described<Change>),
}

/// Settings that are left out take their defaults, whatever an earlier connection had.
#[derive(Args)]
pub(super) struct Connect {
    /// The server, an http or https URL
    url: String,
    #[command(flatten)]
    options: Optional<ConnectOptions>,
}

#[derive(Debug, PartialEq, Eq, Args)]
struct ConnectOptions {
    /// The namespace on the server
    #[arg(long, value_name = "NAME", default_value = DEFAULT_NAMESPACE)]
    namespace: String,
    /// Verify the server's certificate, which is the default
    #[arg(long)]
    tls_verify: bool,
    /// Do not verify the server's certificate
    #[arg(long, conflicts_with = "tls_verify")]
    no_tls_verify: bool,
    /// Read the token from the first line of standard input
    #[arg(long)]
    token_stdin: bool,
    #[command(flatten)]
    change: Change,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            namespace: DEFAULT_NAMESPACE.to_owned(),
            tls_verify: false,
            no_tls_verify: false,
            token_stdin: false,
            change: Change::default(),
        }
    }
}

pub(super) fn run(command: Command, workplace: &Workplace) -> Result<Report, Error> {
    match command {
        Command::Connect(Described(arguments)) => connect(&arguments, workplace),
        Command::Status(_) => status(workplace),
        Command::Disconnect(Described(change)) => disconnect(&change, workplace),
    }
}

fn connect(arguments: &Connect, workplace: &Workplace) -> Result<Report, Error> {
    let written = write(
        workplace,
        &arguments.options.0.change,
        &arguments.changes()?,
    )?;
    let warnings = [plain_text(&arguments.url), forgotten(&written)];
    written.report(&CONNECTION, warnings.into_iter().flatten().collect())
}

impl Connect {
    /// What is to change, validated, so that nothing can be wrong with it once the lock is taken.
    fn changes(&self) -> Result<Changes, Error> {
        let Optional(options) = &self.options;
        let verify = options.tls_verify || !options.no_tls_verify;
        let mut changes = Changes::new();
        changes.set(URL, Value::Text(self.url.clone()))?;
        changes.set(NAMESPACE, Value::Text(options.namespace.clone()))?;
        changes.set(TLS_VERIFY, Value::Switch(verify))?;
        if options.token_stdin {
            changes.set(TOKEN, Value::Text(token(io::stdin().lock())?))?;
        } else {
            changes.unset_where_changed(TOKEN, URL);
        }
        Ok(changes)
    }
}

/// The first line of `input`, without its end.
fn token(input: impl BufRead) -> Result<String, Error> {
    let mut line = Vec::new();
    input
        .take(TOKEN_BYTES_MAX + 1)
        .read_until(b'\n', &mut line)
        .map_err(Error::Stdin)?;
    if line.len() as u64 > TOKEN_BYTES_MAX {
        return usage("the token on standard input is longer than 64 KiB");
    }
    let Ok(line) = String::from_utf8(line) else {
        return usage("the token on standard input is not UTF-8");
    };
    match line.trim_end_matches(['\r', '\n']) {
        "" => usage("there is no token on standard input"),
        token => Ok(token.to_owned()),
    }
}

fn usage<T>(message: &str) -> Result<T, Error> {
    Err(Error::Usage(message.to_owned()))
}

/// Everybody on the way can read plain http, unless the way stays on this machine.
fn plain_text(url: &str) -> Option<String> {
    let message = "http is not encrypted: others can read what goes to this server";
    (!is_loopback_or_https(url)).then(|| message.to_owned())
}

fn forgotten(written: &Written) -> Option<String> {
    let verb = if written.is_dry() { "would be" } else { "is" };
    let message = format!(
        "{TOKEN} {verb} removed, for it was not stored for this server; --token-stdin reads a new one"
    );
    written.removed(TOKEN).then_some(message)
}

fn disconnect(change: &Change, workplace: &Workplace) -> Result<Report, Error> {
    let mut changes = Changes::new();
    for key in CONNECTION {
        changes.unset(key);
    }
    let written = write(workplace, change, &changes)?;
    if CONNECTION.iter().any(|key| written.held(key)) {
        written.report(&CONNECTION, Vec::new())
    } else {
        Err(Error::NotConnected {
            file: written.file().clone(),
        })
    }
}

fn status(workplace: &Workplace) -> Result<Report, Error> {
    let layers = workplace.layers()?;
    let connected = layers.get(URL)?.is_some();
    let shown: Vec<Shown> = if connected {
        connection(&layers)?
    } else {
        Vec::new()
    };
    let text = if connected {
        shown.iter().map(|shown| shown.line(true)).collect()
    } else {
        "local only: not connected to a server\n".to_owned()
    };
    Ok(Report::read(text)
        .with("connected", connected)
        .with("settings", shown)
        .warnings(of_another(&layers)?.into_iter().collect()))
}

/// What to say where the token comes from a file that has it for another server.
fn of_another(layers: &Layers) -> Result<Option<String>, Error> {
    let (url, token) = (layers.get(URL)?, layers.get(TOKEN)?);
    let (Some(url), Some(Source::File(file))) = (url, token.map(|token| token.source)) else {
        return Ok(None);
    };
    let its_own = layers.in_file(&file, URL)?;
    let told = || {
        let file = file.to_string();
        let file = on_one_line(&file);
        format!("{TOKEN} was not stored for this server: the {file} has another {URL}")
    };
    let has_another = its_own.is_some_and(|own| own != url.value);
    Ok(has_another.then(told))
}

fn connection(layers: &Layers) -> Result<Vec<Shown>, Error> {
    let shown = |key| Ok(Shown::effective(key, layers.get(key)?));
    CONNECTION.into_iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use crate::cli::{Group, bare, brief, parse};

    use super::*;

    #[test]
    fn options_that_are_not_described_have_their_defaults() {
        let words = ["agents", "server", "connect", "https://agents.example"].map(OsString::from);
        let options = |command| match parse(command, &words) {
            Ok((_, Group::Server(Described(Command::Connect(Described(it)))))) => it.options.0,
            _ => panic!("another command was understood, or none"),
        };
        assert_eq!(options(bare()), options(brief()));
    }

    #[test]
    fn a_token_is_one_line_without_its_end() {
        for input in ["hunter2", "hunter2\n", "hunter2\r\n", "hunter2\nmore\n"] {
            assert_eq!(token(input.as_bytes()).expect("a token"), "hunter2");
        }
    }

    #[test]
    fn a_token_that_is_none_is_refused() {
        let long = "x".repeat(70_000);
        for (input, refusal) in [
            (&b""[..], "there is no token"),
            (b"\nhunter2", "there is no token"),
            (b"\xff\n", "not UTF-8"),
            (long.as_bytes(), "longer than 64 KiB"),
        ] {
            let message = token(input).expect_err(refusal).to_string();
            assert!(message.contains(refusal), "{message}");
        }
    }
}
