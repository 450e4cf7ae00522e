//! Follows a program and all that it starts, from one chosen system call to the next.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::ptrace::{self, Event, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use untorn_tracee::{Starter, stopped_at};

use crate::architecture::Registers;
use crate::call::Call;
use crate::filter::{KNOWN, URING};

/// How long what a program has started may go on once it has ended itself.
const GRACE: Duration = Duration::from_millis(100);

/// How many times its limit a run may take that gets no processor.
const STARVED_MAX: u32 = 5;

/// In how many parts of a second the kernel counts the time of a process for its users.
const TICKS_PER_SECOND: f64 = 100.0;

/// What becomes of a call that is about to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Pass,
    /// It runs, and its result is looked at.
    Watch,
    /// It does not run, and fails with this error.
    Fail(i32),
    /// It writes at most so many bytes; its result is looked at.
    Shorten(u64),
    /// Everything is killed before it runs.
    Kill,
    /// The process that makes it is killed before it runs.
    KillAlone,
}

/// What becomes of a call that has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    Keep,
    Replace(i64),
    Kill,
}

/// What is told of each call.
pub(crate) trait Observer {
    fn enters(&mut self, process: Pid, call: Call) -> Action;
    fn leaves(&mut self, process: Pid, result: i64) -> Left;
    /// A call of another architecture, of which we know nothing; it fails with `ENOSYS`.
    fn is_foreign(&mut self);
    /// A way to call the kernel without a system call for each; it fails with `EPERM`.
    fn is_uring(&mut self);
    /// There is a second thread, or one more.
    fn begins(&mut self);
    /// The process has become another program.
    fn executes(&mut self, process: Pid);
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum End {
    Exit(i32),
    Signal(i32),
    /// We killed it, as the fault says.
    Killed,
    TimedOut,
}

/// How a run ended, and what it left running.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) end: End,
    /// Something outlived the command, and was killed.
    pub(crate) has_daemon: bool,
}

/// Runs a program to its end.
///
/// # Errors
///
/// It did not run, or is not followed any more; nothing of it is alive once the caller has ended.
pub(crate) fn run(
    starter: &Starter,
    observer: &mut dyn Observer,
    limit: Duration,
) -> io::Result<Ended> {
    let main = Pid::from_raw(starter.start()?);
    follow(main)?;
    starter.let_go();
    let mut run = Run {
        main,
        alive: BTreeSet::from([main]),
        observer,
        end: None,
        is_over: None,
        has_daemon: false,
        is_killed: false,
        is_executed: false,
    };
    let begun = Instant::now();
    loop {
        match waitpid(None, None) {
            Ok(status) => run.goes_on(status)?,
            Err(Errno::EINTR) => run.looks_at_the_clock(begun, limit),
            Err(Errno::ECHILD) => break,
            Err(error) => return Err(error.into()),
        }
    }
    match run.end.unwrap_or(End::Killed) {
        End::Exit(_) if !run.is_executed => Err(io::Error::other("the program cannot be executed")),
        end => Ok(Ended {
            end,
            has_daemon: run.has_daemon,
        }),
    }
}

/// Traces a process that waits to be let go, and all that it will start.
fn follow(process: Pid) -> io::Result<()> {
    let options = Options::PTRACE_O_TRACESECCOMP
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_TRACEFORK
        | Options::PTRACE_O_TRACEVFORK
        | Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_EXITKILL;
    ptrace::seize(process, options).map_err(|error| {
        let _ = kill(process, Signal::SIGKILL); // it waits for nothing any more
        io::Error::other(format!(
            "ptrace is not permitted here: another tracer follows us, or a sandbox bars it: {error}"
        ))
    })
}

/// The error of a call of the kernel that says no more.
pub(crate) fn errno(error: &io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
}

