//! Failpoints: places where a test can make a fault strike.
//!
//! Each stands before one system call and is named after it. The test brings the fault as an action of
//! the `fail` crate's syntax in the variable `FAILPOINTS`, for example `replace::sync=return(EIO)`:
//!
//! | action | what happens at the failpoint |
//! | --- | --- |
//! | `return(ENOSPC)`, or another errno | the system call fails so, and is not made |
//! | `return(panic)` | the program panics |
//! | `return(kill)` | the program kills itself with `SIGKILL` |
//! | `return(hold)` | the program waits until the file named by `FAILPOINT_GATE` appears, and removes it |
//!
//! Each strike first appends the failpoint's name to the file named by `FAILPOINT_LOG`, so that a test
//! can tell a fault that struck from one that never did. `FAILPOINTS=list` prints all names, and a name
//! that is not among them is refused, because `fail` alone would ignore it.
//!
//! The module exists only with the feature `failpoints`, which `cargo test` turns on and `cargo build`
//! does not.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use fail::{FailScenario, fail_point};
use rustix::io::Errno;
use rustix::process::{Signal, getpid, kill_process};

/// Every failpoint there is.
pub const NAMES: &[&str] = &[
    "directory::create",
    "directory::open",
    "directory::sync",
    "lock::directory",
    "lock::target",
    "replace::clear",
    "replace::compare",
    "replace::create",
    "replace::displaced",
    "replace::exchange",
    "replace::link",
    "replace::metadata",
    "replace::put_back",
    "replace::rename",
    "replace::short_write",
    "replace::sync",
    "replace::sync_directory",
    "replace::write",
    "store::read",
    "store::set",
];

/// The errnos that an action can name.
const ERRNOS: &[(&str, Errno)] = &[
    ("EACCES", Errno::ACCESS),
    ("EBUSY", Errno::BUSY),
    ("EDQUOT", Errno::DQUOT),
    ("EINTR", Errno::INTR),
    ("EINVAL", Errno::INVAL),
    ("EIO", Errno::IO),
    ("EMFILE", Errno::MFILE),
    ("ENOLCK", Errno::NOLCK),
    ("ENOSPC", Errno::NOSPC),
    ("ENOTSUP", Errno::NOTSUP),
    ("EPERM", Errno::PERM),
    ("EROFS", Errno::ROFS),
    ("EXDEV", Errno::XDEV),
];

/// How long a held program waits for its gate before it gives up.
const HOLD_MAX: Duration = Duration::from_secs(30);

/// Reads `FAILPOINTS`; the faults strike until the returned guard is dropped.
///
/// # Panics
///
/// If `FAILPOINTS` names a failpoint that does not exist.
#[must_use]
pub fn set_up() -> FailScenario<'static> {
    let plan = env::var("FAILPOINTS").unwrap_or_default();
    if plan == "list" {
        print_names();
    }
    for point in plan.split(';').filter(|point| !point.trim().is_empty()) {
        let name = point.split('=').next().unwrap_or_default().trim();
        assert!(NAMES.contains(&name), "there is no failpoint `{name}`");
    }
    FailScenario::setup()
}

fn print_names() -> ! {
    let listed = writeln!(io::stdout(), "{}", NAMES.join("\n"));
    process::exit(i32::from(listed.is_err()));
}

/// Lets the fault that is armed at `name` strike.
///
/// # Errors
///
/// The errno that the action names.
pub fn strike(name: &'static str) -> io::Result<()> {
    fail_point!(name, |action| act(name, &action.unwrap_or_default()));
    Ok(())
}

/// What a short write at `name` takes of `contents`: half of them where it is armed, else all.
#[must_use]
pub fn shorten<'a>(name: &'static str, contents: &'a [u8]) -> &'a [u8] {
    fail_point!(name, |_| {
        record(name);
        &contents[..contents.len().div_ceil(2)]
    });
    contents
}

fn act(name: &str, action: &str) -> io::Result<()> {
    record(name);
    match action {
        "panic" => panic!("the failpoint {name} panics"),
        "kill" => kill(),
        "hold" => hold(name),
        errno => Err(errno_named(errno).into()),
    }
}

fn errno_named(name: &str) -> Errno {
    let found = ERRNOS.iter().find(|(known, _)| *known == name);
    found
        .unwrap_or_else(|| panic!("there is no fault `{name}`"))
        .1
}

fn kill() -> io::Result<()> {
    Ok(kill_process(getpid(), Signal::KILL)?)
}

fn hold(name: &str) -> io::Result<()> {
    let gate = env::var_os("FAILPOINT_GATE").map(PathBuf::from);
    let gate = gate.unwrap_or_else(|| panic!("{name} is held without a FAILPOINT_GATE"));
    let start = Instant::now();
    while !gate.exists() {
        assert!(start.elapsed() < HOLD_MAX, "{name} was held for too long");
        thread::sleep(Duration::from_millis(1));
    }
    fs::remove_file(gate)
}

fn record(name: &str) {
    let Some(log) = env::var_os("FAILPOINT_LOG") else {
        return;
    };
    let log = OpenOptions::new().create(true).append(true).open(log);
    log.and_then(|mut log| writeln!(log, "{name}"))
        .expect("the strike of a fault can be recorded");
}
