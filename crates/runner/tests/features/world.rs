//! A project in a directory of its own, and what the runner said about it.

use std::{
    fs::{self, File},
    io,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::MutexGuard,
};

use tempfile::TempDir;
use untorn_runner::{Scenario, expect};

use crate::{browser::Browser, fixture};

#[derive(Debug, cucumber::World)]
#[world(init = Self::in_new_directory)]
pub struct World {
    project: TempDir,
    environment: Vec<(&'static str, String)>,
    runs: Vec<Run>,
    exit_code_was_told: bool,
    /// The folder that another run would hold.
    held: Option<File>,
    /// The browser, while this scenario looks at its page.
    pub page: Option<MutexGuard<'static, Browser>>,
}

/// What a run of the fixture suite left behind.
#[derive(Debug)]
pub struct Run {
    pub arguments: String,
    pub exit_code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub signal: Option<i32>,
    /// What scenarios printed, which is kept in a file.
    pub printed: String,
}

impl Run {
    /// The most memory that it had, in KiB.
    pub fn peak(&self) -> io::Result<u64> {
        let line = self.stderr.lines().find_map(|it| it.strip_prefix("VmHWM:"));
        let number = line.and_then(|it| it.trim().strip_suffix(" kB"));
        let peak = number.and_then(|it| it.parse().ok());
        peak.ok_or_else(|| io::Error::other("it did not tell its memory"))
    }
}

impl World {
    fn in_new_directory() -> io::Result<Self> {
        let project = tempfile::tempdir()?;
        fs::create_dir(project.path().join("features"))?;
        Ok(Self {
            project,
            environment: Vec::new(),
            runs: Vec::new(),
            exit_code_was_told: false,
            held: None,
            page: None,
        })
    }

    /// The page that was opened.
    pub fn page(&self) -> &Browser {
        let page = self.page.as_deref();
        page.unwrap_or_else(|| expect::fail("no page was opened yet"))
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.project.path().join(name)
    }

    pub fn write(&self, name: impl AsRef<Path>, contents: &[u8]) -> io::Result<()> {
        let path = self.path(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, contents)
    }

    pub fn read(&self, name: impl AsRef<Path>) -> io::Result<String> {
        fs::read_to_string(self.path(name))
    }

    pub fn set(&mut self, variable: &'static str, value: String) {
        self.environment.push((variable, value));
    }

    /// Does to `folder` what a run does that leaves its reports there.
    pub fn hold(&mut self, folder: impl AsRef<Path>) -> io::Result<()> {
        let folder = self.path(folder);
        fs::create_dir_all(&folder)?;
        let folder = File::open(folder)?;
        folder.try_lock()?;
        self.held = Some(folder);
        Ok(())
    }

    /// Runs the fixture suite; single quotes hold an argument together.
    pub fn run(&mut self, arguments: String) -> io::Result<()> {
        self.run_with(arguments, Stdio::piped(), Stdio::piped())
    }

    /// Runs it where nothing can be written to standard error.
    pub fn run_unheard(&mut self, arguments: String) -> io::Result<()> {
        self.run_with(arguments, Stdio::piped(), full_disk()?)
    }

    /// Runs it where nothing can be written to standard output.
    pub fn run_unread(&mut self, arguments: String) -> io::Result<()> {
        self.run_with(arguments, full_disk()?, Stdio::piped())
    }

    fn run_with(&mut self, arguments: String, stdout: Stdio, stderr: Stdio) -> io::Result<()> {
        let mut command = self.command(split(&arguments))?;
        let output = command.stdout(stdout).stderr(stderr).output()?;
        self.note(arguments, &output);
        Ok(())
    }

    /// Runs each scenario of it in a process of its own, all of them at the same time.
    pub fn run_by_nextest(&mut self) -> io::Result<()> {
        let list = self
            .command(vec!["--list", "--format", "terse"])?
            .output()?;
        let list = String::from_utf8_lossy(&list.stdout).into_owned();
        let ids = list.lines().filter_map(|line| line.strip_suffix(": test"));
        let mut children = Vec::new();
        for id in ids {
            let mut command = self.command(vec!["--exact", id])?;
            let command = command.env("NEXTEST", "1");
            let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
            children.push((id.to_owned(), child.spawn()?));
        }
        for (id, child) in children {
            let output = child.wait_with_output()?;
            self.note(id, &output);
        }
        Ok(())
    }

    fn command(&self, arguments: Vec<&str>) -> io::Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(arguments)
            .env_remove("RUST_BACKTRACE")
            .env_remove("NO_COLOR")
            .env_remove("NEXTEST")
            .env(fixture::PROJECT, self.project.path())
            .env("GIT_CEILING_DIRECTORIES", self.project.path().join(".."))
            .envs(
                self.environment
                    .iter()
                    .map(|(variable, value)| (variable, value)),
            );
        Ok(command)
    }

    fn note(&mut self, arguments: String, output: &Output) {
        self.exit_code_was_told = false;
        self.runs.push(Run {
            arguments,
            exit_code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            signal: output.status.signal(),
            printed: self.read("target/bdd/output.txt").unwrap_or_default(),
        });
    }

    /// The last run.
    pub fn result(&self) -> &Run {
        self.runs
            .last()
            .unwrap_or_else(|| expect::fail("the suite was not run yet"))
    }

    pub fn results(&self) -> &[Run] {
        &self.runs
    }

    /// The signal that ended the last run, which is thereby told.
    pub fn signal(&mut self) -> Option<i32> {
        self.exit_code_was_told = true;
        self.result().signal
    }

    /// The exit code of the last run, which is thereby told.
    pub fn exit_code(&mut self) -> Option<i32> {
        self.exit_code_was_told = true;
        self.result().exit_code
    }

    /// The exit codes of all runs, which are thereby told.
    pub fn exit_codes(&mut self) -> Vec<Option<i32>> {
        self.exit_code_was_told = true;
        self.runs.iter().map(|run| run.exit_code).collect()
    }
}

/// Where nothing can be written.
fn full_disk() -> io::Result<Stdio> {
    Ok(File::options().write(true).open("/dev/full")?.into())
}

impl Scenario for World {
    fn finish(&mut self) -> Result<(), String> {
        match self.runs.last() {
            None => Err("the scenario never ran the suite".to_owned()),
            Some(run) if run.exit_code != Some(0) && !self.exit_code_was_told => Err(format!(
                "no step says that the suite ends with {:?}",
                run.exit_code
            )),
            Some(_) => Ok(()),
        }
    }

    fn evidence(&mut self) -> String {
        self.runs
            .iter()
            .map(Run::told)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl Run {
    /// What it said, but for the many steps of the fixture that a small suite does not use.
    fn told(&self) -> String {
        let Self {
            arguments,
            exit_code,
            stdout,
            stderr,
            ..
        } = self;
        let stderr = stderr
            .split_inclusive('\n')
            .filter(|line| !line.contains(": no scenario uses "));
        let stderr: String = stderr.collect();
        format!(
            "run with {arguments:?}: exit code {exit_code:?}\n--- stdout\n{stdout}--- stderr\n{stderr}"
        )
    }
}

fn split(arguments: &str) -> Vec<&str> {
    let parts = arguments.split('\'').enumerate();
    let parts = parts.flat_map(|(index, part)| {
        if index % 2 == 1 {
            vec![part]
        } else {
            part.split_whitespace().collect()
        }
    });
    parts.collect()
}
