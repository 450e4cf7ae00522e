//! Sends standard output and standard error into a file while scenarios run.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::{
        fd::{AsFd, OwnedFd},
        unix::fs::FileExt,
    },
    path::Path,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::channel,
    },
    thread,
    time::Duration,
};

use rustix::stdio::{dup2_stderr, dup2_stdout};

use crate::report;

/// The name of the file that keeps what is printed.
pub(crate) const OUTPUT: &str = "output.txt";

/// How long it is waited for standard output.
const FLUSH: Duration = Duration::from_millis(100);

/// The file that both go to, until [`Redirect::end`].
#[derive(Debug)]
pub(crate) struct Redirect {
    file: File,
    stdout: OwnedFd,
    stderr: OwnedFd,
    /// How many scenarios print into it now, and how many ever began to.
    inside: AtomicUsize,
    entered: AtomicUsize,
}

impl Redirect {
    /// Begins to send both into [`OUTPUT`] in `folder`, or into a file without a name where there is none.
    ///
    /// A file with a name is there for what dies in the middle, and then cannot show what it kept.
    pub(crate) fn begin(folder: Option<&Path>) -> io::Result<Self> {
        io::stdout().flush()?;
        let redirect = Self {
            file: folder.map_or_else(tempfile::tempfile, named)?,
            stdout: io::stdout().as_fd().try_clone_to_owned()?,
            stderr: io::stderr().as_fd().try_clone_to_owned()?,
            inside: AtomicUsize::new(0),
            entered: AtomicUsize::new(0),
        };
        dup2_stdout(&redirect.file)?;
        dup2_stderr(&redirect.file)?;
        Ok(redirect)
    }

    /// Lets both go where they went before.
    pub(crate) fn end(&self) {
        flush();
        let _ = dup2_stdout(&self.stdout);
        let _ = dup2_stderr(&self.stderr);
    }

    /// How much has been printed so far, in bytes.
    pub(super) fn len(&self) -> u64 {
        self.file.metadata().map_or(0, |it| it.len())
    }

    /// What was printed from a place on; what is not UTF-8 in it is replaced.
    pub(super) fn read(&self, from: u64) -> String {
        let to = self.len();
        if to < from {
            return format!(
                "(something emptied the output meanwhile; it is now:)\n{}",
                self.read(0)
            );
        }
        let mut printed = vec![0; usize::try_from(to - from).unwrap_or(usize::MAX)];
        match self.file.read_exact_at(&mut printed, from) {
            Ok(()) => String::from_utf8_lossy(&printed).into_owned(),
            Err(error) => format!("(what was printed cannot be read: {error})\n"),
        }
    }

    /// Lets a scenario in, and returns a number that [`leave`](Self::leave) returns again if no other was ever in
    /// meanwhile.
    pub(super) fn enter(&self) -> usize {
        let entered = self.entered.fetch_add(1, Ordering::SeqCst) + 1;
        match self.inside.fetch_add(1, Ordering::SeqCst) {
            0 => entered,
            _ => usize::MAX,
        }
    }

    /// Lets a scenario out again.
    pub(super) fn leave(&self) -> usize {
        self.inside.fetch_sub(1, Ordering::SeqCst);
        self.entered.load(Ordering::SeqCst)
    }

    /// Says something to people in spite of it all.
    pub(super) fn tell(&self, text: &str) {
        if let Ok(stderr) = self.stderr.try_clone() {
            let _ = File::from(stderr).write_all(text.as_bytes());
        }
    }
}

/// Lets std hand on what it holds of a line that has not ended. Waits only so long: a step that is given up may
/// hold the lock of standard output for ever.
pub(super) fn flush() {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let _ = io::stdout().flush();
        let _ = sender.send(());
    });
    let _ = receiver.recv_timeout(FLUSH);
}

fn named(folder: &Path) -> io::Result<File> {
    report::make(folder)?;
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .read(true)
        .open(folder.join(OUTPUT))?;
    file.set_len(0)?;
    Ok(file)
}
