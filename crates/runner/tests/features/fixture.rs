//! The suite that is run in a child process, so that it can go wrong in every way there is.

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use cucumber::{gherkin::Step, given, then, when};
use untorn_runner::{
    Scenario, Suite, attach, check, check_eq, check_matches, expect, faults::Plan, pending, skip,
};

use crate::hooked;

/// Names the project of a fixture suite; this binary plays it wherever the variable is set.
pub const PROJECT: &str = "UNTORN_FIXTURE";

/// Says what is wrong with the World of the fixture.
pub const WORLD: &str = "UNTORN_FIXTURE_WORLD";

/// The complaint of the guard, if it has one.
pub const GUARD: &str = "UNTORN_FIXTURE_GUARD";

/// One more tag that the fixture suite requires.
pub const REQUIREMENT: &str = "UNTORN_FIXTURE_REQUIREMENT";

/// How long a scenario of it may take, in milliseconds; 30 seconds unless this says otherwise.
pub const SCENARIO_TIMEOUT: &str = "UNTORN_FIXTURE_SCENARIO_TIMEOUT";

/// How long a step of it may take, in milliseconds; 20 seconds unless this says otherwise.
pub const STEP_TIMEOUT: &str = "UNTORN_FIXTURE_STEP_TIMEOUT";

/// Set to how many scenarios run at a time.
pub const JOBS: &str = "UNTORN_FIXTURE_JOBS";

/// Set where the suite tells at its end how much memory it had at most.
pub const MEMORY: &str = "UNTORN_FIXTURE_MEMORY";

/// Set where the suite has no reports.
pub const NO_REPORTS: &str = "UNTORN_FIXTURE_NO_REPORTS";

/// How many scenarios are inside a step right now.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

/// Whether each of those that want to meet has met another.
static GUESTS: Mutex<Vec<Arc<AtomicBool>>> = Mutex::new(Vec::new());

/// How often something ticked that a scenario has left behind.
static TICKS: AtomicUsize = AtomicUsize::new(0);

/// How often the step that fails at first has failed.
static FAILED: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug, Default, cucumber::World)]
#[world(init = Self::build)]
pub struct Fixture {
    pub count: u64,
    /// What the library said.
    pub said: String,
    complaint: Option<String>,
    evidence: String,
    panics_on_drop: bool,
    /// What of it asserts something that does not hold.
    asserts_in: String,
    /// What is armed for a child process.
    pub faults: Plan,
}

impl Fixture {
    async fn build() -> std::io::Result<Self> {
        match std::env::var(WORLD).as_deref() {
            Ok("closed") => Err(std::io::Error::other("the workshop is closed")),
            Ok("burning") => std::panic::panic_any("the workshop is burning"),
            Ok("slow") => std::future::pending().await,
            _ => Ok(Self::default()),
        }
    }

    fn assert_in(&self, what: &str) {
        check!(self.asserts_in != what, "all is well in its {what}");
    }
}

impl Scenario for Fixture {
    fn finish(&mut self) -> Result<(), String> {
        self.assert_in("finish");
        self.complaint.take().map_or(Ok(()), Err)
    }

    fn evidence(&mut self) -> String {
        self.assert_in("evidence");
        self.evidence.clone()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        if self.panics_on_drop {
            std::panic::panic_any("the door is stuck");
        }
        self.assert_in("drop");
    }
}

/// What `variable` says in milliseconds, or so many `seconds`.
fn limit(variable: &str, seconds: u64) -> Duration {
    let said = std::env::var(variable).ok().and_then(|it| it.parse().ok());
    said.map_or(Duration::from_secs(seconds), Duration::from_millis)
}

/// Plays the fixture suite of `project`.
pub fn play(project: &Path) -> ExitCode {
    let guard = std::env::var(GUARD);
    let probes = project.join("probes");
    let mut suite = hooked::suite(Suite::new(project, "features"), project);
    if let Ok(tag) = std::env::var(REQUIREMENT) {
        suite = suite.requires(tag.leak(), || Ok(()));
    }
    if let Some(jobs) = std::env::var(JOBS).ok().and_then(|it| it.parse().ok()) {
        suite = suite.jobs(jobs);
    }
    if std::env::var_os(NO_REPORTS).is_none() {
        suite = suite.reports("target/bdd");
    }
    let exit = suite
        .rerun_with("cargo test --test features --")
        .requires("needs_luck", move || {
            fs::write(
                &probes,
                fs::read_to_string(&probes).unwrap_or_default() + "probed\n",
            )
            .map_err(|it| it.to_string())?;
            Err("no luck today".to_owned())
        })
        .requires("needs_pictures", || {
            attach("a picture").map_err(|it| it.to_string())
        })
        .requires("needs_air", || Ok(()))
        .requires("@needs_water", || Err("it is dry".to_owned()))
        .requires("needs_answers", || std::panic::panic_any(42))
        .before_run(move || guard.clone().map_or(Ok(()), Err))
        .scenario_timeout(limit(SCENARIO_TIMEOUT, 30))
        .step_timeout(limit(STEP_TIMEOUT, 20))
        .main();
    if std::env::var_os(MEMORY).is_some() {
        eprintln!(
            "{}",
            fs::read_to_string("/proc/self/status").unwrap_or_default()
        );
    }
    exit
}

