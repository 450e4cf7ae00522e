//! What a commit may do to a captured bug, and why it may do nothing else.

use std::collections::BTreeSet;

use crate::{
    gate::{pairs::Pair, snapshot::Entry},
    tdd,
};

/// What happens to a captured bug between two commits.
#[derive(Clone, Copy)]
pub(crate) enum Change<'a> {
    /// A new scenario is one.
    Captured(&'a Entry),
    /// A scenario that was there before has become one.
    Masked { before: &'a Entry },
    /// It stays one, in other words.
    Rewritten,
    /// It stays one, but may be left out from now on.
    LeftOut { before: &'a Entry, after: &'a Entry },
    /// It stays one, but of another issue.
    Relabelled { before: &'a Entry, after: &'a Entry },
    /// It is one no more.
    Freed { before: &'a Entry, after: &'a Entry },
    /// The scenario is no more.
    Gone(&'a Entry),
}

/// What else matters about the commit that makes a change.
pub(crate) struct Context<'a> {
    /// The issues that it says are fixed.
    pub(crate) claims: &'a BTreeSet<u64>,
    /// The files of the product that it changes.
    pub(crate) product: &'a [String],
}

impl<'a> Change<'a> {
    /// The change in `pair`; none where no captured bug is concerned.
    pub(crate) fn of(pair: Pair<'a>) -> Option<Self> {
        match pair {
            Pair::New(after) => after.is_captured.then_some(Self::Captured(after)),
            Pair::Gone(before) => before.is_captured.then_some(Self::Gone(before)),
            Pair::Same { before, after } => match (before.is_captured, after.is_captured) {
                (false, false) => None,
                (false, true) => Some(Self::Masked { before }),
                (true, false) => Some(Self::Freed { before, after }),
                (true, true) if !lost_tags(before, after).is_empty() => {
                    Some(Self::Relabelled { before, after })
                }
                (true, true) if new_requirement(before, after).is_some() => {
                    Some(Self::LeftOut { before, after })
                }
                (true, true) => (before.words != after.words).then_some(Self::Rewritten),
            },
        }
    }

    /// What is said of the scenario.
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::Captured(_) => "is captured",
            Self::Masked { .. } => "gets @tdd_expected_fail",
            Self::Rewritten => "has other steps",
            Self::LeftOut { .. } => "may be left out",
            Self::Relabelled { .. } => "has another issue",
            Self::Freed { .. } => "loses @tdd_expected_fail",
            Self::Gone(_) => "is gone",
        }
    }

    /// Whether the commit has to be a capture.
    pub(crate) fn is_capture(self) -> bool {
        matches!(self, Self::Captured(_) | Self::Rewritten)
    }

    /// The issues that are fixed, as the commit says.
    pub(crate) fn fixed<'b>(self, commit: &'b Context<'_>) -> impl Iterator<Item = &'b u64>
    where
        'a: 'b,
    {
        let claims = commit.claims.iter();
        claims.filter(move |issue| {
            matches!(self, Self::Freed { before, .. } if before.issues.contains(*issue))
        })
    }

    /// Why a commit may not make this change, but for what [`Context::not_alone`] says of a capture.
    pub(crate) fn reasons(self, commit: &Context<'_>) -> Vec<String> {
        match self {
            Self::Captured(after) => wrong_tags(after),
            Self::Rewritten => Vec::new(),
            Self::Masked { before } => vec![format!(
                "@tdd_expected_fail would hide a regression, for this scenario was there without it ({}); \
                 capture the bug as a scenario of its own",
                before.case.place()
            )],
            Self::LeftOut { before, after } => switched_off(before, after),
            Self::Relabelled { before, after } => forgotten(before, after),
            Self::Freed { before, after } => [
                commit.unclaimed(before),
                weakened(before, after),
                forgotten(before, after),
            ]
            .concat(),
            Self::Gone(before) => vec![format!(
                "it is gone, with the bug of {} in it; leave it there until the bug is fixed, \
                 or revert the commit that captured it",
                issues(&before.issues)
            )],
        }
    }
}

