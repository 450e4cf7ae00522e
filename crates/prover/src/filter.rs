//! The seccomp filter that stops a program where it must, and lets it run everywhere else.
//!
//! A filter sees numbers, not paths: every call that could touch a protected file stops the program, and
//! the tracer lets those go on that do not. Calls that no tracer follows stop it too, to be refused or
//! reported. Most runs have to stop only where something is changed, and have a filter that lets all else go
//! on: a short program makes several calls that only look for each that does more. A call that is newer than
//! this list fails as on a kernel that does not have it yet.

use untorn_tracee::Instruction;

use crate::architecture::{AUDIT, EXITS_OF_32_BITS};
use crate::call::{BARRED, FICLONE, FICLONERANGE, Kind, UNSEEN};
use crate::table::{Row, calls};

/// The data of a stop for a call that is known, for one of another architecture, and for `io_uring`.
pub(crate) const KNOWN: u32 = 1;
const FOREIGN: u32 = 2;
pub(crate) const URING: u32 = 3;

/// Where the kernel's `seccomp_data` holds what we look at.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const ARGUMENTS: u32 = 16;

/// From here on, numbers are those of the x32 interface of x86-64; elsewhere there are none.
const X32: u32 = 0x4000_0000;

/// From here on, numbers are those of calls that are newer than this list: `setxattrat` is the first.
const NEWER: u32 = 463;

/// A call that nobody may follow, in the flags of `clone`.
pub(crate) const UNTRACED: u32 = libc::CLONE_UNTRACED.cast_unsigned();

/// What makes `seccomp` hand the calls of a program to another one, in its flags.
const LISTENER: u32 = 1 << 3;

const LOAD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
const EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
const AT_LEAST: u32 = libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K;
const HAS_BITS: u32 = libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K;
const RETURN: u32 = libc::BPF_RET | libc::BPF_K;

/// At which of the calls that could touch a protected file a run stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stops {
    Everywhere,
    /// Where something is changed, opened to be changed, or brought to the disk.
    AtChanges,
}

impl Stops {
    fn include(self, kind: Kind) -> bool {
        self == Self::Everywhere || !kind.is_passive()
    }
}

/// The filter for this architecture.
pub(crate) fn filter(stops: Stops) -> Vec<Instruction> {
    let [exit, exit_group] = EXITS_OF_32_BITS; // which would go on for ever if they were refused as well
    let mut filter = vec![
        load(ARCHITECTURE),
        jump(EQUAL, AUDIT, 5, 0),
        load(NUMBER),
        jump(EQUAL, exit, 2, 0),
        jump(EQUAL, exit_group, 1, 0),
        trace(FOREIGN),
        allow(),
        load(NUMBER),
        jump(AT_LEAST, X32, 0, 1),
        trace(FOREIGN),
        jump(AT_LEAST, NEWER, 0, 1),
        unknown(),
    ];
    let unfollowed = BARRED.iter().map(|it| it.0).chain(UNSEEN);
    let followed = calls().filter(|row| stops.include(row.kind));
    let followed = followed.map(|row| row.number);
    for number in followed.chain(unfollowed) {
        filter.extend([jump(EQUAL, low(number), 0, 1), trace(KNOWN)]);
    }
    if stops == Stops::AtChanges {
        for row in calls().filter(|row| row.kind == Kind::OpenRead) {
            filter.extend(opening_to_change(row));
        }
    }
    filter.extend(mapping(stops.include(Kind::Map)));
    filter.extend(having_bits(libc::SYS_clone, 0, UNTRACED));
    filter.extend(having_bits(libc::SYS_seccomp, 1, LISTENER));
    filter.extend(cloned_file());
    let uring = jump(EQUAL, low(libc::SYS_io_uring_setup), 0, 1);
    filter.extend([uring, trace(URING), allow()]);
    filter
}

/// A call where one of its arguments has one of these bits.
fn having_bits(number: i64, argument: u32, bits: u32) -> [Instruction; 5] {
    [
        jump(EQUAL, low(number), 0, 4),
        load(ARGUMENTS + argument * 8),
        jump(HAS_BITS, bits, 0, 1),
        trace(KNOWN),
        allow(),
    ]
}

/// A call that opens a file, with flags that let it change something; where they stand in memory, each such call.
fn opening_to_change(row: &Row) -> Vec<Instruction> {
    let flags = match row.number {
        libc::SYS_openat2 => return vec![jump(EQUAL, low(row.number), 0, 1), trace(KNOWN)],
        libc::SYS_openat => 2,
        _ => 1,
    };
    having_bits(
        row.number,
        flags,
        bits(libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC),
    )
    .into()
}

/// The two requests of `ioctl` that make one file share the data of another.
fn cloned_file() -> [Instruction; 6] {
    [
        jump(EQUAL, low(libc::SYS_ioctl), 0, 5),
        load(ARGUMENTS + 8),
        jump(EQUAL, FICLONE, 1, 0),
        jump(EQUAL, FICLONERANGE, 0, 1),
        trace(KNOWN),
        allow(),
    ]
}

/// `mmap` that is shared, for what is written there is no system call; and any other of a file, for it can fail,
/// where that is to be `followed`.
///
/// Of the others only the dynamic linker's say `MAP_DENYWRITE`. They are as many as all other calls of a short program,
/// and of no interest.
fn mapping(followed: bool) -> [Instruction; 6] {
    let passed = if followed {
        bits(libc::MAP_ANONYMOUS | libc::MAP_DENYWRITE)
    } else {
        u32::MAX
    };
    [
        jump(EQUAL, low(libc::SYS_mmap), 0, 5),
        load(ARGUMENTS + 3 * 8),
        jump(HAS_BITS, bits(libc::MAP_SHARED), 1, 0),
        jump(HAS_BITS, passed, 1, 0),
        trace(KNOWN),
        allow(),
    ]
}

fn load(offset: u32) -> Instruction {
    instruction(LOAD, 0, 0, offset)
}

fn jump(code: u32, value: u32, yes: u8, no: u8) -> Instruction {
    instruction(code, yes, no, value)
}

fn trace(data: u32) -> Instruction {
    instruction(RETURN, 0, 0, libc::SECCOMP_RET_TRACE | data)
}

fn allow() -> Instruction {
    instruction(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW)
}

/// `ENOSYS`, after which programs fall back to older calls.
fn unknown() -> Instruction {
    instruction(RETURN, 0, 0, libc::SECCOMP_RET_ERRNO | bits(libc::ENOSYS))
}

fn instruction(code: u32, jt: u8, jf: u8, k: u32) -> Instruction {
    Instruction {
        code: u16::try_from(code).unwrap_or_default(),
        jt,
        jf,
        k,
    }
}

fn low(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn bits(value: i32) -> u32 {
    value.cast_unsigned()
}
