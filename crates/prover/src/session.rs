//! Watches one run: names its calls, lets one fault strike, and records what happens where that is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::mem;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use nix::unistd::{Pid, getegid, geteuid};
use rustix::fs::getxattr_query;
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::call::{Call, Kind, Subject};
use crate::effect::effect;
use crate::fault::{Fault, PAGE, Part, Point, Strike, later};
use crate::filter::UNTRACED;
use crate::home::Touched;
use crate::leads::{Leads, link, open_flags, position};
use crate::memory::{memory, pieces, socket_path, text};
use crate::names::{Names, Points};
use crate::record::Recording;
use crate::trace::{Action, Left, Observer};
use crate::visible::visible_path;

/// One call of the time line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) point: Point,
    /// The name of the system call itself.
    pub(crate) system: String,
    /// The thread that makes it.
    pub(crate) thread: i32,
    /// Whether it is one of a process that the command has started; not known where the run was not recorded.
    pub(crate) is_of_child: bool,
    /// The paths it is about, as they were.
    pub(crate) paths: Vec<PathBuf>,
    /// How it tells of them to who only looks at its arguments; nothing where the run was not recorded.
    pub(crate) given: Vec<PathBuf>,
    /// What it asked for, such as a length or a flag.
    pub(crate) detail: String,
    pub(crate) kind: Kind,
    /// The errors it could have.
    pub(crate) errors: Vec<(String, i32)>,
    /// How many bytes it was to write or to copy.
    pub(crate) length: u64,
    /// What it returned; `None` where that was not looked at.
    pub(crate) result: Option<i64>,
    pub(crate) is_injected: bool,
}

impl Step {
    /// Names the calls of a run anew: as it would have named them, had it known these names.
    pub(crate) fn rename(steps: &mut [Self], mut names: Names) {
        let mut points = Points::default();
        for step in steps {
            step.point = points.next(step.point.parts().0, &step.paths, &mut names);
        }
    }
}

