//! What scenarios say, in words.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;
use std::time::Duration;

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::json;
use untorn_runner::{check, check_eq, expect};

use crate::corpus::writers;
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

#[given(expr = "the program {string}")]
fn the_program(world: &mut World, name: String, step: &Step) -> io::Result<()> {
    let path = world.path(&name);
    the_file(world, name, step)?;
    fs::set_permissions(path, Permissions::from_mode(0o755))
}

#[given(expr = "the variable {string} is {string}")]
fn the_variable(world: &mut World, name: String, value: String) {
    let value = world.filled(value);
    world.variables.insert(name, value);
}

#[given(expr = "the directory {string}")]
fn the_directory(world: &mut World, name: String) -> io::Result<()> {
    fs::create_dir_all(world.path(name))
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

#[when("I run the first replay line")]
fn i_run_the_replay_line(world: &mut World) -> io::Result<()> {
    world.run_replay()
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

#[when(expr = "{string} is killed after {int} ms")]
fn is_killed(world: &mut World, line: String, after_ms: u64) -> io::Result<()> {
    world.kill(line, Duration::from_millis(after_ms))
}

#[then("nothing that it started is alive")]
fn nothing_alive(world: &mut World) {
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

#[then(expr = "there is nothing but {string}")]
fn nothing_but(world: &mut World, names: String) -> io::Result<()> {
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
    let left = fs::read_dir(world.path("scratch"))?.count();
    check_eq!(left, 0, "what is left");
    Ok(())
}
