//! A program as it is started: where it is, its arguments, and the little environment that it gets.

use std::env;
use std::ffi::{CString, OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::prove::c_string;

/// What is handed on from our own environment.
const INHERITED: [&str; 5] = ["PATH", "LANG", "LC_ALL", "TERM", "USER"];

/// A program and its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) path: CString,
    pub(crate) arguments: Vec<CString>,
}

impl Program {
    /// Finds the program of a command, as a shell would.
    pub(crate) fn find(command: &[OsString]) -> io::Result<Self> {
        let name = command.first().filter(|it| !it.is_empty());
        let name = name.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no command"))?;
        let path = locate(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Self {
            path: CString::new(path.as_os_str().as_bytes())?,
            arguments: command.iter().map(c_string).collect::<io::Result<_>>()?,
        })
    }
}

fn locate(name: &OsStr) -> Option<PathBuf> {
    if name.as_bytes().contains(&b'/') {
        let path = env::current_dir().ok()?.join(name);
        return is_program(&path).then_some(path);
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|it| it.join(name))
        .find(|it| is_program(it))
}

fn is_program(path: &Path) -> bool {
    let metadata = path.metadata().ok();
    metadata.is_some_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

/// The whole environment of a run: nothing of the user's that could lead out of the sandbox.
pub(crate) fn environment(
    home: &Path,
    temporary: &Path,
    more: &[(OsString, OsString)],
) -> io::Result<Vec<CString>> {
    let inherited = INHERITED
        .iter()
        .filter_map(|name| Some((OsString::from(name), env::var_os(name)?)));
    let own = [
        (OsString::from("HOME"), home.as_os_str().to_owned()),
        (OsString::from("PWD"), home.as_os_str().to_owned()),
        (OsString::from("TMPDIR"), temporary.as_os_str().to_owned()),
    ];
    let all = inherited.chain(own).chain(more.iter().cloned());
    let mut lines = Vec::new();
    for (name, value) in all {
        let mut line = name;
        line.push("=");
        line.push(value);
        lines.push(c_string(&line)?);
    }
    Ok(lines)
}
