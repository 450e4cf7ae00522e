//! What scenarios say, in words.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime, SystemTimeError, UNIX_EPOCH};

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};
use untorn_runner::{check, check_eq, expect};

use crate::corpus::writers;
use crate::fixture;
use crate::page::{Page, in_a_browser};
use crate::world::World;

#[given(expr = "the writer {word}")]
fn the_writer(world: &mut World, name: String) -> io::Result<()> {
    let (_, writer) = (writers()?.remove_entry(&name))
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, name))?;
    world.writer = Some(writer);
    Ok(())
}

#[given(expr = "the file {string}")]
fn the_file(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    let text = step.docstring.as_deref().unwrap_or_default();
    let path = world.path(name);
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    fs::write(path, text.trim_start_matches('\n'))
}

#[given(expr = "the file {string} of the bytes {string}")]
fn the_file_of_bytes(world: &mut World, name: String, bytes: String) -> io::Result<()> {
    world.write(name, bytes)
}

#[given(expr = "the variable {string} is {string}")]
fn the_variable(world: &mut World, name: String, value: String) {
    let value = world.filled(value);
    world.variables.insert(name, value);
}

/// So that what follows is likely to run within one second.
#[given("a second has just begun")]
fn a_second_has_just_begun(_: &mut World) -> Result<(), SystemTimeError> {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH)?;
    thread::sleep(Duration::from_secs(since_1970.as_secs() + 1).saturating_sub(since_1970));
    Ok(())
}

#[given(expr = "the file {string} can be executed")]
fn can_be_executed(world: &mut World, name: String) -> io::Result<()> {
    fs::set_permissions(world.path(name), fs::Permissions::from_mode(0o755))
}

#[given(expr = "the directory {string}")]
fn the_directory(world: &mut World, name: String) -> io::Result<()> {
    fs::create_dir_all(world.path(name))
}

#[given(expr = "the database {string}")]
fn the_database(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    let statements = step.docstring.as_deref().unwrap_or_default();
    world.query(name, statements).map(drop)
}

#[given(expr = "the pipe {string}, out of which one byte can be read")]
fn the_pipe(world: &mut World, name: String) -> io::Result<()> {
    world.make_pipe(name)
}

#[given(expr = "the program {string}")]
fn the_program(world: &mut World, name: String) -> io::Result<()> {
    world.build(name)
}

#[given("a program with the rights of another user")]
fn a_privileged_program(world: &mut World) -> io::Result<()> {
    world.take_privileged()
}

#[given("a program with capabilities")]
fn a_capable_program(world: &mut World) -> io::Result<()> {
    world.take_capable()
}

#[given(expr = "the file {string} has the attribute {string} = {string}")]
fn has_attribute(world: &mut World, file: String, name: String, value: String) -> io::Result<()> {
    world.set_attribute(file, name, value)
}

/// Written by another process: no other thread of this one, forking, can keep a program open for writing.
#[given(expr = "the script {string}")]
#[when(expr = "the script {string} becomes")]
fn the_script(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    world.write_program(name, step.docstring.as_deref().unwrap_or_default())
}

#[when(expr = "the file {string} has {string} in place of {string}")]
fn has_in_place(world: &mut World, name: String, new: String, old: String) -> io::Result<()> {
    world.edit(name, &[old, new])
}

#[given(expr = "the file {string} of {int} bytes")]
fn file_of_size(world: &mut World, name: String, bytes: usize) -> io::Result<()> {
    fs::write(world.path(name), "x".repeat(bytes))
}

#[when("I run:")]
fn i_run_lines(world: &mut World, step: &Step) -> io::Result<()> {
    world.run(step.docstring.as_deref().unwrap_or_default())
}

#[then(expr = "the file {string} is the same as {string}")]
fn file_is_same(world: &mut World, one: String, other: String) -> io::Result<()> {
    let texts = [one, other].map(|it| fs::read_to_string(world.path(it)));
    let [one, other] = texts;
    check_eq!(one?, other?, "the file");
    Ok(())
}

#[given(expr = "the feature of the README as {string}")]
fn feature_of_readme(world: &mut World, name: String) -> io::Result<()> {
    let feature = include_str!("../../../README.md")
        .split("```gherkin")
        .nth(1);
    let feature = feature.and_then(|it| it.split("```").next());
    fs::write(world.path(name), feature.unwrap_or_default())
}

#[when(expr = "the features are run by {word}")]
fn features_are_run(world: &mut World, runner: String) -> io::Result<()> {
    world.run_features(runner)
}

