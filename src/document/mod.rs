//! A TOML file whose edits leave every byte outside the edited spans alone.
//!
//! An edit is one splice: the file is taken apart into spans, the bytes of one span are replaced, and
//! the result is read again by the `toml` crate. Only if its settings differ from the old ones by
//! exactly the edit asked for does the splice stand. `toml_edit` was decided against: what it writes
//! loses trailing comments, CRLF line ends, the BOM and the order of dotted keys.
//!
//! A setting is named by its dotted name, however the file partitions it: `"server.url" = …` at the
//! root, `server.url = …`, `[server]` with `url = …` and `server = { url = … }` are all `server.url`.

mod error;
mod find;
mod insert;
mod layout;
mod lines;
mod remove;
mod splice;
#[cfg(test)]
mod tests;

use toml::de::DeTable;

pub use self::error::{Ambiguous, EditError, SyntaxError};
use self::layout::{Entry, Layout, Shape};
use self::splice::Splice;
use crate::value::Value;

/// A TOML file in memory.
///
/// ```
/// use agents::Document;
/// use agents::Value;
///
/// let text = "[server]\r\nurl = 'https://old.example' # ours\r\n";
/// let mut document = Document::parse(text)?;
/// document.set("server.url", &Value::Text("https://new.example".to_owned()))?;
/// document.set("server.tls-verify", &Value::Switch(false))?;
/// assert_eq!(
///     document.as_str(),
///     "[server]\r\nurl = \"https://new.example\" # ours\r\ntls-verify = false\r\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Document {
    text: String,
    layout: Layout,
}

impl Default for Document {
    /// The document of a file that does not exist yet.
    fn default() -> Self {
        Self::read(String::new())
    }
}

impl Document {
    /// Reads a TOML file. Empty text stands for a file that does not exist yet.
    ///
    /// TOML 1.1 is understood. A BOM stays in the text.
    ///
    /// # Errors
    ///
    /// [`SyntaxError`]: the text is not TOML; this includes keys and values nested too deeply (about
    /// 80 levels). That a setting stands in several places is no error here.
    pub fn parse(text: impl Into<String>) -> Result<Self, SyntaxError> {
        let text = text.into();
        DeTable::parse(&text).map_err(|error| SyntaxError::new(&text, &error))?;
        Ok(Self::read(text))
    }

    /// Reads what is known to be TOML.
    fn read(text: String) -> Self {
        let layout = Layout::of(&text);
        Self { text, layout }
    }

    /// The whole file, as it now is.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Sets `key` to `value`.
    ///
    /// Where the key is set, the bytes of its value are replaced and no others; where it has an equal
    /// value (`'x'` for `"x"`, `0x10` for `16`), none are. Where it is not set, one line, inline entry
    /// or table is added, in the style of what stands beside it: in the deepest table that there is,
    /// after the last key that shares the longest beginning with it, or in a new table at the end. A
    /// line end follows the line before it, and a file without a final newline is left without one.
    ///
    /// # Errors
    ///
    /// [`EditError`]; the document is then unchanged.
    pub fn set(&mut self, key: &str, value: &Value) -> Result<(), EditError> {
        match self.place(key)? {
            Some(entry) if entry.shape == Shape::Leaf => {
                if Value::from_source(self.source(entry)) == *value {
                    return Ok(());
                }
                let splice = Splice::new(entry.value.clone(), value.source());
                self.apply(&splice, key, Some(value))
            }
            _ => {
                self.check_free(key)?;
                let splice = insert::splice(&self.text, &self.layout, key, &value.source());
                self.apply(&splice, key, Some(value))
            }
        }
    }

    /// Takes `key` away, with the comment behind its value; says whether it was there.
    ///
    /// Comments on lines of their own stay, and so do headers and braces that are left empty. Where the
    /// last line of a file without a final newline goes, so does the newline before it.
    ///
    /// # Errors
    ///
    /// [`EditError`]; the document is then unchanged.
    pub fn unset(&mut self, key: &str) -> Result<bool, EditError> {
        let Some(entry) = self.place(key)? else {
            return Ok(false);
        };
        if entry.shape == Shape::Section {
            return Err(self.occupied(key, entry));
        }
        let splice = remove::splice(&self.text, &self.layout, entry);
        self.apply(&splice, key, None).map(|()| true)
    }

    /// Makes the splice if it makes this edit and no other.
    fn apply(
        &mut self,
        splice: &Splice,
        key: &str,
        value: Option<&Value>,
    ) -> Result<(), EditError> {
        let text = splice.apply(&self.text);
        let source = value.map(Value::source);
        if !splice::is_exactly(&self.text, &text, key, source.as_deref()) {
            let key = key.to_owned();
            return Err(EditError::Refused { key });
        }
        *self = Self::read(text);
        Ok(())
    }

    /// Refuses to make a setting where there is a table, or below what is a value.
    fn check_free(&self, key: &str) -> Result<(), EditError> {
        let above = |entry: &&Entry| {
            key.strip_prefix(&entry.name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if let Some(entry) = self.settings().find(above) {
            return Err(self.occupied(key, entry));
        }
        let below = key.to_owned() + ".";
        let tables = self
            .layout
            .tables
            .iter()
            .map(|table| (&table.prefix, table.span.start));
        let entries = self
            .layout
            .entries
            .iter()
            .map(|entry| (&entry.name, entry.value.start));
        match tables
            .chain(entries)
            .find(|(name, _)| name.starts_with(&below))
        {
            None => Ok(()),
            Some((_, at)) => Err(EditError::Occupied {
                key: key.to_owned(),
                other: key.to_owned(),
                line: lines::number(&self.text, at),
                what: "a table",
            }),
        }
    }

    fn occupied(&self, key: &str, entry: &Entry) -> EditError {
        EditError::Occupied {
            key: key.to_owned(),
            other: entry.name.clone(),
            line: self.line(entry),
            what: if entry.shape == Shape::Section {
                "an array of tables"
            } else {
                "a value"
            },
        }
    }
}
