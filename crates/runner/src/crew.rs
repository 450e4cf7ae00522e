//! Runs scenarios on threads, and watches over them.
//!
//! The caller's thread hands results on, one at a time, and is the watchdog: a thread whose step blocks
//! past its limit is left to itself, its scenario is judged, and a new thread takes its place. A thread
//! cannot be killed, so what the step was doing may go on until the process ends.

use std::{
    collections::HashSet,
    ops::ControlFlow,
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use crate::{
    Scenario,
    board::{Board, Running, Worker},
    panics,
    play::{Limits, Played, play, timed_out},
    steps::Bound,
};

/// How often the watchdog looks.
const LOOK: Duration = Duration::from_millis(20);
/// How long after its limit a step may still end by itself, and have its World finished and dropped.
const GRACE: Duration = Duration::from_millis(250);

/// The steps of a scenario, and whether it runs alone.
pub(crate) struct Job<W> {
    pub(crate) steps: Vec<Bound<W>>,
    pub(crate) serial: bool,
}

/// Runs all `jobs` on `threads` threads, and calls `judged` with the number of each and what happened.
///
/// When `judged` breaks, nothing more is begun. Returns how many never began.
pub(crate) fn run<W: Scenario>(
    jobs: Vec<Job<W>>,
    threads: usize,
    limits: Limits,
    mut judged: impl FnMut(usize, Played) -> ControlFlow<()>,
) -> usize {
    let serial: HashSet<_> = jobs
        .iter()
        .enumerate()
        .filter(|(_, job)| job.serial)
        .map(|(index, _)| index)
        .collect();
    let mut crew = Crew::new(Board::new(0..jobs.len(), serial), jobs, limits);
    crew.hire(threads);
    let mut never_begun = 0;
    while !crew.board.is_idle() {
        for (case, played) in crew.look() {
            if judged(case, played).is_break() {
                never_begun += crew.board.clear();
            }
            crew.board.done(case);
        }
    }
    never_begun
}

type Message = (usize, Played);

struct Crew<W> {
    board: Arc<Board>,
    jobs: Arc<Vec<Job<W>>>,
    limits: Limits,
    hired: usize,
    sender: Sender<Message>,
    receiver: Receiver<Message>,
}

impl<W: Scenario> Crew<W> {
    fn new(board: Board, jobs: Vec<Job<W>>, limits: Limits) -> Self {
        let (sender, receiver) = channel();
        Self {
            board: Arc::new(board),
            jobs: Arc::new(jobs),
            limits,
            hired: 0,
            sender,
            receiver,
        }
    }

    fn hire(&mut self, count: usize) {
        for worker in self.hired..self.hired + count {
            let (board, jobs, sender) = (
                Arc::clone(&self.board),
                Arc::clone(&self.jobs),
                self.sender.clone(),
            );
            let limits = self.limits;
            thread::spawn(move || work(worker, &board, &jobs, limits, &sender));
        }
        self.hired += count;
    }

    /// What has ended since the last look, in time or not.
    fn look(&mut self) -> Vec<(usize, Played)> {
        let message = self.receiver.recv_timeout(LOOK).ok();
        let in_time = message.filter(|(case, _)| self.board.is_running(*case));
        let late = self.board.strike_off(self.limits, GRACE);
        self.hire(late.len());
        let limits = self.limits;
        in_time
            .into_iter()
            .chain(
                late.into_iter()
                    .map(|running| (running.case, given_up(running, limits))),
            )
            .collect()
    }
}

fn work<W: Scenario>(
    worker: Worker,
    board: &Board,
    jobs: &[Job<W>],
    limits: Limits,
    sender: &Sender<Message>,
) {
    panics::watch_this_thread();
    while let Some(case) = board.take(worker) {
        let played = play(&jobs[case].steps, limits, |step| {
            board.at_step(case, step);
        });
        if sender.send((case, played)).is_err() {
            return;
        }
    }
}

/// What is known of a scenario whose thread never came back.
fn given_up(running: Running, limits: Limits) -> Played {
    let limit = if running.since.elapsed() > limits.scenario {
        limits.scenario
    } else {
        limits.step
    };
    let mut trouble = timed_out(limit);
    trouble
        .message
        .push_str("; the step blocks, so its thread is left behind");
    Played {
        steps: vec![Duration::ZERO; running.step + 1],
        trouble: Some(trouble),
        duration: running.since.elapsed(),
        ..Played::default()
    }
}
