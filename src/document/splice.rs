//! One splice, and the check that splices make exactly the edits that they should.
//!
//! The check reads both texts with the `toml` crate and shares nothing with [`super::layout`], so that
//! a mistake there ends in a refusal and not in a wrong file.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// New text in the place of one span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    span: Range<usize>,
    text: String,
}

/// Every setting's path, segment by segment, with what its value means, in the order of the paths.
pub(super) type Settings = Vec<(Vec<String>, String)>;

impl Splice {
    pub(super) fn new(span: Range<usize>, text: String) -> Self {
        Self { span, text }
    }

    pub(super) fn apply(&self, text: &str) -> String {
        let Range { start, end } = self.span;
        [&text[..start], &self.text, &text[end..]].concat()
    }

    /// Moves `span`, which the splice does not cut, to where it is afterwards.
    pub(super) fn shift(&self, span: &mut Range<usize>) {
        self.shift_place(&mut span.start);
        self.shift_place(&mut span.end);
    }

    /// As [`shift`](Self::shift), for one place.
    pub(super) fn shift_place(&self, at: &mut usize) {
        if *at >= self.span.end {
            *at = *at - self.span.len() + self.text.len();
        }
    }

    /// Whether it takes the place of exactly what is at `span`.
    pub(super) fn replaces(&self, span: &Range<usize>) -> bool {
        self.span == *span
    }
}

/// What edits make of some keys: the source of the new value, or nothing.
pub(super) type Edits = BTreeMap<String, Option<String>>;

/// Whether the settings of `new` are those of `old`, but for the edited ones, each of which now stands
/// there once with its new value, or not at all.
pub(super) fn is_exactly(old: &Settings, new: &Settings, edits: &Edits) -> bool {
    let edit = |path: &[String]| edits.get(&path.join("."));
    let kept = old.iter().filter(|(path, _)| edit(path).is_none());
    let (made, left): (Vec<_>, Vec<_>) = new.iter().partition(|(path, _)| edit(path).is_some());
    kept.eq(left)
        && made.len() == edits.values().flatten().count()
        && made.iter().all(|(path, value)| is_value(edit(path), value))
}

/// Whether a value means what an edit says.
fn is_value(edit: Option<&Option<String>>, value: &String) -> bool {
    let source = edit.and_then(Option::as_ref);
    let wanted = source.and_then(|source| DeValue::parse(source).ok());
    wanted.is_some_and(|wanted| meaning(wanted.get_ref()) == *value)
}

/// The settings of a file, as the `toml` crate reads them.
pub(super) fn settings(file: &DeTable) -> Settings {
    let mut settings = Settings::new();
    gather(&mut Vec::new(), file, &mut settings);
    settings.sort_unstable(); // they are in order already, unless somebody has turned its `preserve_order` on
    settings
}

fn gather(path: &mut Vec<String>, table: &DeTable, settings: &mut Settings) {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        match value.get_ref() {
            DeValue::Table(table) => gather(path, table, settings),
            value => {
                settings.push((path.clone(), meaning(value)));
            }
        }
        path.pop();
    }
}

/// A text that is the same for equal values and different for others.
fn meaning(value: &DeValue) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(integer) => integer.to_string(),
        DeValue::Float(float) => float.to_string(),
        DeValue::Boolean(on) => on.to_string(),
        DeValue::Datetime(datetime) => datetime.to_string(),
        DeValue::Array(values) => {
            let values: Vec<_> = values
                .iter()
                .map(|value| meaning(value.get_ref()))
                .collect();
            format!("[{}]", values.join(","))
        }
        DeValue::Table(table) => {
            let mut entries: Vec<_> = table
                .iter()
                .map(|(key, value)| format!("{:?}={}", key.get_ref(), meaning(value.get_ref())))
                .collect();
            entries.sort_unstable();
            format!("{{{}}}", entries.join(","))
        }
    }
}
