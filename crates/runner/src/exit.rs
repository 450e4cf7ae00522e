//! How a run ends, for the caller of the process.

use std::{error::Error, fmt, iter};

/// The exit codes, in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    AsExpected = 0,
    Failed = 1,
    Usage = 2,
    Invalid = 3,
    NothingSelected = 4,
}

/// A run that cannot go on, and what to say about it.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) exit: Exit,
    message: String,
}

impl Stop {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { exit, message }
    }

    /// The same end, with one more thing to say about it.
    pub(crate) fn and(mut self, message: &str) -> Self {
        self.message += "\n";
        self.message += message;
        self
    }

    /// Says `error` with all its causes, joined by `: `.
    pub(crate) fn because(exit: Exit, error: &dyn Error) -> Self {
        let chain = iter::successors(Some(error), |&error| error.source());
        let mut causes: Vec<_> = chain.map(ToString::to_string).collect();
        causes.dedup();
        Self::new(exit, causes.join(": "))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}
