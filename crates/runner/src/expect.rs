//! Assertions for steps, as functions.
//!
//! Each of them returns when what it is named after holds, and otherwise ends the step as *failed*, with the
//! caller's `file:line:column`. They differ from `assert!` in one thing: the runner can tell them from a
//! panic that nobody meant, so only they can be an expected failure.
//!
//! Arguments that a step gets as `String` are taken by value, so that a step can hand its own on.

use std::fmt::{Arguments, Debug};

use crate::{
    diff,
    signal::{Kind, raise},
};

/// Expects that something `holds`; `what` says it in words.
///
/// # Panics
///
/// Fails the step where it does not hold.
#[track_caller]
pub fn holds(holds: bool, what: Arguments<'_>) {
    if !holds {
        fail(&format!("this does not hold: {what}"));
    }
}

/// Expects `actual` to equal `expected`; texts of several lines are shown as a diff.
///
/// # Panics
///
/// Fails the step where they differ.
#[track_caller]
pub fn equal<A, E>(what: &str, actual: A, expected: E)
where
    A: PartialEq<E> + Debug,
    E: Debug,
{
    let pair = (actual, expected);
    if pair.0 != pair.1 {
        fail(&format!("{what}\n{}", diff::show(&pair.0, &pair.1)));
    }
}

/// Expects the text `actual` to contain `wanted`.
///
/// # Panics
///
/// Fails the step where it does not.
#[track_caller]
pub fn contains(what: &str, actual: &str, wanted: impl Into<String>) {
    let wanted = wanted.into();
    if !actual.contains(&wanted) {
        fail(&format!(
            "{what} lacks {wanted:?}; it is\n{}",
            diff::text(actual)
        ));
    }
}

/// Expects the text `actual` not to contain `unwanted`.
///
/// # Panics
///
/// Fails the step where it does.
#[track_caller]
pub fn lacks(what: &str, actual: &str, unwanted: impl Into<String>) {
    let unwanted = unwanted.into();
    if actual.contains(&unwanted) {
        fail(&format!(
            "{what} has {unwanted:?} in it; it is\n{}",
            diff::text(actual)
        ));
    }
}

/// Fails the step.
///
/// # Panics
///
/// Always: that is how a step ends.
#[track_caller]
pub fn fail(message: &str) -> ! {
    raise(Kind::Assertion, message.to_owned())
}

/// Says that the step is not written yet, which fails the scenario.
///
/// # Panics
///
/// Always: that is how a step ends.
#[track_caller]
pub fn pending(message: &str) -> ! {
    raise(Kind::Pending, message.to_owned())
}

/// Leaves the scenario out, for a `reason` that the run tells.
///
/// # Panics
///
/// Always: that is how a step ends.
#[track_caller]
pub fn skip(reason: &str) -> ! {
    raise(Kind::Skip, reason.to_owned())
}
