//! A suite of features and the World that they run in: the way into this crate.

use std::{
    num::NonZero,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use crate::{
    Scenario,
    hooks::Hooks,
    output::{complain, watched},
    play::Declared,
    session::Probe,
};

/// A folder of feature files, and how they are run.
///
/// ```no_run
/// # #[derive(Debug, Default, cucumber::World)]
/// # struct World;
/// # impl untorn_runner::Scenario for World {}
/// fn main() -> std::process::ExitCode {
///     untorn_runner::Suite::<World>::new(env!("CARGO_MANIFEST_DIR"), "features").main()
/// }
/// ```
pub struct Suite<W> {
    pub(crate) root: PathBuf,
    pub(crate) folder: String,
    pub(crate) rerun_with: String,
    pub(crate) reports: Option<PathBuf>,
    pub(crate) requirements: Vec<(&'static str, Probe)>,
    pub(crate) hooks: Hooks<W>,
    pub(crate) limits: Declared,
    pub(crate) jobs: Option<NonZero<usize>>,
}

impl<W: Scenario> Suite<W> {
    /// The suite of every `*.feature` in `folder`, which is below the project's `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, folder: impl Into<String>) -> Self {
        Self {
            root: root.into(),
            folder: folder.into(),
            rerun_with: "cargo test --test features --".to_owned(),
            reports: None,
            requirements: Vec::new(),
            hooks: Hooks::default(),
            limits: Declared::default(),
            jobs: None,
        }
    }

    /// The command that runs these features, which a failure shows with the scenario's place behind it.
    #[must_use]
    pub fn rerun_with(mut self, command: impl Into<String>) -> Self {
        self.rerun_with = command.into();
        self
    }

    /// Writes `report.html`, `junit.xml`, `messages.ndjson`, `cucumber.json` and `rerun.txt` into `folder`, which is
    /// below the root unless it is absolute.
    #[must_use]
    pub fn reports(mut self, folder: impl AsRef<Path>) -> Self {
        self.reports = Some(self.root.join(folder));
        self
    }

    /// Declares the tag `@needs_…`: where `probe` fails, its scenarios are skipped for that reason.
    ///
    /// The probe is called at most once, before the first scenario, and only where one of them is tagged. The `@` may
    /// be left out, `needs_` may not: only so a misspelt tag of a scenario is noticed, which would else run
    /// unasked. A suite that declares another tag is invalid.
    #[must_use]
    pub fn requires(
        mut self,
        tag: &'static str,
        probe: impl Fn() -> Result<(), String> + 'static,
    ) -> Self {
        let tag = tag.strip_prefix('@').unwrap_or(tag);
        self.requirements.push((tag, Box::new(probe)));
        self
    }

    /// How long a scenario may take; `--timeout` can make that less, but not more.
    ///
    /// Unless this says otherwise, it is what `--timeout` says, or 60 seconds.
    #[must_use]
    pub fn scenario_timeout(mut self, limit: Duration) -> Self {
        self.limits.scenario = Some(limit);
        self
    }

    /// How long a single step or hook may take, in the same way.
    #[must_use]
    pub fn step_timeout(mut self, limit: Duration) -> Self {
        self.limits.step = Some(limit);
        self
    }

    /// How many scenarios run at a time, unless `--jobs` says otherwise; as many as there are cores if neither does.
    ///
    /// More of them keep the cores busy where scenarios wait, for a child process or for the time to pass.
    #[must_use]
    pub fn jobs(mut self, count: NonZero<usize>) -> Self {
        self.jobs = Some(count);
        self
    }

    /// Does what the arguments of this process say, and returns its exit code.
    ///
    /// 0: all as expected; 1: something failed; 2: wrong arguments; 3: invalid features or set-up, a
    /// report or a line that cannot be written, or another run at work with the same folder of reports; 4: no scenario
    /// matches. The last line of a run is `N passed, N failed`, with `, N skipped` where some were.
    ///
    /// Takes over the process: the panic hook is set, and the thread of a step that blocked past its limit
    /// may still be at it on return, so `main` should return too.
    #[must_use]
    pub fn main(self) -> ExitCode {
        let arguments = std::env::args_os().skip(1);
        let done = watched("the run, outside of its scenarios", || self.run(arguments));
        let exit = done.unwrap_or_else(|stop| {
            complain(&stop.to_string());
            stop.exit
        });
        ExitCode::from(exit as u8)
    }
}
