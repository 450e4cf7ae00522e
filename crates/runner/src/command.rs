//! Does what a command line says: help, lists, checks, or a run.

use std::{env, ffi::OsString, mem, num::NonZero, path::PathBuf, sync::Arc};

use crate::{
    Scenario, Suite,
    args::{self, HELP, Mode, Options},
    exit::{Exit, Stop},
    gate,
    hooks::Hooks,
    output::complain,
    plan::{Asked, Plan, cores, plan},
    report::{self, Hold, terminal::Terminal},
    session::Session,
    steps,
    store::Ticket,
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
        let hooks = Arc::new(mem::take(&mut self.hooks));
        let plan = self.plan(&hooks, options)?;
        match options.mode {
            Mode::Steps => {
                terminal.line(steps::catalogue(&steps::definitions::<W>(), &plan.uses).trim_end());
            }
            Mode::List => list(terminal, plan, options)?,
            _ => return self.check_and_run(plan, &hooks, options, terminal),
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

    fn plan(&self, hooks: &Hooks<W>, options: &Options) -> Result<Plan<W>, Stop> {
        let known: Vec<_> = self.requirements.iter().map(|(tag, _)| *tag).collect();
        if let Some(tag) = known.iter().find(|tag| !tag.starts_with(tdd::REQUIREMENT)) {
            let message = format!("Suite::requires: @{tag} does not begin with @needs_");
            return Err(Stop::new(Exit::Invalid, message));
        }
        let asked = Asked {
            root: &self.root,
            folder: &self.folder,
            known: &known,
            hooks,
            filters: &options.filters,
            tell: options.mode == Mode::Run && self.reports_folder(options).is_some(),
        };
        plan(&asked).map_err(|findings| {
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
        let chosen = in_shard(plan.chosen, options).map_err(|message| {
            terminal.summary(&Tally::new(false), 0);
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
            texts: &plan.texts,
            definitions: &steps::definitions::<W>(),
            rerun_with: &self.rerun_with,
        };
        session.run(&Arc::new(plan.store), chosen, terminal)
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

/// Those of the chosen that are in the shard.
fn in_shard(chosen: Result<Vec<Ticket>, String>, options: &Options) -> Result<Vec<Ticket>, String> {
    let Some(shard) = options.shard else {
        return chosen;
    };
    let mut index = 0..;
    let mut chosen = chosen?;
    chosen.retain(|_| index.next().is_some_and(|it| shard.has(it)));
    if chosen.is_empty() {
        return Err(format!("no scenario is left for shard {shard}"));
    }
    Ok(chosen)
}

/// A filter that matches nothing lists nothing: that is how nextest asks for what is ignored.
fn list<W>(terminal: &mut Terminal, plan: Plan<W>, options: &Options) -> Result<(), Stop> {
    let chosen = in_shard(plan.chosen, options).unwrap_or_default();
    for ticket in &chosen {
        let planned = plan.store.get(ticket)?;
        terminal.line(&format!("{}: test", planned.case.id()));
    }
    if options.format == Format::Pretty {
        terminal.line(&format!("\n{} tests, 0 benchmarks", chosen.len()));
    }
    Ok(())
}

fn judge_unused<W: Scenario>(
    plan: &Plan<W>,
    hooks: &Hooks<W>,
    options: &Options,
) -> Result<(), Stop> {
    let unused = [
        steps::unused(&steps::definitions::<W>(), &plan.uses),
        hooks.unused(&plan.used_hooks),
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
