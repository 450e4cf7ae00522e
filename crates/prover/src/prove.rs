//! The proof: an undisturbed run, seen several times; a plan of faults; and a run for each.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{CString, OsStr, OsString};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use untorn_tracee::{Instruction, Launch, Starter, fork, interrupt_every};

use crate::change::{Change, describe_whole};
use crate::fault::{Fault, Strike, menu};
use crate::filter::filter;
use crate::home::Touched;
use crate::judge::{State, Verdict, Whole};
use crate::line::{self, Moment};
use crate::litter::Known;
use crate::names::{Names, with_parents};
use crate::program::{Program, environment, hashed};
use crate::record::Recording;
use crate::report::{Case, Group, Report, SCHEMA};
use crate::sandbox::{Place, Sandbox, isolate};
use crate::session::{Doubt, Session, Step};
use crate::trace::{self, End};
use crate::tree::{Node, Tree};
use crate::visible::{self, visible_path};
use crate::{ProveError, Prover, TIMEOUT};

/// How often the clock is looked at while a program runs.
const TICK: Duration = Duration::from_millis(20);

/// How much longer than undisturbed a faulty run may take, and how long at least: programs that wait for 10 s
/// before they go on without something are no rarity.
const PATIENCE: u32 = 20;
const PATIENCE_MIN: Duration = Duration::from_secs(30);

/// How many counter-examples of one worker have a time line: reports stay small whatever is proved.
const LINES_MAX: usize = 64;

/// What an undisturbed run does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Baseline {
    pub(crate) steps: Vec<Step>,
    old: State,
    new: State,
    /// The state after a second run on top of the first.
    again: State,
    tree: Tree,
    again_tree: Tree,
    known: BTreeSet<PathBuf>,
    pub(crate) doubts: BTreeSet<String>,
    warnings: BTreeSet<String>,
    took: Duration,
}

impl Baseline {
    /// The calls that can be struck: one that fails anyway has nothing to lose.
    fn succeeded(&self) -> impl Iterator<Item = &Step> {
        let steps = self.steps.iter();
        steps.filter(|it| it.result.is_some_and(|it| it >= 0))
    }
}

/// What a worker tells.
#[derive(Serialize, Deserialize)]
enum Told {
    Baseline(Box<Baseline>),
    Case(Box<Case>),
    Done(Done),
    Failed(String),
}

/// What a worker has done.
#[derive(Serialize, Deserialize)]
struct Done {
    runs: usize,
    /// How many faults it left out.
    left_out: usize,
    seen: Seen,
}

/// What runs have shown beside their results.
#[derive(Default, Serialize, Deserialize)]
struct Seen {
    /// Why the answer cannot be trusted.
    doubts: BTreeSet<String>,
    /// What a reader should know, though it does not change the answer.
    warnings: BTreeSet<String>,
}

/// One run, and what was seen of it.
struct Ran {
    end: End,
    steps: Vec<Step>,
    has_struck: bool,
    names: Names,
    recording: Option<Recording>,
}

/// What is looked at when a fault is tried.
#[derive(Clone, Copy)]
enum Looks {
    /// What stands there in the end.
    AtFiles,
    /// What each call returns as well, which takes longer.
    AtResults,
}

/// What a clean run comes to.
#[derive(Clone)]
struct Rerun {
    state: State,
    end: End,
    /// As reports call it.
    litter: Vec<String>,
}

/// All that the runs of one worker share.
struct Worker<'a> {
    prover: &'a Prover,
    sandbox: Sandbox,
    filter: Vec<Instruction>,
    starters: BTreeMap<&'a Program, Starter>,
    nothing: File,
    output: File,
    runs: usize,
    reruns: BTreeMap<u64, Rerun>,
    seen: Seen,
    /// What runs may have changed since the files were looked at.
    touched: Touched,
    /// The groups of which a case has its time line.
    lined: BTreeSet<Group>,
}

impl<'a> Worker<'a> {
    fn begin(prover: &'a Prover, place: &Place, number: usize) -> io::Result<Self> {
        let (nothing, output) = (File::open("/dev/null")?, tempfile::tempfile()?);
        interrupt_every(TICK)?;
        Ok(Self {
            sandbox: Sandbox::enter(place, number)?,
            prover,
            filter: filter(),
            starters: BTreeMap::new(),
            nothing,
            output,
            runs: 0,
            reruns: BTreeMap::new(),
            seen: Seen::default(),
            touched: Touched::Anything,
            lined: BTreeSet::new(),
        })
    }

