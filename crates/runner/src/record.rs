//! Everything that there is to tell of a run, once it is over: what every report is made of.

use std::{
    io,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    attach::Attached,
    case::{Case, Scope},
    hooks::{HookInfo, HookRun},
    judged::Judged,
    steps::Definition,
    tally::{Cases, Item, Tally},
    texts::Texts,
};

/// A run that is over.
pub(crate) struct Record<'a> {
    /// Every feature file of the suite, also those of which nothing was run.
    pub(crate) texts: &'a Texts,
    pub(crate) definitions: &'a [Definition],
    /// By their numbers.
    pub(crate) hooks: &'a [HookInfo],
    pub(crate) around: &'a Around,
    pub(crate) tally: &'a Tally,
    pub(crate) cases: &'a dyn Cases,
    /// How many scenarios were chosen and never begun.
    pub(crate) never_begun: usize,
    /// Those of them that a rerun file named.
    pub(crate) still_red: &'a [Arc<Case>],
    pub(crate) started: SystemTime,
    pub(crate) duration: Duration,
    pub(crate) seed: Option<u64>,
    /// How many scenarios ran at a time.
    pub(crate) jobs: usize,
    /// The command that runs a scenario again whose place is put behind it.
    pub(crate) rerun_with: &'a str,
}

/// What ran around the run, and what it attached.
#[derive(Debug, Default)]
pub(crate) struct Around {
    pub(crate) before: Vec<HookRun>,
    pub(crate) after: Vec<HookRun>,
    pub(crate) attached: Vec<Attached>,
}

impl Record<'_> {
    /// The judgements in the order of files and lines, in one piece for each feature.
    pub(crate) fn features(&self) -> impl Iterator<Item = io::Result<Vec<Arc<Judged>>>> {
        let features = self.tally.features();
        features.map(|items| items.iter().map(|it| self.judged(*it)).collect())
    }

    /// One of the judgements.
    pub(crate) fn judged(&self, item: Item) -> io::Result<Arc<Judged>> {
        self.tally.get(item, self.cases)
    }

    /// The feature of which these are the scenarios: what failed after a rule stands in the rule itself.
    pub(crate) fn feature_of(judged: &[Arc<Judged>]) -> &Scope {
        let scopes = judged.iter().map(|it| it.case.feature.as_ref());
        scopes
            .min_by_key(|scope| scope.line)
            .unwrap_or(&judged[0].case.feature)
    }

    /// Whether the exit code is 1.
    pub(crate) fn is_red(&self) -> bool {
        self.tally.totals().red() > 0
    }

    /// The command that runs this scenario again.
    pub(crate) fn rerun(&self, judged: &Judged) -> String {
        format!("{} {}", self.rerun_with, judged.case.place_in_shell())
    }
}
