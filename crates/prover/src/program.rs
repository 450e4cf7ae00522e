//! A program as it is started: where it is, what it held, its arguments, and the little environment that it gets.

use std::env;
use std::ffi::{CStr, CString, OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _};
use std::iter;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::report::Hashed;

/// What is handed on from our own environment.
const INHERITED: [&str; 5] = ["PATH", "LANG", "LC_ALL", "TERM", "USER"];

/// A program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// What the program of a command held, and each file that the command names by its whole path.
pub(crate) fn hashed(program: &CStr, command: &[OsString]) -> Vec<Hashed> {
    let program = PathBuf::from(OsStr::from_bytes(program.to_bytes()));
    let named = command.iter().skip(1).map(PathBuf::from);
    let named = named.filter(|it| it.is_absolute() && it.is_file());
    let all = iter::once(program).chain(named);
    let hashed = all.map(|path| Hashed {
        sha256: sha256(&path).unwrap_or_default(),
        path,
    });
    hashed.collect()
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            length => hasher.update(&piece[..length]),
        }
    }
    let digits = hasher
        .finalize()
        .into_iter()
        .flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect())
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

/// An argument as the system takes it.
fn c_string(text: &OsString) -> io::Result<CString> {
    Ok(CString::new(text.as_bytes())?)
}