    /// Runs the command once on the files that are there.
    fn run(
        &mut self,
        names: Names,
        fault: Option<&Fault>,
        recording: Option<Recording>,
        limit: Duration,
    ) -> io::Result<Ran> {
        let root = self.sandbox.root().to_path_buf();
        let mut session = Session::new(&root, names, fault);
        if let Some(recording) = recording {
            session = session.recording(recording);
        }
        let ended = self.start(&self.prover.program, &mut session, limit)?;
        let seen = &mut self.seen;
        seen.doubts
            .extend(session.doubts.iter().map(ToString::to_string));
        seen.warnings.append(&mut session.warnings);
        if ended.has_daemon {
            let daemon = "something outlived the command, and was killed".to_owned();
            seen.warnings.insert(daemon);
        }
        Ok(Ran {
            end: ended.end,
            steps: std::mem::take(&mut session.steps),
            has_struck: session.has_struck,
            names: session.names.clone(),
            recording: session.into_recording(),
        })
    }

    fn start(
        &mut self,
        program: &'a Program,
        session: &mut Session<'_>,
        limit: Duration,
    ) -> io::Result<trace::Ended> {
        self.begin_run()?;
        if !self.starters.contains_key(program) {
            let starter = self.starter(program, Some(&self.filter))?;
            self.starters.insert(program, starter);
        }
        let ended = trace::run(&self.starters[program], session, limit);
        self.touched.add(session.touched());
        ended
    }

    /// Takes away what the last run has printed.
    fn begin_run(&mut self) -> io::Result<()> {
        self.runs += 1;
        self.output.set_len(0)?;
        self.output.rewind()
    }

    /// A process that starts `program` again and again, with the filter or alone.
    fn starter(&self, program: &Program, filter: Option<&[Instruction]>) -> io::Result<Starter> {
        let home = self.sandbox.home.path();
        let environment = environment(home, &self.sandbox.temporary(), &self.prover.environment)?;
        let directory = CString::new(home.as_os_str().as_bytes())?;
        let launch = Launch::new(
            (&program.path, &program.arguments),
            &environment,
            &directory,
            (self.nothing.as_fd(), self.output.as_fd()),
            filter,
        );
        launch.prepare()
    }

