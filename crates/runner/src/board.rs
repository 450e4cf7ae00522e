//! The board on which the crew sees what is to be done, and who is at what.
//!
//! Cases are handed out in their order, and to each worker only when its last one is noted as done: a run that
//! is to stop at a failure notes that when it has judged it, and so begins nothing more on that thread. A `@serial` case waits until nothing
//! else runs, and nothing else starts while it does. Who overruns a limit is struck off: the case is judged
//! without them.

use std::{
    collections::HashSet,
    mem,
    ops::Range,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{output::Traces, panics::Trouble, play::Limits};

/// A number for each thread that plays scenarios.
pub(crate) type Worker = usize;

/// How far a scenario is.
#[derive(Clone, Debug)]
pub(crate) enum At {
    /// A hook around its feature or its rule; its time has not begun.
    Scope,
    /// Its beginning: the World, and the hooks before the scenario.
    Start,
    Step(usize),
    /// The hooks after the scenario, and its finish, which have a time of their own.
    End(Arc<Outcome>),
}

/// What came of the steps of a scenario.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// How long each took that was begun.
    pub(crate) steps: Vec<Duration>,
    /// What kept it from its end.
    pub(crate) trouble: Option<Trouble>,
}

/// A case that is somebody's turn: until it is done, or its time is up.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) case: usize,
    pub(crate) worker: Worker,
    clock: Arc<Mutex<Clock>>,
}

#[derive(Clone, Debug)]
struct Clock {
    at: At,
    since: Instant,
    step_since: Instant,
    /// It is over, and waits only to be judged.
    has_ended: bool,
    /// It was given up: what comes of it does not count any more.
    is_struck_off: bool,
    traces: Traces,
}

/// What a worker is at who was struck off.
#[derive(Clone, Debug)]
pub(crate) struct Late {
    pub(crate) case: usize,
    pub(crate) at: At,
    pub(crate) since: Instant,
    pub(crate) worker: Worker,
    /// What it has left so far.
    pub(crate) traces: Traces,
}

#[derive(Debug)]
struct Running {
    case: usize,
    worker: Worker,
    clock: Arc<Mutex<Clock>>,
}

#[derive(Debug, Default)]
struct State {
    /// The cases that have not begun.
    waiting: Range<usize>,
    serial: HashSet<usize>,
    /// One for each worker at most.
    running: Vec<Running>,
    struck_off: HashSet<Worker>,
    /// How many workers wait until they may start something.
    idle: usize,
}

/// Shared by the crew.
#[derive(Debug, Default)]
pub(crate) struct Board {
    state: Mutex<State>,
    changed: Condvar,
}

