//! What a system call is about, as its arguments say, and how it can fail.

use libc::c_int;
use serde::{Deserialize, Serialize};

use crate::table::{Row, Shape, calls};

/// What a call does to files; it decides how it can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Kind {
    OpenRead,
    OpenWrite,
    Create,
    Read,
    Write,
    Sync,
    Close,
    Rename,
    Link,
    Unlink,
    Make,
    Truncate,
    Allocate,
    Copy,
    Attribute,
    Look,
    List,
    Lock,
    /// It takes a lock if nobody holds it, and does not wait.
    TryLock,
    /// A mapping that nothing is written through to a file.
    Map,
    /// It makes a directory the one where relative paths begin.
    Enter,
    /// It makes another descriptor for the same file.
    Duplicate,
    /// What lets descriptors lead elsewhere; it never fails here.
    Rearrange,
    /// A writable shared mapping, or a call whose effect is not followed.
    Unseen,
    /// A call after which nothing could be followed: it is refused.
    Barred,
}

impl Kind {
    /// Whether such a call can change what stands at its paths.
    pub(crate) fn changes(self) -> bool {
        use Kind::{
            Allocate, Attribute, Copy, Create, Link, Make, OpenWrite, Rename, Truncate, Unlink,
            Write,
        };
        matches!(
            self,
            Allocate
                | Attribute
                | Copy
                | Create
                | Link
                | Make
                | OpenWrite
                | Rename
                | Truncate
                | Unlink
                | Write
        )
    }

    /// Whether such a call neither changes a file nor brings a change to the disk: a run stops there only to be
    /// struck there.
    pub(crate) fn is_passive(self) -> bool {
        use Kind::{
            Close, Duplicate, Enter, List, Lock, Look, Map, OpenRead, Read, Rearrange, TryLock,
        };
        matches!(
            self,
            Close
                | Duplicate
                | Enter
                | List
                | Lock
                | Look
                | Map
                | OpenRead
                | Read
                | Rearrange
                | TryLock
        )
    }
}

/// What a call is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    /// A descriptor.
    Descriptor(i32),
    /// A path below a directory's descriptor; whether a symbolic link at its end is followed.
    Path(At, bool),
    /// From one path to another.
    Paths(At, At),
    /// The address of a socket, and how long that is.
    Address(At, u64),
    /// Out of another descriptor into this one.
    Into(i32),
    /// Two descriptors.
    Both(i32, i32),
    /// Any file.
    Anything,
}

/// A path as a call gives it: the descriptor of a directory, and where the text is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(crate) directory: i32,
    pub(crate) text: u64,
}

/// One call, read out of the registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    /// The name of its family: `open` for `openat` as well.
    pub(crate) name: &'static str,
    /// The name of the system call itself.
    pub(crate) system: &'static str,
    pub(crate) kind: Kind,
    pub(crate) subject: Subject,
    /// The flags of an `open`, a `linkat` or a `renameat2`.
    pub(crate) flags: i32,
    pub(crate) number: i64,
    pub(crate) arguments: [u64; 6],
}

const HERE: i32 = libc::AT_FDCWD;

/// Calls that are not followed; each makes the answer inconclusive where it touches what is watched.
pub(crate) const UNSEEN: [i64; 2] = [libc::SYS_io_submit, libc::SYS_splice];

/// Calls after which a program could do what is not seen, or leave the sandbox; each is refused, and makes
/// the answer inconclusive. Of `seccomp` it is a listener, of `clone` a child that nobody may trace.
pub(crate) const BARRED: [(i64, &str); 16] = [
    (libc::SYS_ptrace, "ptrace"),
    (libc::SYS_open_by_handle_at, "open_by_handle_at"),
    (libc::SYS_mount, "mount"),
    (libc::SYS_umount2, "umount"),
    (libc::SYS_move_mount, "move_mount"),
    (libc::SYS_open_tree, "open_tree"),
    (libc::SYS_mount_setattr, "mount_setattr"),
    (libc::SYS_pivot_root, "pivot_root"),
    (libc::SYS_chroot, "chroot"),
    (libc::SYS_setns, "setns"),
    (libc::SYS_clone3, "clone3"),
    (libc::SYS_mq_open, "mq_open"),
    (libc::SYS_mq_unlink, "mq_unlink"),
    (libc::SYS_shmget, "shmget"),
    (libc::SYS_semget, "semget"),
    (libc::SYS_msgget, "msgget"),
];

