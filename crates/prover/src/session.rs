//! Watches one run: names its calls, lets one fault strike, and records what happens where that is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use nix::unistd::{Pid, getegid, geteuid};
use rustix::fs::getxattr_query;
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::call::{At, Call, Kind, Subject};
use crate::fault::{Fault, Part, Point, Strike, later};
use crate::filter::UNTRACED;
use crate::home::Touched;
use crate::names::Names;
use crate::record::{Op, Recording};
use crate::registers::{memory, pieces, text};
use crate::trace::{Action, Left, Observer};
use crate::tree::attributes;

/// One call of the time line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) point: Point,
    /// The name of the system call itself.
    pub(crate) system: String,
    /// The thread that makes it.
    pub(crate) thread: i32,
    /// The paths it is about, as they were.
    pub(crate) paths: Vec<PathBuf>,
    /// What it asked for, such as a length or a flag.
    pub(crate) detail: String,
    pub(crate) kind: Kind,
    /// The errors it could have.
    pub(crate) errors: Vec<(String, i32)>,
    /// How many bytes it was to write.
    pub(crate) length: u64,
    /// What it returned; `None` where that was not looked at.
    pub(crate) result: Option<i64>,
    pub(crate) is_injected: bool,
}

/// Something that makes an answer uncertain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Doubt {
    /// It wrote outside the sandbox.
    Outside(PathBuf),
    /// A call whose effect cannot be followed.
    Unseen(String),
    /// A call after which nothing could be followed, which was refused.
    Barred(String),
    /// A call of another architecture, which was refused.
    Foreign,
}

/// The observer of one run.
pub(crate) struct Session<'a> {
    root: &'a Path,
    pub(crate) names: Names,
    fault: Option<&'a Fault>,
    recording: Option<Recording>,
    counts: BTreeMap<String, usize>,
    /// The files that were opened to be written.
    written: BTreeSet<PathBuf>,
    /// All paths of calls that can change something.
    changed: BTreeSet<PathBuf>,
    pending: BTreeMap<Pid, Pending>,
    pub(crate) steps: Vec<Step>,
    pub(crate) doubts: BTreeSet<Doubt>,
    /// What a reader should know, though it makes nothing uncertain.
    pub(crate) warnings: BTreeSet<String>,
    pub(crate) has_struck: bool,
}

/// A call that runs, until its result is there.
struct Pending {
    call: Call,
    places: Vec<PathBuf>,
    step: usize,
    existed: bool,
    /// What it is said to have returned.
    replace: Option<i64>,
    is_killed_after: bool,
}

impl<'a> Session<'a> {
    /// Watches a run whose files stand below `root`.
    pub(crate) fn new(root: &'a Path, names: Names, fault: Option<&'a Fault>) -> Self {
        Self {
            root,
            names,
            fault,
            recording: None,
            counts: BTreeMap::new(),
            written: BTreeSet::new(),
            changed: BTreeSet::new(),
            pending: BTreeMap::new(),
            steps: Vec::new(),
            doubts: BTreeSet::new(),
            warnings: BTreeSet::new(),
            has_struck: false,
        }
    }

    /// What the run may have changed.
    pub(crate) fn touched(&self) -> Touched {
        if self.doubts.is_empty() {
            Touched::Only(self.changed.clone())
        } else {
            Touched::Anything
        }
    }

    /// Records what the calls do to the files that are there now.
    pub(crate) fn recording(mut self, recording: Recording) -> Self {
        self.recording = Some(recording);
        self
    }

    /// The recording, once the run is over.
    pub(crate) fn into_recording(self) -> Option<Recording> {
        self.recording
    }

    /// Where the call leads, relative to the sandbox; outside of it, the path itself as an error.
    fn places(&self, process: Pid, call: &Call) -> Option<Result<Vec<PathBuf>, PathBuf>> {
        let found = match call.subject {
            Subject::Descriptor(number) => vec![descriptor(process, number)?],
            Subject::Path(at, follows) => {
                vec![path(process, at, follows && !is_nofollow(call), self.root)?]
            }
            Subject::Paths(from, to) => {
                let follows = call.kind == Kind::Link && call.flags & libc::AT_SYMLINK_FOLLOW != 0;
                vec![
                    path(process, from, follows, self.root)?,
                    path(process, to, false, self.root)?,
                ]
            }
            Subject::Into(to) => vec![descriptor(process, to)?],
            Subject::Both(..) | Subject::Anything => return None, // no call that is followed
        };
        let mut places = Vec::new();
        for path in found {
            match path.strip_prefix(self.root) {
                Ok(inside) if inside.as_os_str().is_empty() => return None, // the sandbox itself
                Ok(inside) => places.push(inside.to_path_buf()),
                Err(_) => return Some(Err(path)),
            }
        }
        Some(Ok(places))
    }

