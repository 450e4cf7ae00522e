//! Where programs are run: a scratch directory that nothing escapes from, at the same path in every run.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity, unshare};
use nix::unistd::{Pid, getgid, getuid};

use crate::home::Home;
use crate::origin::Origin;
use crate::tree::{Tree, clear};

/// Directories that every Linux has and that hardly any program lives in. In the name space of a worker a
/// file system in memory covers one of them, so that outside nothing is made that could be left.
const COVERED: [&str; 3] = ["/mnt", "/media", "/srv"];

/// Where the sandboxes of all workers are.
#[derive(Debug)]
pub(crate) enum Place {
    /// A directory that each worker covers for itself.
    Covered(&'static Path),
    /// A directory with one below it for each worker; why there are no name spaces.
    Plain(Scratch, String),
}

/// A temporary directory that is gone when dropped, and also once this process and all that it forked have
/// been killed: a shell waits for that, outside of our process group, and removes it.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
    remover: Child,
}

/// Waits for the end of its input, then removes the directory `$0`, whatever the modes in it; again if what
/// dies at the same time has still put something there.
const REMOVE: &str = r#"read -r _
for _ in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf -- "$0" && exit
    chmod -R u+rwX -- "$0"
    sleep 0.1
done"#;

impl Scratch {
    fn new() -> io::Result<Self> {
        let made = tempfile::Builder::new()
            .prefix("untorn-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir()?;
        let remover = Command::new("sh")
            .args([
                OsStr::new("-c"),
                OsStr::new(REMOVE),
                made.path().as_os_str(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            .process_group(0)
            .spawn()?;
        Ok(Self {
            path: made.keep(),
            remover,
        })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.remover.stdin.take());
        let _ = self.remover.wait(); // it is our child, and was not waited for
    }
}

impl Place {
    /// A directory to cover that none of `needed` is in.
    pub(crate) fn covered(needed: &[&Path]) -> Option<&'static Path> {
        let free = |it: &&Path| it.is_dir() && !needed.iter().any(|path| path.starts_with(it));
        COVERED.iter().map(Path::new).find(free)
    }

    /// A directory that is gone when dropped.
    pub(crate) fn plain(why: String) -> io::Result<Self> {
        Ok(Self::Plain(Scratch::new()?, why))
    }
}

/// Where a worker sits: its number, and the core that it shares with what it traces, for a switch between two
/// costs several times as much.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat {
    pub(crate) number: usize,
    /// None where the system does not tell which we may have.
    core: Option<usize>,
}

impl Seat {
    /// The seat of a worker that is alone.
    pub(crate) fn single() -> Self {
        Self::new(0, &cores())
    }

    /// Seats for so many workers, one core after the other.
    pub(crate) fn row(count: usize) -> impl Iterator<Item = Self> {
        let cores = cores();
        (0..count).map(move |number| Self::new(number, &cores))
    }

    fn new(number: usize, cores: &[usize]) -> Self {
        let core = cores.iter().cycle().nth(number).copied();
        Self { number, core }
    }

    /// Keeps this process, and all that it starts, to its core.
    fn take(self) {
        let mut cores = CpuSet::new();
        if self.core.is_some_and(|core| cores.set(core).is_ok()) {
            let _ = sched_setaffinity(Pid::from_raw(0), &cores); // anywhere else it is slower, not wrong
        }
    }
}

/// The cores that we may have, from the one on that we run on: the system has chosen it among all that are idle,
/// and so provers that run at the same time do not all begin with the same one.
fn cores() -> Vec<usize> {
    let ours = sched_getaffinity(Pid::from_raw(0)).unwrap_or_default();
    let mut cores: Vec<usize> = (0..CpuSet::count())
        .filter(|core| ours.is_set(*core) == Ok(true))
        .collect();
    let here = sched_getcpu().ok();
    let first = cores.iter().position(|core| Some(*core) == here);
    cores.rotate_left(first.unwrap_or(0));
    cores
}

/// The directory of one worker: `home`, in which the command runs and which is its home directory, and
/// `tmp`, another file system.
#[derive(Debug)]
pub(crate) struct Sandbox {
    root: PathBuf,
    pub(crate) home: Home,
    /// Why there are no name spaces, where there are none.
    pub(crate) is_plain: Option<String>,
}

impl Sandbox {
    /// Enters the sandbox of the worker that has this `seat`: file systems in memory that nobody else sees,
    /// which are gone with this process, or a plain directory.
    pub(crate) fn enter(place: &Place, seat: Seat) -> io::Result<Self> {
        seat.take();
        let (root, is_plain) = match place {
            Place::Covered(path) => {
                isolate(path)?;
                (path.to_path_buf(), None)
            }
            Place::Plain(directory, why) => {
                let root = directory.path.join(format!("worker-{}", seat.number));
                (root, Some(why.clone()))
            }
        };
        let home = Home::new(root.join("home"));
        let sandbox = Self {
            root,
            home,
            is_plain,
        };
        fs::create_dir_all(sandbox.home.path())?;
        fs::create_dir_all(sandbox.temporary())?;
        if sandbox.is_plain.is_none() {
            mount_memory(&sandbox.temporary())?;
        }
        Ok(sandbox)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// What stands among the temporary files.
    pub(crate) fn temporary_files(&self) -> io::Result<Tree> {
        Tree::read(&self.temporary())
    }

    /// Makes everything as it was before the first run.
    pub(crate) fn reset(&mut self, fixture: &Tree, origin: &Origin) -> io::Result<()> {
        clear(&self.temporary())?;
        self.home.reset(fixture, origin)
    }
}

/// Gives this process, which has one thread, name spaces of its own, and covers `path` in them.
pub(crate) fn isolate(path: &Path) -> io::Result<()> {
    let (user, group) = (getuid(), getgid());
    let spaces = CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWNET;
    match unshare(spaces | CloneFlags::CLONE_NEWUSER) {
        Ok(()) => {
            fs::write("/proc/self/setgroups", "deny")?;
            fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
            fs::write("/proc/self/gid_map", format!("{group} {group} 1"))?;
        }
        Err(_) => unshare(spaces)?,
    }
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(None::<&str>, "/", None::<&str>, private, None::<&str>)?;
    mount_memory(path)
}

fn mount_memory(at: &Path) -> io::Result<()> {
    let none = MsFlags::empty();
    Ok(mount(
        Some("untorn"),
        at,
        Some("tmpfs"),
        none,
        Some("mode=0700"),
    )?)
}