/// The requests of `ioctl` that make one file share the data of another.
pub(crate) const FICLONE: u32 = 0x4004_9409;
pub(crate) const FICLONERANGE: u32 = 0x4020_940d;

impl Call {
    /// Reads a call; `None` for one that is of no interest.
    pub(crate) fn decode(number: i64, arguments: [u64; 6]) -> Option<Self> {
        let argument = |index: usize| arguments.get(index).copied().unwrap_or_default();
        let at = |directory: usize, text: usize| At {
            directory: int(argument(directory)),
            text: argument(text),
        };
        let here = |text: usize| At {
            directory: HERE,
            text: argument(text),
        };
        let special = |name, kind, subject| Self {
            name,
            system: name,
            kind,
            subject,
            flags: 0,
            number,
            arguments,
        };
        if let Some((_, name)) = BARRED.iter().find(|it| it.0 == number) {
            return Some(special(name, Kind::Barred, Subject::Anything));
        }
        match number {
            libc::SYS_clone => return Some(special("clone", Kind::Barred, Subject::Anything)),
            libc::SYS_seccomp => return Some(special("seccomp", Kind::Barred, Subject::Anything)),
            libc::SYS_io_submit => {
                return Some(special("io_submit", Kind::Unseen, Subject::Anything));
            }
            libc::SYS_splice => {
                let ends = Subject::Both(int(argument(0)), int(argument(2)));
                return Some(special("splice", Kind::Unseen, ends));
            }
            libc::SYS_mmap => {
                let file = Subject::Descriptor(int(argument(4)));
                let call = special("mmap", Kind::Map, file);
                let is_written = call.is_shared() && int(argument(2)) & libc::PROT_WRITE != 0;
                let kind = if is_written { Kind::Unseen } else { Kind::Map };
                return Some(Self { kind, ..call });
            }
            libc::SYS_ioctl => {
                let file = Subject::Into(int(argument(0)));
                return Some(Self {
                    system: "ioctl",
                    ..special("clone", Kind::Copy, file)
                });
            }
            _ => {}
        }
        let Row {
            system,
            name,
            kind,
            shape,
            ..
        } = *calls().find(|row| row.number == number)?;
        let mut flags = 0;
        let subject = match shape {
            Shape::Descriptor => Subject::Descriptor(int(argument(0))),
            Shape::Path => Subject::Path(here(0), true),
            Shape::Link => Subject::Path(here(0), false),
            Shape::AtLink => Subject::Path(at(0, 1), false),
            Shape::At(place) => {
                flags = int(argument(place));
                let is_at_flag = !matches!(kind, Kind::OpenRead);
                let follows = !(is_at_flag && flags & libc::AT_SYMLINK_NOFOLLOW != 0);
                Subject::Path(at(0, 1), follows)
            }
            Shape::Two(false) => Subject::Paths(here(0), here(1)),
            Shape::Two(true) => Subject::Paths(at(0, 1), at(2, 3)),
            Shape::Second(false) => Subject::Path(here(1), false),
            Shape::Second(true) => Subject::Path(at(1, 2), false),
            Shape::Into => Subject::Into(int(argument(0))),
            Shape::From => Subject::Into(int(argument(2))),
            Shape::Address => Subject::Address(here(1), argument(2)),
        };
        let call = Self {
            name,
            system,
            kind,
            subject,
            flags,
            number,
            arguments,
        };
        call.refined()
    }

