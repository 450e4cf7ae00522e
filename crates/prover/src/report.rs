//! What a proof has found, as data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::fault::Point;
use crate::judge::{Tear, Verdict, Whole};
use crate::line::Moment;

/// The version of the JSON that [`Report`] is written as.
pub const SCHEMA: u32 = 2;

/// What a whole proof comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Every fault left the files wholly old or wholly new, was told truly, and could be recovered from.
    AllOrNothing,
    /// At least one did not.
    Violation,
    /// Something was not seen, not tried, or not the same twice.
    Inconclusive,
}

impl Answer {
    /// The words for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::AllOrNothing => "ALL OR NOTHING",
            Self::Violation => "NOT SAFE",
            Self::Inconclusive => "INCONCLUSIVE",
        }
    }
}

/// One fault, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What replays it: `fault:write(config.toml)#1:ENOSPC:persist`.
    pub id: String,
    /// The call that it strikes.
    pub point: Point,
    /// What becomes of the files.
    pub verdict: Verdict,
    /// Which of the two states they are in, where they are not torn.
    pub whole: Option<Whole>,
    /// How they are torn, and which of them.
    pub tear: Option<(Tear, PathBuf)>,
    /// How the command ended: `exit 1`, `signal 9`, `killed`, `timed out`.
    pub end: String,
    /// What each protected file holds then, beside what it held.
    pub files: Vec<Change>,
    /// What the reader makes of them, where there is one.
    pub reader: Option<Change>,
    /// What the command did, in a few calls; the first counter-example of each kind has it.
    pub line: Vec<Moment>,
    /// How many calls it made in all, where there is a time line.
    pub calls: usize,
    /// What a clean run does next.
    pub rerun: String,
    /// Whether that makes the files new.
    pub recovers: bool,
    /// What is left beside.
    pub litter: Vec<String>,
}

/// What cases have in common that a reader takes for the same: the verdict, how the files are torn, what they
/// hold, and whether success was told.
pub(crate) type Group = (Verdict, Option<Tear>, Vec<String>, bool);

impl Case {
    /// A case of which nothing is known but how the command ended: its fault did not strike.
    pub(crate) fn not_reached(id: String, point: Point, end: String) -> Self {
        Self {
            id,
            point,
            verdict: Verdict::NotReached,
            whole: None,
            tear: None,
            end,
            files: Vec::new(),
            reader: None,
            line: Vec::new(),
            calls: 0,
            rerun: String::new(),
            recovers: false,
            litter: Vec::new(),
        }
    }

    /// Whether there is something to show of it.
    pub(crate) fn is_counter_example(&self) -> bool {
        !matches!(self.verdict, Verdict::Ok | Verdict::NotReached)
    }

    /// Whether the command said that it did what it was to do.
    pub(crate) fn has_succeeded(&self) -> bool {
        self.end == "exit 0"
    }

    /// Whether the command said that it did not; one that was killed has said nothing.
    pub(crate) fn has_failed(&self) -> bool {
        !self.has_succeeded() && self.end != "killed"
    }

    pub(crate) fn group(&self) -> Group {
        let tear = self.tear.as_ref().map(|it| it.0);
        let now = self.files.iter().map(|it| it.now.clone());
        (self.verdict, tear, now.collect(), self.has_succeeded())
    }
}

/// The files that a command gets a copy of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixture {
    /// Where they stand; `None` where only the protected files were copied.
    pub directory: Option<PathBuf>,
    /// How many files there are.
    pub files: usize,
    /// How many bytes they hold together.
    pub bytes: u64,
}

/// A file, and what it held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashed {
    /// The file.
    pub path: PathBuf,
    /// What `sha256sum` prints for it; empty where it cannot be read.
    pub sha256: String,
}

/// All that a proof has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The command and its arguments.
    pub command: Vec<String>,
    /// The options with which `untorn replay` finds the same cases, the protected files apart.
    pub options: Vec<String>,
    /// The program that was run, then each file that the command names by its whole path, such as a script.
    pub programs: Vec<Hashed>,
    /// The files that it got.
    pub fixture: Fixture,
    /// The protected files, relative to the fixture.
    pub protected: Vec<PathBuf>,
    /// The files that stood there before, a line each.
    pub before: Vec<String>,
    /// The kernel.
    pub kernel: String,
    /// The calls that can fail, in the order of the undisturbed run.
    pub points: Vec<Point>,
    /// Every fault that was tried.
    pub cases: Vec<Case>,
    /// How many of the planned faults were not tried, for the budget was spent.
    pub untried: usize,
    /// The part that was chosen, and of how many.
    pub shard: Option<(usize, usize)>,
    /// Why the answer cannot be trusted.
    pub doubts: Vec<String>,
    /// What a reader should know, though it does not change the answer.
    pub warnings: Vec<String>,
    /// How often a program was run, readers and clean runs included.
    pub runs: usize,
    /// How long all of it took.
    pub took: Duration,
}

