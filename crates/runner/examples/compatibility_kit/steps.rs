//! The step functions of all other features.

use std::{
    collections::BTreeMap,
    io, mem,
    sync::atomic::{AtomicU32, Ordering},
};

use cucumber::{
    Parameter,
    gherkin::{Step, Table},
    given, then, when,
};
use untorn_runner::{Scenario, check, check_eq, pending, skip};

#[derive(Debug, Default, cucumber::World)]
pub struct World {
    cucumbers: i64,
    friends: i64,
    cents: u64,
    bars: u64,
    is_sold: bool,
    transposed: Vec<Vec<String>>,
    /// What was named in a step, in this order.
    named: Vec<String>,
}

impl Scenario for World {}

/// From one airport to another.
#[derive(Debug, Parameter)]
#[param(regex = "[A-Z]{3}-[A-Z]{3}", name = "flight")]
struct Flight {
    from: String,
    to: String,
}

impl std::str::FromStr for Flight {
    type Err = io::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (from, to) = text
            .split_once('-')
            .ok_or_else(|| io::Error::other("no flight"))?;
        Ok(Self {
            from: from.to_owned(),
            to: to.to_owned(),
        })
    }
}

#[given("a step")]
#[given("a normal step")]
#[given("a step that always passes")]
#[given("a step that does not skip")]
#[given("a step that is skipped")]
#[given("a step that is used")]
#[given("a step that will be skipped")]
#[given("an implemented step")]
#[given("an implemented non-pending step")]
#[given("an implemented step that is skipped")]
#[given("a step that is not used")]
#[when("an action")]
#[then("an outcome")]
#[when("a step passes")]
fn passes(_: &mut World) {}

#[given("a failing step")]
#[given("a step that always fails")]
#[when("a step fails")]
#[when("a step throws an exception")]
fn fails(_: &mut World) -> io::Result<()> {
    Err(io::Error::other("an exception"))
}

#[given("a pending step")]
#[given("an unimplemented pending step")]
fn is_pending(_: &mut World) {
    pending!("TODO");
}

#[given("a skipped step")]
#[given("a step that skips")]
#[given("I skip a step")]
fn skips(_: &mut World) {
    skip!("skipping");
}

#[given(regex = "^(.*?) ambiguous step$")]
fn some_ambiguous_step(_: &mut World) {}

#[given(regex = "^an ambiguous (.*?)$")]
fn ambiguous_something(_: &mut World) {}

#[given("a step that passes the second time")]
fn passes_the_second_time(_: &mut World) -> io::Result<()> {
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
    passes_at(&ATTEMPTS, 2)
}

#[given("a step that passes the third time")]
fn passes_the_third_time(_: &mut World) -> io::Result<()> {
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
    passes_at(&ATTEMPTS, 3)
}

fn passes_at(attempts: &AtomicU32, wanted: u32) -> io::Result<()> {
    let attempt = attempts.fetch_add(1, Ordering::Relaxed) + 1;
    if attempt < wanted {
        return Err(io::Error::other(format!("attempt {attempt}")));
    }
    Ok(())
}

#[given(expr = "an order for {string}")]
fn order(world: &mut World, what: String) {
    world.named.push(what);
}

#[given(expr = "I have {int} cukes in my belly")]
#[given(expr = "I have {int} <![CDATA[cukes]]> in my belly")]
fn in_my_belly(_: &mut World, count: u64) {
    check_eq!(count, 42, "the cukes");
}

#[given(expr = "{flight} has been delayed")]
fn delayed(_: &mut World, flight: Flight) {
    let Flight { from, to } = flight;
    check_eq!(from, "LHR", "the start");
    check_eq!(to, "CDG", "the end");
}

#[given(expr = "there are {int} cucumbers")]
fn there_are(world: &mut World, count: i64) {
    world.cucumbers = count;
}

