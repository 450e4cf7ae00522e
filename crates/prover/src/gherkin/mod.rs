//! Steps for features that prove a command, in any World of cucumber-rs.
//!
//! A World that has a [`Bench`] and says so by [`Proving`] takes in every sentence by
//! [`steps!`](crate::steps). What they do is here and knows of no runner. Whether an expectation was missed or
//! could not be looked at is told apart by [`StepError`]: what is inconclusive, what was not reached and what is
//! not in the plan is never a pass.

mod bench;
mod known;
mod spot;
mod steps;
pub(crate) mod text;

pub use bench::Bench;

use crate::ProveError;

/// A World in which a command can be proved.
pub trait Proving {
    /// What the scenario has set up, and what came of it.
    fn bench(&mut self) -> &mut Bench;
}

/// Why a step does not pass.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// It was looked at, and is not as the step says.
    #[error("{0}")]
    Missed(String),
    /// Nothing can be said: something was not seen, not tried, or not the same twice.
    #[error("inconclusive: {0}")]
    Inconclusive(String),
    /// The fault did not strike, so nothing was tried.
    #[error("nothing was tried: the call of {id} did not come up again")]
    NotReached {
        /// The id of the case.
        id: String,
    },
    /// The step makes no sense here.
    #[error("{0}")]
    Senseless(String),
    /// The command could not be run.
    #[error("{}", crate::with_cause(.0))]
    Prove(#[from] ProveError),
}

impl StepError {
    pub(crate) fn senseless(why: impl Into<String>) -> Self {
        Self::Senseless(why.into())
    }
}

/// What [`steps!`](crate::steps) does about a missed expectation unless it is told otherwise.
///
/// # Panics
///
/// Always, with `message`: that is how a step of cucumber-rs fails.
pub fn fail(message: &str) -> ! {
    std::panic::panic_any(message.to_owned())
}