#[given(expr = "a count of {int}")]
fn start_at(world: &mut Fixture, count: u64) {
    world.count = count;
}

#[given(expr = "a set-up that fails")]
fn set_up_fails(_: &mut Fixture) {
    check!(false, "the set-up holds");
}

#[given(expr = "a complaint {string}")]
#[when(expr = "the World complains {string}")]
fn complain(world: &mut Fixture, complaint: String) {
    world.complaint = Some(complaint);
}

#[given(expr = "evidence {string}")]
fn leave_evidence(world: &mut Fixture, evidence: String) {
    world.evidence = evidence;
}

#[given(expr = "a World that panics when dropped")]
fn panics_on_drop(world: &mut Fixture) {
    world.panics_on_drop = true;
}

#[given(expr = "a World that asserts something in its {word}")]
fn asserts_in(world: &mut Fixture, what: String) {
    world.asserts_in = what;
}

#[when(expr = "I add {int}")]
fn add(world: &mut Fixture, number: u64) {
    world.count += number;
}

#[then(expr = "the count is {int}")]
fn count_is(world: &mut Fixture, expected: u64) {
    check_eq!(world.count, expected, "the count");
}

#[when(expr = "an assertion fails")]
#[then(expr = "an assertion fails")]
fn assertion_fails(_: &mut Fixture) {
    check!(1 > 2, "one is more than {}", "two");
}

#[then(expr = "a bare assertion fails")]
fn bare_assertion_fails(_: &mut Fixture) {
    check!(1 > 2);
}

#[then(expr = "the text is")]
fn text_is(_: &mut Fixture, step: &Step) {
    let expected = step.docstring().cloned().unwrap_or_default();
    expect::equal("the text", "\none\ntwo\r\nthree\n".to_owned(), expected);
}

#[then(expr = "the values are")]
fn values_are(_: &mut Fixture, step: &Step) {
    check!(step.table().is_some(), "there are values");
}

#[then(expr = "the text has {string}")]
fn text_has(_: &mut Fixture, wanted: String) {
    expect::contains("the text", "one\ntwo", wanted);
}

#[then(expr = "the text lacks {string}")]
fn text_lacks(_: &mut Fixture, unwanted: String) {
    expect::lacks("the text", "one\ntwo", unwanted);
}

#[then(expr = "the count matches")]
fn count_matches(world: &mut Fixture) {
    check_matches!(world.count, 1..=9, "a small count");
    check_matches!(world.count, n if *n % 2 == 0);
}

#[when(expr = "a step returns an error")]
fn returns_error(_: &mut Fixture) -> Result<(), std::num::ParseIntError> {
    "x".parse::<u8>().map(drop)
}

#[when(expr = "a step returns an error the first {int} time(s)")]
fn returns_error_at_first(_: &mut Fixture, times: usize) -> Result<(), String> {
    let failed = FAILED.fetch_add(1, Ordering::SeqCst) + 1;
    if failed <= times {
        return Err(format!("not on attempt {failed}"));
    }
    Ok(())
}

#[when(expr = "a step fails the first {int} time(s)")]
fn fails_at_first(_: &mut Fixture, times: usize) {
    check!(
        FAILED.fetch_add(1, Ordering::SeqCst) >= times,
        "it is late enough"
    );
}

#[when(expr = "an assertion fails in a task that nobody awaits")]
async fn assertion_fails_in_task(_: &mut Fixture) {
    tokio::spawn(async { check!(false, "far away") });
    tokio::time::sleep(Duration::from_millis(20)).await;
}

async fn tick() {
    loop {
        tokio::time::sleep(Duration::from_millis(1)).await;
        TICKS.fetch_add(1, Ordering::SeqCst);
    }
}

