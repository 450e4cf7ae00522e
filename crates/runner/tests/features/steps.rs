//! The words of the runner's features.

use std::{error::Error, fs, io};

use cucumber::{gherkin::Step, given, then, when};
use serde_json::Value;
use untorn_runner::{check, check_eq, expect};

use crate::{
    fixture, hooked,
    world::{Run, World},
};

/// The lines of a docstring, which the parser hands over with the line break before the first.
pub fn text(step: &Step) -> String {
    let text = step.docstring().map_or("", String::as_str);
    text.strip_prefix('\n')
        .unwrap_or(text)
        .trim_end()
        .to_owned()
        + "\n"
}

#[given(expr = "the feature file {string}")]
fn feature_file(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    world.write(name + ".feature", text(step).as_bytes())
}

#[given(expr = "the feature file {string} that is not UTF-8")]
fn binary_file(world: &mut World, name: String) -> io::Result<()> {
    world.write(name + ".feature", b"Feature: \xff\n")
}

#[given(expr = "the feature file {string} that begins with a byte order mark")]
fn marked_file(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    world.write(
        name + ".feature",
        format!("\u{feff}{}", text(step)).as_bytes(),
    )
}

#[given(expr = "the file {string}")]
fn any_file(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    world.write(name, text(step).as_bytes())
}

/// Characters that no editor shows, each for one that it does.
#[given(regex = r#"^U\+FFFE for every "(.)" and U\+FFFF for every "(.)" in "(.*)"$"#)]
fn no_characters(world: &mut World, first: char, second: char, name: String) -> io::Result<()> {
    let text = world.read(&name)?.replace(first, "\u{FFFE}");
    world.write(name, text.replace(second, "\u{FFFF}").as_bytes())
}

#[given(expr = "the scenario")]
fn only_scenario(world: &mut World, step: &Step) -> io::Result<()> {
    world.write(
        "features/one.feature",
        format!("Feature: One\n\n{}", text(step)).as_bytes(),
    )
}

#[given(expr = "{int} scenarios that print their number")]
fn printing_scenarios(world: &mut World, count: u32) -> io::Result<()> {
    let scenarios = (1..=count)
        .map(|number| format!("  Scenario: s{number}\n    When it prints \"number {number}\"\n"));
    world.write(
        "features/many.feature",
        format!("Feature: Many\n{}", scenarios.collect::<String>()).as_bytes(),
    )
}

#[given("a suite without reports")]
fn suite_without_reports(world: &mut World) {
    world.set(fixture::NO_REPORTS, "1".to_owned());
}

#[given(expr = "{int} feature files of 100 scenarios each")]
fn many_files(world: &mut World, files: u32) -> io::Result<()> {
    world.set(fixture::MEMORY, "1".to_owned());
    let why = "Nothing is said here that anybody would want to read. ".repeat(15);
    let scenario =
        |number| format!("  Scenario: s{number}\n    {why}\n    Given a count of {number}\n");
    let scenarios: String = (1..=100).map(scenario).collect();
    (1..=files).try_for_each(|file| {
        let feature = format!("Feature: File {file}\n{scenarios}");
        world.write(format!("features/{file}.feature"), feature.as_bytes())
    })
}

#[given(expr = "no folder of features")]
fn no_folder(world: &mut World) -> io::Result<()> {
    fs::remove_dir(world.path("features"))
}

#[given(expr = "a file in place of the folder for reports")]
fn no_reports(world: &mut World) -> io::Result<()> {
    world.write("target", b"")
}

#[given(expr = "the link {string} to {string}")]
fn link(world: &mut World, name: String, to: String) -> io::Result<()> {
    let path = world.path(name);
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    std::os::unix::fs::symlink(to, path)
}

#[given(expr = "another run that is at work with the reports in {string}")]
fn other_run(world: &mut World, folder: String) -> io::Result<()> {
    world.hold(folder)
}

#[given(expr = "a World that is {word}")]
fn wrong_world(world: &mut World, how: String) {
    world.set(fixture::WORLD, how);
}

#[given(expr = "a set-up guard that says {string}")]
fn guard(world: &mut World, complaint: String) {
    world.set(fixture::GUARD, complaint);
}

#[given(expr = "a suite that requires {string}")]
fn with_requirement(world: &mut World, tag: String) {
    world.set(fixture::REQUIREMENT, tag);
}

