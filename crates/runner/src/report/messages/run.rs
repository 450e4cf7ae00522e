//! The course of the run: every scenario with its steps, what became of them, and when.

use std::{
    collections::HashMap,
    io,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use super::{
    super::status::{self, Outside, Status, StepResult},
    Stream, attachment, definition_id, hooks, pickle,
};
use crate::{
    attach::{Attachment, Owner},
    case::CaseStep,
    hooks::{HookRun, Level},
    judged::Judged,
    record::Record,
    tally::Item,
    verdict::Verdict,
};

/// The id of the run.
const RUN: &str = "run";

/// Tells the run from its start to its end, its scenarios in the order in which they began.
pub(super) fn tell(record: &Record<'_>, stream: &mut Stream<'_>) -> io::Result<()> {
    stream.send(&json!({ "testRunStarted": {
        "id": RUN, "timestamp": timestamp(record.started),
    } }))?;
    let mut now = record.started;
    for run in &record.around.before {
        now += run.took;
        tell_hook(&format!("before {}", run.hook), run, now, record, stream)?;
    }
    let mut items: Vec<_> = record.tally.items().iter().copied().enumerate().collect();
    let tally = record.tally;
    items.sort_by_key(|(_, it)| {
        (
            tally.is_outside(*it),
            tally.started(*it).unwrap_or(record.started),
        )
    });
    let count = items.partition_point(|(_, it)| !tally.is_outside(*it));
    let (scenarios, others) = items.split_at(count);
    let definitions = definitions(record);
    each(record, scenarios, |it| {
        stream.send(&it.test_case(&definitions))
    })?;
    each(record, scenarios, |it| it.tell(record, stream))?;
    each(record, others, |it| it.tell_hooks(record, stream))?;
    let end = record.started + record.duration;
    for run in &record.around.after {
        tell_hook(&format!("after {}", run.hook), run, end, record, stream)?;
    }
    stream.send(&json!({ "testRunFinished": {
        "testRunStartedId": RUN,
        "success": !record.is_red(),
        "timestamp": timestamp(record.started + record.duration),
    } }))
}

/// Calls `tell` with each of the judgements.
fn each(
    record: &Record<'_>,
    items: &[(usize, Item)],
    mut tell: impl FnMut(Told<'_>) -> io::Result<()>,
) -> io::Result<()> {
    items.iter().try_for_each(|(number, item)| {
        let judged = record.judged(*item)?;
        tell(Told {
            number: *number,
            judged: &judged,
        })
    })
}

/// The ids of the step functions, by their places.
fn definitions(record: &Record<'_>) -> HashMap<String, String> {
    let definitions = record.definitions.iter().enumerate();
    definitions
        .map(|(index, it)| (it.location.to_string(), definition_id(index)))
        .collect()
}

/// A scenario that is told, and its number among the pickles.
struct Told<'a> {
    number: usize,
    judged: &'a Judged,
}

/// A step of a test case: one of the scenario's, or a hook, by its number.
enum TestStep<'a> {
    Make,
    Before(usize),
    Step(usize, &'a CaseStep),
    After(usize),
    Finish,
}

impl<'a> Told<'a> {
    /// The earlier attempts, and the last one.
    fn attempts(&self) -> impl Iterator<Item = &'a Judged> + Clone {
        self.judged.earlier.iter().chain([self.judged])
    }

    fn test_case(&self, definitions: &HashMap<String, String>) -> Value {
        let steps = self.steps().into_iter();
        let steps = steps.map(|it| it.declared(self.number, definitions));
        json!({ "testCase": {
            "id": self.id(),
            "pickleId": pickle::id(self.number),
            "testRunStartedId": RUN,
            "testSteps": steps.collect::<Vec<_>>(),
        } })
    }

    fn id(&self) -> String {
        format!("case {}", self.number)
    }

    /// What was to be run in any attempt; an expected failure has no step behind it.
    fn steps(&self) -> Vec<TestStep<'a>> {
        let is_at = |wanted| {
            let mut attempts = self.attempts();
            attempts.any(|it| status::outside(it) == Some(wanted))
        };
        let begun = self.attempts().map(|it| it.steps.len()).max();
        let own = self.judged.case.steps.iter().enumerate();
        let own = own.take(match self.judged.verdict {
            Verdict::ExpectedFailure => begun.unwrap_or_default(),
            _ => usize::MAX,
        });
        let make = is_at(Outside::BeforeSteps).then_some(TestStep::Make);
        let before = numbers(self.attempts().flat_map(|it| &it.before));
        let after = numbers(self.attempts().flat_map(|it| &it.after));
        let finish = is_at(Outside::AfterSteps).then_some(TestStep::Finish);
        make.into_iter()
            .chain(before.into_iter().map(TestStep::Before))
            .chain(own.map(|(index, step)| TestStep::Step(index, step)))
            .chain(after.into_iter().map(TestStep::After))
            .chain(finish)
            .collect()
    }

    fn tell(&self, record: &Record<'_>, stream: &mut Stream<'_>) -> io::Result<()> {
        let steps = self.steps();
        let last = self.judged.earlier.len();
        for (number, judged) in self.attempts().enumerate() {
            let attempt = Attempt {
                id: format!("{} attempt {number}", self.id()),
                case: self.number,
                judged,
                started: judged.started.unwrap_or(record.started),
            };
            stream.send(&attempt.begins(number))?;
            attempt.tell(&steps, stream)?;
            stream.send(&json!({ "testCaseFinished": {
                "testCaseStartedId": attempt.id,
                "timestamp": timestamp(attempt.started + judged.duration),
                "willBeRetried": number < last,
            } }))?;
        }
        Ok(())
    }

    /// What failed after a feature or a rule, or in no hook at all; what runs around the run is told whatever came
    /// of it.
    fn tell_hooks(&self, record: &Record<'_>, stream: &mut Stream<'_>) -> io::Result<()> {
        let end = record.started + record.duration;
        let around_run = |run: &HookRun| record.hooks[run.hook].level == Level::Run;
        let runs = self.judged.after.iter().filter(|run| !around_run(run));
        for (index, run) in runs.enumerate() {
            let id = format!("{} hook {index}", self.id());
            tell_hook(&id, run, end, record, stream)?;
        }
        if self.judged.after.is_empty() {
            let hook = RunHook {
                id: &format!("{} end", self.id()),
                hook: hooks::END,
                result: status::failed_outside(self.judged),
            };
            hook.begins(end, stream)?;
            hook.ends(end, stream)?;
        }
        Ok(())
    }
}

