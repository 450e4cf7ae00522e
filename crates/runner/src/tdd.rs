//! The rules for tags: a captured bug names its issue, and a tag that means something to the runner is spelt right.
//!
//! `@tdd_issue_<N>` needs `@tdd_issue`; `@tdd_expected_fail` needs both, and exactly one number.

use std::collections::BTreeSet;

/// The tag of a scenario whose assertion is expected to fail.
pub(crate) const EXPECTED_FAIL: &str = "tdd_expected_fail";
/// The tag of a scenario that must not run beside another.
pub(crate) const SERIAL: &str = "serial";
/// What the tags of this workflow begin with.
pub(crate) const PREFIX: &str = "tdd_";
/// What the tags begin with that may leave a scenario out.
pub(crate) const REQUIREMENT: &str = "needs_";
/// What the tags of an issue begin with; alone it says that there is one.
pub(crate) const ISSUE: &str = "tdd_issue";
const NUMBERED: &str = "tdd_issue_";
const RETRY: &str = "retry";
/// The tag of a scenario that strikes faults in the process of all.
const IN_PROCESS: &str = "inprocess";

/// A tag, and the rule that it breaks.
pub(crate) type Violation = (String, String);

/// Every rule that the `tags` of a scenario break, where `known` are the names that `@needs_…` may have.
pub(crate) fn violations(tags: &[String], known: &[&str]) -> Vec<Violation> {
    tags.iter()
        .filter_map(|tag| Some((tag.clone(), broken_rule(tag, tags, known)?)))
        .collect()
}

/// The issues that a scenario is tagged with.
pub(crate) fn issues(tags: &[String]) -> BTreeSet<u64> {
    tags.iter().filter_map(|tag| number(tag)).collect()
}

/// How often a scenario with `tags` is begun again after an error, if `--retry-errors` says `general`.
///
/// Never where it captures a bug: what is expected to fail has to fail the first time.
pub(crate) fn retries(tags: &[String], general: usize) -> usize {
    if has(tags, EXPECTED_FAIL) {
        return 0;
    }
    let own = tags.iter().filter_map(|tag| retry(tag)).max();
    own.unwrap_or(general)
}

/// What `@retry` and `@retry(N)` ask for.
fn retry(tag: &str) -> Option<usize> {
    let count = tag.strip_prefix(RETRY)?;
    if count.is_empty() {
        return Some(1);
    }
    count.strip_prefix('(')?.strip_suffix(')')?.parse().ok()
}

/// Whether `tag` is among `tags`.
pub(crate) fn has(tags: &[String], tag: &str) -> bool {
    tags.iter().any(|it| it == tag)
}

fn broken_rule(tag: &str, tags: &[String], known: &[&str]) -> Option<String> {
    let numbers = issues(tags).len();
    let rule = match tag {
        EXPECTED_FAIL if !has(tags, ISSUE) => "@tdd_expected_fail needs @tdd_issue",
        EXPECTED_FAIL if numbers == 0 => {
            "@tdd_expected_fail needs @tdd_issue_<N>, the issue that it captures"
        }
        EXPECTED_FAIL if numbers > 1 => "@tdd_expected_fail needs exactly one @tdd_issue_<N>",
        _ if tag.starts_with(RETRY) && retry(tag).is_none() => {
            "an error is retried by @retry, once, or by @retry(N)"
        }
        _ if tag.starts_with(RETRY) && has(tags, EXPECTED_FAIL) => {
            "what is expected to fail is never retried, so it cannot be tagged @tdd_expected_fail too"
        }
        ISSUE | EXPECTED_FAIL => return None,
        IN_PROCESS if !has(tags, SERIAL) => {
            "@inprocess needs @serial, for failpoints in the process are shared"
        }
        _ if tag.starts_with(NUMBERED) && number(tag).is_none() => {
            "an issue is a number: @tdd_issue_<N>"
        }
        _ if tag.starts_with(NUMBERED) && !has(tags, ISSUE) => "@tdd_issue_<N> needs @tdd_issue",
        _ if tag.starts_with(NUMBERED) => return None,
        _ if tag.starts_with(PREFIX) => {
            "there is no such tag; there are tdd_issue, tdd_issue_<N>, tdd_expected_fail"
        }
        _ if tag.starts_with(REQUIREMENT) && !known.contains(&tag) => {
            "nothing says when this is met; see Suite::requires"
        }
        _ => return Some(format!("@{tag}: did you mean @{}?", meant(tag, known)?)),
    };
    Some(format!("@{tag}: {rule}"))
}

/// The tag with a meaning that `tag` is one slip of the pen away from, if it is none itself.
///
/// Never where the first letter differs, and in a short tag case and dashes only: `@series`, `@aerial` and
/// `@retro` are tags of their own.
fn meant(tag: &str, known: &[&str]) -> Option<String> {
    let plain = tag.to_lowercase().replace('-', "_");
    if plain != tag && (number(&plain).is_some() || retry(&plain).is_some()) {
        return Some(plain);
    }
    let own = [SERIAL, IN_PROCESS, ISSUE, EXPECTED_FAIL];
    let mut all = own.iter().chain(known);
    if all.clone().any(|it| *it == tag) {
        return None;
    }
    let is_near = |it: &str| {
        it.chars().next() == plain.chars().next() && strsim::osa_distance(it, &plain) < 2
    };
    all.find(|it| is_near(it)).map(|it| (*it).to_owned())
}