#[given(regex = "^a suite with hooks (everywhere|misspelt|idle|for tags|in a loop)$")]
fn with_hooks(world: &mut World, which: String) {
    world.set(hooked::HOOKS, which);
}

#[given(expr = "a suite whose scenarios may take {int} ms")]
fn with_scenario_timeout(world: &mut World, milliseconds: u64) {
    world.set(fixture::SCENARIO_TIMEOUT, milliseconds.to_string());
}

#[given(expr = "a suite whose steps may take {int} ms")]
fn with_step_timeout(world: &mut World, milliseconds: u64) {
    world.set(fixture::STEP_TIMEOUT, milliseconds.to_string());
}

#[given(expr = "a suite whose scenarios run {int} at a time")]
fn with_jobs(world: &mut World, count: usize) {
    world.set(fixture::JOBS, count.to_string());
}

#[given("a suite with hooks that take 4 s in 10 parts")]
fn with_slow_hooks(world: &mut World) {
    world.set(hooked::HOOKS, "in parts".to_owned());
}

#[given("a suite with hooks that do nothing but skip")]
fn with_skipping_hooks(world: &mut World) {
    world.set(hooked::HOOKS, "skipping".to_owned());
}

#[given("a suite with hooks that attach something around the run")]
fn with_attaching_hooks(world: &mut World) {
    world.set(hooked::HOOKS, "attaching".to_owned());
}

#[given(regex = "^a suite with a hook before the run that (skips|is pending|fails)$")]
fn with_hook_before_run(world: &mut World, what: String) {
    world.set(hooked::HOOKS, what);
}

#[given(expr = "a hook after the run that says {string}")]
fn hook_after_run(world: &mut World, complaint: String) {
    world.set(hooked::AFTER_RUN, complaint);
}

#[given(expr = "the variable RUST_BACKTRACE is set")]
fn with_backtrace(world: &mut World) {
    world.set("RUST_BACKTRACE", "1".to_owned());
}

#[when(expr = "I run the suite")]
fn run_suite(world: &mut World) -> io::Result<()> {
    world.run(String::new())
}

#[when(expr = "I run the suite with {string}")]
fn run_suite_with(world: &mut World, arguments: String) -> io::Result<()> {
    world.run(arguments)
}

#[when(expr = "I run the suite with {string} and standard error on a full disk")]
fn run_suite_unheard(world: &mut World, arguments: String) -> io::Result<()> {
    world.run_unheard(arguments)
}

#[when(expr = "I run the suite with {string} and standard output on a full disk")]
fn run_suite_unread(world: &mut World, arguments: String) -> io::Result<()> {
    world.run_unread(arguments)
}

#[when(expr = "nextest runs each of its scenarios at the same time")]
fn run_by_nextest(world: &mut World) -> io::Result<()> {
    world.run_by_nextest()
}

#[then(expr = "each of them ends with exit code {int}")]
fn each_ends_with(world: &mut World, expected: i32) {
    let codes = world.exit_codes();
    check!(codes.len() > 1, "there are several: {codes:?}");
    check!(
        codes.iter().all(|it| *it == Some(expected)),
        "the exit codes: {codes:?}"
    );
}

#[then(expr = "it ends with exit code {int}")]
fn ends_with(world: &mut World, expected: i32) {
    check_eq!(world.exit_code(), Some(expected), "the exit code");
}

#[then(expr = "it is killed by signal {int}")]
fn killed_by(world: &mut World, expected: i32) {
    check_eq!(world.signal(), Some(expected), "the signal");
}

#[then(expr = "the last line is {string}")]
fn last_line(world: &mut World, expected: String) {
    expect::equal(
        "the last line of stdout",
        world.result().stdout.lines().last().unwrap_or_default(),
        expected,
    );
}

#[then(expr = "the last run had at most {int} MiB more memory than the first")]
fn needs_no_more_memory(world: &mut World, more: u64) -> io::Result<()> {
    let peaks = world.results().iter().map(Run::peak);
    let peaks = peaks.collect::<io::Result<Vec<_>>>()?;
    let grown = peaks[peaks.len() - 1].saturating_sub(peaks[0]);
    check!(
        grown <= more * 1024,
        "the memory of the runs in KiB: {peaks:?}"
    );
    Ok(())
}