struct Run<'a> {
    main: Pid,
    alive: BTreeSet<Pid>,
    observer: &'a mut dyn Observer,
    /// Set once by what ends the run.
    end: Option<End>,
    /// Since when the program itself has ended.
    is_over: Option<Instant>,
    has_daemon: bool,
    /// Everything is to die, also what is only about to begin.
    is_killed: bool,
    /// The program itself has begun.
    is_executed: bool,
}

impl Run<'_> {
    fn goes_on(&mut self, status: WaitStatus) -> io::Result<()> {
        let has_ended = matches!(status, WaitStatus::Exited(..) | WaitStatus::Signaled(..));
        if let (true, false, Some(process)) = (self.is_killed, has_ended, status.pid()) {
            let _ = kill(process, Signal::SIGKILL); // one that is gone needs no killing
            return Ok(());
        }
        let went_on = match status {
            WaitStatus::Exited(process, code) => {
                self.ended(process, End::Exit(code));
                Ok(())
            }
            WaitStatus::Signaled(process, signal, _) => {
                self.ended(process, End::Signal(signal as i32));
                Ok(())
            }
            WaitStatus::PtraceEvent(process, _, event)
                if event == Event::PTRACE_EVENT_SECCOMP as i32 =>
            {
                self.enters(process)
            }
            WaitStatus::PtraceEvent(process, _, event) => self.begins(process, event),
            WaitStatus::PtraceSyscall(process) => self.leaves(process),
            WaitStatus::Stopped(process, signal) => ptrace::cont(process, signal),
            WaitStatus::Continued(_) | WaitStatus::StillAlive => Ok(()),
        };
        match went_on {
            Err(Errno::ESRCH) => Ok(()), // it was killed meanwhile, and its end comes next
            went_on => Ok(went_on?),
        }
    }

    fn begins(&mut self, process: Pid, event: i32) -> nix::Result<()> {
        let births = [
            Event::PTRACE_EVENT_CLONE as i32,
            Event::PTRACE_EVENT_FORK as i32,
            Event::PTRACE_EVENT_VFORK as i32,
        ];
        if births.contains(&event) {
            let child = i32::try_from(ptrace::getevent(process)?).unwrap_or_default();
            self.alive.insert(Pid::from_raw(child));
            self.observer.begins();
        }
        if event == Event::PTRACE_EVENT_STOP as i32 {
            self.alive.insert(process); // its first stop may come before its parent's event
            self.observer.begins();
        }
        if event == Event::PTRACE_EVENT_EXEC as i32 {
            let former = i32::try_from(ptrace::getevent(process)?).unwrap_or_default();
            if former != process.as_raw() {
                self.alive.remove(&Pid::from_raw(former)); // the thread that has become the only one
            }
            self.is_executed = true;
            self.observer.executes(process);
        }
        ptrace::cont(process, None)
    }

    fn enters(&mut self, process: Pid) -> nix::Result<()> {
        let stop = stopped_at(process.as_raw()).map_err(|error| errno(&error))?;
        if stop.data != KNOWN {
            let errno = if stop.data == URING {
                self.observer.is_uring();
                libc::EPERM
            } else {
                self.observer.is_foreign();
                libc::ENOSYS
            };
            Registers::of(process)?.fail(errno)?;
            return ptrace::cont(process, None);
        }
        let call = Call::decode(stop.number, stop.arguments);
        let action = call.map_or(Action::Pass, |call| self.observer.enters(process, call));
        match (action, call) {
            (Action::Watch, _) => ptrace::syscall(process, None),
            (Action::Fail(errno), _) => {
                Registers::of(process)?.fail(errno)?;
                ptrace::cont(process, None)
            }
            (Action::Shorten(length), Some(call)) => {
                Registers::of(process)?.shorten(&call, length)?;
                ptrace::syscall(process, None)
            }
            (Action::Kill, _) => {
                self.kill(End::Killed);
                Ok(())
            }
            (Action::KillAlone, _) => kill(process, Signal::SIGKILL),
            (Action::Pass | Action::Shorten(_), _) => ptrace::cont(process, None),
        }
    }

    fn leaves(&mut self, process: Pid) -> nix::Result<()> {
        let mut registers = Registers::of(process)?;
        match self.observer.leaves(process, registers.result()) {
            Left::Keep => ptrace::cont(process, None),
            Left::Replace(result) => {
                registers.give(result)?;
                ptrace::cont(process, None)
            }
            Left::Kill => {
                self.kill(End::Killed);
                Ok(())
            }
        }
    }

    fn ended(&mut self, process: Pid, end: End) {
        self.alive.remove(&process);
        if process == self.main {
            self.end.get_or_insert(end);
            self.is_over = Some(Instant::now());
        }
    }

    fn kill(&mut self, end: End) {
        self.end.get_or_insert(end);
        self.is_killed = true;
        for process in &self.alive {
            let _ = kill(*process, Signal::SIGKILL); // one that is gone needs no killing
        }
    }

    fn looks_at_the_clock(&mut self, begun: Instant, limit: Duration) {
        if self.is_over.is_some_and(|since| since.elapsed() > GRACE) {
            self.has_daemon = true;
            self.kill(End::Killed);
        } else if self.has_had(begun.elapsed(), limit) {
            self.kill(End::TimedOut);
        }
    }

    /// Whether it has had its time: it sleeps once that is over, or has used the processor for so long.
    ///
    /// One that is ready to go on and gets no processor has not; on a busy machine that says nothing of it.
    fn has_had(&self, elapsed: Duration, limit: Duration) -> bool {
        if elapsed <= limit {
            return false;
        }
        let threads: Vec<Usage> = self.alive.iter().copied().filter_map(Usage::of).collect();
        let used: Duration = threads.iter().map(|it| it.used).sum();
        used > limit || elapsed > limit * STARVED_MAX || !threads.iter().any(|it| it.is_ready)
    }
}

