//! A scenario as it was run, taken out of its file: what Cucumber's tools call a pickle.

use gherkin::LineCol;
use serde_json::{Value, json};

use super::{
    super::source::{Origin, Tag, content, language, place},
    ast,
};
use crate::{
    case::{Case, CaseStep},
    document::Document,
};

/// The `pickle` of the case with this number.
pub(super) fn pickle(document: &Document, origin: &Origin, number: usize, case: &Case) -> Value {
    let steps = case.steps.iter().enumerate();
    let tag = |tag: &Tag| json!({ "name": tag.name, "astNodeId": ast::tag_id(case.path(), tag) });
    json!({ "pickle": {
        "id": id(number),
        "uri": case.path(),
        "location": ast::location(place(document, LineCol { line: case.line, col: 1 })),
        "name": case.name,
        "language": language(document),
        "steps": steps.map(|(index, it)| step(case, number, index, it)).collect::<Vec<_>>(),
        "tags": origin.tags.iter().map(tag).collect::<Vec<_>>(),
        "astNodeIds": nodes(case, origin.scenario),
    } })
}

/// The id of a pickle.
pub(super) fn id(number: usize) -> String {
    format!("pickle {number}")
}

/// The id of a step in a pickle.
pub(super) fn step_id(number: usize, step: usize) -> String {
    format!("pickle {number} step {step}")
}

/// The node on `line`, and the row of an outline that it is filled with.
fn nodes(case: &Case, line: usize) -> Vec<String> {
    let mut nodes = vec![ast::id(case.path(), line)];
    if case.line != *case.lines.start() && case.lines.contains(&line) {
        nodes.push(ast::id(case.path(), case.line));
    }
    nodes
}

fn step(case: &Case, number: usize, index: usize, step: &CaseStep) -> Value {
    let mut pickled = json!({
        "id": step_id(number, index),
        "text": step.step.value,
        "type": ast::step_type(&step.step),
        "astNodeIds": nodes(case, step.step.position.line),
    });
    if let Some(argument) = argument(step) {
        pickled["argument"] = argument;
    }
    pickled
}

fn argument(step: &CaseStep) -> Option<Value> {
    let step = &step.step;
    if let Some(text) = &step.docstring {
        return Some(json!({ "docString": { "content": content(text) } }));
    }
    let cell = |value: &String| json!({ "value": value });
    let row = |row: &Vec<String>| json!({ "cells": row.iter().map(cell).collect::<Vec<_>>() });
    let rows: Vec<_> = step.table.as_ref()?.rows.iter().map(row).collect();
    Some(json!({ "dataTable": { "rows": rows } }))
}