/// Something that makes an answer uncertain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Doubt {
    /// It was about to write outside of the sandbox, which was refused.
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
    points: Points,
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
    /// Whether anything in the sandbox may have been opened: before that, no descriptor leads there.
    has_opened: bool,
    leads: Leads<'a>,
    /// The program that begins is one that was looked at before.
    is_known: bool,
    /// The process of the command itself, once it has begun.
    main: Option<Pid>,
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
            points: Points::default(),
            written: BTreeSet::new(),
            changed: BTreeSet::new(),
            pending: BTreeMap::new(),
            steps: Vec::new(),
            doubts: BTreeSet::new(),
            warnings: BTreeSet::new(),
            has_struck: false,
            has_opened: false,
            leads: Leads::new(root),
            is_known: false,
            main: None,
        }
    }

    /// What the run may have changed.
    pub(crate) fn touched(&mut self) -> Touched {
        if self.doubts.is_empty() {
            Touched::Only(mem::take(&mut self.changed))
        } else {
            Touched::Anything
        }
    }

    /// The program was looked at in an earlier run.
    pub(crate) fn knows_program(&mut self) {
        self.is_known = true;
    }

    /// Hears of changes alone, and not of what descriptors come to lead to.
    pub(crate) fn at_changes(mut self) -> Self {
        self.has_opened = true;
        self.leads.remember_nothing();
        self
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
    fn places(&mut self, process: Pid, call: &Call) -> Option<Result<Vec<PathBuf>, PathBuf>> {
        let found = match call.subject {
            Subject::Descriptor(_) if self.is_elsewhere(call) => return None,
            Subject::Descriptor(number) => vec![self.leads.descriptor(process, number)?],
            Subject::Path(at, follows) => {
                let text = text(process, at.text).ok()?;
                let follows = follows && !is_nofollow(call);
                vec![self.leads.path(process, at, text, follows)?]
            }
            Subject::Paths(from, to) => {
                let follows = call.kind == Kind::Link && call.flags & libc::AT_SYMLINK_FOLLOW != 0;
                let [one, other] = [from, to].map(|it| text(process, it.text));
                vec![
                    self.leads.path(process, from, one.ok()?, follows)?,
                    self.leads.path(process, to, other.ok()?, false)?,
                ]
            }
            Subject::Address(at, length) => {
                let text = socket_path(process, at.text, length)?;
                vec![self.leads.path(process, at, text, false)?]
            }
            Subject::Into(to) => vec![self.leads.descriptor(process, to)?],
            Subject::Both(..) | Subject::Anything => return None, // no call that is followed
        };
        let mut places = Vec::new();
        for path in found {
            match path.strip_prefix(self.root) {
                Ok(inside) if is_put_back(inside) => places.push(inside.to_path_buf()),
                _ => return Some(Err(path)),
            }
        }
        Some(Ok(places))
    }

    /// How a call tells of its `places` as `strace` sees it: where its descriptors lead, and the texts of its paths as
    /// they are, from the sandbox on. Of `rename`, `symlink` and `bind`, it knows the first argument alone.
    fn given(&mut self, process: Pid, call: &Call, places: &[PathBuf]) -> Vec<PathBuf> {
        let ats = match call.subject {
            Subject::Address(..) => vec![],
            Subject::Path(..) if call.system == "symlink" => vec![],
            Subject::Path(at, _) => vec![at],
            Subject::Paths(from, _) if call.system == "rename" => vec![from],
            Subject::Paths(from, to) => vec![from, to],
            _ => {
                let source = call
                    .source()
                    .and_then(|it| self.leads.descriptor(process, it));
                let source = source.map(|it| self.inside(it));
                return places.iter().cloned().chain(source).collect();
            }
        };
        let mut given = Vec::new();
        for at in ats {
            let directory = self.leads.descriptor(process, at.directory);
            let text = text(process, at.text).ok();
            let text = text.map(|it| Path::new("home").join(OsStr::from_bytes(&it)));
            given.extend(directory.into_iter().chain(text).map(|it| self.inside(it)));
        }
        given
    }

    /// A path from the sandbox on, where it is one in there.
    fn inside(&self, path: PathBuf) -> PathBuf {
        match path.strip_prefix(self.root) {
            Ok(inside) => inside.to_path_buf(),
            Err(_) => path,
        }
    }

    /// What becomes of a call outside of the sandbox: none changes anything there.
    fn outside(&mut self, process: Pid, call: &Call, path: PathBuf) -> Action {
        if !call.kind.changes() {
            return Action::Pass;
        }
        let is_file = path.is_absolute() && !path.to_string_lossy().starts_with("/memfd:");
        // It was given the descriptor: a file that it would open itself to write to is refused then.
        let is_given = matches!(call.kind, Kind::Write | Kind::Copy | Kind::Allocate);
        if is_given || !is_file || is_of_kernel(process, call, &path) || is_device(call, &path) {
            return Action::Pass;
        }
        self.doubts.insert(Doubt::Outside(path));
        Action::Fail(libc::EROFS)
    }

    /// Whether a call on a descriptor needs no look at where that leads: into the sandbox none does yet, and
    /// what changes nothing may be done elsewhere.
    fn is_elsewhere(&self, call: &Call) -> bool {
        !self.has_opened && !call.kind.changes()
    }

    /// Whether what stands at these places, once it is open, may lead into the sandbox.
    fn may_lead_inside(&self, places: Option<&Result<Vec<PathBuf>, PathBuf>>) -> bool {
        match places {
            Some(Err(path)) => path.starts_with(self.root), // the sandbox itself
            _ => true,
        }
    }

    /// Whether a descriptor leads into the sandbox.
    fn holds(&mut self, process: Pid, number: i32) -> bool {
        let root = self.root;
        self.has_opened
            && self
                .leads
                .descriptor(process, number)
                .is_some_and(|it| it.starts_with(root))
    }

    /// A copy out of what is watched to elsewhere is a read.
    fn as_read(&mut self, process: Pid, call: Call) -> Call {
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
    fn touches(&mut self, process: Pid, call: &Call) -> bool {
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
            Strike::DiskFull if length < 2 || call.kind != Kind::Write => {
                Action::Fail(libc::ENOSPC)
            }
            Strike::DiskFull => Action::Shorten(Part::Half.of(length)),
            Strike::Short(part) => Action::Shorten(part.of(length)),
            Strike::KillBefore => Action::Kill,
            Strike::KillAlone => Action::KillAlone,
            Strike::KillPartway => Action::Shorten(PAGE),
            Strike::KillAfter => Action::Watch,
        }
    }

    /// Whether a thread is none of the command's own process.
    fn is_child(&self, thread: Pid) -> bool {
        let is_of = |main: Pid| Path::new(&format!("/proc/{main}/task/{thread}")).exists();
        !self.main.is_some_and(|main| main == thread || is_of(main))
    }

    fn is_killed_by(&self, point: &Point) -> bool {
        let fault = self.fault.filter(|it| it.point == *point);
        fault.is_some_and(|it| matches!(it.strike, Strike::KillPartway | Strike::KillAfter))
    }
}

