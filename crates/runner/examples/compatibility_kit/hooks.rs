//! The hooks that a feature of the kit comes with.

use std::io;

use untorn_runner::{Suite, hooks::Subject, skip};

use crate::steps::World;

/// The suite of this feature, with its hooks.
pub fn of(feature: &str, suite: Suite<World>) -> Suite<World> {
    match feature {
        "hooks" | "hooks-named" | "hooks-undefined" => {
            suite.before_scenario("", passes).after_scenario("", passes)
        }
        "hooks-conditional" => suite
            .before_scenario("@passing-hook", passes)
            .before_scenario("@fail-before", fails)
            .after_scenario("@fail-after", fails)
            .after_scenario("@passing-hook", passes),
        "hooks-skipped" => suite
            .before_scenario("", passes)
            .before_scenario("@skip-before", skips)
            .before_scenario("", passes)
            .after_scenario("", passes)
            .after_scenario("@skip-after", skips)
            .after_scenario("", passes),
        "skipped-failing-hook" => suite.after_scenario("", fails),
        "global-hooks" => suite
            .before_run(|| ())
            .before_run(|| ())
            .after_run(|| ())
            .after_run(|| ()),
        "global-hooks-beforeall-error" => suite
            .before_run(|| ())
            .before_run(exception)
            .before_run(|| ())
            .after_run(|| ())
            .after_run(|| ()),
        "global-hooks-afterall-error" => suite
            .before_run(|| ())
            .before_run(|| ())
            .after_run(|| ())
            .after_run(exception)
            .after_run(|| ()),
        _ => suite,
    }
}

fn exception() -> io::Result<()> {
    Err(io::Error::other("an exception"))
}

async fn passes(_: &mut World, _: &Subject<'_>) {}

async fn fails(_: &mut World, _: &Subject<'_>) -> io::Result<()> {
    exception()
}

async fn skips(_: &mut World, _: &Subject<'_>) {
    skip!("skipping");
}