    fn goes_outside(&mut self, call: &Call, path: PathBuf) {
        let is_special = ["/dev", "/proc", "/sys"]
            .iter()
            .any(|it| path.starts_with(it))
            && !path.starts_with("/dev/shm");
        let is_file = path.is_absolute() && !path.to_string_lossy().starts_with("/memfd:");
        let has_opened = matches!(call.kind, Kind::Write | Kind::Copy | Kind::Allocate);
        if call.kind.changes() && !has_opened && is_file && !is_special {
            self.doubts.insert(Doubt::Outside(path));
        }
    }

    /// Whether a descriptor leads into the sandbox.
    fn holds(&self, process: Pid, number: i32) -> bool {
        descriptor(process, number).is_some_and(|it| it.starts_with(self.root))
    }

    /// A copy out of what is watched to elsewhere is a read.
    fn as_read(&self, process: Pid, call: Call) -> Call {
        let (Subject::Into(to), Some(from)) = (call.subject, call.source()) else {
            return call;
        };
        if self.holds(process, to) || !self.holds(process, from) {
            return call;
        }
        Call {
            kind: Kind::Read,
            subject: Subject::Descriptor(from),
            ..call
        }
    }

    /// Whether a call that is not followed is about what is watched.
    fn touches(&self, process: Pid, call: &Call) -> bool {
        match call.subject {
            Subject::Descriptor(number) => self.holds(process, number),
            Subject::Both(from, to) => self.holds(process, from) || self.holds(process, to),
            _ => true,
        }
    }

    /// What becomes of a call that is not followed.
    fn unfollowed(&mut self, process: Pid, call: &Call) -> Action {
        let name = call.name.to_owned();
        if call.kind == Kind::Barred && is_harmless(process, call) {
            return Action::Pass;
        }
        if call.kind == Kind::Barred {
            self.doubts.insert(Doubt::Barred(name));
            return Action::Fail(libc::EPERM);
        }
        if self.touches(process, call) {
            self.doubts.insert(Doubt::Unseen(name));
        }
        Action::Pass
    }

    /// What the fault does to this call.
    fn strike(&mut self, call: &Call, point: &Point, is_directory: bool, length: u64) -> Action {
        let Some(fault) = self.fault else {
            return Action::Pass;
        };
        if self.has_struck {
            let errno = later(fault, call, &point.call, is_directory);
            return errno.map_or(Action::Pass, Action::Fail);
        }
        if *point != fault.point {
            return Action::Pass;
        }
        self.has_struck = true;
        match &fault.strike {
            Strike::Once { errno, .. } | Strike::Persist { errno, .. } => Action::Fail(*errno),
            Strike::DiskFull if length < 2 => Action::Fail(libc::ENOSPC),
            Strike::DiskFull => Action::Shorten(Part::Half.of(length)),
            Strike::Short(part) => Action::Shorten(part.of(length)),
            Strike::KillBefore => Action::Kill,
            Strike::KillAfter => Action::Watch,
        }
    }

    fn is_kill_after(&self, point: &Point) -> bool {
        let fault = self.fault.filter(|it| it.point == *point);
        fault.is_some_and(|it| it.strike == Strike::KillAfter)
    }
}

