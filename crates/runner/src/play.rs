//! Plays one scenario on the current thread: a World, the steps with their hooks, the finish, and the World is gone.
//!
//! Whatever a step or a hook does ends up in [`Played`]; nothing unwinds out of here. A step that waits is cut off
//! at the time limit. One that blocks cannot be: the crew sees to it.

use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant, SystemTime},
};

use futures::FutureExt;
use tokio::{task::unconstrained, time::sleep};

use crate::{
    Scenario,
    attach::{Attached, Owner},
    board::{At, Outcome},
    case::Case,
    faults::{Whose, disarm, disarm_children},
    hooks::{HookRun, Hooks, Level, Side, Subject},
    output,
    panics::{self, Trouble, explain},
    runtime::Spare,
    signal,
    steps::Bound,
    verdict::End,
};

/// What happened to a scenario.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// When it began, as far as it did.
    pub(crate) started: Option<SystemTime>,
    pub(crate) duration: Duration,
    /// The hooks before the scenario, and those after it.
    pub(crate) before: Vec<HookRun>,
    pub(crate) after: Vec<HookRun>,
    /// How long each step took that was begun, its hooks included.
    pub(crate) steps: Vec<Duration>,
    /// What kept it from its end.
    pub(crate) trouble: Option<Trouble>,
    /// What was wrong besides: a hook after something, the World at its end.
    pub(crate) complaints: Vec<String>,
    pub(crate) evidence: String,
    /// What it printed.
    pub(crate) output: String,
    pub(crate) attached: Vec<Attached>,
}

impl Played {
    /// A scenario that did not begin, because of `trouble` around it.
    pub(crate) fn not_begun(trouble: Trouble) -> Self {
        Self {
            trouble: Some(trouble),
            ..Self::default()
        }
    }

    /// What came of its steps, for who does not wait for its end.
    fn outcome(&self) -> Arc<Outcome> {
        Arc::new(Outcome {
            steps: self.steps.clone(),
            trouble: self.trouble.clone(),
        })
    }

    fn complain(&mut self, when: &str, what: Option<String>) {
        self.complaints
            .extend(what.map(|what| format!("{when}{what}")));
    }
}

/// How long anything may take of which nobody says how long.
const DEFAULT: Duration = Duration::from_mins(1);

/// How long a scenario may take, and each of its steps and hooks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) scenario: Duration,
    pub(crate) step: Duration,
}

/// How long they may take as a suite declares it, as far as it does.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Declared {
    pub(crate) scenario: Option<Duration>,
    pub(crate) step: Option<Duration>,
}

impl Declared {
    /// What holds where `asked` is the time-out that the command line asks for: the tighter of the two.
    pub(crate) fn within(self, asked: Option<Duration>) -> Limits {
        let tighter = |declared: Option<Duration>| {
            let limits = declared.into_iter().chain(asked);
            limits.min().unwrap_or(DEFAULT)
        };
        Limits {
            scenario: tighter(self.scenario),
            step: tighter(self.step),
        }
    }
}

impl Limits {
    /// How long a hook may take.
    pub(crate) fn hook(self) -> Duration {
        self.step.min(self.scenario)
    }
}

/// What is played.
pub(crate) struct Script<'a, W> {
    pub(crate) case: &'a Case,
    pub(crate) steps: &'a [Bound<W>],
    pub(crate) hooks: &'a Hooks<W>,
    pub(crate) limits: Limits,
}

impl<W> Clone for Script<'_, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W> Copy for Script<'_, W> {}

/// Notes what begins, and returns when.
type Noting<'a> = &'a dyn Fn(At) -> Instant;

/// Plays a scenario; `now_at` hears what begins.
///
/// What it leaves behind in its runtime ends with it.
pub(crate) fn play<W: Scenario>(
    script: Script<'_, W>,
    spare: &mut Spare,
    now_at: Noting<'_>,
) -> Played {
    let begun = Instant::now();
    let mut played = Played {
        started: Some(SystemTime::now()),
        ..Played::default()
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        if let Err(error) = spare.block_on(in_runtime(script, now_at, &mut played)) {
            played.trouble = Some(Trouble::error(format!("cannot make a runtime: {error}")));
        }
    }));
    let panic = outcome.err().map(|payload| explain(payload).told());
    played.complain("at the end of the scenario: ", panic);
    for lost in signal::lost_here() {
        played.complain(
            "an assertion failed where nobody waited for it: ",
            Some(lost),
        );
    }
    played.duration = begun.elapsed();
    played
}

