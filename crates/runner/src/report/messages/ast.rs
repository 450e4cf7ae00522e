//! A feature file as Cucumber's own parser tells it.
//!
//! The id of a node is its place, so that what refers to a node need not look it up.

use gherkin::{Background, Examples, LineCol, Rule, Scenario, Step, StepType, Table};
use serde_json::{Value, json};

use super::super::source::{self, Tag};
use crate::document::Document;

/// The `gherkinDocument` of a file.
pub(super) fn gherkin_document(document: &Document) -> Value {
    let comments: Vec<_> = source::comments(document)
        .into_iter()
        .map(|(place, text)| json!({ "location": location(place), "text": text }))
        .collect();
    let feature = Ast::new(document).feature();
    json!({ "gherkinDocument": { "uri": document.path, "feature": feature, "comments": comments } })
}

/// The id of the node that begins on `line`.
pub(super) fn id(path: &str, line: usize) -> String {
    format!("{path}:{line}")
}

/// The id of a tag, of which a line may have several.
pub(super) fn tag_id(path: &str, tag: &Tag) -> String {
    format!("{path}:{}:{}", tag.place.line, tag.place.col)
}

/// Context, action or outcome: what a step is, whatever its keyword.
pub(super) fn step_type(step: &Step) -> &'static str {
    match step.ty {
        _ if step.keyword.starts_with('*') => "Unknown",
        StepType::Given => "Context",
        StepType::When => "Action",
        StepType::Then => "Outcome",
    }
}

/// A place in a file.
pub(super) fn location(place: LineCol) -> Value {
    json!({ "line": place.line, "column": place.col })
}

struct Ast<'a> {
    document: &'a Document,
    /// The line of everything that ends a description, sorted.
    nodes: Vec<usize>,
}

impl<'a> Ast<'a> {
    fn new(document: &'a Document) -> Self {
        let nodes = Vec::new();
        let mut ast = Self { document, nodes };
        let feature = &document.feature;
        ast.note_background(feature.background.as_ref());
        ast.note_scenarios(&feature.scenarios);
        for rule in &feature.rules {
            ast.note(rule.position);
            ast.note_background(rule.background.as_ref());
            ast.note_scenarios(&rule.scenarios);
        }
        ast.nodes.sort_unstable();
        ast
    }

    fn note(&mut self, node: LineCol) {
        self.nodes.push(self.place(node).line);
    }

    fn note_background(&mut self, background: Option<&Background>) {
        if let Some(background) = background {
            self.note(background.position);
            self.note_steps(&background.steps);
        }
    }

    fn note_scenarios(&mut self, scenarios: &[Scenario]) {
        for scenario in scenarios {
            self.note(scenario.position);
            self.note_steps(&scenario.steps);
            for examples in &scenario.examples {
                self.note(examples.position);
                if let Some(table) = &examples.table {
                    self.note(table.position);
                }
            }
        }
    }

