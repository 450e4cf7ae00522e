//! What a scenario sets up, what it has tried, and whether that came to what it expects.

use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use crate::fault::Strike;
use crate::gherkin::spot::{Spot, seek};
use crate::gherkin::{StepError, known, text};
use crate::judge::{Tear, Verdict, Whole};
use crate::prove::{Baseline, Replay, plan};
use crate::report::{Answer, Case, Report};
use crate::terminal::{counter_example, replay, show, show_replay};
use crate::tree::{Node, Tree};
use crate::{ProveError, Prover};

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

/// The fixture.
impl Bench {
    /// The home directory holds what `directory` holds, and nothing else.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn has_copies(&mut self, directory: &str) -> Done {
        let read = Tree::read(Path::new(directory));
        self.fixture = read.map_err(|source| ProveError::Fixture {
            path: directory.into(),
            source,
        })?;
        self.directory = Some(directory.into());
        Ok(())
    }

    /// The home directory holds nothing.
    pub fn has_nothing(&mut self) {
        self.fixture = Tree::default();
        self.directory = None;
    }

    /// The home directory holds this file as well.
    ///
    /// # Errors
    ///
    /// There is no doc string, or the file is outside of the home directory.
    pub fn has_file(&mut self, name: &str, docstring: Option<&String>) -> Done {
        let bytes = text::plain(contents(name, docstring)?).as_bytes().to_vec();
        self.put(name, Node::File { mode: 0o644, bytes })
    }

    /// As [`Bench::has_file`], with the escapes of a text in Rust: `\n`, `\xff`. Line breaks that are not
    /// written as `\n` do not count.
    ///
    /// # Errors
    ///
    /// As those of [`Bench::has_file`], and an escape that is none.
    pub fn has_escaped_file(&mut self, name: &str, docstring: Option<&String>) -> Done {
        let bytes = text::unescaped(contents(name, docstring)?);
        let bytes = bytes.ok_or_else(|| {
            StepError::senseless(r#"a backslash stands before n, t, r, xNN, \, " or ' only"#)
        })?;
        self.put(name, Node::File { mode: 0o644, bytes })
    }

    /// The home directory holds this directory as well.
    ///
    /// # Errors
    ///
    /// It is outside of the home directory.
    pub fn has_directory(&mut self, name: &str) -> Done {
        self.put(name, Node::Directory { mode: 0o755 })
    }

    /// The home directory holds this symbolic link as well.
    ///
    /// # Errors
    ///
    /// It is outside of the home directory.
    pub fn has_link(&mut self, name: &str, to: &str) -> Done {
        self.put(name, Node::Link { to: to.into() })
    }

    /// A file or directory of the home directory has this mode, in octal digits.
    ///
    /// # Errors
    ///
    /// There is no such file, or no such mode.
    pub fn has_mode(&mut self, name: &str, octal: &str) -> Done {
        let wanted = u32::from_str_radix(octal, 8)
            .ok()
            .filter(|it| *it < 0o10000);
        let wanted = wanted.ok_or_else(|| StepError::senseless(format!("{octal} is no mode")))?;
        match self.fixture.0.get_mut(Path::new(name)) {
            Some(Node::File { mode, .. } | Node::Directory { mode }) => *mode = wanted,
            _ => return Err(StepError::senseless(format!("there is no file {name:?}"))),
        }
        self.directory = None;
        Ok(())
    }

    fn put(&mut self, name: &str, node: Node) -> Done {
        let path = Path::new(name);
        if name.is_empty()
            || !path
                .components()
                .all(|it| matches!(it, Component::Normal(_)))
        {
            let why = format!("{name:?} is outside of the home directory");
            return Err(StepError::Senseless(why));
        }
        self.directory = None;
        self.fixture.insert(path, node);
        Ok(())
    }
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
            report.options.extend(["--fixture".to_owned(), place]);
        }
        report
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

/// A verdict or a tear by its word.
fn from_word<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, StepError> {
    serde_json::from_value(word.into())
        .map_err(|_| StepError::senseless(format!("there is no such word as {word}")))
}