async fn in_runtime<W: Scenario>(script: Script<'_, W>, now_at: Noting<'_>, played: &mut Played) {
    let begun = now_at(At::Start);
    drop(disarm_children());
    output::now_for(Some(Owner::Step(0)));
    match make_world(begun, script.limits.scenario).await {
        Ok(mut world) => {
            let outcome = script.act(&mut world, now_at, played).await;
            played.trouble = outcome.err();
            let reached = At::End(played.outcome());
            let at_end = || now_at(reached.clone());
            at_end();
            script.after(&mut world, &at_end, played).await;
            end(world, played);
            let unstruck = unstruck(played);
            played.complain("armed in this process, but never struck: ", unstruck);
        }
        Err(trouble) => played.trouble = Some(trouble),
    }
}

async fn make_world<W: Scenario>(begun: Instant, limit: Duration) -> Result<W, Trouble> {
    let made = guarded(begun, limit, limit, W::new())
        .await
        .map_err(|trouble| Trouble {
            end: End::Error,
            ..trouble
        })?;
    made.map_err(|error| Trouble::error(format!("cannot make the World: {error}")))
}

impl<W: Scenario> Script<'_, W> {
    /// The hooks before the scenario, and the steps.
    async fn act(
        self,
        world: &mut W,
        now_at: Noting<'_>,
        played: &mut Played,
    ) -> Result<(), Trouble> {
        let begun = Instant::now();
        let subject = Subject::scenario(self.case);
        let ran = (self.hooks)
            .in_world(
                (Level::Scenario, Side::Before),
                world,
                &subject,
                (self.limits.hook(), &|| now_at(At::Start)),
            )
            .await;
        played.before = ran.runs;
        if let Some(trouble) = ran.troubles.into_iter().next() {
            return Err(trouble);
        }
        for index in 0..self.steps.len() {
            let step_begun = now_at(At::Step(index));
            output::now_for(Some(Owner::Step(index)));
            let left = (self.limits.scenario).saturating_sub(step_begun.duration_since(begun));
            let outcome = self.step(index, world, step_begun, left, played).await;
            played.steps.push(step_begun.elapsed());
            outcome?;
        }
        Ok(())
    }

    /// A step that has `begun`, with its hooks; those after it have their say whatever came of it.
    async fn step(
        self,
        index: usize,
        world: &mut W,
        begun: Instant,
        left: Duration,
        played: &mut Played,
    ) -> Result<(), Trouble> {
        let Limits { scenario, step } = self.limits;
        let told = if left < step { scenario } else { step };
        let subject = Subject::step_of(self.case, &self.case.steps[index]);
        let bound = &self.steps[index];
        let time: (_, &dyn Fn() -> _) = (step.min(left), &Instant::now);
        let before = (self.hooks)
            .in_world((Level::Step, Side::Before), world, &subject, time)
            .await;
        let outcome = if let Some(trouble) = before.troubles.into_iter().next() {
            Err(trouble)
        } else {
            let future = (bound.function)(world, bound.context(&self.case.steps[index].step));
            let begun = if before.runs.is_empty() {
                begun
            } else {
                Instant::now()
            };
            guarded(begun, step.min(left), told, future).await
        };
        let after = (self.hooks)
            .in_world((Level::Step, Side::After), world, &subject, time)
            .await;
        let mut troubles = after.troubles.into_iter();
        match outcome {
            Ok(()) => troubles.next().map_or(Ok(()), Err),
            Err(trouble) => {
                played.complaints.extend(troubles.map(|it| it.told()));
                Err(trouble)
            }
        }
    }

    /// The hooks after the scenario.
    async fn after(self, world: &mut W, begins: &dyn Fn() -> Instant, played: &mut Played) {
        let subject = Subject::scenario(self.case);
        let ran = (self.hooks)
            .in_world(
                (Level::Scenario, Side::After),
                world,
                &subject,
                (self.limits.hook(), begins),
            )
            .await;
        played.after = ran.runs;
        played
            .complaints
            .extend(ran.troubles.into_iter().map(|it| it.told()));
    }
}

