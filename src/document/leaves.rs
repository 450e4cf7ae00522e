//! Where each setting stands, as the `toml` crate has read the file.
//!
//! That is enough to read a setting and to put another value in its place, and it costs little, for every file is
//! read that way to see whether it is TOML. All else needs a [`Layout`](super::layout::Layout), which takes the file
//! apart once more.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::splice::Splice;

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

    /// Takes note that `splice` put another value, no array, in the place of one.
    pub(super) fn replace(&mut self, splice: &Splice) {
        for leaf in &mut self.0 {
            leaf.is_array &= !splice.replaces(&leaf.value);
            splice.shift(&mut leaf.value);
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
