//! A strict Gherkin runner over cucumber-rs: green has to mean something.
//!
//! cucumber-rs brings the attribute macros, the `World`, the matching of steps and the parser. This crate
//! runs them, and promises about a run:
//!
//! * **Nothing runs while anything is wrong.** An undefined or ambiguous step, a scenario without steps, an
//!   outline without rows, a misspelt tag: all are told at once, with file, line and column.
//! * **An assertion is told from an accident.** Only [`check!`] and its kin can make a scenario *failed*;
//!   a `?`, an `unwrap`, a time-out or a failed `Given` makes it an *error*.
//! * **A captured bug stays captured.** Under `@tdd_expected_fail` a failed assertion passes and a pass
//!   fails; an error is never inverted.
//! * **A run without scenarios is red,** and so is a filter that matches nothing.
//! * **The last line tells the numbers,** the exit code tells the kind of end, the reports agree with both.
//!
//! ```no_run
//! use cucumber::{given, then, when};
//! use untorn_runner::{Scenario, Suite, check_eq};
//!
//! #[derive(Debug, Default, cucumber::World)]
//! struct World {
//!     sum: u64,
//! }
//!
//! impl Scenario for World {}
//!
//! #[when(expr = "I add {int}")]
//! fn add(world: &mut World, number: u64) {
//!     world.sum += number;
//! }
//!
//! #[then(expr = "the sum is {int}")]
//! fn sum(world: &mut World, expected: u64) {
//!     check_eq!(world.sum, expected, "the sum");
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     Suite::<World>::new(env!("CARGO_MANIFEST_DIR"), "features").reports("target/bdd").main()
//! }
//! ```
//!
//! What a scenario prints is kept, and shown where it fails: exactly what went through [`println!`] and its
//! kin, and what else came meanwhile. What a World knows of a failure is for [`Scenario::evidence`] to tell.

#![forbid(unsafe_code)]

mod args;
mod attach;
mod board;
mod case;
mod checks;
mod command;
mod crew;
mod diff;
mod document;
mod exit;
pub mod expect;
mod expression;
pub mod faults;
mod finding;
mod gate;
pub mod hooks;
mod judged;
mod macros;
mod outline;
#[doc(hidden)]
pub mod output;
mod panics;
mod plan;
mod play;
mod record;
mod report;
mod runtime;
mod scenario;
mod select;
mod session;
mod shelf;
mod signal;
mod snippet;
mod steps;
mod store;
mod suite;
mod tags;
mod tally;
mod tdd;
mod texts;
mod totals;
mod values;
mod verdict;

/// The examples in the README are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use attach::{ATTACHMENTS_MAX, AttachError, Attachment, attach};
pub use scenario::Scenario;
pub use suite::Suite;
