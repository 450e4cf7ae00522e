//! Decides what a scenario's end means.
//!
//! One pure function holds the whole matrix. Its law: inversion turns a failed assertion into an expected
//! failure and a pass into a failure, and touches nothing else.

use serde::{Deserialize, Serialize};

/// The sentence that fails a scenario whose bug is gone.
pub(crate) const FIXED: &str = "Bug appears to be fixed. Remove the @tdd_expected_fail tag and verify the fix \
                                through the bug fix workflow.";

/// How the steps of a scenario ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Every step passed.
    Passed,
    /// A step said that an assertion does not hold.
    Assertion,
    /// Anything that nobody said on purpose: `?`, `unwrap`, a time-out, a World that cannot be made.
    Error,
    /// A step is not written yet.
    Pending,
    /// A step said that the scenario cannot run here.
    Skipped,
}

/// What there is to know about a scenario that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) end: End,
    /// It ended in a `Given` or in the background.
    pub(crate) set_up: bool,
    /// The World found something wrong when the scenario was over.
    pub(crate) finish_failed: bool,
    /// It is tagged `@tdd_expected_fail`.
    pub(crate) expected_fail: bool,
}

/// What it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Verdict {
    Passed,
    /// The captured bug is still there: as good as passed.
    ExpectedFailure,
    Failed,
    Error,
    /// The captured bug is gone, so its tag has to go: as bad as failed.
    Fixed,
    Pending,
    Skipped,
}

impl Verdict {
    /// What a reader calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::ExpectedFailure => "expected failure",
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Fixed => "fixed",
            Self::Pending => "pending",
            Self::Skipped => "skipped",
        }
    }

    /// Whether the run goes red because of it.
    pub(crate) fn is_red(self) -> bool {
        !matches!(self, Self::Passed | Self::ExpectedFailure | Self::Skipped)
    }
}

/// The verdict on a scenario.
pub(crate) fn judge(facts: Facts) -> Verdict {
    match facts.end {
        _ if facts.finish_failed => Verdict::Error,
        End::Error => Verdict::Error,
        End::Assertion if facts.set_up => Verdict::Error,
        End::Assertion if facts.expected_fail => Verdict::ExpectedFailure,
        End::Assertion => Verdict::Failed,
        End::Passed if facts.expected_fail => Verdict::Fixed,
        End::Passed => Verdict::Passed,
        End::Pending => Verdict::Pending,
        End::Skipped => Verdict::Skipped,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::totals::Totals;

    fn ends() -> impl Strategy<Value = End> {
        use End::{Assertion, Error, Passed, Pending, Skipped};
        prop::sample::select(vec![Passed, Assertion, Error, Pending, Skipped])
    }

    prop_compose! {
        fn facts()(end in ends(), set_up: bool, finish_failed: bool, expected_fail: bool) -> Facts {
            Facts { end, set_up, finish_failed, expected_fail }
        }
    }

    proptest! {
        #[test]
        fn an_error_is_never_inverted(facts in facts()) {
            let error = facts.end == End::Error || facts.finish_failed || facts.set_up && facts.end == End::Assertion;
            prop_assert_eq!(judge(facts) == Verdict::Error, error);
        }

        #[test]
        fn inversion_touches_only_assertions_and_passes(facts in facts()) {
            let plain = judge(Facts { expected_fail: false, ..facts });
            let inverted = judge(Facts { expected_fail: true, ..facts });
            prop_assert_eq!(inverted, match plain {
                Verdict::Failed => Verdict::ExpectedFailure,
                Verdict::Passed => Verdict::Fixed,
                other => other,
            });
        }

        #[test]
        fn inversion_turns_green_to_red_and_red_to_green(facts in facts()) {
            let (plain, inverted) = (Facts { expected_fail: false, ..facts }, Facts { expected_fail: true, ..facts });
            if matches!(judge(plain), Verdict::Failed | Verdict::Passed) {
                prop_assert_ne!(judge(plain).is_red(), judge(inverted).is_red());
            }
        }

        #[test]
        fn whatever_is_not_skipped_is_counted_as_passed_or_as_failed_and_never_as_both(facts in facts()) {
            let verdict = judge(facts);
            let counted = Totals::default().and_one(verdict);
            let passed = counted.passed + counted.expected_failures;
            prop_assert_eq!(passed + counted.red() + counted.skipped, 1);
            prop_assert_eq!(counted.red() == 1, verdict.is_red());
            prop_assert_eq!(counted.skipped == 1, verdict == Verdict::Skipped);
        }

        #[test]
        fn only_a_skip_can_be_skipped(facts in facts()) {
            prop_assert!(judge(facts) != Verdict::Skipped || facts.end == End::Skipped);
        }
    }
}
