//! Worker processes, and what they tell.

use std::cell::RefCell;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::sync::mpsc;
use std::thread;

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use untorn_tracee::fork;

use crate::ProveError;

/// A worker process, and what it tells.
pub(crate) struct Crew {
    process: Pid,
    heard: io::PipeReader,
}

impl Crew {
    /// Forks a worker, which can tell things and ends with `work`.
    pub(crate) fn fork<T: Serialize>(work: impl FnOnce(&dyn Fn(&T))) -> Result<Self, ProveError> {
        let start = || -> io::Result<Self> {
            let (heard, told) = io::pipe()?;
            let process = fork(|| {
                let told = RefCell::new(BufWriter::new(told));
                work(&|it: &T| {
                    let mut told = told.borrow_mut();
                    // Nobody may listen any more: then there is nobody to tell that to either.
                    let _ = serde_json::to_writer(&mut *told, it);
                    let _ = told.write_all(b"\n").and_then(|()| told.flush());
                });
            })?;
            Ok(Self {
                process: Pid::from_raw(process),
                heard,
            })
        };
        start().map_err(|source| ProveError::Scratch { source })
    }

    /// Hears all that the worker tells, until it ends.
    pub(crate) fn hear<T: for<'de> Deserialize<'de>>(self, mut each: impl FnMut(T)) {
        for line in BufReader::new(&self.heard).lines().map_while(Result::ok) {
            if let Ok(told) = serde_json::from_str(&line) {
                each(told);
            }
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        let _ = kill(self.process, Signal::SIGKILL); // it may have ended by itself
        let _ = waitpid(self.process, None);
    }
}

/// Hears all workers at once, so that none waits until another is done.
pub(crate) fn hear_all<T: Send + for<'de> Deserialize<'de>>(
    workers: Vec<Crew>,
    mut each: impl FnMut(T),
) {
    let (teller, heard) = mpsc::channel();
    thread::scope(|scope| {
        for worker in workers {
            let teller = teller.clone();
            scope.spawn(move || {
                worker.hear(|told| {
                    let _ = teller.send(told); // it is received to the end
                });
            });
        }
        drop(teller);
        heard.into_iter().for_each(&mut each);
    });
}
