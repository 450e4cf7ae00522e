//! Starts a process that waits to be traced, with a seccomp filter that stops it at chosen system calls.
//!
//! All unsafe code of the project is here: between `fork` and `exec` there is no safe interface, and a
//! launcher that is executed first would cost as much as the program that is traced. What runs in between
//! allocates nothing and takes no lock.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsRawFd as _, BorrowedFd};
use std::ptr;
use std::time::Duration;

pub use libc::sock_filter as Instruction;

/// The exit status of a process whose program could not be executed.
pub const NOT_EXECUTED: i32 = 127;

/// A program, and how it is started.
#[derive(Debug)]
pub struct Launch<'a> {
    program: &'a CStr,
    arguments: Vec<*const libc::c_char>,
    environment: Vec<*const libc::c_char>,
    directory: &'a CStr,
    input: BorrowedFd<'a>,
    output: BorrowedFd<'a>,
    filter: &'a [Instruction],
}

impl<'a> Launch<'a> {
    /// The program at the path `program`, with `arguments` (the name it is called by stands first) and
    /// with nothing but `environment`, in `directory`, reading `input` and printing to `output`.
    ///
    /// Each system call for which `filter` says so stops it.
    #[must_use]
    pub fn new(
        (program, arguments): (&'a CStr, &'a [CString]),
        environment: &'a [CString],
        directory: &'a CStr,
        (input, output): (BorrowedFd<'a>, BorrowedFd<'a>),
        filter: &'a [Instruction],
    ) -> Self {
        Self {
            program,
            arguments: pointers(arguments),
            environment: pointers(environment),
            directory,
            input,
            output,
            filter,
        }
    }

    /// Starts it. It stops with `SIGSTOP` at once, traced by the calling thread; once it goes on, it sets
    /// its filter and executes the program, or exits with [`NOT_EXECUTED`].
    ///
    /// # Errors
    ///
    /// There is no new process.
    pub fn start(&self) -> io::Result<libc::pid_t> {
        let length = libc::c_ushort::try_from(self.filter.len()).map_err(io::Error::other)?;
        let program = libc::sock_fprog {
            len: length,
            filter: self.filter.as_ptr().cast_mut(),
        };
        // SAFETY: the child calls nothing but `become_tracee`, which is safe after a fork.
        match unsafe { libc::fork() } {
            -1 => Err(io::Error::last_os_error()),
            0 => self.become_tracee(&program),
            child => Ok(child),
        }
    }

    /// What the child does; only system calls, so that locks which other threads held do not matter.
    fn become_tracee(&self, filter: &libc::sock_fprog) -> ! {
        // SAFETY: all pointers are to memory that `self` borrows and that the fork has copied; the arrays
        // end with a null pointer, and the strings with a null byte.
        unsafe {
            let is_ready = libc::setpgid(0, 0) == 0
                && libc::dup2(self.input.as_raw_fd(), 0) == 0
                && libc::dup2(self.output.as_raw_fd(), 1) == 1
                && libc::dup2(self.output.as_raw_fd(), 2) == 2
                && libc::chdir(self.directory.as_ptr()) == 0
                && libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
                && libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) == 0
                && libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) == 0
                && libc::raise(libc::SIGSTOP) == 0
                && libc::syscall(
                    libc::SYS_seccomp,
                    libc::SECCOMP_SET_MODE_FILTER,
                    0,
                    ptr::from_ref(filter),
                ) == 0;
            if is_ready {
                libc::execve(
                    self.program.as_ptr(),
                    self.arguments.as_ptr(),
                    self.environment.as_ptr(),
                );
            }
            libc::_exit(NOT_EXECUTED)
        }
    }
}

/// Runs `body` in a process of its own, which ends with it, and dies with the calling thread.
///
/// The new process has one thread, and may therefore enter name spaces of its own. What other threads of
/// the caller hold locked stays locked in it, the allocator apart: `body` should touch nothing that they use.
///
/// # Errors
///
/// There is no new process.
pub fn fork(body: impl FnOnce()) -> io::Result<libc::pid_t> {
    // SAFETY: the allocator of the C library is usable after a fork; the child does not return from here.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            // SAFETY: takes numbers only.
            unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
            let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
            // SAFETY: ends this process without running what the parent has registered for its own end.
            unsafe { libc::_exit(i32::from(ran.is_err())) }
        }
        child => Ok(child),
    }
}

/// Makes `SIGALRM` interrupt what this process waits for each `period`, so that a wait can have a limit.
///
/// # Errors
///
/// Nothing is changed.
pub fn interrupt_every(period: Duration) -> io::Result<()> {
    let seconds = libc::time_t::try_from(period.as_secs()).map_err(io::Error::other)?;
    let step = libc::timeval {
        tv_sec: seconds,
        tv_usec: libc::suseconds_t::from(period.subsec_micros()),
    };
    let every = libc::itimerval {
        it_interval: step,
        it_value: step,
    };
    do_nothing_on(libc::SIGALRM, 0)?;
    // SAFETY: the structure is complete and outlives the call.
    match unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const every, ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Lets what a terminal sends to end programs (`SIGINT`, `SIGQUIT`, `SIGHUP`) do nothing to this process.
///
/// A program that it starts is ended by them as ever: what is caught here, and not ignored, is not handed on.
///
/// # Errors
///
/// Some of them still end it.
pub fn outlive_interrupts() -> io::Result<()> {
    [libc::SIGINT, libc::SIGQUIT, libc::SIGHUP]
        .into_iter()
        .try_for_each(|signal| do_nothing_on(signal, libc::SA_RESTART))
}

fn do_nothing_on(signal: libc::c_int, flags: libc::c_int) -> io::Result<()> {
    extern "C" fn nothing(_: libc::c_int) {}

    // SAFETY: the handler does nothing; the structure is complete and outlives the call.
    let set = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = nothing as *const () as usize;
        action.sa_flags = flags;
        libc::sigaction(signal, &raw const action, ptr::null_mut())
    };
    match set {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    let strings = strings.iter().map(|it| it.as_ptr());
    strings.chain([ptr::null()]).collect()
}
