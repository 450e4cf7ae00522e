//! `cucumber.json`, as Cucumber's own tools write and read it.
//!
//! It agrees with the exit code, in the words of [`status`]. The format has no place for a rule but the id
//! of its scenarios, as cucumber-jvm has it.

use std::{
    collections::HashMap,
    io::{self, Write},
    sync::Arc,
};

use serde::{Serialize, Serializer as _, ser::SerializeSeq as _};

use super::{
    source::{self, Origin},
    status::{self, Outside, Status, StepResult},
};
use crate::{
    attach::{Attachment, Owner},
    case::{Case, CaseStep},
    document::Document,
    hooks::HookRun,
    judged::Judged,
    record::Record,
};

pub(super) fn render(record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::pretty(out);
    let mut features = serializer.serialize_seq(None)?;
    for judged in record.features() {
        let judged = judged?;
        let document = record.texts.document(judged[0].case.path())?;
        features.serialize_element(&feature(record, document.as_ref(), &judged))?;
    }
    Ok(features.end()?)
}

#[derive(Serialize)]
struct Feature<'a> {
    uri: &'a str,
    id: &'a str,
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
    id: String,
    keyword: &'a str,
    r#type: &'static str,
    name: &'a str,
    description: &'a str,
    line: usize,
    tags: Vec<Tag>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    before: Vec<Hook<'a>>,
    steps: Vec<Step<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    after: Vec<Hook<'a>>,
}

#[derive(Serialize)]
struct Hook<'a> {
    r#match: Match<'a>,
    result: Outcome,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    embeddings: Vec<Embedding<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    keyword: &'a str,
    name: &'a str,
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    doc_string: Option<DocString<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rows: Vec<Row<'a>>,
    r#match: Match<'a>,
    result: Outcome,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    embeddings: Vec<Embedding<'a>>,
}

/// What was attached, always in Base64.
#[derive(Serialize)]
struct Embedding<'a> {
    data: String,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct DocString<'a> {
    value: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    cells: &'a [String],
}

#[derive(Serialize)]
struct Match<'a> {
    location: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    arguments: Vec<Argument<'a>>,
}

#[derive(Serialize)]
struct Argument<'a> {
    val: &'a str,
    offset: usize,
}

#[derive(Serialize)]
struct Outcome {
    status: &'static str,
    duration: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

fn feature<'a>(
    record: &Record<'_>,
    document: Option<&Document>,
    judged: &'a [Arc<Judged>],
) -> Feature<'a> {
    let feature = Record::feature_of(judged);
    let origins = document.map(source::origins).unwrap_or_default();
    let own = document.map(|it| source::tags(it, it.feature.position));
    Feature {
        uri: &feature.path,
        id: &feature.path,
        keyword: &feature.keyword,
        name: &feature.name,
        description: &feature.description,
        line: feature.line,
        tags: tags(&own.unwrap_or_default()),
        elements: judged
            .iter()
            .map(|it| element(record, &origins, it))
            .collect(),
    }
}

fn element<'a>(
    record: &Record<'_>,
    origins: &HashMap<usize, Origin>,
    judged: &'a Judged,
) -> Element<'a> {
    let case = &judged.case;
    let steps = case.steps.iter().enumerate();
    let (before, after) = hooks(record, judged);
    Element {
        id: id(case),
        keyword: &case.keyword,
        r#type: "scenario",
        name: &case.name,
        description: &case.description,
        line: case.line,
        tags: tags(origins.get(&case.line).map_or(&[], |it| &it.tags)),
        before,
        steps: steps.map(|(index, it)| step(judged, index, it)).collect(),
        after,
    }
}

/// Feature, rule, scenario and line, which make it the only one.
fn id(case: &Case) -> String {
    let rule = case
        .rule
        .as_ref()
        .map(|rule| format!("{};", slug(&rule.name)));
    let name = slug(&case.name);
    format!(
        "{};{}{name};{}",
        case.path(),
        rule.unwrap_or_default(),
        case.line
    )
}

