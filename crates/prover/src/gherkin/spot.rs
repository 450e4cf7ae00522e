//! Finds the call that a sentence is about: *the 2nd write to "config.toml"*.

use std::collections::BTreeSet;

use crate::baseline::Baseline;
use crate::fault::Point;
use crate::gherkin::StepError;
use crate::session::Step;

/// A call in words: which one of them (empty for the only one), its family, and the file (empty for any).
pub(crate) type Spot<'a> = (&'a str, &'a str, &'a str);

/// The call that is meant; of a call on two files, the file is the second one.
pub(crate) fn seek<'a>(baseline: &'a Baseline, spot: Spot<'_>) -> Result<&'a Point, StepError> {
    let (nth, ..) = spot;
    let meant: Vec<&Step> = baseline.steps.iter().filter(|it| is(it, spot)).collect();
    if nth.is_empty() {
        only(baseline, spot, &meant)
    } else {
        let index: usize = nth.parse().unwrap_or_default();
        let step = index.checked_sub(1).and_then(|index| meant.get(index));
        step.map(|it| &it.point).ok_or_else(|| {
            let why = format!("there are {} calls of {}", meant.len(), words(spot));
            StepError::Senseless(format!("{why}, so there is none with the number {nth}"))
        })
    }
}

/// One that fails undisturbed is not meant by who does not count.
fn only<'a>(
    baseline: &Baseline,
    spot: Spot<'_>,
    meant: &[&'a Step],
) -> Result<&'a Point, StepError> {
    let succeeded = meant
        .iter()
        .filter(|it| it.result.is_some_and(|it| it >= 0));
    let points: Vec<&Point> = succeeded.map(|it| &it.point).collect();
    match points[..] {
        [point] => Ok(point),
        [] => Err(StepError::Senseless(format!(
            "there is no call of {}; there are {}",
            words(spot),
            listed(baseline)
        ))),
        _ => Err(StepError::Senseless(format!(
            "there are {} calls of {}: say which, such as \"the 2nd\"",
            points.len(),
            words(spot)
        ))),
    }
}

fn is(step: &Step, (_, family, file): Spot<'_>) -> bool {
    let (name, files) = step.point.parts();
    let is_file = |it: &str| files == it || files.ends_with(&format!(">{it}"));
    name == family && (file.is_empty() || is_file(file))
}

fn words((_, family, file): Spot<'_>) -> String {
    if file.is_empty() {
        family.to_owned()
    } else {
        format!("{family} on {file:?}")
    }
}

/// The calls that there are.
fn listed(baseline: &Baseline) -> String {
    let calls: BTreeSet<&str> = baseline.steps.iter().map(|it| &it.point.call[..]).collect();
    calls.into_iter().collect::<Vec<_>>().join(", ")
}
