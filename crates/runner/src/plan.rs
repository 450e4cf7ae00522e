//! The plan of a run: every scenario with the functions of its steps, or everything that is wrong.

use std::{
    collections::BTreeSet,
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::LazyLock,
    thread::{self, ScopedJoinHandle},
};

use cucumber::step::Collection;
use gherkin::LineCol;

use crate::{
    Scenario,
    case::{Case, cases},
    document::{Files, files_below, read, told},
    finding::Finding,
    hooks::Hooks,
    select::{Filter, Filters, Sieve},
    steps::{Bound, Uses, bind},
    store::{Rack, Store, Ticket},
    texts::{Stack, Texts},
};

/// What a plan is made of, and what is asked about it.
pub(crate) struct Asked<'a, W> {
    pub(crate) root: &'a Path,
    /// The folder of the features, below the root.
    pub(crate) folder: &'a str,
    /// The names that a `@needs_…` tag may have.
    pub(crate) known: &'a [&'a str],
    pub(crate) hooks: &'a Hooks<W>,
    pub(crate) filters: &'a Filters,
    /// Somebody is to tell of the files.
    pub(crate) tell: bool,
}

/// Everything that can be run, and how often it uses what there is.
pub(crate) struct Plan<W> {
    pub(crate) store: Store<W>,
    /// What the filters let through, in the order of files and lines; or which of them matches nothing.
    pub(crate) chosen: Result<Vec<Ticket>, String>,
    /// How often each step function is used.
    pub(crate) uses: Uses,
    /// Whether each hook is for any scenario, in their order.
    pub(crate) used_hooks: Vec<bool>,
    /// Every feature file, if somebody is to tell of them.
    pub(crate) texts: Texts,
}

/// Reads and checks the features, on all cores. Each is forgotten as soon as its scenarios are on their shelf, where
/// they wait until it is their turn.
///
/// # Errors
///
/// Every finding, in the order of files and lines.
pub(crate) fn plan<W: Scenario>(asked: &Asked<'_, W>) -> Result<Plan<W>, Vec<Finding>> {
    let Asked { root, folder, .. } = asked;
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
    let paths: Vec<_> = files.iter().map(|file| told(root, file)).collect();
    let paths: BTreeSet<_> = paths.iter().map(String::as_str).collect();
    let front = Front {
        collection: LazyLock::new(W::collection),
        asked,
        sieve: &Sieve::new(asked.filters, &paths),
    };
    let (racks, parts): (Vec<_>, Vec<_>) = front.parts(&files).into_iter().unzip();
    let whole = parts.into_iter().reduce(Part::and);
    let mut whole = whole.unwrap_or_else(|| Part::of(&front)); // where no file can be looked at
    findings.append(&mut whole.findings);
    findings.sort();
    findings.dedup();
    if findings.is_empty() {
        let has_chosen = (front.sieve).has_chosen(!whole.chosen.is_empty(), &whole.hits);
        Ok(Plan {
            store: Store { racks },
            chosen: has_chosen.map(|()| whole.chosen),
            uses: whole.uses,
            used_hooks: whole.used_hooks,
            texts: Texts {
                stacks: whole.texts,
            },
        })
    } else {
        Err(findings)
    }
}

/// How many cores there are for us.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, Into::into)
}

struct Front<'a, W> {
    /// Made while the first files are read.
    collection: LazyLock<Collection<W>>,
    asked: &'a Asked<'a, W>,
    sieve: &'a Sieve<'a>,
}

impl<W: Scenario> Front<'_, W> {
    /// A part for each core, in the order of the files.
    fn parts(&self, files: &[PathBuf]) -> Vec<(Rack<W>, Part)> {
        let parts = files.chunks(files.len().div_ceil(cores()).max(1));
        thread::scope(|scope| {
            let threads: Vec<_> = (0..)
                .zip(parts)
                .map(|(number, files)| scope.spawn(move || self.part(number, files)))
                .collect();
            LazyLock::force(&self.collection);
            let joined = threads.into_iter().map(ScopedJoinHandle::join);
            joined
                .map(|part| part.unwrap_or_else(|payload| resume_unwind(payload)))
                .collect()
        })
    }

    fn part(&self, number: u16, files: &[PathBuf]) -> (Rack<W>, Part) {
        let Asked {
            root,
            folder,
            known,
            tell,
            ..
        } = *self.asked;
        let singles = self.sieve.singles();
        let (mut rack, mut part) = (Rack::new(number), Part::of(self));
        let mut texts = Stack::new();
        for file in files {
            match read(root, file) {
                Ok(mut document) => {
                    let (cases, wrong) = cases(&mut document, folder, known);
                    part.findings.extend(wrong);
                    for case in cases {
                        let bound = self.bind_all(&case, &mut part);
                        self.look_at(&case, &singles, &mut part);
                        if self.sieve.lets_through(&case) {
                            part.chosen.push(rack.put(&case, bound));
                        }
                    }
                    if tell {
                        texts.put(document);
                    }
                }
                Err(finding) => part.findings.push(finding),
            }
        }
        rack.close();
        part.texts.push(texts);
        part.chosen.shrink_to_fit();
        (rack, part)
    }

    fn bind_all(&self, case: &Case, part: &mut Part) -> Vec<Bound<W>> {
        let mut steps = Vec::new();
        for case_step in &case.steps {
            match bind(&self.collection, &case_step.step) {
                Ok(bound) => {
                    if let Some(location) = bound.location {
                        *part.uses.entry(location).or_default() += 1;
                    }
                    steps.push(bound);
                }
                Err(message) => {
                    let position = case_step.step.position;
                    let finding = Finding::new(case.path(), position, message);
                    part.findings.push(finding);
                }
            }
        }
        steps
    }

    fn look_at(&self, case: &Case, singles: &[Filter<'_>], part: &mut Part) {
        for (is_hit, (_, matches)) in part.hits.iter_mut().zip(singles) {
            *is_hit = *is_hit || matches(case);
        }
        for (is_used, is_for) in part
            .used_hooks
            .iter_mut()
            .zip(self.asked.hooks.are_for(case))
        {
            *is_used |= is_for;
        }
    }
}

/// What came of some of the files.
struct Part {
    chosen: Vec<Ticket>,
    uses: Uses,
    used_hooks: Vec<bool>,
    /// Whether each filter has matched that has to match something by itself.
    hits: Vec<bool>,
    texts: Vec<Stack>,
    findings: Vec<Finding>,
}

impl Part {
    /// Nothing so far.
    fn of<W>(front: &Front<'_, W>) -> Self {
        Self {
            chosen: Vec::new(),
            uses: Uses::new(),
            used_hooks: vec![false; front.asked.hooks.count()],
            hits: vec![false; front.sieve.singles().len()],
            texts: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// This, and what came of the files that follow.
    fn and(mut self, next: Self) -> Self {
        self.chosen.reserve_exact(next.chosen.len());
        self.chosen.extend(next.chosen);
        for (location, count) in next.uses {
            *self.uses.entry(location).or_default() += count;
        }
        merge(&mut self.used_hooks, &next.used_hooks);
        merge(&mut self.hits, &next.hits);
        self.texts.extend(next.texts);
        self.findings.extend(next.findings);
        self
    }
}

fn merge(all: &mut [bool], more: &[bool]) {
    for (one, other) in all.iter_mut().zip(more) {
        *one |= other;
    }
}
