//! Cucumber's own tools, which `ci/setup` installs below `target/official`.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use cucumber::{gherkin::Step, then};
use serde_json::{Value, json};
use untorn_runner::{check, check_eq};

use crate::world::World;

const TARGET: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/..");
const CHECK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/official/check.mjs");

/// Whether they are here, and something to run them with.
pub fn probe() -> Result<(), String> {
    let version = Command::new(node()).arg("--version").output();
    version.map_err(|error| format!("there is no node to run Cucumber's own tools: {error}"))?;
    if packages().is_dir() {
        Ok(())
    } else {
        Err("Cucumber's own tools are not in target/official; see ci/setup".to_owned())
    }
}

/// The one that `ci/setup` has brought where the system has none.
fn node() -> PathBuf {
    let own = Path::new(TARGET).join("tools/bin/node");
    if own.exists() {
        own
    } else {
        PathBuf::from("node")
    }
}

fn packages() -> PathBuf {
    Path::new(TARGET).join("official/node_modules")
}

/// A file of one of the packages.
pub fn read(name: &str) -> io::Result<String> {
    fs::read_to_string(packages().join(name))
}

fn check(reports: &Path) -> io::Result<Output> {
    Command::new(node())
        .args(["--input-type=module", "-"])
        .arg(reports)
        .current_dir(Path::new(TARGET).join("official"))
        .stdin(File::open(CHECK)?)
        .output()
}

#[then(expr = "Cucumber's own tools accept its reports, and count")]
fn tools_accept(world: &mut World, step: &Step) -> io::Result<()> {
    let output = check(&world.path("target/bdd"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    check!(
        output.status.success(),
        "they accept the reports, but they say:\n{said}\n{stderr}"
    );
    let counted: Value = serde_json::from_str(&said)?;
    for row in step.table().iter().flat_map(|table| &table.rows) {
        let count = counted.pointer(&row[0]).cloned();
        let expected: Value = serde_json::from_str(&row[1])?;
        check_eq!(
            count.unwrap_or(json!(0)),
            expected,
            "what they find at {}",
            row[0]
        );
    }
    Ok(())
}
