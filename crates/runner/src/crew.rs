//! Runs scenarios on threads, and watches over them.
//!
//! The caller's thread hands results on, one at a time, and is the watchdog: a thread whose step blocks
//! past its limit is left to itself, its scenario is judged, and a new thread takes its place. A thread
//! cannot be killed, so what the step was doing may go on until the process ends.

use std::{
    collections::{HashSet, VecDeque},
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, channel, sync_channel},
    },
    thread::{self, Thread},
    time::Duration,
};

use crate::{
    Scenario,
    attach::{Attached, Owner},
    board::{At, Board, Late, Turn, Worker},
    case::Case,
    faults::{Whose, disarm},
    hooks::{Failure, Hooks, Scopes},
    judged::{Judged, judgement},
    output::{self, Recording, Redirect, Wanted},
    panics::{self, Trouble},
    play::{Limits, Played, Script, play, timed_out},
    runtime::Spare,
    store::{Planned, Store, StoreError, Ticket},
    tdd,
    verdict::Verdict,
};

/// How often the watchdog looks.
const LOOK: Duration = Duration::from_millis(20);
/// How often results are fetched while there is more to begin, unless there are many of them before: to wake this
/// thread for each costs more than a quick scenario.
const FETCH: Duration = Duration::from_millis(2);
/// How many results wait at most to be handed on: what they take does not grow with the run.
const BACKLOG: usize = 128;
/// How long after its limit a step may still end by itself, and have its World finished and dropped.
const GRACE: Duration = Duration::from_millis(250);

/// What every scenario of a run needs.
pub(crate) struct Stage<W> {
    pub(crate) store: Arc<Store<W>>,
    /// How often one is begun again after an error, unless it says so itself.
    pub(crate) retries: usize,
    pub(crate) hooks: Arc<Hooks<W>>,
    pub(crate) limits: Limits,
    /// A thread begins nothing before its last scenario is judged, for the run may be over then.
    pub(crate) fail_fast: bool,
    /// How much is wanted of what a scenario printed that passes.
    pub(crate) wanted_of_green: Wanted,
    /// Where everything goes that is printed meanwhile; nowhere else, where it is not kept.
    pub(crate) redirect: Option<Arc<Redirect>>,
}

/// What came of a scenario.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) judged: Arc<Judged>,
    /// What went wrong after its rule or its feature, if it was the last of them.
    pub(crate) after: Vec<Failure>,
}

/// Runs all `jobs` on `threads` threads, and calls `judged` with the number of each and what happened.
///
/// When `judged` breaks, nothing more is begun. Returns how many never began, and what went wrong after a feature
/// that never came to its end.
///
/// # Errors
///
/// A scenario cannot be read back that waited for its turn.
pub(crate) fn run<W: Scenario>(
    jobs: Arc<Vec<Ticket>>,
    threads: usize,
    stage: Stage<W>,
    mut judged: impl FnMut(usize, Done) -> ControlFlow<()>,
) -> Result<(usize, Result<Vec<Failure>, Trouble>), StoreError> {
    let mut crew = Crew::new(jobs, stage)?;
    crew.hire(threads);
    let mut never_begun = 0;
    let mut open = crew.shared.jobs.len();
    while open > 0 {
        for (case, done) in crew.look()? {
            open -= 1;
            if judged(case, done).is_break() {
                let cleared = crew.shared.board.clear();
                never_begun += cleared;
                open -= cleared;
            }
            if crew.shared.stage.fail_fast {
                crew.shared.board.done(case);
            }
        }
    }
    Ok((never_begun, close(crew.shared)))
}

/// Runs the hooks after what was begun and never came to its end; not on this thread, for they may block.
fn close<W: Scenario>(shared: Arc<Shared<W>>) -> Result<Vec<Failure>, Trouble> {
    if shared.scopes.are_none() {
        return Ok(Vec::new());
    }
    let limits = shared.stage.limits;
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let name = "a hook after a feature or a rule that was begun";
        let close = || shared.scopes.close(&shared.stage.hooks);
        let _ = sender.send(output::watched(name, close));
    });
    let closed = receiver.recv_timeout(limits.hook() + GRACE);
    closed.map_err(|_| blocked(limits.hook(), "a hook after a feature or a rule"))
}

type Message = (usize, Done);

/// What all threads look at.
struct Shared<W> {
    board: Board,
    jobs: Arc<Vec<Ticket>>,
    scopes: Scopes,
    stage: Stage<W>,
    /// How many results wait to be handed on, and the thread that does it.
    backlog: AtomicUsize,
    caller: Thread,
}

