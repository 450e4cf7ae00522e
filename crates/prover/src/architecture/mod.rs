//! What a stopped program has in its registers, and what else depends on the architecture.
//!
//! Each architecture has a file that says which registers hold the call, its arguments and its result.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

use libc::user_regs_struct;
use nix::sys::ptrace;
use nix::unistd::Pid;

#[cfg(target_arch = "aarch64")]
use aarch64 as own;
#[cfg(target_arch = "x86_64")]
use x86_64 as own;

pub(crate) use own::{AUDIT, CALLS, EXITS_OF_32_BITS};

use crate::call::Call;
use crate::memory::pieces;

/// The registers of one thread that has stopped at a system call.
pub(crate) struct Registers {
    process: Pid,
    held: user_regs_struct,
}

impl Registers {
    pub(crate) fn of(process: Pid) -> nix::Result<Self> {
        let held = ptrace::getregs(process)?;
        Ok(Self { process, held })
    }

    /// What the call returned.
    pub(crate) fn result(&mut self) -> i64 {
        own::result(&mut self.held).cast_signed()
    }

    /// Lets the call return `result`.
    pub(crate) fn give(&mut self, result: i64) -> nix::Result<()> {
        *own::result(&mut self.held) = result.cast_unsigned();
        own::write(self.process, self.held, None)
    }

    /// Leaves out the call, which fails with `errno`.
    pub(crate) fn fail(&mut self, errno: i32) -> nix::Result<()> {
        *own::result(&mut self.held) = (-i64::from(errno)).cast_unsigned();
        own::write(self.process, self.held, Some(-1))
    }

    /// Lets a call of the family of `write`, or one that copies, write at most `length` bytes.
    ///
    /// One that gathers from several places becomes one that writes from the first, or from fewer.
    pub(crate) fn shorten(&mut self, call: &Call, length: u64) -> nix::Result<()> {
        let mut instead = None;
        let is_plain = [libc::SYS_write, libc::SYS_pwrite64].contains(&call.number);
        if is_plain {
            *own::arguments(&mut self.held)[2] = length;
        } else if call.number == libc::SYS_sendfile {
            *own::arguments(&mut self.held)[3] = length;
        } else if call.number == libc::SYS_copy_file_range {
            *own::arguments(&mut self.held)[4] = length;
        } else {
            let pieces = pieces(self.process, call)?;
            match pieces.first() {
                Some((base, first)) if *first >= length => {
                    instead = Some(match call.offset() {
                        Some(_) => libc::SYS_pwrite64,
                        None => libc::SYS_write,
                    });
                    let [_, data, count, ..] = own::arguments(&mut self.held);
                    (*data, *count) = (*base, length);
                }
                _ => {
                    let mut left = length;
                    let whole = pieces.iter().take_while(|(_, piece)| {
                        let fits = *piece <= left;
                        left = left.saturating_sub(*piece);
                        fits
                    });
                    *own::arguments(&mut self.held)[2] = whole.count().max(1) as u64;
                }
            }
        }
        own::write(self.process, self.held, instead)
    }
}
