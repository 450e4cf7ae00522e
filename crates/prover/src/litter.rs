//! What a run leaves beside the protected files, told apart from what an undisturbed run leaves as well.
//!
//! A program may leave files whose names it makes up, such as a log for each run. One of those is litter
//! only where there are more of them than undisturbed runs leave in the same place.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use crate::tree::{Node, Tree};

/// Stands for each name that a run has made up.
const MADE_UP: &str = "{}";

/// What stands in the directories of a sandbox, each with its name there: the home directory and that for temporary
/// files.
pub(crate) type Everything<'a> = [(&'static str, &'a Tree); 2];

/// Both of them.
pub(crate) fn everything<'a>(home: &'a Tree, temporary: &'a Tree) -> Everything<'a> {
    [("home", home), ("tmp", temporary)]
}

/// The paths that every run has, relative to the sandbox.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a>(pub(crate) &'a BTreeSet<PathBuf>);

impl Known<'_> {
    /// The path, which stands below `top`, with each made-up name in it left out, and whether there is any.
    fn shape(self, top: &str, path: &Path) -> (PathBuf, bool) {
        let mut prefix = PathBuf::from(top);
        let mut is_made_up = false;
        let shape = path.iter().map(|name| {
            prefix.push(name);
            if self.0.contains(&prefix) {
                name
            } else {
                is_made_up = true;
                MADE_UP.as_ref()
            }
        });
        (shape.collect(), is_made_up)
    }

    /// A number that is the same for what differs at most in the names that runs have made up and in what
    /// stands there.
    pub(crate) fn fingerprint(self, all: &Everything<'_>) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (top, tree) in all {
            let mut made_up = BTreeMap::<_, usize>::new();
            for (path, node) in &tree.0 {
                match self.shape(top, path) {
                    (shape, true) => *made_up.entry((shape, kind(node))).or_default() += 1,
                    (_, false) => (path, node).hash(&mut hasher),
                }
            }
            made_up.hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Those paths that a run has made up, relative to the sandbox.
    pub(crate) fn made_up(self, all: &Everything<'_>) -> BTreeSet<PathBuf> {
        let made_up = paths(all).filter(|(top, path)| self.shape(top, path).1);
        made_up
            .map(|(top, path)| Path::new(top).join(path))
            .collect()
    }

    /// What is left now, relative to the sandbox: all that stands there after no undisturbed run as well.
    pub(crate) fn left_beside(
        self,
        now: &Everything<'_>,
        undisturbed: &[Everything<'_>],
    ) -> Vec<PathBuf> {
        let mut usual = BTreeMap::<_, usize>::new();
        for all in undisturbed {
            for (place, count) in self.count(all) {
                let most = usual.entry(place).or_default();
                *most = count.max(*most);
            }
        }
        let is_litter = |(top, path): &(&'static str, &PathBuf)| {
            let count = usual.entry((top, self.shape(top, path).0)).or_default();
            let is_usual = *count > 0;
            *count = count.saturating_sub(1);
            !is_usual
        };
        let left = paths(now).filter(is_litter);
        left.map(|(top, path)| Path::new(top).join(path)).collect()
    }

    fn count(self, all: &Everything<'_>) -> BTreeMap<(&'static str, PathBuf), usize> {
        let mut counts = BTreeMap::new();
        for (top, path) in paths(all) {
            *counts.entry((top, self.shape(top, path).0)).or_default() += 1;
        }
        counts
    }
}

fn paths<'a>(all: &Everything<'a>) -> impl Iterator<Item = (&'static str, &'a PathBuf)> {
    all.iter()
        .flat_map(|(top, tree)| tree.0.keys().map(|path| (*top, path)))
}

fn kind(node: &Node) -> u8 {
    match node {
        Node::File { .. } => 0,
        Node::Directory { .. } => 1,
        Node::Link { .. } => 2,
        Node::Other => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let node = |bytes: &str| Node::File {
            mode: 0o644,
            bytes: bytes.into(),
            attributes: Vec::new(),
        };
        let nodes = files.iter().map(|(path, bytes)| (path.into(), node(bytes)));
        Tree(nodes.collect())
    }

    fn left(
        known: &BTreeSet<PathBuf>,
        now: &[(&str, &str)],
        usual: &[(&str, &str)],
    ) -> Vec<PathBuf> {
        let (now, usual, none) = (tree(now), tree(usual), Tree::default());
        let all = |home| everything(home, &none);
        Known(known).left_beside(&all(&now), &[all(&usual)])
    }

    fn known() -> BTreeSet<PathBuf> {
        ["home", "home/a", "home/lock", "home/log"]
            .map(PathBuf::from)
            .into()
    }

    #[test]
    fn more_made_up_files_than_usual_are_litter() {
        let known = known();
        let left = |now: &[(&str, &str)], usual: &[(&str, &str)]| left(&known, now, usual).len();
        assert_eq!(
            left(&[("a", "1"), ("log/x", "")], &[("a", "1"), ("log/y", "")]),
            0
        );
        assert_eq!(left(&[("log/x", ""), ("log/z", "")], &[("log/y", "")]), 1);
        assert_eq!(left(&[("x", "")], &[("log/y", "")]), 1);
    }

    #[test]
    fn a_file_of_a_known_name_is_litter_where_no_undisturbed_run_leaves_it() {
        let known = known();
        let left = left(&known, &[("a", ""), ("lock", "")], &[("a", "")]);
        assert_eq!(left, [PathBuf::from("home/lock")]);
    }

    #[test]
    fn trees_that_differ_in_made_up_files_only_have_one_fingerprint() {
        let known = known();
        let none = Tree::default();
        let of =
            |files: &[(&str, &str)]| Known(&known).fingerprint(&everything(&tree(files), &none));
        assert_eq!(
            of(&[("a", "1"), ("log/x", "8")]),
            of(&[("a", "1"), ("log/y", "9")])
        );
        assert_ne!(
            of(&[("a", "1"), ("log/x", "8")]),
            of(&[("a", "2"), ("log/x", "8")])
        );
        assert_ne!(of(&[("a", "1"), ("log/x", "8")]), of(&[("a", "1")]));
    }
}
