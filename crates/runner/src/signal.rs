//! What a step says when it stops: a typed panic payload, so that an assertion can be told from everything else.
//!
//! A string in a panic message would do for people, but `unwrap`, `?` and a bug in the test all end in a
//! string too. Only what goes through [`raise`] counts as an assertion, as pending or as a skip.

use std::{fmt, panic::Location};

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
    let at = Place::from(Location::caller());
    std::panic::panic_any(Signal { kind, message, at })
}
