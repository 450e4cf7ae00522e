//! The feature files that the reports of a run tell of: their texts wait, and are parsed again when they are told.

use std::{collections::HashMap, env, io};

use crate::{document::Document, shelf::Shelf};

/// The files of a run. Without reports there are none.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// One for each thread that has read them.
    pub(crate) stacks: Vec<Stack>,
}

/// Those that one thread has read.
#[derive(Debug)]
pub(crate) struct Stack {
    shelf: Shelf,
    /// By their paths.
    numbers: HashMap<String, usize>,
}

impl Stack {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self {
            shelf: Shelf::in_folder(&env::temp_dir()),
            numbers: HashMap::new(),
        }
    }

    /// Keeps the text of a document.
    pub(crate) fn put(&mut self, document: Document) {
        let number = self.shelf.put(document.text.as_bytes());
        self.numbers.insert(document.path, number);
    }
}

impl Texts {
    /// The document at `path`, if it is one of them.
    ///
    /// # Errors
    ///
    /// Its text cannot be read back.
    pub(crate) fn document(&self, path: &str) -> io::Result<Option<Document>> {
        let mut stacks = self.stacks.iter();
        let found = stacks.find_map(|it| Some((it, *it.numbers.get(path)?)));
        let Some((stack, number)) = found else {
            return Ok(None);
        };
        let text = stack.shelf.get(number)?;
        let text = str::from_utf8(&text).map_err(io::Error::other)?;
        let parsed = Document::parse(path, text);
        parsed
            .map(Some)
            .map_err(|finding| io::Error::other(finding.to_string()))
    }
}
