//! The writer that this project exists to replace: three settings, one write after the other.
//!
//! It is how the Python tool did it, and how `agents` did it in its first commit: each setting is read,
//! changed and written by itself, so that a failure at the second or third leaves a mixture of two
//! connections behind. It is no part of the product. The feature that captured its bug runs against it,
//! and has to be red: `features/fixtures.feature`. The binary of the features plays it, so that it is
//! always there and always current.

use std::env;
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use toml::{Table, Value};

/// Plays the writer: arguments in, exit code out.
pub fn main() -> ExitCode {
    let _faults = agents::fault::set_up();
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["server", "connect", url] => connect(url, "default"),
        ["server", "connect", url, "--namespace", namespace] => connect(url, namespace),
        _ => Err("usage: three_writes server connect URL [--namespace NAME]".into()),
    }
}

fn connect(url: &str, namespace: &str) -> Result<(), Box<dyn Error>> {
    let home = env::var_os("HOME").ok_or("HOME is not set")?;
    let path = PathBuf::from(home).join(".cleveragents/config.toml");
    write_setting(&path, "url", url.into())?;
    write_setting(&path, "namespace", namespace.into())?;
    write_setting(&path, "tls-verify", true.into())
}

fn write_setting(path: &Path, name: &str, value: Value) -> Result<(), Box<dyn Error>> {
    agents::fault::strike("store::set")?;
    let mut settings = read(path)?;
    let server = settings.entry("server").or_insert(Table::new().into());
    let server = server.as_table_mut().ok_or("server is not a table")?;
    server.insert(name.to_owned(), value);
    fs::create_dir_all(path.with_file_name(""))?;
    Ok(fs::write(path, settings.to_string())?)
}

fn read(path: &Path) -> Result<Table, Box<dyn Error>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.parse()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Table::new()),
        Err(error) => Err(error.into()),
    }
}
