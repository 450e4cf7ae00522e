//! Where programs are run: a scratch directory that nothing escapes from, at the same path in every run.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, sched_setaffinity, unshare};
use nix::unistd::{Pid, getgid, getuid};

use crate::tree::{Tree, clear};

/// The scratch directory of one worker: `home`, in which the command runs, and `tmp`, another file system.
#[derive(Debug)]
pub(crate) struct Sandbox {
    root: PathBuf,
    /// Why there are no name spaces, where there are none.
    pub(crate) is_plain: Option<String>,
}

impl Sandbox {
    /// Enters a sandbox at `scratch`: file systems in memory that nobody else sees, which are gone with this
    /// process. Where the system bars that, a plain directory for the `worker`th of them.
    pub(crate) fn enter(scratch: &Path, worker: usize) -> io::Result<Self> {
        pin(worker);
        let sandbox = match isolate(scratch) {
            Ok(()) => Self {
                root: scratch.to_path_buf(),
                is_plain: None,
            },
            Err(error) => Self {
                root: scratch.join(format!("worker-{worker}")),
                is_plain: Some(error.to_string()),
            },
        };
        fs::create_dir_all(sandbox.home())?;
        fs::create_dir_all(sandbox.temporary())?;
        if sandbox.is_plain.is_none() {
            mount_memory(&sandbox.temporary())?;
        }
        Ok(sandbox)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The directory in which the command runs, and its home.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    pub(crate) fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// Makes everything as it was before the first run.
    pub(crate) fn reset(&self, fixture: &Tree) -> io::Result<()> {
        clear(&self.home())?;
        clear(&self.temporary())?;
        fixture.write(&self.home())
    }
}

/// The tracer and what it traces share a core: a switch between two costs several times as much.
fn pin(worker: usize) {
    let count = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut cores = nix::sched::CpuSet::new();
    if cores.set(worker % count).is_ok() {
        let _ = sched_setaffinity(Pid::from_raw(0), &cores); // a core that is not ours: slower, not wrong
    }
}

fn isolate(scratch: &Path) -> io::Result<()> {
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
    mount_memory(scratch)
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
