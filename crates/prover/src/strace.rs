//! The `strace` command that does the same as a case, so that a sceptic needs no trust in us.
//!
//! `strace` counts for each thread and each system call by itself, so what it is told is counted in the same
//! way. It knows no short write, and leaves out a `close` that it fails: then there is no such command. A fault
//! that persists is one of that file: a disk that is full for all others is not told.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::fault::{Fault, Strike, is_everywhere};
use crate::session::Step;
use crate::visible::line;

/// The command, for a shell in a copy of the fixture; or why there is none. `steps` are the calls of the
/// undisturbed run, `environment` the variables that it was given beside its home directory.
pub(crate) fn command(
    fault: &Fault,
    steps: &[Step],
    environment: &[String],
    words: &[String],
) -> Result<String, &'static str> {
    let found = steps.iter().position(|it| it.point == fault.point);
    let index = found.ok_or("it is no call of the undisturbed run")?;
    let step = &steps[index];
    let fixed: Vec<&Path> = named(step).collect();
    if fixed.is_empty() {
        return Err("the name of the file differs from run to run");
    }
    let path = fixed.into_iter().find(|it| is_given(step, it));
    let path = path.ok_or("the command names the file in a way that strace does not know it by")?;
    let is_closed = step.system == "close";
    let what = match &fault.strike {
        Strike::Once { .. } | Strike::Persist { .. } if is_closed => {
            return Err("strace leaves out a close that it fails");
        }
        Strike::KillBefore | Strike::KillAlone if is_closed => {
            return Err("strace counts each close, that of a file that was only read as well");
        }
        Strike::Once { name, .. } | Strike::Persist { name, .. } => format!("error={name}"),
        Strike::KillBefore if steps.iter().any(|it| it.is_of_child) => {
            return Err("strace kills the process that makes the call, and not those beside it");
        }
        Strike::KillBefore | Strike::KillAlone => "signal=KILL".to_owned(),
        Strike::KillAfter => return Err("strace kills before a call, not after it"),
        Strike::Short(_) | Strike::KillPartway => return Err("strace cannot cut a write short"),
        Strike::DiskFull => return Err("strace knows no disk that is full for data only"),
    };
    let persists = matches!(fault.strike, Strike::Persist { .. });
    let systems = systems(step, &steps[index..], persists);
    let mut later = steps[index..]
        .iter()
        .filter(|it| systems.contains(&it.system.as_str()) && is_given(it, path));
    if let Strike::Persist { errno, .. } = fault.strike
        && !later.all(|it| is_met(it, step, errno))
    {
        return Err("strace would fail more calls from then on");
    }
    if let Strike::Persist { errno, .. } = fault.strike
        && [libc::EMFILE, libc::ENOMEM].contains(&errno)
        && steps[index..]
            .iter()
            .any(|it| !is_given(it, path) && is_met(it, step, errno))
    {
        return Err("strace fails the calls on that file, and this error is one of all files");
    }
    let mut inject = String::new();
    for system in &systems {
        let is_counted = |it: &&Step| it.system == *system && is_given(it, path);
        let of_thread = |it: &&Step| it.thread == step.thread;
        let earlier = steps[..index].iter().filter(is_counted);
        let nth = earlier.filter(of_thread).count() + 1;
        let counted = steps.iter().filter(is_counted);
        if has_other(counted, step.thread, if persists { 1 } else { nth }) {
            return Err(
                "several threads make such calls, and strace counts those of each by itself",
            );
        }
        let on = if persists { "+" } else { "" };
        let _ = write!(inject, "-e inject={system}:{what}:when={nth}{on} "); // a text has room
    }
    let name = path.strip_prefix("home").unwrap_or(path).to_str();
    let names = match name.ok_or("the name of the file is no text")? {
        "" => "-P . -P \"$PWD\"".to_owned(), // the home directory itself
        name => format!("-P {0} -P \"$PWD\"/{0}", line(&[name])),
    };
    // A filter of the kernel makes it several times as fast, but then no signal comes before its call.
    let filter = match fault.strike {
        Strike::KillBefore | Strike::KillAlone => "",
        _ => "--seccomp-bpf ",
    };
    let mut variables = String::new();
    for variable in environment {
        let (variable, value) = variable.split_once('=').unwrap_or((variable, ""));
        let _ = write!(variables, "{variable}={} ", line(&[value])); // a text has room
    }
    Ok(format!(
        "HOME=\"$PWD\" {variables}strace -f {filter}{names} -e trace={} {}-- {}",
        systems.join(","),
        inject,
        line(words)
    ))
}

/// Whether an error that `first` has, and which persists, is met by a later call.
fn is_met(later: &Step, first: &Step, errno: i32) -> bool {
    let is_cause = later.point.call == first.point.call || is_everywhere(errno);
    is_cause && later.errors.iter().any(|it| it.1 == errno)
}

/// Whether a thread beside `own` makes so many of the calls, which strace would then strike as well.
fn has_other<'a>(steps: impl Iterator<Item = &'a Step>, own: i32, count: usize) -> bool {
    let mut counts = BTreeMap::<i32, usize>::new();
    for step in steps.filter(|it| it.thread != own) {
        *counts.entry(step.thread).or_default() += 1;
    }
    counts.values().any(|it| *it >= count)
}

