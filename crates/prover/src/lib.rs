//! Proves for any command that files are changed whole or not at all.
//!
//! [`Prover`] runs a command on a scratch copy of its files, lets each of its file-system calls fail in
//! turn with each error that the kernel could give, cuts its writes short, and kills it before each call. After
//! every fault it looks at the files, at the exit code and at what the same command does next, undisturbed.
//!
//! What it says holds for the command, the files and the program that were tried, and for one fault at a
//! time. Power cuts and a second writer are not tried. Linux on x86-64 and `AArch64` only.
//!
//! In a Rust test it is a [`Prover`]; in a feature, the steps of [`steps!`].
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! untorn::Prover::command(["git", "config", "--file", "settings", "user.name", "New"])?
//!     .fixture("tests/fixture")?
//!     .protect(["settings"])
//!     .run()?
//!     .assert_all_or_nothing();
//! # Ok(())
//! # }
//! ```

mod architecture;
mod baseline;
mod call;
mod case;
mod change;
mod crew;
mod effect;
mod fault;
mod feature;
mod filter;
mod home;
mod html;
mod judge;
mod junit;
mod leads;
mod line;
mod litter;
mod memory;
mod names;
mod origin;
mod pace;
mod plan;
mod program;
mod prove;
mod record;
mod replay;
mod report;
mod sandbox;
mod session;
mod shell;
mod strace;
mod table;
mod terminal;
mod trace;
mod tree;
mod visible;
mod whole;
mod wording;
mod worker;

pub mod cli;
pub mod gherkin;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use change::Change;
pub use fault::Point;
pub use judge::{Tear, Verdict, Whole};
pub use line::Moment;
pub use pace::Pace;
pub use replay::Replay;
pub use report::{Answer, Case, Fixture, Hashed, Report, SCHEMA};
pub use terminal::{show, show_replay};

use origin::Origin;
use program::Program;
use tree::{Node, Tree};
use visible::visible_path;