impl Observer for Session<'_> {
    fn enters(&mut self, process: Pid, call: Call) -> Action {
        let call = looked_into(process, call);
        if matches!(call.kind, Kind::Unseen | Kind::Barred) {
            return self.unfollowed(process, &call);
        }
        if call.kind == Kind::Rearrange {
            self.leads.expect(&call);
            return Action::Pass;
        }
        let call = self.as_read(process, call);
        let places = self.places(process, &call);
        self.leads.expect(&call);
        self.has_opened |= call.opens() && self.may_lead_inside(places.as_ref());
        let places = match places {
            None => return Action::Pass,
            Some(Err(path)) => return self.outside(process, &call, path),
            Some(Ok(places)) => places,
        };
        if call.kind.changes() && !call.has_no_name() {
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
        let point = self.points.next(call.name, &places, &mut self.names);
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
        let is_killed_after = self.is_killed_by(&point);
        let given = match self.recording {
            Some(_) => self.given(process, &call, &places),
            None => Vec::new(),
        };
        self.steps.push(Step {
            detail: detail(&call, length),
            point,
            system: call.system.to_owned(),
            thread: process.as_raw(),
            is_of_child: self.recording.is_some() && self.is_child(process),
            paths: places.clone(),
            given,
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
        if action == Action::Pass && (self.recording.is_some() || call.has_no_name()) {
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
        let mut shown = pending.replace.unwrap_or(result);
        if pending.call.kind == Kind::Map {
            shown = shown.min(0); // where it is differs from run to run
        }
        self.steps[pending.step].result = Some(shown);
        if pending.call.has_no_name()
            && let Some(path) = self
                .leads
                .descriptor(process, i32::try_from(result).unwrap_or(-1))
            && let Ok(inside) = path.strip_prefix(self.root)
        {
            self.written.insert(inside.to_path_buf());
        }
        if let Some(recording) = &mut self.recording
            && result >= 0
            && let Some(op) = effect(
                process,
                (&pending.call, &pending.places),
                pending.existed,
                result,
                self.root,
            )
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

    fn begins(&mut self) {
        self.leads.remember_nothing();
    }

    fn executes(&mut self, process: Pid) {
        self.main.get_or_insert(process);
        self.leads.forget(); // some descriptors are closed by that
        if mem::take(&mut self.is_known) {
            return;
        }
        let program = format!("/proc/{process}/exe");
        let Ok(metadata) = fs::metadata(&program) else {
            return; // it has ended
        };
        let is_set_user =
            metadata.mode() & libc::S_ISUID != 0 && is_other(metadata.uid(), geteuid().as_raw());
        let sets_group = libc::S_ISGID | libc::S_IXGRP;
        let is_set_group = metadata.mode() & sets_group == sets_group
            && is_other(metadata.gid(), getegid().as_raw());
        if (is_set_user || is_set_group || has_capabilities(&program))
            && let Ok(name) = fs::read_link(&program)
        {
            self.warnings.insert(format!(
                "{} runs without the rights that it has elsewhere (setuid or capabilities)",
                name.display()
            ));
        }
    }
}

/// Whether the owner of a program is another than we. In a name space, all others have the number of nobody,
/// which may be ours as well.
fn is_other(owner: u32, ours: u32) -> bool {
    const NOBODY: u32 = 65534;
    owner != ours || owner == NOBODY
}

/// Whether a program gets capabilities of its own when it is executed, as `ping` may.
fn has_capabilities(program: &str) -> bool {
    let found = getxattr_query(program, "security.capability");
    !matches!(found, Err(Errno::NODATA | Errno::OPNOTSUPP | Errno::NOENT))
}

/// The call with what only the memory of the program and its descriptors say of it.
fn looked_into(process: Pid, call: Call) -> Call {
    let number = |argument: usize| {
        let bytes = memory(process, call.arguments[argument], 4).unwrap_or_default();
        bytes.try_into().map_or(0, i32::from_ne_bytes)
    };
    match call.number {
        libc::SYS_openat2 => call.with_open_flags(number(2)),
        libc::SYS_fcntl if call.kind == Kind::Lock => {
            let [low, high, ..] = number(2).to_ne_bytes(); // its first field is a `short`
            call.with_lock_type(i16::from_ne_bytes([low, high]).into())
        }
        _ if may_become_writable(process, &call) => Call {
            kind: Kind::Unseen,
            ..call
        },
        _ if let Some(number) = descriptor_for_a_path(process, &call) => Call {
            subject: Subject::Descriptor(number),
            ..call
        },
        _ if call.opens() => call.with_open_flags(call.flags),
        _ => call,
    }
}

/// The descriptor that a call is about in place of the path that it could name, as `fstat` and `futimens` come to
/// the kernel.
fn descriptor_for_a_path(process: Pid, call: &Call) -> Option<i32> {
    let Subject::Path(at, _) = call.subject else {
        return None;
    };
    let may_be_empty = !call.opens() && call.flags & libc::AT_EMPTY_PATH != 0;
    let is_empty = || text(process, at.text).is_ok_and(|it| it.is_empty());
    (at.text == 0 || may_be_empty && is_empty()).then_some(at.directory)
}

/// Whether a mapping is shared, and of a file that is open to be written: `mprotect` may make it writable, which
/// is not followed.
fn may_become_writable(process: Pid, call: &Call) -> bool {
    let Subject::Descriptor(number) = call.subject else {
        return false;
    };
    let flags = || open_flags(process, number).unwrap_or(libc::O_RDONLY);
    call.is_shared() && flags() & libc::O_ACCMODE == libc::O_RDWR
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

/// Whether a path, relative to the sandbox, is one that is what it was before the next run.
fn is_put_back(path: &Path) -> bool {
    path.starts_with("home") || path.starts_with("tmp")
}

/// Whether a call is about what the kernel shows of the process itself as a file, and not about its name, which
/// another file may have: `/dev/stdout` is one for a descriptor.
fn is_of_kernel(process: Pid, call: &Call, path: &Path) -> bool {
    let is_about_name = matches!(
        call.kind,
        Kind::Rename | Kind::Link | Kind::Unlink | Kind::Make
    );
    !is_about_name && path.starts_with(format!("/proc/{process}"))
}

/// Whether a call opens, or cuts, a device that is there, such as `/dev/null`: that makes no change which stays.
fn is_device(call: &Call, path: &Path) -> bool {
    (call.opens() || call.kind == Kind::Truncate)
        && fs::metadata(path).is_ok_and(|it| it.file_type().is_char_device())
}

/// How many bytes a write is to write, and a copy can copy.
fn length(process: Pid, call: &Call) -> u64 {
    match call.number {
        _ if call.kind == Kind::Copy => copied(process, call).unwrap_or_default(),
        libc::SYS_write | libc::SYS_pwrite64 => call.arguments[2],
        libc::SYS_writev | libc::SYS_pwritev | libc::SYS_pwritev2 => {
            let pieces = pieces(process, call).unwrap_or_default();
            pieces.iter().map(|(_, length)| length).sum()
        }
        _ => 0,
    }
}

/// How much is left in what a copy reads from, and no more than it asks for; that is often more than there is.
fn copied(process: Pid, call: &Call) -> Option<u64> {
    let (source, place, wanted) = call.range()?;
    let begin = match memory(process, place, 8) {
        Ok(offset) => u64::from_ne_bytes(*offset.first_chunk()?),
        Err(_) => position(process, source)?, // it says no place
    };
    let size = fs::metadata(link(process, source)).ok()?.len();
    Some(size.saturating_sub(begin).min(wanted))
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
        Kind::Copy if length > 0 => format!("{length} bytes"),
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

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside(path) => {
                write!(
                    f,
                    "it writes outside of the sandbox: {}, which was refused",
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
