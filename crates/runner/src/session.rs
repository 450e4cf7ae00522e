//! One run of chosen scenarios: what they need, the crew, the judgements, the reports.

use std::{
    collections::HashMap,
    ops::ControlFlow,
    panic::catch_unwind,
    path::Path,
    thread,
    time::{Instant, SystemTime},
};

use crate::{
    Scenario,
    args::Options,
    case::Case,
    crew::{self, Job},
    document::Document,
    exit::{Exit, Stop},
    judged::Judged,
    panics,
    plan::Planned,
    play::Limits,
    record::Record,
    report::{self, terminal::Terminal},
    select::shuffle,
    steps::Definition,
    tdd,
};

/// Finds out whether something holds on this machine.
pub(crate) type Probe = Box<dyn Fn() -> Result<(), String>>;

/// Everything that a run depends on but its scenarios.
pub(crate) struct Session<'a> {
    pub(crate) options: &'a Options,
    pub(crate) limits: Limits,
    pub(crate) requirements: &'a [(&'static str, Probe)],
    pub(crate) guards: &'a [Probe],
    pub(crate) reports: Option<&'a Path>,
    pub(crate) documents: &'a [Document],
    pub(crate) definitions: &'a [Definition],
    pub(crate) rerun_with: &'a str,
}

impl Session<'_> {
    /// Runs `chosen`, which are in the order of their files.
    pub(crate) fn run<W: Scenario>(
        &self,
        mut chosen: Vec<Planned<W>>,
        terminal: &mut Terminal,
    ) -> Result<Exit, Stop> {
        let started = (SystemTime::now(), Instant::now());
        for guard in self.guards {
            probe(guard)?.map_err(|message| {
                Stop::new(Exit::Invalid, format!("the set-up failed: {message}"))
            })?;
        }
        let unmet = self.unmet(&chosen)?;
        if let Some(seed) = self.options.seed {
            terminal.line(&format!(
                "seed {seed}; the same order again: --seed {seed} --jobs 1"
            ));
            shuffle(&mut chosen, seed);
        }
        let (skipped, runnable): (Vec<_>, Vec<_>) = chosen
            .into_iter()
            .partition(|it| reason(&it.case, &unmet).is_some());
        let skipped: Vec<_> = skipped.into_iter().map(|it| it.case).collect();
        let (cases, jobs): (Vec<_>, Vec<_>) = runnable.into_iter().map(into_job).unzip();
        let mut judged = Vec::new();
        for case in &skipped {
            judged.push(Judged::skipped(
                case,
                reason(case, &unmet).unwrap_or_default(),
            ));
        }
        for it in &judged {
            terminal.progress(it);
        }
        let never_begun = self.play(&cases, jobs, &mut judged, terminal);
        self.report(judged, never_begun, started, terminal)
    }

    /// The requirements that are not met here, with the reason; only those that somebody has are probed.
    fn unmet<W>(&self, chosen: &[Planned<W>]) -> Result<HashMap<&'static str, String>, Stop> {
        let mut unmet = HashMap::new();
        for (tag, requirement) in self.requirements {
            if chosen.iter().any(|it| it.case.is_tagged(tag)) {
                unmet.extend(probe(requirement)?.err().map(|reason| (*tag, reason)));
            }
        }
        Ok(unmet)
    }

    /// How many scenarios run at a time, where there are as many.
    fn jobs(&self) -> usize {
        let all_cores = || thread::available_parallelism().map_or(1, Into::into);
        self.options.jobs.unwrap_or_else(all_cores)
    }

    fn play<'a, W: Scenario>(
        &self,
        cases: &'a [Case],
        jobs: Vec<Job<W>>,
        judged: &mut Vec<Judged<'a>>,
        terminal: &mut Terminal,
    ) -> usize {
        panics::install_hook();
        crew::run(
            jobs,
            self.jobs().min(cases.len()),
            self.limits,
            |index, played| {
                let it = Judged::played(&cases[index], played);
                terminal.progress(&it);
                let stop = self.options.fail_fast && it.verdict.is_red();
                judged.push(it);
                if stop {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        )
    }

    fn report(
        &self,
        mut judged: Vec<Judged<'_>>,
        never_begun: usize,
        (started, since): (SystemTime, Instant),
        terminal: &mut Terminal,
    ) -> Result<Exit, Stop> {
        judged.sort_by_key(|it| (it.case.path(), it.case.line));
        let record = Record {
            documents: self.documents,
            definitions: self.definitions,
            judged: &judged,
            never_begun,
            started,
            duration: since.elapsed(),
            seed: self.options.seed,
            jobs: self.jobs(),
            rerun_with: self.rerun_with,
        };
        terminal.summary(&judged, never_begun);
        if let Some(folder) = self.reports {
            report::write_all(folder, &record)
                .map_err(|error| Stop::because(Exit::Invalid, &error))?;
        }
        Ok(if record.is_red() {
            Exit::Failed
        } else {
            Exit::AsExpected
        })
    }
}

/// A probe that panics says nothing about the machine, so the run stops.
fn probe(probe: &Probe) -> Result<Result<(), String>, Stop> {
    let answer = catch_unwind(std::panic::AssertUnwindSafe(probe));
    answer.map_err(|payload| {
        Stop::new(
            Exit::Invalid,
            format!("the set-up panicked: {}", panics::explain(payload).message),
        )
    })
}

fn reason(case: &Case, unmet: &HashMap<&'static str, String>) -> Option<String> {
    let tag = case
        .tags
        .iter()
        .find_map(|tag| unmet.get_key_value(tag.as_str()));
    tag.map(|(tag, reason)| format!("@{tag}: {reason}"))
}

fn into_job<W>(planned: Planned<W>) -> (Case, Job<W>) {
    let serial = planned.case.is_tagged(tdd::SERIAL);
    (
        planned.case,
        Job {
            steps: planned.steps,
            serial,
        },
    )
}
