//! What the gate says of one commit.

use std::collections::{BTreeMap, BTreeSet};

use crate::gate::{
    git::Commit,
    pairs::Pair,
    rules::{Change, Context, issues},
};

/// How many scenarios of each issue.
type Counts = BTreeMap<u64, usize>;

/// What a commit does with captured bugs, and why that is refused.
#[derive(Default)]
pub(crate) struct Judgement {
    pub(crate) captures: Counts,
    pub(crate) fixes: Counts,
    reverts: Counts,
    /// The issues whose captured bugs are in another suite, which has a gate of its own.
    elsewhere: BTreeSet<u64>,
    /// Where the first capture is.
    first_capture: Option<String>,
    refusals: Vec<String>,
}

fn place(pair: Pair<'_>) -> String {
    let case = &pair.shown().case;
    let when = if matches!(pair, Pair::Gone(_)) {
        " before it"
    } else {
        ""
    };
    format!("{}{when}: {}", case.place(), case.name)
}

fn count<'a>(counts: &mut Counts, issues: impl IntoIterator<Item = &'a u64>) {
    for issue in issues {
        *counts.entry(*issue).or_default() += 1;
    }
}

impl Judgement {
    /// The judgement of a commit that cannot be looked into.
    pub(crate) fn refused_for(refusals: Vec<String>) -> Self {
        Self {
            refusals,
            ..Self::default()
        }
    }

    /// Adds an issue whose captured bugs are in another suite, which has a gate of its own.
    pub(crate) fn add_elsewhere(&mut self, issue: u64) {
        self.elsewhere.insert(issue);
    }

    /// Adds an issue that has no captured bug.
    pub(crate) fn add_empty_claim(&mut self, issue: u64) {
        self.refusals.push(format!(
            "it says that it fixes issue {issue}, but no scenario of issue {issue} was expected to fail; \
             capture the bug in a commit before"
        ));
    }

    /// Adds what a merge makes of `pair`, unless it is brought by one of its parents.
    pub(crate) fn add_merged(&mut self, pair: Pair<'_>, is_brought: bool) {
        let own = Change::of(pair).filter(|_| !is_brought);
        let reason = own.map(|change| {
            let told = change.told();
            format!("a merge only merges, but this scenario {told}; do that in a commit of its own")
        });
        self.refuse(&place(pair), reason.as_slice());
    }

    /// Adds what happens in `pair`; what only undoes a commit that is reverted is in order.
    pub(crate) fn add(&mut self, pair: Pair<'_>, context: &Context<'_>, is_undone: bool) {
        let issues = &pair.shown().issues;
        let reasons = match Change::of(pair) {
            Some(_) if is_undone => {
                count(&mut self.reverts, issues);
                Vec::new()
            }
            Some(change) => {
                if change.is_capture() {
                    self.first_capture.get_or_insert_with(|| place(pair));
                    count(&mut self.captures, issues);
                }
                count(&mut self.fixes, change.fixed(context));
                change.reasons(context)
            }
            None => context.not_taken_off(pair.shown()),
        };
        self.refuse(&place(pair), &reasons);
    }

    /// Adds reasons, each of them once.
    fn refuse(&mut self, place: &str, reasons: &[String]) {
        let refusals = reasons.iter().map(|reason| format!("{place}: {reason}"));
        for refusal in refusals {
            if !self.refusals.contains(&refusal) {
                self.refusals.push(refusal);
            }
        }
    }

    /// Adds that a capture is not alone, which is said once for all captures of the commit.
    pub(crate) fn add_company(&mut self, context: &Context<'_>) {
        if let Some(place) = self.first_capture.take() {
            self.refuse(&place, &context.not_alone());
        }
    }

    /// What `commit` does, a line each.
    pub(crate) fn told(&self, commit: &Commit) -> Vec<String> {
        let (short, subject) = (&commit.short, commit.subject());
        let kinds = [
            ("captures", &self.captures),
            ("fixes", &self.fixes),
            ("reverts", &self.reverts),
        ];
        let counted = kinds.into_iter().flat_map(|(does, counts)| {
            let counts = counts.iter().map(move |count| (does, count));
            counts.map(|(does, (issue, count))| {
                format!("{short} {does} issue {issue} ({count} scenarios): {subject}")
            })
        });
        let elsewhere = (!self.elsewhere.is_empty()).then(|| {
            let issues = issues(&self.elsewhere);
            format!("{short} fixes {issues} in another suite: {subject}")
        });
        counted.chain(elsewhere).collect()
    }

    /// Why `commit` is refused, a line for each reason.
    pub(crate) fn refused(&self, commit: &Commit) -> Vec<String> {
        let (short, subject) = (&commit.short, commit.subject());
        let refusals = self.refusals.iter();
        refusals
            .map(|reason| format!("{short} ({subject}): {reason}"))
            .collect()
    }
}
