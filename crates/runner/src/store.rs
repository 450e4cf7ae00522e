//! Where planned scenarios wait until it is their turn, in a form that takes a fraction of the memory, and in a file
//! where they are many.

use std::{collections::HashMap, env, hash::Hash, io, mem, sync::Arc};

use cucumber::step::Location;
use serde::{Deserialize, Serialize};

use crate::{
    case::{Case, Scope},
    exit::{Exit, Stop},
    shelf::Shelf,
    steps::{Bound, Groups},
    tally::Cases,
    tdd,
};

/// A scenario, ready to be played.
pub(crate) struct Planned<W> {
    pub(crate) case: Arc<Case>,
    pub(crate) steps: Vec<Bound<W>>,
}

/// What is kept at hand of a scenario that waits.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    /// Its number on its shelf.
    piece: u32,
    rack: u16,
    /// It runs alone.
    pub(crate) is_serial: bool,
    /// It has a tag of the kind `@needs_…`.
    pub(crate) has_needs: bool,
}

/// All that was planned.
pub(crate) struct Store<W> {
    pub(crate) racks: Vec<Rack<W>>,
}

/// What one thread has planned.
pub(crate) struct Rack<W> {
    number: u16,
    shelf: Shelf,
    /// Where a scenario is written down before it is put there.
    piece: Vec<u8>,
    /// By their addresses.
    scopes: Numbered<usize, Arc<Scope>>,
    functions: Numbered<Function<W>, Function<W>>,
}

/// The function of a step, and where it is.
type Function<W> = (cucumber::Step<W>, Option<Location>);

/// A scenario could not be read back.
#[derive(Debug, thiserror::Error)]
#[error("cannot read back a scenario that waited for its turn")]
pub(crate) struct StoreError(#[from] io::Error);

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::because(Exit::Invalid, &error)
    }
}

/// A scenario as it waits: what it stands in, and the functions of its steps, by their numbers.
#[derive(Serialize, Deserialize)]
struct Waiting<C> {
    case: C,
    feature: u32,
    rule: Option<u32>,
    steps: Vec<(u32, Groups)>,
}

impl<W> Rack<W> {
    /// An empty one, which is to have this `number` in the store.
    pub(crate) fn new(number: u16) -> Self {
        Self {
            number,
            shelf: Shelf::in_folder(&env::temp_dir()),
            piece: Vec::new(),
            scopes: Numbered::new(),
            functions: Numbered::new(),
        }
    }

    /// Lets a scenario wait there.
    pub(crate) fn put(&mut self, case: &Case, steps: Vec<Bound<W>>) -> Ticket {
        let waiting = Waiting {
            case,
            feature: self.number_of_scope(&case.feature),
            rule: case.rule.as_ref().map(|rule| self.number_of_scope(rule)),
            steps: (steps.into_iter())
                .map(|it| (self.number_of_function(&it), it.groups))
                .collect(),
        };
        // What could not be written down, if that can be, is nothing, and cannot be read back.
        self.piece.clear();
        let piece = postcard::to_extend(&waiting, mem::take(&mut self.piece));
        self.piece = piece.unwrap_or_default();
        Ticket {
            piece: small(self.shelf.put(&self.piece)),
            rack: self.number,
            is_serial: case.is_tagged(tdd::SERIAL),
            has_needs: case.tags.iter().any(|it| it.starts_with(tdd::REQUIREMENT)),
        }
    }

    /// Nothing more will come.
    pub(crate) fn close(&mut self) {
        self.shelf.close();
        self.piece = Vec::new();
        self.scopes.numbers = HashMap::new();
        self.functions.numbers = HashMap::new();
    }

    fn number_of_scope(&mut self, scope: &Arc<Scope>) -> u32 {
        let address = Arc::as_ptr(scope).addr(); // nobody else's, for we keep it alive
        self.scopes.number(address, || Arc::clone(scope))
    }

    fn number_of_function(&mut self, bound: &Bound<W>) -> u32 {
        let function = (bound.function, bound.location);
        self.functions.number(function, || function)
    }

    fn get(&self, ticket: &Ticket) -> Result<Planned<W>, StoreError> {
        let piece = self.shelf.get(ticket.piece as usize)?;
        let waiting = postcard::from_bytes(&piece).map_err(io::Error::other)?;
        let Waiting::<Case> {
            mut case,
            feature,
            rule,
            steps,
        } = waiting;
        case.feature = self.scope(feature);
        case.rule = rule.map(|rule| self.scope(rule));
        let bound = steps.into_iter().map(|(number, groups)| {
            let (function, location) = *self.functions.at(number);
            Bound {
                function,
                location,
                groups,
            }
        });
        let steps: Vec<_> = bound.collect();
        for (step, bound) in case.steps.iter_mut().zip(&steps) {
            step.learn(bound);
        }
        let case = Arc::new(case);
        Ok(Planned { case, steps })
    }

    fn scope(&self, number: u32) -> Arc<Scope> {
        Arc::clone(self.scopes.at(number))
    }
}

impl<W> Store<W> {
    /// The scenario that waits there.
    ///
    /// # Errors
    ///
    /// It cannot be read back.
    pub(crate) fn get(&self, ticket: &Ticket) -> Result<Planned<W>, StoreError> {
        self.racks[usize::from(ticket.rack)].get(ticket)
    }
}

impl<W> Cases for Store<W> {
    fn case(&self, ticket: &Ticket) -> Result<Arc<Case>, StoreError> {
        Ok(self.get(ticket)?.case)
    }
}

/// Things that are told by their numbers.
struct Numbered<K, T> {
    things: Vec<T>,
    numbers: HashMap<K, u32>,
}

impl<K: Eq + Hash, T> Numbered<K, T> {
    fn new() -> Self {
        Self {
            things: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// The number of the thing that `key` stands for.
    fn number(&mut self, key: K, thing: impl FnOnce() -> T) -> u32 {
        let things = &mut self.things;
        *self.numbers.entry(key).or_insert_with(|| {
            things.push(thing());
            small(things.len() - 1)
        })
    }

    fn at(&self, number: u32) -> &T {
        &self.things[number as usize]
    }
}

/// A count of things that are in memory, or that take some of it each; there are no four billions of them.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
