//! What can be wrong with a scenario as it is written: its name, its steps, its tags.

use std::collections::HashMap;

use gherkin::{LineCol, Rule, Scenario};

use crate::{case::all_tags, document::Document, finding::Finding, tdd};

/// No two scenarios of a feature have the same name, for the name is how people speak of them.
pub(crate) fn wrong_names<'a>(
    document: &Document,
    names: impl Iterator<Item = (&'a str, LineCol)>,
) -> Vec<Finding> {
    let mut lines: HashMap<&str, usize> = HashMap::new();
    let mut findings = Vec::new();
    for (name, place) in names {
        let line = *lines.entry(name).or_insert(place.line);
        if line != place.line {
            let message = format!("line {line} has the name {name:?} already");
            findings.push(Finding::new(&document.path, place, message));
        }
    }
    findings
}

/// A feature has scenarios.
pub(crate) fn empty_feature(document: &Document) -> Finding {
    let place = document.feature.position;
    Finding::new(&document.path, place, "this feature has no scenario")
}

/// A rule has scenarios, which show that it holds.
pub(crate) fn empty_rules(document: &Document) -> impl Iterator<Item = Finding> {
    let rules = document.feature.rules.iter();
    let empty = rules.filter(|rule| rule.scenarios.is_empty());
    empty.map(|rule| Finding::new(&document.path, rule.position, "this rule has no scenario"))
}

/// A scenario has steps.
pub(crate) fn without_steps(document: &Document, scenario: &Scenario) -> Option<Finding> {
    let finding = || {
        Finding::new(
            &document.path,
            scenario.position,
            "this scenario has no steps, so it tests nothing",
        )
    };
    scenario.steps.is_empty().then(finding)
}

/// The tags of feature, rule, scenario and examples count together, for each table of examples by itself.
pub(crate) fn wrong_tags(
    document: &Document,
    rule: Option<&Rule>,
    scenario: &Scenario,
    known: &[&str],
) -> Vec<Finding> {
    let mut combinations: Vec<_> = scenario
        .examples
        .iter()
        .map(|it| (it.tags.clone(), Some(it.position)))
        .collect();
    if combinations.is_empty() {
        combinations.push((Vec::new(), None));
    }
    let mut findings = Vec::new();
    for (tags, examples) in combinations {
        let all = all_tags(document, rule, &scenario.tags, &tags);
        let keywords = [
            examples,
            Some(scenario.position),
            rule.map(|it| it.position),
            Some(document.feature.position),
        ];
        findings.extend(
            tdd::violations(&all, known)
                .into_iter()
                .map(|(tag, message)| {
                    let place = keywords
                        .iter()
                        .flatten()
                        .find_map(|keyword| document.tag_above(*keyword, &tag));
                    Finding::new(&document.path, place.unwrap_or(scenario.position), message)
                }),
        );
    }
    findings
}
