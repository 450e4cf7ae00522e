//! A suite of features and the World that they run in: the way into this crate.

use std::{
    ffi::OsString,
    marker::PhantomData,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use crate::{
    Scenario,
    args::{self, HELP, Mode, Options},
    exit::{Exit, Stop},
    plan::{Plan, Planned, plan},
    play::Limits,
    report::terminal::Terminal,
    select::select,
    session::{Probe, Session},
    steps,
    values::{Format, Severity},
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
    root: PathBuf,
    folder: String,
    rerun_with: String,
    reports: Option<PathBuf>,
    requirements: Vec<(&'static str, Probe)>,
    guards: Vec<Probe>,
    limits: Limits,
    world: PhantomData<fn() -> W>,
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
            guards: Vec::new(),
            limits: Limits {
                scenario: Duration::from_mins(1),
                step: Duration::from_mins(1),
            },
            world: PhantomData,
        }
    }

    /// The command that runs these features, which a failure shows with the scenario's place behind it.
    #[must_use]
    pub fn rerun_with(mut self, command: impl Into<String>) -> Self {
        self.rerun_with = command.into();
        self
    }

    /// Writes `junit.xml`, `cucumber.json` and `rerun.txt` into `folder`, which is below the root.
    #[must_use]
    pub fn reports(mut self, folder: impl AsRef<Path>) -> Self {
        self.reports = Some(self.root.join(folder));
        self
    }

    /// Declares the tag `@needs_…`: where `probe` fails, its scenarios are skipped for that reason.
    ///
    /// The probe is called at most once, before the first scenario, and only where one of them is tagged.
    #[must_use]
    pub fn requires(
        mut self,
        tag: &'static str,
        probe: impl Fn() -> Result<(), String> + 'static,
    ) -> Self {
        self.requirements.push((tag, Box::new(probe)));
        self
    }

    /// Calls `guard` before the first scenario; where it fails nothing runs, and the exit code is 3.
    #[must_use]
    pub fn set_up(mut self, guard: impl Fn() -> Result<(), String> + 'static) -> Self {
        self.guards.push(Box::new(guard));
        self
    }

    /// How long a scenario may take, unless `--timeout` says otherwise; 60 seconds if neither does.
    #[must_use]
    pub fn scenario_timeout(mut self, limit: Duration) -> Self {
        self.limits.scenario = limit;
        self
    }

    /// How long a single step may take; 60 seconds unless this says otherwise.
    #[must_use]
    pub fn step_timeout(mut self, limit: Duration) -> Self {
        self.limits.step = limit;
        self
    }

    /// Does what the arguments of this process say, and returns its exit code.
    ///
    /// 0: all as expected; 1: something failed; 2: wrong arguments; 3: invalid features or set-up, or a
    /// report that cannot be written; 4: no scenario matches. The last line of a run is `N passed, N failed`,
    /// with `, N skipped` where some were.
    ///
    /// Takes over the process: the panic hook is set, and the thread of a step that blocked past its limit
    /// may still be at it on return, so `main` should return too.
    #[must_use]
    pub fn main(self) -> ExitCode {
        let exit = self
            .run(std::env::args_os().skip(1))
            .unwrap_or_else(|stop| {
                eprintln!("{stop}");
                stop.exit
            });
        ExitCode::from(exit as u8)
    }

    fn run(&self, arguments: impl Iterator<Item = OsString>) -> Result<Exit, Stop> {
        let options = args::parse(arguments, &self.root)
            .map_err(|error| Stop::because(Exit::Usage, &error))?;
        if options.mode == Mode::Help {
            print!("{HELP}");
            return Ok(Exit::AsExpected);
        }
        let plan = self.plan()?;
        let mut terminal = Terminal::new(options.color, options.quiet, self.rerun_with.clone());
        match options.mode {
            Mode::Steps => {
                terminal.line(steps::catalogue(&steps::definitions::<W>(), &plan.uses).trim_end());
            }
            Mode::List => list(&mut terminal, &plan.planned, &options),
            _ => return self.check_and_run(plan, &options, &mut terminal),
        }
        Ok(Exit::AsExpected)
    }

    fn plan(&self) -> Result<Plan<W>, Stop> {
        let known: Vec<_> = self.requirements.iter().map(|(tag, _)| *tag).collect();
        plan(&self.root, &self.folder, &known).map_err(|findings| {
            let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
            Stop::new(
                Exit::Invalid,
                format!(
                    "{}\n{} to put right; nothing was run",
                    lines.join("\n"),
                    lines.len()
                ),
            )
        })
    }

    fn check_and_run(
        &self,
        plan: Plan<W>,
        options: &Options,
        terminal: &mut Terminal,
    ) -> Result<Exit, Stop> {
        if options.filters.are_none() {
            judge_unused_steps::<W>(&plan, options)?;
        }
        let chosen = choose(plan.planned, options).map_err(|message| {
            terminal.summary(&[], 0);
            Stop::new(Exit::NothingSelected, message)
        })?;
        if options.mode == Mode::DryRun {
            terminal.line(&format!(
                "{} scenarios, nothing to put right; nothing was run",
                chosen.len()
            ));
            return Ok(Exit::AsExpected);
        }
        let limits = Limits {
            scenario: options.timeout.unwrap_or(self.limits.scenario),
            step: options
                .timeout
                .map_or(self.limits.step, |timeout| self.limits.step.max(timeout)),
        };
        let session = Session {
            options,
            limits,
            requirements: &self.requirements,
            guards: &self.guards,
            reports: self.reports.as_deref(),
        };
        session.run(chosen, terminal)
    }
}

fn choose<W>(mut planned: Vec<Planned<W>>, options: &Options) -> Result<Vec<Planned<W>>, String> {
    let cases: Vec<_> = planned.iter().map(|it| &it.case).collect();
    let chosen = select(&cases, &options.filters)?;
    let mut index = 0..;
    planned.retain(|_| index.next().is_some_and(|index| chosen.contains(&index)));
    Ok(planned)
}

/// A filter that matches nothing lists nothing: that is how nextest asks for what is ignored.
fn list<W>(terminal: &mut Terminal, planned: &[Planned<W>], options: &Options) {
    let cases: Vec<_> = planned.iter().map(|it| &it.case).collect();
    let chosen = select(&cases, &options.filters).unwrap_or_default();
    for index in &chosen {
        terminal.line(&format!("{}: test", cases[*index].id));
    }
    if options.format == Format::Pretty {
        terminal.line(&format!("\n{} tests, 0 benchmarks", chosen.len()));
    }
}

fn judge_unused_steps<W: Scenario>(plan: &Plan<W>, options: &Options) -> Result<(), Stop> {
    let unused = steps::unused(&steps::definitions::<W>(), &plan.uses).join("\n");
    if unused.is_empty() {
        return Ok(());
    }
    if options.unused_steps == Severity::Fail {
        return Err(Stop::new(Exit::Invalid, unused));
    }
    eprintln!(
        "{}",
        unused.replace(": no scenario", ": warning: no scenario")
    );
    Ok(())
}
