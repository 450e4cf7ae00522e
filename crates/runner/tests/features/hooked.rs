//! The hooks of the fixture suite: they note that they ran, and go wrong where a tag says so.

use std::{env, fs::OpenOptions, io::Write, path::Path, thread, time::Duration};

use untorn_runner::{Suite, attach, check, hooks::Subject, pending, skip};

use crate::fixture::Fixture;

/// Says which hooks the fixture suite has; without it, it has none.
pub const HOOKS: &str = "UNTORN_FIXTURE_HOOKS";

/// The complaint of the hook after the run, if it has one.
pub const AFTER_RUN: &str = "UNTORN_FIXTURE_AFTER_RUN";

/// The name of the file in which hooks note that they ran.
pub const NOTES: &str = "hooks.txt";

/// `suite` with the hooks that it is to have.
pub fn suite(suite: Suite<Fixture>, project: &Path) -> Suite<Fixture> {
    match env::var(HOOKS).as_deref() {
        Ok("everywhere") => in_scenarios(around(suite, project), project),
        Ok("misspelt") => suite.before_feature("and", |_: &Subject<'_>| ()),
        Ok("idle") => idle(suite),
        Ok("for tags") => for_tags(suite, project),
        Ok("in a loop") => in_a_loop(suite, project),
        Ok("in parts") => in_parts(suite),
        Ok("skips") => after_run(suite, project).before_run(|| skip!("no server in this room")),
        Ok("fails") => after_run(suite, project).before_run(|| check!(false, "the server answers")),
        Ok("is pending") => {
            after_run(suite, project).before_run(|| pending!("waits for the server"))
        }
        Ok("skipping") => skipping(suite),
        Ok("attaching") => suite
            .before_run(|| attach("before the run"))
            .after_run(|| attach("after the run")),
        _ => suite,
    }
}

/// A hook, by what it notes.
fn noted(
    project: &Path,
    what: &'static str,
) -> impl Fn(&Subject<'_>) -> Result<(), String> + 'static {
    let notes = project.join(NOTES);
    move |it| {
        note(
            &notes,
            &format!(
                "{what} {}",
                it.step().unwrap_or_else(|| it.name().to_owned())
            ),
        );
        go_wrong(it, what)
    }
}

fn note(notes: &Path, line: &str) {
    let file = OpenOptions::new().create(true).append(true).open(notes);
    let written = file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
    written.unwrap_or_else(|error| panic!("cannot note {line:?}: {error}"));
}

/// Does what a tag such as `@fails_before_step` asks for.
fn go_wrong(it: &Subject<'_>, what: &str) -> Result<(), String> {
    let is_asked = |how: &str| it.is_tagged(&format!("{how}_{}", what.replace(' ', "_")));
    check!(!is_asked("fails"), "{what} holds at {}", it.place());
    if is_asked("skips") {
        skip!("{what} says so");
    }
    if is_asked("blocks") {
        thread::sleep(Duration::from_secs(9));
    }
    if is_asked("exits") {
        std::process::exit(0);
    }
    if is_asked("says") {
        std::eprintln!("{what} says this");
    }
    if is_asked("attaches") {
        attach(format!("{what} attaches it")).map_err(|error| error.to_string())?;
    }
    if is_asked("errs") {
        return Err(format!("{what} went wrong"));
    }
    Ok(())
}

fn around(suite: Suite<Fixture>, project: &Path) -> Suite<Fixture> {
    let (before, after) = (project.join(NOTES), project.join(NOTES));
    suite
        .before_run(move || note(&before, "before run"))
        .after_run(move || {
            note(&after, "after run");
            match env::var(AFTER_RUN) {
                Ok(complaint) if complaint == "exit" => std::process::exit(0),
                complaint => complaint.map_or(Ok(()), Err),
            }
        })
        .before_feature("", noted(project, "before feature"))
        .after_feature("", noted(project, "after feature"))
        .before_rule("", noted(project, "before rule"))
        .after_rule("", noted(project, "after rule"))
}

/// A hook after the run that notes that it ran.
fn after_run(suite: Suite<Fixture>, project: &Path) -> Suite<Fixture> {
    let notes = project.join(NOTES);
    suite.after_run(move || note(&notes, "after run"))
}

/// Hooks that do nothing but skip, or say that they are not written yet.
fn skipping(suite: Suite<Fixture>) -> Suite<Fixture> {
    suite
        .before_feature("@feature", |_: &Subject<'_>| skip!("not this feature"))
        .before_scenario("@scenario", async |_: &mut Fixture, it: &Subject<'_>| {
            skip!("not {}", it.name())
        })
        .before_step("@step", async |_: &mut Fixture, _: &Subject<'_>| {
            pending!("not this step")
        })
}

fn in_scenarios(suite: Suite<Fixture>, project: &Path) -> Suite<Fixture> {
    let [first, second] =
        ["before scenario", "second before scenario"].map(|it| noted(project, it));
    let [last, first_after] =
        ["last after scenario", "after scenario"].map(|it| noted(project, it));
    let [step, after_step] = ["before step", "after step"].map(|it| noted(project, it));
    suite
        .before_scenario("", async move |world: &mut Fixture, it: &Subject<'_>| {
            world.count += 100;
            first(it)
        })
        .before_scenario("", async move |_: &mut Fixture, it: &Subject<'_>| {
            second(it)
        })
        .after_scenario("", async move |_: &mut Fixture, it: &Subject<'_>| last(it))
        .after_scenario("", async move |_: &mut Fixture, it: &Subject<'_>| {
            if it.is_tagged("waits_after_scenario") {
                std::future::pending::<()>().await;
            }
            first_after(it)
        })
        .before_step("", async move |_: &mut Fixture, it: &Subject<'_>| step(it))
        .after_step("", async move |_: &mut Fixture, it: &Subject<'_>| {
            after_step(it)
        })
}

fn idle(suite: Suite<Fixture>) -> Suite<Fixture> {
    suite
        .before_scenario("@nobody", async |_: &mut Fixture, _: &Subject<'_>| ())
        .before_rule("@nobody", |_: &Subject<'_>| ())
        .after_run(|| ())
}

fn for_tags(suite: Suite<Fixture>, project: &Path) -> Suite<Fixture> {
    let slow = noted(project, "before slow scenario");
    suite
        .before_feature("@disk or not @net", noted(project, "before disk feature"))
        .after_rule("not @net", noted(project, "after rule without net"))
        .before_scenario(
            "slow and @disk",
            async move |_: &mut Fixture, it: &Subject<'_>| slow(it),
        )
}

/// Two hooks that one place declares.
fn in_a_loop(suite: Suite<Fixture>, project: &Path) -> Suite<Fixture> {
    let hooks = ["first in a loop", "second in a loop"];
    hooks.into_iter().fold(suite, |suite, what| {
        let hook = noted(project, what);
        suite.before_scenario("", async move |_: &mut Fixture, it: &Subject<'_>| hook(it))
    })
}

/// Hooks after the scenario that take 4 seconds together.
fn in_parts(suite: Suite<Fixture>) -> Suite<Fixture> {
    (0..10).fold(suite, |suite, _| {
        suite.after_scenario("", async |_: &mut Fixture, _: &Subject<'_>| {
            thread::sleep(Duration::from_millis(400));
        })
    })
}