    fn note_steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.note(step.position);
        }
    }

    fn place(&self, keyword: LineCol) -> LineCol {
        source::place(self.document, keyword)
    }

    fn id(&self, line: usize) -> String {
        id(&self.document.path, line)
    }

    fn feature(&self) -> Value {
        let feature = &self.document.feature;
        let place = self.place(feature.position);
        let background = self.background(feature.background.as_ref());
        let scenarios = self.scenarios(&feature.scenarios);
        let rules = feature
            .rules
            .iter()
            .map(|rule| json!({ "rule": self.rule(rule) }));
        json!({
            "location": location(place),
            "tags": self.tags(feature.position),
            "language": source::language(self.document),
            "keyword": feature.keyword,
            "name": feature.name,
            "description": self.description(feature.description.as_ref(), place.line),
            "children": background.chain(scenarios).chain(rules).collect::<Vec<_>>(),
        })
    }

    fn rule(&self, rule: &Rule) -> Value {
        let place = self.place(rule.position);
        let background = self.background(rule.background.as_ref());
        let scenarios = self.scenarios(&rule.scenarios);
        json!({
            "id": self.id(place.line),
            "location": location(place),
            "tags": self.tags(rule.position),
            "keyword": rule.keyword,
            "name": rule.name,
            "description": self.description(rule.description.as_ref(), place.line),
            "children": background.chain(scenarios).collect::<Vec<_>>(),
        })
    }

    fn background(&self, background: Option<&Background>) -> impl Iterator<Item = Value> {
        let child = background.map(|background| {
            let place = self.place(background.position);
            json!({ "background": {
                "id": self.id(place.line),
                "location": location(place),
                "keyword": background.keyword,
                "name": background.name,
                "description": self.description(background.description.as_ref(), place.line),
                "steps": self.steps(&background.steps),
            } })
        });
        child.into_iter()
    }

    fn scenarios(&self, scenarios: &[Scenario]) -> impl Iterator<Item = Value> {
        scenarios
            .iter()
            .map(|scenario| json!({ "scenario": self.scenario(scenario) }))
    }

    fn scenario(&self, scenario: &Scenario) -> Value {
        let place = self.place(scenario.position);
        let examples = scenario.examples.iter().map(|it| self.examples(it));
        json!({
            "id": self.id(place.line),
            "location": location(place),
            "tags": self.tags(scenario.position),
            "keyword": scenario.keyword,
            "name": scenario.name,
            "description": self.description(scenario.description.as_ref(), place.line),
            "steps": self.steps(&scenario.steps),
            "examples": examples.collect::<Vec<_>>(),
        })
    }

    fn examples(&self, examples: &Examples) -> Value {
        let place = self.place(examples.position);
        let mut rows = examples.table.iter().flat_map(|table| self.rows(table));
        json!({
            "id": self.id(place.line),
            "location": location(place),
            "tags": self.tags(examples.position),
            "keyword": examples.keyword,
            "name": examples.name.as_deref().unwrap_or_default(),
            "description": self.description(examples.description.as_ref(), place.line),
            "tableHeader": rows.next(),
            "tableBody": rows.collect::<Vec<_>>(),
        })
    }

    fn steps(&self, steps: &[Step]) -> Vec<Value> {
        steps.iter().map(|step| self.step(step)).collect()
    }

    fn step(&self, step: &Step) -> Value {
        let place = self.place(step.position);
        let mut node = json!({
            "id": self.id(place.line),
            "location": location(place),
            "keyword": step.keyword,
            "text": step.value,
        });
        node["keywordType"] = self.keyword_type(step).into();
        if let Some(docstring) = source::docstring(self.document, step) {
            node["docString"] = docstring_node(&docstring);
        }
        if let Some(table) = &step.table {
            node["dataTable"] = self.table(table);
        }
        node
    }

    /// The parser tells a conjunction from the others in no language, so this does in English.
    fn keyword_type(&self, step: &Step) -> &'static str {
        match step.keyword.trim() {
            "And" | "But" if source::language(self.document) == "en" => "Conjunction",
            _ => step_type(step),
        }
    }

    fn table(&self, table: &Table) -> Value {
        let rows: Vec<_> = self.rows(table).collect();
        json!({ "location": location(self.place(table.position)), "rows": rows })
    }

    fn rows(&self, table: &Table) -> impl Iterator<Item = Value> {
        let lines = self.document.rows(table);
        let rows = table.rows.iter().zip(lines);
        rows.map(|(cells, (line, _))| self.row(cells, line))
    }

    fn row(&self, cells: &[String], line: usize) -> Value {
        let places = source::cells(self.document, line);
        let values = cells
            .iter()
            .zip(places)
            .map(|(value, place)| json!({ "location": location(place), "value": value }));
        json!({
            "id": self.id(line),
            "location": location(self.place(LineCol { line, col: 1 })),
            "cells": values.collect::<Vec<_>>(),
        })
    }

    fn tags(&self, keyword: LineCol) -> Vec<Value> {
        let tags = source::tags(self.document, keyword);
        let node = |tag: Tag| {
            json!({
                "id": tag_id(&self.document.path, &tag),
                "location": location(tag.place),
                "name": tag.name,
            })
        };
        tags.into_iter().map(node).collect()
    }

    /// The text of a description where the parser saw one, below the keyword on `line`.
    fn description(&self, parsed: Option<&String>, line: usize) -> String {
        let after = self.nodes.partition_point(|&node| node <= line);
        let end = self.document.lines().len() + 1;
        let next = self.nodes.get(after).copied().unwrap_or(end);
        parsed.map_or_else(String::new, |_| {
            source::description(self.document, line, next)
        })
    }
}

fn docstring_node(docstring: &source::DocString) -> Value {
    let mut node = json!({
        "location": location(docstring.place),
        "delimiter": docstring.delimiter,
        "content": docstring.content,
    });
    if let Some(media_type) = &docstring.media_type {
        node["mediaType"] = media_type.as_str().into();
    }
    node
}
