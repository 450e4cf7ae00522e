//! Chooses the scenarios to run, and their order.
//!
//! Every kind of filter narrows the others. A filter that matches nothing by itself is told, even where
//! another one matches: a misspelt name must not shrink a run in silence.

use std::{collections::BTreeSet, path::Path};

use regex::Regex;

use crate::{case::Case, tags::TagExpression, tdd, values::FilePlace};

/// Which scenarios to run; without any, it is all of them.
#[derive(Debug, Default)]
pub(crate) struct Filters {
    pub(crate) names: Vec<String>,
    pub(crate) exact: bool,
    pub(crate) skip: Vec<String>,
    /// None at all, unlike an empty list of places, lets every place through.
    pub(crate) places: Option<Vec<FilePlace>>,
    /// A rerun file named some of the places.
    pub(crate) is_rerun: bool,
    pub(crate) tags: Vec<TagExpression>,
    pub(crate) regexes: Vec<Regex>,
    pub(crate) issues: Vec<u64>,
    pub(crate) only_ignored: bool,
}

impl Filters {
    /// Whether the whole suite runs.
    pub(crate) fn are_none(&self) -> bool {
        let by_id = self.names.is_empty() && self.skip.is_empty() && self.places.is_none();
        let by_content = self.tags.is_empty() && self.regexes.is_empty() && self.issues.is_empty();
        by_id && by_content && !self.only_ignored
    }
}

/// The filters of a run, and the files that they mean.
pub(crate) struct Sieve<'a> {
    filters: &'a Filters,
    spots: Option<Vec<Spot<'a>>>,
}

impl<'a> Sieve<'a> {
    /// For the feature files at `paths`.
    pub(crate) fn new(filters: &'a Filters, paths: &BTreeSet<&'a str>) -> Self {
        Self {
            filters,
            spots: spots(paths, filters),
        }
    }

    /// Each filter that has to match something by itself.
    pub(crate) fn singles(&self) -> Vec<Filter<'_>> {
        single_filters(self.filters, self.spots.as_deref())
    }

    /// Whether every filter lets the case through.
    pub(crate) fn lets_through(&self, case: &Case) -> bool {
        is_chosen(case, self.filters, self.spots.as_deref())
    }

    /// Whether something was chosen, and each of the [`singles`](Self::singles) has matched, as `hits` tell.
    ///
    /// # Errors
    ///
    /// A sentence saying which filter matches nothing.
    pub(crate) fn has_chosen(&self, is_any: bool, hits: &[bool]) -> Result<(), String> {
        let mut singles = self.singles().into_iter().zip(hits);
        if let Some(((what, _), _)) = singles.find(|(_, is_hit)| !**is_hit) {
            return Err(format!("no scenario matches {what}"));
        }
        if !is_any {
            return Err(nothing(self.filters).to_owned());
        }
        Ok(())
    }
}

fn nothing(filters: &Filters) -> &'static str {
    if filters.only_ignored {
        "no scenario matches --ignored, for none is ever ignored"
    } else if filters.places.as_ref().is_some_and(Vec::is_empty) {
        "no scenario matches: the rerun file is empty, nothing failed last time"
    } else {
        "no scenario matches all filters together"
    }
}

/// What it is, and whether it matches.
pub(crate) type Filter<'a> = (String, Box<dyn Fn(&Case) -> bool + 'a>);

fn single_filters<'a>(filters: &'a Filters, spots: Option<&'a [Spot<'a>]>) -> Vec<Filter<'a>> {
    let mut single: Vec<Filter<'_>> = Vec::new();
    for name in &filters.names {
        single.push((
            format!("{name:?}"),
            Box::new(|case| is_named(case, name, filters.exact)),
        ));
    }
    for spot in spots.into_iter().flatten() {
        let FilePlace { path, line } = spot.place;
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        single.push((format!("{path}{line}"), Box::new(|case| spot.has(case))));
    }
    for tags in &filters.tags {
        single.push((
            format!("--tags {:?}", tags.text),
            Box::new(|case| tags.matches(&case.tags)),
        ));
    }
    for name in &filters.regexes {
        single.push((
            format!("--name {:?}", name.as_str()),
            Box::new(|case| name.is_match(&case.name)),
        ));
    }
    for issue in &filters.issues {
        single.push((
            format!("--issue {issue}"),
            Box::new(|case| tdd::issues(&case.tags).contains(issue)),
        ));
    }
    single
}