#[then("the documentation lists the steps that there are")]
fn documentation_lists(_: &mut World) {
    check_eq!(
        fixture::undocumented(),
        Vec::<String>::new(),
        "what is wrong with the list"
    );
}

#[given(expr = "the link {string} to {string}")]
fn the_link(world: &mut World, name: String, to: String) -> io::Result<()> {
    symlink(to, world.path(name))
}

#[given(expr = "no file can have more than {int} bytes")]
fn no_file_can_have_more(world: &mut World, bytes: u32) {
    world.bytes_max = Some(bytes);
}

#[when("it is proved")]
fn it_is_proved(world: &mut World) -> io::Result<()> {
    world.prove_writer()
}

#[when(expr = "I run {string}")]
fn i_run(world: &mut World, line: String) -> io::Result<()> {
    world.run(line)
}

#[when("I run this")]
fn i_run_this(world: &mut World, step: &Step) -> io::Result<()> {
    world.run(step.docstring.as_deref().unwrap_or_default())
}

#[then(expr = "the report names the {int} programs with what sha256sum says of them")]
fn names_programs(world: &mut World, count: usize) -> io::Result<()> {
    let report = world.report()?;
    let programs = report["programs"].as_array().cloned().unwrap_or_default();
    check_eq!(programs.len(), count, "how many programs");
    for program in programs {
        let path = program["path"].as_str().unwrap_or_default();
        let said = Command::new("sha256sum").arg(path).output()?.stdout;
        let said = String::from_utf8_lossy(&said).into_owned();
        check_eq!(program["sha256"].as_str(), said.split(' ').next(), "{path}");
    }
    Ok(())
}

#[then("exactly the violations that are known of it are found")]
fn known_violations(world: &mut World) -> io::Result<()> {
    let known = world
        .writer
        .iter()
        .flat_map(|it| it.verdicts.iter().cloned());
    let known: BTreeSet<String> = known.collect();
    check_eq!(world.violations()?, known, "the violations");
    let report = world.report()?;
    check_eq!(report["doubts"], serde_json::json!([]), "what is doubtful");
    check_eq!(world.code, i32::from(!known.is_empty()), "the exit code");
    Ok(())
}

#[then(expr = "a point is {string}")]
fn a_point_is(world: &mut World, name: String) -> io::Result<()> {
    let report = world.report()?;
    let points = report["points"].as_array().cloned().unwrap_or_default();
    let points = points
        .iter()
        .filter_map(|it| Some(format!("{}#{}", it["call"].as_str()?, it["nth"])));
    let points: BTreeSet<String> = points.collect();
    let found = points.iter().find(|it| **it == name).cloned();
    check_eq!(found, Some(name), "the point, of {points:?}");
    Ok(())
}

#[then(expr = "the violations are {string}")]
fn violations_are(world: &mut World, words: String) -> io::Result<()> {
    let found: Vec<String> = world.violations()?.into_iter().collect();
    check_eq!([found.join(" ")], [words], "the violations");
    Ok(())
}

#[when("I run what it says")]
fn i_run_what_it_says(world: &mut World) -> io::Result<()> {
    world.run_shell()
}

#[when(expr = "{string} gets {word} after {int} ms")]
fn gets_signal(world: &mut World, line: String, signal: String, after_ms: u64) -> io::Result<()> {
    world.kill(line, signal, Duration::from_millis(after_ms))
}

#[when(expr = "I run {string} by {string}")]
fn i_run_by(world: &mut World, line: String, wrapper: String) -> io::Result<()> {
    world.run_by(wrapper, line)
}

#[when("I run the replay that it names")]
fn i_run_the_replay(world: &mut World) -> io::Result<()> {
    let named = world.output.lines();
    let line = named.filter_map(|it| Some(it.split_once("  replay      ")?.1));
    let line = line.map(str::to_owned).next();
    world.run(line.ok_or_else(|| io::Error::other("it names none"))?)
}

#[then("nothing that it started is alive")]
fn nothing_alive(world: &mut World) {
    check_eq!(world.alive(), Vec::<String>::new(), "what is alive");
}

#[then(expr = "nothing that has the argument {string} is alive")]
fn nothing_with_argument(world: &mut World, argument: String) {
    world.killed = vec![argument];
    check_eq!(world.alive(), Vec::<String>::new(), "what is alive");
}

#[then(expr = "it exits with {int}")]
fn exits_with(world: &mut World, code: i32) {
    check_eq!(world.code, code, "the exit code, after:\n{}", world.output);
}

