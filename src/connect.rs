//! Connects to a server: three settings, written one after the other.
//!
//! This is the Python tool's way, with its bug: each setting is read, changed and written by itself, so
//! that a failure at the second or third leaves a mixture of two connections behind.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// A server, and how to talk to it.
#[derive(Debug, clap::Args)]
pub struct Connection {
    /// The address of the server.
    pub url: String,
    /// The namespace to work in.
    #[arg(long, default_value = "default")]
    pub namespace: String,
    /// Trusts any certificate.
    #[arg(long)]
    pub no_tls_verify: bool,
}

/// Writes the three settings of a connection.
///
/// # Errors
///
/// The first setting that could not be written; those before it are written, those after it are not.
pub fn connect(connection: &Connection) -> io::Result<()> {
    let home = env::var_os("HOME").map(PathBuf::from);
    let home = home.ok_or_else(|| io::Error::other("HOME is not set"))?;
    let path = home.join(".cleveragents/config.toml");
    write_setting(&path, "url", connection.url.as_str().into())?;
    write_setting(&path, "namespace", connection.namespace.as_str().into())?;
    write_setting(&path, "tls-verify", (!connection.no_tls_verify).into())
}

fn write_setting(path: &Path, name: &str, value: Value) -> io::Result<()> {
    #[cfg(feature = "failpoints")]
    crate::fault::strike("store::set")?;
    let mut settings = read(path)?;
    let server = settings
        .entry("server")
        .or_insert_with(|| Table::new().into());
    let server = server
        .as_table_mut()
        .ok_or_else(|| io::Error::other("server is no table"))?;
    server.insert(name.to_owned(), value);
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, settings.to_string())
}

fn read(path: &Path) -> io::Result<Table> {
    match fs::read_to_string(path) {
        Ok(text) => text.parse().map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Table::new()),
        Err(error) => Err(error),
    }
}
