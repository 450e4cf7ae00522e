//! One scenario's world: a home directory of its own, and the program that runs in it.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use untorn_runner::Scenario;
use untorn_runner::faults::{Hit, Plan};

use crate::program;
use crate::run::{Run, Running};
use crate::settings;
use crate::snapshot::{Entry, Snapshot};

/// The configuration, below the root.
const CONFIGURATION: &str = "home/.cleveragents/config.toml";

/// What a step can see and do.
#[derive(Debug, cucumber::World)]
#[world(init = Self::new)]
pub struct World {
    directory: TempDir,
    /// Everything as it was before the first run.
    before: Option<Snapshot>,
    faults: Plan,
    runs: Vec<Run>,
}

impl World {
    fn new() -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("agents-").tempdir()?;
        let world = Self {
            directory,
            before: None,
            faults: Plan::new(program::failpoints()),
            runs: Vec::new(),
        };
        fs::create_dir_all(world.home())?;
        fs::create_dir(world.work())?;
        Ok(world)
    }

    /// Where everything is that the program may change.
    fn root(&self) -> PathBuf {
        self.directory.path().join("root")
    }

    /// The home directory of the user.
    pub fn home(&self) -> PathBuf {
        self.root().join("home")
    }

    /// The directory that the user works in.
    pub fn work(&self) -> PathBuf {
        self.root().join("work")
    }

    /// The configuration of the user.
    pub fn configuration(&self) -> PathBuf {
        self.root().join(CONFIGURATION)
    }

    /// Lets a fault strike at a failpoint of the program.
    pub fn arm(&mut self, point: &str, action: &str, hit: Hit) -> Result<(), String> {
        let armed = self.faults.arm(point, action, hit);
        armed.map_err(|error| error.to_string())
    }

    /// Disarms all faults, each of which must have struck.
    pub fn disarm(&mut self) -> Result<(), String> {
        self.check_faults()?;
        self.faults.clear();
        Ok(())
    }

    /// Runs what a user would type, and waits until it has ended.
    pub fn run(&mut self, line: String) -> Result<(), String> {
        self.prepare()?;
        let command = self.command(&line)?;
        let running = Running::start(line, command);
        let run = running.map_err(|error| format!("cannot run it: {error}"))?;
        self.runs.push(run.finish()?);
        Ok(())
    }

    /// The run that the scenario is about: the last one.
    pub fn last(&mut self) -> Result<&mut Run, String> {
        self.runs
            .last_mut()
            .ok_or_else(|| "nothing has been run yet".into())
    }

    /// The configuration as it was before the first run.
    pub fn configuration_before(&self) -> Option<&Entry> {
        self.before.as_ref()?.get(Path::new(CONFIGURATION))
    }

    /// Everything as it is now.
    pub fn now(&self) -> io::Result<Snapshot> {
        Snapshot::of(&self.root())
    }

    /// The configuration as it is now.
    pub fn configuration_now(&self) -> io::Result<Option<Entry>> {
        Ok(self.now()?.get(Path::new(CONFIGURATION)).cloned())
    }

    /// The settings in the configuration, read by someone else's eyes.
    pub fn settings(&self) -> Result<BTreeMap<String, String>, String> {
        let text = fs::read_to_string(self.configuration());
        settings::read(&text.map_err(|error| error.to_string())?)
    }

    /// What is there now, and neither was there before nor belongs to the configuration itself.
    pub fn left_behind(&self) -> io::Result<Vec<PathBuf>> {
        let (now, configuration) = (self.now()?, Path::new(CONFIGURATION));
        let exists = now.get(configuration).is_some();
        let own = |path: &Path| exists && configuration.starts_with(path);
        let before = self.before.clone().unwrap_or_default();
        let left = now.new_since(&before).filter(|path| !own(path));
        Ok(left.map(Path::to_path_buf).collect())
    }

    /// Takes a picture of everything, unless there is one already.
    fn prepare(&mut self) -> Result<(), String> {
        if self.before.is_none() {
            self.before = Some(self.now().map_err(|error| error.to_string())?);
        }
        Ok(())
    }

    fn command(&self, line: &str) -> Result<Command, String> {
        let words = shlex::split(line).ok_or_else(|| format!("`{line}` has an open quote"))?;
        let arguments = match words.split_first() {
            Some((program, arguments)) if program == "agents" => arguments,
            _ => return Err(format!("`{line}` does not run agents")),
        };
        let mut command = Command::new(program::path());
        command.args(arguments).current_dir(self.work()).env_clear();
        command.envs(env::vars_os().filter(|(name, _)| is_passed_on(name)));
        command.env("HOME", self.home());
        command.envs(self.faults.env(&self.log()));
        Ok(command)
    }

    /// Where the program says which faults struck.
    fn log(&self) -> PathBuf {
        self.directory.path().join("struck")
    }

    fn check_faults(&self) -> Result<(), String> {
        let unstruck = self.faults.unstruck(&self.log());
        if unstruck.is_empty() {
            return Ok(());
        }
        Err(format!("armed, but never struck: {}", unstruck.join(", ")))
    }

    fn check_judged(&self) -> Result<(), String> {
        let unjudged = |run: &&Run| !run.status.success() && !run.is_judged;
        match self.runs.iter().find(unjudged) {
            Some(run) => Err(format!(
                "`{}` ended with {}, and the scenario does not say that it should",
                run.line, run.status
            )),
            None => Ok(()),
        }
    }
}

/// Whether the program gets a variable of ours: what finds programs, and what counts coverage.
fn is_passed_on(name: &OsStr) -> bool {
    name == "PATH" || name == "LLVM_PROFILE_FILE" || name == "TMPDIR"
}

impl Scenario for World {
    fn finish(&mut self) -> Result<(), String> {
        self.check_faults()?;
        self.check_judged()
    }

    fn evidence(&self) -> String {
        let place = self.root();
        let runs: Vec<_> = self.runs.iter().map(ToString::to_string).collect();
        format!("directory: {}\n{}", place.display(), runs.join("\n"))
    }
}
