//! The report for a terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::judge::Verdict;
use crate::prove::{Replay, join};
use crate::report::{Answer, Case, Fixture, Report};

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

/// The whole report as text: the answer, the guarantees, and the counter-examples.
#[must_use]
pub fn show(report: &Report) -> String {
    let mut text = String::new();
    headline(&mut text, report);
    table(&mut text, report);
    for group in groups(report) {
        counter_example(&mut text, report, &group);
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
    let _ = writeln!(text, "{answer}  {}", report.command.join(" "));
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
        let _ = writeln!(text, "  {} has sha256 {}", it.path.display(), it.sha256);
    }
    let _ = writeln!(text, "  fixture: {}", fixture(&report.fixture));
    let _ = writeln!(text, "  kernel: {}", report.kernel);
    for line in &report.before {
        let _ = writeln!(text, "  before: {line}");
    }
}

/// What the command got a copy of.
fn fixture(fixture: &Fixture) -> String {
    let size = format!("{} files, {} bytes", fixture.files, fixture.bytes);
    match &fixture.directory {
        Some(directory) => format!("{}, {size}", directory.display()),
        None => format!("the protected files alone, {size}"),
    }
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

/// Cases that come to the same, the most harmful first.
fn groups(report: &Report) -> Vec<Vec<&Case>> {
    let mut groups: BTreeMap<_, Vec<&Case>> = BTreeMap::new();
    for case in &report.cases {
        if !matches!(case.verdict, Verdict::Ok | Verdict::NotReached) {
            let tear = case.tear.as_ref().map(|it| it.0);
            let key = (case.verdict, tear, &case.now[..], case.end == "exit 0");
            groups.entry(key).or_default().push(case);
        }
    }
    groups.into_values().collect()
}

fn counter_example(text: &mut String, report: &Report, group: &[&Case]) {
    let Some(case) = group.first() else {
        return;
    };
    let _ = writeln!(text, "\n{}", verdict(case));
    let _ = writeln!(text, "  strikes     {}", case.id);
    outcome(text, case);
    if group.len() > 1 {
        let _ = writeln!(text, "  and so do   {} more", group.len() - 1);
    }
    let _ = writeln!(text, "  replay      {}", replay(report, &case.id));
}

/// The verdict, and what is torn.
fn verdict(case: &Case) -> String {
    let word = case.verdict.word();
    case.tear.as_ref().map_or(word.to_owned(), |(tear, path)| {
        format!("{word}  {} is {}", path.display(), tear.word())
    })
}

/// What a fault came to.
fn outcome(text: &mut String, case: &Case) {
    let _ = writeln!(text, "  then        {}", case.end);
    for line in &case.now {
        let _ = writeln!(text, "  on disk     {line}");
    }
    if !case.litter.is_empty() {
        let _ = writeln!(text, "  left beside {}", case.litter.join(", "));
    }
    let _ = writeln!(text, "  a clean run {}", case.rerun);
}

/// The command that runs one case again, as a shell takes it.
fn replay(report: &Report, id: &str) -> String {
    let mut words = vec!["untorn".to_owned(), "replay".to_owned(), id.to_owned()];
    for path in &report.protected {
        words.extend(["--protect".to_owned(), path.display().to_string()]);
    }
    words.extend(report.options.iter().cloned());
    words.push("--".to_owned());
    words.extend(report.command.iter().cloned());
    join(&words)
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
    for (number, moment) in replay.line.iter().enumerate() {
        let mark = if moment.is_injected {
            "  <- injected"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "{:>4}  {:<44}{:<22}{}{mark}",
            number + 1,
            moment.point.to_string(),
            moment.detail,
            moment.result
        );
    }
    outcome(&mut text, case);
    text
}