    fn printed(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.output.rewind()?;
        self.output.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Makes everything as it was before the first run.
    fn reset(&mut self) -> io::Result<()> {
        self.tree()?; // so that it is known what has to be put back
        self.sandbox.reset(&self.prover.fixture)
    }

    /// What stands in the home directory now.
    fn tree(&mut self) -> io::Result<Rc<Tree>> {
        let touched = std::mem::take(&mut self.touched);
        self.sandbox.home.look(touched)
    }

    /// What the protected files are now.
    fn state(&mut self, tree: &Tree, limit: Duration) -> io::Result<State> {
        let reader = match &self.prover.reader {
            None => None,
            Some(reader) => {
                let root = self.sandbox.root().to_path_buf();
                let mut session = Session::new(&root, Names::default(), None);
                let ended = self.start(reader, &mut session, limit)?;
                let doubts = session.doubts.iter().map(|it| format!("the reader: {it}"));
                self.seen.doubts.extend(doubts);
                if *self.tree()? != *tree {
                    self.sandbox.home.restore(tree)?; // it may have repaired what a clean run is to find
                }
                Some((ended.end, self.printed()?))
            }
        };
        Ok(State::of(tree, &self.prover.protected, reader))
    }

    fn baseline(&mut self) -> io::Result<Result<Baseline, String>> {
        let limit = self.prover.timeout;
        let fixture = &self.prover.fixture;
        self.reset()?;
        let begun_with = Tree::read(self.sandbox.home.path())?;
        let is_exact = begun_with == *fixture;
        let old = self.state(&begun_with, limit)?;
        self.reset()?;
        let begun = Instant::now();
        let first = self.run(Names::default(), None, None, limit)?;
        let took = begun.elapsed();
        if first.end != End::Exit(0) {
            let printed = String::from_utf8_lossy(&self.printed()?).into_owned();
            let verb = match first.end {
                End::TimedOut => "had",
                _ => "ended with",
            };
            let mut why = vec![describe(first.end, limit)];
            why.extend(self.seen.doubts.iter().chain(&self.seen.warnings).cloned());
            return Ok(Err(format!(
                "undisturbed, the command {verb} {}:\n{printed}",
                why.join("; ")
            )));
        }
        let tree = self.tree()?;
        let new = self.state(&tree, limit)?;
        let again = self.run(Names::default(), None, None, limit)?;
        let again_tree = self.tree()?;
        let again_state = self.state(&again_tree, limit)?;

        self.reset()?;
        let second = self.run(Names::default(), None, None, limit)?;
        let second_tree = self.tree()?;
        let second_state = self.state(&second_tree, limit)?;
        let known = known(
            &[&tree, &second_tree],
            fixture,
            &[&first.steps, &second.steps],
        );

        self.reset()?;
        let recording = Recording::of(self.sandbox.root())?;
        let third = self.run(Names::knowing(known.clone()), None, Some(recording), limit)?;
        let whole = Tree::read(self.sandbox.root())?;

        let Seen {
            mut doubts,
            mut warnings,
        } = std::mem::take(&mut self.seen);
        if let Some(why) = &self.sandbox.is_plain {
            warnings.insert(format!(
                "no name spaces ({why}): it ran in a plain temporary directory"
            ));
        }
        if third.recording.is_some_and(|it| it.replay() != whole) {
            doubts.insert("the recording, replayed, does not give the files that are there: something was not seen".to_owned());
        }
        if !second_state.is(&new) || second.end != first.end {
            doubts.insert("two undisturbed runs do not give the same files".to_owned());
        }
        if new.is(&old) {
            doubts.insert("the command does not change the protected files".to_owned());
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
                describe(again.end, limit)
            ));
        }
        Ok(Ok(Baseline {
            steps: third.steps,
            old,
            new,
            again: again_state,
            tree: Rc::unwrap_or_clone(tree),
            again_tree: Rc::unwrap_or_clone(again_tree),
            known,
            doubts,
            warnings,
            took,
        }))
    }

    /// How long a run takes that is left alone, and one that is traced; they take turns.
    fn pace(&mut self, rounds: usize) -> io::Result<Pace> {
        let starter = self.starter(&self.prover.program, None)?;
        let (mut alone, mut traced) = (Vec::new(), Vec::new());
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
            self.reset()?;
            let begun = Instant::now();
            self.run(Names::default(), None, None, self.prover.timeout)?;
            traced.push(begun.elapsed());
        }
        Ok(Pace {
            alone: median(alone),
            traced: median(traced),
        })
    }

    /// Tries one fault. The first counter-example of its group is run again, and gets the time line of that.
    fn case(&mut self, baseline: &Baseline, fault: &Fault) -> io::Result<Case> {
        let (mut case, ..) = self.once(baseline, fault, Looks::AtFiles)?;
        if case.is_counter_example()
            && self.lined.len() < LINES_MAX
            && self.lined.insert(case.group())
        {
            let (again, ran, _) = self.once(baseline, fault, Looks::AtResults)?;
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
    fn once(
        &mut self,
        baseline: &Baseline,
        fault: &Fault,
        looks: Looks,
    ) -> io::Result<(Case, Ran, Rc<Tree>)> {
        let limit = patience(baseline, self.prover.timeout);
        self.reset()?;
        let names = Names::knowing(baseline.known.clone());
        let recording = match looks {
            Looks::AtFiles => None,
            Looks::AtResults => Some(Recording::of(self.sandbox.root())?),
        };
        let ran = self.run(names, Some(fault), recording, limit)?;
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
        let mut case = Case {
            id: fault.to_string(),
            point: fault.point.clone(),
            verdict: Verdict::NotReached,
            whole: None,
            tear: None,
            end: describe(ran.end, limit),
            files: Vec::new(),
            reader: None,
            line: Vec::new(),
            calls: 0,
            rerun: String::new(),
            recovers: false,
            litter: Vec::new(),
        };
        if !ran.has_struck {
            return Ok(case);
        }
        let state = self.state(tree, limit)?;
        case.files = changes(&self.prover.protected, &baseline.old, &state);
        case.reader = match (&baseline.old.reader, &state.reader) {
            (Some((old_end, old)), Some((end, now))) => Some(Change::of_reader(
                (&describe(*old_end, limit), old),
                (&describe(*end, limit), now),
            )),
            _ => None,
        };
        let rerun = self.rerun(&ran.names, tree, baseline, limit)?;
        case.whole = state.whole(&baseline.old, &baseline.new);
        let is_new = case.whole == Some(Whole::New);
        let recovers = rerun.state.is(&baseline.new) || is_new && rerun.state.is(&baseline.again);
        case.rerun = format!(
            "{}; {}",
            describe(rerun.end, limit),
            if recovers {
                "new"
            } else {
                "not what it should be"
            }
        );
        case.recovers = recovers;
        let left = if ran.end == End::Killed {
            rerun.litter
        } else {
            let undisturbed = [&self.prover.fixture, &baseline.tree];
            named(
                &ran.names,
                &Known(&baseline.known).left_beside(tree, &undisturbed),
            )
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
    /// Trees that differ only in files with made-up names need it only once, unless it touches one of those.
    fn rerun(
        &mut self,
        names: &Names,
        tree: &Tree,
        baseline: &Baseline,
        limit: Duration,
    ) -> io::Result<Rerun> {
        let known = Known(&baseline.known);
        let key = known.fingerprint(tree);
        if let Some(rerun) = self.reruns.get(&key) {
            return Ok(rerun.clone());
        }
        let ran = self.run(names.clone(), None, None, limit)?;
        let after = self.tree()?;
        let undisturbed = [&self.prover.fixture, &baseline.tree, &baseline.again_tree];
        let rerun = Rerun {
            state: self.state(&after, limit)?,
            end: ran.end,
            litter: named(&ran.names, &known.left_beside(&after, &undisturbed)),
        };
        let made_up = known.made_up(tree);
        let touched = ran.steps.iter().flat_map(|step| &step.paths);
        let mut inside = touched.filter_map(|path| path.strip_prefix("home").ok());
        if !inside.any(|path| made_up.contains(path)) {
            self.reruns.insert(key, rerun.clone());
        }
        Ok(rerun)
    }
}

/// What stands below the home directory, as reports call it.
fn named(names: &Names, paths: &[PathBuf]) -> Vec<String> {
    let mut names = names.clone();
    let name = |path| names.name(&Path::new("home").join(path));
    paths.iter().map(name).collect()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
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

/// How long a run under a fault may take: never longer than any run may.
fn patience(baseline: &Baseline, timeout: Duration) -> Duration {
    timeout.min(PATIENCE_MIN.max(baseline.took * PATIENCE))
}

fn describe(end: End, limit: Duration) -> String {
    match end {
        End::Exit(code) => format!("exit {code}"),
        End::Signal(number) => match Signal::try_from(number) {
            Ok(signal) => signal.to_string(),
            Err(_) => format!("signal {number}"),
        },
        End::Killed => "killed".to_owned(),
        End::TimedOut => format!("no end within {}", duration(limit)),
    }
}

/// A time as the command line takes it.
fn duration(time: Duration) -> String {
    let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    format!("{:?}", Duration::from_millis(milliseconds))
}

/// A reader as the command line takes it.
pub(crate) fn reader_line(command: &[OsString]) -> String {
    let words: Vec<String> = words(command);
    match &words[..] {
        [shell, option, line] if shell == "sh" && option == "-c" => line.clone(),
        _ => visible::line(&words),
    }
}

/// A command, to be shown.
fn words(command: &[OsString]) -> Vec<String> {
    let words = command.iter().map(|it| it.to_string_lossy());
    words.map(Cow::into_owned).collect()
}

/// All faults of a baseline, those that find most first.
pub(crate) fn plan(baseline: &Baseline) -> Vec<Fault> {
    let succeeded: Vec<&Step> = baseline.succeeded().collect();
    let last = succeeded.last().map(|it| it.point.clone());
    let mut faults: Vec<Fault> = succeeded
        .iter()
        .flat_map(|step| {
            let is_last = last.as_ref() == Some(&step.point);
            menu(&step.point, (step.kind, &step.errors), step.length, is_last)
        })
        .collect();
    faults.sort_by_key(|fault| match &fault.strike {
        Strike::KillBefore | Strike::KillAfter | Strike::DiskFull | Strike::Short(_) => 0,
        Strike::Persist { errno, .. } if [libc::ENOSPC, libc::EIO].contains(errno) => 0,
        Strike::Persist { .. } => 1,
        Strike::Once { .. } => 2,
    });
    faults
}

impl Prover {
    /// Runs the command, undisturbed and under each fault.
    ///
    /// # Errors
    ///
    /// Nothing was proved; the error says why, and the user's own files were not touched.
    pub fn run(&self) -> Result<Report, ProveError> {
        self.run_showing(&|_, _| ())
    }

    /// As [`Prover::run`]; `progress` hears how many faults are done, and of how many.
    ///
    /// # Errors
    ///
    /// As those of [`Prover::run`].
    pub fn run_showing(&self, progress: &dyn Fn(usize, usize)) -> Result<Report, ProveError> {
        let begun = Instant::now();
        let place = self.place()?;
        let baseline = self.seek_baseline(&place)?;
        let mut report = self.report(&baseline);
        let faults: Vec<Fault> = self.chosen(plan(&baseline));
        if report.doubts.is_empty() {
            self.try_all(&place, &baseline, &faults, begun, progress, &mut report)?;
        } else {
            report.untried = faults.len();
        }
        report.took = begun.elapsed();
        Ok(report)
    }

    /// The calls of an undisturbed run.
    pub(crate) fn seek_points(&self) -> Result<Baseline, ProveError> {
        let place = self.place()?;
        self.seek_baseline(&place)
    }

    /// How long an undisturbed run takes, left alone and traced: the medians of so many `rounds`.
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
            let measured = Worker::begin(self, &place, 0).and_then(|mut it| it.pace(rounds));
            tell(&measured.map_err(|error| error.to_string()));
        })?;
        worker.hear(|told: Result<Pace, String>| {
            found = told.map_err(|why| ProveError::Undisturbed { why });
        });
        found
    }

    /// Name spaces where the system lets us have them, which is tried in a process of its own.
    pub(crate) fn place(&self) -> Result<Place, ProveError> {
        let program = Path::new(OsStr::from_bytes(self.program.path.to_bytes()));
        let needed = [program, &std::env::current_dir().unwrap_or_default()];
        let covered = Place::covered(&needed).filter(|_| !self.is_plain);
        let mut why = "none were asked for".to_owned();
        if let Some(path) = covered {
            let worker = Crew::fork(|tell| {
                tell(&isolate(path).map_err(|error| error.to_string()));
            })?;
            let mut tried = Err("the process that tried died".to_owned());
            worker.hear(|told: Result<(), String>| tried = told);
            match tried {
                Ok(()) => return Ok(Place::Covered(path)),
                Err(error) => why = error,
            }
        }
        Place::plain(why).map_err(|source| ProveError::Scratch { source })
    }

    fn chosen(&self, faults: Vec<Fault>) -> Vec<Fault> {
        let Some((part, parts)) = self.shard else {
            return faults;
        };
        let indexed = faults.into_iter().enumerate();
        indexed
            .filter(|(index, _)| index % parts == part - 1)
            .map(|it| it.1)
            .collect()
    }

    /// The options with which another run finds the same cases.
    fn options(&self) -> Vec<String> {
        let mut options = Vec::new();
        let mut add = |name: &str, value: String| options.extend([name.to_owned(), value]);
        if let Some(directory) = &self.fixture_directory {
            add("--fixture", directory.display().to_string());
        }
        if let Some(line) = &self.reader_line {
            add("--reader", line.clone());
        }
        for (name, value) in &self.environment {
            add("--env", format!("{}={}", name.display(), value.display()));
        }
        if self.timeout != TIMEOUT {
            add("--timeout", duration(self.timeout));
        }
        if self.is_plain {
            options.push("--plain".to_owned());
        }
        options
    }

    pub(crate) fn report(&self, baseline: &Baseline) -> Report {
        let succeeded = baseline.succeeded();
        let before = self.protected.iter().zip(&baseline.old.files);
        let before = before.map(|(path, content)| {
            format!(
                "{} {}",
                visible_path(path),
                describe_whole(content.as_ref())
            )
        });
        Report {
            schema: SCHEMA,
            command: words(&self.command),
            options: self.options(),
            programs: hashed(&self.program.path, &self.command),
            fixture: self.fixture.describe(self.fixture_directory.clone()),
            protected: self.protected.clone(),
            before: before.collect(),
            kernel: kernel(),
            points: succeeded.map(|it| it.point.clone()).collect(),
            cases: Vec::new(),
            untried: 0,
            shard: self.shard,
            doubts: baseline.doubts.iter().cloned().collect(),
            warnings: baseline.warnings.iter().cloned().collect(),
            runs: 4,
            took: Duration::ZERO,
        }
    }

    pub(crate) fn seek_baseline(&self, place: &Place) -> Result<Baseline, ProveError> {
        let mut found = Err(ProveError::Worker);
        let worker = Crew::fork(|tell| {
            let told = match Worker::begin(self, place, 0).and_then(|mut it| it.baseline()) {
                Ok(Ok(baseline)) => Told::Baseline(Box::new(baseline)),
                Ok(Err(why)) => Told::Failed(why),
                Err(error) => Told::Failed(format!("cannot run the command: {error}")),
            };
            tell(&told);
        })?;
        worker.hear(|told| match told {
            Told::Baseline(baseline) => found = Ok(*baseline),
            Told::Failed(why) => found = Err(ProveError::Undisturbed { why }),
            Told::Case(_) | Told::Done(_) => {}
        });
        found
    }

    fn try_all(
        &self,
        place: &Place,
        baseline: &Baseline,
        faults: &[Fault],
        begun: Instant,
        progress: &dyn Fn(usize, usize),
        report: &mut Report,
    ) -> Result<(), ProveError> {
        let is_spent = || self.budget.is_some_and(|budget| begun.elapsed() >= budget);
        let workers = (0..self.jobs.min(faults.len()).max(1)).map(|number| {
            Crew::fork(|tell| {
                let mut worker = match Worker::begin(self, place, number) {
                    Ok(worker) => worker,
                    Err(error) => return tell(&Told::Failed(error.to_string())),
                };
                let mut left_out = 0;
                for fault in faults.iter().skip(number).step_by(self.jobs) {
                    if is_spent() {
                        left_out += 1;
                        continue;
                    }
                    match worker.case(baseline, fault) {
                        Ok(case) => tell(&Told::Case(Box::new(case))),
                        Err(error) => return tell(&Told::Failed(format!("{fault}: {error}"))),
                    }
                }
                tell(&Told::Done(Done {
                    runs: worker.runs,
                    left_out,
                    seen: worker.seen,
                }));
            })
        });
        let workers: Vec<Crew> = workers.collect::<Result<_, _>>()?;
        let mut by_id = BTreeMap::new();
        let mut seen = Seen {
            doubts: BTreeSet::new(),
            warnings: baseline.warnings.clone(),
        };
        let count = workers.len();
        let mut done = 0;
        hear_all(workers, |told| match told {
            Told::Case(case) => {
                by_id.insert(case.id.clone(), *case);
                progress(by_id.len(), faults.len());
            }
            Told::Done(mut told) => {
                report.runs += told.runs;
                report.untried += told.left_out;
                seen.doubts.append(&mut told.seen.doubts);
                seen.warnings.append(&mut told.seen.warnings);
                done += 1;
            }
            Told::Failed(why) => {
                seen.doubts.insert(why);
            }
            Told::Baseline(_) => {}
        });
        if done < count {
            let died = "a worker ended before its work was done".to_owned();
            seen.doubts.insert(died);
        }
        report.doubts.extend(seen.doubts);
        report.warnings = seen.warnings.into_iter().collect();
        let in_order = faults
            .iter()
            .filter_map(|fault| by_id.remove(&fault.to_string()));
        report.cases = in_order.collect();
        let lost = faults.len() - report.cases.len() - report.untried;
        if lost > 0 {
            let doubt = format!("of {lost} faults nobody has told what came of them");
            report.doubts.push(doubt);
        }
        report.keep_first_lines();
        Ok(())
    }

    /// The command of `strace` that does what the case `id` does, in a copy of the fixture.
    ///
    /// # Errors
    ///
    /// There is no such case, or `strace` cannot do it.
    pub fn strace(&self, id: &str) -> Result<String, ProveError> {
        let baseline = self.seek_points()?;
        let fault = find(&baseline, id)?;
        let pairs = self.environment.iter();
        let environment: Vec<String> = pairs
            .map(|(name, value)| format!("{}={}", name.display(), value.display()))
            .collect();
        let words = words(&self.command);
        let command = crate::strace::command(&fault, &baseline.steps, &environment, &words);
        command.map_err(|why| ProveError::NoStrace { why })
    }

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
            let told = Worker::begin(self, place, 0)
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

fn find(baseline: &Baseline, id: &str) -> Result<Fault, ProveError> {
    let fault = plan(baseline).into_iter().find(|it| it.to_string() == id);
    fault.ok_or_else(|| ProveError::NoSuchCase { id: id.to_owned() })
}

/// How long an undisturbed run takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Left alone.
    pub alone: Duration,
    /// Traced, with each call looked at before it runs.
    pub traced: Duration,
}

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
    /// Some of it may be there.
    pub fn keep(&self, directory: &Path) -> io::Result<()> {
        std::fs::create_dir_all(directory)?;
        self.tree.write(directory)
    }
}

