//! AArch64.

use libc::user_regs_struct;
use nix::sys::ptrace;
use nix::unistd::Pid;

use crate::table::{Row, rows};
use crate::trace::errno;

/// `AUDIT_ARCH_AARCH64`.
pub(crate) const AUDIT: u32 = 0xc000_00b7;

/// `exit` and `exit_group` of a program of 32 bits.
pub(crate) const EXITS_OF_32_BITS: [u32; 2] = [1, 248];

/// It has none that other architectures do not have.
pub(crate) const CALLS: &[Row] = rows! {};

/// Gives the thread these registers, and lets it make the call `number` instead, if there is one: the number
/// is kept apart from the registers once the call has begun.
pub(super) fn write(thread: Pid, held: user_regs_struct, number: Option<i64>) -> nix::Result<()> {
    if let Some(number) = number {
        untorn_tracee::call_instead(thread.as_raw(), number).map_err(|error| errno(&error))?;
    }
    ptrace::setregs(thread, held)
}

pub(super) fn arguments(held: &mut user_regs_struct) -> [&mut u64; 6] {
    let [a, b, c, d, e, f, ..] = &mut held.regs;
    [a, b, c, d, e, f]
}

/// The register of the first argument, too.
pub(super) fn result(held: &mut user_regs_struct) -> &mut u64 {
    &mut held.regs[0]
}
