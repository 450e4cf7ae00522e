//! x86-64.

use libc::user_regs_struct;
use nix::sys::ptrace;
use nix::unistd::Pid;

use crate::table::{NONE, Row, rows};

/// `AUDIT_ARCH_X86_64`.
pub(crate) const AUDIT: u32 = 0xc000_003e;

/// `exit` and `exit_group` of a program of 32 bits.
pub(crate) const EXITS_OF_32_BITS: [u32; 2] = [1, 252];

/// Calls that do without a directory's descriptor, and those that newer ones have replaced.
pub(crate) const CALLS: &[Row] = rows! {
    "open" OpenRead: SYS_open Path;
    "open" Create: SYS_creat Path;
    "rename" Rename: SYS_rename Two(false);
    "link" Link: SYS_link Two(false);
    "symlink" Link: SYS_symlink Second(false);
    "unlink" Unlink: SYS_unlink Link;
    "rmdir" Unlink: SYS_rmdir Link;
    "mkdir" Make: SYS_mkdir Link;
    "mknod" Make: SYS_mknod Link;
    "chmod" Attribute: SYS_chmod Path;
    "chown" Attribute: SYS_chown Path, SYS_lchown Link;
    "stat" Look: SYS_stat Path, SYS_lstat Link;
    "access" Look: SYS_access Path;
    "readlink" Look: SYS_readlink Link;
    "readdir" List: SYS_getdents Descriptor;
    "dup" Rearrange: SYS_dup2 Descriptor;
    "utimens" Attribute: SYS_utime Path, SYS_utimes Path, SYS_futimesat At(NONE);
};

/// Gives the thread these registers, and lets it make the call `number` instead, if there is one.
pub(super) fn write(
    thread: Pid,
    mut held: user_regs_struct,
    number: Option<i64>,
) -> nix::Result<()> {
    if let Some(number) = number {
        held.orig_rax = number.cast_unsigned();
    }
    ptrace::setregs(thread, held)
}

pub(super) fn arguments(held: &mut user_regs_struct) -> [&mut u64; 6] {
    [
        &mut held.rdi,
        &mut held.rsi,
        &mut held.rdx,
        &mut held.r10,
        &mut held.r8,
        &mut held.r9,
    ]
}

pub(super) fn result(held: &mut user_regs_struct) -> &mut u64 {
    &mut held.rax
}
