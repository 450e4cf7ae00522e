//! Does what a command line says: help, lists, checks, or a run.

use std::{collections::HashSet, env, ffi::OsString, mem, num::NonZero, path::PathBuf, sync::Arc};

use crate::{
    Scenario, Suite,
    args::{self, HELP, Mode, Options},
    exit::{Exit, Stop},
    gate,
    hooks::Hooks,
    output::complain,
    plan::{Plan, Planned, cores, plan},
    report::{self, Hold, terminal::Terminal},
    select::select,
    session::Session,
    steps,
    tally::Tally,
    tdd,
    values::{Format, Severity},
};

impl<W: Scenario> Suite<W> {
    /// Follows `arguments`, which do not begin with the name of the program.
    ///
    /// # Errors
    ///
    /// [`Stop`] says why no scenario was run, or why their reports are not there.
    pub(crate) fn run(mut self, arguments: impl Iterator<Item = OsString>) -> Result<Exit, Stop> {
        let (options, parsed) = args::parse(arguments, &self.root);
        let held = match options.mode {
            Mode::Run => self.hold_reports(&options, parsed.is_ok()),
            _ => Ok(None),
        };
        parsed.map_err(|error| Stop::because(Exit::Usage, &error))?;
        let _held = held?;
        let mut terminal = Terminal::new(&options, self.rerun_with.clone())
            .map_err(|error| Stop::because(Exit::Invalid, &error))?;
        let exit = self.follow(&options, &mut terminal)?;
        terminal.end().map_err(|error| {
            let message = format!("cannot write to standard output: {error}");
            Stop::new(Exit::Invalid, message)
        })?;
        Ok(exit)
    }

    fn follow(&mut self, options: &Options, terminal: &mut Terminal) -> Result<Exit, Stop> {
        if options.mode == Mode::Help {
            terminal.line(HELP.trim_end());
            return Ok(Exit::AsExpected);
        }
        if options.mode == Mode::TddGate {
            return gate::run(&self.root, &self.folder, options, terminal);
        }
        let tell = options.mode == Mode::Run && self.reports_folder(options).is_some();
        let plan = self.plan(tell)?;
        match options.mode {
            Mode::Steps => {
                terminal.line(steps::catalogue(&steps::definitions::<W>(), &plan.uses).trim_end());
            }
            Mode::List => list(terminal, &plan.planned, options),
            _ => {
                let hooks = Arc::new(mem::take(&mut self.hooks));
                return self.check_and_run(plan, &hooks, options, terminal);
            }
        }
        Ok(Exit::AsExpected)
    }

    /// Keeps other runs out of the folder for reports, which is made if it is `needed`, and removes what a former
    /// one has left there.
    fn hold_reports(&self, options: &Options, needed: bool) -> Result<Option<Hold>, Stop> {
        let Some(folder) = self.reports_folder(options) else {
            return Ok(None);
        };
        let held =
            report::hold(&folder, needed).map_err(|error| Stop::because(Exit::Invalid, &error))?;
        report::remove_all(&folder).map_err(|error| Stop::because(Exit::Invalid, &error))?;
        Ok(held)
    }

    fn plan(&self, tell: bool) -> Result<Plan<W>, Stop> {
        let known: Vec<_> = self.requirements.iter().map(|(tag, _)| *tag).collect();
        if let Some(tag) = known.iter().find(|tag| !tag.starts_with(tdd::REQUIREMENT)) {
            let message = format!("Suite::requires: @{tag} does not begin with @needs_");
            return Err(Stop::new(Exit::Invalid, message));
        }
        plan(&self.root, &self.folder, &known, tell).map_err(|findings| {
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
        hooks: &Arc<Hooks<W>>,
        options: &Options,
        terminal: &mut Terminal,
    ) -> Result<Exit, Stop> {
        if !hooks.wrong().is_empty() {
            return Err(Stop::new(Exit::Invalid, hooks.wrong().join("\n")));
        }
        if options.filters.are_none() || options.unused_steps == Severity::Fail {
            judge_unused(&plan, hooks, options)?;
        }
        let chosen = choose(plan.planned, options).map_err(|message| {
            terminal.summary(&Tally::default(), 0);
            Stop::new(Exit::NothingSelected, message)
        })?;
        if options.mode == Mode::DryRun {
            terminal.line(&format!(
                "{} scenarios, nothing to put right; nothing was run",
                chosen.len()
            ));
            return Ok(Exit::AsExpected);
        }
        let reports = self.reports_folder(options);
        let declared = self.jobs.map(NonZero::get);
        let session = Session {
            options,
            limits: self.limits.within(options.timeout),
            jobs: options.jobs.or(declared).unwrap_or_else(cores),
            requirements: &self.requirements,
            hooks,
            folder: &self.folder,
            features: &self.root.join(&self.folder),
            reports: reports.as_deref(),
            documents: &plan.documents,
            definitions: &steps::definitions::<W>(),
            rerun_with: &self.rerun_with,
        };
        session.run(chosen, terminal)
    }
}

impl<W> Suite<W> {
    /// Where the reports go. nextest runs a process for each scenario, and reports by itself.
    fn reports_folder(&self, options: &Options) -> Option<PathBuf> {
        let asked = options.report.as_ref().map(|folder| self.root.join(folder));
        let is_alone = env::var_os("NEXTEST").is_none();
        asked.or_else(|| self.reports.clone().filter(|_| is_alone))
    }
}

fn choose<W>(planned: Vec<Planned<W>>, options: &Options) -> Result<Vec<Planned<W>>, String> {
    let chosen: HashSet<_> = chosen(&planned, options)?.into_iter().collect();
    let planned = planned.into_iter().enumerate();
    Ok(planned
        .filter(|(index, _)| chosen.contains(index))
        .map(|(_, it)| it)
        .collect())
}

/// The numbers of those that the filters let through and that are in the shard.
fn chosen<W>(planned: &[Planned<W>], options: &Options) -> Result<Vec<usize>, String> {
    let cases: Vec<_> = planned.iter().map(|it| &*it.case).collect();
    let selected = select(&cases, &options.filters)?.into_iter().enumerate();
    let in_shard = |index| options.shard.is_none_or(|shard| shard.has(index));
    let chosen: Vec<_> = selected
        .filter(|(index, _)| in_shard(*index))
        .map(|(_, case)| case)
        .collect();
    match options.shard.filter(|_| chosen.is_empty()) {
        Some(shard) => Err(format!("no scenario is left for shard {shard}")),
        None => Ok(chosen),
    }
}

/// A filter that matches nothing lists nothing: that is how nextest asks for what is ignored.
fn list<W>(terminal: &mut Terminal, planned: &[Planned<W>], options: &Options) {
    let chosen = chosen(planned, options).unwrap_or_default();
    for index in &chosen {
        terminal.line(&format!("{}: test", planned[*index].case.id));
    }
    if options.format == Format::Pretty {
        terminal.line(&format!("\n{} tests, 0 benchmarks", chosen.len()));
    }
}

fn judge_unused<W: Scenario>(
    plan: &Plan<W>,
    hooks: &Hooks<W>,
    options: &Options,
) -> Result<(), Stop> {
    let cases = plan.planned.iter().map(|it| &*it.case);
    let unused = [
        steps::unused(&steps::definitions::<W>(), &plan.uses),
        hooks.unused(&cases),
    ];
    let unused = unused.concat().join("\n");
    if unused.is_empty() {
        return Ok(());
    }
    if options.unused_steps == Severity::Fail {
        return Err(Stop::new(Exit::Invalid, unused));
    }
    complain(&unused.replace(": no scenario", ": warning: no scenario"));
    Ok(())
}
