//! One case, run again: with all of its calls, and what it leaves.

use std::fs;
use std::io;
use std::path::Path;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::baseline::Baseline;
use crate::case::Looks;
use crate::crew::Crew;
use crate::fault::Fault;
use crate::line::{self, Moment};
use crate::plan::find;
use crate::report::Case;
use crate::sandbox::{Place, Seat};
use crate::tree::Tree;
use crate::worker::Worker;
use crate::{ProveError, Prover};

/// One case, run again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Replay {
    /// The case.
    pub case: Case,
    /// Its calls, a line each.
    pub line: Vec<Moment>,
    /// Why the outcome cannot be trusted.
    pub doubts: Vec<String>,
    tree: Tree,
}

#[derive(Serialize, Deserialize)]
enum Replayed {
    Replay(Box<Replay>),
    Failed(String),
}

impl Replay {
    /// Writes what the case left to `directory`, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// Something stands in it already, which stays as it is. Of what the case left, some may be there.
    pub fn keep(&self, directory: &Path) -> io::Result<()> {
        check_is_free(directory)?;
        fs::create_dir_all(directory)?;
        self.tree.write(directory)
    }
}

/// Checks that nothing stands in `directory`, if it is there at all.
pub(crate) fn check_is_free(directory: &Path) -> io::Result<()> {
    match fs::read_dir(directory).map(Iterator::count) {
        Ok(1..) => Err(io::Error::from_raw_os_error(libc::ENOTEMPTY)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(error),
        _ => Ok(()),
    }
}

impl Worker<'_> {
    fn replay(&mut self, baseline: &Baseline, fault: &Fault) -> io::Result<Replayed> {
        let (mut case, ran, tree) = self.once(baseline, fault, Looks::Results)?;
        case.calls = ran.steps.len();
        let replay = Replay {
            case,
            line: line::whole(ran.steps),
            doubts: self.seen.doubts.iter().cloned().collect(),
            tree: Rc::unwrap_or_clone(tree),
        };
        Ok(Replayed::Replay(Box::new(replay)))
    }
}

impl Prover {
    /// Runs the one case `id`, and returns it with its time line and what it leaves below the home directory.
    ///
    /// # Errors
    ///
    /// There is no such case, or it could not be run.
    pub fn replay(&self, id: &str) -> Result<Replay, ProveError> {
        let place = self.place()?;
        let baseline = self.seek_baseline(&place)?;
        self.replay_on(&place, &baseline, id)
    }

    /// As [`Prover::replay`], where the undisturbed run is known.
    pub(crate) fn replay_on(
        &self,
        place: &Place,
        baseline: &Baseline,
        id: &str,
    ) -> Result<Replay, ProveError> {
        let fault = find(baseline, id)?;
        let mut found = Err(ProveError::Worker);
        let worker = Crew::fork(|tell| {
            let told = Worker::begin(self, place, Seat::single())
                .and_then(|mut worker| worker.replay(baseline, &fault));
            match told {
                Ok(replayed) => tell(&replayed),
                Err(error) => tell(&Replayed::Failed(error.to_string())),
            }
        })?;
        worker.hear(|told| match told {
            Replayed::Replay(replay) => found = Ok(*replay),
            Replayed::Failed(why) => found = Err(ProveError::Undisturbed { why }),
        });
        found
    }
}
