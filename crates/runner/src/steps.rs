//! Finds the function for every step, before anything runs.

use std::{collections::HashMap, fmt::Write as _, ops::Range};

use cucumber::{
    codegen::{StepConstructor, WorldInventory, inventory},
    gherkin::{Step, StepType},
    step::{CaptureName, Collection, Context, Location},
};

use crate::{expression, snippet};

/// A step and the function that carries it out.
pub(crate) struct Bound<W> {
    pub(crate) function: cucumber::Step<W>,
    pub(crate) location: Option<Location>,
    pub(crate) groups: Groups,
}

/// The groups of a pattern, the whole of it first: the name, and where in the step's text it is, in bytes, if it took
/// part in the match.
pub(crate) type Groups = Box<[(CaptureName, Option<Range<usize>>)]>;

impl<W> Bound<W> {
    /// What the function is called with. It is made for each call: kept for all, it is most of the memory of a plan.
    pub(crate) fn context(&self, step: &Step) -> Context {
        let text = |at: &Range<usize>| step.value[at.clone()].to_owned();
        let groups = self.groups.iter();
        let matches =
            groups.map(|(name, at)| (name.clone(), at.as_ref().map_or_else(String::new, text)));
        Context {
            matches: matches.collect(),
            step: step.clone(),
        }
    }

    /// Where in the step's text each of its values is: the outermost groups that took part in the match.
    pub(crate) fn values(&self) -> Vec<Range<usize>> {
        let mut values: Vec<Range<usize>> = Vec::new();
        for at in self
            .groups
            .iter()
            .skip(1)
            .filter_map(|group| group.1.as_ref())
        {
            if values.last().is_none_or(|outer| outer.end <= at.start) {
                values.push(at.clone());
            }
        }
        values
    }
}

/// The function for `step`, or why there is not exactly one.
pub(crate) fn bind<W>(collection: &Collection<W>, step: &Step) -> Result<Bound<W>, String> {
    match collection.find(step) {
        Ok(Some((function, captures, location, context))) => {
            let names = context.matches.into_iter().map(|it| it.0);
            let groups = names.enumerate().map(|(group, name)| {
                let at = captures.get(group).map(|(start, end)| start..end);
                (name, at)
            });
            Ok(Bound {
                function: *function,
                location,
                groups: groups.collect(),
            })
        }
        Ok(None) => Err(undefined(step)),
        Err(ambiguous) => Err(format!(
            "this step is ambiguous: {}{}\n{}",
            step.keyword,
            step.value,
            indent(&ambiguous.to_string())
        )),
    }
}

fn undefined(step: &Step) -> String {
    format!(
        "this step is undefined: {}{}\n{}",
        step.keyword,
        step.value,
        indent(&snippet::function(step))
    )
}

fn indent(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| format!("    {line}")).collect();
    lines.join("\n")
}

/// A step function, as its attribute declares it.
#[derive(Debug)]
pub(crate) struct Definition {
    keyword: StepType,
    /// A regex, also where the attribute has a Cucumber expression.
    pub(crate) pattern: String,
    pub(crate) location: Location,
}

/// Every step function of the World `W`, in the order of their places.
pub(crate) fn definitions<W: WorldInventory>() -> Vec<Definition> {
    let given = inventory::iter::<W::Given>
        .into_iter()
        .map(|it| definition(StepType::Given, it));
    let when = inventory::iter::<W::When>
        .into_iter()
        .map(|it| definition(StepType::When, it));
    let then = inventory::iter::<W::Then>
        .into_iter()
        .map(|it| definition(StepType::Then, it));
    let mut all: Vec<_> = given.chain(when).chain(then).collect();
    all.sort_by_key(|definition| definition.location);
    all
}

fn definition<W>(keyword: StepType, constructor: &impl StepConstructor<W>) -> Definition {
    let (location, pattern, _) = constructor.inner();
    let pattern = pattern().as_str().to_owned();
    Definition {
        keyword,
        pattern,
        location,
    }
}

/// How often each place is used.
pub(crate) type Uses = HashMap<Location, usize>;

/// The catalogue that `--steps` prints: a line for each function, with the number of its uses.
pub(crate) fn catalogue(definitions: &[Definition], uses: &Uses) -> String {
    let mut text = String::new();
    for definition in definitions {
        let Definition {
            keyword,
            pattern,
            location,
        } = definition;
        let count = uses.get(location).unwrap_or(&0);
        let pattern = expression::readable(pattern);
        let _ = writeln!(text, "{count:>5}  {keyword:?} {pattern}  {location}");
    }
    text
}

/// A sentence for each function that no scenario uses; one for all that stand in the same place, where a macro takes
/// the steps of a library in. Of those it is enough that one is used.
pub(crate) fn unused(definitions: &[Definition], uses: &Uses) -> Vec<String> {
    let places = definitions.chunk_by(|one, other| one.location == other.location);
    let idle = places.filter(|those| !uses.contains_key(&those[0].location));
    idle.map(|those| match (those[0].location, those.len()) {
        (_, 1) => those[0].idle(),
        (place, all) => format!("{place}: no scenario uses any of the {all} steps from here"),
    })
    .collect()
}

impl Definition {
    fn idle(&self) -> String {
        let Self {
            keyword, location, ..
        } = self;
        format!(
            "{location}: no scenario uses {keyword:?} {}",
            expression::readable(&self.pattern)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, pattern: &str) -> Definition {
        let location = Location {
            path: "tests/bdd.rs",
            line,
            column: 1,
        };
        Definition {
            keyword: StepType::When,
            pattern: pattern.to_owned(),
            location,
        }
    }

    #[test]
    fn steps_from_one_place_are_unused_together() {
        let all = [at(3, "^it rains$"), at(7, "^one$"), at(7, "^two$")];
        let none = unused(&all, &Uses::new());
        let wanted = [
            "tests/bdd.rs:3:1: no scenario uses When it rains",
            "tests/bdd.rs:7:1: no scenario uses any of the 2 steps from here",
        ];
        assert_eq!(none, wanted);
        let one = Uses::from([(all[1].location, 1)]);
        assert_eq!(unused(&all, &one), wanted[..1]);
    }
}
