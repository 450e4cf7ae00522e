//! The numbers of a run.

use crate::{judged::Judged, verdict::Verdict};

/// How many scenarios ended in which way, and how much went wrong outside of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) passed: usize,
    pub(crate) expected_failures: usize,
    pub(crate) failed: usize,
    pub(crate) errors: usize,
    pub(crate) fixed: usize,
    pub(crate) pending: usize,
    pub(crate) skipped: usize,
    /// Errors of the run, or of hooks after a feature or a rule.
    pub(crate) outside: usize,
}

impl Totals {
    /// These, and one more.
    pub(crate) fn and(self, judged: &Judged) -> Self {
        if judged.case.is_outside() {
            let outside = self.outside + 1;
            return Self { outside, ..self };
        }
        self.and_one(judged.verdict)
    }

    /// These, and one more scenario.
    pub(crate) fn and_one(mut self, verdict: Verdict) -> Self {
        let count = match verdict {
            Verdict::Passed => &mut self.passed,
            Verdict::ExpectedFailure => &mut self.expected_failures,
            Verdict::Failed => &mut self.failed,
            Verdict::Error => &mut self.errors,
            Verdict::Fixed => &mut self.fixed,
            Verdict::Pending => &mut self.pending,
            Verdict::Skipped => &mut self.skipped,
        };
        *count += 1;
        self
    }

    /// Everything that makes the run red.
    pub(crate) fn red(self) -> usize {
        self.failed + self.errors + self.fixed + self.pending + self.outside
    }

    /// Each number with its name; those of rare kinds only where there are some.
    pub(crate) fn apart(self) -> String {
        let always = [
            (self.passed, "passed"),
            (self.expected_failures, "expected failures"),
            (self.failed, "failed"),
            (self.errors, "errors"),
            (self.skipped, "skipped"),
        ];
        let rare = [(self.fixed, "fixed"), (self.pending, "pending")];
        let red = self.red() - self.outside;
        let scenarios = self.passed + self.expected_failures + red + self.skipped;
        let parts = always
            .into_iter()
            .chain(rare.into_iter().filter(|(count, _)| *count > 0));
        let parts: Vec<_> = parts
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let outside = match self.outside {
            0 => String::new(),
            count => format!("; {count} errors outside of them"),
        };
        format!("{scenarios} scenarios: {}{outside}", parts.join(", "))
    }

    /// The last line of a run: nothing but numbers, for tools to read.
    pub(crate) fn last_line(self) -> String {
        let skipped = if self.skipped > 0 {
            format!(", {} skipped", self.skipped)
        } else {
            String::new()
        };
        format!(
            "{} passed, {} failed{skipped}",
            self.passed + self.expected_failures,
            self.red()
        )
    }
}