struct Crew<W> {
    shared: Arc<Shared<W>>,
    hired: usize,
    sender: SyncSender<Result<Message, StoreError>>,
    receiver: Receiver<Result<Message, StoreError>>,
}

impl<W: Scenario> Crew<W> {
    fn new(jobs: Arc<Vec<Ticket>>, stage: Stage<W>) -> Result<Self, StoreError> {
        let serial: HashSet<_> = (0..jobs.len()).filter(|&it| jobs[it].is_serial).collect();
        let (sender, receiver) = sync_channel(BACKLOG);
        let planned = jobs.iter().map(|it| stage.store.get(it));
        let cases = planned.map(|it| it.map(|it| it.case));
        let shared = Shared {
            board: Board::new(jobs.len(), serial),
            scopes: Scopes::of(cases, &stage.hooks)?,
            jobs,
            stage,
            backlog: AtomicUsize::new(0),
            caller: thread::current(),
        };
        Ok(Self {
            shared: Arc::new(shared),
            hired: 0,
            sender,
            receiver,
        })
    }

    fn hire(&mut self, count: usize) {
        for worker in self.hired..self.hired + count {
            let (shared, sender) = (Arc::clone(&self.shared), self.sender.clone());
            thread::spawn(move || work(worker, &shared, &sender));
        }
        self.hired += count;
    }

    /// What has ended since the last look, in time or not.
    fn look(&mut self) -> Result<Vec<Message>, StoreError> {
        let limits = self.shared.stage.limits;
        if self.shared.board.has_more() && !self.shared.stage.fail_fast {
            thread::park_timeout(FETCH);
        }
        let message = self.receiver.recv_timeout(LOOK).ok();
        let messages = message.into_iter().chain(self.receiver.try_iter());
        let mut in_time = messages.collect::<Result<Vec<_>, _>>()?;
        (self.shared.backlog).fetch_sub(in_time.len(), Ordering::Relaxed);
        in_time.retain(|(case, _)| self.counts(*case));
        let late =
            (self.shared.board).strike_off(limits, GRACE, || drop(disarm(Whose::Everybodys)));
        self.hire(late.len());
        for late in late {
            in_time.push(self.give_up(&late, limits)?);
        }
        Ok(in_time)
    }

    /// What comes of a scenario that is given up. Where a hook around it blocks, so would it for all the others.
    fn give_up(&self, late: &Late, limits: Limits) -> Result<Message, StoreError> {
        let planned = self.shared.planned(late.case)?;
        let played = given_up(late, limits);
        let trouble = played.trouble.as_ref();
        if let Some(trouble) = trouble.filter(|_| matches!(late.at, At::Scope)) {
            self.shared.scopes.give_up(&planned.case, trouble);
        }
        let done = Done {
            judged: Arc::new(Judged::of(&planned.case, late.worker, vec![played])),
            after: Vec::new(),
        };
        Ok((late.case, done))
    }

    /// Whether nobody has been struck off this case since its message was sent.
    fn counts(&self, case: usize) -> bool {
        !self.shared.stage.fail_fast || self.shared.board.is_running(case)
    }
}

/// Does what there is to do, as the thread `worker`.
///
/// It lets go of a judgement last, once the caller has told of it: the threads would wait for each other's memory if
/// one freed what another had made.
fn work<W: Scenario>(
    worker: Worker,
    shared: &Shared<W>,
    sender: &SyncSender<Result<Message, StoreError>>,
) {
    panics::watch_this_thread();
    let mut spare = Spare::default();
    let mut told = VecDeque::with_capacity(BACKLOG);
    while let Some(turn) = shared.board.take(worker) {
        let case = turn.case;
        let done = shared.planned(case).map(|planned| {
            let done = shared.perform(&turn, &planned, &mut spare);
            told.truncate(BACKLOG - 1);
            told.push_front(Arc::clone(&done.judged));
            (case, done)
        });
        let counts = shared.stage.fail_fast || shared.board.done(case);
        if !counts {
            continue;
        }
        shared.announce();
        if sender.send(done).is_err() {
            return;
        }
    }
    shared.caller.unpark(); // nothing more begins: what is left is waited for one by one
}

impl<W: Scenario> Shared<W> {
    /// There is one more result; where many wait, they are to be fetched now.
    fn announce(&self) {
        if self.backlog.fetch_add(1, Ordering::Relaxed) >= BACKLOG / 2 {
            self.caller.unpark();
        }
    }

    /// A scenario, taken from where it waits.
    fn planned(&self, case: usize) -> Result<Planned<W>, StoreError> {
        self.stage.store.get(&self.jobs[case])
    }

