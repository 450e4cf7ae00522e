//! `messages.ndjson`: the run in Cucumber's own protocol, one message a line.
//!
//! Its statuses agree with the exit code. An expected failure has passed: its steps end with the one that
//! failed as expected, and an attachment tells how. What went wrong outside of any step belongs to a hook.

mod ast;
mod attachment;
mod hooks;
mod pickle;
mod run;

use std::{
    collections::HashMap,
    env::consts,
    io::{self, Write},
    sync::Arc,
};

use serde_json::{Value, json};

use super::source::{self, Origin};
use crate::{document::Document, expression, judged::Judged, record::Record, steps::Definition};

/// The version of the schema that these messages keep to.
const PROTOCOL: &str = "34.2.1";

pub(super) fn render(record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut stream = Stream { out };
    stream.send(&meta())?;
    sources(record, &mut stream)?;
    for (index, definition) in record.definitions.iter().enumerate() {
        stream.send(&step_definition(index, definition))?;
    }
    hooks::tell(record.hooks, &mut stream)?;
    run::tell(record, &mut stream)
}

/// Where the messages go, each as soon as it is made.
struct Stream<'a> {
    out: &'a mut dyn Write,
}

impl Stream<'_> {
    fn send(&mut self, message: &Value) -> io::Result<()> {
        writeln!(self.out, "{message}")
    }
}

fn meta() -> Value {
    json!({ "meta": {
        "protocolVersion": PROTOCOL,
        "implementation": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "runtime": { "name": "rust" },
        "os": { "name": consts::OS },
        "cpu": { "name": consts::ARCH },
    } })
}

/// Every file of which something was run, and its scenarios; their numbers are those of the judgements.
fn sources(record: &Record<'_>, stream: &mut Stream<'_>) -> io::Result<()> {
    let mut number = 0;
    for feature in record.features() {
        let feature = feature?;
        if let Some(document) = record.texts.document(feature[0].case.path())? {
            source(&document, &feature, number, stream)?;
        }
        number += feature.len();
    }
    Ok(())
}

fn source(
    document: &Document,
    feature: &[Arc<Judged>],
    first: usize,
    stream: &mut Stream<'_>,
) -> io::Result<()> {
    let media_type = "text/x.cucumber.gherkin+plain";
    stream.send(&json!({ "source": {
        "uri": document.path, "data": document.text, "mediaType": media_type,
    } }))?;
    stream.send(&ast::gherkin_document(document))?;
    let origins: HashMap<usize, Origin> = source::origins(document);
    for (number, judged) in (first..)
        .zip(feature)
        .filter(|(_, it)| !it.case.is_outside())
    {
        if let Some(origin) = origins.get(&judged.case.line) {
            stream.send(&pickle::pickle(document, origin, number, &judged.case))?;
        }
    }
    Ok(())
}

fn step_definition(index: usize, definition: &Definition) -> Value {
    let Definition {
        pattern, location, ..
    } = definition;
    let (source, kind) = match expression::of_regex(pattern) {
        Some(expression) => (expression, "CUCUMBER_EXPRESSION"),
        None => (pattern.clone(), "REGULAR_EXPRESSION"),
    };
    json!({ "stepDefinition": {
        "id": definition_id(index),
        "pattern": { "source": source, "type": kind },
        "sourceReference": {
            "uri": location.path,
            "location": { "line": location.line, "column": location.column },
        },
    } })
}

fn definition_id(index: usize) -> String {
    format!("step definition {index}")
}
