//! Links the C library into the program: process start dominates what a command costs, and loading
//! libraries is most of it.
//!
//! Only for the GNU C library, whose targets are linked dynamically unless `-C target-feature=+crt-static`
//! is given, and that cannot be given for the program alone: without `--target` it reaches procedural
//! macros, too, which have to be dynamic. So the linker finds a directory first that holds nothing but
//! static libraries. A position-independent program would have to relocate itself at every start.
//!
//! Where the static C library is not installed (`glibc-static` in Fedora), only the unwinder is linked in.
//!
//! lld, which is Rust's linker on x86-64, gives constants a segment beside that of the code. A program of fewer segments
//! starts sooner: of a connect, that is 3 % of the time.

use std::env;
use std::error::Error;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Puts constants into the segment of the code.
const ONE_SEGMENT: &str = "-Wl,--no-rosegment";

/// What rustc links dynamically, and the static library that takes its place.
const LIBRARIES: [(&str, &str); 7] = [
    ("c", "c"),
    ("dl", "dl"),
    ("gcc_s", "gcc_eh"),
    ("m", "m"),
    ("pthread", "pthread"),
    ("rt", "rt"),
    ("util", "util"),
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name, value| env::var(name).is_ok_and(|found| found == value);
    let is_glibc = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    if !is_glibc || features.split(',').any(|feature| feature == "crt-static") {
        return Ok(());
    }
    let directory = PathBuf::from(env::var("OUT_DIR")?).join("static");
    if gather(&directory)? {
        let search = format!("-L{}", directory.display());
        // The C library and the unwinder need each other.
        let both = "-Wl,--start-group,-lc,-lgcc_s,-lgcc,--end-group";
        for argument in ["-static", "-no-pie", &search, both] {
            println!("cargo::rustc-link-arg-bins={argument}");
        }
        if can_link_with(ONE_SEGMENT)? {
            println!("cargo::rustc-link-arg-bins={ONE_SEGMENT}");
        }
    } else {
        println!("cargo::warning=no static C library here, so the program loads it at every start");
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
    Ok(())
}

/// Fills `directory` with links to the static libraries; says whether all are there.
fn gather(directory: &Path) -> io::Result<bool> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir(directory)?;
    for (name, found_as) in LIBRARIES {
        let Some(library) = find(&format!("lib{found_as}.a")) else {
            return Ok(false);
        };
        symlink(library, directory.join(format!("lib{name}.a")))?;
    }
    Ok(true)
}

/// Where the C compiler that links the program has a library.
fn find(name: &str) -> Option<PathBuf> {
    let compiler = env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let question = format!("-print-file-name={name}");
    let answer = Command::new(compiler).arg(question).output().ok()?;
    let path = PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim_end());
    // A library that it does not have is answered with the name alone.
    path.is_absolute().then_some(path)
}

/// Whether the linker knows `argument`: there are others than lld.
fn can_link_with(argument: &str) -> Result<bool, Box<dyn Error>> {
    let directory = PathBuf::from(env::var("OUT_DIR")?);
    let program = directory.join("empty.rs");
    fs::write(&program, "fn main() {}")?;
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let linker = env::var("RUSTC_LINKER").map(|linker| format!("-Clinker={linker}"));
    let built = Command::new(env::var("RUSTC")?)
        .args(flags.split('\x1f').filter(|flag| !flag.is_empty()))
        .args(linker)
        .args(["--target", &env::var("TARGET")?, "--out-dir"])
        .args([&directory, &program])
        .arg(format!("-Clink-arg={argument}"))
        .output()?;
    Ok(built.status.success())
}