/// How long a run may take.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Why nothing was proved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// There is no such program.
    #[error("nothing was run: there is no program {}", name.display())]
    NoProgram {
        /// As it was asked for.
        name: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The fixture cannot be read.
    #[error("nothing was run: cannot read the fixture {}", visible_path(path))]
    Fixture {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A protected file is not one.
    #[error("nothing was run: {} cannot be protected: {why}", visible_path(path))]
    Protected {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: &'static str,
    },
    /// No scratch directory, or no process.
    #[error("nothing was run: no place to run it")]
    Scratch {
        /// Why.
        source: io::Error,
    },
    /// The command does not work even without a fault.
    #[error("nothing was proved: {why}")]
    Undisturbed {
        /// What happened.
        why: String,
    },
    /// No such fault in the plan of this command.
    #[error("nothing was run: this command has no case {id}")]
    NoSuchCase {
        /// The id.
        id: String,
    },
    /// There is no command of `strace` that does it.
    #[error("strace cannot do it: {why}")]
    NoStrace {
        /// Why not.
        why: &'static str,
    },
    /// A process of ours died.
    #[error("nothing was proved: the process that runs the command died")]
    Worker,
}

/// A command, the files that it must change whole or not at all, and how far to go.
#[derive(Clone, Debug)]
pub struct Prover {
    command: Vec<OsString>,
    program: Program,
    reader: Option<Program>,
    /// The reader as a shell would take it.
    reader_line: Option<String>,
    environment: Vec<(OsString, OsString)>,
    fixture: Tree,
    origin: Origin,
    /// What the fixture is a copy of, if it is one of a directory.
    fixture_directory: Option<PathBuf>,
    protected: Vec<PathBuf>,
    jobs: usize,
    shard: Option<(usize, usize)>,
    budget: Option<Duration>,
    timeout: Duration,
    is_plain: bool,
}

impl Prover {
    /// A command: a program, found as a shell would find it, and its arguments.
    ///
    /// It will run in a home directory of its own with hardly any environment.
    ///
    /// # Errors
    ///
    /// There is no such program.
    pub fn command<S: Into<OsString>>(
        command: impl IntoIterator<Item = S>,
    ) -> Result<Self, ProveError> {
        let command: Vec<OsString> = command.into_iter().map(Into::into).collect();
        let program = find(&command)?;
        Ok(Self {
            command,
            program,
            reader: None,
            reader_line: None,
            environment: Vec::new(),
            fixture: Tree::default(),
            origin: Origin::default(),
            fixture_directory: None,
            protected: Vec::new(),
            jobs: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            shard: None,
            budget: None,
            timeout: TIMEOUT,
            is_plain: false,
        })
    }

    /// The files that are there before: a copy of all that stands below `directory`, as old as that.
    ///
    /// # Errors
    ///
    /// It cannot be read, or a name in it is not UTF-8, or something in it is neither a file, a directory nor a link.
    pub fn fixture(mut self, directory: impl AsRef<Path>) -> Result<Self, ProveError> {
        let path = directory.as_ref();
        let refused = |path: &Path, source| ProveError::Fixture {
            path: path.to_path_buf(),
            source,
        };
        self.fixture = Tree::read(path).map_err(|source| refused(path, source))?;
        if let Some((name, why)) = self.fixture.cannot_be_copied() {
            let source = io::Error::new(io::ErrorKind::InvalidInput, why);
            return Err(refused(&path.join(name), source));
        }
        self.origin = Origin::of(path, &self.fixture);
        self.fixture_directory = Some(path.to_path_buf());
        Ok(self)
    }

    /// The files that are there before: copies of these, which stand below `directory`, where they exist.
    ///
    /// # Errors
    ///
    /// One of them cannot be read.
    pub fn fixture_files(
        mut self,
        directory: impl AsRef<Path>,
        files: &[PathBuf],
    ) -> Result<Self, ProveError> {
        let path = directory.as_ref();
        self.fixture = Tree::of_files(path, files).map_err(|source| ProveError::Fixture {
            path: path.to_path_buf(),
            source,
        })?;
        self.origin = Origin::of(path, &self.fixture);
        self.fixture_directory = None;
        Ok(self)
    }

    /// The files that must be changed whole or not at all, as one unit; relative to the fixture.
    #[must_use]
    pub fn protect<P: Into<PathBuf>>(mut self, files: impl IntoIterator<Item = P>) -> Self {
        self.protected = files.into_iter().map(Into::into).collect();
        self
    }

    /// A command that reads the files: states are then the same where it prints the same.
    ///
    /// # Errors
    ///
    /// There is no such program.
    pub fn reader<S: Into<OsString>>(
        mut self,
        command: impl IntoIterator<Item = S>,
    ) -> Result<Self, ProveError> {
        let command: Vec<OsString> = command.into_iter().map(Into::into).collect();
        self.reader = Some(find(&command)?);
        self.reader_line = Some(visible::reader_line(&command));
        Ok(self)
    }

    /// A variable of the environment in which the command runs.
    #[must_use]
    pub fn environment(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// How many runs there are at a time; as many as there are cores unless this says otherwise.
    #[must_use]
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs.max(1);
        self
    }

    /// Only the `part`th of so many parts of all faults, from one on.
    #[must_use]
    pub fn shard(mut self, part: usize, parts: usize) -> Self {
        self.shard = (1..=parts).contains(&part).then_some((part, parts));
        self
    }

    /// Stops once so much time has passed; what was not tried by then makes the answer inconclusive.
    #[must_use]
    pub fn budget(mut self, budget: Duration) -> Self {
        self.budget = Some(budget);
        self
    }

    /// How long a run may take; one under a fault may take 30 s, or 20 times the undisturbed run, but no longer
    /// than this.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Runs in a plain temporary directory, without name spaces; nothing keeps the command in it.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.is_plain = true;
        self
    }

    /// Checks what no run could make good.
    ///
    /// # Errors
    ///
    /// A protected file is outside of the fixture, or a directory, or its name is not UTF-8, or there is none.
    pub fn check(&self) -> Result<(), ProveError> {
        let refused = |path: &Path, why| {
            let path = path.to_path_buf();
            Err(ProveError::Protected { path, why })
        };
        if self.protected.is_empty() {
            return refused(Path::new(""), "no file is named");
        }
        for path in &self.protected {
            let is_inside = path.is_relative()
                && path
                    .components()
                    .all(|it| it != std::path::Component::ParentDir);
            if !is_inside {
                return refused(path, "it is outside of the fixture");
            }
            if path.to_str().is_none() {
                return refused(path, "its name is not UTF-8");
            }
            match self.fixture.get(path) {
                Some(Node::Directory { .. }) => return refused(path, "it is a directory"),
                Some(Node::Other) => return refused(path, "it is neither a file nor a link"),
                _ => {}
            }
        }
        Ok(())
    }
}

/// An error, and why.
fn with_cause(error: &ProveError) -> String {
    let cause = std::error::Error::source(error).map(|it| format!(": {it}"));
    format!("{error}{}", cause.unwrap_or_default())
}

fn find(command: &[OsString]) -> Result<Program, ProveError> {
    Program::find(command).map_err(|source| ProveError::NoProgram {
        name: command.first().map(PathBuf::from).unwrap_or_default(),
        source,
    })
}
