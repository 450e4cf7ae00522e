//! Starts a process that waits to be traced, with a seccomp filter that stops it at chosen system calls.
//!
//! All unsafe code of the project is here: between `fork` and `exec` there is no safe interface, and a
//! launcher that is executed first would cost as much as the program that is traced. What runs in between
//! allocates nothing and takes no lock.

use std::ffi::{CStr, CString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd as _, BorrowedFd, FromRawFd as _, OwnedFd};
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
    filter: Option<&'a [Instruction]>,
}

impl<'a> Launch<'a> {
    /// The program at the path `program`, with `arguments` (the name it is called by stands first) and
    /// with nothing but `environment`, in `directory`, reading `input` and printing to `output`.
    ///
    /// Each system call for which `filter` says so stops it where it is traced, and fails where it is not.
    #[must_use]
    pub fn new(
        (program, arguments): (&'a CStr, &'a [CString]),
        environment: &'a [CString],
        directory: &'a CStr,
        (input, output): (BorrowedFd<'a>, BorrowedFd<'a>),
        filter: Option<&'a [Instruction]>,
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

    /// Prepares a process that can start the program again and again.
    ///
    /// # Errors
    ///
    /// There is no new process, or it may not have the filter.
    pub fn prepare(&self) -> io::Result<Starter> {
        let filter = match self.filter {
            None => None,
            Some(filter) => Some(libc::sock_fprog {
                len: libc::c_ushort::try_from(filter.len()).map_err(io::Error::other)?,
                filter: filter.as_ptr().cast_mut(),
            }),
        };
        let (ours, orders) = pair()?;
        let (gate, theirs) = pair()?;
        // No signal tells of its end, so that waiting for any child does not wait for this one.
        // SAFETY: as a fork; the child calls nothing but `serve`, which is safe after one.
        match unsafe { libc::syscall(libc::SYS_clone, 0, 0, 0, 0, 0) } {
            -1 => Err(io::Error::last_os_error()),
            0 => self.serve(&orders, &theirs, filter.as_ref()),
            process => {
                let process = libc::pid_t::try_from(process).map_err(io::Error::other)?;
                let starter = Starter {
                    process,
                    orders: ours,
                    gate,
                };
                drop((orders, theirs));
                match starter.answer()? {
                    0 => Ok(starter),
                    error => Err(io::Error::from_raw_os_error(-error)),
                }
            }
        }
    }

    /// What the prepared process does; only system calls, so that locks which others held do not matter,
    /// and none that the filter stops.
    fn serve(&self, orders: &OwnedFd, gate: &OwnedFd, filter: Option<&libc::sock_fprog>) -> ! {
        let (orders, gate) = (orders.as_raw_fd(), gate.as_raw_fd());
        // SAFETY: all pointers are to memory that `self` borrows and that the fork has copied, or to locals.
        unsafe {
            let is_ready = libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) == 0
                && libc::prctl(libc::PR_SET_DUMPABLE, 1) == 0 // or an ordinary user may not trace it
                && libc::dup2(self.input.as_raw_fd(), 0) == 0
                && libc::dup2(self.output.as_raw_fd(), 1) == 1
                && libc::dup2(self.output.as_raw_fd(), 2) == 2
                && libc::chdir(self.directory.as_ptr()) == 0
                && libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
                && filter.is_none_or(|filter| {
                    let set = libc::SECCOMP_SET_MODE_FILTER;
                    libc::syscall(libc::SYS_seccomp, set, 0, ptr::from_ref(filter)) == 0
                });
            if !is_ready {
                send(orders, -*libc::__errno_location());
                libc::_exit(NOT_EXECUTED);
            }
            send(orders, 0);
            while receive(orders).is_some() {
                let sibling = libc::c_long::from(libc::CLONE_PARENT);
                let started = match libc::syscall(libc::SYS_clone, sibling, 0, 0, 0, 0) {
                    0 => self.become_program(gate),
                    process => libc::pid_t::try_from(process).unwrap_or(-1),
                };
                let error = -*libc::__errno_location();
                send(orders, if started < 0 { error } else { started });
            }
            libc::_exit(0)
        }
    }

