//! Faults in this process, for a library under test that has failpoints of the `fail` crate.
//!
//! `fail` keeps one registry for the process, so a fault would strike in every scenario that runs: a scenario
//! that arms one has to be `@serial`. Whatever it armed is taken back when it ends, also by a panic or a
//! time-out, and what never struck is an error, as for a child process.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, ThreadId},
};

use super::{ArmError, Hit, Plan, Whose};
use crate::output;

/// How often a fault that strikes more than once strikes at most: `fail` tells how often only by what is left.
const STRIKES_MAX: usize = 10_000;

/// What is armed in this process.
static ARMED: Mutex<Vec<Armed>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct Armed {
    point: String,
    /// How often it is passed before the first strike, and how often it strikes then.
    passes: usize,
    strikes: usize,
    thread: ThreadId,
}

/// A fault that cannot be armed in this process; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArmHereError {
    /// There is no such point, or no such errno, or the point is armed already.
    #[error(transparent)]
    Arm(#[from] ArmError),
    /// A scenario beside this one would be struck, too.
    #[error("a fault in this process needs @serial, for it strikes in every scenario that runs")]
    NotSerial,
    /// Only `return` and `return(…)` leave a trace of whether they struck.
    #[error("the action of a fault in this process is a return(…), not {0:?}")]
    NotAReturn(String),
    /// The action is not in the syntax of `fail`.
    #[error("{0}")]
    Action(String),
}

/// Makes `action` strike at `point` in this process until the scenario ends, as often as `hit` says.
///
/// Of many strikes, the first 10,000 strike. Called by a step, on the thread of its scenario.
///
/// # Errors
///
/// [`ArmHereError`], for a scenario that is not `@serial`, and for what [`Plan::arm`] refuses; `known` are the
/// failpoints of the library under test.
pub fn arm_here(
    known: &[&str],
    point: impl Into<String>,
    action: impl Into<String>,
    hit: Hit,
) -> Result<(), ArmHereError> {
    let (point, action) = (point.into(), action.into());
    if !output::is_serial() {
        return Err(ArmHereError::NotSerial);
    }
    let mut plan = Plan::new(known);
    plan.arm(&point, &action, hit)?;
    plan.clear();
    if !action.starts_with("return") {
        return Err(ArmHereError::NotAReturn(action));
    }
    let mut armed = lock();
    if armed.iter().any(|armed| armed.point == point) {
        return Err(ArmError::ArmedTwice { point }.into());
    }
    let (passes, strikes) = match hit {
        Hit::Every => (0, STRIKES_MAX),
        Hit::Nth(number) => (before(number), 1),
        Hit::From(number) => (before(number), STRIKES_MAX),
    };
    let sequence = format!("{passes}*off->{strikes}*{action}");
    fail::cfg(point.as_str(), &sequence).map_err(ArmHereError::Action)?;
    armed.push(Armed {
        point,
        passes,
        strikes,
        thread: thread::current().id(),
    });
    Ok(())
}

/// Takes back whatever is armed in this process, and says what never struck.
pub(super) fn disarm(whose: Whose) -> Vec<String> {
    let here = thread::current().id();
    let is_meant = |armed: &mut Armed| whose == Whose::Everybodys || armed.thread == here;
    let armed: Vec<_> = lock().extract_if(.., is_meant).collect();
    let unstruck = armed.iter().filter(|armed| armed.is_whole());
    let unstruck = unstruck.map(|armed| armed.point.clone()).collect();
    for armed in &armed {
        fail::remove(&armed.point);
    }
    unstruck
}

fn before(number: u32) -> usize {
    usize::try_from(number)
        .unwrap_or(usize::MAX)
        .saturating_sub(1)
}

impl Armed {
    /// Whether all its strikes are still to come. Finding out uses them up.
    fn is_whole(&self) -> bool {
        let strikes = |_| fail::eval(&self.point, |_| ()).is_some();
        let left = (0..self.passes + self.strikes).filter(|it| strikes(*it));
        left.count() == self.strikes
    }
}

fn lock() -> MutexGuard<'static, Vec<Armed>> {
    ARMED.lock().unwrap_or_else(PoisonError::into_inner)
}
