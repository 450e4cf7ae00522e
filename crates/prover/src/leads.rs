//! Where the descriptors and the paths of a process lead.
//!
//! The kernel tells by links below `/proc`, which takes it longer than most of the calls that are asked for. So
//! what it has told is remembered, as long as there is only one thread, which stops at each call: of several, one could
//! ask while another is about to change the answer.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Component, Path, PathBuf};

use nix::unistd::Pid;

use crate::call::{At, Call, Kind, Subject};

/// Where things lead in one run, whose files stand below a root.
pub(crate) struct Leads<'a> {
    root: &'a Path,
    /// What was told of the only thread; nothing where it is not to be remembered.
    told: Option<Told>,
}

/// What the kernel has told.
#[derive(Default)]
struct Told {
    directory: Option<PathBuf>,
    descriptors: BTreeMap<i32, PathBuf>,
}

impl<'a> Leads<'a> {
    pub(crate) fn new(root: &'a Path) -> Self {
        let told = Some(Told::default());
        Self { root, told }
    }

    /// Nothing that is told from now on is remembered: it may change without our knowing.
    pub(crate) fn remember_nothing(&mut self) {
        self.told = None;
    }

    /// Everything may lead elsewhere.
    pub(crate) fn forget(&mut self) {
        if let Some(told) = &mut self.told {
            *told = Told::default();
        }
    }

    /// A call is about to run, after which some may lead elsewhere.
    pub(crate) fn expect(&mut self, call: &Call) {
        match (call.kind, call.subject, &mut self.told) {
            (Kind::Close, Subject::Descriptor(number), Some(told)) => {
                told.descriptors.remove(&number);
            }
            (Kind::Rename | Kind::Link | Kind::Unlink | Kind::Enter | Kind::Rearrange, ..) => {
                self.forget();
            }
            _ => {}
        }
    }

    /// Where a descriptor leads, whatever has become of its name.
    pub(crate) fn descriptor(&mut self, process: Pid, number: i32) -> Option<PathBuf> {
        if let Some(told) = &self.told
            && let Some(path) = told.descriptors.get(&number)
        {
            return Some(path.clone());
        }
        let path = fs::read_link(link(process, number)).ok()?;
        let mut bytes = path.into_os_string().into_vec();
        if bytes.ends_with(b" (deleted)") {
            bytes.truncate(bytes.len() - b" (deleted)".len());
        }
        let path = PathBuf::from(OsString::from_vec(bytes));
        if let Some(told) = &mut self.told {
            told.descriptors.insert(number, path.clone());
        }
        Some(path)
    }

    /// The directory that a process is in.
    fn directory(&mut self, process: Pid) -> Option<PathBuf> {
        if let Some(told) = &self.told
            && let Some(path) = &told.directory
        {
            return Some(path.clone());
        }
        let path = fs::read_link(format!("/proc/{process}/cwd")).ok()?;
        if let Some(told) = &mut self.told {
            told.directory = Some(path.clone());
        }
        Some(path)
    }

    /// Where a path leads, with all symbolic links on the way resolved; the last one only where it is followed.
    pub(crate) fn path(
        &mut self,
        process: Pid,
        at: At,
        text: Vec<u8>,
        follows: bool,
    ) -> Option<PathBuf> {
        let given = PathBuf::from(OsString::from_vec(text));
        if given.as_os_str().is_empty() {
            return self.descriptor(process, at.directory); // AT_EMPTY_PATH
        }
        let base = match at.directory {
            _ if given.is_absolute() => PathBuf::new(),
            libc::AT_FDCWD => self.directory(process)?,
            number => self.descriptor(process, number)?,
        };
        if let Some(name) = only_name(&given)
            && base.starts_with(self.root)
        {
            return Some(last(&base, name, follows));
        }
        let whole = base.join(&given);
        if is_plainly_outside(&whole, self.root) {
            return Some(whole);
        }
        let whole = own(process, &whole);
        if follows && let Some(number) = own_descriptor(process, &whole) {
            return self.descriptor(process, number);
        }
        let Some(name) = whole.file_name() else {
            return fs::canonicalize(&whole).ok();
        };
        let parent = fs::canonicalize(whole.parent()?).ok()?;
        Some(last(&parent, name, follows))
    }
}

/// The link by which the kernel shows what a descriptor of a process leads to.
pub(crate) fn link(process: Pid, number: i32) -> PathBuf {
    PathBuf::from(format!("/proc/{process}/fd/{number}"))
}

/// Where a descriptor of a process stands.
pub(crate) fn position(process: Pid, number: i32) -> Option<u64> {
    told(process, number, "pos:")?.parse().ok()
}

/// The flags with which a descriptor of a process was opened.
pub(crate) fn open_flags(process: Pid, number: i32) -> Option<i32> {
    i32::from_str_radix(&told(process, number, "flags:")?, 8).ok()
}

/// What the kernel tells of a descriptor of a process.
fn told(process: Pid, number: i32, name: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{process}/fdinfo/{number}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().to_owned())
}

/// Where a name in a directory leads.
fn last(parent: &Path, name: &OsStr, follows: bool) -> PathBuf {
    let place = parent.join(name);
    if !follows {
        return place;
    }
    match fs::read_link(&place) {
        Ok(to) => fs::canonicalize(&place).unwrap_or(parent.join(to)), // it may dangle
        Err(_) => place,
    }
}

/// Whether the text of a path alone says that it does not lead into the sandbox.
fn is_plainly_outside(path: &Path, root: &Path) -> bool {
    let text = path.as_os_str().as_bytes();
    let is_below = |start: &[u8]| text.starts_with(start);
    let is_odd = text.windows(2).any(|it| it == b"/." || it == b"//");
    !(is_odd || is_below(b"/proc") || is_below(b"/dev") || is_below(root.as_os_str().as_bytes()))
}

/// The name in the directory where a path is looked up, if it is no more than that; a slash behind it does not count.
fn only_name(path: &Path) -> Option<&OsStr> {
    let mut components = path.components();
    match (components.next(), components.next()) {
        (Some(Component::Normal(name)), None) => Some(name),
        _ => None,
    }
}

/// `/proc/self` is the process that asks, not ours.
fn own(process: Pid, path: &Path) -> PathBuf {
    for alias in ["/proc/self", "/proc/thread-self"] {
        if let Ok(rest) = path.strip_prefix(alias) {
            return Path::new("/proc").join(process.to_string()).join(rest);
        }
    }
    let numbers = [
        ("/dev/stdin", "0"),
        ("/dev/stdout", "1"),
        ("/dev/stderr", "2"),
    ];
    let standard = numbers.iter().find(|it| path == Path::new(it.0));
    let number = standard.map(|it| Path::new(it.1));
    match number.or_else(|| path.strip_prefix("/dev/fd").ok()) {
        Some(number) => Path::new(&format!("/proc/{process}/fd")).join(number),
        None => path.to_path_buf(),
    }
}

/// The descriptor of the process itself that a path below `/proc` is a link to.
fn own_descriptor(process: Pid, path: &Path) -> Option<i32> {
    let number = path.strip_prefix(format!("/proc/{process}/fd")).ok()?;
    number.to_str()?.parse().ok()
}