    /// What its other arguments make of a call; `None` for one that is of no interest.
    fn refined(mut self) -> Option<Self> {
        let argument = |index: usize| int(self.arguments[index]);
        match self.system {
            "open" => self.flags = argument(1),
            "creat" => self.flags = libc::O_CREAT | libc::O_WRONLY | libc::O_TRUNC,
            "renameat2" | "linkat" => self.flags = argument(4),
            "unlinkat" => {
                self.flags = argument(2);
                if self.flags & libc::AT_REMOVEDIR != 0 {
                    self.name = "rmdir";
                }
            }
            "flock" if waits_not(argument(1)) => self.kind = Kind::TryLock,
            "fcntl" if duplicates(argument(1)) => {
                (self.name, self.kind) = ("dup", Kind::Duplicate);
            }
            "fcntl" if !is_lock(argument(1)) => return None,
            _ => {}
        }
        Some(self)
    }

    /// Takes the flags of an `open` once they are known, and says what kind of opening it is.
    pub(crate) fn with_open_flags(mut self, flags: i32) -> Self {
        self.flags = flags;
        self.kind = if flags & libc::O_CREAT != 0 || flags & libc::O_TMPFILE == libc::O_TMPFILE {
            Kind::Create
        } else if flags & libc::O_ACCMODE != libc::O_RDONLY || flags & libc::O_TRUNC != 0 {
            Kind::OpenWrite
        } else {
            Kind::OpenRead
        };
        self
    }

    /// Takes note of the type of a record lock once that is known: whether one is taken without waiting for it.
    pub(crate) fn with_lock_type(mut self, held: c_int) -> Self {
        let command = int(self.arguments[1]);
        let waits = ![libc::F_SETLK, libc::F_OFD_SETLK].contains(&command);
        if held != libc::F_UNLCK && !waits {
            self.kind = Kind::TryLock;
        }
        self
    }

    /// The descriptor that a copy takes its data from.
    pub(crate) fn source(&self) -> Option<i32> {
        match self.number {
            libc::SYS_sendfile => Some(int(self.arguments[1])),
            libc::SYS_copy_file_range => Some(int(self.arguments[0])),
            _ => None,
        }
    }

    /// Where a write says that it begins; `None` where the descriptor stands.
    pub(crate) fn offset(&self) -> Option<u64> {
        match self.number {
            libc::SYS_pwritev2 if self.arguments[3] == u64::MAX => None,
            libc::SYS_pwrite64 | libc::SYS_pwritev | libc::SYS_pwritev2 => Some(self.arguments[3]),
            _ => None,
        }
    }

    /// Whether what is written to a mapping goes to its file.
    pub(crate) fn is_shared(&self) -> bool {
        self.number == libc::SYS_mmap && int(self.arguments[3]) & libc::MAP_SHARED != 0
    }

    /// What a copy reads from, where it is told the place in that, and how many bytes it asks for.
    pub(crate) fn range(&self) -> Option<(i32, u64, u64)> {
        let from = self.source()?;
        let [_, place, _, sent, ranged, _] = self.arguments;
        match self.number {
            libc::SYS_sendfile => Some((from, self.arguments[2], sent)),
            _ => Some((from, place, ranged)),
        }
    }

    /// Whether it opens a file that has no name.
    pub(crate) fn has_no_name(&self) -> bool {
        self.opens() && self.flags & libc::O_TMPFILE == libc::O_TMPFILE
    }

    /// Whether it opens something.
    pub(crate) fn opens(&self) -> bool {
        matches!(self.kind, Kind::OpenRead | Kind::OpenWrite | Kind::Create)
    }
}

/// Whether a request of `flock` takes a lock without waiting for it.
fn waits_not(request: c_int) -> bool {
    request & libc::LOCK_NB != 0 && request & libc::LOCK_UN == 0
}

fn duplicates(command: c_int) -> bool {
    [libc::F_DUPFD, libc::F_DUPFD_CLOEXEC].contains(&command)
}

fn is_lock(command: c_int) -> bool {
    let posix = [libc::F_SETLK, libc::F_SETLKW];
    posix.contains(&command) || [libc::F_OFD_SETLK, libc::F_OFD_SETLKW].contains(&command)
}

/// The lower half of a register, as a C `int`.
fn int(register: u64) -> i32 {
    let [a, b, c, d, ..] = register.to_le_bytes();
    i32::from_le_bytes([a, b, c, d])
}

impl Kind {
    /// Whether it needs new space for data, not for names.
    pub(crate) fn allocates_data(self) -> bool {
        matches!(self, Self::Write | Self::Allocate | Self::Copy)
    }

