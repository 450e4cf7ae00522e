//! What a scenario needs: a directory, a command to prove, and what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use serde_json::Value;
use untorn::gherkin::{Bench, Proving};
use untorn_runner::Scenario;

use crate::corpus::{Writer, built, directory, interpreter};
use crate::fixture;

/// How long what is killed may take to die.
const DYING_MAX: Duration = Duration::from_secs(5);

/// A scenario of its own directory, in which `untorn` is run.
#[derive(Debug, cucumber::World)]
#[world(init = Self::new)]
pub struct World {
    directory: tempfile::TempDir,
    pub writer: Option<Writer>,
    /// Kept open, so that what was written to it is there to be read.
    pipe: Option<File>,
    /// What is meant by `PROGRAM`.
    program: String,
    pub code: i32,
    pub output: String,
    /// How many bytes a file can have.
    pub bytes_max: Option<u32>,
    /// Variables of the environment of `untorn`.
    pub variables: BTreeMap<String, String>,
    pub killed: Vec<String>,
    bench: Bench,
}

impl Scenario for World {}

impl Proving for World {
    fn bench(&mut self) -> &mut Bench {
        &mut self.bench
    }
}

untorn::steps!(World, fail = untorn_runner::expect::fail);

impl World {
    fn new() -> io::Result<Self> {
        let directory = tempfile::tempdir()?;
        fs::create_dir(directory.path().join("scratch"))?;
        Ok(Self {
            directory,
            writer: None,
            pipe: None,
            program: String::new(),
            code: 0,
            output: String::new(),
            bytes_max: None,
            variables: BTreeMap::new(),
            killed: Vec::new(),
            bench: Bench::default(),
        })
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Makes a named pipe that holds one byte for the first who reads; the others are told to try again.
    pub fn make_pipe(&mut self, name: impl AsRef<Path>) -> io::Result<()> {
        let path = self.path(name);
        let made = Command::new("mkfifo").arg(&path).status()?;
        if !made.success() {
            return Err(io::Error::other("cannot make a pipe"));
        }
        let mut pipe = File::options().read(true).write(true).open(path)?;
        pipe.write_all(b"1")?;
        self.pipe = Some(pipe);
        Ok(())
    }

    /// Builds a program of `tests/programs`, which is meant by `PROGRAM` from then on.
    pub fn build(&mut self, name: impl AsRef<str>) -> io::Result<()> {
        let name = name.as_ref();
        let source = programs().join(format!("{name}.c"));
        let program = built(&["gcc", "-O2"], &source, name)?;
        self.program = program.display().to_string();
        Ok(())
    }

    /// Takes a program that would run with the rights of another user for `PROGRAM`: root makes one, others
    /// have `su`.
    pub fn take_privileged(&mut self) -> io::Result<()> {
        const NOBODY: u32 = 65534;
        let program = if nix::unistd::geteuid().is_root() {
            let copy = self.copy_of_true("privileged")?;
            chown(&copy, Some(NOBODY), None)?;
            fs::set_permissions(&copy, fs::Permissions::from_mode(0o4755))?;
            copy
        } else {
            PathBuf::from("/bin/su")
        };
        self.program = program.display().to_string();
        Ok(())
    }

    /// Takes a program that gets a capability when it is executed, `CAP_NET_RAW`, for `PROGRAM`.
    pub fn take_capable(&mut self) -> io::Result<()> {
        const REVISION_2: u32 = 0x0200_0000;
        const EFFECTIVE: u32 = 1;
        const NET_RAW: u32 = 1 << 13;
        let copy = self.copy_of_true("capable")?;
        let words = [REVISION_2 | EFFECTIVE, NET_RAW, 0, 0, 0].map(u32::to_le_bytes);
        let flags = rustix::fs::XattrFlags::empty();
        rustix::fs::setxattr(&copy, "security.capability", words.as_flattened(), flags)?;
        self.program = copy.display().to_string();
        Ok(())
    }

    /// Copied in a process of its own: a thread that starts another one meanwhile would keep open for writing what we
    /// write ourselves, and nobody could start it until then.
    fn copy_of_true(&self, name: &str) -> io::Result<PathBuf> {
        let copy = self.path(name);
        let copied = succeeds("cp", &["/bin/true", &copy.display().to_string()]);
        copied.map(|()| copy).map_err(io::Error::other)
    }

    /// What `sqlite3` answers, asked in a database of the directory.
    pub fn query(&self, database: impl AsRef<Path>, sql: impl AsRef<str>) -> io::Result<String> {
        let output = Command::new("sqlite3")
            .arg(self.path(database))
            .arg(sql.as_ref())
            .output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(io::Error::other(said));
        }
        Ok(String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned())
    }

