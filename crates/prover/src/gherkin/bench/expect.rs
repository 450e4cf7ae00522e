//! What is expected of the cases that were tried, and what is said where it is not so.

use std::path::PathBuf;

use super::{Bench, Done, Outcome, certain};
use crate::ProveError;
use crate::gherkin::StepError;
use crate::judge::{Tear, Verdict, Whole};
use crate::replay::Replay;
use crate::report::{Answer, Case, Report};
use crate::terminal::{counter_example, show, show_replay};
use crate::wording::replay;

/// What is expected; of a proof, of every case that was tried.
impl Bench {
    /// Neither TORN, LIE nor STUCK.
    ///
    /// # Errors
    ///
    /// It is not so, or nothing was tried, or the answer is inconclusive.
    pub fn is_all_or_nothing(&self) -> Done {
        self.all("it is not all or nothing", |it| !it.verdict.is_violation())
    }

    /// Exit code 0 where the files are new, an error only where they are not; to be killed says nothing.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::is_all_or_nothing`].
    pub fn tells_the_truth(&self) -> Done {
        self.all("the exit code does not tell the truth", |it| {
            let is_new = it.whole == Some(Whole::New);
            it.end == "killed" || (it.end == "exit 0") == is_new
        })
    }

    /// A clean run makes the files new.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::is_all_or_nothing`].
    pub fn recovers(&self) -> Done {
        self.all("a clean re-run does not succeed", |it| it.recovers)
    }

    /// Nothing is left beside.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::is_all_or_nothing`].
    pub fn leaves_nothing(&self) -> Done {
        self.all("something is left beside", |it| it.litter.is_empty())
    }

    /// The one case left the files old, or new.
    ///
    /// # Errors
    ///
    /// It is not so, or not one case was tried.
    pub fn is_whole(&self, side: Whole) -> Done {
        let what = match side {
            Whole::Old => "the files are not fully old",
            Whole::New => "the files are not fully new",
        };
        self.one(what, |it| it.whole == Some(side))
    }

    /// A clean run after the one case does not make the files new.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::is_whole`].
    pub fn does_not_recover(&self) -> Done {
        self.one("a clean re-run succeeds", |it| !it.recovers)
    }

    /// The one case leaves something beside.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::is_whole`].
    pub fn leaves_something(&self) -> Done {
        self.one("nothing is left beside", |it| !it.litter.is_empty())
    }

    /// The one case ends the command so: `exit 1`, `killed`, `SIGABRT`.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::is_whole`].
    pub fn ends_with(&self, end: &str) -> Done {
        let what = format!("it does not end with {end:?}");
        self.one(&what, |it| it.end == end)
    }

    /// In the one case the command does not end by itself.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::is_whole`].
    pub fn does_not_end(&self) -> Done {
        self.one("it ends", |it| it.end.starts_with("no end"))
    }

    /// The verdict of the one case.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::is_whole`], or there is no such verdict.
    pub fn verdict_is(&self, word: &str) -> Done {
        let verdict: Verdict = from_word(word)?;
        let what = format!("the verdict is not {word}");
        self.one(&what, |it| it.verdict == verdict)
    }

    /// How a file is torn in the one case.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::is_whole`].
    pub fn tear_is(&self, file: &str, word: &str) -> Done {
        let tear: Tear = from_word(word)?;
        let torn = Some((tear, PathBuf::from(file)));
        self.one(&format!("{file} is not {word}"), |it| it.tear == torn)
    }

    /// The verdict of one case of a proof.
    ///
    /// # Errors
    ///
    /// It is another one; or nothing was proved, or it has no such case, or its call did not come up again.
    pub fn verdict_at_is(&self, word: &str, id: &str) -> Done {
        let verdict: Verdict = from_word(word)?;
        let report = self.proof()?;
        let case = report.cases.iter().find(|it| it.id == id);
        let case = case.ok_or_else(|| ProveError::NoSuchCase { id: id.to_owned() })?;
        if case.verdict == Verdict::NotReached {
            return Err(StepError::NotReached { id: id.to_owned() });
        }
        let what = format!("the verdict is not {word} at {id}");
        self.none_of(&what, report, &[case], |it| it.verdict == verdict)
    }

