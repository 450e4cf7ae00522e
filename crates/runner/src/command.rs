//! Does what a command line says: help, lists, checks, or a run.

use std::{collections::HashSet, ffi::OsString};

use crate::{
    Scenario, Suite,
    args::{self, HELP, Mode, Options},
    exit::{Exit, Stop},
    plan::{Plan, Planned, plan},
    play::Limits,
    report::{self, terminal::Terminal},
    select::select,
    session::Session,
    steps,
    values::{Format, Severity},
};

impl<W: Scenario> Suite<W> {
    /// Follows `arguments`, which do not begin with the name of the program.
    ///
    /// # Errors
    ///
    /// [`Stop`] says why no scenario was run, or why their reports are not there.
    pub(crate) fn run(&self, arguments: impl Iterator<Item = OsString>) -> Result<Exit, Stop> {
        let options = args::parse(arguments, &self.root)
            .map_err(|error| Stop::because(Exit::Usage, &error))?;
        let mut terminal = Terminal::new(options.color, options.quiet, self.rerun_with.clone());
        if options.mode == Mode::Help {
            terminal.line(HELP.trim_end());
            return Ok(Exit::AsExpected);
        }
        if options.mode == Mode::Run {
            self.remove_reports()?;
        }
        let plan = self.plan()?;
        match options.mode {
            Mode::Steps => {
                terminal.line(steps::catalogue(&steps::definitions::<W>(), &plan.uses).trim_end());
            }
            Mode::List => list(&mut terminal, &plan.planned, &options),
            _ => return self.check_and_run(plan, &options, &mut terminal),
        }
        Ok(Exit::AsExpected)
    }

    fn remove_reports(&self) -> Result<(), Stop> {
        let mut folder = self.reports.iter();
        folder
            .try_for_each(|folder| report::remove_all(folder))
            .map_err(|error| Stop::because(Exit::Invalid, &error))
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
            documents: &plan.documents,
            definitions: &steps::definitions::<W>(),
            rerun_with: &self.rerun_with,
        };
        session.run(chosen, terminal)
    }
}

fn choose<W>(planned: Vec<Planned<W>>, options: &Options) -> Result<Vec<Planned<W>>, String> {
    let cases: Vec<_> = planned.iter().map(|it| &it.case).collect();
    let chosen: HashSet<_> = select(&cases, &options.filters)?.into_iter().collect();
    let planned = planned.into_iter().enumerate();
    Ok(planned
        .filter(|(index, _)| chosen.contains(index))
        .map(|(_, it)| it)
        .collect())
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