impl Context<'_> {
    /// Why a capture may not stand in this commit.
    pub(crate) fn not_alone(&self) -> Vec<String> {
        let own = "capture the bug in a commit of its own";
        let fix = (!self.claims.is_empty()).then(|| {
            let issues = issues(self.claims);
            format!("a capture fixes nothing, but this commit says that it fixes {issues}; {own}")
        });
        let change = self.product.split_first().map(|(first, others)| {
            let more = match others.len() {
                0 => String::new(),
                count => format!(" and {count} more"),
            };
            format!("a capture changes nothing of the product, but this commit changes {first}{more}; {own}")
        });
        fix.into_iter().chain(change).collect()
    }

    fn unclaimed(&self, before: &Entry) -> Vec<String> {
        let issues = before.issues.difference(self.claims);
        let reason = |issue| {
            format!(
                "it loses @tdd_expected_fail, but the commit does not say that it fixes issue {issue}; \
                 say `fix issue {issue}` in its message, or leave the tag where it is"
            )
        };
        issues.map(reason).collect()
    }

    /// Why the tag may not stay where it is.
    pub(crate) fn not_taken_off(&self, after: &Entry) -> Vec<String> {
        let claimed = self.claims.iter().filter(|issue| after.captures(**issue));
        let reason = |issue| {
            format!(
                "it still has @tdd_expected_fail, but the commit says that it fixes issue {issue}; \
                 take the tag off"
            )
        };
        claimed.map(reason).collect()
    }
}

/// `issue 7, issue 8`.
pub(crate) fn issues<'a>(numbers: impl IntoIterator<Item = &'a u64>) -> String {
    let numbers = numbers.into_iter().map(|number| format!("issue {number}"));
    numbers.collect::<Vec<_>>().join(", ")
}

fn wrong_tags(after: &Entry) -> Vec<String> {
    let violations = tdd::violations(&after.case.tags, &[]).into_iter();
    let ours = violations.filter(|(tag, _)| tag.starts_with(tdd::PREFIX));
    ours.map(|(_, rule)| rule).collect()
}

fn weakened(before: &Entry, after: &Entry) -> Vec<String> {
    let reason = |weakness| {
        format!(
            "it is not the scenario that was expected to fail ({}), for {weakness}; \
             leave it as it was captured",
            before.case.place()
        )
    };
    weakness(before, after).map(reason).into_iter().collect()
}

/// Why `after` may demand less than `before` did.
fn weakness(before: &Entry, after: &Entry) -> Option<String> {
    if before.words != after.words {
        return Some("its steps differ".to_owned());
    }
    new_requirement(before, after).map(|tag| format!("@{tag} may leave it out"))
}

/// The first tag that may leave `after` out, and not `before`.
fn new_requirement<'a>(before: &Entry, after: &'a Entry) -> Option<&'a String> {
    let mut tags = after.case.tags.iter();
    tags.find(|tag| tag.starts_with(tdd::REQUIREMENT) && !before.case.is_tagged(tag))
}

fn switched_off(before: &Entry, after: &Entry) -> Vec<String> {
    let reason = |tag| {
        format!(
            "@{tag} may leave it out, and the bug of {} with it; take that tag off, or revert the commit that \
             captured it and capture it again",
            issues(&before.issues)
        )
    };
    let requirement = new_requirement(before, after);
    requirement.map(reason).into_iter().collect()
}

fn forgotten(before: &Entry, after: &Entry) -> Vec<String> {
    let lost = lost_tags(before, after);
    let reason =
        format!("it loses {lost}; the tags of its issue stay, only @tdd_expected_fail goes");
    (!lost.is_empty()).then_some(reason).into_iter().collect()
}

/// The tags of its issue that a scenario had, and has no more.
fn lost_tags(before: &Entry, after: &Entry) -> String {
    let tags = before.case.tags.iter();
    let lost = tags.filter(|tag| tag.starts_with(tdd::ISSUE) && !after.case.is_tagged(tag));
    let lost: Vec<_> = lost.map(|tag| format!("@{tag}")).collect();
    lost.join(", ")
}
