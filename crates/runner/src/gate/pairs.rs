//! Which scenario of a commit is which of the commit before.
//!
//! A scenario is known by what its steps say, by its name and by its file: first by all three, then by fewer.
//! So one that moved, got another name or other steps is still found; only one that has neither its name nor
//! its steps in common with any is new.

use std::collections::{HashMap, VecDeque};

use crate::gate::snapshot::{Entry, Snapshot};

/// A scenario before and after.
#[derive(Clone, Copy)]
pub(crate) enum Pair<'a> {
    New(&'a Entry),
    Same { before: &'a Entry, after: &'a Entry },
    Gone(&'a Entry),
}

type Key = for<'a> fn(&'a Entry) -> [&'a str; 3];

/// What makes two scenarios the same, the strictest first.
const SAMENESS: [Key; 5] = [
    |it| [&it.words, &it.case.name, it.case.path()],
    |it| [&it.words, &it.case.name, ""],
    |it| [&it.words, "", ""],
    |it| ["", &it.case.name, it.case.path()],
    |it| ["", &it.case.name, ""],
];

/// Every scenario of both sides, in exactly one pair.
pub(crate) fn pairs<'a>(before: &'a Snapshot, after: &'a Snapshot) -> Vec<Pair<'a>> {
    let mut before: Vec<_> = before.entries().collect();
    let mut after: Vec<_> = after.entries().collect();
    let mut pairs = Vec::new();
    for key in SAMENESS {
        pair(key, &mut before, &mut after, &mut pairs);
    }
    pairs.extend(before.into_iter().map(Pair::Gone));
    pairs.extend(after.into_iter().map(Pair::New));
    pairs.sort_by_key(|pair| (pair.shown().case.path(), pair.shown().case.line));
    pairs
}

/// Moves into `pairs` what is the same by `key`.
fn pair<'a>(
    key: Key,
    before: &mut Vec<&'a Entry>,
    after: &mut Vec<&'a Entry>,
    pairs: &mut Vec<Pair<'a>>,
) {
    let mut waiting: HashMap<_, VecDeque<_>> = HashMap::new();
    for entry in before.drain(..) {
        waiting.entry(key(entry)).or_default().push_back(entry);
    }
    after.retain(|after| {
        let found = waiting.get_mut(&key(after)).and_then(VecDeque::pop_front);
        pairs.extend(found.map(|before| Pair::Same { before, after }));
        found.is_none()
    });
    before.extend(waiting.into_values().flatten());
    before.sort_by_key(|entry| (entry.case.path(), entry.case.line));
}

impl<'a> Pair<'a> {
    /// The scenario as it is now, or, if it is gone, as it was.
    pub(crate) fn shown(self) -> &'a Entry {
        match self {
            Self::New(entry) | Self::Gone(entry) | Self::Same { after: entry, .. } => entry,
        }
    }
}