/// A hook of no scenario that ended at `end`, with what it attached.
fn tell_hook(
    id: &str,
    run: &HookRun,
    end: SystemTime,
    record: &Record<'_>,
    stream: &mut Stream<'_>,
) -> io::Result<()> {
    let hook = RunHook {
        id,
        hook: &hooks::id(run.hook),
        result: status::of_hook(run),
    };
    hook.begins(end, stream)?;
    let owner = json!({ "testRunHookStartedId": id });
    let attached = record.around.attached.iter();
    for it in attached.filter(|it| it.owner == Owner::Hook(run.hook)) {
        stream.send(&attachment::attached(&owner, end, &it.what))?;
    }
    hook.ends(end, stream)
}

/// A hook of no scenario, and what became of it.
struct RunHook<'a> {
    id: &'a str,
    hook: &'a str,
    result: StepResult<'a>,
}

impl RunHook<'_> {
    fn begins(&self, end: SystemTime, stream: &mut Stream<'_>) -> io::Result<()> {
        let start = end.checked_sub(self.result.took).unwrap_or(end);
        stream.send(&json!({ "testRunHookStarted": {
            "id": self.id,
            "testRunStartedId": RUN,
            "hookId": self.hook,
            "timestamp": timestamp(start),
        } }))
    }

    fn ends(&self, end: SystemTime, stream: &mut Stream<'_>) -> io::Result<()> {
        stream.send(&json!({ "testRunHookFinished": {
            "testRunHookStartedId": self.id,
            "result": result(self.result, Verdict::Error),
            "timestamp": timestamp(end),
        } }))
    }
}