fn is_chosen(case: &Case, filters: &Filters, spots: Option<&[Spot<'_>]>) -> bool {
    let named = filters.names.is_empty()
        || filters
            .names
            .iter()
            .any(|name| is_named(case, name, filters.exact));
    let skipped = filters
        .skip
        .iter()
        .any(|name| is_named(case, name, filters.exact));
    let placed = spots.is_none_or(|spots| spots.iter().any(|spot| spot.has(case)));
    let tagged = filters.tags.iter().all(|tags| tags.matches(&case.tags));
    let matched = filters.regexes.iter().all(|name| name.is_match(&case.name));
    let issues = filters
        .issues
        .iter()
        .all(|issue| tdd::issues(&case.tags).contains(issue));
    named && !skipped && placed && tagged && matched && issues && !filters.only_ignored
}

fn is_named(case: &Case, name: &str, exact: bool) -> bool {
    if exact {
        case.id() == name
    } else {
        case.id().contains(name)
    }
}

/// A place, and the files of the suite that it means.
struct Spot<'a> {
    place: &'a FilePlace,
    paths: BTreeSet<&'a str>,
}

fn spots<'a>(paths: &BTreeSet<&'a str>, filters: &'a Filters) -> Option<Vec<Spot<'a>>> {
    let places = filters.places.as_ref()?.iter();
    let spot = |place: &'a FilePlace| Spot {
        place,
        paths: meant(&place.path, paths),
    };
    Some(places.map(spot).collect())
}

/// A whole path means itself. Else it may be cut short at its start, or begin above the project: then the
/// file with the longest path that it ends with is meant.
fn meant<'a>(path: &str, paths: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let those = |is_meant: &dyn Fn(&Path) -> bool| -> BTreeSet<&'a str> {
        let all = paths.iter().copied();
        all.filter(|it| is_meant(Path::new(it))).collect()
    };
    if path.ends_with('/') {
        return those(&|it| it.starts_with(path));
    }
    if let Some(whole) = paths.get(path) {
        return BTreeSet::from([*whole]);
    }
    let mut meant = those(&|it| it.ends_with(path));
    let ends = those(&|it| Path::new(path).ends_with(it));
    meant.extend(ends.into_iter().max_by_key(|it| it.len()));
    meant
}

impl Spot<'_> {
    /// A line may be any of the scenario's, or that of its rule or feature.
    fn has(&self, case: &Case) -> bool {
        let line = |line| case.has_line(line) || scopes(case).contains(&line);
        self.paths.contains(case.path()) && self.place.line.is_none_or(line)
    }
}

/// The lines of the feature and the rule that a scenario stands in.
fn scopes(case: &Case) -> Vec<usize> {
    let rule = case.rule.iter().map(|rule| rule.line);
    rule.chain([case.feature.line]).collect()
}

/// Puts `items` into an order that looks random and is the same for the same `seed`.
pub(crate) fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..items.len()).rev() {
        let bound = u64::try_from(last + 1).unwrap_or(u64::MAX);
        let other = usize::try_from(next(&mut state) % bound).unwrap_or(last);
        items.swap(last, other);
    }
}

/// `SplitMix64`: short, and good enough to find an order that tests depend on.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_shuffle_loses_nothing_and_is_repeatable(mut items in prop::collection::vec(0..100, 0..50), seed: u64) {
            let mut again = items.clone();
            let mut sorted = items.clone();
            shuffle(&mut items, seed);
            shuffle(&mut again, seed);
            prop_assert_eq!(&items, &again);
            items.sort_unstable();
            sorted.sort_unstable();
            prop_assert_eq!(items, sorted);
        }
    }
}
