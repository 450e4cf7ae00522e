//! The command line: 0 all or nothing, 1 a violation, 2 usage, 3 inconclusive.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::line;
use crate::plan::plan;
use crate::replay::check_is_free;
use crate::report::Answer;
use crate::shell::{self, Scratch};
use crate::visible::{printable, visible_path};
use crate::{ProveError, Prover, Report, show, show_replay, whole};

/// Proves for any command that files are changed whole or not at all.
#[derive(Debug, Parser)]
#[command(name = "untorn", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Let each file-system call of a command fail, and kill it at each
    Prove(ProveArguments),
    /// List the calls of a command that can fail
    Points(Workload),
    /// Run one case again, with its time line
    Replay(ReplayArguments),
    /// Print the command of strace that does the same as one case
    Strace {
        /// The id of the case, as the report shows it
        id: String,
        #[command(flatten)]
        workload: Workload,
    },
    /// Measure how long a run takes, left alone and traced
    Pace {
        /// How many of each
        #[arg(long, value_name = "N", default_value_t = 100)]
        rounds: usize,
        #[command(flatten)]
        workload: Workload,
    },
    /// Say what a verdict means
    Explain {
        /// Such as TORN
        verdict: String,
    },
}

/// A command and its files.
#[derive(Args, Debug)]
struct Workload {
    /// A file that must be changed whole or not at all
    #[arg(long = "protect", value_name = "FILE", required = true)]
    protect: Vec<PathBuf>,
    /// The directory of which the command gets a copy; without it, only the protected files
    #[arg(long, value_name = "DIR")]
    fixture: Option<PathBuf>,
    /// A command that reads the files: what it prints is compared, not the bytes
    #[arg(long, value_name = "CMD")]
    reader: Option<String>,
    /// A variable for the command, as NAME=VALUE
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = variable)]
    environment: Vec<(String, String)>,
    /// How long a run may take, such as 60s; under a fault at most 30s, or 20 times the undisturbed run
    #[arg(long, value_name = "TIME", value_parser = some_time, default_value = "60s")]
    timeout: Duration,
    /// Run in a plain temporary directory, without name spaces
    #[arg(long)]
    plain: bool,
    /// The command, which runs in a scratch copy
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[derive(Args, Debug)]
struct ProveArguments {
    #[command(flatten)]
    workload: Workload,
    /// How long it may take in all, such as 60s; what is left then is inconclusive
    #[arg(long, value_name = "TIME", value_parser = duration)]
    budget: Option<Duration>,
    /// How many runs at a time; as many as there are cores by default, and above that they share them
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Only the Kth of N parts
    #[arg(long, value_name = "K/N", value_parser = shard)]
    shard: Option<(usize, usize)>,
    /// Write the report as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report as XML for a CI server, in the format of `junit`
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the report as a feature that runs, for a suite with `untorn::steps!`
    #[arg(long, value_name = "FILE")]
    feature: Option<PathBuf>,
    /// Write the report as one HTML page, which needs nothing else
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct ReplayArguments {
    /// The id of the case, as the report shows it
    id: String,
    #[command(flatten)]
    workload: Workload,
    /// Keep what the case leaves, in this directory, in which nothing may stand yet
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Open a shell ($SHELL) in what the case leaves: in the directory of --keep, or in a copy that is removed
    /// when the shell ends
    #[arg(long)]
    shell: bool,
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print(); // to nobody, where nobody listens
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let done = match arguments.command {
        Command::Prove(arguments) => prove(&arguments),
        Command::Points(workload) => points(&workload),
        Command::Replay(arguments) => replay(&arguments),
        Command::Strace { id, workload } => strace(&id, &workload),
        Command::Pace { rounds, workload } => pace(rounds, &workload),
        Command::Explain { verdict } => explain(&verdict),
    };
    done.unwrap_or_else(|trouble| {
        print_error(&trouble.message);
        ExitCode::from(trouble.code)
    })
}

/// What ends the command line early.
struct Trouble {
    message: String,
    code: u8,
}

impl From<ProveError> for Trouble {
    fn from(error: ProveError) -> Self {
        let code = match error {
            ProveError::NoProgram { .. }
            | ProveError::Fixture { .. }
            | ProveError::Protected { .. }
            | ProveError::NoSuchCase { .. }
            | ProveError::NoStrace { .. } => 2,
            ProveError::Scratch { .. } | ProveError::Undisturbed { .. } | ProveError::Worker => 3,
        };
        let message = crate::with_cause(&error);
        Self { message, code }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self {
            message: error.to_string(),
            code: 3,
        }
    }
}

fn prover(workload: &Workload) -> Result<Prover, Trouble> {
    let base = workload.fixture.as_deref().unwrap_or(Path::new("."));
    let protected: Vec<PathBuf> = workload.protect.iter().map(|it| from(base, it)).collect();
    let mut prover = Prover::command(workload.command.clone())?
        .protect(protected.clone())
        .timeout(workload.timeout);
    prover = if let Some(directory) = &workload.fixture {
        prover.fixture(directory)?
    } else {
        prover.check()?;
        prover.fixture_files(base, &protected)?
    };
    if let Some(reader) = &workload.reader {
        prover = prover.reader(["sh", "-c", reader])?;
    }
    for (name, value) in &workload.environment {
        prover = prover.environment(name, value);
    }
    if workload.plain {
        prover = prover.plain();
    }
    prover.check()?;
    Ok(prover)
}

/// The path from `base` on of a file inside that is told by its whole path, or with dots; any other as it is.
fn from(base: &Path, path: &Path) -> PathBuf {
    let is_plain = path
        .components()
        .all(|it| matches!(it, Component::Normal(_)));
    let inside = || {
        let base = base.canonicalize().ok()?;
        let whole = base.join(path);
        let parent = whole.parent()?.canonicalize();
        let place = parent.map_or_else(
            |_| whole.clone(),
            |it| it.join(whole.file_name().unwrap_or_default()),
        );
        Some(place.strip_prefix(&base).ok()?.to_path_buf())
    };
    let found = if is_plain { None } else { inside() };
    found.unwrap_or_else(|| path.to_path_buf())
}

fn prove(arguments: &ProveArguments) -> Result<ExitCode, Trouble> {
    let (prover, report) = proved(arguments).inspect_err(|_| remove_former(arguments))?;
    let code = match report.answer() {
        Answer::AllOrNothing => 0,
        Answer::Violation => 1,
        Answer::Inconclusive => 3,
    };
    let printed = print(&show(&report)); // first: it is there even where no report can be written
    let told = printed.map_err(Trouble::from);
    match told.and_then(|()| write_reports(arguments, &prover, &report)) {
        Err(trouble) if code == 1 => Err(Trouble { code, ..trouble }), // which it is, told or not
        told => told.map(|()| ExitCode::from(code)),
    }
}

/// Removes the reports of a former run, which would be taken for those of this one, of which there are none. A
/// feature stays: it says what has to be, not what was.
fn remove_former(arguments: &ProveArguments) {
    let reports = [&arguments.json, &arguments.junit, &arguments.html];
    let is_file = |it: &&PathBuf| fs::symlink_metadata(it).is_ok_and(|it| it.is_file());
    for report in reports.into_iter().flatten().filter(is_file) {
        let _ = fs::remove_file(report); // that nothing was proved is told in any case
    }
}

fn proved(arguments: &ProveArguments) -> Result<(Prover, Report), Trouble> {
    let mut prover = prover(&arguments.workload)?;
    if let Some(budget) = arguments.budget {
        prover = prover.budget(budget);
    }
    if let Some(jobs) = arguments.jobs {
        prover = prover.jobs(jobs);
    }
    if let Some((part, parts)) = arguments.shard {
        prover = prover.shard(part, parts);
    }
    let shows = io::stderr().is_terminal();
    let report = prover.run_showing(&|done, of| {
        if shows {
            let mut terminal = io::stderr();
            let end = if done == of { "\r\x1b[K" } else { "" };
            let _ = write!(terminal, "\r{done}/{of} faults{end}"); // it is decoration
        }
    })?;
    Ok((prover, report))
}

fn write_reports(
    arguments: &ProveArguments,
    prover: &Prover,
    report: &Report,
) -> Result<(), Trouble> {
    if let Some(path) = &arguments.json {
        write_report(path, report.to_json().map_err(io::Error::other))?;
    }
    if let Some(path) = &arguments.junit {
        write_report(path, crate::junit::write(report).map_err(io::Error::other))?;
    }
    if let Some(path) = &arguments.html {
        write_report(path, Ok(crate::html::write(report)))?;
    }
    if let Some(path) = &arguments.feature {
        let text = crate::feature::write(prover, report);
        write_report(path, text.map_err(io::Error::other))?;
    }
    Ok(())
}

fn write_report(path: &Path, text: io::Result<String>) -> Result<(), Trouble> {
    let written = text.and_then(|text| whole::write(path, &(text + "\n")));
    written.map_err(trouble(format!(
        "cannot write the report {}",
        path.display()
    )))
}

fn points(workload: &Workload) -> Result<ExitCode, Trouble> {
    let baseline = prover(workload)?.seek_points()?;
    let faults = plan(&baseline);
    let mut text = String::new();
    let mut counts = BTreeMap::<_, usize>::new();
    for fault in faults {
        *counts.entry(fault.point).or_default() += 1;
    }
    for moment in line::whole(baseline.steps) {
        let count = counts.get(&moment.point).copied().unwrap_or_default();
        let _ = writeln!(
            text,
            "{:<44}{:<22}{:<10}{count} faults",
            moment.point.to_string(),
            moment.detail,
            moment.result
        );
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn replay(arguments: &ReplayArguments) -> Result<ExitCode, Trouble> {
    if let Some(directory) = &arguments.keep {
        let cannot = format!("cannot keep it in {}", directory.display());
        check_is_free(directory).map_err(usage(cannot))?;
    }
    let replay = prover(&arguments.workload)?.replay(&arguments.id)?;
    print(&show_replay(&replay))?;
    if let Some(directory) = &arguments.keep {
        let cannot = format!("cannot keep it in {}", directory.display());
        replay.keep(directory).map_err(trouble(cannot))?;
        if arguments.shell {
            open_shell(directory, "which stays")?;
        }
    } else if arguments.shell {
        let copy = Scratch::of(&replay).map_err(trouble("cannot copy what it left"))?;
        let cannot = format!("cannot remove {}", copy.path().display());
        let ended = open_shell(copy.path(), "which is removed when the shell ends");
        copy.remove().map_err(trouble(cannot))?;
        ended?;
    }
    Ok(ExitCode::from(u8::from(replay.case.verdict.is_violation())))
}

fn open_shell(directory: &Path, what: &str) -> Result<(), Trouble> {
    let directory = directory.canonicalize()?;
    let place = visible_path(&directory);
    print(&format!("  what it left is in {place}: a copy, {what}\n"))?;
    let cannot = format!("cannot start the shell {}", shell::name().display());
    shell::run(&directory).map_err(trouble(cannot))
}

/// The error of a system call, with what could not be done.
fn trouble(cannot: impl Into<String>) -> impl FnOnce(io::Error) -> Trouble {
    let cannot = cannot.into();
    move |error| Trouble {
        message: format!("{cannot}: {error}"),
        code: 3,
    }
}

/// As [`trouble`], where the command line asks for what cannot be.
fn usage(cannot: impl Into<String>) -> impl FnOnce(io::Error) -> Trouble {
    let trouble = trouble(cannot);
    move |error| Trouble {
        code: 2,
        ..trouble(error)
    }
}

fn strace(id: &str, workload: &Workload) -> Result<ExitCode, Trouble> {
    let line = prover(workload)?.strace(id)?;
    print(&(line + "\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn pace(rounds: usize, workload: &Workload) -> Result<ExitCode, Trouble> {
    let pace = prover(workload)?.pace(rounds)?;
    let [alone, traced, everywhere] =
        [pace.alone, pace.traced, pace.everywhere].map(|it| it.as_secs_f64() * 1e3);
    print(&format!(
        "alone {alone:.3} ms, traced {traced:.3} ms, at each call {everywhere:.3} ms\n"
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The pages, by the word that they explain.
const PAGES: [(&str, &str); 6] = [
    ("TORN", include_str!("../docs/verdicts/torn.md")),
    ("LIE", include_str!("../docs/verdicts/lie.md")),
    ("STUCK", include_str!("../docs/verdicts/stuck.md")),
    ("IN-DOUBT", include_str!("../docs/verdicts/in-doubt.md")),
    ("LITTER", include_str!("../docs/verdicts/litter.md")),
    (
        "INCONCLUSIVE",
        include_str!("../docs/verdicts/inconclusive.md"),
    ),
];

fn explain(verdict: &str) -> Result<ExitCode, Trouble> {
    let page = PAGES.iter().find(|it| it.0.eq_ignore_ascii_case(verdict));
    let known = PAGES.map(|it| it.0).join(", ");
    let (_, page) = page.ok_or_else(|| Trouble {
        message: format!("there is no verdict {verdict}; there are {known}"),
        code: 2,
    })?;
    print(page)?;
    Ok(ExitCode::SUCCESS)
}

fn print(text: &str) -> io::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn print_error(message: &str) {
    let _ = writeln!(io::stderr(), "error: {}", printable(message)); // there is nowhere else to say it
}

fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0)];
    let found = units.iter().find_map(|(unit, seconds)| {
        let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
        Duration::try_from_secs_f64(number * seconds).ok()
    });
    found.ok_or_else(|| "say 500ms, 60s or 2m".to_owned())
}

fn some_time(text: &str) -> Result<Duration, String> {
    let found = duration(text)?;
    let is_some = !found.is_zero();
    is_some
        .then_some(found)
        .ok_or_else(|| "say more than 0s".to_owned())
}

fn shard(text: &str) -> Result<(usize, usize), String> {
    let numbers = text
        .split_once('/')
        .and_then(|(part, parts)| Some((part.parse().ok()?, parts.parse().ok()?)));
    let found = numbers.filter(|(part, parts): &(usize, usize)| (1..=*parts).contains(part));
    found.ok_or_else(|| "say K/N with K from 1 to N".to_owned())
}

fn variable(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|it| !it.0.is_empty());
    let (name, value) = pair.ok_or_else(|| "say NAME=VALUE".to_owned())?;
    Ok((name.to_owned(), value.to_owned()))
}
