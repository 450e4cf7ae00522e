//! The hooks that a feature of the kit comes with.

use std::{error::Error, io};

use untorn_runner::{Suite, attach, hooks::Subject, skip};

use crate::{attachments::file, steps::World};

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
        "hooks-attachment" => suite
            .before_scenario("", attaches)
            .after_scenario("", attaches),
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
        "global-hooks-attachments" => suite
            .before_run(|| attach("Attachment from BeforeAll hook"))
            .after_run(|| attach("Attachment from AfterAll hook")),
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

async fn attaches(_: &mut World, _: &Subject<'_>) -> Result<(), Box<dyn Error>> {
    Ok(attach(file("cucumber.svg", "image/svg+xml")?)?)
}

async fn fails(_: &mut World, _: &Subject<'_>) -> io::Result<()> {
    exception()
}

async fn skips(_: &mut World, _: &Subject<'_>) {
    skip!("skipping");
}
