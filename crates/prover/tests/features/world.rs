//! What a scenario needs: a directory, a command to prove, and what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use untorn_runner::Scenario;

use crate::corpus::{Writer, directory, interpreter};

/// How long what is killed may take to die.
const DYING_MAX: Duration = Duration::from_secs(5);

/// A scenario of its own directory, in which `untorn` is run.
#[derive(Debug, cucumber::World)]
#[world(init = Self::new)]
pub struct World {
    directory: tempfile::TempDir,
    pub writer: Option<Writer>,
    pub code: i32,
    pub output: String,
    /// How many bytes a file can have.
    pub bytes_max: Option<u32>,
    /// Variables of the environment of `untorn`.
    pub variables: BTreeMap<String, String>,
    killed: Vec<String>,
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
            bytes_max: None,
            variables: BTreeMap::new(),
            killed: Vec::new(),
        })
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A text of a scenario: `HERE` is its directory, `ESC` a control character.
    pub fn filled(&self, text: impl AsRef<str>) -> String {
        let here = self.directory.path().display().to_string();
        text.as_ref().replace("HERE", &here).replace("ESC", "\x1b")
    }

    /// Writes a file; `\x1b` in `text` is a byte.
    pub fn write(&self, name: impl AsRef<Path>, text: impl AsRef<str>) -> io::Result<()> {
        let mut held = Vec::new();
        for (index, piece) in text.as_ref().split("\\x").enumerate() {
            let (digits, rest) = piece.split_at(if index > 0 { 2 } else { 0 });
            held.extend(u8::from_str_radix(digits, 16).ok());
            held.extend(rest.bytes());
        }
        fs::write(self.path(name), held)
    }

    /// Runs a line that begins with `untorn`.
    pub fn run(&mut self, line: impl AsRef<str>) -> io::Result<()> {
        self.run_words(&words(&self.filled(line))?)
    }

    /// Runs the first command that the report offers to run a case again.
    pub fn run_replay(&mut self) -> io::Result<()> {
        let line = self.output.lines().find_map(|line| {
            let line = line.trim_start().strip_prefix("replay ")?;
            Some(line.trim_start().to_owned())
        });
        let line = line.ok_or_else(|| io::Error::other("there is no replay line"))?;
        self.run(line)
    }

    /// Runs what was printed as a line of a shell.
    pub fn run_shell(&mut self) -> io::Result<()> {
        let output = Command::new("sh")
            .args(["-c", &self.output])
            .current_dir(self.directory.path())
            .output()?;
        self.keep(&output);
        Ok(())
    }

    fn keep(&mut self, output: &Output) {
        self.code = output.status.code().unwrap_or(-1);
        let bytes = [&output.stdout[..], &output.stderr].concat();
        self.output = String::from_utf8_lossy(&bytes).into_owned();
    }

    /// Runs such a line, and kills it after a while.
    pub fn kill(&mut self, line: impl AsRef<str>, after: Duration) -> io::Result<()> {
        self.killed = words(line.as_ref())?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_untorn"))
            .args(&self.killed)
            .current_dir(self.directory.path())
            .env("TMPDIR", self.path("scratch"))
            .stdout(Stdio::null())
            .spawn()?;
        thread::sleep(after);
        let has_begun = !self.having_argument().is_empty();
        child.kill()?;
        child.wait()?;
        if has_begun {
            Ok(())
        } else {
            Err(io::Error::other("it was not running any more"))
        }
    }

    /// What has the last argument of the command that was killed, a while later.
    pub fn alive(&self) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let found = self.having_argument();
            if found.is_empty() || begun.elapsed() > DYING_MAX {
                return found;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn having_argument(&self) -> Vec<String> {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let lines = processes.filter_map(|it| fs::read_to_string(it.path().join("cmdline")).ok());
        let argument = self.killed.last().map_or("", String::as_str);
        lines
            .filter(|line| line.split('\0').any(|it| it == argument))
            .collect()
    }

    fn untorn(&self) -> Command {
        let program = env!("CARGO_BIN_EXE_untorn");
        let Some(bytes) = self.bytes_max else {
            return Command::new(program);
        };
        let mut command = Command::new("sh");
        let limited = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", bytes / 512);
        command.args(["-c", &limited, "sh", program]);
        command
    }

    pub fn run_words(&mut self, words: &[String]) -> io::Result<()> {
        let output = self
            .untorn()
            .args(words)
            .envs(&self.variables)
            .current_dir(self.directory.path())
            .env("TMPDIR", self.path("scratch"))
            .output()?;
        self.keep(&output);
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

    /// One case of the report.
    pub fn case(&self, id: impl AsRef<str>) -> io::Result<Value> {
        let id = id.as_ref();
        let cases = self.cases()?;
        let case = cases.into_iter().find(|it| it["id"] == id);
        case.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, id))
    }

    /// All cases of the report.
    pub fn cases(&self) -> io::Result<Vec<Value>> {
        Ok(self.report()?["cases"]
            .as_array()
            .cloned()
            .unwrap_or_default())
    }

    /// The violations of the report, by their words.
    pub fn violations(&self) -> io::Result<BTreeSet<String>> {
        let cases = self.cases()?;
        let verdicts = cases.iter().filter_map(|it| it["verdict"].as_str());
        let wanted = ["TORN", "LIE", "STUCK"];
        Ok(verdicts
            .filter(|it| wanted.contains(it))
            .map(str::to_owned)
            .collect())
    }
}

/// The words of a line after the first; `PYTHON` is the interpreter itself.
fn words(line: &str) -> io::Result<Vec<String>> {
    let words = shlex::split(line).ok_or_else(|| io::Error::other("no line of a shell"))?;
    let python = interpreter()?;
    let words = words.into_iter().skip(1);
    Ok(words
        .map(|it| if it == "PYTHON" { python.clone() } else { it })
        .collect())
}

/// Whether a browser is there.
pub fn probe_browser() -> Result<(), String> {
    probe("chromium")
}

/// Whether git is there.
pub fn probe_git() -> Result<(), String> {
    probe("git")
}

/// Whether strace is there.
pub fn probe_strace() -> Result<(), String> {
    probe("strace")
}

fn probe(program: &str) -> Result<(), String> {
    let asked = Command::new(program).arg("--version").output();
    asked
        .map(drop)
        .map_err(|error| format!("{program}: {error}"))
}
