//! A scenario as it is run and reported: a plain one, or one row of an outline.

use std::{
    borrow::Cow,
    mem,
    ops::{Range, RangeInclusive},
    sync::Arc,
};

use cucumber::step::Location;
use gherkin::{LineCol, Rule, Scenario, Step, StepType};
use serde::{Deserialize, Serialize};

use crate::{
    checks,
    document::Document,
    finding::Finding,
    outline::{self, Row},
    steps::Bound,
    tdd,
};

/// The feature or the rule that scenarios stand in: one for all of them.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// The path of the file, below the project's root.
    pub(crate) path: String,
    /// What the ids of its scenarios begin with, if it is a feature: `folder::file`.
    module: String,
    pub(crate) line: usize,
    pub(crate) keyword: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// Its tags; those of a rule with those of its feature.
    pub(crate) tags: Vec<String>,
}

/// One scenario to run.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Case {
    #[serde(skip)]
    pub(crate) feature: Arc<Scope>,
    #[serde(skip)]
    pub(crate) rule: Option<Arc<Scope>>,
    /// The line of the scenario, or of its row.
    pub(crate) line: usize,
    /// From the keyword to the end of the last step; any line in it stands for the scenario, and for all its rows.
    pub(crate) lines: RangeInclusive<usize>,
    /// From the keyword of its examples to their header; any line in it stands for all their rows.
    pub(crate) header: Option<RangeInclusive<usize>>,
    pub(crate) keyword: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) steps: Vec<CaseStep>,
}

/// A step, whether it only prepares the scenario, and where its function is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CaseStep {
    pub(crate) step: Step,
    pub(crate) is_set_up: bool,
    #[serde(skip)]
    pub(crate) location: Option<Location>,
    /// Where in its text the values are that its function takes, in bytes.
    #[serde(skip)]
    pub(crate) values: Vec<Range<usize>>,
}

impl CaseStep {
    /// Takes over what is known of its function.
    pub(crate) fn learn<W>(&mut self, bound: &Bound<W>) {
        self.location = bound.location;
        self.values = bound.values();
    }

    /// Where its function is: `tests/steps.rs:12:1`.
    pub(crate) fn place_of_function(&self) -> String {
        self.location.map_or_else(String::new, |it| it.to_string())
    }
}

impl Case {
    /// What `--list` prints and `--exact` takes: `folder::file::line:name`.
    pub(crate) fn id(&self) -> String {
        format!("{}::{}:{}", self.feature.module, self.line, self.name)
    }

    /// `features/x.feature:12`, which runs this scenario again.
    pub(crate) fn place(&self) -> String {
        match self.line {
            0 => self.path().to_owned(),
            line => format!("{}:{line}", self.path()),
        }
    }

    /// The same as one word of a POSIX shell.
    pub(crate) fn place_in_shell(&self) -> String {
        let place = self.place();
        shlex::try_quote(&place).map_or_else(|_| place.clone(), Cow::into_owned)
    }

    /// Where it stands among all others: those of a run are told in this order.
    pub(crate) fn spot(&self) -> (&str, usize) {
        (self.path(), self.line)
    }

    /// The path of its file, below the project's root.
    pub(crate) fn path(&self) -> &str {
        &self.feature.path
    }

    /// A scenario without steps, which stands for a feature, a rule or the run when something after it fails; its
    /// `number` tells it from the others of the same scope.
    pub(crate) fn of_scope(scope: &Arc<Scope>, number: usize) -> Self {
        let count = if number > 1 {
            format!(" ({number})")
        } else {
            String::new()
        };
        let name = format!("after {}: {}{count}", scope.keyword, scope.name);
        Self {
            feature: Arc::clone(scope),
            rule: None,
            line: scope.line,
            lines: scope.line..=scope.line,
            header: None,
            keyword: scope.keyword.clone(),
            name,
            description: String::new(),
            tags: scope.tags.clone(),
            steps: Vec::new(),
        }
    }

    /// The case of nothing at all, until it is known whose it is.
    pub(crate) fn nobody() -> Arc<Self> {
        Arc::new(Self::of_scope(&Arc::default(), 0))
    }

    /// Whether this is no scenario, but stands for something around them: a scenario without steps never runs.
    pub(crate) fn is_outside(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether `line` is the scenario's own, or stands for it and for others of its outline.
    pub(crate) fn has_line(&self, line: usize) -> bool {
        let ranges = std::iter::once(&self.lines).chain(&self.header);
        self.line == line || ranges.into_iter().any(|lines| lines.contains(&line))
    }

    pub(crate) fn is_tagged(&self, tag: &str) -> bool {
        tdd::has(&self.tags, tag)
    }
}

impl Scope {
    /// What stands for the whole run, told by the `folder` of its features.
    pub(crate) fn of_run(folder: &str) -> Self {
        Self {
            path: format!("{}/", folder.trim_end_matches('/')),
            module: String::new(),
            line: 0,
            keyword: "Run".to_owned(),
            name: "of all features".to_owned(),
            description: String::new(),
            tags: Vec::new(),
        }
    }

    fn of_feature(document: &Document, folder: &str) -> Arc<Self> {
        let feature = &document.feature;
        Arc::new(Self {
            path: document.path.clone(),
            module: module(&document.path, folder),
            line: feature.position.line,
            keyword: feature.keyword.clone(),
            name: feature.name.clone(),
            description: feature.description.clone().unwrap_or_default(),
            tags: all_tags(document, None, &[], &[]),
        })
    }

