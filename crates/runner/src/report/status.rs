//! What became of each step, in the few words that other tools know.
//!
//! They agree with the exit code: the step of an expected failure has passed, the last step of a fixed
//! scenario has failed. What went wrong outside of any step stands before the first or after the last.

use std::time::Duration;

use crate::{hooks::HookRun, judged::Judged, verdict::Verdict};

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
pub(super) fn of_step(judged: &Judged, index: usize) -> StepResult<'_> {
    let took = judged.steps.get(index).copied();
    let is_last = index + 1 == judged.case.steps.len();
    let stopped_here =
        judged.stopped_at == Some(index) || judged.verdict == Verdict::Fixed && is_last;
    let never_begun = judged.steps.is_empty() && index == 0;
    let status = match judged.verdict {
        Verdict::Pending if never_begun => Status::Pending,
        _ if took.is_none() => Status::Skipped,
        Verdict::Skipped if stopped_here => Status::Skipped,
        Verdict::Pending if stopped_here => Status::Pending,
        Verdict::Failed | Verdict::Error | Verdict::Fixed if stopped_here => Status::Failed,
        _ => Status::Passed,
    };
    let tells = match judged.verdict {
        Verdict::Skipped | Verdict::Pending => never_begun || stopped_here,
        _ => status == Status::Failed,
    };
    StepResult {
        status,
        took: took.unwrap_or_default(),
        message: tells.then_some(judged.message.as_str()),
    }
}

/// What became of what stands in for a step, where the error happened in none.
pub(super) fn failed_outside(judged: &Judged) -> StepResult<'_> {
    StepResult {
        status: Status::Failed,
        took: Duration::ZERO,
        message: Some(&judged.message),
    }
}

/// What became of a hook.
pub(super) fn of_hook(run: &HookRun) -> StepResult<'_> {
    let status = if run.failed.is_some() {
        Status::Failed
    } else {
        Status::Passed
    };
    StepResult {
        status,
        took: run.took,
        message: run.failed.as_deref(),
    }
}

/// Where an error happened that belongs to no step, and to no hook that is told.
pub(super) fn outside(judged: &Judged) -> Option<Outside> {
    let mut hooks = judged.before.iter().chain(&judged.after);
    let is_told = hooks.any(|run| run.failed.is_some());
    match (judged.verdict, judged.stopped_at) {
        _ if is_told => None,
        (Verdict::Error, None) if judged.steps.is_empty() => Some(Outside::BeforeSteps),
        (Verdict::Error, None) => Some(Outside::AfterSteps),
        _ => None,
    }
}
