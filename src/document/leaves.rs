//! Where each setting stands, as the `toml` crate has read the file.
//!
//! That is enough to read a setting and to put another value in its place, and it costs little, for every file is
//! read that way to see whether it is TOML. All else needs a [`Layout`](super::layout::Layout), which takes the file
//! apart once more.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// Every setting of a file, in no order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaves(Vec<Leaf>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Leaf {
    name: String,
    value: Range<usize>,
    is_array: bool,
}

/// What is known of a setting.
pub(super) enum Found {
    Nowhere,
    /// The one place where it has a value, which is no array.
    At(Range<usize>),
    /// Only a layout tells.
    Elsewhere,
}

impl Leaves {
    pub(super) fn of(file: &DeTable) -> Self {
        let mut leaves = Vec::new();
        gather("", file, &mut leaves);
        Self(leaves)
    }

    pub(super) fn find(&self, key: &str) -> Found {
        let mut found = self.0.iter().filter(|leaf| leaf.name == key);
        match (found.next(), found.next()) {
            (None, _) => Found::Nowhere,
            (Some(leaf), None) if !leaf.is_array => Found::At(leaf.value.clone()),
            _ => Found::Elsewhere,
        }
    }

    /// Takes note that the value at `value` was replaced by another one, no array, `length` bytes long.
    pub(super) fn replace(&mut self, value: &Range<usize>, length: usize) {
        for leaf in &mut self.0 {
            leaf.is_array &= leaf.value != *value;
            shift(&mut leaf.value, value, length);
        }
    }
}

fn gather(prefix: &str, table: &DeTable, leaves: &mut Vec<Leaf>) {
    for (key, value) in table {
        let name = [prefix, key.get_ref()].concat();
        match value.get_ref() {
            DeValue::Table(table) => gather(&(name + "."), table, leaves),
            other => leaves.push(Leaf {
                name,
                value: value.span(),
                is_array: other.is_array(),
            }),
        }
    }
}

/// Moves `span` to where it is once the value at `replaced` is one of `length` bytes.
pub(super) fn shift(span: &mut Range<usize>, replaced: &Range<usize>, length: usize) {
    for at in [&mut span.start, &mut span.end] {
        shift_place(at, replaced, length);
    }
}

/// As [`shift`], for one place.
pub(super) fn shift_place(at: &mut usize, replaced: &Range<usize>, length: usize) {
    if *at >= replaced.end {
        *at = *at - replaced.len() + length;
    }
}
