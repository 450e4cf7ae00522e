//! One worker: runs programs on its own copy of the files, and knows what they have touched.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::CString;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use untorn_tracee::{Instruction, Launch, Starter, interrupt_every};

use crate::Prover;
use crate::case::Rerun;
use crate::fault::Fault;
use crate::filter::{Stops, filter};
use crate::home::Touched;
use crate::judge::State;
use crate::names::Names;
use crate::program::{Program, environment};
use crate::record::Recording;
use crate::report::Group;
use crate::sandbox::{Place, Sandbox, Seat};
use crate::session::{Session, Step};
use crate::trace::{self, End};
use crate::tree::Tree;
use crate::visible::visible_path;

/// How often the clock is looked at while a program runs.
const TICK: Duration = Duration::from_millis(20);

/// What runs have shown beside their results.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// Why the answer cannot be trusted.
    pub(crate) doubts: BTreeSet<String>,
    /// What a reader should know, though it does not change the answer.
    pub(crate) warnings: BTreeSet<String>,
}

/// What is looked at in a run.
pub(crate) enum Watch {
    /// Each call, and what it returns and does.
    Results(Recording),
    /// Each call.
    Calls,
    /// Each call that changes something.
    Changes,
}

/// One run, and what was seen of it.
pub(crate) struct Ran {
    pub(crate) end: End,
    pub(crate) steps: Vec<Step>,
    pub(crate) has_struck: bool,
    pub(crate) names: Names,
    pub(crate) recording: Option<Recording>,
}

/// All that the runs of one worker share.
pub(crate) struct Worker<'a> {
    pub(crate) prover: &'a Prover,
    pub(crate) sandbox: Sandbox,
    starters: BTreeMap<(&'a Program, Stops), Starter>,
    nothing: File,
    output: File,
    pub(crate) runs: usize,
    pub(crate) reruns: BTreeMap<u64, Rerun>,
    pub(crate) seen: Seen,
    /// What runs may have changed since the files were looked at.
    pub(crate) touched: Touched,
    /// The groups of which a case has its time line.
    pub(crate) lined: BTreeSet<Group>,
}

impl<'a> Worker<'a> {
    pub(crate) fn begin(prover: &'a Prover, place: &Place, seat: Seat) -> io::Result<Self> {
        let (nothing, output) = (File::open("/dev/null")?, tempfile::tempfile()?);
        interrupt_every(TICK)?;
        Ok(Self {
            sandbox: Sandbox::enter(place, seat)?,
            prover,
            starters: BTreeMap::new(),
            nothing,
            output,
            runs: 0,
            reruns: BTreeMap::new(),
            seen: Seen::default(),
            touched: Touched::Anything,
            lined: BTreeSet::new(),
        })
    }

    /// Runs the command once on the files that are there.
    pub(crate) fn run(
        &mut self,
        names: Names,
        fault: Option<&Fault>,
        watch: Watch,
        limit: Duration,
    ) -> io::Result<Ran> {
        let root = self.sandbox.root().to_path_buf();
        let session = Session::new(&root, names, fault);
        let (mut session, stops) = match watch {
            Watch::Results(recording) => (session.recording(recording), Stops::Everywhere),
            Watch::Calls => (session, Stops::Everywhere),
            Watch::Changes => (session.at_changes(), Stops::AtChanges),
        };
        let ended = self.start((&self.prover.program, stops), &mut session, limit)?;
        let mut paths = session.steps.iter().flat_map(|it| &it.paths);
        if let Some(path) = paths.find(|it| it.to_str().is_none()) {
            let name = visible_path(path.strip_prefix("home").unwrap_or(path));
            let why = format!("it has a file whose name is not UTF-8: {name}"); // which no report could tell
            return Err(io::Error::new(io::ErrorKind::InvalidFilename, why));
        }
        let seen = &mut self.seen;
        seen.doubts
            .extend(session.doubts.iter().map(ToString::to_string));
        seen.warnings.append(&mut session.warnings);
        if ended.has_daemon {
            let daemon = "something outlived the command, and was killed".to_owned();
            seen.warnings.insert(daemon);
        }
        Ok(Ran {
            end: ended.end,
            steps: std::mem::take(&mut session.steps),
            has_struck: session.has_struck,
            names: session.names.clone(),
            recording: session.into_recording(),
        })
    }

    fn start(
        &mut self,
        (program, stops): (&'a Program, Stops),
        session: &mut Session<'_>,
        limit: Duration,
    ) -> io::Result<trace::Ended> {
        self.begin_run()?;
        let key = (program, stops);
        if self.starters.contains_key(&key) {
            session.knows_program();
        } else {
            let starter = self.starter(program, Some(&filter(stops)))?;
            self.starters.insert(key, starter);
        }
        let ended = trace::run(&self.starters[&key], session, limit);
        self.touched.add(session.touched());
        ended
    }

    /// Takes away what the last run has printed.
    pub(crate) fn begin_run(&mut self) -> io::Result<()> {
        self.runs += 1;
        self.output.set_len(0)?;
        self.output.rewind()
    }

    /// A process that starts `program` again and again, with the filter or alone.
    pub(crate) fn starter(
        &self,
        program: &Program,
        filter: Option<&[Instruction]>,
    ) -> io::Result<Starter> {
        let home = self.sandbox.home.path();
        let environment = environment(home, &self.sandbox.temporary(), &self.prover.environment)?;
        let directory = CString::new(home.as_os_str().as_bytes())?;
        let launch = Launch::new(
            (&program.path, &program.arguments),
            &environment,
            &directory,
            (self.nothing.as_fd(), self.output.as_fd()),
            filter,
        );
        launch.prepare()
    }

    pub(crate) fn printed(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.output.rewind()?;
        self.output.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Makes everything as it was before the first run.
    pub(crate) fn reset(&mut self) -> io::Result<()> {
        self.tree()?; // so that it is known what has to be put back
        self.sandbox
            .reset(&self.prover.fixture, &self.prover.origin)
    }

    /// What stands in the home directory now.
    pub(crate) fn tree(&mut self) -> io::Result<Rc<Tree>> {
        let touched = std::mem::take(&mut self.touched);
        self.sandbox.home.look(touched)
    }

    /// What the protected files are now.
    pub(crate) fn state(&mut self, tree: &Tree, limit: Duration) -> io::Result<State> {
        let reader = match &self.prover.reader {
            None => None,
            Some(reader) => {
                let root = self.sandbox.root().to_path_buf();
                let mut session = Session::new(&root, Names::default(), None).at_changes();
                let ended = self.start((reader, Stops::AtChanges), &mut session, limit)?;
                let doubts = session.doubts.iter().map(|it| format!("the reader: {it}"));
                self.seen.doubts.extend(doubts);
                if *self.tree()? != *tree {
                    self.sandbox.home.restore(tree)?; // it may have repaired what a clean run is to find
                }
                Some((ended.end, self.printed()?))
            }
        };
        Ok(State::of(tree, &self.prover.protected, reader))
    }
}
