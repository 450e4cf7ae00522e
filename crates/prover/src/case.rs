//! One fault: the command runs with it, then once more without, and what is left is judged.

use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use crate::baseline::Baseline;
use crate::change::Change;
use crate::fault::{Fault, Strike};
use crate::judge::{State, Verdict, Whole};
use crate::line;
use crate::litter::{Everything, Known, everything};
use crate::names::{Names, has_made_up};
use crate::record::Recording;
use crate::report::Case;
use crate::trace::End;
use crate::tree::Tree;
use crate::wording::ended;
use crate::worker::{Ran, Watch, Worker};

/// How many counter-examples of one worker have a time line: reports stay small whatever is proved.
const LINES_MAX: usize = 64;

/// What is looked at when a fault is tried.
#[derive(Clone, Copy)]
pub(crate) enum Looks {
    /// What stands there in the end.
    Files,
    /// Each call as well, also where it changes nothing.
    Calls,
    /// What each call returns as well, which takes longer.
    Results,
}

/// What a clean run comes to.
#[derive(Clone)]
pub(crate) struct Rerun {
    state: State,
    end: End,
    /// As reports call it.
    litter: Vec<String>,
}

impl Worker<'_> {
    /// Tries one fault. The first counter-example of its group is run again, and gets the time line of that.
    pub(crate) fn case(&mut self, baseline: &Baseline, fault: &Fault) -> io::Result<Case> {
        let (mut case, ..) = self.once(baseline, fault, Looks::Files)?;
        if case.litter.iter().any(|it| has_made_up(it)) && baseline.at_changes(fault).is_some() {
            (case, ..) = self.once(baseline, fault, Looks::Calls)?; // which tells when its names first appeared
        }
        if case.is_counter_example()
            && self.lined.len() < LINES_MAX
            && self.lined.insert(case.group())
        {
            let (again, ran, _) = self.once(baseline, fault, Looks::Results)?;
            if again.verdict != case.verdict {
                let word = again.verdict.word();
                let differs = format!("{}: a second time, it was {word}", case.id);
                self.seen.warnings.insert(differs);
            }
            case.calls = ran.steps.len();
            case.line = line::short(ran.steps, &self.prover.protected);
        }
        Ok(case)
    }

    /// Runs the command once with a fault, and judges what it leaves.
    pub(crate) fn once(
        &mut self,
        baseline: &Baseline,
        fault: &Fault,
        looks: Looks,
    ) -> io::Result<(Case, Ran, Rc<Tree>)> {
        let limit = baseline.patience(self.prover.timeout);
        self.reset()?;
        let names = Names::knowing(baseline.known.clone());
        let at_changes = match looks {
            Looks::Files => baseline.at_changes(fault),
            Looks::Calls | Looks::Results => None,
        };
        let watch = match (looks, &at_changes) {
            (Looks::Results, _) => Watch::Results(Recording::of(self.sandbox.root())?),
            (_, Some(_)) => Watch::Changes,
            (_, None) => Watch::Calls,
        };
        let fault_seen = at_changes.as_ref().unwrap_or(fault);
        let ran = self.run(names, Some(fault_seen), watch, limit)?;
        let tree = self.tree()?;
        let case = self.judge(baseline, fault, &ran, &tree, limit)?;
        Ok((case, ran, tree))
    }

    fn judge(
        &mut self,
        baseline: &Baseline,
        fault: &Fault,
        ran: &Ran,
        tree: &Tree,
        limit: Duration,
    ) -> io::Result<Case> {
        let (id, point) = (fault.to_string(), fault.point.clone());
        let mut case = Case::not_reached(id, point, ended(ran.end, limit));
        if !ran.has_struck {
            return Ok(case);
        }
        let state = self.state(tree, limit)?;
        case.files = changes(&self.prover.protected, &baseline.old, &state);
        case.reader = match (&baseline.old.reader, &state.reader) {
            (Some((old_end, old)), Some((end, now))) => Some(Change::of_reader(
                (&ended(*old_end, limit), old),
                (&ended(*end, limit), now),
            )),
            _ => None,
        };
        let temporary = self.sandbox.temporary_files()?;
        let all = everything(tree, &temporary);
        let rerun = self.rerun(&ran.names, &all, baseline, limit)?;
        case.whole = state.whole(&baseline.old, &baseline.new);
        let is_new = case.whole == Some(Whole::New);
        let makes_new = rerun.state.is(&baseline.new) || is_new && rerun.state.is(&baseline.again);
        let ends = [End::Exit(0), baseline.again_end];
        let recovers = makes_new && ends.contains(&rerun.end);
        let came_to = match (makes_new, recovers) {
            (false, _) => "not what it should be",
            (true, false) => "new, but an undisturbed run ends otherwise",
            (true, true) => "new",
        };
        case.rerun = format!("{}; {came_to}", ended(rerun.end, limit));
        case.recovers = recovers;
        let is_killed = ran.end == End::Killed || fault.strike == Strike::KillAlone;
        let left = if is_killed {
            rerun.litter
        } else {
            let nothing = Tree::default();
            let [before, first, _] = baseline.undisturbed(&self.prover.fixture, &nothing);
            let left = Known(&baseline.known).left_beside(&all, &[before, first]);
            named(&ran.names, &left)
        };
        case.litter = left;
        case.verdict = if case.whole.is_none() {
            let (tear, index) = state.tear(&baseline.old, &baseline.new);
            case.tear = Some((tear, self.prover.protected[index].clone()));
            Verdict::Torn
        } else if ran.end == End::Exit(0) && !is_new {
            Verdict::Lie
        } else if !recovers || ran.end == End::TimedOut {
            Verdict::Stuck
        } else if is_new && !matches!(ran.end, End::Exit(0) | End::Killed) {
            Verdict::InDoubt
        } else if !case.litter.is_empty() {
            Verdict::Litter
        } else {
            Verdict::Ok
        };
        Ok(case)
    }

    /// Runs the command once more, undisturbed, on what a fault has left.
    ///
    /// What differs only in files with made-up names, here or among the temporary files, needs it only once,
    /// unless it touches one of those.
    fn rerun(
        &mut self,
        names: &Names,
        all: &Everything<'_>,
        baseline: &Baseline,
        limit: Duration,
    ) -> io::Result<Rerun> {
        let known = Known(&baseline.known);
        let key = known.fingerprint(all);
        if let Some(rerun) = self.reruns.get(&key) {
            return Ok(rerun.clone());
        }
        let made_up = known.made_up(all);
        let watch = if made_up.is_empty() {
            Watch::Changes
        } else {
            Watch::Calls
        };
        let ran = self.run(names.clone(), None, watch, limit)?;
        let (after, temporary) = (self.tree()?, self.sandbox.temporary_files()?);
        let now = everything(&after, &temporary);
        let nothing = Tree::default();
        let undisturbed = baseline.undisturbed(&self.prover.fixture, &nothing);
        let litter = named(&ran.names, &known.left_beside(&now, &undisturbed));
        let rerun = Rerun {
            state: self.state(&after, limit)?,
            end: ran.end,
            litter,
        };
        let mut touched = ran.steps.iter().flat_map(|step| &step.paths);
        if !touched.any(|path| made_up.contains(path)) {
            self.reruns.insert(key, rerun.clone());
        }
        Ok(rerun)
    }
}

/// What stands in the sandbox, as reports call it.
fn named(names: &Names, paths: &[PathBuf]) -> Vec<String> {
    let mut names = names.clone();
    paths.iter().map(|path| names.name(path)).collect()
}

/// What became of each protected file.
fn changes(protected: &[PathBuf], was: &State, now: &State) -> Vec<Change> {
    let both = was.files.iter().zip(&now.files);
    let changes = protected
        .iter()
        .zip(both)
        .map(|(path, (was, now))| Change::of_file(path, was.as_ref(), now.as_ref()));
    changes.collect()
}
