//! One splice, and the check that it makes exactly one edit.
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

/// Every setting's path, segment by segment, with what its value means.
type Settings = BTreeMap<Vec<String>, String>;

impl Splice {
    pub(super) fn new(span: Range<usize>, text: String) -> Self {
        Self { span, text }
    }

    pub(super) fn apply(&self, text: &str) -> String {
        let Range { start, end } = self.span;
        [&text[..start], &self.text, &text[end..]].concat()
    }
}

/// Whether `new` is TOML whose settings are those of `old`, but for `key`, which is now what `source`
/// says, or not there at all.
pub(super) fn is_exactly(old: &str, new: &str, key: &str, source: Option<&str>) -> bool {
    let (Some(mut old), Some(mut new)) = (settings(old), settings(new)) else {
        return false;
    };
    let wanted = source.map(|source| DeValue::parse(source).map(|value| meaning(value.get_ref())));
    let is_other = |path: &Vec<String>, _: &mut String| path.join(".") != key;
    let found: Vec<_> = new
        .extract_if(.., |path, value| !is_other(path, value))
        .collect();
    old.retain(is_other);
    let is_made = match (wanted, found.as_slice()) {
        (None, []) => true,
        (Some(Ok(wanted)), [(_, found)]) => wanted == *found,
        _ => false,
    };
    is_made && old == new
}

fn settings(text: &str) -> Option<Settings> {
    let mut settings = Settings::new();
    gather(
        &mut Vec::new(),
        DeTable::parse(text).ok()?.get_ref(),
        &mut settings,
    );
    Some(settings)
}

fn gather(path: &mut Vec<String>, table: &DeTable, settings: &mut Settings) {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        match value.get_ref() {
            DeValue::Table(table) => gather(path, table, settings),
            value => {
                settings.insert(path.clone(), meaning(value));
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
            let mut settings = Settings::new();
            gather(&mut Vec::new(), table, &mut settings);
            format!("{settings:?}")
        }
    }
}
