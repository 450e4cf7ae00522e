//! Plays one scenario on the current thread: a World, the steps, the finish, and the World is gone.
//!
//! Whatever a step does ends up in [`Played`]; nothing unwinds out of here. A step that waits is cut off at
//! the time limit. One that blocks cannot be: the crew sees to it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use futures::FutureExt;
use tokio::{runtime::Builder, time::timeout};

use crate::{
    Scenario,
    panics::{Trouble, explain},
    steps::Bound,
    verdict::End,
};

/// What happened to a scenario.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// How long each step took that was begun.
    pub(crate) steps: Vec<Duration>,
    /// What kept it from its end.
    pub(crate) trouble: Option<Trouble>,
    /// What the World, or its end, found wrong afterwards.
    pub(crate) finish: Option<String>,
    pub(crate) evidence: String,
    pub(crate) duration: Duration,
}

/// How long a scenario may take, and each of its steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) scenario: Duration,
    pub(crate) step: Duration,
}

/// Plays a scenario; `at_step` hears the number of each step before it begins.
///
/// The runtime is the scenario's own, so that a task it leaves behind ends with it.
pub(crate) fn play<W: Scenario>(
    steps: &[Bound<W>],
    limits: Limits,
    at_step: impl FnMut(usize),
) -> Played {
    let begun = Instant::now();
    let mut played = Played::default();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(in_runtime(steps, limits, at_step, &mut played)),
            Err(error) => {
                played.trouble = Some(Trouble::error(format!("cannot make a runtime: {error}")));
            }
        }
    }));
    if let Err(payload) = outcome {
        played
            .finish
            .get_or_insert_with(|| explain(payload).message);
    }
    played.duration = begun.elapsed();
    played
}

async fn in_runtime<W: Scenario>(
    steps: &[Bound<W>],
    limits: Limits,
    at_step: impl FnMut(usize),
    played: &mut Played,
) {
    match make_world(limits.scenario).await {
        Ok(mut world) => {
            played.trouble = take_steps(&mut world, steps, limits, at_step, &mut played.steps)
                .await
                .err();
            end(world, played);
        }
        Err(trouble) => played.trouble = Some(trouble),
    }
}

async fn make_world<W: Scenario>(limit: Duration) -> Result<W, Trouble> {
    let made = guarded(limit, limit, W::new())
        .await
        .map_err(|trouble| Trouble {
            end: End::Error,
            ..trouble
        })?;
    made.map_err(|error| Trouble::error(format!("cannot make the World: {error}")))
}

async fn take_steps<W: Scenario>(
    world: &mut W,
    steps: &[Bound<W>],
    limits: Limits,
    mut at_step: impl FnMut(usize),
    durations: &mut Vec<Duration>,
) -> Result<(), Trouble> {
    let begun = Instant::now();
    for (index, step) in steps.iter().enumerate() {
        at_step(index);
        let left = limits.scenario.saturating_sub(begun.elapsed());
        let told = if left < limits.step {
            limits.scenario
        } else {
            limits.step
        };
        let step_begun = Instant::now();
        let future = (step.function)(world, step.context.clone());
        let outcome = guarded(limits.step.min(left), told, future).await;
        durations.push(step_begun.elapsed());
        outcome?;
    }
    Ok(())
}

/// Waits for `future` up to `limit`, of which a time-out says that it was `told`.
///
/// A step that blocked past its limit is too late, whatever it came back with.
async fn guarded<T>(
    limit: Duration,
    told: Duration,
    future: impl Future<Output = T>,
) -> Result<T, Trouble> {
    let begun = Instant::now();
    match timeout(limit, AssertUnwindSafe(future).catch_unwind()).await {
        Ok(outcome) if begun.elapsed() <= limit => outcome.map_err(explain),
        _ => Err(timed_out(told)),
    }
}

/// The trouble of a step that took longer than `limit`.
pub(crate) fn timed_out(limit: Duration) -> Trouble {
    Trouble::error(format!("timed out after {limit:?}"))
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
    let went_well = played.trouble.is_none() && matches!(finish, Ok(Ok(())));
    if asked_to_finish && !went_well {
        let evidence = catch_unwind(AssertUnwindSafe(|| world.evidence()));
        played.evidence = evidence.unwrap_or_else(|payload| explain(payload).message);
    }
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(world)));
    let complaints = [
        finish.map_or_else(|payload| Some(explain(payload).message), Result::err),
        dropped
            .err()
            .map(|payload| format!("cannot drop the World: {}", explain(payload).message)),
    ];
    let complaints: Vec<_> = complaints.into_iter().flatten().collect();
    played.finish = (!complaints.is_empty()).then(|| complaints.join("\n"));
}
