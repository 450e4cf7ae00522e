//! The proof: an undisturbed run, a plan of faults, and a run for each.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::baseline::Baseline;
use crate::change::describe_whole;
use crate::crew::{Crew, hear_all};
use crate::fault::Fault;
use crate::plan::{find, plan};
use crate::program::hashed;
use crate::report::{Case, Report, SCHEMA};
use crate::sandbox::{Place, Seat, isolate};
use crate::visible::{visible_path, words};
use crate::wording::duration;
use crate::worker::{Seen, Worker};
use crate::{ProveError, Prover, TIMEOUT};

/// What a worker tells.
#[derive(Serialize, Deserialize)]
enum Told {
    Baseline(Box<Baseline>),
    Case(Box<Case>),
    Done(Done),
    Failed(String),
}

/// What a worker has done.
#[derive(Serialize, Deserialize)]
struct Done {
    runs: usize,
    /// How many faults it left out.
    left_out: usize,
    seen: Seen,
}

impl Prover {
    /// Runs the command, undisturbed and under each fault.
    ///
    /// # Errors
    ///
    /// Nothing was proved; the error says why, and the user's own files were not touched.
    pub fn run(&self) -> Result<Report, ProveError> {
        self.run_showing(&|_, _| ())
    }

    /// As [`Prover::run`]; `progress` hears how many faults are done, and of how many.
    ///
    /// # Errors
    ///
    /// As those of [`Prover::run`].
    pub fn run_showing(&self, progress: &dyn Fn(usize, usize)) -> Result<Report, ProveError> {
        let begun = Instant::now();
        let place = self.place()?;
        let baseline = self.seek_baseline(&place)?;
        let mut report = self.report(&baseline);
        let faults = self.chosen(plan(&baseline), &mut report.doubts);
        if report.doubts.is_empty() {
            self.try_all(&place, &baseline, &faults, begun, progress, &mut report)?;
        } else {
            report.untried = faults.len();
        }
        report.took = begun.elapsed();
        Ok(report)
    }

    /// The calls of an undisturbed run.
    pub(crate) fn seek_points(&self) -> Result<Baseline, ProveError> {
        let place = self.place()?;
        self.seek_baseline(&place)
    }

    /// Name spaces where the system lets us have them, which is tried in a process of its own.
    pub(crate) fn place(&self) -> Result<Place, ProveError> {
        let program = Path::new(OsStr::from_bytes(self.program.path.to_bytes()));
        let needed = [program, &std::env::current_dir().unwrap_or_default()];
        let why = match Place::covered(&needed) {
            _ if self.is_plain => "none were asked for".to_owned(),
            None => "each directory that they could cover is missing or in use".to_owned(),
            Some(path) => match tried(path)? {
                Ok(()) => return Ok(Place::Covered(path)),
                Err(error) => error,
            },
        };
        Place::plain(why).map_err(|source| ProveError::Scratch { source })
    }

    /// Those of the shard; that there are none is a doubt.
    fn chosen(&self, faults: Vec<Fault>, doubts: &mut Vec<String>) -> Vec<Fault> {
        let Some((part, parts)) = self.shard else {
            return faults;
        };
        let planned = faults.len();
        if planned < part {
            doubts.push(format!(
                "none of the {planned} faults falls to shard {part}/{parts}"
            ));
        }
        let indexed = faults.into_iter().enumerate();
        indexed
            .filter(|(index, _)| index % parts == part - 1)
            .map(|it| it.1)
            .collect()
    }

    /// The options with which another run finds the same cases.
    fn options(&self) -> Vec<String> {
        let mut options = Vec::new();
        let mut add = |name: &str, value: String| options.extend([name.to_owned(), value]);
        if let Some(directory) = &self.fixture_directory {
            add("--fixture", directory.display().to_string());
        }
        if let Some(line) = &self.reader_line {
            add("--reader", line.clone());
        }
        for (name, value) in &self.environment {
            add("--env", format!("{}={}", name.display(), value.display()));
        }
        if self.timeout != TIMEOUT {
            add("--timeout", duration(self.timeout));
        }
        if self.is_plain {
            options.push("--plain".to_owned());
        }
        options
    }

    pub(crate) fn report(&self, baseline: &Baseline) -> Report {
        let succeeded = baseline.succeeded();
        let before = self.protected.iter().zip(&baseline.old.files);
        let before = before.map(|(path, content)| {
            format!(
                "{} {}",
                visible_path(path),
                describe_whole(content.as_ref())
            )
        });
        Report {
            schema: SCHEMA,
            command: words(&self.command),
            options: self.options(),
            programs: hashed(&self.program.path, &self.command),
            fixture: self.fixture.describe(self.fixture_directory.clone()),
            protected: self.protected.clone(),
            before: before.collect(),
            kernel: kernel(),
            points: succeeded.map(|it| it.point.clone()).collect(),
            cases: Vec::new(),
            untried: 0,
            shard: self.shard,
            doubts: baseline.doubts.iter().cloned().collect(),
            warnings: baseline.warnings.iter().cloned().collect(),
            runs: baseline.runs,
            took: Duration::ZERO,
        }
    }

