//! The course of the run: every scenario with its steps, what became of them, and when.

use std::{
    collections::HashMap,
    io,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use super::{
    super::status::{self, Outside, Status, StepResult},
    Stream, definition_id, pickle,
};
use crate::{case::CaseStep, judged::Judged, record::Record, verdict::Verdict};

/// The hook that makes the World.
pub(super) const MAKE: &str = "hook make";
/// The hook that finishes it.
pub(super) const FINISH: &str = "hook finish";

/// The id of the run.
const RUN: &str = "run";

/// Tells the run from its start to its end.
pub(super) fn tell(record: &Record<'_>, stream: &mut Stream<'_>) -> io::Result<()> {
    stream.send(&json!({ "testRunStarted": {
        "id": RUN, "timestamp": timestamp(record.started),
    } }))?;
    let definitions = record.definitions.iter().enumerate();
    let definitions: HashMap<_, _> = definitions
        .map(|(index, it)| (it.location.to_string(), definition_id(index)))
        .collect();
    let told: Vec<_> = record
        .judged
        .iter()
        .enumerate()
        .map(|(number, judged)| Told { number, judged })
        .collect();
    for it in &told {
        stream.send(&it.test_case(&definitions))?;
    }
    for it in &told {
        it.tell(record.started, stream)?;
    }
    stream.send(&json!({ "testRunFinished": {
        "testRunStartedId": RUN,
        "success": !record.is_red(),
        "timestamp": timestamp(record.started + record.duration),
    } }))
}

/// A scenario that is told, and its number among the pickles.
struct Told<'a> {
    number: usize,
    judged: &'a Judged<'a>,
}

/// A step of a test case: one of the scenario's, or a hook.
struct TestStep<'a> {
    id: String,
    result: StepResult<'a>,
    step: Option<(usize, &'a CaseStep)>,
    hook: Option<&'static str>,
}

impl Told<'_> {
    fn test_case(&self, definitions: &HashMap<String, String>) -> Value {
        let steps = self.steps().into_iter();
        let steps = steps.map(|it| it.declared(self.number, definitions));
        json!({ "testCase": {
            "id": format!("case {}", self.number),
            "pickleId": pickle::id(self.number),
            "testRunStartedId": RUN,
            "testSteps": steps.collect::<Vec<_>>(),
        } })
    }

    /// What was to be run, and what became of it; an expected failure has nothing behind it.
    fn steps(&self) -> Vec<TestStep<'_>> {
        let judged = self.judged;
        let last = match judged.verdict {
            Verdict::ExpectedFailure => judged.steps.len(),
            _ => judged.case.steps.len(),
        };
        let own = judged.case.steps[..last].iter().enumerate();
        let own = own.map(|(index, step)| TestStep {
            id: self.id(&format!("step {index}")),
            result: status::of_step(judged, index),
            step: Some((index, step)),
            hook: None,
        });
        let outside = status::outside(judged);
        let before = self.hook(MAKE, outside == Some(Outside::BeforeSteps));
        let after = self.hook(FINISH, outside == Some(Outside::AfterSteps));
        before.into_iter().chain(own).chain(after).collect()
    }

    /// The hook in which the scenario failed.
    fn hook(&self, hook: &'static str, failed: bool) -> Option<TestStep<'_>> {
        failed.then(|| TestStep {
            id: self.id(hook),
            result: status::failed_outside(self.judged),
            step: None,
            hook: Some(hook),
        })
    }

    fn id(&self, what: &str) -> String {
        format!("case {} {what}", self.number)
    }

    fn tell(&self, started: SystemTime, stream: &mut Stream<'_>) -> io::Result<()> {
        let attempt = self.id("attempt 0");
        let mut now = started;
        stream.send(&json!({ "testCaseStarted": {
            "id": attempt,
            "testCaseId": format!("case {}", self.number),
            "attempt": 0,
            "timestamp": timestamp(now),
        } }))?;
        let steps = self.steps();
        let telling = self.telling(&steps);
        for (index, step) in steps.iter().enumerate() {
            stream.send(&step.started(&attempt, now))?;
            now += step.result.took;
            if telling == Some(index) {
                self.attach(step, &attempt, now, stream)?;
            }
            stream.send(&step.finished(self.judged, &attempt, now))?;
        }
        stream.send(&json!({ "testCaseFinished": {
            "testCaseStartedId": attempt,
            "timestamp": timestamp(started + self.judged.duration),
            "willBeRetried": false,
        } }))
    }

    /// The number of the step that the scenario stopped at, to which belongs what was kept of it.
    fn telling(&self, steps: &[TestStep<'_>]) -> Option<usize> {
        let has_stopped = |step: &TestStep<'_>| match step.step {
            Some((index, _)) => Some(index) == self.judged.stopped_at,
            None => true,
        };
        steps.iter().position(has_stopped)
    }

    fn attach(
        &self,
        step: &TestStep<'_>,
        attempt: &str,
        now: SystemTime,
        stream: &mut Stream<'_>,
    ) -> io::Result<()> {
        let judged = self.judged;
        let expected = (judged.verdict == Verdict::ExpectedFailure).then_some(&judged.message);
        let evidence = Some(&judged.evidence).filter(|it| !it.is_empty());
        let attachments = [
            (expected, "expected failure.txt"),
            (evidence, "evidence.txt"),
        ];
        for (body, name) in attachments {
            let message = body.map(|body| step.attachment(attempt, body, name, now));
            message.map_or(Ok(()), |message| stream.send(&message))?;
        }
        Ok(())
    }
}