    /// What a proof comes to, in the words of its first line.
    ///
    /// # Errors
    ///
    /// It comes to something else, or nothing was proved, or there is no such answer.
    pub fn answer_is(&self, word: &str) -> Done {
        let answers = [
            Answer::AllOrNothing,
            Answer::Violation,
            Answer::Inconclusive,
        ];
        let wanted = answers.into_iter().find(|it| it.word() == word);
        let known = answers.map(Answer::word).join(", ");
        let why = || StepError::senseless(format!("there is no answer {word}; there are {known}"));
        let wanted = wanted.ok_or_else(why)?;
        let report = self.proof()?;
        if report.answer() == wanted {
            return Ok(());
        }
        let shown = show(&self.findable(report));
        Err(StepError::Missed(format!(
            "the answer is not {word}\n{shown}"
        )))
    }

    /// How many faults there are.
    ///
    /// # Errors
    ///
    /// There are more or fewer, or they were not counted.
    pub fn count_is(&self, wanted: usize) -> Done {
        let count = match &self.outcome {
            Some(Outcome::Plan(count)) => *count,
            Some(Outcome::Proof(report)) => report.cases.len() + report.untried,
            Some(Outcome::Case(..)) | None => {
                return Err(StepError::senseless("the faults were not listed"));
            }
        };
        if count == wanted {
            return Ok(());
        }
        let why = format!("there are {count} faults, not {wanted}");
        Err(StepError::Missed(why))
    }

    fn proof(&self) -> Result<&Report, StepError> {
        match &self.outcome {
            Some(Outcome::Proof(report)) => Ok(report),
            _ => Err(StepError::senseless("nothing was proved")),
        }
    }

    fn one(&self, missed: &str, holds: impl Fn(&Case) -> bool) -> Done {
        match &self.outcome {
            Some(Outcome::Case(replay, report)) if !holds(&replay.case) => {
                Err(self.missed(missed, replay, report))
            }
            Some(Outcome::Case(..)) => Ok(()),
            _ => Err(StepError::senseless(
                "this is about one case, and not one was tried",
            )),
        }
    }

    fn all(&self, missed: &str, holds: impl Fn(&Case) -> bool) -> Done {
        let report = match &self.outcome {
            Some(Outcome::Case(..)) => return self.one(missed, holds),
            _ => self.proof()?,
        };
        let tried = report.cases.iter();
        let tried: Vec<&Case> = tried
            .filter(|it| it.verdict != Verdict::NotReached)
            .collect();
        self.none_of(missed, report, &tried, holds)?;
        certain(&report.doubts) // without a budget, nothing else leaves a fault untried
    }

    fn none_of(
        &self,
        missed: &str,
        report: &Report,
        cases: &[&Case],
        holds: impl Fn(&Case) -> bool,
    ) -> Done {
        let broken: Vec<&Case> = cases.iter().copied().filter(|it| !holds(it)).collect();
        if broken.is_empty() {
            return Ok(());
        }
        let count = format!("{} of {} faults", broken.len(), cases.len());
        let mut message = format!("{missed}, at {count}; the smallest:\n");
        counter_example(&mut message, &self.findable(report), &broken);
        Err(StepError::Missed(message))
    }

    fn missed(&self, missed: &str, replayed: &Replay, report: &Report) -> StepError {
        let line = replay(&self.findable(report), &replayed.case.id);
        let shown = show_replay(replayed);
        StepError::Missed(format!("{missed}\n\n{shown}  replay      {line}\n"))
    }

    /// The report with a fixture that its replay line can name: what the scenario wrote is kept.
    fn findable(&self, report: &Report) -> Report {
        let mut report = report.clone();
        if self.directory.is_none() {
            let kept = tempfile::Builder::new().prefix("untorn-kept-").tempdir();
            let kept = kept.and_then(|it| self.fixture.write(it.path()).map(|()| it.keep()));
            let place = kept.map_or_else(
                |error| format!("(it was not kept: {error})"),
                |path| path.display().to_string(),
            );
            report.fixture.directory = Some(PathBuf::from(&place));
            report.options.extend(["--fixture".to_owned(), place]);
        }
        report
    }
}

/// A verdict or a tear by its word.
fn from_word<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, StepError> {
    serde_json::from_value(word.into())
        .map_err(|_| StepError::senseless(format!("there is no such word as {word}")))
}