/// The numbers of hooks, each of them once.
fn numbers<'a>(runs: impl Iterator<Item = &'a HookRun>) -> Vec<usize> {
    let mut numbers = Vec::new();
    for run in runs {
        if !numbers.contains(&run.hook) {
            numbers.push(run.hook);
        }
    }
    numbers
}

impl TestStep<'_> {
    fn id(&self, case: usize) -> String {
        match self {
            Self::Make => format!("case {case} make"),
            Self::Before(hook) => format!("case {case} before {hook}"),
            Self::Step(index, _) => format!("case {case} step {index}"),
            Self::After(hook) => format!("case {case} after {hook}"),
            Self::Finish => format!("case {case} finish"),
        }
    }

    /// Whose what it attaches is; nobody can attach anything where there is no hook.
    fn owner(&self) -> Option<Owner> {
        match self {
            Self::Make | Self::Finish => None,
            Self::Before(hook) | Self::After(hook) => Some(Owner::Hook(*hook)),
            Self::Step(index, _) => Some(Owner::Step(*index)),
        }
    }

    fn declared(&self, case: usize, definitions: &HashMap<String, String>) -> Value {
        let hook = |hook: &str| json!({ "id": self.id(case), "hookId": hook });
        let (index, step) = match self {
            Self::Make => return hook(hooks::MAKE),
            Self::Before(number) | Self::After(number) => return hook(&hooks::id(*number)),
            Self::Finish => return hook(hooks::FINISH),
            Self::Step(index, step) => (*index, step),
        };
        json!({
            "id": self.id(case),
            "pickleStepId": pickle::step_id(case, index),
            "stepDefinitionIds": definitions.get(&step.place_of_function()).into_iter().collect::<Vec<_>>(),
            "stepMatchArgumentsLists": [{ "stepMatchArguments": arguments(step) }],
        })
    }

    /// What became of it in this attempt, if it was due there.
    fn result<'j>(&self, judged: &'j Judged) -> Option<StepResult<'j>> {
        let outside = status::outside(judged);
        let of_hook = |runs: &'j [HookRun], hook: usize| {
            let mut runs = runs.iter();
            runs.find(|run| run.hook == hook).map(status::of_hook)
        };
        let failed = |wanted| (outside == Some(wanted)).then(|| status::failed_outside(judged));
        let is_due =
            |index| judged.verdict != Verdict::ExpectedFailure || index < judged.steps.len();
        match self {
            Self::Make => failed(Outside::BeforeSteps),
            Self::Before(hook) => of_hook(&judged.before, *hook),
            Self::Step(index, _) => is_due(*index).then(|| status::of_step(judged, *index)),
            Self::After(hook) => of_hook(&judged.after, *hook),
            Self::Finish => failed(Outside::AfterSteps),
        }
    }

    /// Whether the attempt came to its end here.
    fn is_end_of(&self, judged: &Judged, result: StepResult<'_>) -> bool {
        match self {
            Self::Step(index, _) => judged.stopped_at == Some(*index),
            _ => judged.stopped_at.is_none() && result.status == Status::Failed,
        }
    }
}

fn arguments(step: &CaseStep) -> Vec<Value> {
    let text = step.step.value.as_str();
    let argument = |range: &std::ops::Range<usize>| {
        let start = text[..range.start].chars().count();
        json!({ "group": { "start": start, "value": &text[range.clone()], "children": [] } })
    };
    step.values.iter().map(argument).collect()
}

/// One attempt at a scenario.
struct Attempt<'a> {
    id: String,
    /// The number of its test case.
    case: usize,
    judged: &'a Judged,
    started: SystemTime,
}

