//! The report for a terminal.

use std::fmt::Write as _;

use crate::line::Moment;
use crate::replay::Replay;
use crate::report::{Case, Report};
use crate::wording::{command, extent, facts, guarantees, plural, replay, verdict, with_gaps};

/// How many kinds of counter-example are shown.
const SHOWN_MAX: usize = 20;

/// The whole report as text: the answer, the guarantees, and the counter-examples.
#[must_use]
pub fn show(report: &Report) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}  {}", report.answer().word(), command(report));
    for line in report.doubts.iter().chain(&extent(report)) {
        let _ = writeln!(text, "  {line}");
    }
    for (label, fact) in facts(report) {
        let _ = writeln!(text, "  {label}: {fact}");
    }
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

fn table(text: &mut String, report: &Report) {
    let _ = writeln!(
        text,
        "\n  {:<52}{:>7}{:>7}  smallest counter-example",
        "guarantee", "tried", "held"
    );
    for it in guarantees(report) {
        let smallest = it.broken_by.map_or("", |it| it.id.as_str());
        let _ = writeln!(
            text,
            "  {:<52}{:>7}{:>7}  {smallest}",
            it.words, it.tried, it.held
        );
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