#[then(expr = "it says {string}")]
fn says(world: &mut World, text: String) {
    expect::contains("the output", &world.output, world.filled(text));
}

#[then("it says")]
fn says_lines(world: &mut World, step: &Step) {
    let text = step.docstring.as_deref().unwrap_or_default();
    expect::contains("the output", &world.output, text.trim_matches('\n'));
}

#[then("it has no control character")]
fn has_no_control_character(world: &mut World) {
    let is_bare = |it: &char| it.is_control() && *it != '\n';
    let found: Vec<char> = world.output.chars().filter(is_bare).collect();
    check_eq!(found, Vec::<char>::new(), "the control characters");
}

#[then(expr = "the case {string} of the report has")]
fn case_has(world: &mut World, id: String, step: &Step) -> io::Result<()> {
    let case = world.case(id)?;
    let rows = step.table.iter().flat_map(|it| &it.rows);
    for row in rows {
        let found = case.pointer(&row[0]).cloned().unwrap_or_default();
        let found = found.as_str().map_or(found.to_string(), str::to_owned);
        check_eq!(found, row[1], "{}", row[0]);
    }
    Ok(())
}

#[then("the README tells every member of the report and of its cases")]
fn readme_tells_members(world: &mut World) -> io::Result<()> {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"))?;
    let report = world.report()?;
    for object in [&report, &report["cases"][0], &report["fixture"]] {
        for member in object.as_object().into_iter().flat_map(|it| it.keys()) {
            expect::contains("the README", &readme, format!("`{member}`"));
        }
    }
    Ok(())
}

#[then("the first of each kind of counter-example has a time line, and no other case")]
fn first_has_a_time_line(world: &mut World) -> io::Result<()> {
    let mut kinds = BTreeSet::new();
    for case in world.cases()? {
        let is_shown = !["OK", "NOT-REACHED"]
            .map(Some)
            .contains(&case["verdict"].as_str());
        let kind = json!([
            case["verdict"],
            case["tear"],
            case["files"],
            case["end"] == "exit 0"
        ]);
        let is_first = is_shown && kinds.insert(kind.to_string());
        let has_line = case["line"].as_array().is_some_and(|it| !it.is_empty());
        check_eq!(has_line, is_first, "the time line of {}", case["id"]);
    }
    Ok(())
}

/// The report as a page, which has to be well formed.
fn page(world: &World) -> io::Result<Page> {
    let parsed = Page::parse(&fs::read_to_string(world.path("report.html"))?);
    check!(parsed.is_ok(), "the page is not well formed: {parsed:?}");
    parsed
}

#[then(expr = "the page says {string}")]
fn page_says(world: &mut World, text: String) -> io::Result<()> {
    expect::contains("the page", &page(world)?.text, text);
    Ok(())
}

#[then("the page has no script, and nothing that it loads")]
fn page_has_no_script(world: &mut World) -> io::Result<()> {
    let page = page(world)?;
    let names = page.names();
    let known = [
        "article", "body", "caption", "code", "dd", "details", "dl", "dt", "h1", "h2", "h3",
        "head", "header", "html", "li", "main", "meta", "p", "pre", "strong", "style", "summary",
        "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
    ];
    let unknown: BTreeSet<_> = names.into_iter().filter(|it| !known.contains(it)).collect();
    check_eq!(unknown, BTreeSet::new(), "elements of other kinds");
    let attributes = page.elements.iter().flat_map(|it| &it.1);
    let attributes = attributes.map(|it| it.0.as_str());
    let known = [
        "charset",
        "class",
        "colspan",
        "content",
        "http-equiv",
        "lang",
        "name",
        "scope",
    ];
    let unknown: BTreeSet<_> = attributes.filter(|it| !known.contains(it)).collect();
    check_eq!(unknown, BTreeSet::new(), "other attributes");
    Ok(())
}

#[then("its headings skip no level, and its table headers say what they head")]
fn page_is_in_order(world: &mut World) -> io::Result<()> {
    let page = page(world)?;
    let headings = page
        .names()
        .into_iter()
        .filter_map(|it| it.strip_prefix('h')?.parse().ok());
    let mut last = 0;
    for level in headings {
        check!(level <= last + 1, "h{level} comes after h{last}");
        last = level;
    }
    check_eq!(page.named("h1").count(), 1, "how many h1");
    for (_, attributes) in page.named("th") {
        let names: Vec<&str> = attributes.iter().map(|it| it.0.as_str()).collect();
        check_eq!(names, ["scope"], "the attributes of a th");
    }
    Ok(())
}