/// Waits for `future`, which has just `begun`, up to `limit`, of which a time-out says that it was `told`.
///
/// A step that blocked past its limit is too late, whatever it came back with. One that never waits needs no timer.
pub(crate) async fn guarded<T>(
    begun: Instant,
    limit: Duration,
    told: Duration,
    future: impl Future<Output = T>,
) -> Result<T, Trouble> {
    panics::forget();
    let mut future = pin!(AssertUnwindSafe(future).catch_unwind());
    let mut timer = None;
    let outcome = poll_fn(|context| {
        if let Poll::Ready(outcome) = future.as_mut().poll(context) {
            return Poll::Ready(Some(outcome));
        }
        let left = || limit.saturating_sub(begun.elapsed());
        let timer = timer.get_or_insert_with(|| Box::pin(unconstrained(sleep(left()))));
        timer.as_mut().poll(context).map(|()| None)
    });
    match outcome.await {
        Some(outcome) if begun.elapsed() <= limit => outcome.map_err(explain),
        _ => Err(timed_out(told)),
    }
}

/// The trouble of a step that took longer than `limit`.
pub(crate) fn timed_out(limit: Duration) -> Trouble {
    Trouble::error(format!("timed out after {limit:?}"))
}

/// Takes back the faults in this process, and tells those that never struck in a scenario that was to be played.
fn unstruck(played: &Played) -> Option<String> {
    let unstruck = disarm(Whose::OfThisThread);
    let end = played.trouble.as_ref().map(|trouble| trouble.end);
    let was_left_out = matches!(end, Some(End::Skipped | End::Pending));
    (!unstruck.is_empty() && !was_left_out).then(|| unstruck.join(", "))
}

fn end<W: Scenario>(mut world: W, played: &mut Played) {
    let reached = played
        .trouble
        .as_ref()
        .map_or(End::Passed, |trouble| trouble.end);
    let asked_to_finish = !matches!(reached, End::Skipped | End::Pending);
    let finish = catch_unwind(AssertUnwindSafe(|| {
        if asked_to_finish {
            world.finish()
        } else {
            Ok(())
        }
    }));
    let complaint = finish.map_or_else(|payload| Some(explain(payload).told()), Result::err);
    played.complain("at the end of the scenario: ", complaint);
    let unstruck = disarm_children();
    if asked_to_finish && !unstruck.is_empty() {
        let points = Some(unstruck.join(", "));
        played.complain("armed for a child process, but never struck: ", points);
    }
    let went_well = played.trouble.is_none() && played.complaints.is_empty();
    if asked_to_finish && !went_well {
        match catch_unwind(AssertUnwindSafe(|| world.evidence())) {
            Ok(evidence) => played.evidence = evidence,
            Err(payload) => {
                let panic = Some(explain(payload).told());
                played.complain(
                    "at the end of the scenario: cannot tell the evidence: ",
                    panic,
                );
            }
        }
    }
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(world)));
    let stuck = dropped.err().map(|payload| explain(payload).told());
    played.complain("at the end of the scenario: cannot drop the World: ", stuck);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    prop_compose! {
        fn limit()(millis in prop::option::of(1..200_000_u64)) -> Option<Duration> {
            millis.map(Duration::from_millis)
        }
    }

    proptest! {
        #[test]
        fn the_tighter_limit_holds(scenario in limit(), step in limit(), asked in limit()) {
            let limits = Declared { scenario, step }.within(asked);
            for (declared, limit) in [(scenario, limits.scenario), (step, limits.step)] {
                prop_assert!([declared, asked].into_iter().flatten().all(|it| limit <= it));
                prop_assert!([declared, asked, Some(DEFAULT)].contains(&Some(limit)));
            }
        }
    }

    #[test]
    fn what_nobody_declares_may_take_longer_than_a_minute_if_that_is_asked_for() {
        let asked = Duration::from_mins(5);
        assert_eq!(Declared::default().within(Some(asked)).step, asked);
        assert_eq!(Declared::default().within(None).step, DEFAULT);
    }
}
