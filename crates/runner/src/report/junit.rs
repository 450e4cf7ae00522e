//! `junit.xml`: a suite for each feature, a case for each scenario.
//!
//! An error is an `<error>`, a failed assertion a `<failure>`. An expected failure is a passed case, and
//! every case carries the issues that it is tagged with as properties. An attempt that was repeated is told as
//! Maven's Surefire tells it. What XML has no place for is left out, or is U+FFFD.

use std::{
    io::{self, Write},
    sync::Arc,
};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestRerun, TestSuite};

use crate::{judged::Judged, record::Record, verdict::Verdict};

/// Writes a suite at a time, so that the whole is never in memory.
pub(super) fn render(record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
    let totals = record.tally.totals();
    let mut whole = Report::new("features");
    whole.set_time(record.duration);
    whole.tests = record.tally.items().len();
    whole.failures = totals.failed + totals.fixed + totals.pending;
    whole.errors = totals.errors + totals.outside;
    whole.skipped = totals.skipped;
    let whole = text(&whole)?;
    let (start, _, end) = apart(&whole)?;
    out.write_all(start.as_bytes())?;
    for judged in record.features() {
        let mut one = Report::unnamed();
        one.add_test_suite(suite(&judged?));
        let one = text(&one)?;
        let (_, suite, _) = apart(&one)?;
        out.write_all(suite.trim_end().as_bytes())?;
    }
    writeln!(out)?;
    out.write_all(end.as_bytes())
}

fn text(report: &Report) -> io::Result<String> {
    report.to_string().map_err(io::Error::other)
}

/// A report in three pieces: up to its first suite, its suites, and what follows them.
fn apart(report: &str) -> io::Result<(&str, &str, &str)> {
    let root = report.find("<testsuites").unwrap_or_default();
    let first = report[root..].find('>').map(|it| root + it + 1); // an attribute has it as `&gt;`
    let last = report.rfind("</testsuites>");
    let pieces = first.zip(last).map(|(first, last)| {
        let (start, rest) = report.split_at(first);
        let (suites, end) = rest.split_at(last - first);
        (start, suites, end)
    });
    pieces.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn suite(judged: &[Arc<Judged>]) -> TestSuite {
    let mut suite = TestSuite::new(xml(&Record::feature_of(judged).name));
    suite.set_time(judged.iter().map(|it| it.duration).sum());
    suite.add_test_cases(judged.iter().map(|it| case(it)));
    suite
}

fn case(judged: &Judged) -> TestCase {
    let mut case = TestCase::new(xml(&judged.case.name), status(judged));
    case.set_classname(xml(&judged.case.place()))
        .set_time(judged.duration);
    for issue in judged.issues() {
        case.add_property(("tdd_issue", issue.to_string().as_str()));
    }
    if judged.verdict == Verdict::ExpectedFailure {
        case.add_property(("tdd_expected_fail", xml(&judged.message).as_str()));
    }
    let kept = judged.story("");
    if !kept.is_empty() {
        case.set_system_out(xml(&kept));
    }
    case
}

fn status(judged: &Judged) -> TestCaseStatus {
    let mut status = last_status(judged);
    for attempt in &judged.earlier {
        let mut rerun = TestRerun::new(NonSuccessKind::Error);
        rerun
            .set_message(xml(attempt.first_line()))
            .set_type("error")
            .set_description(xml(&attempt.message));
        let kept = attempt.story("");
        if !kept.is_empty() {
            rerun.set_system_out(xml(&kept));
        }
        status.add_rerun(rerun);
    }
    status
}

fn last_status(judged: &Judged) -> TestCaseStatus {
    let (mut status, kind) = match judged.verdict {
        Verdict::Passed | Verdict::ExpectedFailure => return TestCaseStatus::success(),
        Verdict::Skipped => (TestCaseStatus::skipped(), "skipped"),
        Verdict::Failed => (
            TestCaseStatus::non_success(NonSuccessKind::Failure),
            "assertion",
        ),
        Verdict::Fixed => (
            TestCaseStatus::non_success(NonSuccessKind::Failure),
            "fixed",
        ),
        Verdict::Pending => (
            TestCaseStatus::non_success(NonSuccessKind::Failure),
            "pending",
        ),
        Verdict::Error => (TestCaseStatus::non_success(NonSuccessKind::Error), "error"),
    };
    status
        .set_message(xml(judged.first_line()))
        .set_type(kind)
        .set_description(xml(&judged.message));
    status
}

/// `text` without the two characters that are no control characters, and that XML has no place for either.
fn xml(text: &str) -> String {
    text.replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}
