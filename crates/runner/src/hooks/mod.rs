//! Hooks: what a suite does around its run, its features, rules and scenarios, and their steps.
//!
//! Hooks before something run in the order in which they were declared, those after it in the reverse
//! order. A hook that fails is an error of what it runs around, never a failed assertion, and so never an
//! expected failure. What runs after something runs also where that, or a hook before it, has failed.

mod declare;
mod scopes;
mod subject;

use std::{
    fmt,
    time::{Duration, Instant},
};

use futures::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

pub(crate) use self::scopes::{Failure, Scopes};
pub use self::{declare::Outcome, subject::Subject};

use crate::{
    attach::Owner,
    case::Case,
    output,
    panics::{Trouble, caught},
    play::guarded,
    signal::Place,
    tags::TagExpression,
    verdict::End,
};

/// What a hook runs around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Run,
    Feature,
    Rule,
    Scenario,
    Step,
}

/// On which side of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    After,
}

/// A hook as it was declared.
#[derive(Clone, Debug)]
pub(crate) struct HookInfo {
    pub(crate) side: Side,
    pub(crate) level: Level,
    /// The tag expression that it is for; empty where it is for all.
    pub(crate) tags: String,
    pub(crate) at: Place,
}

/// A hook that has run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct HookRun {
    /// Its number among all, which tells it from those that were declared at the same place.
    pub(crate) hook: usize,
    pub(crate) took: Duration,
    /// What went wrong.
    pub(crate) failed: Option<String>,
}

/// A hook that knows no World.
type Plain = Box<dyn Fn(Option<&Subject<'_>>) -> Result<(), String> + Send + Sync>;

/// A hook that is given the World of its scenario.
type InWorld<W> = Box<
    dyn for<'a> Fn(&'a mut W, &'a Subject<'a>) -> LocalBoxFuture<'a, Result<(), String>>
        + Send
        + Sync,
>;

enum Function<W> {
    Plain(Plain),
    InWorld(InWorld<W>),
}

struct Hook<W> {
    info: HookInfo,
    tags: Option<TagExpression>,
    function: Function<W>,
}

/// Every hook of a suite.
pub(crate) struct Hooks<W> {
    hooks: Vec<Hook<W>>,
    /// What is wrong with those that could not be taken.
    wrong: Vec<String>,
}

impl<W> Default for Hooks<W> {
    fn default() -> Self {
        Self {
            hooks: Vec::new(),
            wrong: Vec::new(),
        }
    }
}

/// What came of the hooks on one side of something.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    pub(crate) runs: Vec<HookRun>,
    /// Of hooks before something the first trouble, of those after it all of them.
    pub(crate) troubles: Vec<Trouble>,
}

impl<W> Hooks<W> {
    /// Every hook, as it was declared.
    pub(crate) fn infos(&self) -> Vec<HookInfo> {
        self.hooks.iter().map(|hook| hook.info.clone()).collect()
    }

    /// What is wrong with them, a sentence each.
    pub(crate) fn wrong(&self) -> &[String] {
        &self.wrong
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.hooks.len()
    }

    /// Whether each hook is for `case`, in their order.
    pub(crate) fn are_for(&self, case: &Case) -> impl Iterator<Item = bool> {
        let is_for = |hook: &Hook<W>| {
            let tags = hook.tags.as_ref();
            tags.is_none_or(|tags| tags.matches(hook.info.level.tags(case)))
        };
        self.hooks.iter().map(is_for)
    }

    /// A sentence for each hook that is for none of the cases, as `used` tells.
    pub(crate) fn unused(&self, used: &[bool]) -> Vec<String> {
        let idle = self
            .hooks
            .iter()
            .zip(used)
            .filter(|(_, is_used)| !**is_used);
        idle.map(|(hook, _)| hook.info.idle()).collect()
    }

    /// Whether there is any at `level`.
    pub(crate) fn are_at(&self, level: Level) -> bool {
        self.hooks.iter().any(|hook| hook.info.level == level)
    }