/// A report as it is written, with what a reader would have to work out.
#[derive(Serialize)]
struct Written<'a> {
    untorn: &'static str,
    answer: Answer,
    #[serde(flatten)]
    report: &'a Report,
}

impl Report {
    /// The report as JSON, with its answer and the version of untorn.
    ///
    /// # Errors
    ///
    /// A path in it is no text.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(&Written {
            untorn: env!("CARGO_PKG_VERSION"),
            answer: self.answer(),
            report: self,
        })
    }

    /// What it comes to: a violation that was seen is one, whatever else was not.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let mut tried = self
            .cases
            .iter()
            .filter(|it| it.verdict != Verdict::NotReached);
        if self.cases.iter().any(|it| it.verdict.is_violation()) {
            Answer::Violation
        } else if !self.doubts.is_empty() || self.untried > 0 || tried.next().is_none() {
            Answer::Inconclusive
        } else {
            Answer::AllOrNothing
        }
    }

    /// How many cases have the verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.cases.iter().filter(|it| it.verdict == verdict).count()
    }

    /// Counter-examples that come to the same, the most harmful first, and else in the order of the cases.
    pub(crate) fn groups<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Vec<Vec<&'a Case>> {
        let mut groups: Vec<Vec<&Case>> = Vec::new();
        let mut known = BTreeMap::new();
        for case in cases.into_iter().filter(|it| it.is_counter_example()) {
            let index = *known.entry(case.group()).or_insert(groups.len());
            if index == groups.len() {
                groups.push(Vec::new());
            }
            groups[index].push(case);
        }
        groups.sort_by_key(|it| (it[0].verdict, it[0].tear.as_ref().map(|tear| tear.0)));
        groups
    }

    /// Takes the time line of every counter-example but the first of each kind.
    pub(crate) fn keep_first_lines(&mut self) {
        let mut seen = BTreeSet::new();
        for case in &mut self.cases {
            if !seen.insert(case.group()) {
                (case.line, case.calls) = (Vec::new(), 0);
            }
        }
    }

    /// Panics unless every fault left the files wholly old or wholly new.
    ///
    /// # Panics
    ///
    /// With the whole report, in which the smallest counter-example stands first.
    pub fn assert_all_or_nothing(&self) {
        let answer = self.answer();
        assert!(
            answer == Answer::AllOrNothing,
            "{}",
            crate::terminal::show(self)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(id: &str, verdict: Verdict, now: &str) -> Case {
        let (name, was, now) = ("a".to_owned(), String::new(), now.to_owned());
        let point = Point {
            call: "write(a)".to_owned(),
            nth: 1,
        };
        Case {
            verdict,
            files: vec![Change { name, was, now }],
            ..Case::not_reached(id.to_owned(), point, String::new())
        }
    }

    #[test]
    fn what_comes_to_the_same_is_one_group_the_worst_and_the_first_in_front() {
        let cases = [
            case("a", Verdict::Lie, "1 byte"),
            case("b", Verdict::Torn, "9 bytes"),
            case("c", Verdict::Torn, "10 bytes"),
            case("d", Verdict::Ok, "10 bytes"),
            case("e", Verdict::Torn, "9 bytes"),
        ];
        let groups = Report::groups(&cases);
        let ids = groups
            .iter()
            .map(|it| it.iter().map(|it| it.id.as_str()).collect());
        assert_eq!(ids.collect::<Vec<String>>(), ["be", "c", "a"]);
    }

    fn answer(verdicts: &[Verdict]) -> Answer {
        let report = Report {
            schema: SCHEMA,
            command: Vec::new(),
            options: Vec::new(),
            programs: Vec::new(),
            fixture: crate::tree::Tree::default().describe(None),
            protected: Vec::new(),
            before: Vec::new(),
            kernel: String::new(),
            points: Vec::new(),
            cases: verdicts.iter().map(|it| case("a", *it, "")).collect(),
            untried: 0,
            shard: None,
            doubts: Vec::new(),
            warnings: Vec::new(),
            runs: 0,
            took: Duration::ZERO,
        };
        report.answer()
    }

    #[test]
    fn what_was_not_reached_is_never_taken_for_a_pass() {
        assert_eq!(answer(&[Verdict::NotReached]), Answer::Inconclusive);
        assert_eq!(answer(&[]), Answer::Inconclusive);
        assert_eq!(
            answer(&[Verdict::NotReached, Verdict::Ok]),
            Answer::AllOrNothing
        );
        assert_eq!(answer(&[Verdict::Ok, Verdict::Lie]), Answer::Violation);
    }
}
