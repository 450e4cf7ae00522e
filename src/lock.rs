//! Keeps other writers out while one changes a file.
//!
//! The lock is an exclusive `flock` on the *directory* of the file: there is nothing to clean up and
//! nothing to go stale, for the kernel releases it when its holder dies, and `/proc/locks` names the
//! holder. A lock file beside the configuration, as git has it, outlives a killed writer and then keeps
//! every other one out. Where a directory cannot be locked (some network file systems), a lock file is
//! locked instead, and stays.
//!
//! The file itself is locked as well, for one inode can be seen through two directories (a file that is
//! mounted into a container). Readers take no lock.
//!
//! We wait by polling, because `flock` has no time-out; with jitter, so that many writers that start
//! together do not poll together.

use std::cell::OnceCell;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, Mode, OFlags, Stat, flock, fstat, major, minor, openat};
use rustix::io::Errno;

use crate::directory::Directory;
use crate::stage::{At as _, Failure, Stage};
use crate::target::{leads_to, name, open_regular, parent};

/// The longest pause between two polls.
const PAUSE_MAX: Duration = Duration::from_millis(8);

/// How often the holder is looked for.
const LOOKS: usize = 8;

/// As many bytes of `/proc/locks` as are read at once.
const PROC_LOCKS_BYTES: usize = 64 * 1024;

/// Why there is no lock.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Another writer held it all the time; `holder` is its process, where the system tells.
    TimedOut {
        holder: Option<u32>,
    },
    Failed(Failure),
}

/// How long to wait in all, from when somebody is first found in the way.
#[derive(Debug)]
struct Patience {
    timeout: Duration,
    since: OnceCell<Instant>,
}

impl Patience {
    fn new(timeout: Duration) -> Self {
        let since = OnceCell::new();
        Self { timeout, since }
    }

    fn is_over(&self) -> bool {
        self.since.get_or_init(Instant::now).elapsed() >= self.timeout
    }
}

impl From<Failure> for LockError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The exclusive right to change the files of one directory, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    directory: Directory,
    patience: Patience,
    /// The lock file that stands in where the directory cannot be locked.
    stand_in: Option<File>,
}

impl Lock {
    /// Locks the directory of `path`, which is made where it is missing, for a change to the file there.
    pub(crate) fn acquire(path: &Path, timeout: Duration) -> Result<Self, LockError> {
        let patience = Patience::new(timeout);
        loop {
            let directory = Directory::open(parent(path))?;
            let stand_in = lock_directory(&directory, path, &patience)?;
            if directory.is_current().at(Stage::Lock)? {
                return Ok(Self {
                    directory,
                    patience,
                    stand_in,
                });
            }
        }
    }

