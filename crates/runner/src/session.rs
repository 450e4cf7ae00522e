//! One run of chosen scenarios: what they need, the crew, the judgements, the reports.

use std::{
    collections::{HashMap, HashSet},
    env,
    fs::File,
    ops::ControlFlow,
    path::Path,
    sync::Arc,
    time::{Instant, SystemTime},
};

use crate::{
    Scenario,
    args::Options,
    attach::Attached,
    case::{Case, Scope},
    crew::{self, Stage},
    exit::{Exit, Stop},
    hooks::{Failure, Hooks, Level, Side},
    judged::Judged,
    output::{self, OUTPUT, Redirect, Wanted},
    panics::{self, Trouble},
    play::Limits,
    record::{Around, Record},
    report::{self, terminal::Terminal},
    select::shuffle,
    signal,
    steps::Definition,
    store::{Store, Ticket},
    tally::{Cases, Tally},
    texts::Texts,
    values::Output,
    verdict::End,
};

/// Finds out whether something holds on this machine.
pub(crate) type Probe = Box<dyn Fn() -> Result<(), String>>;

/// Everything that a run depends on but its scenarios.
pub(crate) struct Session<'a, W> {
    pub(crate) options: &'a Options,
    pub(crate) limits: Limits,
    /// How many scenarios run at a time, where there are as many.
    pub(crate) jobs: usize,
    pub(crate) requirements: &'a [(&'static str, Probe)],
    pub(crate) hooks: &'a Arc<Hooks<W>>,
    /// What the features are told by, where something belongs to none of them.
    pub(crate) folder: &'a str,
    /// Where they are.
    pub(crate) features: &'a Path,
    pub(crate) reports: Option<&'a Path>,
    pub(crate) texts: &'a Texts,
    pub(crate) definitions: &'a [Definition],
    pub(crate) rerun_with: &'a str,
}

/// What the crew found out.
struct Found {
    tally: Tally,
    /// The hooks after something that failed.
    failures: Vec<Failure>,
    never_begun: usize,
    still_red: Vec<Arc<Case>>,
}

