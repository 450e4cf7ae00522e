//! What a stopped program has in its registers: the part that depends on the architecture, x86-64.

use std::io::IoSliceMut;

use libc::user_regs_struct;
use nix::errno::Errno;
use nix::sys::ptrace;
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;

use crate::call::Call;

/// The registers of one stopped thread.
pub(crate) struct Registers {
    process: Pid,
    held: user_regs_struct,
}

impl Registers {
    pub(crate) fn of(process: Pid) -> nix::Result<Self> {
        let held = ptrace::getregs(process)?;
        Ok(Self { process, held })
    }

    /// The number of the call that is about to run.
    pub(crate) fn number(&self) -> i64 {
        self.held.orig_rax.cast_signed()
    }

    pub(crate) fn arguments(&self) -> [u64; 6] {
        let it = &self.held;
        [it.rdi, it.rsi, it.rdx, it.r10, it.r8, it.r9]
    }

    /// What the call returned.
    pub(crate) fn result(&self) -> i64 {
        self.held.rax.cast_signed()
    }

    /// Lets the call return `result`.
    pub(crate) fn give(&mut self, result: i64) -> nix::Result<()> {
        self.held.rax = result.cast_unsigned();
        ptrace::setregs(self.process, self.held)
    }

    /// Leaves out the call, which fails with `errno`.
    pub(crate) fn fail(&mut self, errno: i32) -> nix::Result<()> {
        self.held.orig_rax = u64::MAX;
        self.give(-i64::from(errno))
    }

    /// Lets a call of the family of `write` write at most `length` bytes.
    ///
    /// One that gathers from several places becomes one that writes from the first, or from fewer.
    pub(crate) fn shorten(&mut self, call: &Call, length: u64) -> nix::Result<()> {
        let is_plain = [libc::SYS_write, libc::SYS_pwrite64].contains(&call.number);
        if is_plain {
            self.held.rdx = length;
        } else {
            let pieces = pieces(self.process, call)?;
            match pieces.first() {
                Some((base, first)) if *first >= length => {
                    let is_placed = call.number != libc::SYS_writev;
                    let number = if is_placed {
                        libc::SYS_pwrite64
                    } else {
                        libc::SYS_write
                    };
                    self.held.orig_rax = number.cast_unsigned();
                    (self.held.rsi, self.held.rdx) = (*base, length);
                }
                _ => {
                    let mut left = length;
                    let whole = pieces.iter().take_while(|(_, piece)| {
                        let fits = *piece <= left;
                        left = left.saturating_sub(*piece);
                        fits
                    });
                    self.held.rdx = whole.count().max(1) as u64;
                }
            }
        }
        ptrace::setregs(self.process, self.held)
    }
}

/// What a gathering call writes: where each piece is, and how long.
pub(crate) fn pieces(process: Pid, call: &Call) -> nix::Result<Vec<(u64, u64)>> {
    let [_, place, count, ..] = call.arguments;
    let count = usize::try_from(count.min(1024)).unwrap_or_default();
    let bytes = memory(process, place, count * 16)?;
    let word = |bytes: &[u8]| bytes.try_into().map(u64::from_ne_bytes).unwrap_or_default();
    Ok(bytes
        .chunks_exact(16)
        .map(|piece| (word(&piece[..8]), word(&piece[8..])))
        .collect())
}

/// As many bytes of another process's memory as there are, up to `length`.
pub(crate) fn memory(process: Pid, place: u64, length: usize) -> nix::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let base = usize::try_from(place).map_err(|_| Errno::EFAULT)?;
    let from = [RemoteIoVec { base, len: length }];
    let read = process_vm_readv(process, &mut [IoSliceMut::new(&mut bytes)], &from)?;
    bytes.truncate(read);
    Ok(bytes)
}

/// The text at `place`, up to its null byte.
pub(crate) fn text(process: Pid, place: u64) -> nix::Result<Vec<u8>> {
    const PAGE: u64 = 4096;
    let mut text = Vec::new();
    let mut at = place;
    while text.len() < 2 * 4096 {
        let length = usize::try_from(PAGE - at % PAGE).unwrap_or_default();
        let bytes = memory(process, at, length)?;
        if let Some(end) = bytes.iter().position(|byte| *byte == 0) {
            text.extend_from_slice(&bytes[..end]);
            return Ok(text);
        }
        at += bytes.len() as u64;
        text.extend(bytes);
    }
    Err(Errno::ENAMETOOLONG)
}