impl Worker<'_> {
    fn replay(&mut self, baseline: &Baseline, fault: &Fault) -> io::Result<Replayed> {
        let (mut case, ran, tree) = self.once(baseline, fault, Looks::AtResults)?;
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

/// A worker process, and what it tells.
struct Crew {
    process: Pid,
    heard: io::PipeReader,
}

impl Crew {
    /// Forks a worker, which can tell things and ends with `work`.
    fn fork<T: Serialize>(work: impl FnOnce(&dyn Fn(&T))) -> Result<Self, ProveError> {
        let start = || -> io::Result<Self> {
            let (heard, told) = io::pipe()?;
            let process = fork(|| {
                let told = std::cell::RefCell::new(BufWriter::new(told));
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
    fn hear<T: for<'de> Deserialize<'de>>(self, mut each: impl FnMut(T)) {
        for line in BufReader::new(&self.heard).lines().map_while(Result::ok) {
            if let Ok(told) = serde_json::from_str(&line) {
                each(told);
            }
        }
    }
}

/// Hears all workers at once, so that none waits until another is done.
fn hear_all(workers: Vec<Crew>, mut each: impl FnMut(Told)) {
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

impl Drop for Crew {
    fn drop(&mut self) {
        let _ = kill(self.process, Signal::SIGKILL); // it may have ended by itself
        let _ = waitpid(self.process, None);
    }
}

fn kernel() -> String {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/sys/kernel/{name}"));
    let words =
        [read("ostype"), read("osrelease")].map(|it| it.unwrap_or_default().trim().to_owned());
    words.join(" ")
}

/// A fixture of single files, which stand below `directory`.
pub(crate) fn fixture_of_files(directory: &Path, files: &[PathBuf]) -> io::Result<Tree> {
    let mut tree = Tree::default();
    for path in files {
        tree.make_way(path);
        let node = std::fs::canonicalize(directory.join(path)).and_then(|it| Node::read(&it));
        match node {
            Ok(node) => tree.insert(path, node),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(tree)
}

impl std::fmt::Display for Doubt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Outside(path) => {
                write!(
                    f,
                    "it writes outside of the sandbox: {}",
                    visible_path(path)
                )
            }
            Self::Unseen(call) => write!(f, "the effect of {call} cannot be followed"),
            Self::Barred(call) => write!(
                f,
                "{call} was refused to it: what it does then cannot be followed"
            ),
            Self::Foreign => write!(
                f,
                "it makes system calls of another architecture, which were refused"
            ),
        }
    }
}

/// An argument as the system takes it.
pub(crate) fn c_string(text: &OsString) -> io::Result<CString> {
    Ok(CString::new(text.as_bytes())?)
}
