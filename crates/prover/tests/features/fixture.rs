//! Suites that do nothing but prove by the steps of the library, run in a child process so that they can fail.

use std::path::Path;
use std::process::ExitCode;

use cucumber::World as _;
use cucumber::codegen::{StepConstructor, WorldInventory, inventory};
use cucumber::writer::Stats as _;
use untorn::gherkin::{Bench, Proving};
use untorn_runner::{Scenario, Suite};

/// Names the directory of such a suite; this binary plays it wherever the variable is set.
pub const PROJECT: &str = "UNTORN_FIXTURE";

/// Says what runs it: `untorn-runner` or `cucumber-rs`.
pub const RUNNER: &str = "UNTORN_FIXTURE_RUNNER";

/// What the documentation of `untorn::steps!` says.
const DOCUMENTATION: &str = include_str!("../../docs/steps.md");

/// For untorn-runner, which tells a failure from an error.
#[derive(Debug, Default, cucumber::World)]
struct Strict {
    bench: Bench,
}

impl Scenario for Strict {}

impl Proving for Strict {
    fn bench(&mut self) -> &mut Bench {
        &mut self.bench
    }
}

untorn::steps!(Strict, fail = untorn_runner::expect::fail);

/// For cucumber-rs alone.
#[derive(Debug, Default, cucumber::World)]
struct Stock {
    bench: Bench,
}

impl Proving for Stock {
    fn bench(&mut self) -> &mut Bench {
        &mut self.bench
    }
}

untorn::steps!(Stock);

/// Plays the suite of the features in `project`.
pub fn play(project: &Path) -> ExitCode {
    if std::env::var(RUNNER).as_deref() == Ok("cucumber-rs") {
        stock(project)
    } else {
        Suite::<Strict>::new(project, "features").main()
    }
}

fn stock(project: &Path) -> ExitCode {
    let suite = Stock::cucumber().fail_on_skipped().with_default_cli();
    let outcome = futures::executor::block_on(suite.run(project.join("features")));
    ExitCode::from(u8::from(outcome.execution_has_failed()))
}

/// What is listed and is not one step, and what is a step and not listed.
pub fn undocumented() -> Vec<String> {
    let listed: Vec<&str> = DOCUMENTATION
        .split("```")
        .filter_map(|block| block.strip_prefix("gherkin\n"))
        .flat_map(str::lines)
        .collect();
    let mut steps = patterns::<<Stock as WorldInventory>::Given>("Given ");
    steps.extend(patterns::<<Stock as WorldInventory>::When>("When "));
    steps.extend(patterns::<<Stock as WorldInventory>::Then>("Then "));
    let says = |(keyword, pattern): &(&str, cucumber::codegen::Regex), line: &str| {
        let sentence = line.strip_prefix(keyword);
        sentence.is_some_and(|it| pattern.is_match(it))
    };
    let lines = listed.iter().filter_map(|line| {
        let count = steps.iter().filter(|step| says(step, line)).count();
        (count != 1).then(|| format!("{count} steps are {line:?}"))
    });
    let unlisted = steps.iter().filter_map(|step| {
        let is_listed = listed.iter().any(|line| says(step, line));
        (!is_listed).then(|| format!("{}{} is not listed", step.0, step.1))
    });
    lines.chain(unlisted).collect()
}

fn patterns<S: StepConstructor<Stock> + inventory::Collect>(
    keyword: &'static str,
) -> Vec<(&'static str, cucumber::codegen::Regex)> {
    let steps = inventory::iter::<S>.into_iter();
    steps.map(|it| (keyword, it.inner().1())).collect()
}
