//! One scenario's world: a home directory of its own, and the program that runs in it.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use tempfile::TempDir;
use untorn_runner::Scenario;
use untorn_runner::faults::{Hit, Plan};

use crate::meanwhile::Meanwhile;
use crate::namespace::Namespace;
use crate::program;
use crate::run::{Output, Run, Running};
use crate::settings;
use crate::snapshot::{Entry, Snapshot};
use crate::trace::{self, Call};

/// The user that commands run as where the tests run as root and a scenario wants an ordinary user.
pub const NOBODY: u32 = 65534;

/// What a step can see and do.
#[derive(Debug, cucumber::World)]
#[world(init = Self::new)]
pub struct World {
    directory: TempDir,
    /// Everything as it was before the first run.
    before: Option<Snapshot>,
    faults: Plan,
    meanwhile: Vec<Meanwhile>,
    namespace: Option<Namespace>,
    /// Directories that have to be opened again before they can be removed.
    closed: Vec<PathBuf>,
    lock: Option<File>,
    user: Option<u32>,
    variables: BTreeMap<String, Option<String>>,
    runs: Vec<Run>,
    heard: String,
    /// What writers said that were refused.
    refused: Vec<String>,
    /// What readers saw that was neither old nor new.
    torn: Vec<String>,
    /// The configuration, below the root.
    configuration: PathBuf,
    /// The directory that the user works in, below the root.
    work: PathBuf,
}