/// Whether a call tells of the file by the very name that strace is told, from the home directory on or whole.
fn is_given(step: &Step, path: &Path) -> bool {
    let is_same = |it: &PathBuf| it.as_os_str() == path.as_os_str();
    step.given.iter().any(is_same)
        || path == "home" && step.given.iter().any(|it| it.as_os_str() == "home/.")
}

/// The files of the call that are called the same in every run.
fn named(step: &Step) -> impl Iterator<Item = &Path> {
    let names = step.point.parts().1.split('>');
    let paths = step.paths.iter().zip(names);
    let is_fixed = |name: &str| !name.contains("{tmp") && !name.contains("$TMPDIR");
    let fixed = paths.filter(move |(_, name)| is_fixed(name));
    fixed.map(|(path, _)| path.as_path())
}

/// The system calls that the fault strikes: that of the call, and where it persists those of the same family.
fn systems<'a>(step: &'a Step, later: &'a [Step], persists: bool) -> Vec<&'a str> {
    let mut systems = vec![step.system.as_str()];
    for it in later {
        if persists && it.point.call == step.point.call && !systems.contains(&it.system.as_str()) {
            systems.push(&it.system);
        }
    }
    systems
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;
    use crate::call::Kind;
    use crate::fault::{Part, Point};

    /// A call of the family `call` by the system call `system`.
    fn step(call: &str, nth: usize, system: &str, paths: &[&str]) -> Step {
        Step {
            point: Point {
                call: call.to_owned(),
                nth,
            },
            system: system.to_owned(),
            thread: 1,
            is_of_child: false,
            paths: paths.iter().map(|it| Path::new("home").join(it)).collect(),
            given: paths.iter().map(|it| Path::new("home").join(it)).collect(),
            detail: String::new(),
            kind: Kind::Read,
            errors: vec![("EIO".to_owned(), libc::EIO)],
            length: 0,
            result: Some(0),
            is_injected: false,
        }
    }

    fn of(steps: &[Step], strike: Strike) -> Result<String, &'static str> {
        let point = steps.last().map(|it| it.point.clone());
        let kind = Kind::Read;
        let fault = point.map(|point| Fault {
            point,
            kind,
            strike,
        });
        let environment = ["A=b c".to_owned()];
        command(
            &fault.ok_or("no step")?,
            steps,
            &environment,
            &["a b".to_owned()],
        )
    }

    fn persist() -> Strike {
        let (errno, name) = (libc::EIO, "EIO".to_owned());
        Strike::Persist { errno, name }
    }

    #[test]
    fn a_fault_on_a_file_is_an_injection_on_its_path_counted_by_system_call() {
        let steps = [
            step("write(c)", 1, "write", &["c"]),
            step("write(c)", 2, "pwrite64", &["c"]),
            step("write(d)", 1, "pwrite64", &["d"]),
            step("write(c)", 3, "pwrite64", &["c"]),
        ];
        let wanted = "HOME=\"$PWD\" A='b c' strace -f --seccomp-bpf -P c -P \"$PWD\"/c -e trace=pwrite64 -e inject=pwrite64:error=EIO:when=2+ -- 'a b'";
        assert_eq!(of(&steps, persist()).as_deref(), Ok(wanted));
        let killed = of(&steps[..2], Strike::KillBefore);
        assert!(killed.is_ok_and(|it| it.contains("pwrite64:signal=KILL:when=1 ")));
    }

    #[test]
    fn a_rename_is_told_by_the_name_that_does_not_change() {
        let steps = [step("rename({tmp1}>c)", 1, "renameat2", &["x81", "c"])];
        assert!(of(&steps, persist()).is_ok_and(|it| it.contains("-P c -P")));
    }

    #[test]
    fn a_name_is_no_code_for_a_shell() {
        let line = of(
            &[step("read(a$(b)\"c)", 1, "read", &["a$(b)\"c"])],
            persist(),
        );
        assert!(line.is_ok_and(|it| it.contains(r#" -P "$PWD"/'a$(b)"c' "#)));
        let line = of(&[step("read(a\\u{1b})", 1, "read", &["a\x1b"])], persist());
        assert!(line.is_ok_and(|it| it.contains(r#" -P "$PWD"/$'a\033' "#)));
        let mut no_text = step("read(a\\xff)", 1, "read", &[]);
        no_text
            .paths
            .push(Path::new("home").join(OsStr::from_bytes(b"a\xff")));
        no_text.given.clone_from(&no_text.paths);
        assert!(of(&[no_text], persist()).is_err_and(|why| why.contains("no text")));
    }

    #[test]
    fn what_strace_cannot_do_is_said() {
        let write = [step("write(c)", 1, "write", &["c"])];
        assert!(of(&write, Strike::Short(Part::Half)).is_err_and(|why| why.contains("short")));
        assert!(of(&write, Strike::KillAfter).is_err());
        let made_up = [step("write({tmp1})", 1, "write", &["x81"])];
        assert!(of(&made_up, persist()).is_err_and(|why| why.contains("differs")));
        assert!(of(&[step("close(c)", 1, "close", &["c"])], persist()).is_err());
    }
}
