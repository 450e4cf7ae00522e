//! The files that are there before.

use std::path::{Component, Path};

use super::{Bench, Done, contents};
use crate::ProveError;
use crate::gherkin::{StepError, text};
use crate::tree::{Node, Tree};

/// The fixture.
impl Bench {
    /// The home directory holds what `directory` holds, and nothing else.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn has_copies(&mut self, directory: &str) -> Done {
        let read = Tree::read(Path::new(directory));
        self.fixture = read.map_err(|source| ProveError::Fixture {
            path: directory.into(),
            source,
        })?;
        self.directory = Some(directory.into());
        Ok(())
    }

    /// The home directory holds nothing.
    pub fn has_nothing(&mut self) {
        self.fixture = Tree::default();
        self.directory = None;
    }

    /// The home directory holds this file as well.
    ///
    /// # Errors
    ///
    /// There is no doc string, or the file is outside of the home directory.
    pub fn has_file(&mut self, name: &str, docstring: Option<&String>) -> Done {
        let bytes = text::plain(contents(name, docstring)?).as_bytes().to_vec();
        self.put(name, Node::plain(bytes))
    }

    /// As [`Bench::has_file`], with the escapes of a text in Rust: `\n`, `\xff`. Line breaks that are not
    /// written as `\n` do not count.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::has_file`], and an escape that is none.
    pub fn has_escaped_file(&mut self, name: &str, docstring: Option<&String>) -> Done {
        let bytes = text::unescaped(contents(name, docstring)?);
        let bytes = bytes.ok_or_else(|| {
            StepError::senseless(r#"a backslash stands before n, t, r, xNN, \, " or ' only"#)
        })?;
        self.put(name, Node::plain(bytes))
    }

    /// The home directory holds this directory as well.
    ///
    /// # Errors
    ///
    /// It is outside of the home directory.
    pub fn has_directory(&mut self, name: &str) -> Done {
        self.put(name, Node::Directory { mode: 0o755 })
    }

    /// The home directory holds this symbolic link as well.
    ///
    /// # Errors
    ///
    /// It is outside of the home directory.
    pub fn has_link(&mut self, name: &str, to: &str) -> Done {
        self.put(name, Node::Link { to: to.into() })
    }

    /// A file or directory of the home directory has this mode, in octal digits.
    ///
    /// # Errors
    ///
    /// There is no such file, or no such mode.
    pub fn has_mode(&mut self, name: &str, octal: &str) -> Done {
        let wanted = u32::from_str_radix(octal, 8)
            .ok()
            .filter(|it| *it < 0o10000);
        let wanted = wanted.ok_or_else(|| StepError::senseless(format!("{octal} is no mode")))?;
        match self.fixture.0.get_mut(Path::new(name)) {
            Some(Node::File { mode, .. } | Node::Directory { mode }) => *mode = wanted,
            _ => return Err(StepError::senseless(format!("there is no file {name:?}"))),
        }
        self.directory = None;
        Ok(())
    }

    fn put(&mut self, name: &str, node: Node) -> Done {
        let path = Path::new(name);
        if name.is_empty()
            || !path
                .components()
                .all(|it| matches!(it, Component::Normal(_)))
        {
            let why = format!("{name:?} is outside of the home directory");
            return Err(StepError::Senseless(why));
        }
        self.directory = None;
        self.fixture.insert(path, node);
        Ok(())
    }
}