/// What a thread does, and how long it has used the processor.
#[derive(Debug)]
struct Usage {
    is_ready: bool,
    used: Duration,
}

impl Usage {
    /// Of the thread of that number; nothing where it is gone.
    fn of(thread: Pid) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{thread}/task/{thread}/stat")).ok()?;
        let (_, after_name) = text.rsplit_once(") ")?;
        let fields: Vec<&str> = after_name.split(' ').collect();
        let ticks = |index: usize| fields.get(index)?.parse::<u32>().ok();
        let used = f64::from(ticks(11)? + ticks(12)?) / TICKS_PER_SECOND; // by itself, and in the kernel
        Some(Self {
            is_ready: !["S", "Z", "X"].contains(fields.first()?),
            used: Duration::from_secs_f64(used),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::thread::sleep;

    use super::*;

    /// Whether a shell that runs `script` comes to a usage that is `wanted`.
    fn comes_to(script: &str, wanted: impl Fn(&Usage) -> bool) -> bool {
        let mut child = Command::new("sh")
            .args(["-c", script])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let thread = Pid::from_raw(child.id().cast_signed());
        let looks = (0..500).map(|_| {
            sleep(Duration::from_millis(10));
            Usage::of(thread).unwrap()
        });
        let found = looks.into_iter().any(|usage| wanted(&usage));
        child.kill().unwrap();
        child.wait().unwrap();
        found
    }

    #[test]
    fn who_computes_is_ready_and_has_used_time() {
        let wanted = |it: &Usage| it.is_ready && it.used >= Duration::from_millis(50);
        assert!(comes_to("while :; do :; done", wanted));
    }

    #[test]
    fn who_waits_is_not_ready() {
        assert!(comes_to("read line", |it| !it.is_ready));
    }

    #[test]
    fn who_is_gone_has_no_usage() {
        let mut child = Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        assert!(Usage::of(Pid::from_raw(child.id().cast_signed())).is_none());
    }
}