#[then(expr = "it says {string}")]
fn says(world: &mut World, wanted: String) {
    let run = world.result();
    expect::contains(
        "what it says",
        &(run.stdout.clone() + &run.stderr),
        unescape(wanted),
    );
}

#[then(expr = "all that it says on standard error is {string}")]
fn says_exactly(world: &mut World, expected: String) {
    let said = world.result().stderr.trim_end();
    expect::equal("what it says", said, unescape(expected));
}

/// Several lines, one below the other; how far they are indented does not matter.
#[then(expr = "it says")]
fn says_lines(world: &mut World, step: &Step) {
    let run = world.result();
    let said = run.stdout.clone() + &run.stderr;
    expect::contains(
        "what it says",
        &trimmed(&said),
        trimmed(&text(step)).trim_end(),
    );
}

fn trimmed(text: &str) -> String {
    text.lines()
        .map(|line| line.trim().to_owned() + "\n")
        .collect()
}

#[then(expr = "it says nothing of {string}")]
fn says_nothing_of(world: &mut World, unwanted: String) {
    let run = world.result();
    expect::lacks(
        "what it says",
        &(run.stdout.clone() + &run.stderr),
        unescape(unwanted),
    );
}

/// Within the quotes of a step, a quote is written `\"` and a line break `\n`.
pub fn unescape(text: String) -> String {
    let escapes = [("\\\"", "\""), ("\\n", "\n")];
    escapes
        .into_iter()
        .fold(text, |text, (escape, letter)| text.replace(escape, letter))
}

#[then(expr = "it finds")]
fn finds(world: &mut World, step: &Step) {
    let findings: String = world
        .result()
        .stderr
        .split_inclusive('\n')
        .filter(|line| line.starts_with("features"))
        .collect();
    expect::equal("the findings", findings, text(step));
}

#[then(expr = "it lists")]
fn lists(world: &mut World, step: &Step) {
    expect::equal("the list", world.result().stdout.clone(), text(step));
}

#[then(expr = "it prints exactly {string}")]
fn prints_exactly(world: &mut World, expected: String) {
    expect::equal(
        "the numbers in their order",
        numbers(&world.result().printed),
        expected,
    );
}

#[then(expr = "it prints the numbers from 1 to {int}, but not in this order")]
fn prints_shuffled(world: &mut World, count: u32) {
    let sorted: Vec<_> = (1..=count).collect();
    let printed: Vec<u32> = numbers(&world.result().printed)
        .split(' ')
        .filter_map(|it| it.parse().ok())
        .collect();
    check!(
        printed != sorted,
        "the order is not that of the file: {printed:?}"
    );
    let mut printed = printed;
    printed.sort_unstable();
    expect::equal("the numbers", printed, sorted);
}

#[then(expr = "both runs print the same order")]
fn same_order(world: &mut World) {
    let orders: Vec<_> = world
        .results()
        .iter()
        .map(|run| numbers(&run.printed))
        .collect();
    check_eq!(
        orders.first(),
        orders.last(),
        "the order of the first run and the last"
    );
}

fn numbers(printed: &str) -> String {
    let numbers = printed
        .split("number ")
        .skip(1)
        .filter_map(|rest| rest.split(' ').next());
    numbers.collect::<Vec<_>>().join(" ")
}

#[then(expr = "it says {string} before {string}")]
fn says_before(world: &mut World, first: String, second: String) {
    let out = &world.result().stdout;
    let place = |wanted: String| {
        out.find(&wanted)
            .unwrap_or_else(|| expect::fail(&format!("it never says {wanted:?}")))
    };
    check!(place(first) < place(second), "the order");
}

#[then(expr = "{string} says")]
fn file_says(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    expect::contains("the file", &world.read(name)?, text(step).trim_end());
    Ok(())
}

#[then(expr = "{string} is exactly")]
fn file_is(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    expect::equal("the file", world.read(name)?, text(step));
    Ok(())
}

#[then(expr = "{string} begins with {string} and ends with {string}")]
fn file_begins_and_ends(
    world: &mut World,
    name: String,
    first: String,
    last: String,
) -> io::Result<()> {
    let contents = world.read(name)?;
    check!(
        contents.starts_with(&unescape(first)),
        "its beginning: {contents}"
    );
    check!(contents.ends_with(&unescape(last)), "its end: {contents}");
    Ok(())
}

