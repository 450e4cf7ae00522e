//! What a hook is told about.

use crate::{
    case::{Case, CaseStep, Scope},
    tdd,
};

/// What a hook runs around: a feature, a rule, a scenario, or a step of one.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    scope: &'a Scope,
    case: Option<&'a Case>,
    step: Option<&'a CaseStep>,
}

impl<'a> Subject<'a> {
    pub(crate) fn scope(scope: &'a Scope) -> Self {
        Self {
            scope,
            case: None,
            step: None,
        }
    }

    pub(crate) fn scenario(case: &'a Case) -> Self {
        Self {
            scope: case.rule.as_deref().unwrap_or(&case.feature),
            case: Some(case),
            step: None,
        }
    }

    pub(crate) fn step_of(case: &'a Case, step: &'a CaseStep) -> Self {
        Self {
            step: Some(step),
            ..Self::scenario(case)
        }
    }

    /// The name of the feature or of the rule; that of the scenario, where it is one or a step of one.
    #[must_use]
    pub fn name(&self) -> &str {
        self.case.map_or(&self.scope.name, |case| &case.name)
    }

    /// The text of the step, with its keyword; `None` where it is no step.
    #[must_use]
    pub fn step(&self) -> Option<String> {
        self.step
            .map(|it| format!("{}{}", it.step.keyword, it.step.value))
    }

    /// Its tags without the `@`, together with those that it inherits.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        self.case.map_or(&self.scope.tags, |case| &case.tags)
    }

    /// Whether it has `tag`, which is told without its `@`, or inherits it.
    #[must_use]
    pub fn is_tagged(&self, tag: &str) -> bool {
        tdd::has(self.tags(), tag)
    }

    /// `features/x.feature:12`: where it stands.
    #[must_use]
    pub fn place(&self) -> String {
        let line = self.case.map_or(self.scope.line, |case| case.line);
        let line = self.step.map_or(line, |it| it.step.position.line);
        format!("{}:{line}", self.scope.path)
    }
}
