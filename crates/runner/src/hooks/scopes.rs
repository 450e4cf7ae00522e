//! The features and rules of a run, and when their hooks are due.
//!
//! The hooks before one are run by the first thread that takes a scenario of it, while the others that want
//! one wait; those after it by the thread that ends its last.

use std::{
    collections::HashMap,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use super::{HookRun, Hooks, Level, Side, Subject};
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
    begun: Mutex<Begun>,
    changed: Condvar,
    ended: AtomicBool,
}

/// How far the hooks before something are.
#[derive(Clone, Debug, Default)]
enum Begun {
    #[default]
    Not,
    Running,
    Over(Result<(), Trouble>),
}

/// Something that went wrong around the scenarios, and is none of theirs.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) scope: Arc<Scope>,
    pub(crate) message: String,
    /// The hook, if it was one.
    pub(crate) run: Option<HookRun>,
}

impl Failure {
    /// Those of some hooks after `scope`.
    pub(crate) fn of(scope: &Arc<Scope>, runs: Vec<HookRun>) -> Vec<Self> {
        let failed = runs.into_iter().filter_map(|run| {
            Some(Self {
                scope: Arc::clone(scope),
                message: run.failed.clone()?,
                run: Some(run),
            })
        });
        failed.collect()
    }
}

impl Scopes {
    /// Those of `cases`, as far as there are `hooks` for them; without any, no case is looked at.
    ///
    /// # Errors
    ///
    /// That of the first case that is none.
    pub(crate) fn of<W, E>(
        cases: impl Iterator<Item = Result<Arc<Case>, E>>,
        hooks: &Hooks<W>,
    ) -> Result<Self, E> {
        let mut scopes = Self::default();
        if !hooks.are_at(Level::Feature) && !hooks.are_at(Level::Rule) {
            return Ok(scopes);
        }
        for case in cases {
            for (level, scope) in levels(&*case?) {
                if hooks.are_at(level) {
                    scopes.count(level, scope);
                }
            }
        }
        Ok(scopes)
    }

    fn count(&mut self, level: Level, scope: &Arc<Scope>) {
        let entry = self.entries.entry(key(scope)).or_insert_with(|| Entry {
            scope: Arc::clone(scope),
            level,
            left: AtomicUsize::new(0),
            begun: Mutex::default(),
            changed: Condvar::new(),
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
        self.around(case).try_for_each(|entry| entry.begin(hooks))
    }

    /// Lets the hooks before the feature or the rule of `case` be over that somebody is still at: with `trouble`.
    pub(crate) fn give_up(&self, case: &Case, trouble: &Trouble) {
        for entry in self.around(case) {
            let _ = entry.is_over_by_now(Err(trouble.clone()));
        }
    }

    /// Whether there is no hook around any feature or rule.
    pub(crate) fn are_none(&self) -> bool {
        self.entries.is_empty()
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
    /// Runs the hooks before it, or waits for who is at them.
    fn begin<W>(&self, hooks: &Hooks<W>) -> Result<(), Trouble> {
        let mut begun = self.begun();
        loop {
            match &*begun {
                Begun::Over(outcome) => return outcome.clone(),
                Begun::Not => break,
                Begun::Running => {
                    let changed = self.changed.wait(begun);
                    begun = changed.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
        *begun = Begun::Running;
        drop(begun);
        let subject = Subject::scope(&self.scope);
        let ran = hooks.around(self.level, Side::Before, Some(&subject));
        let trouble = ran.troubles.into_iter().next();
        self.is_over_by_now(trouble.map_or(Ok(()), Err))
    }

    /// Ends the hooks before it with `outcome`, unless they have ended already; says with what.
    fn is_over_by_now(&self, outcome: Result<(), Trouble>) -> Result<(), Trouble> {
        let mut begun = self.begun();
        if let Begun::Running = *begun {
            *begun = Begun::Over(outcome.clone());
            self.changed.notify_all();
        }
        match &*begun {
            Begun::Over(outcome) => outcome.clone(),
            _ => outcome,
        }
    }

    fn end<W>(&self, hooks: &Hooks<W>) -> Vec<Failure> {
        let never_begun = matches!(*self.begun(), Begun::Not);
        if never_begun || self.ended.swap(true, Ordering::SeqCst) {
            return Vec::new();
        }
        let subject = Subject::scope(&self.scope);
        let ran = hooks.around(self.level, Side::After, Some(&subject));
        Failure::of(&self.scope, ran.runs)
    }

    fn begun(&self) -> MutexGuard<'_, Begun> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn levels(case: &Case) -> impl DoubleEndedIterator<Item = (Level, &Arc<Scope>)> {
    let rule = case.rule.as_ref().map(|rule| (Level::Rule, rule));
    [(Level::Feature, &case.feature)].into_iter().chain(rule)
}

fn key(scope: &Scope) -> (String, usize) {
    (scope.path.clone(), scope.line)
}
