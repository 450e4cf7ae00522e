//! The steps of the fixture suite that attach something to their scenario.

use std::thread;

use cucumber::when;
use untorn_runner::{AttachError, Attachment, attach};

use crate::fixture::Fixture;

/// A picture 40 pixels wide.
const PICTURE: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><rect width='40' height='20'/></svg>";

#[when(expr = "it attaches the text {string}")]
fn plain_text(_: &mut Fixture, text: String) -> Result<(), AttachError> {
    attach(text)
}

#[when(expr = "it attaches the text by name {string}")]
fn text_by_name(_: &mut Fixture, text: String) -> Result<(), AttachError> {
    let what = Attachment::text(text).of_type("text/x.greeting");
    attach(what.named("hello.txt"))
}

#[when(expr = "it attaches the JSON {string}")]
fn json(_: &mut Fixture, text: String) -> Result<(), AttachError> {
    attach(Attachment::json(text))
}

#[when(expr = "it attaches the bytes {string}")]
fn bytes(_: &mut Fixture, text: String) -> Result<(), AttachError> {
    attach(Attachment::bytes(text, "application/octet-stream"))
}

#[when(expr = "it attaches the link {string}")]
fn link(_: &mut Fixture, url: String) -> Result<(), AttachError> {
    attach(Attachment::link(url))
}

#[when(expr = "it attaches the log line {string}")]
fn log(_: &mut Fixture, line: String) -> Result<(), AttachError> {
    attach(Attachment::log(line))
}

#[when("it attaches the log line in colours")]
fn log_in_colours(_: &mut Fixture) -> Result<(), AttachError> {
    attach(Attachment::log("all is \u{1b}[32mgreen\u{1b}[0m"))
}

#[when("it attaches a picture")]
fn picture(_: &mut Fixture) -> Result<(), AttachError> {
    attach(Attachment::bytes(PICTURE, "image/svg+xml"))
}

#[when(expr = "it attaches {int} bytes")]
fn many_bytes(_: &mut Fixture, count: usize) -> Result<(), AttachError> {
    attach(Attachment::bytes(
        vec![0; count],
        "application/octet-stream",
    ))
}

#[when(expr = "a step that waits attaches the text {string}")]
async fn waits(_: &mut Fixture, text: String) -> Result<(), AttachError> {
    tokio::task::yield_now().await;
    attach(text.as_str())
}

#[when(expr = "a task attaches the text {string}")]
async fn in_task(_: &mut Fixture, text: String) -> Result<(), String> {
    let task = tokio::spawn(async { attach(text) });
    let attached = task.await.map_err(|error| error.to_string())?;
    attached.map_err(|error| error.to_string())
}

#[when(expr = "a thread attaches the text {string}")]
fn in_thread(_: &mut Fixture, text: String) -> Result<(), AttachError> {
    let outcome = thread::spawn(|| attach(text)).join();
    outcome.unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}
