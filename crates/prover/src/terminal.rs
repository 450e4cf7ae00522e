//! The report for a terminal.

use std::fmt::Write as _;

use crate::judge::Verdict;
use crate::line::Moment;
use crate::prove::Replay;
use crate::report::{Answer, Case, Fixture, Report};
use crate::visible::{line, visible_path};

/// The guarantees, and the verdicts that break them.
const GUARANTEES: [(&str, &[Verdict]); 5] = [
    ("the files are wholly old or wholly new", &[Verdict::Torn]),
    ("exit 0 means that they are new", &[Verdict::Lie]),
    ("a clean run afterwards makes them new", &[Verdict::Stuck]),
    (
        "an error exit means that they are old (not gated)",
        &[Verdict::InDoubt],
    ),
    ("nothing is left beside (not gated)", &[Verdict::Litter]),
];

/// How many kinds of counter-example are shown.
const SHOWN_MAX: usize = 20;

/// The whole report as text: the answer, the guarantees, and the counter-examples.
#[must_use]
pub fn show(report: &Report) -> String {
    let mut text = String::new();
    headline(&mut text, report);
    table(&mut text, report);
    let groups = Report::groups(&report.cases);
    for group in groups.iter().take(SHOWN_MAX) {
        text.push('\n');
        counter_example(&mut text, report, group);
    }
    if groups.len() > SHOWN_MAX {
        let rest = plural(groups.len() - SHOWN_MAX, "more kind");
        let _ = writeln!(
            text,
            "\n{rest} of counter-example: --html and --json have them all"
        );
    }
    notes(&mut text, report);
    text
}

fn headline(text: &mut String, report: &Report) {
    let answer = match report.answer() {
        Answer::AllOrNothing => "ALL OR NOTHING",
        Answer::Violation => "NOT SAFE",
        Answer::Inconclusive => "INCONCLUSIVE",
    };
    let _ = writeln!(text, "{answer}  {}", command(report));
    for doubt in &report.doubts {
        let _ = writeln!(text, "  {doubt}");
    }
    let shard = report.shard.map_or(String::new(), |(part, parts)| {
        format!(" of shard {part}/{parts}")
    });
    let _ = writeln!(
        text,
        "  {} calls, {} faults{shard}, one at a time, {} runs in {:.1} s; power cuts and other writers were not tried",
        report.points.len(),
        report.cases.len(),
        report.runs,
        report.took.as_secs_f64(),
    );
    if report.untried > 0 {
        let _ = writeln!(
            text,
            "  bounded: {} more faults were not tried",
            report.untried
        );
    }
    let missed = report.count(Verdict::NotReached);
    if missed > 0 {
        let _ = writeln!(
            text,
            "  {missed} of the faults were not reached again, and say nothing"
        );
    }
    for it in &report.programs {
        let _ = writeln!(
            text,
            "  {} has sha256 {}",
            visible_path(&it.path),
            it.sha256
        );
    }
    let _ = writeln!(text, "  fixture: {}", fixture(&report.fixture));
    let _ = writeln!(text, "  kernel: {}", report.kernel);
    for line in &report.before {
        let _ = writeln!(text, "  before: {line}");
    }
}

/// What the command got a copy of.
pub(crate) fn fixture(fixture: &Fixture) -> String {
    let files = plural(fixture.files, "file");
    let size = format!("{files}, {} bytes", fixture.bytes);
    match &fixture.directory {
        Some(directory) => format!("{}, {size}", visible_path(directory)),
        None => format!("the protected files alone, {size}"),
    }
}

/// The command on one line.
pub(crate) fn command(report: &Report) -> String {
    line(&report.command).replace('\n', "\\n")
}

fn table(text: &mut String, report: &Report) {
    let tried = report.cases.len() - report.count(Verdict::NotReached);
    let _ = writeln!(
        text,
        "\n  {:<52}{:>7}{:>7}  smallest counter-example",
        "guarantee", "tried", "held"
    );
    for (guarantee, verdicts) in GUARANTEES {
        let broken: Vec<&Case> = (report.cases.iter())
            .filter(|it| verdicts.contains(&it.verdict))
            .collect();
        let smallest = broken.first().map_or("", |it| it.id.as_str());
        let held = tried - broken.len();
        let _ = writeln!(text, "  {guarantee:<52}{tried:>7}{held:>7}  {smallest}");
    }
}

/// One counter-example, and how many come to the same.
pub(crate) fn counter_example(text: &mut String, report: &Report, group: &[&Case]) {
    let Some(case) = group.first() else {
        return;
    };
    let _ = writeln!(text, "{}", verdict(case));
    let _ = writeln!(text, "  strikes     {}", case.id);
    time_line(text, &case.line, case.calls);
    outcome(text, case);
    if group.len() > 1 {
        let _ = writeln!(text, "  and so do   {} more", group.len() - 1);
    }
    let _ = writeln!(text, "  replay      {}", replay(report, &case.id));
}

/// The verdict, and what is torn.
pub(crate) fn verdict(case: &Case) -> String {
    let word = case.verdict.word();
    case.tear.as_ref().map_or(word.to_owned(), |(tear, path)| {
        format!("{word}  {} is {}", visible_path(path), tear.word())
    })
}

/// The calls, a line each, and how many are left out between them.
fn time_line(text: &mut String, line: &[Moment], calls: usize) {
    let width = |of: fn(&Moment) -> String| {
        let lengths = line.iter().map(|it| of(it).chars().count());
        lengths.max().unwrap_or_default()
    };
    let (point, detail) = (
        width(|it| it.point.to_string()),
        width(|it| it.detail.clone()),
    );
    for (left_out, moment) in with_gaps(line, calls) {
        if left_out > 0 {
            let _ = writeln!(text, "              ... {}", plural(left_out, "more call"));
        }
        let Some(moment) = moment else {
            continue;
        };
        let mark = if moment.is_injected {
            "  <- injected"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "{:>12}  {:<point$}  {:<detail$}  {}{mark}",
            moment.number,
            moment.point.to_string(),
            moment.detail,
            moment.result
        );
    }
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

/// So many of something.
pub(crate) fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What a fault came to.
fn outcome(text: &mut String, case: &Case) {
    let _ = writeln!(text, "  then        {}", case.end);
    for change in &case.files {
        let _ = writeln!(text, "  was         {} {}", change.name, change.was);
        let _ = writeln!(text, "  on disk     {} {}", change.name, change.now);
    }
    if let Some(change) = &case.reader {
        let _ = writeln!(text, "  was read as {}", change.was);
        let _ = writeln!(text, "  is read as  {}", change.now);
    }
    if !case.litter.is_empty() {
        let _ = writeln!(text, "  left beside {}", case.litter.join(", "));
    }
    let _ = writeln!(text, "  a clean run {}", case.rerun);
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

fn notes(text: &mut String, report: &Report) {
    for warning in &report.warnings {
        let _ = writeln!(text, "\nwarning: {warning}");
    }
}

/// One case with its time line.
#[must_use]
pub fn show_replay(replay: &Replay) -> String {
    let case = &replay.case;
    let mut text = String::new();
    let _ = writeln!(text, "{}  {}", verdict(case), case.id);
    time_line(&mut text, &replay.line, case.calls);
    outcome(&mut text, case);
    text
}
