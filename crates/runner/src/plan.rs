//! The plan of a run: every scenario with the functions of its steps, or everything that is wrong.

use std::{
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, ScopedJoinHandle},
};

use cucumber::{gherkin::LineCol, step::Collection};

use crate::{
    Scenario,
    case::{Case, cases},
    document::{Document, Files, files_below, read},
    finding::Finding,
    steps::{Bound, Uses, bind},
};

/// A scenario, ready to be played.
pub(crate) struct Planned<W> {
    pub(crate) case: Arc<Case>,
    pub(crate) steps: Vec<Bound<W>>,
}

/// Everything that can be run, and how often each step function is used.
pub(crate) struct Plan<W> {
    pub(crate) planned: Vec<Planned<W>>,
    pub(crate) uses: Uses,
    /// Every feature file, in the order of their paths, if somebody is to tell of them.
    pub(crate) documents: Vec<Document>,
}

/// Reads and checks the features below `folder`, on all cores; `known` are the names that a `@needs_…` tag may
/// have. The documents are kept only where somebody is to `tell` of them, for they are most of the memory.
///
/// # Errors
///
/// Every finding, in the order of files and lines.
pub(crate) fn plan<W: Scenario>(
    root: &Path,
    folder: &str,
    known: &[&str],
    tell: bool,
) -> Result<Plan<W>, Vec<Finding>> {
    let Files {
        files,
        mut findings,
    } = files_below(root, &root.join(folder));
    if files.is_empty() && findings.is_empty() {
        return Err(vec![Finding::new(
            folder,
            LineCol { line: 1, col: 1 },
            "there is no feature file in here",
        )]);
    }
    let front = Front {
        collection: &W::collection(),
        root,
        folder,
        known,
        tell,
    };
    let (mut planned, mut documents) = (Vec::new(), Vec::new());
    for part in front.parts(&files) {
        planned.extend(part.planned);
        documents.extend(part.documents);
        findings.extend(part.findings);
    }
    findings.sort();
    findings.dedup();
    if findings.is_empty() {
        Ok(Plan {
            uses: uses(&planned),
            planned,
            documents,
        })
    } else {
        Err(findings)
    }
}

/// What came of some of the files.
struct Part<W> {
    planned: Vec<Planned<W>>,
    documents: Vec<Document>,
    findings: Vec<Finding>,
}

/// How many cores there are for us.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, Into::into)
}

struct Front<'a, W> {
    collection: &'a Collection<W>,
    root: &'a Path,
    folder: &'a str,
    known: &'a [&'a str],
    tell: bool,
}

impl<W: Scenario> Front<'_, W> {
    /// A part for each core, in the order of the files.
    fn parts(&self, files: &[PathBuf]) -> Vec<Part<W>> {
        let parts = files.chunks(files.len().div_ceil(cores()).max(1));
        thread::scope(|scope| {
            let threads: Vec<_> = parts
                .map(|files| scope.spawn(|| self.part(files)))
                .collect();
            let joined = threads.into_iter().map(ScopedJoinHandle::join);
            joined
                .map(|part| part.unwrap_or_else(|payload| resume_unwind(payload)))
                .collect()
        })
    }

    fn part(&self, files: &[PathBuf]) -> Part<W> {
        let mut part = Part {
            planned: Vec::new(),
            documents: Vec::new(),
            findings: Vec::new(),
        };
        for file in files {
            match read(self.root, file) {
                Ok(document) => {
                    let (cases, wrong) = cases(&document, self.folder, self.known);
                    part.findings.extend(wrong);
                    let bound = cases
                        .into_iter()
                        .map(|case| bind_all(self.collection, case, &mut part.findings));
                    part.planned.extend(bound);
                    part.documents.extend(self.tell.then_some(document));
                }
                Err(finding) => part.findings.push(finding),
            }
        }
        part
    }
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
                case_step.values = bound.values();
                case_step.location = bound.location;
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
    Planned {
        case: Arc::new(case),
        steps,
    }
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