impl Observer for Session<'_> {
    fn enters(&mut self, process: Pid, call: Call) -> Action {
        if matches!(call.kind, Kind::Unseen | Kind::Barred) {
            return self.unfollowed(process, &call);
        }
        let mut call = self.as_read(process, call);
        if call.number == libc::SYS_openat2 {
            let how = memory(process, call.arguments[2], 8).unwrap_or_default();
            let flags = how
                .first_chunk()
                .map_or(0, |flags| i32::from_ne_bytes(*flags));
            call = call.with_open_flags(flags);
        } else if call.opens() {
            call = call.with_open_flags(call.flags);
        }
        let places = match self.places(process, &call) {
            None => return Action::Pass,
            Some(Err(path)) => {
                self.goes_outside(&call, path);
                return Action::Pass;
            }
            Some(Ok(places)) => places,
        };
        if call.kind.changes() && !has_no_name(&call) {
            self.changed.extend(places.iter().cloned());
        }
        if call.kind == Kind::Close && !self.written.contains(&places[0]) {
            return Action::Pass;
        }
        if matches!(call.kind, Kind::OpenWrite | Kind::Create) {
            self.written.insert(places[0].clone());
        }
        if let (Kind::Rename, [from, to]) = (call.kind, &places[..])
            && self.written.contains(from)
        {
            self.written.insert(to.clone());
        }
        let named: Vec<String> = places.iter().map(|it| self.names.name(it)).collect();
        let text = format!("{}({})", call.name, named.join(">"));
        let nth = self.counts.entry(text.clone()).or_default();
        *nth += 1;
        let point = Point {
            nth: *nth,
            call: text,
        };
        let absolute = self.root.join(&places[0]);
        let is_directory = call.kind == Kind::Sync && absolute.is_dir();
        let length = length(process, &call);
        let mut action = self.strike(&call, &point, is_directory, length);
        let mut replace = None;
        if let (Kind::Close, Action::Fail(errno)) = (call.kind, action) {
            replace = Some(-i64::from(errno)); // Linux frees the descriptor all the same
            action = Action::Watch;
        }
        let is_injected = action != Action::Pass;
        let is_killed_after = self.is_kill_after(&point);
        self.steps.push(Step {
            detail: detail(&call, length),
            point,
            system: call.system.to_owned(),
            thread: process.as_raw(),
            paths: places.clone(),
            kind: call.kind,
            errors: (call.errors(is_directory).iter())
                .map(|(name, errno)| ((*name).to_owned(), *errno))
                .collect(),
            length,
            result: match action {
                Action::Fail(errno) => Some(-i64::from(errno)),
                _ => None,
            },
            is_injected,
        });
        if action == Action::Pass && (self.recording.is_some() || has_no_name(&call)) {
            action = Action::Watch;
        }
        if matches!(action, Action::Watch | Action::Shorten(_)) {
            let pending = Pending {
                existed: call.opens() && fs::symlink_metadata(&absolute).is_ok(),
                call,
                places,
                step: self.steps.len() - 1,
                replace,
                is_killed_after,
            };
            self.pending.insert(process, pending);
        }
        action
    }

    fn leaves(&mut self, process: Pid, result: i64) -> Left {
        let Some(pending) = self.pending.remove(&process) else {
            return Left::Keep;
        };
        let shown = pending.replace.unwrap_or(result);
        self.steps[pending.step].result = Some(shown);
        if has_no_name(&pending.call)
            && let Some(path) = descriptor(process, i32::try_from(result).unwrap_or(-1))
            && let Ok(inside) = path.strip_prefix(self.root)
        {
            self.written.insert(inside.to_path_buf());
        }
        if let Some(recording) = &mut self.recording
            && result >= 0
            && let Some(op) = effect(process, &pending, result, self.root)
        {
            recording.push(op);
        }
        match pending.replace {
            _ if pending.is_killed_after => Left::Kill,
            Some(result) => Left::Replace(result),
            None => Left::Keep,
        }
    }

    fn is_foreign(&mut self) {
        self.doubts.insert(Doubt::Foreign);
    }

    fn is_uring(&mut self) {
        self.warnings
            .insert("io_uring was refused to it: with it, it may do otherwise".to_owned());
    }

    fn executes(&mut self, process: Pid) {
        let program = format!("/proc/{process}/exe");
        let (Ok(metadata), Ok(name)) = (fs::metadata(&program), fs::read_link(&program)) else {
            return; // it has ended
        };
        let is_set_user =
            metadata.mode() & libc::S_ISUID != 0 && metadata.uid() != geteuid().as_raw();
        let sets_group = libc::S_ISGID | libc::S_IXGRP;
        let is_set_group =
            metadata.mode() & sets_group == sets_group && metadata.gid() != getegid().as_raw();
        if is_set_user || is_set_group || has_capabilities(&program) {
            self.warnings.insert(format!(
                "{} runs without the rights that it has elsewhere (setuid or capabilities)",
                name.display()
            ));
        }
    }
}

/// Whether a program gets capabilities of its own when it is executed, as `ping` may.
fn has_capabilities(program: &str) -> bool {
    let found = getxattr_query(program, "security.capability");
    !matches!(found, Err(Errno::NODATA | Errno::OPNOTSUPP | Errno::NOENT))
}

/// Whether a call that is barred in general leaves everything as it can be followed: a new thread.
fn is_harmless(process: Pid, call: &Call) -> bool {
    if call.number != libc::SYS_clone3 {
        return false;
    }
    let flags = memory(process, call.arguments[0], 8).unwrap_or_default();
    let flags = flags.first_chunk().map(|flags| u64::from_ne_bytes(*flags));
    flags.is_some_and(|flags| flags & u64::from(UNTRACED) == 0)
}

