//! What is kept of the scenarios of a run that have been judged.
//!
//! A scenario that simply passed is counted, and forgotten unless a report is to tell of it; then it waits on a shelf.
//! So a long run takes hardly more memory than a short one, but for what went wrong in it.

use std::{
    cmp::Reverse,
    env, io,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    case::{Case, Scope},
    judged::Judged,
    shelf::Shelf,
    store::{StoreError, Ticket},
    totals::Totals,
    verdict::Verdict,
};

/// How many of the slowest are told.
const SLOWEST: usize = 10;

/// What there is to tell at the end of a run.
#[derive(Debug)]
pub(crate) struct Tally {
    keeps_all: bool,
    totals: Totals,
    slowest: Vec<Slow>,
    /// All that did not simply pass.
    judged: Vec<Arc<Judged>>,
    /// Those that passed, where a report is to tell of them; their numbers are those of the shelf.
    passed: Vec<Passed>,
    shelf: Shelf,
    /// All of them, in the order of files and lines, once they are [sorted](Self::sort).
    order: Vec<Item>,
}

/// A scenario that took a while.
#[derive(Debug)]
pub(crate) struct Slow {
    pub(crate) case: Arc<Case>,
    pub(crate) took: Duration,
}

/// A scenario that passed, and waits to be told.
#[derive(Debug)]
struct Passed {
    ticket: Ticket,
    feature: Arc<Scope>,
    line: usize,
    started: Option<SystemTime>,
}

/// One of those that are kept, by its number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Item {
    Judged(usize),
    Passed(usize),
}

/// Where the cases of tickets are.
pub(crate) trait Cases {
    /// The case of a ticket.
    ///
    /// # Errors
    ///
    /// It cannot be read back.
    fn case(&self, ticket: &Ticket) -> Result<Arc<Case>, StoreError>;
}

impl Tally {
    /// Of a run whose reports tell of every scenario, or of one that has none.
    pub(crate) fn new(keeps_all: bool) -> Self {
        Self {
            keeps_all,
            totals: Totals::default(),
            slowest: Vec::new(),
            judged: Vec::new(),
            passed: Vec::new(),
            shelf: Shelf::in_folder(&env::temp_dir()),
            order: Vec::new(),
        }
    }

    /// Takes in a scenario that has run, and waited as `ticket`.
    pub(crate) fn add(&mut self, ticket: Ticket, judged: Arc<Judged>) {
        let is_plain = judged.verdict == Verdict::Passed && judged.earlier.is_empty();
        if !is_plain {
            return self.keep(judged);
        }
        if self.keeps_all {
            let Ok(piece) = postcard::to_stdvec(&*judged) else {
                return self.keep(judged);
            };
            self.shelf.put(&piece);
            self.passed.push(Passed {
                ticket,
                feature: Arc::clone(&judged.case.feature),
                line: judged.case.line,
                started: judged.started,
            });
        }
        self.count(&judged);
    }

    /// Takes in one that stays at hand.
    pub(crate) fn keep(&mut self, judged: Arc<Judged>) {
        self.count(&judged);
        self.judged.push(judged);
    }

    fn count(&mut self, judged: &Judged) {
        self.totals = self.totals.and(judged);
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
        let judged = (0..self.judged.len()).map(Item::Judged);
        let mut order: Vec<_> = judged
            .chain((0..self.passed.len()).map(Item::Passed))
            .collect();
        order.sort_by(|one, other| self.spot(*one).cmp(&self.spot(*other)));
        self.order = order;
    }

    fn spot(&self, item: Item) -> (&str, usize) {
        match item {
            Item::Judged(number) => self.judged[number].case.spot(),
            Item::Passed(number) => {
                let Passed { feature, line, .. } = &self.passed[number];
                (&feature.path, *line)
            }
        }
    }

    /// All that did not simply pass.
    pub(crate) fn judged(&self) -> &[Arc<Judged>] {
        &self.judged
    }

    /// Everything that is kept, in the order of files and lines.
    pub(crate) fn items(&self) -> &[Item] {
        &self.order
    }

    /// The same, in one piece for each feature.
    pub(crate) fn features(&self) -> impl Iterator<Item = &[Item]> {
        self.order
            .chunk_by(|one, other| self.spot(*one).0 == self.spot(*other).0)
    }

    /// Whether it is no scenario, but stands for something around them.
    pub(crate) fn is_outside(&self, item: Item) -> bool {
        match item {
            Item::Judged(number) => self.judged[number].case.is_outside(),
            Item::Passed(_) => false,
        }
    }

    /// When it began, as far as it did.
    pub(crate) fn started(&self, item: Item) -> Option<SystemTime> {
        match item {
            Item::Judged(number) => self.judged[number].started,
            Item::Passed(number) => self.passed[number].started,
        }
    }

    /// The judgement itself, of which the case is one of `cases`.
    ///
    /// # Errors
    ///
    /// It cannot be read back.
    pub(crate) fn get(&self, item: Item, cases: &dyn Cases) -> io::Result<Arc<Judged>> {
        match item {
            Item::Judged(number) => Ok(Arc::clone(&self.judged[number])),
            Item::Passed(number) => {
                let piece = self.shelf.get(number)?;
                let judged = postcard::from_bytes(&piece).map_err(io::Error::other)?;
                let ticket = &self.passed[number].ticket;
                let case = cases.case(ticket).map_err(io::Error::other)?;
                Ok(Arc::new(Judged { case, ..judged }))
            }
        }
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
