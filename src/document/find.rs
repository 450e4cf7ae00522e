//! Reading: what is set, to what, and where.

use std::collections::BTreeMap;
use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::layout::{Entry, Shape};
use super::leaves::Found;
use super::{Ambiguous, Document, lines};
use crate::value::Value;

impl Document {
    /// The value of the setting `key`; `None` where it is not set, or is a table of settings.
    ///
    /// An array of tables is [`Value::Other`]: the source of all its sections, joined with line feeds.
    ///
    /// # Errors
    ///
    /// [`Ambiguous`]: it is set in several places.
    pub fn get(&self, key: &str) -> Result<Option<Value>, Ambiguous> {
        match self.find(key) {
            Found::Nowhere => Ok(None),
            Found::At(place) => Ok(Some(Value::from_source(&self.text[place]))),
            Found::Elsewhere => match &*self.places_of(key) {
                [] => Ok(None),
                entries => self.value(key, entries).map(Some),
            },
        }
    }

    /// The names of all settings, in file order, each once.
    ///
    /// An array, be it of tables or not, is one setting. Empty tables are none.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let places = self.in_file_order().into_iter();
        places.map(|(name, _)| name.to_owned()).collect()
    }

    /// All settings, as [`keys`](Self::keys) names them, in the time that one look at the file takes: the name of
    /// each, the line, from 1, on which it stands first, and what [`get`](Self::get) says of it.
    pub fn all(&self) -> impl Iterator<Item = (&str, usize, Result<Value, Ambiguous>)> {
        let (mut at, mut line) = (0, 1);
        self.in_file_order().into_iter().map(move |(key, entries)| {
            let start = entries[0].value.start;
            line += self.text[at..start].matches('\n').count();
            at = start;
            (key, line, self.value(key, &entries))
        })
    }

    /// The line, from 1, on which the setting `key` stands first; `None` where it is not set.
    #[must_use]
    pub fn line_of(&self, key: &str) -> Option<usize> {
        let entry = self.settings().find(|entry| entry.name == key)?;
        Some(self.line(entry))
    }

    /// Where the comments stand, each from its `#` to the end of its line, in file order.
    pub(crate) fn comments(&self) -> Vec<Range<usize>> {
        let tokens = Source::new(&self.text).lex();
        tokens
            .filter(|token| token.kind() == TokenKind::Comment)
            .map(|token| token.span().start()..token.span().end())
            .collect()
    }

    /// Each setting that stands in several places, in the order of the names.
    #[must_use]
    pub fn ambiguities(&self) -> Vec<Ambiguous> {
        let places = self.places();
        places
            .iter()
            .filter_map(|(key, entries)| self.ambiguity(key, entries))
            .collect()
    }

    /// What is known of `key` without a layout.
    pub(super) fn find(&self, key: &str) -> Found {
        let found = self.leaves.as_ref().map(|leaves| leaves.find(key));
        found.unwrap_or(Found::Elsewhere)
    }

    /// Everything that has a value, in file order.
    pub(super) fn settings(&self) -> impl Iterator<Item = &Entry> {
        self.layout()
            .entries
            .iter()
            .filter(|entry| entry.shape != Shape::Table)
    }

    /// Where each setting stands, those first that stand first.
    fn in_file_order(&self) -> Vec<(&str, Vec<&Entry>)> {
        let mut places: Vec<_> = self.places().into_iter().collect();
        places.sort_by_key(|(_, entries)| entries[0].value.start);
        places
    }

    /// Where each setting stands, by name.
    fn places(&self) -> BTreeMap<&str, Vec<&Entry>> {
        let mut places: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in self.settings() {
            places.entry(&entry.name).or_default().push(entry);
        }
        places
    }

    fn places_of(&self, key: &str) -> Vec<&Entry> {
        self.settings().filter(|entry| entry.name == key).collect()
    }

    /// The one place where `key` is set; of an array of tables, the first section.
    pub(super) fn place(&self, key: &str) -> Result<Option<&Entry>, Ambiguous> {
        if let Found::Nowhere = self.find(key) {
            return Ok(None);
        }
        let entries = self.places_of(key);
        match self.ambiguity(key, &entries) {
            Some(ambiguous) => Err(ambiguous),
            None => Ok(entries.first().copied()),
        }
    }

    fn ambiguity(&self, key: &str, entries: &[&Entry]) -> Option<Ambiguous> {
        let (first, others) = entries.split_first()?;
        if others.iter().all(|other| are_one_array(first, other)) {
            return None;
        }
        let lines = entries.iter().map(|entry| self.line(entry)).collect();
        let key = key.to_owned();
        Some(Ambiguous { key, lines })
    }

    pub(super) fn line(&self, entry: &Entry) -> usize {
        lines::number(&self.text, entry.key[0].span.start)
    }

    pub(super) fn source(&self, entry: &Entry) -> &str {
        &self.text[entry.value.clone()]
    }

    /// The value of the setting that stands at `entries`, which are never none.
    fn value(&self, key: &str, entries: &[&Entry]) -> Result<Value, Ambiguous> {
        if let Some(ambiguous) = self.ambiguity(key, entries) {
            return Err(ambiguous);
        }
        let sources: Vec<_> = entries.iter().map(|entry| self.source(entry)).collect();
        Ok(match entries[0].shape {
            Shape::Leaf => Value::from_source(sources[0]),
            _ => Value::Other(sources.join("\n")),
        })
    }
}

/// Whether both are sections of the same array of tables.
fn are_one_array(one: &Entry, other: &Entry) -> bool {
    let is_section = |entry: &Entry| entry.shape == Shape::Section;
    is_section(one) && is_section(other) && one.segments().eq(other.segments())
}
