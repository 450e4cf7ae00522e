//! What a scenario sets up, what it has tried, and whether that came to what it expects.

mod expect;
mod home;

use std::path::PathBuf;
use std::time::Duration;

use crate::Prover;
use crate::baseline::Baseline;
use crate::fault::Strike;
use crate::gherkin::spot::{Spot, seek};
use crate::gherkin::{StepError, known};
use crate::judge::Verdict;
use crate::plan::plan;
use crate::replay::Replay;
use crate::report::Report;
use crate::tree::Tree;

type Done = Result<(), StepError>;

/// The command and the files of one scenario, and what came of them; it starts without any.
///
/// Each method is what one sentence of [`steps!`](crate::steps) does.
#[derive(Debug, Default)]
pub struct Bench {
    fixture: Tree,
    /// Where the fixture was copied from, if it is a copy and nothing else.
    directory: Option<PathBuf>,
    command: Vec<String>,
    reader: Option<String>,
    environment: Vec<(String, String)>,
    protected: Vec<PathBuf>,
    timeout: Option<Duration>,
    is_plain: bool,
    outcome: Option<Outcome>,
}

/// What a `When` has come to.
#[derive(Debug)]
enum Outcome {
    Proof(Box<Report>),
    /// One case, and a report without cases, for the command and its options.
    Case(Box<Replay>, Box<Report>),
    /// How many faults there are.
    Plan(usize),
}
/// The command.
impl Bench {
    /// This is the command: the words of a shell, but no shell runs it.
    ///
    /// # Errors
    ///
    /// A quotation is not closed, or there is no word.
    pub fn has_command(&mut self, line: &str) -> Done {
        let words = shlex::split(line).filter(|it| !it.is_empty());
        let why = || StepError::senseless(format!("{line:?} are not the words of a command"));
        self.command = words.ok_or_else(why)?;
        Ok(())
    }

    /// As [`Bench::has_command`], in a doc string.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::has_command`], or there is no doc string.
    pub fn has_long_command(&mut self, docstring: Option<&String>) -> Done {
        self.has_command(contents("the command", docstring)?)
    }

    /// These files are one unit, told as `"a", "b"`.
    pub fn protects(&mut self, files: &str) {
        let files = files.trim_matches('"').split("\", \"");
        self.protected = files.map(PathBuf::from).collect();
    }

    /// States are the same where this line of a shell prints the same.
    pub fn is_read_with(&mut self, line: &str) {
        self.reader = Some(line.to_owned());
    }

    /// The command has this variable, told as `NAME=VALUE`.
    ///
    /// # Errors
    ///
    /// There is no name.
    pub fn has_variable(&mut self, pair: &str) -> Done {
        let split = pair.split_once('=').filter(|it| !it.0.is_empty());
        let why = || StepError::senseless(format!("{pair:?} is not NAME=VALUE"));
        let (name, value) = split.ok_or_else(why)?;
        self.environment.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// An undisturbed run may take so long.
    pub fn may_take(&mut self, limit_ms: u64) {
        self.timeout = Some(Duration::from_millis(limit_ms));
    }

    /// It runs in a plain temporary directory.
    pub fn is_plain(&mut self) {
        self.is_plain = true;
    }

    fn prover(&self) -> Result<Prover, StepError> {
        if self.command.is_empty() {
            return Err(StepError::senseless("no command is given"));
        }
        let mut prover = Prover::command(&self.command)?.protect(&self.protected);
        prover = match &self.directory {
            Some(directory) => prover.fixture(directory)?,
            None => Prover {
                fixture: self.fixture.clone(),
                ..prover
            },
        };
        if let Some(line) = &self.reader {
            prover = prover.reader(["sh", "-c", line])?;
        }
        for (name, value) in &self.environment {
            prover = prover.environment(name, value);
        }
        if let Some(limit) = self.timeout {
            prover = prover.timeout(limit);
        }
        if self.is_plain {
            prover = prover.plain();
        }
        prover.check()?;
        Ok(prover)
    }
}

/// What is tried.
impl Bench {
    /// Every fault is tried.
    ///
    /// # Errors
    ///
    /// The command cannot be run, or does not work undisturbed.
    pub fn prove(&mut self) -> Done {
        let report = self.prover()?.run()?;
        self.outcome = Some(Outcome::Proof(Box::new(report)));
        Ok(())
    }

