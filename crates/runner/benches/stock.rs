//! The features of the benchmark, run by cucumber-rs itself; `benchmark/runner.py` starts it where they are.
//!
//! Its writer prints nothing but the count at the end, so that no output slows it down.

#![forbid(unsafe_code)]

mod words;

use std::process::ExitCode;

use cucumber::{
    Event, World as _, Writer, cli,
    event::{self, Cucumber},
    parser,
    writer::{self, NonTransforming, Normalized},
};
use words::World;

/// Counts scenarios that ended and steps that did not pass.
#[derive(Debug, Default)]
struct Count {
    scenarios: usize,
    wrong: usize,
}

impl Normalized for Count {}

impl NonTransforming for Count {}

impl Writer<World> for Count {
    type Cli = cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<Event<Cucumber<World>>>, _: &Self::Cli) {
        match event.map(|event| event.value) {
            Ok(Cucumber::Feature(_, event::Feature::Scenario(_, scenario))) => {
                self.count(&scenario.event);
            }
            Ok(_) => (),
            Err(_) => self.wrong += 1,
        }
    }
}

impl Count {
    fn count(&mut self, event: &event::Scenario<World>) {
        match event {
            event::Scenario::Finished => self.scenarios += 1,
            event::Scenario::Step(_, event::Step::Failed(..) | event::Step::Skipped) => {
                self.wrong += 1;
            }
            _ => (),
        }
    }
}

impl writer::Stats<World> for Count {
    fn passed_steps(&self) -> usize {
        0
    }

    fn skipped_steps(&self) -> usize {
        0
    }

    fn failed_steps(&self) -> usize {
        self.wrong
    }

    fn retried_steps(&self) -> usize {
        0
    }

    fn parsing_errors(&self) -> usize {
        0
    }

    fn hook_errors(&self) -> usize {
        0
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let count = World::cucumber()
        .with_writer(Count::default())
        .run("features")
        .await;
    println!("{} passed, {} failed", count.scenarios, count.wrong);
    words::tell_memory();
    ExitCode::from(u8::from(count.wrong > 0))
}
