//! The program under test: `agents`, or the one that `AGENTS_UNDER_TEST` names.

use std::env;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use untorn_runner::faults::{Points, PointsError};

use crate::world::NOBODY;

/// The variable that names another program.
pub const UNDER_TEST: &str = "AGENTS_UNDER_TEST";

/// The variable that names the directory of another suite.
pub const SUITE: &str = "AGENTS_SUITE";

/// What [`UNDER_TEST`] is for the writer that has the bug of issue 993; the features' own binary plays it.
pub const THREE_WRITES: &str = "three_writes";

/// The variable by which that binary knows that it is to play.
pub const PLAYS: &str = "AGENTS_PLAYS";

/// Where the program is.
pub fn path() -> PathBuf {
    match env::var_os(UNDER_TEST) {
        Some(_) if plays() => env::current_exe().unwrap_or_default(),
        Some(path) => path.into(),
        None => env!("CARGO_BIN_EXE_agents").into(),
    }
}

/// What the program finds in its environment besides: the part that it plays.
pub fn part() -> Option<(&'static str, &'static str)> {
    plays().then_some((PLAYS, THREE_WRITES))
}

fn plays() -> bool {
    env::var_os(UNDER_TEST).is_some_and(|name| name == THREE_WRITES)
}

/// The directory of the suite.
pub fn suite() -> PathBuf {
    env::var_os(SUITE).map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
}

/// Where the reports go: those over another program do not replace those over `agents`.
pub fn reports() -> &'static str {
    match env::var_os(UNDER_TEST) {
        Some(_) => "target/bdd/under-test",
        None => "target/bdd",
    }
}

/// The failpoints that the program has, or why no fault would ever strike in it.
pub fn failpoints() -> Result<&'static Points, &'static PointsError> {
    static POINTS: OnceLock<Result<Points, PointsError>> = OnceLock::new();
    let ask = || {
        let mut program = Command::new(path());
        program.arg("--version").envs(part());
        Points::of(program)
    };
    POINTS.get_or_init(ask).as_ref()
}

/// Copies the program in a process of its own: a thread that starts another one meanwhile would keep open for writing
/// what we write ourselves, and nobody could start it until then.
pub fn copy(to: &Path) -> io::Result<()> {
    let copied = Command::new("cp").arg(path()).arg(to).status()?;
    let failed = || io::Error::other(format!("cp: {copied}"));
    copied.success().then_some(()).ok_or_else(failed)
}

/// Whether the tests run as root.
pub fn probe_root() -> Result<(), String> {
    let is_root = rustix::process::geteuid().is_root();
    is_root
        .then_some(())
        .ok_or_else(|| "this is not root".into())
}

/// Whether there is somebody else: where the tests run as root, in a name space of users it may be alone.
pub fn probe_other_users() -> Result<(), String> {
    if !rustix::process::geteuid().is_root() {
        return Ok(()); // commands run as who we are, and names of others can be given
    }
    let as_nobody = Command::new("true").uid(NOBODY).gid(NOBODY).status();
    as_nobody
        .map(drop)
        .map_err(|error| format!("nothing can run as user {NOBODY}: {error}"))
}

/// Whether the directory for temporary files keeps attributes and access control lists.
pub fn probe_attributes() -> Result<(), String> {
    let file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    let flags = rustix::fs::XattrFlags::empty();
    let set = rustix::fs::fsetxattr(&file, "user.probe", b"1", flags);
    set.map_err(|error| format!("no attributes on temporary files: {error}"))
}

/// Whether system calls can be traced.
pub fn probe_strace() -> Result<(), String> {
    let traced = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    match traced {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(error) => Err(format!("no strace here: {error}")),
    }
}