#[then(expr = "in a browser its title begins with {string}")]
fn title_in_a_browser(world: &mut World, beginning: String) -> io::Result<()> {
    let shown = in_a_browser(&world.path("report.html"))?;
    expect::contains(
        "the page",
        &shown,
        ["<title>".to_owned(), beginning].concat(),
    );
    expect::contains("the page", &shown, "What the command did");
    expect::lacks("the page", &shown, "<script");
    Ok(())
}

#[then(expr = "the file {string} contains {string}")]
fn file_contains(world: &mut World, name: String, text: String) -> io::Result<()> {
    let contents = fs::read_to_string(world.path(name))?;
    expect::contains("the file", &contents, text);
    Ok(())
}

#[then(expr = "the lines of the file {string} are {string}")]
fn lines_are(world: &mut World, name: String, text: String) -> io::Result<()> {
    let contents = fs::read_to_string(world.path(name))?;
    let lines: Vec<&str> = contents.lines().collect();
    check_eq!([lines.join("\n")], [text], "the lines of the file");
    Ok(())
}

#[then(expr = "the database {string} answers {string} with {string}")]
fn database_answers(
    world: &mut World,
    name: String,
    query: String,
    text: String,
) -> io::Result<()> {
    let answer = world.query(name, query)?;
    check_eq!([answer], [text], "the answer");
    Ok(())
}

#[then(expr = "there is nothing but {string}")]
fn nothing_else(world: &mut World, names: String) -> io::Result<()> {
    let found = fs::read_dir(world.path(""))?.map(|it| Ok(it?.file_name()));
    let mut found: Vec<_> = found.collect::<io::Result<_>>()?;
    found.sort();
    check_eq!(
        found.join(OsStr::new(" ")),
        OsString::from(names),
        "what is there"
    );
    Ok(())
}

#[then("nothing is left of the scratch directories")]
fn nothing_left(world: &mut World) -> io::Result<()> {
    check_eq!(world.left()?, Vec::<String>::new(), "what is left");
    Ok(())
}

#[then(expr = "nothing but {string} is ever left beside")]
fn nothing_but(world: &mut World, name: String) -> io::Result<()> {
    let cases = world.cases()?;
    let left = (cases.iter()).flat_map(|it| it["litter"].as_array().into_iter().flatten());
    let wanted = Value::from(name);
    let other: Vec<&Value> = left.filter(|it| **it != wanted).collect();
    check_eq!(other, Vec::<&Value>::new(), "what else is left");
    Ok(())
}

#[then(expr = "the case {string} leaves {string} beside")]
fn the_case_leaves(world: &mut World, id: String, name: String) -> io::Result<()> {
    let left = world.case(id)?["litter"].take();
    check_eq!(left, Value::from(vec![name]), "what it leaves");
    Ok(())
}

#[then(expr = "the case {string} is {string}")]
fn the_case_is(world: &mut World, id: String, verdict: String) -> io::Result<()> {
    let case = world.case(id)?;
    check_eq!(
        case["verdict"],
        Value::from(verdict),
        "the verdict of {case}"
    );
    Ok(())
}

#[then("fewer than half of the faults needed a clean run")]
fn few_clean_runs(world: &mut World) -> io::Result<()> {
    let (faults, runs) = (world.cases()?.len(), world.report()?["runs"].as_u64());
    let clean = runs.unwrap_or_default().saturating_sub(faults as u64);
    check!(
        clean * 2 < faults as u64,
        "{clean} clean runs for {faults} faults"
    );
    Ok(())
}

#[given(expr = "{int} files below {string}")]
fn files_below(world: &mut World, count: usize, directory: String) -> io::Result<()> {
    let directory = world.path(directory);
    fs::create_dir_all(&directory)?;
    (1..=count).try_for_each(|it| fs::write(directory.join(it.to_string()), "old\n"))
}

#[then("nothing is doubtful")]
fn nothing_doubtful(world: &mut World) -> io::Result<()> {
    check_eq!(
        world.report()?["doubts"],
        serde_json::json!([]),
        "what is doubtful"
    );
    Ok(())
}

#[given(expr = "a file below {string} whose name is not UTF-8")]
fn file_not_utf8(world: &mut World, directory: String) -> io::Result<()> {
    let directory = world.path(directory);
    fs::create_dir_all(&directory)?;
    fs::write(directory.join(OsStr::from_bytes(b"\xff")), "")
}