impl Attempt<'_> {
    fn begins(&self, number: usize) -> Value {
        let mut told = json!({
            "id": self.id,
            "testCaseId": format!("case {}", self.case),
            "attempt": number,
            "timestamp": timestamp(self.started),
        });
        if let Some(worker) = self.judged.worker {
            told["workerId"] = worker.to_string().into();
        }
        json!({ "testCaseStarted": told })
    }

    /// Every step that was due, with what was kept of the attempt at the one where it ended.
    fn tell(&self, steps: &[TestStep<'_>], stream: &mut Stream<'_>) -> io::Result<()> {
        let due = steps
            .iter()
            .filter_map(|step| Some((step, step.result(self.judged)?)));
        let due: Vec<_> = due.collect();
        let ends = due
            .iter()
            .position(|(step, result)| step.is_end_of(self.judged, *result));
        let telling = ends.or(due.len().checked_sub(1));
        let mut now = self.started;
        for (index, (step, done)) in due.into_iter().enumerate() {
            let owner = step.owner();
            let step = step.id(self.case);
            stream.send(&json!({ "testStepStarted": {
                "testCaseStartedId": self.id, "testStepId": step, "timestamp": timestamp(now),
            } }))?;
            now += done.took;
            self.attached(owner, &step, now, stream)?;
            if telling == Some(index) {
                self.kept(&step, now, stream)?;
            }
            stream.send(&json!({ "testStepFinished": {
                "testCaseStartedId": self.id,
                "testStepId": step,
                "testStepResult": result(done, self.judged.verdict),
                "timestamp": timestamp(now),
            } }))?;
        }
        Ok(())
    }

    /// What `owner`, the step with this id, has attached.
    fn attached(
        &self,
        owner: Option<Owner>,
        step: &str,
        now: SystemTime,
        stream: &mut Stream<'_>,
    ) -> io::Result<()> {
        let attached = self.judged.attached.iter();
        let mut attached = attached.filter(|it| Some(it.owner) == owner);
        attached.try_for_each(|it| self.attach(step, now, &it.what, stream))
    }

    fn attach(
        &self,
        step: &str,
        now: SystemTime,
        what: &Attachment,
        stream: &mut Stream<'_>,
    ) -> io::Result<()> {
        let owner = json!({ "testCaseStartedId": self.id, "testStepId": step });
        stream.send(&attachment::attached(&owner, now, what))
    }

    /// What was kept of the attempt.
    fn kept(&self, step: &str, now: SystemTime, stream: &mut Stream<'_>) -> io::Result<()> {
        let judged = self.judged;
        let expected = match judged.verdict {
            Verdict::ExpectedFailure => judged.message.as_str(),
            _ => "",
        };
        let attachments = [
            (expected, "expected failure.txt"),
            (&judged.evidence, "evidence.txt"),
            (&judged.output, "output.txt"),
        ];
        let mut kept = attachments.iter().filter(|(body, _)| !body.is_empty());
        kept.try_for_each(|(body, name)| {
            self.attach(step, now, &Attachment::text(*body).named(*name), stream)
        })
    }
}

fn result(done: StepResult<'_>, verdict: Verdict) -> Value {
    let mut result = json!({ "status": word(done.status), "duration": duration(done.took) });
    if let Some(message) = done.message {
        result["message"] = message.into();
    }
    if done.status == Status::Failed {
        result["exception"] = json!({ "type": verdict.name(), "message": done.message });
    }
    result
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Passed => "PASSED",
        Status::Failed => "FAILED",
        Status::Pending => "PENDING",
        Status::Skipped => "SKIPPED",
    }
}

pub(super) fn timestamp(time: SystemTime) -> Value {
    duration(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn duration(duration: Duration) -> Value {
    json!({ "seconds": duration.as_secs(), "nanos": duration.subsec_nanos() })
}