/// Whether it opens a file that has no name.
fn has_no_name(call: &Call) -> bool {
    call.opens() && call.flags & libc::O_TMPFILE == libc::O_TMPFILE
}

/// What a call that succeeded has done.
fn effect(process: Pid, pending: &Pending, result: i64, root: &Path) -> Option<Op> {
    let Pending { call, places, .. } = pending;
    let place = places.first()?.clone();
    let number = i32::try_from(result).unwrap_or_default();
    match call.kind {
        Kind::Create | Kind::OpenWrite => {
            let metadata = fs::metadata(link(process, number)).ok()?;
            let has_no_name = has_no_name(call);
            Some(Op::Open {
                path: (!has_no_name).then_some(place),
                inode: metadata.ino(),
                mode: metadata.mode() & 0o7777,
                is_new: !pending.existed || has_no_name,
                is_truncated: call.flags & libc::O_TRUNC != 0 && metadata.is_file(),
            })
        }
        Kind::Write => {
            let bytes = written(process, call, usize::try_from(result).ok()?)?;
            let offset = offset(process, call, bytes.len() as u64)?;
            let inode = inode(process, call)?;
            Some(Op::Write {
                inode,
                offset,
                bytes,
            })
        }
        Kind::Copy | Kind::Allocate => {
            let (Subject::Into(to) | Subject::Descriptor(to)) = call.subject else {
                return None;
            };
            let metadata = fs::metadata(link(process, to)).ok()?;
            let bytes = fs::read(link(process, to))
                .or_else(|_| fs::read(root.join(&place)))
                .ok()?;
            Some(Op::Whole {
                inode: metadata.ino(),
                bytes,
            })
        }
        Kind::Truncate => {
            let inode = match call.subject {
                Subject::Descriptor(_) => inode(process, call)?,
                _ => fs::metadata(root.join(&place)).ok()?.ino(),
            };
            let length = call.arguments[1];
            Some(Op::Size { inode, length })
        }
        Kind::Rename => Some(Op::Rename {
            from: place,
            to: places.get(1)?.clone(),
            is_exchange: call.flags.cast_unsigned() & libc::RENAME_EXCHANGE != 0,
        }),
        Kind::Link if call.name == "symlink" => Some(Op::Symlink {
            to: fs::read_link(root.join(&place)).ok()?,
            path: place,
        }),
        Kind::Link => {
            let path = places.get(1)?.clone();
            let inode = fs::symlink_metadata(root.join(&path)).ok()?.ino();
            Some(Op::Link { path, inode })
        }
        Kind::Unlink => Some(Op::Remove { path: place }),
        Kind::Make => {
            let metadata = fs::symlink_metadata(root.join(&place)).ok()?;
            Some(Op::Make {
                path: place,
                mode: metadata.mode() & 0o7777,
                inode: metadata.ino(),
                is_directory: metadata.is_dir(),
            })
        }
        Kind::Attribute => {
            let file = match call.subject {
                Subject::Descriptor(number) => link(process, number),
                _ => root.join(&place),
            };
            let metadata = fs::metadata(&file).ok()?;
            if call.name.ends_with("xattr") && metadata.is_file() {
                return Some(Op::Attributes {
                    inode: metadata.ino(),
                    attributes: attributes(&file).ok()?,
                });
            }
            Some(Op::Mode {
                path: place,
                inode: metadata.ino(),
                mode: metadata.mode() & 0o7777,
            })
        }
        Kind::Sync => Some(Op::Sync { path: place }),
        _ => None,
    }
}

/// The link by which the kernel shows what a descriptor of a process leads to.
fn link(process: Pid, number: i32) -> PathBuf {
    PathBuf::from(format!("/proc/{process}/fd/{number}"))
}

fn inode(process: Pid, call: &Call) -> Option<u64> {
    let Subject::Descriptor(number) = call.subject else {
        return None;
    };
    Some(fs::metadata(link(process, number)).ok()?.ino())
}

/// Where a write that has happened began.
fn offset(process: Pid, call: &Call, length: u64) -> Option<u64> {
    let is_placed = ![libc::SYS_write, libc::SYS_writev].contains(&call.number);
    let Subject::Descriptor(number) = call.subject else {
        return None;
    };
    let text = fs::read_to_string(format!("/proc/{process}/fdinfo/{number}")).ok()?;
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().to_owned())
    };
    let flags = i32::from_str_radix(&field("flags:")?, 8).ok()?;
    if flags & libc::O_APPEND != 0 {
        return Some(fs::metadata(link(process, number)).ok()?.len() - length);
    }
    if is_placed {
        return Some(call.arguments[3]);
    }
    let after: u64 = field("pos:")?.parse().ok()?;
    after.checked_sub(length)
}

