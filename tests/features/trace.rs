//! The system calls by which a program orders what reaches the disk, seen with `strace`.

use std::ffi::OsStr;
use std::path::Path;

/// The calls that change or sync files.
const CALLS: &str = "trace=write,pwrite64,ftruncate,fsync,fdatasync,sync,syncfs,rename,renameat,renameat2,\
                     link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir";

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
    let path = path(arguments).filter(|path| path.starts_with(root))?;
    let file = path.rsplit('/').next()?;
    (!arguments.contains(" = -1 ")).then(|| (name.to_owned(), plain(file)))
}

/// The first path among the arguments: one in quotes, or that of a descriptor.
fn path(arguments: &str) -> Option<&str> {
    if arguments.starts_with(['"', 'A']) {
        return arguments.split('"').nth(1);
    }
    arguments.split(['<', '>']).nth(1)
}

/// The name of a file, without what is random in it.
fn plain(file: &str) -> String {
    match file.split_once(".agents-") {
        Some((name, _)) => format!("{name}.TEMPORARY"),
        None => file.to_owned(),
    }
}