    fn perform(&self, turn: &Turn, planned: &Planned<W>, spare: &mut Spare) -> Done {
        let (case, hooks) = (&planned.case, &self.stage.hooks);
        let (entered, printed) = self.around(turn, case, || self.scopes.enter(case, hooks));
        let mut attempts = match entered {
            _ if !turn.counts() => Vec::new(),
            Ok(()) => self.attempts(turn, planned, spare),
            Err(trouble) => vec![Played::not_begun(trouble)],
        };
        if let Some(first) = attempts.first_mut() {
            first.output.insert_str(0, &printed);
        }
        let mut after = Vec::new();
        if turn.counts() {
            let (failures, printed) = self.around(turn, case, || self.scopes.leave(case, hooks));
            after = failures;
            if let Some(last) = attempts.last_mut() {
                last.output.push_str(&printed);
            }
        }
        turn.has_ended();
        Done {
            judged: Arc::new(Judged::of(case, turn.worker, attempts)),
            after,
        }
    }

    /// Does `work` around the feature or the rule, and keeps what that prints.
    fn around<T>(&self, turn: &Turn, case: &Case, work: impl FnOnce() -> T) -> (T, String) {
        if self.scopes.are_none() {
            return (work(), String::new());
        }
        let name = format!("a hook around {}", case.place());
        let recording = Recording::begin(self.stage.redirect.as_ref(), name, case);
        turn.leaves(recording.traces());
        turn.now_at(At::Scope);
        let done = work();
        (done, recording.end(Wanted::Whole))
    }

    /// Plays it until it ends in anything but an error, as often as it may be.
    fn attempts(&self, turn: &Turn, planned: &Planned<W>, spare: &mut Spare) -> Vec<Played> {
        let retries = tdd::retries(&planned.case.tags, self.stage.retries);
        let mut attempts = Vec::new();
        loop {
            let played = self.attempt(turn, planned, spare);
            let again = attempts.len() < retries
                && judgement(&planned.case, &played) == Verdict::Error
                && turn.counts();
            attempts.push(played);
            if !again {
                return attempts;
            }
        }
    }

    fn attempt(&self, turn: &Turn, planned: &Planned<W>, spare: &mut Spare) -> Played {
        let case = &planned.case;
        let recording = Recording::begin(self.stage.redirect.as_ref(), case.place(), case);
        turn.leaves(recording.traces());
        let script = Script {
            case,
            steps: &planned.steps,
            hooks: &self.stage.hooks,
            limits: self.stage.limits,
        };
        let mut played = play(script, spare, &|at| turn.now_at(at));
        let wanted = match judgement(case, &played) {
            Verdict::Passed => self.stage.wanted_of_green,
            _ => Wanted::Whole,
        };
        played.attached = recording.traces().pile.take();
        played.output = recording.end(wanted);
        played
    }
}

/// The trouble of what took longer than `limit`, and still goes on.
fn blocked(limit: Duration, what: &str) -> Trouble {
    let Trouble { message, .. } = timed_out(limit);
    Trouble::error(format!(
        "{message}; {what} blocks, so its thread is left behind"
    ))
}

/// What is known of a scenario whose thread never came back.
fn given_up(late: &Late, limits: Limits) -> Played {
    let duration = late.since.elapsed();
    let limit = if duration > limits.scenario {
        limits.scenario
    } else {
        limits.step
    };
    let blocks = |begun, what| Played {
        steps: vec![Duration::ZERO; begun],
        ..Played::not_begun(blocked(limit, what))
    };
    let known = match &late.at {
        At::Step(step) => blocks(step + 1, "the step"),
        At::Start => blocks(0, "the World, or a hook before the scenario,"),
        At::End(outcome) => Played {
            steps: outcome.steps.clone(),
            trouble: outcome.trouble.clone(),
            complaints: vec![blocked(limit, "the World, or a hook after the scenario,").message],
            ..Played::default()
        },
        At::Scope => blocks(0, "a hook around the feature or the rule"),
    };
    Played {
        duration,
        output: late.traces.printed(),
        attached: attached(late, known.steps.len()),
        ..known
    }
}

/// What is attached to a scenario whose thread never came back; what hooks attached is told with its last step, for
/// they are not.
fn attached(late: &Late, begun: usize) -> Vec<Attached> {
    let mut attached = late.traces.pile.take();
    for it in &mut attached {
        if let Owner::Hook(_) = it.owner {
            it.owner = Owner::Step(begun.saturating_sub(1));
        }
    }
    attached
}
