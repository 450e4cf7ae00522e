//! What reports say, in the words that all of them share.

use std::time::Duration;

use nix::sys::signal::Signal;

use crate::judge::{Verdict, Whole};
use crate::line::Moment;
use crate::report::{Case, Fixture, Report};
use crate::trace::End;
use crate::visible::{line, visible_path};

/// What is promised, and whether it held. A case may break several: its verdict is the worst of that.
type Promise = (&'static str, fn(&Case) -> bool);

const GUARANTEES: [Promise; 5] = [
    ("the files are wholly old or wholly new", |it| {
        it.whole.is_some()
    }),
    ("exit 0 means that they are new", |it| {
        !it.has_succeeded() || it.whole == Some(Whole::New)
    }),
    ("a clean run afterwards makes them new", |it| {
        it.recovers && it.verdict != Verdict::Stuck
    }),
    ("an error exit means that they are old (not gated)", |it| {
        !it.has_failed() || it.whole == Some(Whole::Old)
    }),
    ("nothing is left beside (not gated)", |it| {
        it.litter.is_empty()
    }),
];

/// What was promised, how often that was tried, and how often it held.
pub(crate) struct Guarantee<'a> {
    pub(crate) words: &'static str,
    pub(crate) tried: usize,
    pub(crate) held: usize,
    /// The first case in which it did not.
    pub(crate) broken_by: Option<&'a Case>,
}

/// The command on one line.
pub(crate) fn command(report: &Report) -> String {
    line(&report.command).replace('\n', "\\n")
}

/// How much was tried, and what was not.
pub(crate) fn extent(report: &Report) -> Vec<String> {
    let shard = report.shard.map_or(String::new(), |(part, parts)| {
        format!(" of shard {part}/{parts}")
    });
    let mut lines = vec![format!(
        "{}, {}{shard}, one at a time, {} in {:.1} s; power cuts and other writers were not tried",
        plural(report.points.len(), "call"),
        plural(report.cases.len(), "fault"),
        plural(report.runs, "run"),
        report.took.as_secs_f64(),
    )];
    if report.untried > 0 {
        lines.push(format!(
            "bounded: {} more faults were not tried",
            report.untried
        ));
    }
    let missed = report.count(Verdict::NotReached);
    if missed > 0 {
        lines.push(format!(
            "{missed} of the faults were not reached again, and say nothing"
        ));
    }
    lines
}

/// What was run, and on what.
pub(crate) fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let programs = report.programs.iter().enumerate().map(|(index, it)| {
        let label = if index == 0 { "program" } else { "file" };
        (
            label,
            format!("{}, sha256 {}", visible_path(&it.path), it.sha256),
        )
    });
    let mut facts: Vec<_> = programs.collect();
    facts.push(("fixture", fixture(&report.fixture)));
    facts.push(("kernel", report.kernel.clone()));
    facts.extend(report.before.iter().map(|it| ("before", it.clone())));
    facts
}

/// What the command got a copy of.
fn fixture(fixture: &Fixture) -> String {
    let files = plural(fixture.files, "file");
    let size = format!("{files}, {} bytes", fixture.bytes);
    match &fixture.directory {
        Some(directory) => format!("{}, {size}", visible_path(directory)),
        None => format!("the protected files alone, {size}"),
    }
}

/// The guarantees, each with how it held.
pub(crate) fn guarantees(report: &Report) -> impl Iterator<Item = Guarantee<'_>> {
    let tried = report.cases.len() - report.count(Verdict::NotReached);
    GUARANTEES.into_iter().map(move |(words, holds)| {
        let cases = report.cases.iter();
        let mut broken = cases.filter(|it| it.verdict != Verdict::NotReached && !holds(it));
        let broken_by = broken.next();
        Guarantee {
            words,
            tried,
            held: tried - broken.count() - usize::from(broken_by.is_some()),
            broken_by,
        }
    })
}

/// The verdict, and what is torn.
pub(crate) fn verdict(case: &Case) -> String {
    let word = case.verdict.word();
    case.tear.as_ref().map_or(word.to_owned(), |(tear, path)| {
        format!("{word}  {} is {}", visible_path(path), tear.word())
    })
}

/// Each call with how many are left out before it; and last, how many are left out after all of them.
pub(crate) fn with_gaps(line: &[Moment], calls: usize) -> Vec<(usize, Option<&Moment>)> {
    let mut last = 0;
    let mut all = Vec::new();
    for moment in line {
        all.push((moment.number - last - 1, Some(moment)));
        last = moment.number;
    }
    if !line.is_empty() {
        all.push((calls.saturating_sub(last), None));
    }
    all
}

/// The command that runs one case again, as a shell takes it.
pub(crate) fn replay(report: &Report, id: &str) -> String {
    let mut words = vec!["untorn".to_owned(), "replay".to_owned(), id.to_owned()];
    for path in &report.protected {
        words.extend(["--protect".to_owned(), path.display().to_string()]);
    }
    words.extend(report.options.iter().cloned());
    words.push("--".to_owned());
    words.extend(report.command.iter().cloned());
    line(&words)
}

/// So many of something.
pub(crate) fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// How a run ended that could take so long.
pub(crate) fn ended(end: End, limit: Duration) -> String {
    match end {
        End::Exit(code) => format!("exit {code}"),
        End::Signal(number) => match Signal::try_from(number) {
            Ok(signal) => signal.to_string(),
            Err(_) => format!("signal {number}"),
        },
        End::Killed => "killed".to_owned(),
        End::TimedOut => format!("no end within {}", duration(limit)),
    }
}

/// A time as the command line takes it.
pub(crate) fn duration(time: Duration) -> String {
    let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    format!("{:?}", Duration::from_millis(milliseconds))
}