    pub(crate) fn seek_baseline(&self, place: &Place) -> Result<Baseline, ProveError> {
        let mut found = Err(ProveError::Worker);
        let worker = Crew::fork(|tell| {
            let told =
                match Worker::begin(self, place, Seat::single()).and_then(|mut it| it.baseline()) {
                    Ok(Ok(baseline)) => Told::Baseline(Box::new(baseline)),
                    Ok(Err(why)) => Told::Failed(why),
                    Err(error) => Told::Failed(format!("cannot run the command: {error}")),
                };
            tell(&told);
        })?;
        worker.hear(|told| match told {
            Told::Baseline(baseline) => found = Ok(*baseline),
            Told::Failed(why) => found = Err(ProveError::Undisturbed { why }),
            Told::Case(_) | Told::Done(_) => {}
        });
        found
    }

    fn try_all(
        &self,
        place: &Place,
        baseline: &Baseline,
        faults: &[Fault],
        begun: Instant,
        progress: &dyn Fn(usize, usize),
        report: &mut Report,
    ) -> Result<(), ProveError> {
        let is_spent = || self.budget.is_some_and(|budget| begun.elapsed() >= budget);
        let workers = Seat::row(self.jobs.min(faults.len()).max(1)).map(|seat| {
            Crew::fork(|tell| {
                let mut worker = match Worker::begin(self, place, seat) {
                    Ok(worker) => worker,
                    Err(error) => return tell(&Told::Failed(error.to_string())),
                };
                let mut left_out = 0;
                for fault in faults.iter().skip(seat.number).step_by(self.jobs) {
                    if is_spent() {
                        left_out += 1;
                        continue;
                    }
                    match worker.case(baseline, fault) {
                        Ok(case) => tell(&Told::Case(Box::new(case))),
                        Err(error) => return tell(&Told::Failed(format!("{fault}: {error}"))),
                    }
                }
                tell(&Told::Done(Done {
                    runs: worker.runs,
                    left_out,
                    seen: worker.seen,
                }));
            })
        });
        let workers: Vec<Crew> = workers.collect::<Result<_, _>>()?;
        let mut by_id = BTreeMap::new();
        let mut seen = Seen {
            doubts: BTreeSet::new(),
            warnings: baseline.warnings.clone(),
        };
        let count = workers.len();
        let mut done = 0;
        hear_all(workers, |told| match told {
            Told::Case(case) => {
                by_id.insert(case.id.clone(), *case);
                progress(by_id.len(), faults.len());
            }
            Told::Done(mut told) => {
                report.runs += told.runs;
                report.untried += told.left_out;
                seen.doubts.append(&mut told.seen.doubts);
                seen.warnings.append(&mut told.seen.warnings);
                done += 1;
            }
            Told::Failed(why) => {
                seen.doubts.insert(why);
            }
            Told::Baseline(_) => {}
        });
        if done < count {
            let died = "a worker ended before its work was done".to_owned();
            seen.doubts.insert(died);
        }
        report.doubts.extend(seen.doubts);
        report.warnings = seen.warnings.into_iter().collect();
        let in_order = faults
            .iter()
            .filter_map(|fault| by_id.remove(&fault.to_string()));
        report.cases = in_order.collect();
        let lost = faults.len() - report.cases.len() - report.untried;
        if lost > 0 {
            let doubt = format!("of {lost} faults nobody has told what came of them");
            report.doubts.push(doubt);
        }
        report.keep_first_lines();
        Ok(())
    }

    /// The command of `strace` that does what the case `id` does, in a copy of the fixture.
    ///
    /// # Errors
    ///
    /// There is no such case, or `strace` cannot do it.
    pub fn strace(&self, id: &str) -> Result<String, ProveError> {
        let baseline = self.seek_points()?;
        let fault = find(&baseline, id)?;
        let pairs = self.environment.iter();
        let environment: Vec<String> = pairs
            .map(|(name, value)| format!("{}={}", name.display(), value.display()))
            .collect();
        let words = words(&self.command);
        let command = crate::strace::command(&fault, &baseline.steps, &environment, &words);
        command.map_err(|why| ProveError::NoStrace { why })
    }
}

/// What comes of name spaces that cover `path`, in a process of its own.
fn tried(path: &Path) -> Result<Result<(), String>, ProveError> {
    let worker = Crew::fork(|tell| {
        tell(&isolate(path).map_err(|error| error.to_string()));
    })?;
    let mut tried = Err("the process that tried died".to_owned());
    worker.hear(|told| tried = told);
    Ok(tried)
}

fn kernel() -> String {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/sys/kernel/{name}"));
    let words =
        [read("ostype"), read("osrelease")].map(|it| it.unwrap_or_default().trim().to_owned());
    words.join(" ")
}