    /// Runs those on one `side` of the run, or of the feature or rule that is the `subject`.
    pub(crate) fn around(&self, level: Level, side: Side, subject: Option<&Subject<'_>>) -> Ran {
        let mut ran = Ran::default();
        let tags = subject.map_or(&[][..], Subject::tags);
        for (number, hook) in self.chosen(level, side, tags) {
            if let Function::Plain(function) = &hook.function {
                output::now_for((level == Level::Run).then_some(Owner::Hook(number)));
                let begun = Instant::now();
                let outcome = caught(|| function(subject));
                output::now_for(None);
                ran.note(number, &hook.info, begun, flatten(outcome));
                if ran.is_over(side) {
                    break;
                }
            }
        }
        ran
    }

    /// Runs those on one `side` of the scenario or step that is the `subject`, each up to `limit`; `begins` is
    /// asked when another one does.
    pub(crate) async fn in_world(
        &self,
        (level, side): (Level, Side),
        world: &mut W,
        subject: &Subject<'_>,
        (limit, begins): (Duration, &dyn Fn() -> Instant),
    ) -> Ran {
        let mut ran = Ran::default();
        for (number, hook) in self.chosen(level, side, subject.tags()) {
            let begun = begins();
            if level == Level::Scenario {
                output::now_for(Some(Owner::Hook(number)));
            }
            if let Function::InWorld(function) = &hook.function {
                let future = async { function(world, subject).await };
                let outcome = guarded(begun, limit, limit, future).await;
                ran.note(number, &hook.info, begun, flatten(outcome));
                if ran.is_over(side) {
                    break;
                }
            }
        }
        ran
    }

    /// Those to be run, with their numbers among all.
    fn chosen(&self, level: Level, side: Side, tags: &[String]) -> Vec<(usize, &Hook<W>)> {
        let is_chosen = |(_, hook): &(usize, &Hook<W>)| {
            let is_here = (hook.info.level, hook.info.side) == (level, side);
            is_here && hook.tags.as_ref().is_none_or(|it| it.matches(tags))
        };
        let mut chosen: Vec<_> = self.hooks.iter().enumerate().filter(is_chosen).collect();
        if side == Side::After {
            chosen.reverse();
        }
        chosen
    }
}

fn flatten(outcome: Result<Result<(), String>, Trouble>) -> Result<(), Trouble> {
    outcome.and_then(|returned| returned.map_err(Trouble::error))
}

impl Ran {
    fn note(
        &mut self,
        number: usize,
        hook: &HookInfo,
        begun: Instant,
        outcome: Result<(), Trouble>,
    ) {
        let trouble = outcome.err().map(|trouble| hook.blame(trouble));
        self.runs.push(HookRun {
            hook: number,
            took: begun.elapsed(),
            failed: trouble
                .as_ref()
                .filter(|trouble| trouble.end == End::Error)
                .map(Trouble::told),
        });
        self.troubles.extend(trouble);
    }

    /// Where a hook before something has stopped it, the others before it do not run.
    fn is_over(&self, side: Side) -> bool {
        side == Side::Before && !self.troubles.is_empty()
    }
}

impl Level {
    /// The tags of what `case` is, or stands in, at this level.
    fn tags(self, case: &Case) -> &[String] {
        match self {
            Self::Run => &[],
            Self::Feature => &case.feature.tags,
            Self::Rule => case.rule.as_ref().map_or(&[], |rule| &rule.tags),
            Self::Scenario | Self::Step => &case.tags,
        }
    }
}

impl HookInfo {
    fn idle(&self) -> String {
        format!(
            "{}: no scenario is for the hook {self}, whose tags are {:?}",
            self.at, self.tags
        )
    }

    /// The trouble of this hook, as one of what it runs around: a hook can skip that, but not fail an assertion.
    fn blame(&self, trouble: Trouble) -> Trouble {
        match trouble.end {
            End::Skipped | End::Pending if self.side == Side::Before => trouble,
            _ => Trouble {
                end: End::Error,
                message: format!("the hook {self} failed: {}", trouble.message),
                ..trouble
            },
        }
    }
}

impl fmt::Display for HookInfo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            Side::Before => "before",
            Side::After => "after",
        };
        let level = match self.level {
            Level::Run => "the run",
            Level::Feature => "the feature",
            Level::Rule => "the rule",
            Level::Scenario => "the scenario",
            Level::Step => "the step",
        };
        write!(out, "{side} {level} ({})", self.at)
    }
}
