//! What became of each step, in the few words that other tools know.
//!
//! They agree with the exit code: the step of an expected failure has passed, the last step of a fixed
//! scenario has failed. What went wrong outside of any step stands before the first or after the last.

use std::time::Duration;

use crate::{judged::Judged, verdict::Verdict};

/// A word of Cucumber's own tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Passed,
    Failed,
    Pending,
    Skipped,
}

/// What became of a step, or of what stands in for one.
#[derive(Clone, Copy, Debug)]
pub(super) struct StepResult<'a> {
    pub(super) status: Status,
    /// Zero where it was never begun.
    pub(super) took: Duration,
    pub(super) message: Option<&'a str>,
}

/// Where something went wrong that is no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outside {
    BeforeSteps,
    AfterSteps,
}

/// What became of the step with this number.
pub(super) fn of_step<'a>(judged: &'a Judged<'_>, index: usize) -> StepResult<'a> {
    let took = judged.steps.get(index).copied();
    let is_last = index + 1 == judged.case.steps.len();
    let stopped_here =
        judged.stopped_at == Some(index) || judged.verdict == Verdict::Fixed && is_last;
    let status = match judged.verdict {
        _ if took.is_none() => Status::Skipped,
        Verdict::Skipped if stopped_here => Status::Skipped,
        Verdict::Pending if stopped_here => Status::Pending,
        Verdict::Failed | Verdict::Error | Verdict::Fixed if stopped_here => Status::Failed,
        _ => Status::Passed,
    };
    let never_begun = judged.steps.is_empty() && judged.verdict == Verdict::Skipped && index == 0;
    let tells = status != Status::Passed && stopped_here || never_begun;
    StepResult {
        status,
        took: took.unwrap_or_default(),
        message: tells.then_some(judged.message.as_str()),
    }
}

/// What became of what stands in for a step, where the error happened in none.
pub(super) fn failed_outside<'a>(judged: &'a Judged<'_>) -> StepResult<'a> {
    StepResult {
        status: Status::Failed,
        took: Duration::ZERO,
        message: Some(&judged.message),
    }
}

/// Where an error happened that belongs to no step.
pub(super) fn outside(judged: &Judged<'_>) -> Option<Outside> {
    match (judged.verdict, judged.stopped_at) {
        (Verdict::Error, None) if judged.steps.is_empty() => Some(Outside::BeforeSteps),
        (Verdict::Error, None) => Some(Outside::AfterSteps),
        _ => None,
    }
}