fn number(tag: &str) -> Option<u64> {
    let digits = tag.strip_prefix(NUMBERED)?;
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0');
    if is_number { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules(tags: &[&str]) -> Vec<String> {
        let tags: Vec<_> = tags.iter().map(|&tag| tag.to_owned()).collect();
        violations(&tags, &["needs_root"])
            .into_iter()
            .map(|(tag, _)| tag)
            .collect()
    }

    #[test]
    fn a_complete_capture_breaks_no_rule() {
        assert!(
            rules(&[
                "tdd_issue",
                "tdd_issue_993",
                "tdd_expected_fail",
                "serial",
                "inprocess"
            ])
            .is_empty()
        );
        assert!(
            rules(&[
                "tdd_issue",
                "tdd_issue_1",
                "tdd_issue_2",
                "needs_root",
                "slow"
            ])
            .is_empty()
        );
    }

    #[test]
    fn each_rule_names_the_tag_that_breaks_it() {
        assert_eq!(rules(&["tdd_issue_1"]), ["tdd_issue_1"]);
        assert_eq!(rules(&["tdd_expected_fail"]), ["tdd_expected_fail"]);
        assert_eq!(
            rules(&["tdd_issue", "tdd_expected_fail"]),
            ["tdd_expected_fail"]
        );
        assert_eq!(
            rules(&[
                "tdd_issue",
                "tdd_issue_1",
                "tdd_issue_2",
                "tdd_expected_fail"
            ]),
            ["tdd_expected_fail"]
        );
        assert_eq!(rules(&["inprocess"]), ["inprocess"]);
        assert_eq!(rules(&["needs_luck"]), ["needs_luck"]);
        assert_eq!(rules(&["tdd_typo"]), ["tdd_typo"]);
    }

    #[test]
    fn one_slip_of_the_pen_is_noticed() {
        for (tag, wanted) in [
            ("serail", SERIAL),
            ("serials", SERIAL),
            ("seral", SERIAL),
            ("in-process", IN_PROCESS),
            ("tddissue", ISSUE),
            ("TDD-expected-fail", EXPECTED_FAIL),
            ("need_root", "needs_root"),
            ("Retry", RETRY),
        ] {
            assert_eq!(
                meant(tag, &["needs_root"]).as_deref(),
                Some(wanted),
                "{tag}"
            );
        }
    }

    #[test]
    fn two_slips_make_a_tag_of_its_own() {
        for tag in [
            "series",
            "aerial",
            "burial",
            "trial",
            "serial_2",
            "retro",
            "retrying",
            "entry",
            "process",
            "in_processes",
            "network",
            "need_toot",
            "issue",
            "tdd",
            SERIAL,
            IN_PROCESS,
            RETRY,
            "needs_root",
            "",
        ] {
            assert_eq!(meant(tag, &["needs_root"]), None, "{tag}");
        }
    }

    #[test]
    fn an_issue_is_a_plain_number() {
        for tag in [
            "tdd_issue_",
            "tdd_issue_x",
            "tdd_issue_0",
            "tdd_issue_007",
            "tdd_issue_+1",
            "tdd_issue_1x",
        ] {
            assert_eq!(rules(&["tdd_issue", tag]), [tag]);
        }
    }

    proptest! {
        #[test]
        fn what_is_expected_to_fail_is_never_retried(mut tags in prop::collection::vec(tag(), 0..6), general: usize) {
            tags.push(EXPECTED_FAIL.to_owned());
            prop_assert_eq!(retries(&tags, general), 0);
        }

        #[test]
        fn everything_else_is_retried_as_often_as_it_says_or_as_all_are(count: u8, general: u8) {
            let (count, general) = (usize::from(count), usize::from(general));
            prop_assert_eq!(retries(&[format!("retry({count})")], general), count);
            prop_assert_eq!(retries(&["slow".to_owned()], general), general);
        }

        #[test]
        fn every_number_is_read_back(issue in 1_u64..) {
            prop_assert_eq!(issues(&[format!("tdd_issue_{issue}")]), BTreeSet::from([issue]));
        }

        #[test]
        fn the_order_of_tags_means_nothing(mut tags in prop::collection::vec(tag(), 0..6)) {
            let count = violations(&tags, &[]).len();
            tags.reverse();
            prop_assert_eq!(violations(&tags, &[]).len(), count);
        }
    }

    fn tag() -> impl Strategy<Value = String> {
        prop::sample::select(vec![
            "tdd_issue",
            "tdd_issue_7",
            "tdd_issue_8",
            "tdd_expected_fail",
            "serial",
            "inprocess",
        ])
        .prop_map(str::to_owned)
    }
}
