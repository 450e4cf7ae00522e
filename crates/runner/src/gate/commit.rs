//! Judges one commit after the other.

use std::collections::HashSet;

use crate::gate::{
    claims,
    git::{Commit, Git, GitError},
    judgement::Judgement,
    pairs::pairs,
    rules::Context,
    snapshot::{Entry, Reader, Snapshot},
};

/// What has been read of the commits so far.
pub(crate) struct Gate<'a> {
    git: &'a Git,
    reader: Reader<'a>,
    /// The commits with files that cannot be read, which has been said.
    told: HashSet<String>,
}

impl<'a> Gate<'a> {
    /// Judges the features in `folder`.
    pub(crate) fn new(git: &'a Git, folder: &'a str) -> Self {
        Self {
            git,
            reader: Reader::new(git, folder),
            told: HashSet::new(),
        }
    }

    /// What `commit` does; its parents have to be judged before it, as far as they are at all.
    pub(crate) fn judge(&mut self, commit: &Commit) -> Result<Judgement, GitError> {
        let after = self.reader.snapshot(&commit.id)?;
        let parents = commit.parents.iter();
        let parents: Result<Vec<_>, _> = parents.map(|it| self.reader.snapshot(it)).collect();
        let parents = parents?;
        let unreadable = self.unreadable(commit, &parents, &after);
        if let Some(refusals) = unreadable {
            return Ok(Judgement::refused_for(refusals));
        }
        match &parents[..] {
            [] => self.judge_plain(commit, &Snapshot::default(), &after),
            [before] => self.judge_plain(commit, before, &after),
            _ => self.judge_merge(commit, &parents, &after),
        }
    }

    /// What cannot be read on either side, as far as it has not been said; then nothing can be compared.
    fn unreadable(
        &mut self,
        commit: &Commit,
        parents: &[Snapshot],
        after: &Snapshot,
    ) -> Option<Vec<String>> {
        let before = commit.parents.iter().zip(parents);
        let sides = before.map(|side| (side, " before it"));
        let sides = sides.chain([((&commit.id, after), "")]);
        let unreadable: Vec<_> = sides
            .filter(|((_, side), _)| !side.findings().is_empty())
            .collect();
        let mut refusals = Vec::new();
        for ((id, side), when) in &unreadable {
            if self.told.insert((*id).clone()) {
                refusals.extend(side.findings().iter().map(|it| format!("{it}{when}")));
            }
        }
        (!unreadable.is_empty()).then_some(refusals)
    }

    fn judge_plain(
        &mut self,
        commit: &Commit,
        before: &Snapshot,
        after: &Snapshot,
    ) -> Result<Judgement, GitError> {
        let mut judgement = Judgement::default();
        let claims = claims::fixed(&commit.message);
        let product = self.product(commit)?;
        let context = Context {
            claims: &claims,
            product: &product,
        };
        let reverted = self.reverted(commit)?;
        for pair in pairs(before, after) {
            let undoes = |[with, without]: &[Snapshot; 2]| {
                is_repeated(pair.shown(), [with, without], [before, after])
            };
            judgement.add(pair, &context, reverted.iter().any(undoes));
        }
        judgement.add_company(&context);
        for issue in &claims {
            self.judge_claim(*issue, commit, before, &mut judgement)?;
        }
        Ok(judgement)
    }

    /// The issue that a commit says it fixes has a captured bug before it, here or in another suite.
    fn judge_claim(
        &mut self,
        issue: u64,
        commit: &Commit,
        before: &Snapshot,
        judgement: &mut Judgement,
    ) -> Result<(), GitError> {
        if before.entries().any(|entry| entry.captures(issue)) {
            return Ok(());
        }
        for parent in &commit.parents {
            if self.reader.is_captured_anywhere(parent, issue)? {
                judgement.add_elsewhere(issue);
                return Ok(());
            }
        }
        judgement.add_empty_claim(issue);
        Ok(())
    }

    /// The files of the product that `commit` changes: those in a folder `src`, unless that is for tests.
    fn product(&self, commit: &Commit) -> Result<Vec<String>, GitError> {
        let mut files = self.git.changed(&commit.id)?;
        files.retain(|file| is_of_the_product(file));
        Ok(files)
    }

    /// The features with each commit that `commit` says it reverts, and without.
    fn reverted(&mut self, commit: &Commit) -> Result<Vec<[Snapshot; 2]>, GitError> {
        let mut sides = Vec::new();
        for named in claims::reverted(&commit.message) {
            let Some(id) = self.git.commit(&named)? else {
                continue;
            };
            let parent = self.git.commit(&format!("{id}^"))?;
            let without = parent.map(|it| self.reader.snapshot(&it)).transpose()?;
            sides.push([self.reader.snapshot(&id)?, without.unwrap_or_default()]);
        }
        Ok(sides)
    }

    /// A merge brings each parent what the others have done since they parted; what it does besides is
    /// refused, and its message claims nothing.
    fn judge_merge(
        &mut self,
        commit: &Commit,
        parents: &[Snapshot],
        after: &Snapshot,
    ) -> Result<Judgement, GitError> {
        let mut judgement = Judgement::default();
        for (id, before) in commit.parents.iter().zip(parents) {
            let mut brought = Vec::new();
            for (other, to) in commit.parents.iter().zip(parents) {
                let base = self.git.merge_base(id, other)?;
                let from = base.map(|it| self.reader.snapshot(&it)).transpose()?;
                brought.push([from.unwrap_or_default(), to.clone()]);
            }
            for pair in pairs(before, after) {
                let brings = |[from, to]: &[Snapshot; 2]| {
                    is_repeated(pair.shown(), [from, to], [before, after])
                };
                judgement.add_merged(pair, brought.iter().any(brings));
            }
        }
        Ok(judgement)
    }
}

/// Whether the scenarios with the words of `changed` change, from `before` to `after`, as they did between
/// two other snapshots.
fn is_repeated(
    changed: &Entry,
    [from, to]: [&Snapshot; 2],
    [before, after]: [&Snapshot; 2],
) -> bool {
    let [from, to, before, after] =
        [from, to, before, after].map(|side| side.tags_of(&changed.words));
    from != to && from == before && to == after
}

/// The first folder that says what a file is for decides.
fn is_of_the_product(file: &str) -> bool {
    if file.ends_with(".feature") {
        return false;
    }
    let folders = file.rsplit_once('/').map_or("", |(folders, _)| folders);
    let mut folders = folders.split('/');
    folders.find_map(|it| match it {
        "src" => Some(true),
        "tests" | "benches" | "examples" => Some(false),
        _ => None,
    }) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_is_what_is_in_a_folder_src_that_is_not_for_tests() {
        for file in ["src/lib.rs", "crates/a/src/b/tests/c.rs", "src/main.py"] {
            assert!(is_of_the_product(file), "{file}");
        }
        for file in [
            "Cargo.toml",
            "src",
            "tests/support/src/lib.rs",
            "examples/a/src/main.rs",
            "crates/a/benches/src/b.rs",
            "src/features/a.feature",
            "srcs/a.rs",
        ] {
            assert!(!is_of_the_product(file), "{file}");
        }
    }
}
