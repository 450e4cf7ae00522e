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
mod leaves;
mod lines;
mod remove;
mod splice;
#[cfg(test)]
mod tests;

use std::mem;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use toml::de::{DeTable, DeValue};

pub use self::error::{Ambiguous, EditError, SyntaxError};
use self::layout::{Entry, Layout, Shape};
use self::leaves::{Found, Leaves};
use self::splice::{Edits, Settings, Splice};
use crate::registry::is_within;
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
    text: Arc<String>,
    /// Made where it is asked for.
    layout: OnceLock<Layout>,
    /// Where the `toml` crate found the settings, unless more than values has changed since.
    leaves: Option<Arc<Leaves>>,
    /// What the `toml` crate has read in the text at the last check, where it was asked to remember that.
    settings: Option<Arc<Settings>>,
    /// What has been edited since the last check.
    unchecked: Option<Unchecked>,
}

/// Edits that have not been checked yet.
#[derive(Debug, Clone)]
struct Unchecked {
    /// The text before them.
    text: Arc<String>,
    edits: Edits,
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
        let table = DeTable::parse(&text).map_err(|error| SyntaxError::new(&text, &error))?;
        let leaves = Leaves::of(table.get_ref());
        let document = Self {
            leaves: Some(Arc::new(leaves)),
            ..Self::read(text)
        };
        document.without_strays()
    }

    /// As [`parse`](Self::parse), for somebody who is going to edit the document: the check of the edits
    /// then need not read the old text once more.
    pub(crate) fn parse_to_edit(text: String) -> Result<Self, SyntaxError> {
        let reading = Reading::of(&text).map_err(|error| SyntaxError::new(&text, &error))?;
        let document = Self {
            leaves: Some(reading.leaves),
            settings: Some(reading.settings),
            ..Self::read(text)
        };
        document.without_strays()
    }

    /// Refuses what the `toml` crate lets through: only a layout tells, and most files need none for that.
    fn without_strays(self) -> Result<Self, SyntaxError> {
        let may_have_some = self.text.contains(layout::ARRAY_OF_TABLES);
        match may_have_some.then(|| self.layout().stray).flatten() {
            Some(at) => Err(SyntaxError::stray(&self.text, at)),
            None => Ok(self),
        }
    }

    /// Reads what is known to be TOML.
    fn read(text: impl Into<Arc<String>>) -> Self {
        Self {
            text: text.into(),
            layout: OnceLock::new(),
            leaves: None,
            settings: None,
            unchecked: None,
        }
    }

    fn layout(&self) -> &Layout {
        self.layout.get_or_init(|| Layout::of(&self.text))
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
        self.edit(|document| document.set_unchecked(key, value))
    }

    /// As [`set`](Self::set), but for the check, which has to follow: one check will do for many edits.
    pub(crate) fn set_unchecked(&mut self, key: &str, value: &Value) -> Result<(), EditError> {
        if let Value::Other(source) = value
            && DeValue::parse(source).is_err()
        {
            let key = key.to_owned();
            return Err(EditError::Refused { key });
        }
        let place = match self.find(key) {
            Found::At(place) => Some(place),
            Found::Nowhere | Found::Elsewhere => {
                let entry = self.place(key)?;
                let leaf = entry.filter(|entry| entry.shape == Shape::Leaf);
                leaf.map(|entry| entry.value.clone())
            }
        };
        if let Some(place) = place {
            let is_value =
                |text: &str| text == value.source() || Value::from_source(text) == *value;
            if !is_value(&self.text[place.clone()]) {
                self.replace_leaf(place, key, value);
            }
            return Ok(());
        }
        self.check_free(key)?;
        let splice = insert::splice(&self.text, self.layout(), key, &value.source());
        self.apply(&splice, key, Some(value));
        Ok(())
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
        self.edit(|document| document.unset_unchecked(key))
    }

    /// As [`unset`](Self::unset), but for the check, which has to follow: one check will do for many edits.
    pub(crate) fn unset_unchecked(&mut self, key: &str) -> Result<bool, EditError> {
        let Some(entry) = self.place(key)? else {
            return Ok(false);
        };
        if entry.shape == Shape::Section {
            return Err(self.occupied(key, entry));
        }
        let splice = remove::splice(&self.text, self.layout(), entry);
        self.apply(&splice, key, None);
        Ok(true)
    }

    /// Checks that the text differs from what it was at the last check by exactly the edits since.
    ///
    /// # Errors
    ///
    /// [`EditError::Refused`]; the document is then what it was at the last check.
    pub(crate) fn check(&mut self) -> Result<(), EditError> {
        let Some(Unchecked { text, edits }) = self.unchecked.take() else {
            return Ok(());
        };
        let old = self.settings.take();
        let old = old.or_else(|| Some(Reading::of(&text).ok()?.settings));
        if let (Some(old), Ok(new)) = (old, Reading::of(&self.text))
            && splice::is_exactly(&old, &new.settings, &edits)
        {
            self.leaves = Some(new.leaves);
            self.settings = Some(new.settings);
            return Ok(());
        }
        *self = Self::read(text);
        let keys: Vec<_> = edits.into_keys().collect();
        let key = keys.join(", ");
        Err(EditError::Refused { key })
    }

    /// Makes an edit and checks it.
    fn edit<T>(
        &mut self,
        edit: impl FnOnce(&mut Self) -> Result<T, EditError>,
    ) -> Result<T, EditError> {
        let done = edit(self)?;
        self.check().map(|()| done)
    }

    /// Puts `value` in the place of the one at `span`.
    fn replace_leaf(&mut self, span: Range<usize>, key: &str, value: &Value) {
        let splice = Splice::new(span, value.source());
        if let Value::Other(_) = value {
            // It may be a table, and have keys of its own.
            return self.apply(&splice, key, Some(value));
        }
        if let Some(layout) = self.layout.get_mut() {
            layout.replace_leaf(&splice);
        }
        if let Some(leaves) = &mut self.leaves {
            Arc::make_mut(leaves).replace(&splice);
        }
        let text = splice.apply(&self.text);
        self.note(text, key, Some(value));
    }

    /// Makes the splice, which is said to be this edit.
    fn apply(&mut self, splice: &Splice, key: &str, value: Option<&Value>) {
        let text = splice.apply(&self.text);
        self.layout = OnceLock::new();
        self.leaves = None;
        self.note(text, key, value);
    }

    /// Takes the text that an edit leads to, and notes which it was.
    fn note(&mut self, text: String, key: &str, value: Option<&Value>) {
        let old = mem::replace(&mut self.text, Arc::new(text));
        let unchecked = self.unchecked.get_or_insert_with(|| Unchecked {
            text: old,
            edits: Edits::new(),
        });
        let source = value.map(Value::source);
        unchecked.edits.insert(key.to_owned(), source);
    }

    /// Refuses to make a setting where there is a table, or below what is a value.
    fn check_free(&self, key: &str) -> Result<(), EditError> {
        let above = |entry: &&Entry| is_within(key, &entry.name);
        if let Some(entry) = self.settings().find(above) {
            return Err(self.occupied(key, entry));
        }
        let below = key.to_owned() + ".";
        let layout = self.layout();
        let tables = layout
            .tables
            .iter()
            .map(|table| (&table.prefix, table.span.start));
        let entries = layout
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

/// What the `toml` crate reads in a text.
struct Reading {
    settings: Arc<Settings>,
    leaves: Arc<Leaves>,
}

impl Reading {
    fn of(text: &str) -> Result<Self, toml::de::Error> {
        let table = DeTable::parse(text)?;
        Ok(Self {
            settings: Arc::new(splice::settings(table.get_ref())),
            leaves: Arc::new(Leaves::of(table.get_ref())),
        })
    }
}
