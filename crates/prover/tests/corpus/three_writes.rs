//! Makes one change of three settings by three writes in place. Verdict: TORN.
//!
//! Each helper reads, changes one setting and writes, and looks complete on its own; the change that the
//! user asked for is torn by anything that goes wrong between them, or inside one of them.

use std::process::ExitCode;
use std::{fs, io};

const SETTINGS: [(&str, &str); 3] = [
    ("name", "\"new\""),
    ("address", "\"new.example:7233\""),
    ("tls_verify", "false"),
];

fn with_setting(old: &str, key: &str, value: &str) -> String {
    let set = |line: &str| match line.split_once(" = ") {
        Some((name, _)) if name == key => format!("{key} = {value}\n"),
        _ => format!("{line}\n"),
    };
    old.lines().map(set).collect()
}

fn run() -> io::Result<()> {
    for (key, value) in SETTINGS {
        let old = fs::read_to_string("config.toml")?;
        fs::write("config.toml", with_setting(&old, key, value))?;
    }
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("three_writes: {error}");
            ExitCode::FAILURE
        }
    }
}
