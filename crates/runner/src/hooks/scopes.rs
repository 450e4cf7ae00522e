//! The features and rules of a run, and when their hooks are due.
//!
//! The hooks before one are run by the first thread that takes a scenario of it, while the others that want
//! one wait; those after it by the thread that ends its last.

use std::{
    collections::HashMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use super::{HookRun, Hooks, Level, Ran, Side, Subject};
use crate::{
    case::{Case, Scope},
    panics::Trouble,
};

/// The features and rules that the scenarios of a run stand in.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    /// By path and line.
    entries: HashMap<(String, usize), Entry>,
}

#[derive(Debug)]
struct Entry {
    scope: Arc<Scope>,
    level: Level,
    /// How many of its scenarios have not ended yet.
    left: AtomicUsize,
    begun: OnceLock<Ran>,
    ended: AtomicBool,
}

/// A hook after a feature or a rule that failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) scope: Arc<Scope>,
    pub(crate) run: HookRun,
}

impl Scopes {
    /// Those of `cases`, as far as there are `hooks` for them.
    pub(crate) fn of<'a, W>(cases: impl Iterator<Item = &'a Case>, hooks: &Hooks<W>) -> Self {
        let mut scopes = Self::default();
        for case in cases {
            for (level, scope) in levels(case) {
                if hooks.are_at(level) {
                    scopes.count(level, scope);
                }
            }
        }
        scopes
    }

    fn count(&mut self, level: Level, scope: &Arc<Scope>) {
        let entry = self.entries.entry(key(scope)).or_insert_with(|| Entry {
            scope: Arc::clone(scope),
            level,
            left: AtomicUsize::new(0),
            begun: OnceLock::new(),
            ended: AtomicBool::new(false),
        });
        *entry.left.get_mut() += 1;
    }

    /// Runs the hooks before the feature and the rule of `case`, unless they have been run.
    ///
    /// # Errors
    ///
    /// The trouble of the first that failed, also where it failed before.
    pub(crate) fn enter<W>(&self, case: &Case, hooks: &Hooks<W>) -> Result<(), Trouble> {
        for entry in self.around(case) {
            let subject = Subject::scope(&entry.scope);
            let run = || hooks.around(entry.level, Side::Before, Some(&subject));
            let ran = entry.begun.get_or_init(run);
            if let Some(trouble) = ran.troubles.first() {
                return Err(trouble.clone());
            }
        }
        Ok(())
    }

    /// Notes that `case` has ended, and runs the hooks after its rule and its feature where it was their last.
    pub(crate) fn leave<W>(&self, case: &Case, hooks: &Hooks<W>) -> Vec<Failure> {
        let around = self.around(case).collect::<Vec<_>>();
        let over = around
            .into_iter()
            .rev()
            .filter(|entry| entry.left.fetch_sub(1, Ordering::SeqCst) == 1);
        over.flat_map(|entry| entry.end(hooks)).collect()
    }

    /// Runs the hooks after what was begun and never came to its end: the run was stopped, or a step blocks.
    pub(crate) fn close<W>(&self, hooks: &Hooks<W>) -> Vec<Failure> {
        let mut open: Vec<_> = self.entries.values().collect();
        open.sort_by_key(|entry| (&entry.scope.path, entry.scope.line));
        let innermost_first = open.into_iter().rev();
        innermost_first.flat_map(|entry| entry.end(hooks)).collect()
    }

    fn around(&self, case: &Case) -> impl Iterator<Item = &Entry> {
        let none = self.entries.is_empty();
        let levels = levels(case).filter(move |_| !none);
        levels.filter_map(|(_, scope)| self.entries.get(&key(scope)))
    }
}

impl Entry {
    fn end<W>(&self, hooks: &Hooks<W>) -> Vec<Failure> {
        if self.begun.get().is_none() || self.ended.swap(true, Ordering::SeqCst) {
            return Vec::new();
        }
        let subject = Subject::scope(&self.scope);
        let ran = hooks.around(self.level, Side::After, Some(&subject));
        let failed = ran.runs.into_iter().filter(|run| run.failed.is_some());
        failed
            .map(|run| Failure {
                scope: Arc::clone(&self.scope),
                run,
            })
            .collect()
    }
}

fn levels(case: &Case) -> impl DoubleEndedIterator<Item = (Level, &Arc<Scope>)> {
    let rule = case.rule.as_ref().map(|rule| (Level::Rule, rule));
    [(Level::Feature, &case.feature)].into_iter().chain(rule)
}

fn key(scope: &Scope) -> (String, usize) {
    (scope.path.clone(), scope.line)
}
