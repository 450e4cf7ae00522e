//! The board on which the crew sees what is to be done, and who is at what.
//!
//! Cases are handed out in their order, and to each worker only when its last one is noted as done: a run that
//! is to stop at a failure notes that when it has judged it, and so begins nothing more on that thread. A `@serial` case waits until nothing
//! else runs, and nothing else starts while it does. Who overruns a limit is struck off: the case is judged
//! without them.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::play::Limits;

/// A number for each thread that plays scenarios.
pub(crate) type Worker = usize;

/// How far a scenario is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// A hook around its feature or its rule; its time has not begun.
    Scope,
    /// Its beginning: the World, and the hooks before the scenario.
    Start,
    Step(usize),
    /// The hooks after the scenario, and its finish, which have a time of their own.
    End,
}

/// What a worker is at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Running {
    pub(crate) case: usize,
    pub(crate) at: At,
    pub(crate) since: Instant,
    step_since: Instant,
    worker: Worker,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<usize>,
    serial: HashSet<usize>,
    /// By case.
    running: HashMap<usize, Running>,
    struck_off: HashSet<Worker>,
}

/// Shared by the crew.
#[derive(Debug, Default)]
pub(crate) struct Board {
    state: Mutex<State>,
    changed: Condvar,
}

impl Board {
    /// A board with these cases on it, of which those in `serial` run alone.
    pub(crate) fn new(cases: impl IntoIterator<Item = usize>, serial: HashSet<usize>) -> Self {
        let state = State {
            waiting: cases.into_iter().collect(),
            serial,
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// The next case for `worker`, as soon as it may start; `None` when there is nothing left to do.
    pub(crate) fn take(&self, worker: Worker) -> Option<usize> {
        let mut state = self.lock();
        loop {
            let case = *state
                .waiting
                .front()
                .filter(|_| !state.struck_off.contains(&worker))?;
            if state.may_start(worker, case) {
                state.start(worker, case);
                return Some(case);
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Notes what begins in `case`.
    pub(crate) fn now_at(&self, case: usize, at: At) {
        if let Some(running) = self.lock().running.get_mut(&case) {
            (running.at, running.step_since) = (at, Instant::now());
            if !matches!(at, At::Step(_)) {
                running.since = running.step_since;
            }
        }
    }

    /// Whether somebody is at `case`, and what comes of it counts: false when they were struck off.
    pub(crate) fn is_running(&self, case: usize) -> bool {
        self.lock().running.contains_key(&case)
    }

    /// Notes that `case` is done, so that its worker may begin the next one.
    ///
    /// False where nobody is at it any more: it was noted before, or they were struck off.
    pub(crate) fn done(&self, case: usize) -> bool {
        let was_running = self.lock().running.remove(&case).is_some();
        if was_running {
            self.changed.notify_all();
        }
        was_running
    }

    /// Strikes off everyone who is over a limit by more than `grace`, and returns what they were at.
    ///
    /// `clean_up` is called if that is anyone, before another case may start.
    pub(crate) fn strike_off(
        &self,
        limits: Limits,
        grace: Duration,
        clean_up: impl FnOnce(),
    ) -> Vec<Running> {
        let mut state = self.lock();
        let overdue = |running: &Running| {
            running.since.elapsed() > limits.scenario + grace
                || running.step_since.elapsed() > limits.step + grace
        };
        let late: Vec<_> = state.running.values().copied().filter(overdue).collect();
        for running in &late {
            state.running.remove(&running.case);
            state.struck_off.insert(running.worker);
        }
        if !late.is_empty() {
            clean_up();
            self.changed.notify_all();
        }
        late
    }

    /// Takes down everything that has not begun, and says how much that is.
    pub(crate) fn clear(&self) -> usize {
        let dropped = self.lock().waiting.drain(..).count();
        self.changed.notify_all();
        dropped
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether the last case of `worker` is noted as done, and `case` may run beside what is running.
    fn may_start(&self, worker: Worker, case: usize) -> bool {
        let running = self.running.values();
        let is_serial = self.serial.contains(&case);
        running
            .clone()
            .all(|it| it.worker != worker && !is_serial && !self.serial.contains(&it.case))
    }

    fn start(&mut self, worker: Worker, case: usize) {
        let now = Instant::now();
        self.waiting.pop_front();
        let running = Running {
            case,
            at: At::Start,
            since: now,
            step_since: now,
            worker,
        };
        self.running.insert(case, running);
    }
}
