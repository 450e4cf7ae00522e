//! What it costs a program to be traced.

use std::io;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::crew::Crew;
use crate::home::Touched;
use crate::names::Names;
use crate::sandbox::Seat;
use crate::worker::{Watch, Worker};
use crate::{ProveError, Prover};

/// How long an undisturbed run takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Left alone.
    pub alone: Duration,
    /// Traced, with each call that changes something looked at before it runs, as in most runs of a proof.
    pub traced: Duration,
    /// Traced, with each call looked at, as where a fault strikes one that only looks, or persists.
    pub everywhere: Duration,
}

impl Prover {
    /// How long an undisturbed run takes, left alone and traced in two ways: the medians of so many `rounds`.
    ///
    /// What a run needs around it, such as fresh files, does not count.
    ///
    /// # Errors
    ///
    /// It could not be run.
    pub fn pace(&self, rounds: usize) -> Result<Pace, ProveError> {
        let place = self.place()?;
        let mut found = Err(ProveError::Worker);
        let worker = Crew::fork(|tell| {
            let measured =
                Worker::begin(self, &place, Seat::single()).and_then(|mut it| it.pace(rounds));
            tell(&measured.map_err(|error| error.to_string()));
        })?;
        worker.hear(|told: Result<Pace, String>| {
            found = told.map_err(|why| ProveError::Undisturbed { why });
        });
        found
    }
}

impl Worker<'_> {
    /// How long a run takes that is left alone, and each that is traced; they take turns.
    fn pace(&mut self, rounds: usize) -> io::Result<Pace> {
        let starter = self.starter(&self.prover.program, None)?;
        let (mut alone, mut traced, mut everywhere) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds.max(1) {
            self.reset()?;
            let begun = Instant::now();
            self.begin_run()?;
            let process = Pid::from_raw(starter.start()?);
            starter.let_go();
            let all = Some(WaitPidFlag::__WALL);
            while waitpid(process, all) == Err(Errno::EINTR) {} // the clock ticked
            self.touched = Touched::Anything;
            alone.push(begun.elapsed());
            traced.push(self.timed(Watch::Changes)?);
            everywhere.push(self.timed(Watch::Calls)?);
        }
        Ok(Pace {
            alone: median(alone),
            traced: median(traced),
            everywhere: median(everywhere),
        })
    }

    fn timed(&mut self, watch: Watch) -> io::Result<Duration> {
        self.reset()?;
        let begun = Instant::now();
        self.run(Names::default(), None, watch, self.prover.timeout)?;
        Ok(begun.elapsed())
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