    /// Lets others in.
    ///
    /// Who still held one directory while locking another could wait for itself, or for somebody who waits for it.
    pub(crate) fn release(&mut self) -> io::Result<()> {
        self.stand_in = None;
        Ok(flock(self.directory.file(), FlockOperation::Unlock)?)
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    pub(crate) fn directory_mut(&mut self) -> &mut Directory {
        &mut self.directory
    }

    /// Opens the regular file `name` of the directory and locks it as well; `None` where there is no file.
    pub(crate) fn open_target(&self, name: &OsStr) -> Result<Option<(File, Stat)>, LockError> {
        let directory = self.directory.file();
        loop {
            let Some((file, _)) = open_regular(directory, name).at(Stage::Read)? else {
                return Ok(None);
            };
            lock_target(&file, &self.patience)?;
            let stat = fstat(&file).map_err(io::Error::from).at(Stage::Read)?;
            if leads_to(directory, name, &stat).at(Stage::Read)? {
                return Ok(Some((file, stat)));
            }
        }
    }
}

fn lock_directory(
    directory: &Directory,
    path: &Path,
    patience: &Patience,
) -> Result<Option<File>, LockError> {
    let locked = wait_for(directory.file(), patience, || {
        failpoint!("lock::directory");
        try_lock(directory.file())
    });
    match locked {
        Err(LockError::Failed(failure)) if is_unsupported(&failure.source) => {
            lock_stand_in(directory, path, patience).map(Some)
        }
        locked => locked.map(|()| None),
    }
}

/// Locks the file `.NAME.lock` beside the target. It is never unlinked: whoever opened it before it was
/// unlinked would hold a lock that nobody else sees.
fn lock_stand_in(
    directory: &Directory,
    path: &Path,
    patience: &Patience,
) -> Result<File, LockError> {
    let name = name(path).at(Stage::Lock)?.to_string_lossy();
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let mode = Mode::RUSR | Mode::WUSR;
    let file = openat(directory.file(), format!(".{name}.lock"), flags, mode)
        .map_err(io::Error::from)
        .at(Stage::Lock)?;
    let file = File::from(file);
    wait_for(&file, patience, || try_lock(&file))?;
    Ok(file)
}

/// Locks the target itself, where its file system can: it is the second lock, not the only one.
fn lock_target(file: &File, patience: &Patience) -> Result<(), LockError> {
    let locked = wait_for(file, patience, || {
        failpoint!("lock::target");
        try_lock(file)
    });
    match locked {
        Err(LockError::Failed(failure)) if is_unsupported(&failure.source) => Ok(()),
        locked => locked,
    }
}

fn try_lock(file: &File) -> io::Result<()> {
    Ok(flock(file, FlockOperation::NonBlockingLockExclusive)?)
}

/// Tries to lock `file` until it works or the patience is over; tries once at least.
fn wait_for(
    file: &File,
    patience: &Patience,
    try_once: impl Fn() -> io::Result<()>,
) -> Result<(), LockError> {
    let mut pause = Duration::from_micros(250);
    loop {
        match try_once() {
            Ok(()) => return Ok(()),
            Err(error) if is_held(&error) => {}
            Err(source) => {
                return Err(Failure {
                    stage: Stage::Lock,
                    source,
                }
                .into());
            }
        }
        if patience.is_over() {
            return Err(LockError::TimedOut {
                holder: holder(file),
            });
        }
        thread::sleep(pause.mul_f64(fastrand::f64() + 0.5));
        pause = PAUSE_MAX.min(pause * 2);
    }
}

fn is_held(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

/// Whether the error says that this kind of file cannot be locked here, rather than that locking failed.
fn is_unsupported(error: &io::Error) -> bool {
    let unsupported = [Errno::BADF, Errno::INVAL, Errno::NOSYS, Errno::NOTSUP];
    Errno::from_io_error(error).is_some_and(|errno| unsupported.contains(&errno))
}

/// The process that holds the `flock` on `file`, as `/proc/locks` tells.
///
/// `None` where the holder lives in a process name space that we cannot see, or where the file system
/// shows another device number there than to `stat` (btrfs).
fn holder(file: &File) -> Option<u32> {
    let metadata = file.metadata().ok()?;
    let device = metadata.dev();
    let place = format!(
        "{:02x}:{:02x}:{}",
        major(device),
        minor(device),
        metadata.ino()
    );
    (0..LOOKS).find_map(|_| {
        let locks = proc_locks().ok()?;
        let mut holders = locks.lines().filter_map(|line| holder_in(line, &place));
        holders.find(|holder| *holder != 0)
    })
}

/// All locks of the system. What comes and goes between two reads moves the lines in between, so that one
/// can be missed: we read as much at a time as the kernel gives.
fn proc_locks() -> io::Result<String> {
    let mut locks = String::with_capacity(PROC_LOCKS_BYTES);
    BufReader::with_capacity(PROC_LOCKS_BYTES, File::open("/proc/locks")?)
        .read_to_string(&mut locks)?;
    Ok(locks)
}

/// Reads one line such as `1: FLOCK  ADVISORY  WRITE 4711 08:01:131073 0 EOF`.
fn holder_in(line: &str, place: &str) -> Option<u32> {
    let mut words = line.split_whitespace().skip(1);
    (words.next() == Some("FLOCK")).then_some(())?;
    let holder = words.nth(2)?;
    (words.next() == Some(place)).then(|| holder.parse().ok())?
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn the_holder_is_read_from_a_line_of_proc_locks() {
        let line = "1: FLOCK  ADVISORY  WRITE 4711 08:01:131073 0 EOF";
        assert_eq!(holder_in(line, "08:01:131073"), Some(4711));
        assert_eq!(holder_in(line, "08:01:131074"), None);
    }

    #[test]
    fn one_who_waits_or_holds_another_kind_of_lock_is_no_holder() {
        let waiting = "1: -> FLOCK  ADVISORY  WRITE 4711 08:01:131073 0 EOF";
        let posix = "2: POSIX  ADVISORY  WRITE 4711 08:01:131073 0 EOF";
        assert_eq!(holder_in(waiting, "08:01:131073"), None);
        assert_eq!(holder_in(posix, "08:01:131073"), None);
    }

    #[test]
    fn the_holder_is_found_while_other_locks_come_and_go() {
        let held = tempfile::tempfile().unwrap();
        try_lock(&held).unwrap();
        let is_over = AtomicBool::new(false);
        let found = thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let others: Vec<File> = (0..8).map(|_| tempfile::tempfile().unwrap()).collect();
                    for other in &others {
                        try_lock(other).unwrap();
                    }
                }
            });
            let found = (0..300).filter(|_| holder(&held).is_some()).count();
            is_over.store(true, Ordering::Relaxed);
            found
        });
        assert_eq!(found, 300);
    }
}