    /// Nothing is tried, but it is seen what could be.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::prove`], or what the command does undisturbed cannot be followed.
    pub fn list(&mut self) -> Done {
        let baseline = self.prover()?.seek_points()?;
        certain(&baseline.doubts)?;
        self.outcome = Some(Outcome::Plan(plan(&baseline).len()));
        Ok(())
    }

    /// The case `id` is tried.
    ///
    /// The undisturbed run is remembered in this process, until the program, or a file that is a word of the
    /// command, is written anew.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::list`]; or there is no such case, or its call did not come up again.
    pub fn replay(&mut self, id: &str) -> Done {
        self.try_case(|_| Ok(id.to_owned()))
    }

    /// A call fails with the error of that name; from then on where `persists` is not empty.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::replay`], or the words are about no call, or about several.
    pub fn fails(&mut self, spot: Spot<'_>, errno: &str, persists: &str) -> Done {
        let shape = if persists.is_empty() {
            "once"
        } else {
            "persist"
        };
        self.strike(spot, |point| format!("fault:{point}:{errno}:{shape}"))
    }

    /// It is killed before a call.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::fails`].
    pub fn is_killed_before(&mut self, spot: Spot<'_>) -> Done {
        self.strike(spot, |point| format!("kill:{point}:before"))
    }

    /// It is killed after its last call.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::replay`].
    pub fn is_killed_at_last(&mut self) -> Done {
        self.try_case(|baseline| {
            let all = plan(baseline);
            let last = all.iter().find(|it| it.strike == Strike::KillAfter);
            let why = || StepError::senseless("the command makes no call that can fail");
            last.map(ToString::to_string).ok_or_else(why)
        })
    }

    /// Half of a write is written, and from then on there is no room for data.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::fails`].
    pub fn has_room_for_half(&mut self, spot: Spot<'_>) -> Done {
        self.strike(spot, |point| format!("fault:{point}:ENOSPC:data"))
    }

    /// Less is written than was asked for: `half`, `1 byte` or `all but 1 byte`.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::fails`].
    pub fn is_cut_to(&mut self, part: &str, spot: Spot<'_>) -> Done {
        let part = match part {
            "1 byte" => "1-byte",
            "all but 1 byte" => "all-but-1",
            other => other,
        };
        self.strike(spot, |point| format!("short:{point}:{part}"))
    }

    fn strike(&mut self, spot: Spot<'_>, id: impl Fn(&str) -> String) -> Done {
        self.try_case(|baseline| {
            let point = seek(baseline, spot)?;
            let id = id(&point.to_string());
            let at_point = plan(baseline).into_iter().filter(|it| it.point == *point);
            let known: Vec<String> = at_point.map(|it| it.to_string()).collect();
            if known.contains(&id) {
                return Ok(id);
            }
            let others = known.join(", ");
            Err(StepError::Senseless(format!(
                "this command has no case {id}; at that call there are: {others}"
            )))
        })
    }

    fn try_case(&mut self, choose: impl Fn(&Baseline) -> Result<String, StepError>) -> Done {
        let prover = self.prover()?;
        let place = prover.place()?;
        let baseline = known::baseline(&prover, &place)?;
        certain(&baseline.doubts)?;
        let id = choose(&baseline)?;
        let replay = prover.replay_on(&place, &baseline, &id)?;
        certain(&replay.doubts)?;
        if replay.case.verdict == Verdict::NotReached {
            return Err(StepError::NotReached { id });
        }
        let report = prover.report(&baseline);
        self.outcome = Some(Outcome::Case(Box::new(replay), Box::new(report)));
        Ok(())
    }
}

fn contents<'a>(name: &str, docstring: Option<&'a String>) -> Result<&'a str, StepError> {
    let why = || StepError::senseless(format!("no doc string says what {name} is"));
    docstring.map(String::as_str).ok_or_else(why)
}

/// Refuses to go on where something is doubtful.
fn certain<'a>(doubts: impl IntoIterator<Item = &'a String>) -> Done {
    let doubts: Vec<&str> = doubts.into_iter().map(String::as_str).collect();
    if doubts.is_empty() {
        return Ok(());
    }
    Err(StepError::Inconclusive(doubts.join("; ")))
}
