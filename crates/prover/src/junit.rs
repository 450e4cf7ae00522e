//! The report as `JUnit` XML: one case for each call, not for each fault of it.

use quick_junit::{
    NonSuccessKind, Report as Document, SerializeError, TestCase, TestCaseStatus, TestSuite,
};

use crate::judge::Verdict;
use crate::report::{Case, Report};
use crate::terminal::counter_example;
use crate::wording::{command, verdict};

pub(crate) fn write(report: &Report) -> Result<String, SerializeError> {
    let mut document = Document::new("untorn");
    document.set_time(report.took);
    let mut suite = TestSuite::new(command(report));
    for point in &report.points {
        let cases: Vec<&Case> = report
            .cases
            .iter()
            .filter(|it| it.point == *point)
            .collect();
        let mut case = TestCase::new(point.to_string(), status(report, &cases));
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

fn status(report: &Report, cases: &[&Case]) -> TestCaseStatus {
    let broken = cases.iter().filter(|it| it.verdict.is_violation());
    let groups = Report::groups(broken.copied());
    if let Some(worst) = groups.first() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let mut text = String::new();
        for group in &groups {
            text.push('\n');
            counter_example(&mut text, report, group);
        }
        status.set_message(verdict(worst[0]));
        status.set_description(text);
        return status;
    }
    if cases.iter().all(|it| it.verdict == Verdict::NotReached) {
        let mut status = TestCaseStatus::skipped();
        status.set_message("not tried, or not reached again");
        return status;
    }
    TestCaseStatus::success()
}
