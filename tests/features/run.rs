//! One run of a program, with a limit to how long it may take.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use rustix::pty::{OpenptFlags, openpt, ptsname, unlockpt};

/// How long a program may run.
const RUN_MAX: Duration = Duration::from_secs(20);

/// Where the output of a program goes.
#[derive(Clone, Copy, Debug)]
pub enum Output {
    /// It is kept for the scenario.
    Kept,
    /// To a pipe that nobody reads any more.
    Closed,
    /// To a device that is full.
    Full,
    /// It is kept for the scenario, as are the messages, which go to a terminal.
    Terminal,
}

/// A run that has ended.
#[derive(Debug)]
pub struct Run {
    /// What a user would type.
    pub line: String,
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
    /// Whether a step has said how it should end.
    pub is_judged: bool,
}

impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "$ {}", self.line)?;
        write!(formatter, "{}{}{}", self.stdout, self.stderr, self.status)
    }
}

/// A program that runs.
#[derive(Debug)]
pub struct Running {
    line: String,
    child: Child,
    stdout: File,
    stderr: File,
    terminal: Option<File>,
}

impl Running {
    /// Starts `command`, which a user would type as `line`.
    ///
    /// Its output goes to files: a pipe would have to be read while it runs.
    pub fn start(
        line: String,
        mut command: Command,
        input: &[u8],
        output: Output,
    ) -> io::Result<Self> {
        let (stdout, stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
        let mut stdin = tempfile::tempfile()?;
        stdin.write_all(input)?;
        stdin.rewind()?;
        command.stdin(stdin).stderr(stderr.try_clone()?);
        let terminal = match output {
            Output::Terminal => Some(terminal(&mut command)?),
            _ => None,
        };
        match output {
            Output::Kept | Output::Terminal => command.stdout(stdout.try_clone()?),
            Output::Closed => command.stdout(io::pipe()?.1),
            Output::Full => command.stdout(File::options().write(true).open("/dev/full")?),
        };
        let child = command.spawn()?;
        Ok(Self {
            line,
            child,
            stdout,
            stderr,
            terminal,
        })
    }

    /// Waits until the program has ended; kills it where that takes too long.
    pub fn finish(mut self) -> Result<Run, String> {
        self.end()
            .map_err(|error| format!("`{}`: {error}", self.line))
    }

    fn end(&mut self) -> io::Result<Run> {
        let in_time = self.wait()?;
        if !in_time {
            self.child.kill()?;
        }
        let status = self.child.wait()?;
        if !in_time {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if let Some(terminal) = &mut self.terminal {
            self.stderr.write_all(&shown(terminal))?;
        }
        Ok(Run {
            line: self.line.clone(),
            status,
            stdout: read(&mut self.stdout)?,
            stderr: read(&mut self.stderr)?,
            is_judged: false,
        })
    }

    fn wait(&self) -> io::Result<bool> {
        let process = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let process = process.ok_or(io::ErrorKind::NotFound)?;
        let process = pidfd_open(process, PidfdFlags::empty())?;
        let limit = Timespec::try_from(RUN_MAX).map_err(io::Error::other)?;
        let ended = poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&limit))?;
        Ok(ended == 1)
    }
}

/// Lets the messages of `command` go to a terminal; returns the end at which somebody would sit.
fn terminal(command: &mut Command) -> io::Result<File> {
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    unlockpt(&person)?;
    let name = ptsname(&person, Vec::new())?.into_bytes();
    command.stderr(File::options().write(true).open(OsStr::from_bytes(&name))?);
    Ok(person.into())
}

/// What a terminal has shown, once nobody writes to it any more: reading on ends in `EIO`.
fn shown(terminal: &mut File) -> Vec<u8> {
    let mut bytes = Vec::new();
    terminal.read_to_end(&mut bytes).unwrap_or_default();
    bytes.retain(|byte| *byte != b'\r');
    bytes
}

fn read(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
