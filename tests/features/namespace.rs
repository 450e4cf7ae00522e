//! Mounts that only one scenario sees: a disk that is small or read-only, a file that is a mount point.
//!
//! They are made in a user and mount name space of their own, which needs no root. A process that only
//! waits keeps the name space alive; commands are run in it, and its files are seen through `/proc`.

use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A name space, for as long as this lives.
#[derive(Debug)]
pub struct Namespace(Child);

impl Namespace {
    /// Makes a name space in which `script`, a shell script that mounts, has run with `arguments`.
    pub fn new(script: &str, arguments: &[&str]) -> io::Result<Self> {
        let script = format!("set -e\n{script}\necho ready\nexec cat");
        let child = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
            .args([&script, "sh"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut namespace = Self(child);
        namespace.wait_until_ready()?;
        Ok(namespace)
    }

    /// Whether name spaces can be made here, with mounts in them.
    pub fn probe() -> Result<(), String> {
        let probe = Self::new("mount -t tmpfs tmpfs /tmp", &[]);
        probe
            .map(drop)
            .map_err(|error| format!("no user name spaces here: {error}"))
    }

    /// A command that will run in the name space and in `directory`.
    pub fn enter(&self, directory: &Path) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--user", "--mount", "--preserve-credentials", "--target"]);
        command.arg(self.0.id().to_string());
        command.args(["env", "-C"]).arg(directory);
        command
    }

    /// Where `path`, an absolute one, can be seen from outside.
    pub fn look(&self, path: &Path) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.0.id()));
        path.strip_prefix("/")
            .map_or(root.clone(), |below| root.join(below))
    }

    fn wait_until_ready(&mut self) -> io::Result<()> {
        let mut line = String::new();
        if let Some(stdout) = self.0.stdout.as_mut() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        if line == "ready\n" {
            return Ok(());
        }
        let mut reason = String::new();
        if let Some(stderr) = self.0.stderr.as_mut() {
            io::Read::read_to_string(stderr, &mut reason)?;
        }
        Err(io::Error::other(reason))
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let ended = self.0.kill().and_then(|()| self.0.wait());
        ended.map(drop).unwrap_or_default();
    }
}
