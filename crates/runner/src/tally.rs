//! What is kept of the scenarios of a run that have been judged.
//!
//! A scenario that simply passed is counted, and forgotten unless a report is to tell of it: so a long run takes no
//! more memory than a short one, but for what went wrong in it.

use std::{cmp::Reverse, sync::Arc, time::Duration};

use crate::{case::Case, judged::Judged, totals::Totals, verdict::Verdict};

/// How many of the slowest are told.
const SLOWEST: usize = 10;

/// What there is to tell at the end of a run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    keeps_all: bool,
    totals: Totals,
    slowest: Vec<Slow>,
    judged: Vec<Judged>,
}

/// A scenario that took a while.
#[derive(Debug)]
pub(crate) struct Slow {
    pub(crate) case: Arc<Case>,
    pub(crate) took: Duration,
}

impl Tally {
    /// Of a run whose reports tell of every scenario, or of one that has none.
    pub(crate) fn new(keeps_all: bool) -> Self {
        Self {
            keeps_all,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, judged: Judged) {
        self.totals = self.totals.and(&judged);
        self.time(&judged);
        let is_plain = judged.verdict == Verdict::Passed && judged.earlier.is_empty();
        if self.keeps_all || !is_plain {
            self.judged.push(judged);
        }
    }

    fn time(&mut self, judged: &Judged) {
        let slow = Slow {
            case: Arc::clone(&judged.case),
            took: judged.duration,
        };
        let place = (self.slowest).partition_point(|it| it.rank() <= slow.rank());
        if place < SLOWEST && slow.took > Duration::ZERO {
            self.slowest.truncate(SLOWEST - 1);
            self.slowest.insert(place, slow);
        }
    }

    /// Puts what is kept into the order of files and lines.
    pub(crate) fn sort(&mut self) {
        self.judged
            .sort_by(|one, other| one.case.spot().cmp(&other.case.spot()));
    }

    /// All that did not simply pass, and the rest where that is kept.
    pub(crate) fn judged(&self) -> &[Judged] {
        &self.judged
    }

    pub(crate) fn totals(&self) -> Totals {
        self.totals
    }

    /// Those that took longest, the slowest first.
    pub(crate) fn slowest(&self) -> &[Slow] {
        &self.slowest
    }
}

impl Slow {
    /// The slower first, and of two that took as long the one that stands first.
    fn rank(&self) -> (Reverse<Duration>, (&str, usize)) {
        (Reverse(self.took), self.case.spot())
    }
}
