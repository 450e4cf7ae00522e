//! The hooks of a suite, and those that the runner has: two for every scenario, and one for the run.

use std::io;

use serde_json::{Value, json};

use super::Stream;
use crate::{
    hooks::{HookInfo, Level, Side},
    signal::Place,
};

/// The hook that makes the World.
pub(super) const MAKE: &str = "hook make";
/// The hook that asks the World at its end whether all is well.
pub(super) const FINISH: &str = "hook finish";
/// The hook that finds out at the end of the run what went wrong in none of the others.
pub(super) const END: &str = "hook end";

/// Declares them all.
pub(super) fn tell(hooks: &[HookInfo], stream: &mut Stream<'_>) -> io::Result<()> {
    stream.send(&own(MAKE, "BEFORE_TEST_CASE", "make the World"))?;
    stream.send(&own(FINISH, "AFTER_TEST_CASE", "finish the World"))?;
    stream.send(&own(END, "AFTER_TEST_RUN", "end the run"))?;
    let mut hooks = hooks.iter().enumerate();
    hooks.try_for_each(|(number, hook)| stream.send(&declared(number, hook)))
}

/// The id of the hook with this number; one place can declare several.
pub(super) fn id(number: usize) -> String {
    format!("hook {number}")
}

fn own(id: &str, kind: &str, name: &str) -> Value {
    json!({ "hook": { "id": id, "type": kind, "name": name, "sourceReference": {} } })
}

fn declared(number: usize, hook: &HookInfo) -> Value {
    let Place { file, line, column } = &hook.at;
    let mut told = json!({
        "id": id(number),
        "name": hook.to_string(),
        "sourceReference": { "uri": file, "location": { "line": line, "column": column } },
    });
    if let Some(kind) = kind(hook) {
        told["type"] = kind.into();
    }
    if !hook.tags.is_empty() {
        told["tagExpression"] = hook.tags.as_str().into();
    }
    json!({ "hook": told })
}

/// The protocol has no word for the hooks of features and rules.
fn kind(hook: &HookInfo) -> Option<&'static str> {
    match (hook.level, hook.side) {
        (Level::Run, Side::Before) => Some("BEFORE_TEST_RUN"),
        (Level::Run, Side::After) => Some("AFTER_TEST_RUN"),
        (Level::Scenario, Side::Before) => Some("BEFORE_TEST_CASE"),
        (Level::Scenario, Side::After) => Some("AFTER_TEST_CASE"),
        (Level::Step, Side::Before) => Some("BEFORE_TEST_STEP"),
        (Level::Step, Side::After) => Some("AFTER_TEST_STEP"),
        (Level::Feature | Level::Rule, _) => None,
    }
}