impl Board {
    /// A board with so many cases on it, of which those in `serial` run alone.
    pub(crate) fn new(cases: usize, serial: HashSet<usize>) -> Self {
        let state = State {
            waiting: 0..cases,
            serial,
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// The next case for `worker`, as soon as it may start; `None` when there is nothing left to do.
    pub(crate) fn take(&self, worker: Worker) -> Option<Turn> {
        let mut state = self.lock();
        loop {
            let next = state.waiting.clone().next();
            let case = next.filter(|_| !state.struck_off.contains(&worker))?;
            if state.may_start(worker, case) {
                return Some(state.start(worker, case));
            }
            state.idle += 1;
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// Whether somebody is at `case`, and what comes of it counts: false when they were struck off.
    pub(crate) fn is_running(&self, case: usize) -> bool {
        self.lock().place_of(case).is_some()
    }

    /// Notes that `case` is done, so that its worker may begin the next one.
    ///
    /// False where nobody is at it any more: it was noted before, or they were struck off.
    pub(crate) fn done(&self, case: usize) -> bool {
        let mut state = self.lock();
        let place = state.place_of(case);
        let was_running = place.map(|it| state.running.swap_remove(it)).is_some();
        let is_awaited = was_running && state.idle > 0;
        drop(state);
        if is_awaited {
            self.changed.notify_all(); // a system call even where nobody waits
        }
        was_running
    }

    /// Whether there is anything that has not begun.
    pub(crate) fn has_more(&self) -> bool {
        !self.lock().waiting.is_empty()
    }

    /// Strikes off everyone who is over a limit by more than `grace`, and returns what they were at.
    ///
    /// `clean_up` is called if that is anyone, before another case may start.
    pub(crate) fn strike_off(
        &self,
        limits: Limits,
        grace: Duration,
        clean_up: impl FnOnce(),
    ) -> Vec<Late> {
        let mut state = self.lock();
        let late: Vec<_> = state
            .running
            .iter()
            .filter_map(|running| {
                let mut clock = lock(&running.clock);
                clock.is_struck_off = clock.is_over(limits, grace);
                (clock.is_struck_off).then(|| clock.late(running.case, running.worker))
            })
            .collect();
        for late in &late {
            state.running.retain(|it| it.case != late.case);
            state.struck_off.insert(late.worker);
        }
        if !late.is_empty() {
            clean_up();
            self.changed.notify_all();
        }
        late
    }

    /// Takes down everything that has not begun, and says how much that is.
    pub(crate) fn clear(&self) -> usize {
        let waiting = mem::take(&mut self.lock().waiting);
        self.changed.notify_all();
        waiting.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Turn {
    /// Notes where that is what it leaves from now on.
    pub(crate) fn leaves(&self, traces: &Traces) {
        lock(&self.clock).traces = traces.clone();
    }

    /// Notes that it is over: it cannot be late any more.
    pub(crate) fn has_ended(&self) {
        lock(&self.clock).has_ended = true;
    }

    /// Whether what comes of it counts: false when it was given up.
    pub(crate) fn counts(&self) -> bool {
        !lock(&self.clock).is_struck_off
    }

    /// Notes what begins in it, and returns when.
    pub(crate) fn now_at(&self, at: At) -> Instant {
        let mut clock = lock(&self.clock);
        clock.step_since = Instant::now();
        if !matches!(at, At::Step(_)) {
            clock.since = clock.step_since;
        }
        clock.at = at;
        clock.step_since
    }
}

impl Clock {
    fn is_over(&self, limits: Limits, grace: Duration) -> bool {
        let is_over = self.since.elapsed() > limits.scenario + grace
            || self.step_since.elapsed() > limits.step + grace;
        is_over && !self.has_ended
    }

    fn late(&self, case: usize, worker: Worker) -> Late {
        Late {
            case,
            at: self.at.clone(),
            since: self.since,
            worker,
            traces: self.traces.clone(),
        }
    }
}

impl State {
    /// Whether the last case of `worker` is noted as done, and `case` may run beside what is running.
    fn may_start(&self, worker: Worker, case: usize) -> bool {
        let is_serial = self.serial.contains(&case);
        let beside = |other| !is_serial && !self.serial.contains(other);
        let mut running = self.running.iter();
        running.all(|it| it.worker != worker && beside(&it.case))
    }

    /// Where `case` is among those that run.
    fn place_of(&self, case: usize) -> Option<usize> {
        self.running.iter().position(|it| it.case == case)
    }

    fn start(&mut self, worker: Worker, case: usize) -> Turn {
        let now = Instant::now();
        self.waiting.next();
        let clock = Arc::new(Mutex::new(Clock {
            at: At::Scope,
            since: now,
            step_since: now,
            has_ended: false,
            is_struck_off: false,
            traces: Traces::default(),
        }));
        let turn = Turn {
            case,
            worker,
            clock: Arc::clone(&clock),
        };
        self.running.push(Running {
            case,
            worker,
            clock,
        });
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Limits = Limits {
        scenario: Duration::ZERO,
        step: Duration::ZERO,
    };

    fn board() -> Board {
        Board::new(2, HashSet::new())
    }

    fn late(board: &Board) -> Vec<usize> {
        let late = board.strike_off(SHORT, Duration::ZERO, || ());
        late.into_iter().map(|it| it.case).collect()
    }

    #[test]
    fn who_takes_too_long_is_struck_off() {
        let board = board();
        let turn = board.take(7).unwrap();
        assert!(turn.counts());
        assert_eq!(late(&board), [turn.case]);
        assert!(!turn.counts());
        assert!(!board.done(turn.case));
        assert!(board.take(7).is_none());
    }

    #[test]
    fn what_has_ended_and_waits_to_be_judged_is_not_late() {
        let board = board();
        let turn = board.take(7).unwrap();
        turn.has_ended();
        assert_eq!(late(&board), [0; 0]);
        assert!(board.done(turn.case));
    }
}
