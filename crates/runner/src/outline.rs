//! Turns a scenario outline into a scenario for each of its rows.
//!
//! cucumber-rs does the replacing. What it passes over in silence is a finding here: an outline without
//! rows, a column that nothing uses, a column that is missing or told twice, a row longer than its header.

use std::{
    collections::{BTreeSet, HashSet},
    ops::RangeInclusive,
    sync::LazyLock,
};

use cucumber::{
    feature::Ext,
    gherkin::{Examples, Feature, LineCol, Scenario, Table},
};
use regex::Regex;

use crate::{document::Document, finding::Finding};

/// What cucumber-rs replaces: `<name>`, with no space at either end.
static PLACEHOLDER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"<([^>\s](?:[^>\t\r\n]*[^>\s])?)>").ok());

/// The keywords of outlines in every language of gherkin 0.16, which keeps its own table to itself. In none of
/// them is one of these the keyword of a plain scenario.
static KEYWORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("outlines.txt").lines().collect());

/// A scenario that runs: a row of an outline, or a plain one.
pub(crate) struct Row {
    pub(crate) scenario: Scenario,
    /// From the keyword of its examples to their header.
    pub(crate) header: Option<RangeInclusive<usize>>,
}

/// The rows of an outline, or a plain scenario itself, and what is wrong.
pub(crate) fn expand(document: &Document, scenario: Scenario) -> (Vec<Row>, Vec<Finding>) {
    let mut findings = ragged_tables(document, &scenario);
    if scenario.examples.is_empty() {
        findings.extend(outline_without_examples(document, &scenario));
        let row = Row {
            header: None,
            scenario,
        };
        return (vec![row], findings);
    }
    let examples = scenario.examples.iter();
    findings.extend(
        examples
            .clone()
            .flat_map(|examples| wrong_columns(document, &scenario, examples)),
    );
    let places: Vec<_> = examples
        .flat_map(|examples| places(document, examples))
        .collect();
    let rows = expanded(&document.feature, scenario).into_iter();
    let rows = rows.zip(places).map(|(row, (place, header))| {
        let scenario = Scenario {
            position: place,
            ..row
        };
        Row {
            scenario,
            header: Some(header),
        }
    });
    (rows.collect(), findings)
}

/// A feature of this outline alone: to clone all of it for each would be quadratic.
fn expanded(feature: &Feature, outline: Scenario) -> Vec<Scenario> {
    let alone = Feature::builder()
        .keyword(feature.keyword.clone())
        .name(feature.name.clone())
        .scenarios(vec![outline])
        .path(feature.path.clone())
        .build();
    alone
        .expand_examples()
        .map(|feature| feature.scenarios)
        .unwrap_or_default()
}

/// Where each row is, and its header.
///
/// cucumber-rs counts rows from the keyword on; a comment or a description in between puts it out.
fn places(
    document: &Document,
    examples: &Examples,
) -> impl Iterator<Item = (LineCol, RangeInclusive<usize>)> {
    let LineCol { line: first, col } = examples.position;
    examples.table.iter().flat_map(move |table| {
        let header = first..=table.position.line;
        let rows = document.rows(table).into_iter().skip(1);
        rows.map(move |(line, _)| (LineCol { line, col }, header.clone()))
    })
}

fn outline_without_examples(document: &Document, scenario: &Scenario) -> Option<Finding> {
    let is_outline = KEYWORDS.contains(&*scenario.keyword);
    is_outline.then(|| {
        Finding::new(
            &document.path,
            scenario.position,
            "this outline has no rows, so it tests nothing",
        )
    })
}

fn wrong_columns(document: &Document, scenario: &Scenario, examples: &Examples) -> Vec<Finding> {
    let at = |place, message: String| Finding::new(&document.path, place, message);
    let header = examples
        .table
        .as_ref()
        .and_then(|table| table.rows.first())
        .cloned()
        .unwrap_or_default();
    let rows = examples.table.as_ref().map_or(0, |table| table.rows.len());
    if rows < 2 {
        return vec![at(
            examples.position,
            "these examples have no rows, so they test nothing".to_owned(),
        )];
    }
    let used = placeholders(scenario);
    let names: BTreeSet<_> = used.iter().map(|(name, _)| name).collect();
    let place = examples
        .table
        .as_ref()
        .map_or(examples.position, |table| table.position);
    let missing = used.iter().filter(|(name, _)| !header.contains(name));
    let unused = header.iter().filter(|name| !names.contains(name));
    let twice = (1..header.len()).filter(|&index| header[..index].contains(&header[index]));
    missing
        .map(|(name, place)| at(*place, format!("there is no column for <{name}>")))
        .chain(unused.map(|name| at(place, format!("nothing uses the column {name:?}"))))
        .chain(twice.map(|index| {
            at(
                place,
                format!("the column {:?} is there twice", header[index]),
            )
        }))
        .collect()
}

/// Every `<name>` in a scenario, with its place.
fn placeholders(scenario: &Scenario) -> Vec<(String, LineCol)> {
    let steps = scenario.steps.iter().flat_map(|step| {
        let cells = step
            .table
            .iter()
            .flat_map(|table| table.rows.iter().flatten());
        let texts = std::iter::once(&step.value)
            .chain(&step.docstring)
            .chain(cells);
        texts.map(|text| (text, step.position))
    });
    std::iter::once((&scenario.name, scenario.position))
        .chain(steps)
        .flat_map(|(text, place)| names_in(text).map(move |name| (name.to_owned(), place)))
        .collect()
}

fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let regex = PLACEHOLDER.as_ref().into_iter();
    regex
        .flat_map(move |regex| regex.captures_iter(text))
        .filter_map(|found| Some(found.get(1)?.as_str()))
}

/// The parser cuts the cells off a row that is longer than its header.
fn ragged_tables(document: &Document, scenario: &Scenario) -> Vec<Finding> {
    let steps = scenario.steps.iter().filter_map(|step| step.table.as_ref());
    let examples = scenario
        .examples
        .iter()
        .filter_map(|examples| examples.table.as_ref());
    steps
        .chain(examples)
        .flat_map(|table| ragged_rows(document, table))
        .collect()
}

fn ragged_rows(document: &Document, table: &Table) -> Vec<Finding> {
    let width = table.row_width();
    let rows = document
        .rows(table)
        .into_iter()
        .filter(|(_, cells)| *cells != width);
    let finding = |(line, cells)| {
        let place = LineCol {
            line,
            col: table.position.col,
        };
        Finding::new(
            &document.path,
            place,
            format!("this row has {cells} cells, and its table {width} columns"),
        )
    };
    rows.map(finding).collect()
}
