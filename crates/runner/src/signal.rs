//! What a step says when it stops: a typed panic payload, so that an assertion can be told from everything else.
//!
//! A string in a panic message would do for people, but `unwrap`, `?` and a bug in the test all end in a
//! string too. Only what goes through [`raise`] counts as an assertion, as pending or as a skip.
//!
//! What was raised and never reached the runner is lost: in a task that nobody awaits, in a thread that nobody joins,
//! in a `catch_unwind`. Somebody asserted something there, and it does not hold; so that is an error.

use std::{
    fmt,
    panic::Location,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, ThreadId},
};

/// Why a step stops, said on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An assertion does not hold.
    Assertion,
    /// The step, or what it wants, is not written yet.
    Pending,
    /// The scenario cannot run here.
    Skip,
}

/// The payload of a panic that was raised on purpose.
#[derive(Debug)]
pub(crate) struct Signal {
    pub(crate) kind: Kind,
    pub(crate) message: String,
    pub(crate) at: Place,
    /// Tells it from all others.
    number: u64,
}

/// What was raised and has not been heard yet.
static RAISED: Mutex<Vec<Raised>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct Raised {
    number: u64,
    thread: ThreadId,
    told: String,
}

/// A place in source code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl From<&Location<'_>> for Place {
    fn from(location: &Location<'_>) -> Self {
        Self {
            file: location.file().to_owned(),
            line: location.line(),
            column: location.column(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Ends the step; the place is the caller's.
#[track_caller]
pub(crate) fn raise(kind: Kind, message: String) -> ! {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let at = Place::from(Location::caller());
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    raised().push(Raised {
        number,
        thread: thread::current().id(),
        told: format!("{message}\n  at {at}"),
    });
    std::panic::panic_any(Signal {
        kind,
        message,
        at,
        number,
    })
}

impl Signal {
    /// Notes that the runner has it.
    pub(crate) fn is_heard(&self) {
        raised().retain(|it| it.number != self.number);
    }
}

/// What was raised on this thread and is lost.
pub(crate) fn lost_here() -> Vec<String> {
    let here = thread::current().id();
    take(|it| it.thread == here)
}

/// What was raised on any thread and is lost.
pub(crate) fn lost_anywhere() -> Vec<String> {
    take(|_| true)
}

fn take(is_meant: impl Fn(&Raised) -> bool) -> Vec<String> {
    let mut raised = raised();
    let lost = raised.extract_if(.., |it| is_meant(it));
    lost.map(|it| it.told).collect()
}

fn raised() -> MutexGuard<'static, Vec<Raised>> {
    RAISED.lock().unwrap_or_else(PoisonError::into_inner)
}
