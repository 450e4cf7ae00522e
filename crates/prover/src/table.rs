//! The system calls that touch files, a row each: what they are called, what they do, how their arguments lie.
//!
//! What only one architecture has, such as calls without a directory's descriptor, stands in its own file.

use crate::architecture;
use crate::call::Kind;

/// How the arguments of a call are laid out.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// A descriptor stands first.
    Descriptor,
    /// A path stands first.
    Path,
    /// A path stands first, and a link at its end is not followed.
    Link,
    /// A directory, then a path; flags stand at the given place.
    At(usize),
    /// A directory, then a path, whose last link is never followed.
    AtLink,
    /// Two paths; whether a directory stands before each.
    Two(bool),
    /// A text, and a path; whether a directory stands before that.
    Second(bool),
    /// The first descriptor is written to, the second read.
    Into,
    /// The third descriptor is written to, the first read.
    From,
    /// A socket stands first, then an address, which may be a path.
    Address,
}

/// The flags of a call that has none.
pub(crate) const NONE: usize = 6;

/// One system call.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) number: i64,
    /// The name of the system call itself.
    pub(crate) system: &'static str,
    /// The name of its family.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) shape: Shape,
}

/// Rows, told as the name of a family and what it does, then its calls, each with its shape; a number that
/// `libc` does not know stands beside it.
macro_rules! rows {
    (@ $number:ident) => { libc::$number };
    (@ $number:ident $value:literal) => { $value };
    ($($name:literal $kind:ident: $($number:ident $(= $value:literal)? $shape:ident $(($place:expr))?),+;)*) => {
        &[$($($crate::table::Row {
            number: rows!(@ $number $($value)?),
            system: stringify!($number).split_at("SYS_".len()).1,
            name: $name,
            kind: $crate::call::Kind::$kind,
            shape: $crate::table::Shape::$shape $(($place))?,
        }),+),*]
    };
}
pub(crate) use rows;

/// The calls that every architecture has.
const COMMON: &[Row] = rows! {
    "open" OpenRead: SYS_openat At(2), SYS_openat2 At(NONE);
    "read" Read: SYS_read Descriptor, SYS_readv Descriptor, SYS_pread64 Descriptor, SYS_preadv Descriptor,
        SYS_preadv2 Descriptor;
    "write" Write: SYS_write Descriptor, SYS_writev Descriptor, SYS_pwrite64 Descriptor,
        SYS_pwritev Descriptor, SYS_pwritev2 Descriptor;
    "fsync" Sync: SYS_fsync Descriptor;
    "fdatasync" Sync: SYS_fdatasync Descriptor;
    "syncfs" Sync: SYS_syncfs Descriptor;
    "sync_file_range" Sync: SYS_sync_file_range Descriptor;
    "close" Close: SYS_close Descriptor;
    "rename" Rename: SYS_renameat Two(true), SYS_renameat2 Two(true);
    "link" Link: SYS_linkat Two(true);
    "symlink" Link: SYS_symlinkat Second(true);
    "unlink" Unlink: SYS_unlinkat AtLink;
    "mkdir" Make: SYS_mkdirat AtLink;
    "mknod" Make: SYS_mknodat AtLink;
    "bind" Make: SYS_bind Address;
    "truncate" Truncate: SYS_truncate Path, SYS_ftruncate Descriptor;
    "fallocate" Allocate: SYS_fallocate Descriptor;
    "copy_file_range" Copy: SYS_copy_file_range From;
    "sendfile" Copy: SYS_sendfile Into;
    "chmod" Attribute: SYS_fchmod Descriptor, SYS_fchmodat At(NONE),
        SYS_fchmodat2 = 452 At(3);
    "chown" Attribute: SYS_fchown Descriptor, SYS_fchownat At(4);
    "utimens" Attribute: SYS_utimensat At(3);
    "setxattr" Attribute: SYS_setxattr Path, SYS_lsetxattr Link, SYS_fsetxattr Descriptor;
    "removexattr" Attribute: SYS_removexattr Path, SYS_lremovexattr Link, SYS_fremovexattr Descriptor;
    "getxattr" Look: SYS_getxattr Path, SYS_lgetxattr Link, SYS_fgetxattr Descriptor;
    "listxattr" Look: SYS_listxattr Path, SYS_llistxattr Link, SYS_flistxattr Descriptor;
    "stat" Look: SYS_fstat Descriptor, SYS_newfstatat At(3), SYS_statx At(2);
    "statfs" Look: SYS_statfs Path;
    "fstatfs" Look: SYS_fstatfs Descriptor;
    "access" Look: SYS_faccessat At(NONE), SYS_faccessat2 At(3);
    "readlink" Look: SYS_readlinkat AtLink;
    "readdir" List: SYS_getdents64 Descriptor;
    "chdir" Enter: SYS_chdir Path;
    "fchdir" Enter: SYS_fchdir Descriptor;
    "close_range" Rearrange: SYS_close_range Descriptor;
    "dup" Duplicate: SYS_dup Descriptor;
    "dup" Rearrange: SYS_dup3 Descriptor;
    "flock" Lock: SYS_flock Descriptor;
    "fcntl" Lock: SYS_fcntl Descriptor;
};

/// All calls that touch files.
pub(crate) fn calls() -> impl Iterator<Item = &'static Row> {
    COMMON.iter().chain(architecture::CALLS)
}
