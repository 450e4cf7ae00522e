//! The words for what a person sees and does in `report.html`.

use std::io;

use cucumber::{gherkin::Step, then, when};
use serde_json::{Value, json};
use untorn_runner::{check, check_eq, expect};

use crate::{browser, official, steps::text, world::World};

/// What is seen of the scenarios, in a line each.
const SCENARIOS: &str = "
    return [...document.querySelectorAll('.scenario > summary')]
        .filter((it) => it.checkVisibility())
        .map((it) => [...it.querySelectorAll('.mark, .name, .badge')].map((part) => part.textContent).join(' '));";

/// Each heading that is seen, in a line, with its level before it.
const HEADINGS: &str = "
    return [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
        .filter((it) => it.checkVisibility())
        .map((it) => `${it.ariaLevel ?? it.localName[1]} ${it.textContent}\n`).join('');";

/// Moves to an anchor, and waits until the page has heard of it.
const MOVE_TO: &str = "
    return new Promise((done) => {
        addEventListener('hashchange', done, { once: true });
        location.hash = arguments[0];
    }).then(() => null);";

const SUMMARY: &str = "
    return [...document.querySelectorAll('.scenario > summary')]
        .find((it) => it.querySelector('.name').textContent === arguments[0])";

#[when(expr = "I open the page")]
fn open(world: &mut World) -> Result<(), String> {
    let url = format!("file://{}", world.path("target/bdd/report.html").display());
    let page = browser::browser()?;
    page.open(&url).map_err(|it| it.to_string())?;
    world.page = Some(page);
    Ok(())
}

#[when(expr = "I open the page at {string}")]
fn open_at(world: &mut World, anchor: String) -> Result<(), String> {
    open(world)?;
    let moved = world.page().execute(MOVE_TO, &[anchor.into()]);
    moved.map(drop).map_err(|it| it.to_string())
}

#[when(expr = "I show only {string}")]
fn show_only(world: &mut World, verdict: String) -> io::Result<()> {
    let button = "return document.querySelector(`[data-filter='${arguments[0]}']`)";
    world.page().click(button, &[verdict.into()])
}

#[when(expr = "I search for {string}")]
fn search_for(world: &mut World, words: String) -> io::Result<()> {
    let search = "return document.getElementById('search')";
    world.page().write(search, words)
}

#[when(expr = "I press {string}")]
fn press(world: &mut World, key: String) -> io::Result<()> {
    let focused = "return document.activeElement";
    world.page().write(focused, key)
}

#[when(expr = "I click on the scenario {string}")]
fn click_on(world: &mut World, name: String) -> io::Result<()> {
    world.page().click(SUMMARY, &[name.into()])
}

#[when(expr = "I click on {string}")]
fn click_on_button(world: &mut World, text: String) -> io::Result<()> {
    let button = "return [...document.querySelectorAll('button')].find((it) => it.innerText === arguments[0])";
    world.page().click(button, &[text.into()])
}

#[then(expr = "its heading is {string}")]
fn heading(world: &mut World, expected: String) -> io::Result<()> {
    let heading = world
        .page()
        .execute("return document.querySelector('h1').innerText", &[])?;
    check_eq!(heading, Value::from(expected), "the heading");
    Ok(())
}

#[then(expr = "it shows the scenarios")]
fn shows_scenarios(world: &mut World, step: &Step) -> io::Result<()> {
    let shown = world.page().execute(SCENARIOS, &[])?;
    let shown = shown.as_array().into_iter().flatten();
    let lines = shown
        .filter_map(Value::as_str)
        .map(|line| line.to_owned() + "\n");
    expect::equal(
        "the scenarios that are seen",
        lines.collect::<String>(),
        text(step),
    );
    Ok(())
}

#[then(expr = "it shows {int} pictures that are {int} wide")]
fn shows_pictures(world: &mut World, count: usize, width: u64) -> io::Result<()> {
    let script = "
        const pictures = [...document.querySelectorAll('img')].filter((it) => it.checkVisibility());
        return Promise.all(pictures.map((it) => it.decode())).then(() => pictures.map((it) => it.naturalWidth));";
    let widths = world.page().execute(script, &[])?;
    check_eq!(
        widths,
        json!(vec![width; count]),
        "the widths of the pictures"
    );
    Ok(())
}

/// Those that lead away from the page, each of them once.
#[then(expr = "it has the links")]
fn has_links(world: &mut World, step: &Step) -> io::Result<()> {
    let script = "
        const links = [...document.querySelectorAll('a')].map((it) => it.getAttribute('href'));
        return [...new Set(links)].filter((it) => !it.startsWith('#')).map((it) => `${it}\n`).join('');";
    let links = world.page().execute(script, &[])?;
    let links = links.as_str().unwrap_or_default();
    expect::equal("the links", links, text(step));
    Ok(())
}

#[then(expr = "it has the headings")]
fn has_headings(world: &mut World, step: &Step) -> io::Result<()> {
    let headings = world.page().execute(HEADINGS, &[])?;
    let headings = headings.as_str().unwrap_or_default();
    expect::equal("the headings with their levels", headings, text(step));
    Ok(())
}

#[then(expr = "it shows {int} scenarios")]
fn shows_count(world: &mut World, expected: usize) -> io::Result<()> {
    let shown = world.page().execute(SCENARIOS, &[])?;
    let count = shown.as_array().map_or(0, Vec::len);
    check_eq!(count, expected, "how many scenarios are seen");
    Ok(())
}

#[then(expr = "it shows")]
fn shows(world: &mut World, step: &Step) -> io::Result<()> {
    expect::contains("what is seen", &seen(world)?, text(step).trim_end());
    Ok(())
}

#[then(expr = "it does not show {string}")]
fn does_not_show(world: &mut World, unwanted: String) -> io::Result<()> {
    expect::lacks("what is seen", &seen(world)?, unwanted);
    Ok(())
}

/// Everything that is seen, each line without the blanks around it.
fn seen(world: &World) -> io::Result<String> {
    let text = world
        .page()
        .execute("return document.body.innerText", &[])?;
    let lines = text.as_str().unwrap_or_default().lines();
    Ok(lines.map(|line| line.trim().to_owned() + "\n").collect())
}

#[then(expr = "the scenario {string} has the focus")]
fn has_focus(world: &mut World, name: String) -> io::Result<()> {
    let script = format!(
        "return document.activeElement === ({})",
        SUMMARY.replace("return", "")
    );
    let is_there = world.page().execute(&script, &[name.into()])?;
    check_eq!(is_there, json!(true), "whether it has the focus");
    Ok(())
}

#[then(expr = "it has loaded nothing")]
fn loaded_nothing(world: &mut World) -> io::Result<()> {
    let script = "return performance.getEntriesByType('resource').map((it) => it.name)";
    check_eq!(
        world.page().execute(script, &[])?,
        json!([]),
        "what was loaded"
    );
    Ok(())
}

#[then(expr = "axe finds nothing wrong with it, in the light and in the dark")]
fn axe_finds_nothing(world: &mut World) -> io::Result<()> {
    let axe = official::read("axe-core/axe.min.js")?;
    for scheme in ["light", "dark"] {
        world.page().dim(scheme)?;
        let script = format!(
            "{axe}; return axe.run().then((it) => it.violations.map((found) => \
            `${{found.id}}: ${{found.help}}: ${{found.nodes.map((node) => node.html + node.failureSummary).join('; ')}}`))"
        );
        let found = world.page().execute(&script, &[])?;
        check!(found == json!([]), "in the {scheme}: {found:#}");
    }
    world.page().dim("light")
}
