//! `report.html`: one page that needs nothing else, neither the network nor a server.
//!
//! The run stands in it as JSON, and its script makes of that only what is looked at, so that it stays quick
//! with many scenarios. The script sets texts, never markup; a policy with a nonce of this page alone sees to
//! it that nothing else in it runs, and that it loads nothing.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, RandomState},
    io::{self, Write},
    sync::Arc,
    time::UNIX_EPOCH,
};

use serde_json::{Value, json};

use super::{
    source,
    status::{self, Outside, Status},
};
use crate::{
    attach::{Attached, Attachment, Body, Owner},
    case::{CaseStep, Scope},
    judged::Judged,
    record::Record,
    verdict::Verdict,
};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn render(record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
    let nonce = format!("{:016x}", RandomState::new().hash_one(record.started));
    for part in PAGE.split('%') {
        match part {
            "NONCE" => out.write_all(nonce.as_bytes())?,
            "STYLE" => out.write_all(STYLE.as_bytes())?,
            "TOTALS" => out.write_all(record.tally.totals().last_line().as_bytes())?,
            "DATA" => data(record, &mut InScript { out })?,
            "SCRIPT" => out.write_all(SCRIPT.as_bytes())?,
            text => out.write_all(text.as_bytes())?,
        }
    }
    Ok(())
}

/// JSON inside of a `<script>`: no text in it can end the element.
struct InScript<'a> {
    out: &'a mut dyn Write,
}

impl Write for InScript<'_> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        for (index, piece) in text.split(|&it| it == b'<').enumerate() {
            if index > 0 {
                self.out.write_all(br"\u003c")?;
            }
            self.out.write_all(piece)?;
        }
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A line for each feature, so that the whole is never in memory.
fn data(record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{{\"run\":{},\"features\":[", run(record))?;
    for (index, judged) in record.features().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        writeln!(out, "{comma}{}", feature(record, &judged?))?;
    }
    write!(out, "]}}")
}

fn run(record: &Record<'_>) -> Value {
    let started = record
        .started
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    json!({
        "started": started.as_secs(),
        "seconds": record.duration.as_secs_f64(),
        "seed": record.seed.map(|seed| seed.to_string()),
        "jobs": record.jobs,
        "neverBegun": record.never_begun,
        "command": record.rerun_with,
        "attached": attached(&record.around.attached, |_| true),
    })
}

fn feature(record: &Record<'_>, judged: &[Arc<Judged>]) -> Value {
    let feature = Record::feature_of(judged);
    let rules = judged.iter().filter_map(|it| it.case.rule.as_deref());
    let rules: BTreeMap<_, _> = rules.map(|rule| (rule.line, scope(rule))).collect();
    let mut told = scope(feature);
    told["path"] = feature.path.as_str().into();
    told["tags"] = json!(feature.tags);
    told["rules"] = json!(rules);
    let scenarios = judged.iter().map(|it| scenario(record, it));
    told["scenarios"] = scenarios.collect();
    told
}

fn scope(scope: &Scope) -> Value {
    json!({
        "line": scope.line,
        "keyword": scope.keyword,
        "name": scope.name,
        "description": scope.description,
    })
}

fn scenario(record: &Record<'_>, judged: &Judged) -> Value {
    let case = &judged.case;
    let steps = case.steps.iter().enumerate();
    let steps = steps.map(|(index, it)| step(judged, index, it));
    json!({
        "line": case.line,
        "rule": case.rule.as_ref().map(|rule| rule.line),
        "keyword": case.keyword,
        "name": case.name,
        "description": case.description,
        "tags": case.tags,
        "issues": judged.issues(),
        "verdict": judged.verdict.name(),
        "red": judged.verdict.is_red(),
        "isOutside": case.is_outside(),
        "seconds": judged.duration.as_secs_f64(),
        "steps": steps.collect::<Vec<_>>(),
        "isBeforeSteps": is_before_steps(judged),
        "message": judged.message,
        "evidence": judged.evidence,
        "output": judged.output,
        "attached": attached(&judged.attached, |owner| matches!(owner, Owner::Hook(_))),
        "earlier": judged.earlier.iter().map(earlier).collect::<Vec<_>>(),
        "again": record.rerun(judged),
    })
}

/// Whether it went wrong before its first step.
fn is_before_steps(judged: &Judged) -> bool {
    let hook_failed = judged.before.iter().any(|run| run.failed.is_some());
    hook_failed || status::outside(judged) == Some(Outside::BeforeSteps)
}

fn earlier(attempt: &Judged) -> Value {
    json!({
        "message": attempt.message,
        "evidence": attempt.evidence,
        "output": attempt.output,
        "attached": attached(&attempt.attached, |_| true),
    })
}

/// Of what was attached that which belongs to some owners.
fn attached(all: &[Attached], is_meant: impl Fn(Owner) -> bool) -> Vec<Value> {
    let meant = all.iter().filter(|it| is_meant(it.owner));
    meant.map(|it| attachment(&it.what)).collect()
}

fn attachment(what: &Attachment) -> Value {
    let mut told = json!({ "type": what.media_type, "name": what.file_name, "size": what.len() });
    match &what.body {
        Body::Text(text) => told["text"] = text.as_str().into(),
        Body::Bytes(_) => told["data"] = what.base64().into(),
    }
    told
}

fn step(judged: &Judged, index: usize, step: &CaseStep) -> Value {
    let result = status::of_step(judged, index);
    let stopped_here = judged.stopped_at == Some(index);
    let status = match result.status {
        _ if judged.verdict == Verdict::ExpectedFailure && stopped_here => "expected failure",
        Status::Passed => "passed",
        Status::Failed => judged.verdict.name(),
        Status::Pending => "pending",
        Status::Skipped => "skipped",
    };
    let gherkin = &step.step;
    let mut told = json!({
        "keyword": gherkin.keyword,
        "text": gherkin.value,
        "line": gherkin.position.line,
        "status": status,
        "seconds": judged.steps.get(index).map(std::time::Duration::as_secs_f64),
        "attached": attached(&judged.attached, |owner| owner == Owner::Step(index)),
    });
    if stopped_here {
        told["function"] = step.place_of_function().into();
    }
    if let Some(docstring) = &gherkin.docstring {
        told["docstring"] = source::content(docstring).into();
    }
    if let Some(table) = &gherkin.table {
        told["table"] = json!(table.rows);
    }
    told
}
