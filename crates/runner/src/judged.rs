//! A scenario that has run, with its verdict and the words for it: what every report is made of.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    case::Case,
    panics::Trouble,
    play::Played,
    tdd,
    verdict::{End, FIXED, Facts, Verdict, judge},
};

/// A scenario and what became of it.
#[derive(Debug)]
pub(crate) struct Judged<'a> {
    pub(crate) case: &'a Case,
    pub(crate) verdict: Verdict,
    /// Why it did not simply pass; the reason where it was skipped.
    pub(crate) message: String,
    /// How long each step took that was begun.
    pub(crate) steps: Vec<Duration>,
    /// The number of the step that did not pass.
    pub(crate) stopped_at: Option<usize>,
    pub(crate) evidence: String,
    pub(crate) duration: Duration,
}

impl<'a> Judged<'a> {
    /// The judgement on a scenario that was played.
    pub(crate) fn played(case: &'a Case, played: Played) -> Self {
        let stopped_at = played
            .trouble
            .as_ref()
            .and_then(|_| played.steps.len().checked_sub(1));
        let facts = Facts {
            end: played
                .trouble
                .as_ref()
                .map_or(End::Passed, |trouble| trouble.end),
            set_up: stopped_at.is_some_and(|step| case.steps[step].is_set_up),
            finish_failed: played.finish.is_some(),
            expected_fail: case.is_tagged(tdd::EXPECTED_FAIL),
        };
        let verdict = judge(facts);
        Self {
            case,
            verdict,
            message: message(
                facts,
                verdict,
                played.trouble.as_ref(),
                played.finish.as_deref(),
            ),
            steps: played.steps,
            stopped_at,
            evidence: played.evidence,
            duration: played.duration,
        }
    }

    /// A scenario that cannot run here.
    pub(crate) fn skipped(case: &'a Case, reason: String) -> Self {
        Self {
            case,
            verdict: Verdict::Skipped,
            message: reason,
            steps: Vec::new(),
            stopped_at: None,
            evidence: String::new(),
            duration: Duration::ZERO,
        }
    }

    /// Its message, with the evidence below.
    pub(crate) fn story(&self) -> String {
        let parts = [self.message.as_str(), &self.evidence];
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
    finish: Option<&str>,
) -> String {
    if verdict == Verdict::Fixed {
        return FIXED.to_owned();
    }
    let trouble = trouble.map(|trouble| describe(facts, trouble));
    let finish = finish.map(|complaint| format!("at the end of the scenario: {complaint}"));
    let parts: Vec<_> = trouble.into_iter().chain(finish).collect();
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
    let at = trouble.at.as_ref().filter(|_| trouble.end != End::Skipped);
    let at = at.map_or_else(String::new, |at| format!("\n  at {at}"));
    let backtrace = trouble
        .backtrace
        .as_ref()
        .map_or_else(String::new, |text| format!("\n{text}"));
    format!("{what}{}{at}{backtrace}", trouble.message)
}
