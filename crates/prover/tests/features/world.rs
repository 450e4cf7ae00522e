//! What a scenario needs: a directory, a command to prove, and what came of it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use untorn_runner::Scenario;

use crate::corpus::{Writer, directory, interpreter};

/// A scenario of its own directory, in which `untorn` is run.
#[derive(Debug, cucumber::World)]
#[world(init = Self::new)]
pub struct World {
    directory: tempfile::TempDir,
    pub writer: Option<Writer>,
    pub code: i32,
    pub output: String,
}

impl Scenario for World {}

impl World {
    fn new() -> io::Result<Self> {
        let directory = tempfile::tempdir()?;
        fs::create_dir(directory.path().join("scratch"))?;
        Ok(Self {
            directory,
            writer: None,
            code: 0,
            output: String::new(),
        })
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Runs a line that begins with `untorn`; `PYTHON` in it is the interpreter itself.
    pub fn run(&mut self, line: impl AsRef<str>) -> io::Result<()> {
        let words =
            shlex::split(line.as_ref()).ok_or_else(|| io::Error::other("no line of a shell"))?;
        let python = interpreter()?;
        let words = words
            .into_iter()
            .map(|it| if it == "PYTHON" { python.clone() } else { it });
        let words: Vec<String> = words.skip(1).collect();
        self.run_words(&words)
    }

    pub fn run_words(&mut self, words: &[String]) -> io::Result<()> {
        let output = Command::new(env!("CARGO_BIN_EXE_untorn"))
            .args(words)
            .current_dir(self.directory.path())
            .env("TMPDIR", self.path("scratch"))
            .output()?;
        self.code = output.status.code().unwrap_or(-1);
        let bytes = [output.stdout, output.stderr].concat();
        self.output = String::from_utf8_lossy(&bytes).into_owned();
        Ok(())
    }

    /// Proves the writer, on the fixture of the corpus.
    pub fn prove_writer(&mut self) -> io::Result<()> {
        let writer = self
            .writer
            .clone()
            .ok_or_else(|| io::Error::other("no writer"))?;
        let fixture = directory().join("fixture").display().to_string();
        let options = [
            "prove",
            "--protect",
            "config.toml",
            "--json",
            "report.json",
            "--fixture",
            &fixture,
            "--",
        ];
        let mut words: Vec<String> = options.map(str::to_owned).to_vec();
        words.extend(writer.command(self.directory.path())?);
        self.run_words(&words)
    }

    /// The report as JSON.
    pub fn report(&self) -> io::Result<Value> {
        let text = fs::read_to_string(self.path("report.json"))
            .map_err(|error| io::Error::other(format!("{error}; it said:\n{}", self.output)))?;
        serde_json::from_str(&text).map_err(io::Error::other)
    }

    /// The violations of the report, by their words.
    pub fn violations(&self) -> io::Result<BTreeSet<String>> {
        let report = self.report()?;
        let cases = report["cases"].as_array().cloned().unwrap_or_default();
        let verdicts = cases.iter().filter_map(|it| it["verdict"].as_str());
        let wanted = ["TORN", "LIE", "STUCK"];
        Ok(verdicts
            .filter(|it| wanted.contains(it))
            .map(str::to_owned)
            .collect())
    }
}

/// Whether git is there.
pub fn probe_git() -> Result<(), String> {
    let asked = Command::new("git").arg("--version").output();
    asked.map(drop).map_err(|error| format!("git: {error}"))
}