    /// Gives a file an extended attribute.
    pub fn set_attribute(
        &self,
        file: impl AsRef<Path>,
        name: impl AsRef<str>,
        value: impl AsRef<str>,
    ) -> io::Result<()> {
        let flags = rustix::fs::XattrFlags::empty();
        Ok(rustix::fs::setxattr(
            self.path(file),
            name.as_ref(),
            value.as_ref().as_bytes(),
            flags,
        )?)
    }

    /// The words of a line after the first; `PYTHON` is the interpreter itself, and `PROGRAM` what a step
    /// has made.
    fn words(&self, line: &str) -> io::Result<Vec<String>> {
        let words = shlex::split(line).ok_or_else(|| io::Error::other("no line of a shell"))?;
        let python = interpreter()?;
        let words = words.into_iter().skip(1);
        let words = words.map(|it| if it == "PYTHON" { python.clone() } else { it });
        Ok(words
            .map(|it| it.replace("PROGRAM", &self.program))
            .collect())
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
        self.run_words(&self.words(&self.filled(line))?)
    }

    /// Runs such a line by another command, which is to execute what follows it.
    pub fn run_by(&mut self, wrapper: impl AsRef<str>, line: impl AsRef<str>) -> io::Result<()> {
        let wrapper = shlex::split(wrapper.as_ref()).unwrap_or_default();
        let mut words = wrapper.into_iter();
        let program = words.next().unwrap_or_default();
        let mut command = Command::new(program);
        command
            .args(words)
            .arg(env!("CARGO_BIN_EXE_untorn"))
            .args(self.words(line.as_ref())?);
        self.run_command(command)
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

    /// Writes a program with its first line, `#!/bin/sh`.
    pub fn write_program(&self, name: impl AsRef<str>, text: &str) -> io::Result<()> {
        let path = self.path(name.as_ref());
        let script = "printf '%s\n' \"$1\" > \"$2\" && chmod +x \"$2\"";
        let written = Command::new("sh")
            .args(["-c", script, "sh", &format!("#!/bin/sh{text}")])
            .arg(path)
            .status()?;
        if written.success() {
            Ok(())
        } else {
            Err(io::Error::other("the program was not written"))
        }
    }

    /// Puts the second text in the place of the first, everywhere in a file.
    pub fn edit(&self, name: impl AsRef<Path>, [old, new]: &[String; 2]) -> io::Result<()> {
        let text = fs::read_to_string(self.path(&name))?;
        if !text.contains(old) {
            return Err(io::Error::other(format!("there is no {old:?} in it")));
        }
        fs::write(self.path(name), text.replace(old, new))
    }

    fn keep(&mut self, output: &Output) {
        self.code = output.status.code().unwrap_or(-1);
        let bytes = [&output.stdout[..], &output.stderr].concat();
        self.output = String::from_utf8_lossy(&bytes).into_owned();
    }

    /// Runs such a line, and sends it a signal after a while.
    pub fn kill(
        &mut self,
        line: impl AsRef<str>,
        signal: impl AsRef<str>,
        after: Duration,
    ) -> io::Result<()> {
        self.killed = self.words(line.as_ref())?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_untorn"))
            .args(&self.killed)
            .current_dir(self.directory.path())
            .env("TMPDIR", self.path("scratch"))
            .stdout(Stdio::null())
            .spawn()?;
        thread::sleep(after);
        let has_begun = !self.having_argument().is_empty();
        let process = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
        let signal: Signal = signal.as_ref().parse().map_err(io::Error::other)?;
        nix::sys::signal::kill(process, signal)?;
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

    /// What is left of the scratch directories and the mounts of `untorn`, a while later.
    pub fn left(&self) -> io::Result<Vec<String>> {
        let begun = Instant::now();
        loop {
            let mut left = Vec::new();
            for entry in fs::read_dir(self.path("scratch"))? {
                left.push(entry?.path().display().to_string());
            }
            let mounts = fs::read_to_string("/proc/self/mounts")?;
            let ours = mounts.lines().filter(|it| it.starts_with("untorn "));
            left.extend(ours.map(str::to_owned));
            if left.is_empty() || begun.elapsed() > DYING_MAX {
                return Ok(left);
            }
            thread::sleep(Duration::from_millis(5));
        }
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
        let mut command = self.untorn();
        command.args(words);
        self.run_command(command)
    }

    fn run_command(&mut self, mut command: Command) -> io::Result<()> {
        let output = command
            .envs(&self.variables)
            .current_dir(self.directory.path())
            .env("TMPDIR", self.path("scratch"))
            .output()?;
        self.keep(&output);
        Ok(())
    }

    /// Runs the features of this scenario in a process of their own.
    pub fn run_features(&mut self, runner: impl AsRef<str>) -> io::Result<()> {
        let output = Command::new(std::env::current_exe()?)
            .current_dir(self.directory.path())
            .env(fixture::PROJECT, self.directory.path())
            .env(fixture::RUNNER, runner.as_ref())
            .env("RUST_BACKTRACE", "0")
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
        words.extend(writer.command()?);
        self.run_words(&words)
    }

    /// The report as JSON.
    pub fn report(&self) -> io::Result<Value> {
        let text = fs::read_to_string(self.path("report.json"))
            .map_err(|error| io::Error::other(format!("{error}; it said:\n{}", self.output)))?;
        serde_json::from_str(&text).map_err(io::Error::other)
    }

    /// All cases of the report.
    pub fn cases(&self) -> io::Result<Vec<Value>> {
        let report = self.report()?;
        Ok(report["cases"].as_array().cloned().unwrap_or_default())
    }

    /// The case of the report that has the id.
    pub fn case(&self, id: impl AsRef<str>) -> io::Result<Value> {
        let id = id.as_ref();
        let found = self.cases()?.into_iter().find(|it| it["id"] == id);
        found.ok_or_else(|| io::Error::other(format!("no case {id}; it said:\n{}", self.output)))
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

/// Where the programs are that do one odd thing each.
fn programs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs")
}

/// Whether a browser is there.
pub fn probe_browser() -> Result<(), String> {
    probe("chromium")
}

/// Whether git is there.
pub fn probe_git() -> Result<(), String> {
    probe("git")
}

/// Whether the kernel has system calls of 32 bits, which a program of our own finds out.
pub fn probe_32_bit_calls() -> Result<(), String> {
    let found = || -> io::Result<bool> {
        let mut world = World::new()?;
        world.build("exotic")?;
        let mut command = Command::new(&world.program);
        command.arg("int80");
        world.run_command(command)?;
        Ok(world.code == 0 && world.output.is_empty())
    };
    match found() {
        Ok(true) => Ok(()),
        Ok(false) => Err("the kernel has none".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether an ordinary user may have name spaces.
pub fn probe_user_namespaces() -> Result<(), String> {
    succeeds("unshare", &["-Ur", "true"])
}

/// Whether files in memory, and those of scenarios, can have extended attributes.
pub fn probe_attributes() -> Result<(), String> {
    for directory in [std::env::temp_dir(), PathBuf::from("/dev/shm")] {
        let file = tempfile::NamedTempFile::new_in(&directory).map_err(|it| it.to_string())?;
        let flags = rustix::fs::XattrFlags::empty();
        rustix::fs::setxattr(file.path(), "user.probe", b"", flags)
            .map_err(|error| format!("{}: {error}", directory.display()))?;
    }
    Ok(())
}

/// Whether we may mount.
pub fn probe_root() -> Result<(), String> {
    succeeds("unshare", &["-m", "sh", "-c", "mount -t ramfs ramfs /mnt"])
}

/// Whether npm is there.
pub fn probe_npm() -> Result<(), String> {
    probe("npm")
}

/// Whether sqlite3 is there.
pub fn probe_sqlite3() -> Result<(), String> {
    probe("sqlite3")
}

/// Whether Python has pip.
pub fn probe_pip() -> Result<(), String> {
    let python = interpreter().map_err(|error| format!("python3: {error}"))?;
    succeeds(&python, &["-m", "pip", "--version"])
}

/// Whether a program can be kept to the second core.
pub fn probe_two_cores() -> Result<(), String> {
    succeeds("taskset", &["-c", "1", "true"])
}

/// Whether strace is there.
pub fn probe_strace() -> Result<(), String> {
    probe("strace")
}

fn succeeds(program: &str, arguments: &[&str]) -> Result<(), String> {
    match Command::new(program).args(arguments).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(error) => Err(format!("{program}: {error}")),
    }
}

fn probe(program: &str) -> Result<(), String> {
    let asked = Command::new(program).arg("--version").output();
    asked
        .map(drop)
        .map_err(|error| format!("{program}: {error}"))
}