/// The bytes that a write has written.
fn written(process: Pid, call: &Call, length: usize) -> Option<Vec<u8>> {
    if [libc::SYS_write, libc::SYS_pwrite64].contains(&call.number) {
        return memory(process, call.arguments[1], length).ok();
    }
    let mut bytes = Vec::new();
    for (base, piece) in pieces(process, call).ok()? {
        let piece = usize::try_from(piece).ok()?.min(length - bytes.len());
        bytes.extend(memory(process, base, piece).ok()?);
    }
    Some(bytes)
}

/// How many bytes a write is to write.
fn length(process: Pid, call: &Call) -> u64 {
    match call.number {
        libc::SYS_write | libc::SYS_pwrite64 => call.arguments[2],
        libc::SYS_writev | libc::SYS_pwritev | libc::SYS_pwritev2 => {
            let pieces = pieces(process, call).unwrap_or_default();
            pieces.iter().map(|(_, length)| length).sum()
        }
        _ => 0,
    }
}

/// What a reader wants to know of a call.
fn detail(call: &Call, length: u64) -> String {
    let flags = [
        (libc::O_CREAT, "O_CREAT"),
        (libc::O_EXCL, "O_EXCL"),
        (libc::O_TRUNC, "O_TRUNC"),
        (libc::O_APPEND, "O_APPEND"),
        (libc::O_DIRECTORY, "O_DIRECTORY"),
    ];
    match call.kind {
        Kind::Write => format!("{length} bytes"),
        Kind::Create | Kind::OpenWrite | Kind::OpenRead => {
            let set = flags.iter().filter(|(flag, _)| call.flags & flag == *flag);
            let names: Vec<&str> = set.map(|(_, name)| *name).collect();
            names.join(" ")
        }
        Kind::Truncate => format!("to {} bytes", call.arguments[1]),
        Kind::Rename if call.flags.cast_unsigned() & libc::RENAME_EXCHANGE != 0 => {
            "exchange".to_owned()
        }
        _ => String::new(),
    }
}

fn is_nofollow(call: &Call) -> bool {
    let creates_anew = libc::O_CREAT | libc::O_EXCL;
    call.opens()
        && (call.flags & libc::O_NOFOLLOW != 0 || call.flags & creates_anew == creates_anew)
}

/// Where a descriptor leads, whatever has become of its name.
fn descriptor(process: Pid, number: i32) -> Option<PathBuf> {
    let path = fs::read_link(link(process, number)).ok()?;
    let mut bytes = path.into_os_string().into_vec();
    if bytes.ends_with(b" (deleted)") {
        bytes.truncate(bytes.len() - b" (deleted)".len());
    }
    Some(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

/// Where a path leads, with all symbolic links on the way resolved; the last one only where it is followed.
fn path(process: Pid, at: At, follows: bool, root: &Path) -> Option<PathBuf> {
    let text = text(process, at.text).ok()?;
    let given = PathBuf::from(std::ffi::OsString::from_vec(text));
    if given.as_os_str().is_empty() {
        return descriptor(process, at.directory); // AT_EMPTY_PATH
    }
    let base = match at.directory {
        _ if given.is_absolute() => PathBuf::new(),
        libc::AT_FDCWD => fs::read_link(format!("/proc/{process}/cwd")).ok()?,
        number => descriptor(process, number)?,
    };
    let whole = base.join(&given);
    let may_lead_back = whole.starts_with("/proc")
        || whole.starts_with("/dev")
        || whole.components().any(|it| it == Component::ParentDir);
    if !whole.starts_with(root) && !may_lead_back {
        return Some(whole);
    }
    let whole = own(process, &whole);
    if follows && let Some(number) = own_descriptor(process, &whole) {
        return descriptor(process, number);
    }
    let Some(name) = whole.file_name() else {
        return fs::canonicalize(&whole).ok();
    };
    let parent = if is_plain_name(&given) && whole.starts_with(root) {
        base
    } else {
        fs::canonicalize(whole.parent()?).ok()?
    };
    let place = parent.join(name);
    Some(match fs::read_link(&place) {
        Ok(to) if follows => fs::canonicalize(&place).unwrap_or(parent.join(to)), // it may dangle
        _ => place,
    })
}

/// Whether a path is one name in the directory where it is looked up, which the kernel tells without links.
fn is_plain_name(path: &Path) -> bool {
    let mut components = path.components();
    matches!(
        (components.next(), components.next()),
        (Some(Component::Normal(_)), None)
    )
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
