//! One run of a program, with a limit to how long it may take.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

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
        match output {
            Output::Kept => command.stdout(stdout.try_clone()?),
            Output::Closed => command.stdout(io::pipe()?.1),
            Output::Full => command.stdout(File::options().write(true).open("/dev/full")?),
        };
        let child = command.spawn()?;
        Ok(Self {
            line,
            child,
            stdout,
            stderr,
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

fn read(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
