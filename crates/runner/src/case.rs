//! A scenario as it is run and reported: a plain one, or one row of an outline.

use std::ops::RangeInclusive;

use cucumber::gherkin::{LineCol, Rule, Scenario, Step, StepType};

use crate::{checks, document::Document, finding::Finding, outline, tdd};

/// One scenario to run.
#[derive(Debug)]
pub(crate) struct Case {
    /// What `--list` prints and `--exact` takes: `folder::file::line:name`.
    pub(crate) id: String,
    pub(crate) path: String,
    /// The line of the scenario, or of its row.
    pub(crate) line: usize,
    /// From the keyword to the last step; any line in it stands for the scenario, and for all its rows.
    pub(crate) lines: RangeInclusive<usize>,
    pub(crate) feature: String,
    pub(crate) feature_line: usize,
    pub(crate) rule: Option<String>,
    pub(crate) name: String,
    pub(crate) tags: Vec<String>,
    pub(crate) steps: Vec<CaseStep>,
}

/// A step, whether it only prepares the scenario, and where its function is.
#[derive(Debug)]
pub(crate) struct CaseStep {
    pub(crate) step: Step,
    pub(crate) is_set_up: bool,
    pub(crate) location: String,
}

impl Case {
    /// `features/x.feature:12`, which runs this scenario again.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }

    pub(crate) fn is_tagged(&self, tag: &str) -> bool {
        tdd::has(&self.tags, tag)
    }
}

/// The scenarios of a file in the order of its lines, and what is wrong with them.
///
/// `folder` is left out of their ids; `known` are the names that a `@needs_…` tag may have.
pub(crate) fn cases(
    document: &Document,
    folder: &str,
    known: &[&str],
) -> (Vec<Case>, Vec<Finding>) {
    let scenarios = scenarios(document);
    let mut findings =
        checks::wrong_names(document, scenarios.iter().map(|(_, scenario)| *scenario));
    let mut cases = Vec::new();
    for (rule, scenario) in scenarios {
        findings.extend(checks::wrong_tags(document, rule, scenario, known));
        findings.extend(checks::without_steps(document, scenario));
        let (expanded, wrong) = outline::expand(document, scenario);
        findings.extend(wrong);
        cases.extend(
            expanded
                .into_iter()
                .map(|row| case(document, folder, rule, scenario, row)),
        );
    }
    (cases, findings)
}

fn scenarios(document: &Document) -> Vec<(Option<&Rule>, &Scenario)> {
    let feature = &document.feature;
    let in_rules = feature
        .rules
        .iter()
        .flat_map(|rule| rule.scenarios.iter().map(move |it| (Some(rule), it)));
    feature
        .scenarios
        .iter()
        .map(|it| (None, it))
        .chain(in_rules)
        .collect()
}

/// The tags that a scenario has or inherits, each of them once.
pub(crate) fn all_tags(
    document: &Document,
    rule: Option<&Rule>,
    scenario: &[String],
    examples: &[String],
) -> Vec<String> {
    let rule = rule.map_or(&[][..], |rule| &rule.tags);
    let mut tags = [&document.feature.tags, rule, scenario, examples].concat();
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags
}

fn case(
    document: &Document,
    folder: &str,
    rule: Option<&Rule>,
    outline: &Scenario,
    row: Scenario,
) -> Case {
    let LineCol { line, .. } = row.position;
    let last = outline
        .steps
        .last()
        .map_or(outline.position, |step| step.position);
    Case {
        id: id(&document.path, folder, line, &row.name),
        path: document.path.clone(),
        line,
        lines: outline.position.line..=last.line,
        feature: document.feature.name.clone(),
        feature_line: document.feature.position.line,
        rule: rule.map(|rule| rule.name.clone()),
        tags: all_tags(document, rule, &row.tags, &[]),
        steps: steps(document, rule, &row),
        name: row.name,
    }
}

fn id(path: &str, folder: &str, line: usize, name: &str) -> String {
    let below = path
        .strip_prefix(folder)
        .unwrap_or(path)
        .trim_start_matches('/');
    let module = below.trim_end_matches(".feature").replace('/', "::");
    format!("{module}::{line}:{name}")
}

fn steps(document: &Document, rule: Option<&Rule>, scenario: &Scenario) -> Vec<CaseStep> {
    let backgrounds = [
        document.feature.background.as_ref(),
        rule.and_then(|rule| rule.background.as_ref()),
    ];
    let prepared = backgrounds
        .into_iter()
        .flatten()
        .flat_map(|background| &background.steps);
    let prepared = prepared.map(|step| case_step(step, true));
    let own = scenario
        .steps
        .iter()
        .map(|step| case_step(step, step.ty == StepType::Given));
    prepared.chain(own).collect()
}

fn case_step(step: &Step, is_set_up: bool) -> CaseStep {
    CaseStep {
        step: step.clone(),
        is_set_up,
        location: String::new(),
    }
}