impl TestStep<'_> {
    fn declared(&self, number: usize, definitions: &HashMap<String, String>) -> Value {
        let Some((index, step)) = self.step else {
            return json!({ "id": self.id, "hookId": self.hook });
        };
        let values = step.values.iter().map(|range| {
            let (before, value) = (
                &step.step.value[..range.start],
                &step.step.value[range.clone()],
            );
            json!({ "group": { "start": before.chars().count(), "value": value, "children": [] } })
        });
        json!({
            "id": self.id,
            "pickleStepId": pickle::step_id(number, index),
            "stepDefinitionIds": definitions.get(&step.location).into_iter().collect::<Vec<_>>(),
            "stepMatchArgumentsLists": [{ "stepMatchArguments": values.collect::<Vec<_>>() }],
        })
    }

    fn started(&self, attempt: &str, now: SystemTime) -> Value {
        json!({ "testStepStarted": {
            "testCaseStartedId": attempt, "testStepId": self.id, "timestamp": timestamp(now),
        } })
    }

    fn finished(&self, judged: &Judged<'_>, attempt: &str, now: SystemTime) -> Value {
        let StepResult {
            status,
            took,
            message,
        } = self.result;
        let mut result = json!({ "status": word(status), "duration": duration(took) });
        if let Some(message) = message {
            result["message"] = message.into();
        }
        if status == Status::Failed {
            result["exception"] = json!({ "type": judged.verdict.name(), "message": message });
        }
        json!({ "testStepFinished": {
            "testCaseStartedId": attempt,
            "testStepId": self.id,
            "testStepResult": result,
            "timestamp": timestamp(now),
        } })
    }

    fn attachment(&self, attempt: &str, body: &str, name: &str, now: SystemTime) -> Value {
        json!({ "attachment": {
            "testCaseStartedId": attempt,
            "testStepId": self.id,
            "body": body,
            "contentEncoding": "IDENTITY",
            "mediaType": "text/plain",
            "fileName": name,
            "timestamp": timestamp(now),
        } })
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Passed => "PASSED",
        Status::Failed => "FAILED",
        Status::Pending => "PENDING",
        Status::Skipped => "SKIPPED",
    }
}

fn timestamp(time: SystemTime) -> Value {
    duration(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn duration(duration: Duration) -> Value {
    json!({ "seconds": duration.as_secs(), "nanos": duration.subsec_nanos() })
}
