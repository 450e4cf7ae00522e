//! The plan of a run: every scenario with the functions of its steps, or everything that is wrong.

use std::{path::Path, sync::Arc};

use cucumber::{gherkin::LineCol, step::Collection};

use crate::{
    Scenario,
    case::{Case, cases},
    document::{Document, read_all},
    finding::Finding,
    steps::{Bound, Uses, bind},
};

/// A scenario, ready to be played.
pub(crate) struct Planned<W> {
    pub(crate) case: Case,
    pub(crate) steps: Vec<Bound<W>>,
}

/// Everything that can be run, and how often each step function is used.
pub(crate) struct Plan<W> {
    pub(crate) planned: Vec<Planned<W>>,
    pub(crate) uses: Uses,
    /// Every feature file, in the order of their paths.
    pub(crate) documents: Vec<Document>,
}

/// Reads and checks the features below `folder`; `known` are the names that a `@needs_…` tag may have.
///
/// # Errors
///
/// Every finding, in the order of files and lines.
pub(crate) fn plan<W: Scenario>(
    root: &Path,
    folder: &str,
    known: &[&str],
) -> Result<Plan<W>, Vec<Finding>> {
    let start = LineCol { line: 1, col: 1 };
    let documents = read_all(root, Path::new(folder));
    let documents = documents
        .map_err(|error| vec![Finding::new(folder, start, format!("cannot read: {error}"))])?;
    if documents.len() == 0 {
        return Err(vec![Finding::new(
            folder,
            start,
            "there is no feature file in here",
        )]);
    }
    let collection = W::collection();
    let mut findings = Vec::new();
    let mut planned = Vec::new();
    let mut parsed = Vec::new();
    for document in documents {
        match document {
            Ok(document) => {
                let cases = plan_document(&collection, &document, folder, known, &mut findings);
                planned.extend(cases);
                parsed.push(document);
            }
            Err(finding) => findings.push(finding),
        }
    }
    findings.sort();
    findings.dedup();
    if findings.is_empty() {
        Ok(Plan {
            uses: uses(&planned),
            planned,
            documents: parsed,
        })
    } else {
        Err(findings)
    }
}

fn plan_document<W>(
    collection: &Collection<W>,
    document: &Document,
    folder: &str,
    known: &[&str],
    findings: &mut Vec<Finding>,
) -> Vec<Planned<W>> {
    let (cases, wrong) = cases(document, folder, known);
    findings.extend(wrong);
    cases
        .into_iter()
        .map(|case| bind_all(collection, case, findings))
        .collect()
}

fn bind_all<W>(
    collection: &Collection<W>,
    mut case: Case,
    findings: &mut Vec<Finding>,
) -> Planned<W> {
    let mut steps = Vec::new();
    let feature = Arc::clone(&case.feature);
    for case_step in &mut case.steps {
        match bind(collection, &case_step.step) {
            Ok(bound) => {
                case_step.values.clone_from(&bound.values);
                case_step.location = bound.location.map(|it| it.to_string()).unwrap_or_default();
                steps.push(bound);
            }
            Err(message) => {
                findings.push(Finding::new(
                    &feature.path,
                    case_step.step.position,
                    message,
                ));
            }
        }
    }
    Planned { case, steps }
}

fn uses<W>(planned: &[Planned<W>]) -> Uses {
    let mut uses = Uses::new();
    for location in planned
        .iter()
        .flat_map(|it| &it.steps)
        .filter_map(|step| step.location)
    {
        *uses.entry(location).or_default() += 1;
    }
    uses
}
