//! What the command does undisturbed, seen several times: two runs on the same files, of which the second is
//! recorded and replayed, and one on top of the first.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::judge::State;
use crate::litter::{Everything, everything};
use crate::names::{Names, with_parents};
use crate::record::Recording;
use crate::session::Step;
use crate::trace::End;
use crate::tree::Tree;
use crate::wording::ended;
use crate::worker::{Seen, Watch, Worker};

/// How much longer than undisturbed a faulty run may take, and how long at least: programs that wait for 10 s
/// before they go on without something are no rarity.
const PATIENCE: u32 = 20;
const PATIENCE_MIN: Duration = Duration::from_secs(30);

/// What an undisturbed run does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Baseline {
    pub(crate) steps: Vec<Step>,
    pub(crate) old: State,
    pub(crate) new: State,
    /// The state after a second run on top of the first.
    pub(crate) again: State,
    /// How that ended; the first one ends with exit 0.
    pub(crate) again_end: End,
    pub(crate) tree: Tree,
    pub(crate) again_tree: Tree,
    /// What stands among the temporary files after the first run, and after that on top of it.
    pub(crate) temporary: Tree,
    pub(crate) again_temporary: Tree,
    pub(crate) known: BTreeSet<PathBuf>,
    /// Which of their calls points are in a run that stops at changes alone, where that is another; nothing where
    /// files have other names in it.
    numbers_at_changes: Option<BTreeMap<String, usize>>,
    pub(crate) doubts: BTreeSet<String>,
    pub(crate) warnings: BTreeSet<String>,
    pub(crate) took: Duration,
    /// How often a program was run for this.
    pub(crate) runs: usize,
}

impl Baseline {
    /// The calls that can be struck: one that fails anyway has nothing to lose.
    pub(crate) fn succeeded(&self) -> impl Iterator<Item = &Step> {
        let steps = self.steps.iter();
        steps.filter(|it| it.result.is_some_and(|it| it >= 0))
    }

    /// What undisturbed runs leave: the fixture as it was, the first run, and that on top of it.
    pub(crate) fn undisturbed<'a>(
        &'a self,
        fixture: &'a Tree,
        nothing: &'a Tree,
    ) -> [Everything<'a>; 3] {
        [
            everything(fixture, nothing),
            everything(&self.tree, &self.temporary),
            everything(&self.again_tree, &self.again_temporary),
        ]
    }

    /// The fault for a run that stops at changes alone; nothing where it has to stop at each call.
    pub(crate) fn at_changes(&self, fault: &Fault) -> Option<Fault> {
        let numbers = self.numbers_at_changes.as_ref();
        let numbers = numbers.filter(|_| fault.strikes_changes())?;
        let mut seen = fault.clone();
        if let Some(nth) = numbers.get(&fault.point.to_string()) {
            seen.point.nth = *nth;
        }
        Some(seen)
    }

    /// How long a run under a fault may take: never longer than any run may.
    pub(crate) fn patience(&self, timeout: Duration) -> Duration {
        timeout.min(PATIENCE_MIN.max(self.took * PATIENCE))
    }
}