#[then(expr = "{string} has {int} line(s) with {string}")]
fn file_has_lines(world: &mut World, name: String, count: usize, text: String) -> io::Result<()> {
    let contents = world.read(name)?;
    let text = unescape(text);
    let lines = contents.lines().filter(move |line| line.starts_with(&text));
    check_eq!(lines.count(), count, "the number of such lines");
    Ok(())
}

#[then(expr = "{int} lines of {string} have {string}")]
fn lines_have(world: &mut World, count: usize, name: String, text: String) -> io::Result<()> {
    let contents = world.read(name)?;
    let text = unescape(text);
    let lines = contents.lines().filter(move |line| line.contains(&text));
    check_eq!(lines.count(), count, "the number of such lines");
    Ok(())
}

#[then(expr = "{string} is empty")]
fn file_is_empty(world: &mut World, name: String) -> io::Result<()> {
    expect::equal("the file", world.read(name)?, "");
    Ok(())
}

#[then(expr = "{string} is not there")]
fn file_is_not_there(world: &mut World, name: String) {
    check!(!world.path(name).exists(), "the file is not there");
}

/// Every file that a run writes for others.
const REPORTS: [&str; 5] = [
    "cucumber.json",
    "junit.xml",
    "messages.ndjson",
    "report.html",
    "rerun.txt",
];

#[then(expr = "nothing but the reports is in {string}")]
fn nothing_but_reports(world: &mut World, folder: String) -> io::Result<()> {
    let entries = fs::read_dir(world.path(folder))?.collect::<Result<Vec<_>, _>>()?;
    let mut names: Vec<_> = entries.iter().map(fs::DirEntry::file_name).collect();
    names.retain(|name| name != "output.txt");
    names.sort_unstable();
    expect::equal("the files", names, REPORTS);
    Ok(())
}

#[then(expr = "the reports in {string} have the permissions of any new file")]
fn ordinary_permissions(world: &mut World, folder: String) -> io::Result<()> {
    world.write("new", b"")?;
    let expected = fs::metadata(world.path("new"))?.permissions();
    let folder = world.path(folder);
    for name in REPORTS {
        let permissions = fs::metadata(folder.join(name))?.permissions();
        check_eq!(permissions, expected, "the permissions of {name}");
    }
    Ok(())
}

#[then(expr = "no report is in {string}")]
fn no_report(world: &mut World, folder: String) {
    let folder = world.path(folder);
    let there: Vec<_> = REPORTS
        .iter()
        .filter(|name| folder.join(name).exists())
        .collect();
    check!(there.is_empty(), "no report is there, but {there:?}");
}

/// A row for each: what it belongs to, its body, its encoding, its media type and its name.
#[then(expr = "the messages have the attachments")]
fn messages_have(world: &mut World, step: &Step) -> Result<(), Box<dyn Error>> {
    let messages = world.read("target/bdd/messages.ndjson")?;
    let messages = messages.lines().map(serde_json::from_str::<Value>);
    let mut rows = Vec::new();
    for message in messages {
        let message = message?;
        let told = |key: &str| {
            let told = message["attachment"][key].as_str();
            told.unwrap_or_default().to_owned()
        };
        let is_ours = told("fileName") == "output.txt";
        if message.get("attachment").is_some() && !is_ours {
            let owner = told("testStepId") + &told("testRunHookStartedId");
            let rest = ["body", "contentEncoding", "mediaType", "fileName"].map(told);
            rows.push([vec![owner], rest.to_vec()].concat());
        }
    }
    let expected = step.table().map(|table| table.rows.clone());
    check_eq!(rows, expected.unwrap_or_default(), "the attachments");
    Ok(())
}

#[then(expr = "the Cucumber JSON has")]
fn json_has(world: &mut World, step: &Step) -> Result<(), Box<dyn Error>> {
    let report: Value = serde_json::from_str(&world.read("target/bdd/cucumber.json")?)?;
    for row in step.table().iter().flat_map(|table| &table.rows) {
        let expected: Value = serde_json::from_str(&row[1])?;
        check_eq!(
            report.pointer(&row[0]).cloned().unwrap_or(Value::Null),
            expected,
            "{}",
            row[0]
        );
    }
    Ok(())
}
