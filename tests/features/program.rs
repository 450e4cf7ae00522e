//! The program under test.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// Where the program is.
pub fn path() -> PathBuf {
    env!("CARGO_BIN_EXE_agents").into()
}

/// The failpoints that the program has; none where it was built without them.
pub fn failpoints() -> &'static [&'static str] {
    static NAMES: OnceLock<Vec<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| ask().leak().lines().collect())
}

fn ask() -> String {
    let answer = Command::new(path()).env("FAILPOINTS", "list").output();
    let answer = answer.ok().filter(|answer| answer.status.success());
    answer.map_or_else(String::new, |answer| {
        String::from_utf8_lossy(&answer.stdout).into_owned()
    })
}

/// Refuses a program without failpoints: no fault would ever strike in it.
pub fn check() -> Result<(), String> {
    if failpoints().is_empty() {
        let path = path();
        return Err(format!(
            "{} has no failpoints: `cargo test` builds one that has",
            path.display()
        ));
    }
    Ok(())
}