    /// Waits to be let go, and becomes the program.
    fn become_program(&self, gate: libc::c_int) -> ! {
        // SAFETY: the arrays end with a null pointer, and their strings with a null byte.
        unsafe {
            let is_ready = libc::setpgid(0, 0) == 0
                && libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) == 0
                && receive(gate).is_some();
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

/// A process that starts one program again and again, each time as a child of the one that prepared it.
///
/// It has the filter already, which takes longer to set than the program may run, and is small, so that it
/// forks in less time than a large one. It is gone when dropped.
#[derive(Debug)]
pub struct Starter {
    process: libc::pid_t,
    orders: OwnedFd,
    gate: OwnedFd,
}

impl Starter {
    /// A new process, which waits to be let go before it becomes the program.
    ///
    /// # Errors
    ///
    /// There is no new process.
    pub fn start(&self) -> io::Result<libc::pid_t> {
        send(self.orders.as_raw_fd(), 1);
        match self.answer()? {
            error @ ..0 => Err(io::Error::from_raw_os_error(-error)),
            process => Ok(process),
        }
    }

    /// Lets the new process go: it becomes the program, or exits with [`NOT_EXECUTED`].
    pub fn let_go(&self) {
        send(self.gate.as_raw_fd(), 1);
    }

    fn answer(&self) -> io::Result<i32> {
        receive(self.orders.as_raw_fd())
            .ok_or_else(|| io::Error::other("the process that starts the program ended"))
    }
}

impl Drop for Starter {
    fn drop(&mut self) {
        // SAFETY: takes numbers only, and a null pointer where nothing is to be written.
        unsafe {
            libc::kill(self.process, libc::SIGKILL);
            while libc::waitpid(self.process, ptr::null_mut(), libc::__WALL) == -1
                && *libc::__errno_location() == libc::EINTR
            {}
        }
    }
}

/// The system call before which a filter has stopped a traced thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The number of the call, in the numbers of its own architecture.
    pub number: i64,
    /// Its arguments.
    pub arguments: [u64; 6],
    /// What the filter has returned beside the order to stop.
    pub data: u32,
}

/// Where a traced thread has stopped, as a filter said.
///
/// # Errors
///
/// It is not traced by us, has not stopped there, or has been killed since.
pub fn stopped_at(thread: libc::pid_t) -> io::Result<Stop> {
    let mut info = MaybeUninit::<libc::ptrace_syscall_info>::zeroed();
    let size = size_of_val(&info);
    // SAFETY: there is room for so many bytes.
    let written = unsafe {
        libc::ptrace(
            libc::PTRACE_GET_SYSCALL_INFO,
            thread,
            size,
            info.as_mut_ptr(),
        )
    };
    if written == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is all numbers, of which the kernel has written some.
    let info = unsafe { info.assume_init() };
    if info.op != libc::PTRACE_SYSCALL_INFO_SECCOMP {
        return Err(io::Error::other("it has not stopped as a filter said"));
    }
    // SAFETY: that is what is there in such a stop.
    let call = unsafe { info.u.seccomp };
    Ok(Stop {
        number: call.nr.cast_signed(),
        arguments: call.args,
        data: call.ret_data,
    })
}

/// Lets a traced thread that has stopped before a system call make the call `number` instead, or none if it
/// is negative.
///
/// # Errors
///
/// It makes the call that it has asked for.
#[cfg(target_arch = "aarch64")]
pub fn call_instead(thread: libc::pid_t, number: i64) -> io::Result<()> {
    const NT_ARM_SYSTEM_CALL: libc::c_int = 0x404;
    let mut number = libc::c_int::try_from(number).map_err(io::Error::other)?;
    let mut part = libc::iovec {
        iov_base: (&raw mut number).cast(),
        iov_len: size_of_val(&number),
    };
    // SAFETY: the number is there, and as long as is said.
    let set = unsafe {
        libc::ptrace(
            libc::PTRACE_SETREGSET,
            thread,
            NT_ARM_SYSTEM_CALL,
            &raw mut part,
        )
    };
    match set {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Two ends of a line that carries numbers, and that no program inherits.
fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let kind = libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC;
    let mut ends = [0; 2];
    // SAFETY: there is room for two descriptors.
    if unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, ends.as_mut_ptr()) } == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: both have just been made, and nobody else has them.
    Ok(ends.map(|it| unsafe { OwnedFd::from_raw_fd(it) }).into())
}

/// Says a number; to nobody, where the other end is gone, which its next answer tells.
fn send(line: libc::c_int, number: i32) {
    let bytes = number.to_ne_bytes();
    // SAFETY: the bytes are there.
    unsafe { libc::send(line, bytes.as_ptr().cast(), bytes.len(), libc::MSG_NOSIGNAL) };
}

/// Waits for a number; `None` once the other end is gone.
fn receive(line: libc::c_int) -> Option<i32> {
    let mut bytes = [0; 4];
    loop {
        // SAFETY: there is room for the bytes.
        let received = unsafe { libc::recv(line, bytes.as_mut_ptr().cast(), bytes.len(), 0) };
        // SAFETY: it is there as long as the thread.
        match (received, unsafe { *libc::__errno_location() }) {
            (4, _) => return Some(i32::from_ne_bytes(bytes)),
            (-1, libc::EINTR) => {}
            _ => return None,
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
    // SAFETY: takes nothing.
    let caller = unsafe { libc::getpid() };
    // SAFETY: the allocator of the C library is usable after a fork; the child does not return from here.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            // SAFETY: takes numbers only. A caller that died before would send no signal any more.
            unsafe {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                if libc::getppid() != caller {
                    libc::_exit(1);
                }
            }
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
