//! Runs one feature of the Cucumber compatibility kit, the one that the current directory is named after.
//!
//! `just conformance` lays the kit out and starts this in each of its features, and compares what comes of it
//! with what the kit expects. The step functions are those that the kit describes; two of its features have
//! patterns that match the steps of others, so they have a World of their own.

#![forbid(unsafe_code)]

mod ambiguous;
mod attachments;
mod hooks;
mod regular_expression;
mod steps;

use std::{env, process::ExitCode};

use untorn_runner::{Scenario, Suite};

fn main() -> ExitCode {
    let here = env::current_dir().unwrap_or_default();
    match here.file_name().and_then(|name| name.to_str()) {
        Some("ambiguous") => suite::<ambiguous::World>().main(),
        Some("regular-expression") => suite::<regular_expression::World>().main(),
        name => hooks::of(name.unwrap_or_default(), suite()).main(),
    }
}

fn suite<W: Scenario>() -> Suite<W> {
    Suite::new(".", "features").reports("reports")
}
