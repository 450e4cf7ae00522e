//! The report as `JUnit` XML: one case for each call, not for each fault of it.

use quick_junit::{
    NonSuccessKind, Report as Document, SerializeError, TestCase, TestCaseStatus, TestSuite,
};

use crate::judge::Verdict;
use crate::report::{Case, Report};

pub(crate) fn write(report: &Report) -> Result<String, SerializeError> {
    let mut document = Document::new("untorn");
    document.set_time(report.took);
    let mut suite = TestSuite::new(report.command.join(" "));
    for point in &report.points {
        let cases: Vec<&Case> = report
            .cases
            .iter()
            .filter(|it| it.point == *point)
            .collect();
        let mut case = TestCase::new(point.to_string(), status(&cases));
        case.set_classname("faults");
        suite.add_test_case(case);
    }
    let mut whole = TestCase::new("the whole proof", TestCaseStatus::success());
    whole.set_classname("faults");
    if !report.doubts.is_empty() || report.untried > 0 {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        let untried =
            (report.untried > 0).then(|| format!("{} faults were not tried", report.untried));
        let why: Vec<String> = report.doubts.iter().cloned().chain(untried).collect();
        status.set_message(why.join("; "));
        whole.status = status;
    }
    suite.add_test_case(whole);
    document.add_test_suite(suite);
    document.to_string()
}

fn status(cases: &[&Case]) -> TestCaseStatus {
    let broken: Vec<&&Case> = cases
        .iter()
        .filter(|it| it.verdict.is_violation())
        .collect();
    if !broken.is_empty() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let words = broken
            .iter()
            .map(|it| format!("{} {}", it.verdict.word(), it.id));
        status.set_message(broken[0].verdict.word());
        status.set_description(words.collect::<Vec<_>>().join("\n"));
        return status;
    }
    if cases.iter().all(|it| it.verdict == Verdict::NotReached) {
        let mut status = TestCaseStatus::skipped();
        status.set_message("not tried, or not reached again");
        return status;
    }
    TestCaseStatus::success()
}