#[when(expr = "a task is left behind")]
fn task_is_left(_: &mut Fixture) {
    tokio::spawn(tick());
}

#[when(expr = "a task is left behind once it waits")]
async fn waiting_task_is_left(_: &mut Fixture) {
    tokio::spawn(tick());
    tokio::time::sleep(Duration::from_millis(5)).await;
}

#[when(expr = "a step yields to a task that it has started")]
async fn yields_to_task(_: &mut Fixture) {
    let task = tokio::spawn(async {});
    tokio::task::yield_now().await;
    check!(task.is_finished(), "the task had its turn");
}

#[when(expr = "blocking work is left behind")]
fn blocking_work_is_left(_: &mut Fixture) {
    tokio::task::spawn_blocking(|| {
        thread::sleep(Duration::from_millis(20));
        TICKS.fetch_add(1, Ordering::SeqCst);
    });
}

#[when(expr = "the clock is stopped")]
fn clock_is_stopped(_: &mut Fixture) {
    tokio::time::pause();
}

#[then(expr = "nothing is left of an earlier scenario")]
async fn nothing_is_left(_: &mut Fixture) {
    let (began, ticks) = (Instant::now(), TICKS.load(Ordering::SeqCst));
    let waits = Duration::from_millis(40);
    tokio::time::sleep(waits).await;
    check_eq!(TICKS.load(Ordering::SeqCst), ticks);
    check!(began.elapsed() >= waits, "the clock goes");
}

#[when(expr = "an assertion fails and is caught")]
fn assertion_is_caught(_: &mut Fixture) {
    drop(std::panic::catch_unwind(|| check!(false, "far away")));
}

#[when(expr = "an assertion fails in a thread that nobody joins")]
fn assertion_fails_in_thread(_: &mut Fixture) {
    thread::spawn(|| check!(false, "far away"));
    thread::sleep(Duration::from_millis(50));
}

#[when(expr = "an assertion fails in a thread that is joined")]
fn assertion_fails_in_joined_thread(_: &mut Fixture) {
    let outcome = thread::spawn(|| check!(false, "far away")).join();
    outcome.unwrap_or_else(|payload| std::panic::resume_unwind(payload));
}

#[when(expr = "a step holds standard output for {int} ms")]
fn holds_stdout(_: &mut Fixture, milliseconds: u64) {
    let _lock = std::io::stdout().lock();
    thread::sleep(Duration::from_millis(milliseconds));
}

#[when(expr = "the suite is run with {string} meanwhile")]
fn suite_is_run(world: &mut Fixture, argument: String) -> std::io::Result<()> {
    let output = Command::new(std::env::current_exe()?)
        .arg(argument)
        .output()?;
    world.count = output.status.code().map_or(99, i32::unsigned_abs).into();
    Ok(())
}

#[when(expr = "a step exits with {int}")]
fn exits(_: &mut Fixture, code: i32) {
    std::process::exit(code);
}

#[when(expr = "a folder is put in place of {string}")]
fn puts_folder(_: &mut Fixture, name: String) -> Result<(), Box<dyn std::error::Error>> {
    let project = std::env::var(PROJECT)?;
    Ok(fs::create_dir_all(Path::new(&project).join(name))?)
}

#[when(expr = "a step unwraps nothing")]
#[inline(never)]
fn unwraps(_: &mut Fixture) {
    std::hint::black_box(None::<u8>).unwrap();
}

#[when(expr = "a step panics with a number")]
fn panics_with_number(_: &mut Fixture) {
    std::panic::panic_any(42);
}

#[when(expr = "another thread panics")]
fn other_thread_panics(_: &mut Fixture) {
    let outcome = thread::spawn(|| std::panic::panic_any("far away")).join();
    check!(outcome.is_err(), "the other thread has panicked");
}

#[when(expr = "a step is pending")]
fn is_pending(_: &mut Fixture) {
    pending!();
}

#[when(expr = "a step waits for issue {int}")]
fn waits_for_issue(_: &mut Fixture, issue: u64) {
    pending!("waits for issue {issue}");
}

#[when(expr = "a step skips")]
fn skips(_: &mut Fixture) {
    skip!("not on {}", "Mondays");
}

#[when(expr = "a step waits for ever")]
async fn waits_for_ever(_: &mut Fixture) {
    std::future::pending::<()>().await;
}

#[when(expr = "a step blocks for {int} ms")]
fn blocks(_: &mut Fixture, milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}

