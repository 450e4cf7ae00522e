//! The system calls by which a program orders what reaches the disk, seen with `strace`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The calls that change or sync files, or ask the disk to begin with what was written.
const CALLS: &str = "trace=write,pwrite64,ftruncate,fsync,fdatasync,sync,syncfs,rename,renameat,renameat2,\
                     link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,fadvise64,sync_file_range,msync";

/// Those of them that ask the disk to begin, and do not tell of every error.
pub const ASKS: [&str; 3] = ["fadvise64", "sync_file_range", "msync"];

/// Those of them in which what stands in quotes are contents.
const WRITES: [&str; 2] = ["write", "pwrite64"];

/// A call by its name, and the name of the file that it is about.
pub type Call = (String, String);

/// What stands before a command so that its calls are written to `log`.
pub fn wrapper(log: &Path) -> [&OsStr; 7] {
    let [strace, follow, paths, filter, output] =
        ["strace", "-f", "-y", "-e", "-o"].map(OsStr::new);
    [
        strace,
        follow,
        paths,
        filter,
        OsStr::new(CALLS),
        output,
        log.as_os_str(),
    ]
}

/// The successful calls in a log that are about files below `root`.
pub fn read(log: &str, root: &Path) -> Vec<Call> {
    let root = root.to_string_lossy();
    log.lines().filter_map(|line| call(line, &root)).collect()
}

/// Reads a line such as `4711 fsync(5</home/x/.config.toml>) = 0`.
fn call(line: &str, root: &str) -> Option<Call> {
    let (_, call) = line.split_once(' ')?;
    let (name, arguments) = call.trim_start().split_once('(')?;
    let path = path(name, arguments).filter(|path| path.starts_with(root))?;
    let file = path.file_name()?.to_string_lossy();
    (!arguments.contains(" = -1 ")).then(|| (name.to_owned(), plain(&file)))
}

/// The first path among the arguments: one in quotes, as seen from the directory before it, or that of a descriptor.
fn path(name: &str, arguments: &str) -> Option<PathBuf> {
    let quoted = || arguments.split('"').nth(1);
    if arguments.starts_with('"') {
        return quoted().map(PathBuf::from);
    }
    let opened = Path::new(arguments.split(['<', '>']).nth(1)?);
    if arguments.contains(">, \"") && !WRITES.contains(&name) {
        return Some(opened.join(quoted()?));
    }
    Some(opened.to_owned())
}

/// The name of a file, without what is random in it.
fn plain(file: &str) -> String {
    match file.split_once(".agents-") {
        Some((name, _)) => format!("{name}.TEMPORARY"),
        None => file.to_owned(),
    }
}
