//! A scenario that has run, with its verdict and the words for it: what every report is made of.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use crate::{
    attach::Attached,
    board::Worker,
    case::Case,
    hooks::{Failure, HookRun},
    panics::Trouble,
    play::Played,
    tdd,
    verdict::{End, FIXED, Facts, Verdict, judge},
};

/// A scenario and what became of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Judged {
    #[serde(skip, default = "Case::nobody")]
    pub(crate) case: Arc<Case>,
    pub(crate) verdict: Verdict,
    /// Why it did not simply pass; the reason where it was skipped.
    pub(crate) message: String,
    /// When it began, as far as it did.
    pub(crate) started: Option<SystemTime>,
    pub(crate) duration: Duration,
    /// The hooks before the scenario, and those after it.
    pub(crate) before: Vec<HookRun>,
    pub(crate) after: Vec<HookRun>,
    /// How long each step took that was begun.
    pub(crate) steps: Vec<Duration>,
    /// The number of the step that did not pass.
    pub(crate) stopped_at: Option<usize>,
    pub(crate) evidence: String,
    /// What it printed.
    pub(crate) output: String,
    pub(crate) attached: Vec<Attached>,
    /// The number of the thread that it ran on, as far as it began.
    pub(crate) worker: Option<usize>,
    /// The attempts before this one, each of which was an error.
    pub(crate) earlier: Vec<Judged>,
}

/// The verdict on a scenario that was played.
pub(crate) fn judgement(case: &Case, played: &Played) -> Verdict {
    judge(facts(case, played))
}

fn stopped_at(played: &Played) -> Option<usize> {
    let trouble = played.trouble.as_ref();
    trouble.and_then(|_| played.steps.len().checked_sub(1))
}

fn facts(case: &Case, played: &Played) -> Facts {
    Facts {
        end: played
            .trouble
            .as_ref()
            .map_or(End::Passed, |trouble| trouble.end),
        set_up: stopped_at(played).is_some_and(|step| case.steps[step].is_set_up),
        finish_failed: !played.complaints.is_empty(),
        expected_fail: case.is_tagged(tdd::EXPECTED_FAIL),
    }
}

impl Judged {
    /// The judgement on a scenario that was played, by its last attempt.
    pub(crate) fn of(case: &Arc<Case>, worker: Worker, attempts: Vec<Played>) -> Self {
        let judged = attempts.into_iter().map(|played| Self {
            worker: Some(worker),
            ..Self::played(case, played)
        });
        let mut judged: Vec<_> = judged.collect();
        match judged.pop() {
            Some(last) => last.after(judged),
            None => Self::played(case, Played::default()),
        }
    }

    fn played(case: &Arc<Case>, played: Played) -> Self {
        let facts = facts(case, &played);
        let verdict = judge(facts);
        Self {
            case: Arc::clone(case),
            verdict,
            message: message(facts, verdict, played.trouble.as_ref(), &played.complaints),
            started: played.started,
            duration: played.duration,
            stopped_at: stopped_at(&played),
            before: played.before,
            after: played.after,
            steps: played.steps,
            evidence: played.evidence,
            output: played.output,
            attached: played.attached,
            worker: None,
            earlier: Vec::new(),
        }
    }

    /// This attempt after `earlier` ones: that it was skipped is no answer to what went wrong in them.
    fn after(self, earlier: Vec<Self>) -> Self {
        let (verdict, message) = match earlier.last() {
            Some(error) if self.verdict == Verdict::Skipped => {
                let attempt = earlier.len() + 1;
                let (reason, error) = (&self.message, error.first_line());
                let message =
                    format!("attempt {attempt} was skipped ({reason}), after an error: {error}");
                (Verdict::Error, message)
            }
            _ => (self.verdict, self.message),
        };
        Self {
            verdict,
            message,
            earlier,
            ..self
        }
    }

    /// A scenario that is left out, for the reason that is its `trouble`.
    pub(crate) fn left_out(case: &Arc<Case>, trouble: Trouble) -> Self {
        Self::played(case, Played::not_begun(trouble))
    }

    /// Something around the scenarios that went wrong, told in the name of a `case` without steps.
    pub(crate) fn error(case: &Arc<Case>, failure: Failure) -> Self {
        Self {
            verdict: Verdict::Error,
            message: failure.message,
            duration: failure.run.as_ref().map_or(Duration::ZERO, |run| run.took),
            after: failure.run.into_iter().collect(),
            ..Self::played(case, Played::default())
        }
    }

    /// The message in short.
    pub(crate) fn first_line(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }

    /// `message`, with the evidence below, and what it printed.
    pub(crate) fn story(&self, message: &str) -> String {
        let parts = [message, &self.evidence, &self.output];
        let parts: Vec<_> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        parts.join("\n")
    }

    pub(crate) fn issues(&self) -> BTreeSet<u64> {
        tdd::issues(&self.case.tags)
    }
}

fn message(
    facts: Facts,
    verdict: Verdict,
    trouble: Option<&Trouble>,
    complaints: &[String],
) -> String {
    if verdict == Verdict::Fixed {
        return FIXED.to_owned();
    }
    let trouble = trouble.map(|trouble| describe(facts, trouble));
    let complaints = complaints.iter().cloned();
    let parts: Vec<_> = trouble.into_iter().chain(complaints).collect();
    let veto = if facts.expected_fail && verdict == Verdict::Error {
        veto(facts)
    } else {
        ""
    };
    format!("{veto}{}", parts.join("\n"))
}

/// Why a scenario tagged `@tdd_expected_fail` is an error all the same.
fn veto(facts: Facts) -> &'static str {
    match facts.end {
        End::Assertion if facts.set_up => "a failed set-up, so not an expected failure: ",
        End::Assertion => "more than an assertion, so not an expected failure: ",
        _ => "not an assertion, so not an expected failure: ",
    }
}

fn describe(facts: Facts, trouble: &Trouble) -> String {
    let what = match trouble.end {
        End::Assertion if facts.set_up => "the set-up failed: ",
        End::Pending => "pending: ",
        _ => "",
    };
    let told = match trouble.end {
        End::Skipped => trouble.message.clone(),
        _ => trouble.told(),
    };
    format!("{what}{told}")
}