    fn of_rule(document: &Document, rule: &Rule) -> Arc<Self> {
        Arc::new(Self {
            path: document.path.clone(),
            module: String::new(),
            line: rule.position.line,
            keyword: rule.keyword.clone(),
            name: rule.name.clone(),
            description: rule.description.clone().unwrap_or_default(),
            tags: all_tags(document, Some(rule), &[], &[]),
        })
    }
}

/// Takes the scenarios out of a document, in the order of its lines, and says what is wrong with them.
///
/// `folder` is left out of their ids; `known` are the names that a `@needs_…` tag may have.
pub(crate) fn cases(
    document: &mut Document,
    folder: &str,
    known: &[&str],
) -> (Vec<Case>, Vec<Finding>) {
    let mut findings: Vec<_> = checks::empty_rules(document).collect();
    let mut rules = mem::take(&mut document.feature.rules);
    let in_rules: Vec<_> = rules
        .iter_mut()
        .map(|it| mem::take(&mut it.scenarios))
        .collect();
    let all = taken(document, folder, rules.iter().zip(in_rules));
    findings.extend(all.is_empty().then(|| checks::empty_feature(document)));
    let written = all.iter().map(|(_, it)| (&*it.name, it.position));
    findings.extend(checks::wrong_names(document, written));
    let has_outlines = all.iter().any(|(_, it)| !it.examples.is_empty());
    let (mut cases, mut names) = (Vec::new(), Vec::new());
    for (scopes, scenario) in all {
        findings.extend(checks::wrong_tags(
            document,
            scopes.rule(),
            &scenario,
            known,
        ));
        findings.extend(checks::without_steps(document, &scenario));
        let lines = scenario.position.line..=document.last_line_of_steps(&scenario);
        let written = has_outlines.then(|| (scenario.name.clone(), scenario.position));
        let (rows, wrong) = outline::expand(document, scenario);
        findings.extend(wrong);
        names.extend(written.into_iter().flat_map(|it| names_of(it, &rows)));
        let rows = rows.into_iter();
        cases.extend(rows.map(|row| scopes.case(document, lines.clone(), row)));
    }
    let names = names.iter().map(|(name, place)| (&**name, *place));
    findings.extend(checks::wrong_names(document, names));
    (cases, findings)
}

/// What the `rows` of a scenario are called, or the scenario as it is `written` where its name says nothing of any row.
fn names_of(written: (String, LineCol), rows: &[Row]) -> Vec<(String, LineCol)> {
    let rows = rows.iter().map(|row| &row.scenario);
    if rows.clone().all(|row| row.name == written.0) {
        return vec![written];
    }
    rows.map(|row| (row.name.clone(), row.position)).collect()
}

/// What a scenario stands in.
#[derive(Clone)]
struct Scopes<'a> {
    feature: Arc<Scope>,
    rule: Option<(&'a Rule, Arc<Scope>)>,
}

/// The scenarios of a feature, taken out of it, and those of its `rules`.
fn taken<'a>(
    document: &mut Document,
    folder: &str,
    rules: impl Iterator<Item = (&'a Rule, Vec<Scenario>)>,
) -> Vec<(Scopes<'a>, Scenario)> {
    let feature = Scope::of_feature(document, folder);
    let in_feature = Scopes {
        feature,
        rule: None,
    };
    let scenarios = mem::take(&mut document.feature.scenarios).into_iter();
    let mut all: Vec<_> = scenarios.map(|it| (in_feature.clone(), it)).collect();
    for (rule, scenarios) in rules {
        let scope = Scope::of_rule(document, rule);
        let in_rule = Scopes {
            rule: Some((rule, scope)),
            ..in_feature.clone()
        };
        all.extend(scenarios.into_iter().map(|it| (in_rule.clone(), it)));
    }
    all
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

impl Scopes<'_> {
    fn rule(&self) -> Option<&Rule> {
        self.rule.as_ref().map(|(rule, _)| *rule)
    }

    /// A row of an outline, or a plain scenario, with the `lines` that stand for it.
    fn case(&self, document: &Document, lines: RangeInclusive<usize>, row: Row) -> Case {
        let Row {
            scenario, header, ..
        } = row;
        Case {
            feature: Arc::clone(&self.feature),
            rule: self.rule.as_ref().map(|(_, scope)| Arc::clone(scope)),
            line: scenario.position.line,
            lines,
            header,
            tags: all_tags(document, self.rule(), &scenario.tags, &[]),
            steps: steps(document, self.rule(), scenario.steps),
            keyword: scenario.keyword,
            name: scenario.name,
            description: scenario.description.unwrap_or_default(),
        }
    }
}

/// What the ids begin with in the file at `path`.
fn module(path: &str, folder: &str) -> String {
    let below = path
        .strip_prefix(folder)
        .unwrap_or(path)
        .trim_start_matches('/');
    below.trim_end_matches(".feature").replace('/', "::")
}

/// The steps of the backgrounds, and those of the scenario itself.
fn steps(document: &Document, rule: Option<&Rule>, own: Vec<Step>) -> Vec<CaseStep> {
    let backgrounds = [
        document.feature.background.as_ref(),
        rule.and_then(|rule| rule.background.as_ref()),
    ];
    let prepared = backgrounds
        .into_iter()
        .flatten()
        .flat_map(|background| &background.steps);
    let prepared = prepared.map(|step| (step.clone(), true));
    let own = own.into_iter().map(|step| {
        let is_set_up = step.ty == StepType::Given;
        (step, is_set_up)
    });
    let all = prepared.chain(own).map(|(step, is_set_up)| CaseStep {
        step,
        is_set_up,
        location: None,
        values: Vec::new(),
    });
    all.collect()
}