impl<W: Scenario> Session<'_, W> {
    /// Runs `chosen`, which are in the order of their files.
    pub(crate) fn run(
        &self,
        store: &Arc<Store<W>>,
        mut chosen: Vec<Ticket>,
        terminal: &mut Terminal,
    ) -> Result<Exit, Stop> {
        panics::install_hook();
        let _turn = self.turn(&chosen)?;
        let started = (SystemTime::now(), Instant::now());
        let mut around = Around::default();
        let begun = self.before_run(&mut around);
        let left_out = begun.and_then(|trouble| self.left_out(trouble, store, &chosen));
        let left_out = left_out.map_err(|stop| self.stopped(stop))?;
        if let Some(seed) = self.options.seed {
            terminal.line(&format!(
                "seed {seed}; the same order again: --seed {seed} --jobs 1"
            ));
            shuffle(&mut chosen, seed);
        }
        let mut tally = Tally::new(self.reports.is_some());
        let jobs = left_out.runnable(chosen, store, |judged| {
            terminal.progress(&judged);
            tally.keep(Arc::new(judged));
        });
        let played = jobs.and_then(|jobs| self.play(jobs, store, tally, terminal));
        let mut found = played.map_err(|stop| self.stopped(stop))?;
        found.failures.extend(self.after_run(&mut around));
        Ok(self.report(found, &around, &**store, started, terminal))
    }

    /// Under nextest each scenario has a process of its own: waits until those of the others may run beside `chosen`,
    /// and keeps out those that may not, until the file is dropped.
    fn turn(&self, chosen: &[Ticket]) -> Result<Option<File>, Stop> {
        if env::var_os("NEXTEST").is_none() {
            return Ok(None);
        }
        let is_serial = chosen.iter().any(|it| it.is_serial);
        let lock = if is_serial {
            File::lock
        } else {
            File::lock_shared
        };
        let features = File::open(self.features);
        let locked = features.and_then(|features| lock(&features).map(|()| Some(features)));
        locked.map_err(|error| {
            let message = format!("cannot lock {}: {error}", self.features.display());
            Stop::new(Exit::Invalid, message)
        })
    }

    /// Runs the hooks before the run; one of them may leave out all of it.
    fn before_run(&self, around: &mut Around) -> Result<Option<Trouble>, Stop> {
        let ran = self.hooks.around(Level::Run, Side::Before, None);
        around.attached.extend(attached());
        around.before = ran.runs;
        let trouble = ran.troubles.into_iter().next();
        match trouble {
            Some(it) if it.end == End::Error => Err(Stop::new(Exit::Invalid, it.told())),
            trouble => Ok(trouble),
        }
    }

    /// The end of a run that cannot go on: the hooks after it have their say all the same.
    fn stopped(&self, stop: Stop) -> Stop {
        let failures = self.after_run(&mut Around::default()).into_iter();
        failures.fold(stop, |stop, failure| stop.and(&failure.message))
    }

    /// What is left out of the run: all of it for a hook's `trouble`, or what needs something that is not met here.
    ///
    /// Only those requirements are probed that somebody has who would be run.
    fn left_out(
        &self,
        trouble: Option<Trouble>,
        store: &Store<W>,
        chosen: &[Ticket],
    ) -> Result<LeftOut, Stop> {
        let mut unmet = HashMap::new();
        if trouble.is_some() {
            return Ok(LeftOut { trouble, unmet });
        }
        let mut tags = HashSet::new();
        for ticket in chosen.iter().filter(|it| it.has_needs) {
            tags.extend(store.get(ticket)?.case.tags.iter().cloned());
        }
        for (tag, requirement) in self.requirements {
            if tags.contains(*tag) {
                unmet.extend(probe(requirement)?.err().map(|reason| (*tag, reason)));
            }
        }
        Ok(LeftOut { trouble, unmet })
    }

    fn play(
        &self,
        jobs: Vec<Ticket>,
        store: &Arc<Store<W>>,
        mut tally: Tally,
        terminal: &mut Terminal,
    ) -> Result<Found, Stop> {
        let redirect = self.redirect()?;
        let stage = Stage {
            store: Arc::clone(store),
            retries: self.options.retry_errors,
            hooks: Arc::clone(self.hooks),
            limits: self.limits,
            fail_fast: self.options.fail_fast,
            wanted_of_green: self.wanted_of_green(),
            redirect: redirect.clone(),
        };
        let mut failures = Vec::new();
        let jobs = Arc::new(jobs);
        let mut begun = vec![false; jobs.len()];
        let ran = crew::run(
            Arc::clone(&jobs),
            self.jobs.min(jobs.len()),
            stage,
            |index, done| {
                let has_failed = !done.after.is_empty();
                failures.extend_from_slice(&done.after);
                begun[index] = true;
                let it = done.judged;
                terminal.progress(&it);
                let is_red = it.verdict.is_red() || has_failed;
                tally.add(jobs[index].clone(), it);
                if self.options.fail_fast && is_red {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        );
        if let Some(redirect) = redirect {
            redirect.end();
        }
        let (never_begun, late) = ran?;
        failures.extend(late.unwrap_or_else(|trouble| vec![self.failure(trouble.message)]));
        let lost = signal::lost_anywhere().into_iter();
        let told = lost.map(|it| format!("an assertion failed where nobody waited for it: {it}"));
        failures.extend(told.map(|message| self.failure(message)));
        Ok(Found {
            still_red: self.still_red(store, &jobs, &begun)?,
            tally,
            failures,
            never_begun,
        })
    }

    /// Those of `jobs` that a rerun file named and that were never `begun`: nobody has shown that they are green.
    fn still_red(
        &self,
        store: &Store<W>,
        jobs: &[Ticket],
        begun: &[bool],
    ) -> Result<Vec<Arc<Case>>, Stop> {
        if !self.options.filters.is_rerun {
            return Ok(Vec::new());
        }
        let left = jobs.iter().zip(begun).filter(|(_, begun)| !**begun);
        left.map(|(it, _)| Ok(store.get(it)?.case)).collect()
    }

    /// Reports tell what a scenario printed also where it passes.
    fn wanted_of_green(&self) -> Wanted {
        match self.options.output {
            Output::Always => Wanted::Whole,
            _ if self.reports.is_some() => Wanted::Lines,
            _ => Wanted::Nothing,
        }
    }

    /// Keeps what is printed while scenarios run, unless it is to be seen as it comes.
    fn redirect(&self) -> Result<Option<Arc<Redirect>>, Stop> {
        if self.options.output == Output::AtOnce {
            return Ok(None);
        }
        let redirect = Redirect::begin(self.reports).map_err(|error| {
            let what = "cannot keep what scenarios print";
            let message = match self.reports {
                Some(folder) => format!("{what} in {}: {error}", folder.join(OUTPUT).display()),
                None => format!("{what}: {error}; see --nocapture"),
            };
            Stop::new(Exit::Invalid, message)
        })?;
        Ok(Some(Arc::new(redirect)))
    }

    fn after_run(&self, around: &mut Around) -> Vec<Failure> {
        let ran = self.hooks.around(Level::Run, Side::After, None);
        around.attached.extend(attached());
        around.after.clone_from(&ran.runs);
        Failure::of(&Arc::new(Scope::of_run(self.folder)), ran.runs)
    }

    /// Something that went wrong in the name of the run.
    fn failure(&self, message: String) -> Failure {
        Failure {
            scope: Arc::new(Scope::of_run(self.folder)),
            message,
            run: None,
        }
    }

    fn report(
        &self,
        found: Found,
        around: &Around,
        cases: &dyn Cases,
        (started, since): (SystemTime, Instant),
        terminal: &mut Terminal,
    ) -> Exit {
        let outside = cases_outside(&found.failures);
        let mut tally = found.tally;
        for (case, failure) in outside.iter().zip(found.failures) {
            let it = Judged::error(case, failure);
            terminal.progress(&it);
            tally.keep(Arc::new(it));
        }
        tally.sort();
        let record = Record {
            texts: self.texts,
            definitions: self.definitions,
            hooks: &self.hooks.infos(),
            around,
            tally: &tally,
            cases,
            never_begun: found.never_begun,
            still_red: &found.still_red,
            started,
            duration: since.elapsed(),
            seed: self.options.seed,
            jobs: self.jobs,
            rerun_with: self.rerun_with,
        };
        let folder = self.reports;
        let written = folder.map_or(Ok(()), |it| report::write_all(it, &record));
        if let Err(error) = &written {
            terminal.trouble(&Stop::because(Exit::Invalid, error).to_string());
        }
        terminal.summary(&tally, found.never_begun);
        match written {
            Err(_) => Exit::Invalid,
            Ok(()) if record.is_red() => Exit::Failed,
            Ok(()) => Exit::AsExpected,
        }
    }
}

/// A case for each of `failures`, no two of one name.
fn cases_outside(failures: &[Failure]) -> Vec<Arc<Case>> {
    let mut numbers = HashMap::new();
    let case = |failure: &Failure| {
        let Scope { path, line, .. } = &*failure.scope;
        let number = numbers.entry((path.clone(), *line)).or_insert(0);
        *number += 1;
        Arc::new(Case::of_scope(&failure.scope, *number))
    };
    failures.iter().map(case).collect()
}

/// What was attached on this thread since the last time.
fn attached() -> Vec<Attached> {
    output::pile().map_or_else(Vec::new, |pile| pile.take())
}

/// A probe that panics says nothing about the machine, so the run stops.
fn probe(probe: &Probe) -> Result<Result<(), String>, Stop> {
    panics::caught(probe).map_err(|trouble| {
        let message = format!("the set-up panicked: {}", trouble.told());
        Stop::new(Exit::Invalid, message)
    })
}

/// What is left out of a run, and why.
struct LeftOut {
    /// Why all of it is.
    trouble: Option<Trouble>,
    /// The requirements that are not met, with the reason.
    unmet: HashMap<&'static str, String>,
}

impl LeftOut {
    /// Those of `chosen` that are not left out; the others are `judged`.
    fn runnable<W>(
        &self,
        chosen: Vec<Ticket>,
        store: &Store<W>,
        mut judged: impl FnMut(Judged),
    ) -> Result<Vec<Ticket>, Stop> {
        if self.trouble.is_none() && self.unmet.is_empty() {
            return Ok(chosen);
        }
        let mut runnable = Vec::new();
        for ticket in chosen {
            if self.trouble.is_none() && !ticket.has_needs {
                runnable.push(ticket);
                continue;
            }
            let case = store.get(&ticket)?.case;
            match self.reason(&case) {
                Some(trouble) => judged(Judged::left_out(&case, trouble)),
                None => runnable.push(ticket),
            }
        }
        Ok(runnable)
    }

    /// Why `case` is left out, if it is.
    fn reason(&self, case: &Case) -> Option<Trouble> {
        let mut tags = case.tags.iter();
        let unmet = tags.find_map(|tag| self.unmet.get_key_value(tag.as_str()));
        let unmet = unmet.map(|(tag, reason)| Trouble::skip(format!("@{tag}: {reason}")));
        self.trouble.clone().or(unmet)
    }
}
