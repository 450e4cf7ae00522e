//! `cucumber.json`, as Cucumber's own tools write and read it.
//!
//! It agrees with the exit code: the step of an expected failure has passed, the last step of a fixed
//! scenario has failed. What went wrong outside of any step stands under `before` or `after`.

use std::{io, time::Duration};

use serde::Serialize;

use crate::{case::CaseStep, hooks::HookRun, judged::Judged, verdict::Verdict};

pub(super) fn render(judged: &[Judged<'_>]) -> io::Result<String> {
    let features: Vec<_> = judged
        .chunk_by(|a, b| a.case.path() == b.case.path())
        .map(feature)
        .collect();
    serde_json::to_string_pretty(&features).map_err(io::Error::other)
}

#[derive(Serialize)]
struct Feature<'a> {
    uri: &'a str,
    id: String,
    keyword: &'a str,
    name: &'a str,
    description: &'a str,
    line: usize,
    tags: Vec<Tag>,
    elements: Vec<Element<'a>>,
}

#[derive(Serialize)]
struct Tag {
    name: String,
    line: usize,
}

#[derive(Serialize)]
struct Element<'a> {
    id: &'a str,
    keyword: &'a str,
    r#type: &'static str,
    name: &'a str,
    description: &'a str,
    line: usize,
    tags: Vec<Tag>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    before: Vec<Hook>,
    steps: Vec<Step<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    after: Vec<Hook>,
}

#[derive(Serialize)]
struct Hook {
    r#match: Match,
    result: Outcome,
}

#[derive(Serialize)]
struct Step<'a> {
    keyword: &'a str,
    name: &'a str,
    line: usize,
    r#match: Match,
    result: Outcome,
}

#[derive(Serialize)]
struct Match {
    location: String,
}

#[derive(Serialize)]
struct Outcome {
    status: &'static str,
    duration: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

fn feature<'a>(judged: &'a [Judged<'a>]) -> Feature<'a> {
    let case = judged[0].case;
    Feature {
        uri: case.path(),
        id: case.path().to_owned(),
        keyword: &case.feature.keyword,
        name: &case.feature.name,
        description: &case.feature.description,
        line: case.feature.line,
        tags: tags(&case.feature.tags, case.feature.line),
        elements: judged.iter().map(element).collect(),
    }
}

fn element<'a>(judged: &'a Judged<'a>) -> Element<'a> {
    let case = judged.case;
    let (before, after) = hooks(judged);
    Element {
        id: &case.id,
        keyword: &case.keyword,
        r#type: "scenario",
        name: &case.name,
        description: &case.description,
        line: case.line,
        tags: tags(&case.tags, case.line),
        before,
        steps: case
            .steps
            .iter()
            .enumerate()
            .map(|(index, it)| step(judged, index, it))
            .collect(),
        after,
    }
}

fn tags(tags: &[String], line: usize) -> Vec<Tag> {
    let tag = |tag| Tag {
        name: format!("@{tag}"),
        line,
    };
    tags.iter().map(tag).collect()
}

/// The hooks before the first step and after the last, and what went wrong there without one.
fn hooks(judged: &Judged<'_>) -> (Vec<Hook>, Vec<Hook>) {
    let mut before: Vec<_> = judged.before.iter().map(hook).collect();
    let mut after: Vec<_> = judged.after.iter().map(hook).collect();
    let is_told = || {
        judged
            .before
            .iter()
            .chain(&judged.after)
            .any(|run| run.failed.is_some())
    };
    if judged.verdict == Verdict::Error && judged.stopped_at.is_none() && !is_told() {
        let place = if judged.steps.is_empty() {
            &mut before
        } else {
            &mut after
        };
        place.push(Hook {
            r#match: Match {
                location: judged.case.place(),
            },
            result: failed(judged, Duration::ZERO),
        });
    }
    (before, after)
}

fn hook(run: &HookRun) -> Hook {
    let result = Outcome {
        status: if run.failed.is_some() {
            "failed"
        } else {
            "passed"
        },
        duration: nanoseconds(run.took),
        error_message: run.failed.clone(),
    };
    Hook {
        r#match: Match {
            location: run.at.to_string(),
        },
        result,
    }
}

fn step<'a>(judged: &Judged<'_>, index: usize, step: &'a CaseStep) -> Step<'a> {
    Step {
        keyword: &step.step.keyword,
        name: &step.step.value,
        line: step.step.position.line,
        r#match: Match {
            location: step.location.clone(),
        },
        result: outcome(judged, index),
    }
}

fn outcome(judged: &Judged<'_>, index: usize) -> Outcome {
    let duration = judged.steps.get(index).copied();
    let is_last = index + 1 == judged.case.steps.len();
    let stopped_here =
        judged.stopped_at == Some(index) || judged.verdict == Verdict::Fixed && is_last;
    match (duration, judged.verdict) {
        (None, _) => plain("skipped", Duration::ZERO),
        (Some(duration), Verdict::Skipped) if stopped_here => plain("skipped", duration),
        (Some(duration), Verdict::Pending) if stopped_here => plain("pending", duration),
        (Some(duration), Verdict::Failed | Verdict::Error | Verdict::Fixed) if stopped_here => {
            failed(judged, duration)
        }
        (Some(duration), _) => plain("passed", duration),
    }
}

fn plain(status: &'static str, duration: Duration) -> Outcome {
    Outcome {
        status,
        duration: nanoseconds(duration),
        error_message: None,
    }
}

fn failed(judged: &Judged<'_>, duration: Duration) -> Outcome {
    Outcome {
        status: "failed",
        duration: nanoseconds(duration),
        error_message: Some(judged.message.clone()),
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