    /// The errors that the kernel can give for such a call, the likely ones first.
    ///
    /// From the manual pages of Linux; no `ENOSPC` where nothing can need space.
    pub(crate) fn errors(self, is_directory: bool) -> &'static [(&'static str, i32)] {
        use libc::{
            EACCES, EAGAIN, EDQUOT, EFBIG, EINTR, EINVAL, EIO, EMFILE, ENOLCK, ENOMEM, ENOSPC,
            EOPNOTSUPP, EPERM, EROFS,
        };
        match self {
            Self::OpenRead => &[
                ("EIO", EIO),
                ("EACCES", EACCES),
                ("EMFILE", EMFILE),
                ("ENOMEM", ENOMEM),
            ],
            Self::OpenWrite => &[
                ("EIO", EIO),
                ("EACCES", EACCES),
                ("EROFS", EROFS),
                ("EMFILE", EMFILE),
                ("EINTR", EINTR),
            ],
            Self::Create => &[
                ("ENOSPC", ENOSPC),
                ("EIO", EIO),
                ("EACCES", EACCES),
                ("EROFS", EROFS),
                ("EMFILE", EMFILE),
                ("EDQUOT", EDQUOT),
                ("EINTR", EINTR),
            ],
            Self::Read | Self::List => &[("EIO", EIO)],
            Self::Write => &[
                ("ENOSPC", ENOSPC),
                ("EIO", EIO),
                ("EDQUOT", EDQUOT),
                ("EINTR", EINTR),
                ("EFBIG", EFBIG),
            ],
            Self::Sync if is_directory => &[("EIO", EIO), ("EINVAL", EINVAL), ("ENOSPC", ENOSPC)],
            Self::Sync | Self::Close => &[("EIO", EIO), ("ENOSPC", ENOSPC), ("EDQUOT", EDQUOT)],
            Self::Rename | Self::Link | Self::Make => &[
                ("ENOSPC", ENOSPC),
                ("EIO", EIO),
                ("EACCES", EACCES),
                ("EROFS", EROFS),
                ("EDQUOT", EDQUOT),
            ],
            Self::Unlink => &[("EIO", EIO), ("EACCES", EACCES), ("EROFS", EROFS)],
            Self::Truncate => &[("EIO", EIO), ("EFBIG", EFBIG), ("EINTR", EINTR)],
            Self::Allocate => &[
                ("ENOSPC", ENOSPC),
                ("EIO", EIO),
                ("EOPNOTSUPP", EOPNOTSUPP),
                ("EINTR", EINTR),
            ],
            Self::Copy => &[("ENOSPC", ENOSPC), ("EIO", EIO), ("EDQUOT", EDQUOT)],
            Self::Attribute => &[("EIO", EIO), ("EPERM", EPERM), ("EROFS", EROFS)],
            Self::Look => &[("EIO", EIO), ("EACCES", EACCES), ("ENOMEM", ENOMEM)],
            Self::Lock => &[("ENOLCK", ENOLCK), ("EINTR", EINTR)],
            Self::TryLock => &[("EAGAIN", EAGAIN), ("ENOLCK", ENOLCK), ("EINTR", EINTR)],
            Self::Map => &[("ENOMEM", ENOMEM), ("ENODEV", libc::ENODEV)],
            Self::Duplicate => &[("EMFILE", EMFILE)],
            Self::Enter => &[("EACCES", EACCES), ("EIO", EIO), ("ENOMEM", ENOMEM)],
            Self::Rearrange | Self::Unseen | Self::Barred => &[],
        }
    }
}

impl Call {
    /// The errors that the kernel can give for this call: one on a descriptor looks up no path.
    pub(crate) fn errors(&self, is_directory: bool) -> &'static [(&'static str, i32)] {
        match (self.kind, self.subject) {
            (Kind::Look, Subject::Descriptor(_)) => &[("EIO", libc::EIO)],
            (Kind::Enter, Subject::Descriptor(_)) => &[("EACCES", libc::EACCES)],
            (kind, _) => kind.errors(is_directory),
        }
    }
}