fn slug(name: &str) -> String {
    let name = name.to_lowercase();
    let words = name.split(|it: char| !it.is_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

fn tags(tags: &[source::Tag]) -> Vec<Tag> {
    let tag = |tag: &source::Tag| Tag {
        name: tag.name.clone(),
        line: tag.place.line,
    };
    tags.iter().map(tag).collect()
}

/// The hooks before the first step and after the last, and what went wrong there without one.
fn hooks<'a>(record: &Record<'_>, judged: &'a Judged) -> (Vec<Hook<'a>>, Vec<Hook<'a>>) {
    let place = |run: &HookRun| record.hooks[run.hook].at.to_string();
    let told = |run: &HookRun| Hook {
        embeddings: embeddings(judged, Owner::Hook(run.hook)),
        ..hook(judged, place(run), status::of_hook(run))
    };
    let mut before: Vec<_> = judged.before.iter().map(told).collect();
    let mut after: Vec<_> = judged.after.iter().map(told).collect();
    let failed = || hook(judged, judged.case.place(), status::failed_outside(judged));
    match status::outside(judged) {
        Some(Outside::BeforeSteps) => before.push(failed()),
        Some(Outside::AfterSteps) => after.push(failed()),
        None => (),
    }
    (before, after)
}

fn hook<'a>(judged: &'a Judged, location: String, result: StepResult<'_>) -> Hook<'a> {
    Hook {
        r#match: Match {
            location,
            arguments: Vec::new(),
        },
        result: outcome(judged, result),
        embeddings: Vec::new(),
    }
}

fn embeddings(judged: &Judged, owner: Owner) -> Vec<Embedding<'_>> {
    let own = judged.attached.iter().filter(|it| it.owner == owner);
    own.map(|it| embedding(&it.what)).collect()
}

fn embedding(what: &Attachment) -> Embedding<'_> {
    Embedding {
        data: what.base64(),
        mime_type: &what.media_type,
        name: what.file_name.as_deref(),
    }
}

fn step<'a>(judged: &'a Judged, index: usize, step: &'a CaseStep) -> Step<'a> {
    let rows = step.step.table.iter().flat_map(|table| &table.rows);
    Step {
        keyword: &step.step.keyword,
        name: &step.step.value,
        line: step.step.position.line,
        doc_string: doc_string(&step.step),
        rows: rows.map(|cells| Row { cells }).collect(),
        r#match: Match {
            location: step.place_of_function(),
            arguments: arguments(step),
        },
        result: outcome(judged, status::of_step(judged, index)),
        embeddings: embeddings(judged, Owner::Step(index)),
    }
}

fn doc_string(step: &gherkin::Step) -> Option<DocString<'_>> {
    let text = step.docstring.as_ref()?;
    Some(DocString {
        value: source::content(text),
        line: step.position.line + 1,
    })
}

fn arguments(step: &CaseStep) -> Vec<Argument<'_>> {
    let text = step.step.value.as_str();
    let argument = |range: &std::ops::Range<usize>| Argument {
        val: &text[range.clone()],
        offset: text[..range.start].chars().count(),
    };
    step.values.iter().map(argument).collect()
}

fn outcome(judged: &Judged, result: StepResult<'_>) -> Outcome {
    let status = match result.status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::Pending => "pending",
        Status::Skipped => "skipped",
    };
    let failed = result.status == Status::Failed;
    Outcome {
        status,
        duration: u64::try_from(result.took.as_nanos()).unwrap_or(u64::MAX),
        error_message: result
            .message
            .filter(|_| failed)
            .map(|it| story(judged, it)),
    }
}

/// The schema has no place for evidence and attempts, so they stand below the message that they belong to.
fn story(judged: &Judged, message: &str) -> String {
    let earlier = judged.earlier.iter().enumerate();
    let earlier = earlier.map(|(index, attempt)| {
        let story = attempt.story(&attempt.message);
        format!("\n\nattempt {}:\n{story}", index + 1)
    });
    judged.story(message) + &earlier.collect::<String>()
}
