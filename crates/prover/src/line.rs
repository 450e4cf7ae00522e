//! The time line of a run: its calls, and the one that the fault struck.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::call::Kind;
use crate::fault::Point;
use crate::session::Step;

/// How many calls a short time line has at most, and how many around the one that was struck come first.
const CALLS_MAX: usize = 12;
const AROUND: usize = 2;

/// One call of a time line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Which call of the run it is, from one on.
    pub number: usize,
    /// The call.
    pub point: Point,
    /// Its length or its flags.
    pub detail: String,
    /// `ok`, a number or the name of an error.
    pub result: String,
    /// Whether the fault made it so.
    pub is_injected: bool,
}

impl Moment {
    fn of((index, step): (usize, Step)) -> Self {
        let result = match step.result {
            None => "killed".to_owned(),
            Some(0) => "ok".to_owned(),
            Some(number) if number > 0 => number.to_string(),
            Some(number) => {
                let errno = i32::try_from(-number).unwrap_or_default();
                format!("{:?}", nix::errno::Errno::from_raw(errno))
            }
        };
        Self {
            number: index + 1,
            point: step.point,
            detail: step.detail,
            result,
            is_injected: step.is_injected,
        }
    }
}

/// All calls of a run.
pub(crate) fn whole(steps: Vec<Step>) -> Vec<Moment> {
    steps.into_iter().enumerate().map(Moment::of).collect()
}

/// The calls around the first that was struck, and those that change a protected file or one that takes its place.
pub(crate) fn short(steps: Vec<Step>, protected: &[PathBuf]) -> Vec<Moment> {
    let struck = steps.iter().position(|it| it.is_injected).unwrap_or(0);
    let matters = matters(&steps, protected);
    let distance = |index: usize| index.abs_diff(struck);
    let is_wanted = |(index, step): &(usize, &Step)| {
        distance(*index) <= AROUND || step.is_injected || changes(step, &matters)
    };
    let wanted = steps.iter().enumerate().filter(is_wanted);
    let mut wanted: Vec<usize> = wanted.map(|it| it.0).collect();
    if steps.len() <= CALLS_MAX {
        wanted = (0..steps.len()).collect();
    }
    wanted.sort_by_key(|index| distance(*index));
    wanted.truncate(CALLS_MAX);
    let is_lone_gap = |it: &usize| {
        let around = [it.checked_sub(1), it.checked_add(1)];
        around.iter().flatten().all(|it| wanted.contains(it))
    };
    let gaps: Vec<usize> = (1..steps.len()).filter(is_lone_gap).collect();
    wanted.extend(gaps);
    let chosen = steps.into_iter().enumerate();
    chosen
        .filter(|(index, _)| wanted.contains(index))
        .map(Moment::of)
        .collect()
}

/// The protected files, and those that take their place.
fn matters(steps: &[Step], protected: &[PathBuf]) -> BTreeSet<PathBuf> {
    let protected = protected.iter().map(|it| Path::new("home").join(it));
    let mut matters: BTreeSet<PathBuf> = protected.collect();
    for step in steps.iter().rev() {
        if let (Kind::Rename | Kind::Link, [from, to]) = (step.kind, &step.paths[..])
            && matters.contains(to)
        {
            matters.insert(from.clone());
        }
    }
    matters
}

fn changes(step: &Step, files: &BTreeSet<PathBuf>) -> bool {
    step.kind.changes() && step.paths.iter().any(|it| files.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(kind: Kind, path: &str, is_injected: bool) -> Step {
        Step {
            point: Point {
                call: format!("{kind:?}({path})"),
                nth: 1,
            },
            system: String::new(),
            thread: 1,
            is_of_child: false,
            paths: vec![Path::new("home").join(path)],
            given: Vec::new(),
            detail: String::new(),
            kind,
            errors: Vec::new(),
            length: 0,
            result: Some(0),
            is_injected,
        }
    }

    /// The numbers of what is shown of a run that opens `a`, reads `b` very often, is struck and reads on.
    fn shown(reads: usize) -> Vec<usize> {
        let mut steps = vec![step(Kind::OpenWrite, "a", false)];
        steps.extend((0..reads).map(|_| step(Kind::Read, "b", false)));
        steps.push(step(Kind::Write, "a", true));
        steps.extend((0..reads).map(|_| step(Kind::Read, "b", false)));
        let line = short(steps, &["a".into()]);
        line.iter().map(|it| it.number).collect()
    }

    #[test]
    fn a_long_run_is_cut_to_what_matters() {
        assert_eq!(shown(100), [1, 100, 101, 102, 103, 104]);
    }

    #[test]
    fn what_takes_the_place_of_a_file_matters_as_the_file_does() {
        let mut steps: Vec<Step> = (0..20).map(|_| step(Kind::Read, "b", false)).collect();
        (steps[2], steps[10]) = (step(Kind::Write, "t", false), step(Kind::Read, "b", true));
        steps[19] = step(Kind::Rename, "t", false);
        steps[19].paths.push("home/a".into());
        let line = short(steps, &["a".into()]);
        let numbers: Vec<usize> = line.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [3, 9, 10, 11, 12, 13, 20]);
    }

    #[test]
    fn a_short_run_is_shown_whole() {
        assert_eq!(shown(4), (1..=10).collect::<Vec<_>>());
    }

    #[test]
    fn a_time_line_is_bounded() {
        let steps = (0..10_000).map(|it| step(Kind::Write, "a", it >= 5000));
        assert_eq!(short(steps.collect(), &["a".into()]).len(), CALLS_MAX);
    }

    #[test]
    fn one_call_is_not_left_out_for_a_line_that_says_so() {
        let mut steps: Vec<Step> = (0..20).map(|_| step(Kind::Read, "b", false)).collect();
        (steps[10], steps[14]) = (step(Kind::Write, "a", true), step(Kind::Write, "a", false));
        let line = short(steps, &["a".into()]);
        let numbers: Vec<usize> = line.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [9, 10, 11, 12, 13, 14, 15]);
    }
}
