//! A report as a page: read as XML by a parser, and as HTML by a browser.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// An element: its name, and its attributes with their values.
type Element = (String, Vec<(String, String)>);

/// What a page has, in its order.
#[derive(Debug, Default)]
pub struct Page {
    pub elements: Vec<Element>,
    pub text: String,
}

impl Page {
    /// Parses a page; what is not well formed is an error.
    pub fn parse(markup: &str) -> io::Result<Self> {
        let mut page = Self::default();
        let mut open = 0_usize;
        let mut reader = Reader::from_str(markup);
        loop {
            match reader.read_event().map_err(io::Error::other)? {
                Event::Start(start) => {
                    open += 1;
                    page.elements.push(element(&start)?);
                }
                Event::Empty(start) => page.elements.push(element(&start)?),
                Event::End(_) => open -= 1,
                Event::Text(text) => page.text += &text.decode().map_err(io::Error::other)?,
                Event::GeneralRef(name) => {
                    let letter = name.resolve_char_ref().map_err(io::Error::other)?;
                    let name = name.decode().map_err(io::Error::other)?;
                    page.text.extend(letter);
                    if letter.is_none() {
                        let known = resolve_predefined_entity(&name);
                        page.text += known.ok_or_else(|| io::Error::other(name.into_owned()))?;
                    }
                }
                Event::Eof if open > 0 => return Err(io::Error::other("an element stays open")),
                Event::Eof => return Ok(page),
                _ => {}
            }
        }
    }

    /// The names of its elements.
    pub fn names(&self) -> Vec<&str> {
        self.elements.iter().map(|it| it.0.as_str()).collect()
    }

    /// The elements of that name.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements.iter().filter(move |it| it.0 == name)
    }
}

fn element(start: &BytesStart<'_>) -> io::Result<Element> {
    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
    let attributes = start.attributes().map(|it| {
        let it = it.map_err(io::Error::other)?;
        let key = String::from_utf8_lossy(it.key.as_ref()).into_owned();
        let value = String::from_utf8_lossy(&it.value).into_owned();
        Ok((key, value))
    });
    Ok((name, attributes.collect::<io::Result<_>>()?))
}

/// The page as a browser has it, once everything in it that could run has.
pub fn in_a_browser(path: &Path) -> io::Result<String> {
    let profile = tempfile::tempdir()?;
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", path.display()))
        .stderr(Stdio::null())
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
