//! What the kit attaches. Its files stand in the current directory.

use std::{error::Error, fs, io};

use cucumber::{gherkin::Step, when};
use untorn_runner::{AttachError, Attachment, attach};

use crate::steps::{World, doc_string};

/// A word whose letters are coloured for a terminal.
const RAINBOW: &str = "This displays a \u{1b}[31mr\u{1b}[0m\u{1b}[91ma\u{1b}[0m\u{1b}[33mi\u{1b}[0m\u{1b}[32mn\
                       \u{1b}[0m\u{1b}[34mb\u{1b}[0m\u{1b}[95mo\u{1b}[0m\u{1b}[35mw\u{1b}[0m";

#[when(expr = "the string {string} is attached as {string}")]
fn string(_: &mut World, text: String, media_type: String) -> Result<(), AttachError> {
    attach(Attachment::text(text).of_type(media_type))
}

#[when(expr = "the string {string} is attached as {string} before a failure")]
fn string_before_failure(
    world: &mut World,
    text: String,
    media_type: String,
) -> Result<(), Box<dyn Error>> {
    string(world, text, media_type)?;
    Err("an exception".into())
}

#[when(expr = "the string {string} is logged")]
fn line(_: &mut World, text: String) -> Result<(), AttachError> {
    attach(Attachment::log(text))
}

#[when("text with ANSI escapes is logged")]
fn rainbow(_: &mut World) -> Result<(), AttachError> {
    attach(Attachment::log(RAINBOW))
}

#[when(expr = "the following string is attached as {string}:")]
fn following(world: &mut World, media_type: String, step: &Step) -> Result<(), Box<dyn Error>> {
    let text = doc_string(step)?.trim().to_owned();
    Ok(string(world, text, media_type)?)
}

#[when(expr = "an array with {int} bytes is attached as {string}")]
fn array(_: &mut World, count: u8, media_type: String) -> Result<(), AttachError> {
    let bytes: Vec<_> = (0..count).collect();
    attach(Attachment::bytes(bytes, media_type))
}

#[when("a PDF document is attached and renamed")]
fn document(_: &mut World) -> Result<(), Box<dyn Error>> {
    Ok(attach(
        file("document.pdf", "application/pdf")?.named("renamed.pdf"),
    )?)
}

#[when(expr = "a link to {string} is attached")]
fn link(_: &mut World, url: String) -> Result<(), AttachError> {
    attach(Attachment::link(url))
}

#[when("a JPEG image is attached")]
fn jpeg(_: &mut World) -> Result<(), Box<dyn Error>> {
    Ok(attach(file("cucumber.jpeg", "image/jpeg")?)?)
}

#[when("a PNG image is attached")]
fn png(_: &mut World) -> Result<(), Box<dyn Error>> {
    Ok(attach(file("cucumber.png", "image/png")?)?)
}

/// A file of the kit.
pub fn file(name: &str, media_type: &str) -> io::Result<Attachment> {
    Ok(Attachment::bytes(fs::read(name)?, media_type))
}