impl World {
    fn new() -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("agents-").tempdir()?;
        let world = Self {
            directory,
            before: None,
            faults: program::failpoints().map_err(io::Error::other)?.plan(),
            meanwhile: Vec::new(),
            namespace: None,
            closed: Vec::new(),
            lock: None,
            user: None,
            variables: BTreeMap::new(),
            runs: Vec::new(),
            heard: String::new(),
            refused: Vec::new(),
            torn: Vec::new(),
            configuration: "home/.cleveragents/config.toml".into(),
            work: "work".into(),
        };
        fs::create_dir_all(world.home())?;
        fs::create_dir(world.work())?;
        Ok(world)
    }

    /// Where everything is that the program may change, as the program sees it.
    fn root(&self) -> PathBuf {
        self.directory.path().join("root")
    }

    /// The home directory of the user.
    pub fn home(&self) -> PathBuf {
        self.root().join("home")
    }

    /// The directory that the user works in.
    pub fn work(&self) -> PathBuf {
        self.root().join(&self.work)
    }

    /// Lets the user work in another directory, which is named as in [`file`](Self::file).
    pub fn work_in(&mut self, name: String) -> io::Result<()> {
        let path = self.file(name);
        fs::create_dir_all(&path)?;
        path.strip_prefix(self.root())
            .map_err(io::Error::other)?
            .clone_into(&mut self.work);
        Ok(())
    }

    /// Where a file of the scenario is; `~/` stands for the home directory, else it is below `work`.
    pub fn file(&self, name: impl Into<String>) -> PathBuf {
        let name = name.into();
        match name.strip_prefix("~/") {
            Some(below) => self.look(&self.home().join(below)),
            None => self.look(&self.work().join(name)),
        }
    }

    /// The configuration that the scenario is about.
    pub fn configuration(&self) -> PathBuf {
        self.look(&self.root().join(&self.configuration))
    }

    /// The directory that it is in.
    pub fn directory_of_configuration(&self) -> PathBuf {
        self.configuration().with_file_name("")
    }

    /// Where a path that the program sees can be seen from here.
    fn look(&self, path: &Path) -> PathBuf {
        let namespace = self.namespace.as_ref();
        namespace.map_or_else(|| path.into(), |namespace| namespace.look(path))
    }

    /// Makes mounts that only this scenario sees; `$1` is the directory of the configuration.
    pub fn mount(&mut self, script: &str) -> io::Result<()> {
        let directory = self.root().join(&self.configuration);
        let directory = directory.with_file_name("");
        fs::create_dir_all(&directory)?;
        let directory = directory.to_string_lossy();
        self.namespace = Some(Namespace::new(script, &[&directory])?);
        Ok(())
    }

    /// Runs commands as an ordinary user who owns everything that is here so far.
    pub fn become_ordinary(&mut self) -> io::Result<()> {
        if rustix::process::geteuid().is_root() {
            self.user = Some(NOBODY);
            let entries = self.now()?;
            let paths = entries.paths().map(|path| self.root().join(path));
            for path in paths.chain([self.root(), self.directory.path().into()]) {
                chown(path, Some(NOBODY), Some(NOBODY))?;
            }
        }
        Ok(())
    }

    /// Gives a directory a mode until the scenario ends.
    pub fn set_mode(&mut self, directory: PathBuf, mode: Permissions) -> io::Result<()> {
        fs::set_permissions(&directory, mode)?;
        self.closed.push(directory);
        Ok(())
    }

    /// Sets an environment variable for all runs to come; `None` takes it away.
    pub fn set_variable(&mut self, name: String, value: Option<String>) {
        self.variables.insert(name, value);
    }

    /// Lets a fault strike at a failpoint of the program.
    pub fn arm(&mut self, point: &str, action: &str, hit: Hit) -> Result<(), String> {
        let armed = self.faults.arm(point, action, hit);
        armed.map_err(|error| error.to_string())
    }

    /// Keeps what the library says.
    pub fn hear(&mut self, said: String) {
        self.heard = said;
    }

    /// What the library said.
    pub fn heard(&self) -> &str {
        &self.heard
    }

    /// Lets something happen while the program waits at a failpoint.
    pub fn meanwhile(&mut self, meanwhile: Meanwhile) -> Result<(), String> {
        self.arm(meanwhile.point, "return(hold)", meanwhile.hit)?;
        self.meanwhile.push(meanwhile);
        Ok(())
    }

    /// What a reader saw meanwhile.
    pub fn seen(&self) -> &[String] {
        let mut seen = self.meanwhile.iter().map(Meanwhile::seen);
        seen.find(|seen| !seen.is_empty()).unwrap_or_default()
    }

    /// Holds the lock that a writer takes, until the scenario ends.
    pub fn hold_lock(&mut self) -> io::Result<()> {
        let directory = File::open(self.directory_of_configuration())?;
        directory.lock()?;
        self.lock = Some(directory);
        Ok(())
    }

    /// Disarms all faults, each of which must have struck.
    pub fn disarm(&mut self) -> Result<(), String> {
        self.check_faults()?;
        self.faults.clear();
        self.meanwhile.clear();
        Ok(())
    }

    /// Runs what a user would type, and waits until it has ended.
    pub fn run(&mut self, line: String) -> Result<(), String> {
        self.run_with(line, "", Output::Kept)
    }

    /// As [`run`](Self::run), with something to read, and its output somewhere.
    pub fn run_with(&mut self, line: String, input: &str, output: Output) -> Result<(), String> {
        let command = self.command(&line)?;
        self.start(line, command, input, output)
    }

    /// Runs a command line with one more argument, which need not be text.
    pub fn run_words(&mut self, line: String, more: &OsStr) -> Result<(), String> {
        let mut command = self.command(&line)?;
        command.arg(more);
        self.start(line, command, "", Output::Kept)
    }

    /// Runs a command line and writes down its system calls.
    pub fn trace(&mut self, line: String) -> Result<(), String> {
        let log = self.directory.path().join("trace");
        let command = self.command_under(&trace::wrapper(&log), &line)?;
        self.start(line, command, "", Output::Kept)
    }

    /// The system calls of a traced run that order what reaches the disk.
    pub fn traced(&self) -> io::Result<Vec<Call>> {
        let log = fs::read_to_string(self.directory.path().join("trace"))?;
        Ok(trace::read(&log, &self.root()))
    }

    /// Where a scenario can put a suite of its own.
    pub fn suite(&self) -> PathBuf {
        self.directory.path().join("suite")
    }

    /// Runs features, ours or those of another suite, over a program, with arguments of the runner.
    pub fn run_suite(
        &mut self,
        arguments: String,
        suite: Option<&Path>,
        over: Option<String>,
    ) -> Result<(), String> {
        let runner = env::current_exe().map_err(|error| error.to_string())?;
        let words = shlex::split(&arguments).ok_or("it has an open quote")?;
        let mut command = Command::new(runner);
        command.args(words);
        command.envs(over.map(|over| (program::UNDER_TEST, over)));
        command.envs(suite.map(|suite| (program::SUITE, suite)));
        command.env("TMPDIR", self.directory.path());
        self.start(arguments, command, "", Output::Kept)
    }

    fn start(
        &mut self,
        line: String,
        command: Command,
        input: &str,
        output: Output,
    ) -> Result<(), String> {
        self.prepare()?;
        let running = Running::start(line, command, input.as_bytes(), output);
        let running = running.map_err(|error| format!("cannot run it: {error}"))?;
        let (log, gate) = (self.log(), self.gate());
        for meanwhile in &mut self.meanwhile {
            meanwhile.happen(&log, &gate)?;
        }
        let mut run = running.finish()?;
        self.tidy(&mut run.stdout);
        self.tidy(&mut run.stderr);
        self.runs.push(run);
        Ok(())
    }

    /// Writes the directories of the scenario as a user would, `~` and `.` for where one works, and
    /// takes away what is another in each run.
    fn tidy(&self, text: &mut String) {
        *text = text.replace(&*self.home().to_string_lossy(), "~");
        *text = text.replace(&*self.work().to_string_lossy(), ".");
        *text = text.replace(&format!("process {} ", process::id()), "process PID ");
        while let Some((before, rest)) = text.split_once(".agents-")
            && let Some((_, after)) = rest.split_once(".tmp")
        {
            *text = format!("{before}.TEMPORARY{after}");
        }
    }

    /// The run that the scenario is about: the last one.
    pub fn last(&mut self) -> Result<&mut Run, String> {
        self.runs
            .last_mut()
            .ok_or_else(|| "nothing has been run yet".into())
    }

    /// The configuration as it was before the first run.
    pub fn configuration_before(&self) -> Option<&Entry> {
        self.before.as_ref()?.get(&self.configuration)
    }

    /// The configuration as it is now.
    pub fn configuration_now(&self) -> io::Result<Option<Entry>> {
        Ok(self.now()?.get(&self.configuration).cloned())
    }

    /// Everything as it is now.
    pub fn now(&self) -> io::Result<Snapshot> {
        Snapshot::of(&self.look(&self.root()))
    }

    /// The settings in the configuration, read by someone else's eyes.
    pub fn settings(&self) -> Result<BTreeMap<String, String>, String> {
        let text = fs::read_to_string(self.configuration());
        settings::read(&text.map_err(|error| error.to_string())?)
    }

    /// What is there now, and neither was there before nor belongs to the configuration itself.
    pub fn left_behind(&self) -> io::Result<Vec<PathBuf>> {
        let now = self.now()?;
        let exists = now.get(&self.configuration).is_some();
        let own = |path: &Path| exists && self.configuration.starts_with(path);
        let before = self.before.clone().unwrap_or_default();
        let left = now.new_since(&before).filter(|path| !own(path));
        Ok(left.map(Path::to_path_buf).collect())
    }

    /// What writers said that were refused.
    pub fn refused(&self) -> &[String] {
        &self.refused
    }

    /// Notes what writers said that were refused.
    pub fn note_refused(&mut self, said: Vec<String>) {
        self.refused.extend(said);
    }

    /// What readers saw that was neither old nor new.
    pub fn torn(&self) -> &[String] {
        &self.torn
    }

    /// Notes what readers saw that was neither old nor new.
    pub fn note_torn(&mut self, seen: Vec<String>) {
        self.torn.extend(seen);
    }

    /// From now on "as it was" means as it is now.
    pub fn forget(&mut self) {
        self.before = None;
    }

    /// Takes a picture of everything, unless there is one already.
    pub fn prepare(&mut self) -> Result<(), String> {
        if self.before.is_none() {
            self.before = Some(self.now().map_err(|error| error.to_string())?);
        }
        Ok(())
    }

    /// The process that runs a command line, not started yet.
    pub fn command(&self, line: &str) -> Result<Command, String> {
        self.command_under(&[], line)
    }

    fn command_under(&self, wrapper: &[&OsStr], line: &str) -> Result<Command, String> {
        let words = shlex::split(line).ok_or_else(|| format!("`{line}` has an open quote"))?;
        let Some(("agents", arguments)) = words
            .split_first()
            .map(|(first, rest)| (first.as_str(), rest))
        else {
            return Err(format!("`{line}` does not run agents"));
        };
        let program = self.program().map_err(|error| error.to_string())?;
        let mut parts = wrapper.iter().copied().chain([program.as_os_str()]);
        let mut command = match &self.namespace {
            Some(namespace) => namespace.enter(&self.work()),
            None => Command::new(parts.next().unwrap_or_default()),
        };
        command.args(parts).args(arguments).current_dir(self.work());
        self.set_environment(&mut command);
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        Ok(command)
    }

    fn set_environment(&self, command: &mut Command) {
        command.env_clear();
        command.envs(env::vars_os().filter(|(name, _)| is_passed_on(name)));
        command.envs(program::part()).env("HOME", self.home());
        command.envs(self.faults.env(&self.log()));
        command.env("FAILPOINT_GATE", self.gate());
        for (name, value) in &self.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if self.user.is_some() {
            let profile = self.directory.path().join("untorn-%p%c.profraw");
            command.env("LLVM_PROFILE_FILE", profile);
        }
    }

    /// Brings what another user's commands have counted, which may not write there, to where coverage is gathered.
    fn keep_profiles(&self) -> io::Result<()> {
        let Some(gathered) = env::var_os("LLVM_PROFILE_FILE") else {
            return Ok(());
        };
        let scenario = self.directory.path();
        for entry in fs::read_dir(scenario)? {
            let profile = entry?.path();
            if profile.extension().is_some_and(|it| it == "profraw") {
                let name = [scenario, &profile].map(|it| it.file_name().unwrap_or_default());
                fs::copy(
                    &profile,
                    Path::new(&gathered).with_file_name(name.join("-".as_ref())),
                )?;
            }
        }
        Ok(())
    }

    /// The program under test; a copy of it where its user may not reach the original.
    fn program(&self) -> io::Result<PathBuf> {
        let program = program::path();
        if self.user.is_none() {
            return Ok(program);
        }
        let copy = self.directory.path().join("agents");
        if !copy.exists() {
            fs::hard_link(&program, &copy).or_else(|_| program::copy(&copy))?;
        }
        Ok(copy)
    }

    /// Where the program says which faults struck.
    fn log(&self) -> PathBuf {
        self.directory.path().join("struck")
    }

    /// What the program waits for where it is held.
    fn gate(&self) -> PathBuf {
        self.directory.path().join("gate")
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

/// Whether the program gets a variable of ours: what finds programs, what counts coverage, and what switches on
/// a breakage of `just breakages`.
fn is_passed_on(name: &OsStr) -> bool {
    name == "PATH" || name == "LLVM_PROFILE_FILE" || name == "TMPDIR" || name == "UNTORN_BREAKAGE"
}

impl Scenario for World {
    fn finish(&mut self) -> Result<(), String> {
        self.check_faults()?;
        self.check_judged()
    }

    fn evidence(&mut self) -> String {
        self.directory.disable_cleanup(true);
        let place = self.root();
        let runs: Vec<_> = self.runs.iter().map(ToString::to_string).collect();
        format!("directory: {}\n{}", place.display(), runs.join("\n"))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.keep_profiles().unwrap_or_default();
        for directory in &self.closed {
            let opened = fs::set_permissions(directory, Permissions::from_mode(0o700));
            opened.unwrap_or_default();
        }
    }
}