impl Worker<'_> {
    /// Runs the command undisturbed; a text says why that is nothing to build on.
    pub(crate) fn baseline(&mut self) -> io::Result<Result<Baseline, String>> {
        let limit = self.prover.timeout;
        let fixture = &self.prover.fixture;
        self.reset()?;
        let begun_with = Tree::read(self.sandbox.home.path())?;
        let is_exact = begun_with == *fixture;
        let old = self.state(&begun_with, limit)?;
        self.reset()?;
        let (begun, begun_at) = (Instant::now(), second());
        let first = self.run(Names::default(), None, Watch::Calls, limit)?;
        let (took, ended_at) = (begun.elapsed(), second());
        if first.end != End::Exit(0) {
            let printed = String::from_utf8_lossy(&self.printed()?).into_owned();
            let verb = match first.end {
                End::TimedOut => "had",
                _ => "ended with",
            };
            let mut why = vec![ended(first.end, limit)];
            why.extend(self.seen.doubts.iter().chain(&self.seen.warnings).cloned());
            return Ok(Err(format!(
                "undisturbed, the command {verb} {}:\n{printed}",
                why.join("; ")
            )));
        }
        let (tree, temporary) = (self.tree()?, self.sandbox.temporary_files()?);
        let new = self.state(&tree, limit)?;
        let again = self.run(Names::default(), None, Watch::Calls, limit)?;
        let again_temporary = self.sandbox.temporary_files()?;
        let again_tree = self.tree()?;
        let again_state = self.state(&again_tree, limit)?;

        if (begun_at..=ended_at).any(|it| new.tells(it)) {
            outlast(ended_at);
        }
        self.reset()?;
        let recording = Recording::of(self.sandbox.root())?;
        let mut second = self.run(Names::default(), None, Watch::Results(recording), limit)?;
        let whole = Tree::read(self.sandbox.root())?;
        let second_tree = self.tree()?;
        let second_state = self.state(&second_tree, limit)?;
        let known = known(
            &[&tree, &second_tree],
            fixture,
            &[&first.steps, &second.steps],
        );
        Step::rename(&mut second.steps, Names::knowing(known.clone()));

        let Seen {
            mut doubts,
            mut warnings,
        } = std::mem::take(&mut self.seen);
        if let Some(why) = &self.sandbox.is_plain {
            warnings.insert(format!(
                "no name spaces ({why}): it ran in a plain temporary directory"
            ));
        }
        warnings.extend(self.prover.origin.warning());
        if second.recording.is_some_and(|it| it.replay() != whole) {
            doubts.insert("the recording, replayed, does not give the files that are there: something was not seen".to_owned());
        }
        if !second_state.is(&new) || second.end != first.end {
            doubts.insert("two undisturbed runs do not give the same files".to_owned());
        }
        if new.is(&old) {
            let no_change = || "the command does not change the protected files".to_owned();
            doubts.insert(new.reader_failure(limit).unwrap_or_else(no_change));
        }
        if !is_exact {
            warnings.insert(
                "the sandbox has no extended attributes: those of the files are not compared"
                    .to_owned(),
            );
        }
        if again.end != End::Exit(0) {
            warnings.insert(format!(
                "a second run on top of the first ends with {}",
                ended(again.end, limit)
            ));
        }
        Ok(Ok(Baseline {
            numbers_at_changes: numbers_at_changes(&second.steps, &known),
            steps: second.steps,
            old,
            new,
            again: again_state,
            again_end: again.end,
            tree: Rc::unwrap_or_clone(tree),
            again_tree: Rc::unwrap_or_clone(again_tree),
            temporary,
            again_temporary,
            known,
            doubts,
            warnings,
            took,
            runs: self.runs,
        }))
    }
}

/// The second of now, counted since 1970.
fn second() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// Waits until that second is over, so that what is run next does not write the same time by chance.
fn outlast(last: u64) {
    while second() == last {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Which of their calls points are in a run that stops at changes alone, where that is another; nothing where files
/// have other names in it, for what is made up is called after when it first appeared.
fn numbers_at_changes(
    steps: &[Step],
    known: &BTreeSet<PathBuf>,
) -> Option<BTreeMap<String, usize>> {
    let changes = steps.iter().filter(|it| !it.kind.is_passive());
    let mut seen: Vec<Step> = changes.clone().cloned().collect();
    Step::rename(&mut seen, Names::knowing(known.clone()));
    let pairs = || {
        changes
            .clone()
            .zip(&seen)
            .map(|it| (&it.0.point, &it.1.point))
    };
    let others = pairs().filter(|(point, seen)| point.nth != seen.nth);
    let others = others.map(|(point, seen)| (point.to_string(), seen.nth));
    let are_named_alike = pairs().all(|(point, seen)| point.call == seen.call);
    are_named_alike.then(|| others.collect())
}

/// The paths that every run has.
fn known(trees: &[&Tree; 2], fixture: &Tree, steps: &[&Vec<Step>; 2]) -> BTreeSet<PathBuf> {
    let of_run = |tree: &Tree, steps: &[Step]| -> BTreeSet<PathBuf> {
        let home = tree.0.keys().map(|path| Path::new("home").join(path));
        let touched = steps.iter().flat_map(|step| step.paths.clone());
        let all: Vec<PathBuf> = home.chain(touched).collect();
        all.iter().flat_map(|path| with_parents(path)).collect()
    };
    let first = of_run(trees[0], steps[0]);
    let second = of_run(trees[1], steps[1]);
    let mut known: BTreeSet<PathBuf> = first.intersection(&second).cloned().collect();
    known.extend(fixture.0.keys().map(|path| Path::new("home").join(path)));
    known.extend(["home".into(), "tmp".into()]);
    known
}