#[when(expr = "it is alone for {int} ms")]
fn is_alone(_: &mut Fixture, milliseconds: u64) {
    let inside = Inside::enter();
    thread::sleep(Duration::from_millis(milliseconds));
    check_eq!(inside.count(), 1, "scenarios inside");
}

/// Processes tell each other by a lock.
#[when(expr = "no other process is at it for {int} ms")]
fn is_alone_among_processes(
    _: &mut Fixture,
    milliseconds: u64,
) -> Result<(), Box<dyn std::error::Error>> {
    let project = std::env::var(PROJECT)?;
    let place = fs::File::create(Path::new(&project).join("place"))?;
    check!(place.try_lock().is_ok(), "the place is free");
    thread::sleep(Duration::from_millis(milliseconds));
    Ok(())
}

#[when(expr = "it meets another within {int} ms")]
fn meets(_: &mut Fixture, milliseconds: u64) {
    let guest = Guest::enter();
    let met = (0..milliseconds).any(|_| {
        thread::sleep(Duration::from_millis(1));
        guest.has_met()
    });
    check!(met, "another scenario runs at the same time");
}

#[when(expr = "it prints {string}")]
fn prints(_: &mut Fixture, text: String) {
    println!("{}", text + " was printed");
}

/// A way to print.
#[derive(Clone, Copy, Debug, cucumber::Parameter)]
#[param(
    name = "means",
    regex = "print|println|eprint|eprintln|std::print|std::eprintln|a child process|a child that empties stderr"
)]
enum Means {
    Print,
    Println,
    Eprint,
    Eprintln,
    StdPrint,
    StdEprintln,
    ChildProcess,
    EmptyingChild,
}

impl std::str::FromStr for Means {
    type Err = String;

    fn from_str(words: &str) -> Result<Self, String> {
        Ok(match words {
            "print" => Self::Print,
            "println" => Self::Println,
            "eprint" => Self::Eprint,
            "eprintln" => Self::Eprintln,
            "std::print" => Self::StdPrint,
            "std::eprintln" => Self::StdEprintln,
            "a child process" => Self::ChildProcess,
            "a child that empties stderr" => Self::EmptyingChild,
            _ => return Err(format!("{words:?} is no way to print")),
        })
    }
}

#[when(expr = "it says {string} by {means}")]
fn says_by(_: &mut Fixture, mut text: String, means: Means) -> std::io::Result<()> {
    text.push('\n');
    match means {
        Means::Print => untorn_runner::print!("{text}"),
        Means::Println => untorn_runner::println!("{}", text.trim_end()),
        Means::Eprint => untorn_runner::eprint!("{text}"),
        Means::Eprintln => untorn_runner::eprintln!("{}", text.trim_end()),
        Means::StdPrint => std::print!("{text}"),
        Means::StdEprintln => std::eprintln!("{}", text.trim_end()),
        Means::EmptyingChild => {
            let script = "printf %s \"$1\" > /dev/stderr";
            Command::new("sh")
                .args(["-c", script, "sh", &text])
                .status()?;
        }
        Means::ChildProcess => drop(Command::new("printf").args(["%s", &text]).status()?),
    }
    Ok(())
}

/// One of those that want to meet; leaves again when dropped.
///
/// Who comes notes the meeting for both, so that it counts also where one of them is gone before the other looks.
struct Guest {
    has_met: Arc<AtomicBool>,
}

impl Guest {
    fn enter() -> Self {
        let mut guests = guests();
        for guest in &*guests {
            guest.store(true, Ordering::SeqCst);
        }
        let has_met = Arc::new(AtomicBool::new(!guests.is_empty()));
        guests.push(Arc::clone(&has_met));
        Self { has_met }
    }

    fn has_met(&self) -> bool {
        self.has_met.load(Ordering::SeqCst)
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        guests().retain(|guest| !Arc::ptr_eq(guest, &self.has_met));
    }
}

fn guests() -> MutexGuard<'static, Vec<Arc<AtomicBool>>> {
    GUESTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Leaves again when dropped.
struct Inside;

impl Inside {
    fn enter() -> Self {
        INSIDE.fetch_add(1, Ordering::SeqCst);
        Self
    }

    fn count(&self) -> usize {
        let Self = self;
        INSIDE.load(Ordering::SeqCst)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[given(expr = "something ambiguous")]
fn ambiguous(_: &mut Fixture) {}

#[given(regex = "^something amb.*$")]
fn ambiguous_too(_: &mut Fixture) {}