#[given(expr = "there are {int} friends")]
fn there_are_friends(world: &mut World, count: i64) {
    world.friends = count;
}

#[when(expr = "I eat {int} cucumbers")]
fn eat(world: &mut World, count: i64) {
    world.cucumbers -= count;
}

#[then(expr = "I should have {int} cucumbers")]
fn should_have(world: &mut World, count: i64) {
    check_eq!(world.cucumbers, count, "the cucumbers");
}

#[then(expr = "each person can eat {int} cucumbers")]
fn each_can_eat(world: &mut World, share: i64) {
    check_eq!(world.cucumbers / (world.friends + 1), share, "the share");
}

#[given(expr = "the customer has {int} cents")]
fn has_cents(world: &mut World, cents: u64) {
    world.cents = cents;
}

#[given("there are chocolate bars in stock")]
fn in_stock(world: &mut World) {
    world.bars = 5;
}

#[given("there are no chocolate bars in stock")]
fn none_in_stock(world: &mut World) {
    world.bars = 0;
}

#[when(expr = "the customer tries to buy a {int} cent chocolate bar")]
fn tries_to_buy(world: &mut World, price: u64) {
    world.is_sold = world.bars > 0 && world.cents >= price;
}

#[then("the sale should happen")]
fn sale_happens(world: &mut World) {
    check!(world.is_sold, "there was no sale");
}

#[then("the sale should not happen")]
fn no_sale_happens(world: &mut World) {
    check!(!world.is_sold, "there was a sale");
}

#[when("the following table is transposed:")]
fn transpose(world: &mut World, step: &Step) -> io::Result<()> {
    let rows = &table(step)?.rows;
    let mut columns = BTreeMap::<usize, Vec<String>>::new();
    for row in rows {
        for (index, cell) in row.iter().enumerate() {
            columns.entry(index).or_default().push(cell.clone());
        }
    }
    world.transposed = columns.into_values().collect();
    Ok(())
}

#[then("it should be:")]
fn should_be(world: &mut World, step: &Step) -> io::Result<()> {
    check_eq!(
        mem::take(&mut world.transposed),
        table(step)?.rows,
        "the table"
    );
    Ok(())
}

#[given(expr = "a {string} with a table")]
fn with_a_table(world: &mut World, what: String, step: &Step) -> io::Result<()> {
    world.named.push(what);
    check_eq!(world.named, ["Cucumber"], "the expression");
    check_eq!(
        table(step)?.rows,
        vec![vec!["Species".to_owned(), "Cucumis sativus".to_owned()]],
        "the table"
    );
    Ok(())
}

#[given(expr = "a {string} with a doc string:")]
fn with_a_doc_string(world: &mut World, what: String, step: &Step) -> io::Result<()> {
    world.named.push(what);
    check_eq!(world.named, ["Cucumber"], "the expression");
    check_eq!(
        doc_string(step)?.trim(),
        "Cucumis sativus",
        "the doc string"
    );
    Ok(())
}

#[given("a doc string:")]
fn a_doc_string(_: &mut World, step: &Step) -> io::Result<()> {
    let text = doc_string(step)?;
    let expected = [
        "Here is some content\nAnd some more on another line",
        "{\n  \"foo\": \"bar\"\n}",
    ];
    check!(
        expected.contains(&text.trim()),
        "the doc string is {text:?}"
    );
    Ok(())
}

#[given("a step with a data table a doc string")]
#[given("a step with a doc string a data table")]
fn with_both(_: &mut World, step: &Step) -> io::Result<()> {
    table(step)?;
    doc_string(step)?;
    Ok(())
}

fn table(step: &Step) -> io::Result<&Table> {
    let missing = || io::Error::other("the step has no table");
    step.table.as_ref().ok_or_else(missing)
}

pub fn doc_string(step: &Step) -> io::Result<&str> {
    let missing = || io::Error::other("the step has no doc string");
    step.docstring.as_deref().ok_or_else(missing)
}
