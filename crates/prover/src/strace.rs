//! The `strace` command that does the same as a case, so that a sceptic needs no trust in us.
//!
//! `strace` counts for each process and each system call by itself, knows no short write, and leaves out a
//! `close` that it fails; where that makes a difference, there is no such command.

use crate::fault::{Fault, Strike};
use crate::visible::line;

/// The system calls of a family, the usual ones of today's C libraries first.
const FAMILIES: [(&str, &str); 17] = [
    ("open", "openat"),
    ("read", "read"),
    ("write", "write"),
    ("fsync", "fsync"),
    ("fdatasync", "fdatasync"),
    ("rename", "rename,renameat,renameat2"),
    ("link", "link,linkat"),
    ("unlink", "unlink,unlinkat"),
    ("mkdir", "mkdir,mkdirat"),
    ("rmdir", "rmdir,unlinkat"),
    ("chmod", "chmod,fchmod,fchmodat"),
    ("chown", "chown,fchown,fchownat"),
    ("truncate", "truncate,ftruncate"),
    ("fallocate", "fallocate"),
    ("flock", "flock"),
    ("fcntl", "fcntl"),
    ("readdir", "getdents64"),
];

/// The command, for a shell in a copy of the fixture; or why there is none.
pub(crate) fn command(fault: &Fault, words: &[String]) -> Result<String, &'static str> {
    let point = &fault.point;
    let (family, paths) = point.call.split_once('(').ok_or("it is no call")?;
    let paths = paths.strip_suffix(')').unwrap_or(paths);
    let path = paths.split('>').next().unwrap_or(paths);
    if path.contains("{tmp") || path.contains("$TMPDIR") {
        return Err("the name of the file differs from run to run");
    }
    let known = FAMILIES.iter().find(|it| it.0 == family);
    let calls = known
        .ok_or("strace counts the calls of this family by themselves")?
        .1;
    let what = match &fault.strike {
        Strike::Once { name, .. } => format!("error={name}:when={}", point.nth),
        Strike::Persist { name, .. } => format!("error={name}:when={}+", point.nth),
        Strike::KillBefore => format!("signal=KILL:when={}", point.nth),
        Strike::KillAfter => return Err("strace kills before a call, not after it"),
        Strike::Short(_) | Strike::DiskFull => return Err("strace cannot cut a write short"),
    };
    if path.contains('\\') {
        return Err("the name of the file is not plain text");
    }
    let path = if path == "." { "" } else { path };
    Ok(format!(
        "strace -f -P \"$PWD\"/{} -e trace={calls} -e inject={calls}:{what} -- {}",
        line(&[path]),
        line(words)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{Part, Point};

    fn of(call: &str, strike: Strike) -> Result<String, &'static str> {
        let (call, nth) = (call.to_owned(), 2);
        let fault = Fault {
            point: Point { call, nth },
            strike,
        };
        command(&fault, &["a b".to_owned()])
    }

    fn persist() -> Strike {
        let (errno, name) = (libc::EIO, "EIO".to_owned());
        Strike::Persist { errno, name }
    }

    #[test]
    fn a_fault_on_a_file_is_an_injection_on_its_path() {
        let wanted =
            "strace -f -P \"$PWD\"/c -e trace=read -e inject=read:error=EIO:when=2+ -- 'a b'";
        assert_eq!(of("read(c)", persist()).as_deref(), Ok(wanted));
        assert!(
            of("read(c)", Strike::KillBefore).is_ok_and(|it| it.contains("signal=KILL:when=2 "))
        );
    }

    #[test]
    fn a_name_is_no_code_for_a_shell() {
        let line = of("read(a$(b)\"c)", persist());
        assert!(line.is_ok_and(|it| it.contains(r#" -P "$PWD"/'a$(b)"c' "#)));
        assert!(of("read(a\\n)", persist()).is_err_and(|why| why.contains("plain text")));
    }

    #[test]
    fn what_strace_cannot_do_is_said() {
        assert!(of("write(c)", Strike::Short(Part::Half)).is_err_and(|why| why.contains("short")));
        assert!(of("write({tmp1})", persist()).is_err_and(|why| why.contains("differs")));
        assert!(of("close(c)", persist()).is_err());
        assert!(of("write(c)", Strike::KillAfter).is_err());
    }
}
