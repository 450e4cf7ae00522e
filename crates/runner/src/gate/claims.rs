//! What a commit says that it does: the issues that it fixes, the commits that it reverts.
//!
//! A claim is what the forges understand, and what people write besides: a verb (fix, close, resolve, in all its
//! forms), perhaps a colon, and `#7`, `GH-7`, `issue 7` or `bug 7`, or several of them, in any case, anywhere in the
//! message. Without such a word a number is an issue where the verb begins its line or stands behind `scope: `, as
//! in `fix 7: …`, or where the list has begun with one, as in `issues 7 and 8`; but not where a word follows, for
//! that is a count, as in `fix 7 scenarios`. Forges hear only the first of a list: a claim that is heard for nothing
//! is refused, and told in other words, but one that goes unheard lets a bug stay captured that is gone.
//!
//! What a message only quotes is no claim: what stands between the first and the last `"` of a line or between two
//! backquotes, a line that begins with `>`, and the subject of another commit behind `fixup!` and its like.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::{Captures, Regex};

/// The word that makes a number an issue.
const WORD: &str = r"(?:(?:issues?|bugs?)(?:\s+#?|#)|#|GH-)";
const NUMBER: &str = r"[1-9][0-9]*\b";
const VERB: &str = r"(?:fix(?:es|ed|ing)?|clos(?:e[sd]?|ing)|resolv(?:e[sd]?|ing)):?";
const COMMA: &str = r"(?:\s*[,&]\s*(?:and\s+)?|\s+and\s+)";
/// What stands before a verb that begins its line.
const START: &str = r"^[ \t]*(?:[-*][ \t]+)?(?:\S+:[ \t]+)?";
/// What stands behind a number that counts nothing.
const END: &str = r"[ \t]*(?:$|\(|[-,.:;!)]+(?:\s|$))";
const QUOTED: &str = r#"(?m)".*"|`[^`\n]*`|^>.*$|\A(?:fixup|squash|amend)! .*$"#;
const REVERTED: &str = r"\bThis reverts commit ([0-9a-f]{7,64})\b";

static CLAIMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let item = format!("{WORD}?{NUMBER}");
    let list = format!("(?<list>{item}(?:{COMMA}{item})*)");
    let claim = format!(r"(?im)(?:(?<start>{START})|\b){VERB}\s+{list}(?<end>{END})?");
    Regex::new(&claim).ok()
});
static ISSUES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!("(?i)(?<word>{WORD})?(?<number>{NUMBER})")).ok());
static QUOTES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(QUOTED).ok());
static REVERTS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(REVERTED).ok());

/// The issues that `message` says are fixed.
pub(crate) fn fixed(message: &str) -> BTreeSet<u64> {
    let quotes = QUOTES.as_ref();
    let said = quotes.map_or_else(String::new, |it| it.replace_all(message, "...").into());
    found(&CLAIMS, &said).flat_map(|it| issues(&it)).collect()
}

/// The issues of a claim: a number without a word is none where it could be a count.
fn issues(claim: &Captures<'_>) -> Vec<u64> {
    let mut issues: Vec<_> = found(&ISSUES, &claim["list"]).collect();
    let is_bare = |issue: &Captures<'_>| issue.name("word").is_none();
    if claim.name("end").is_none() {
        while issues.pop_if(|it| is_bare(it)).is_some() {}
    }
    let starts = claim.name("start").is_some();
    let issues = issues.iter().skip_while(|it| !starts && is_bare(it));
    issues.filter_map(|it| it["number"].parse().ok()).collect()
}

/// The commits that `message` says are reverted, as git writes it.
pub(crate) fn reverted(message: &str) -> Vec<String> {
    found(&REVERTS, message)
        .map(|it| it[1].to_owned())
        .collect()
}

fn found<'a>(
    regex: &'static LazyLock<Option<Regex>>,
    text: &'a str,
) -> impl Iterator<Item = Captures<'a>> {
    let regex = regex.as_ref().into_iter();
    regex.flat_map(move |regex| regex.captures_iter(text))
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    proptest! {
        #[test]
        fn each_issue_with_a_verb_is_claimed(claims in prop::collection::vec((claim(), 1_u64..), 0..5)) {
            let said = claims.iter().map(|(claim, issue)| format!("a: {claim}{issue}, b"));
            let message = said.collect::<Vec<_>>().join("
    ");
            let issues: BTreeSet<_> = claims.iter().map(|(_, issue)| *issue).collect();
            prop_assert_eq!(fixed(&message), issues);
        }

        #[test]
        fn what_is_quoted_is_not_claimed(claim in claim(), issue in 1_u64.., quote in quote()) {
            let message = quote.replace('*', &format!("{claim}{issue}"));
            prop_assert_eq!(fixed(&message), BTreeSet::new(), "{}", message);
        }
    }

    fn claim() -> impl Strategy<Value = String> {
        let verbs = "fix fixes fixed fixing close closes closed closing resolve resolves resolved resolving Fix CLOSES";
        let verbs: Vec<_> = verbs.split(' ').collect();
        let objects = vec![
            " #",
            ": #",
            " issue ",
            ":  Issue #",
            "\nissue ",
            " GH-",
            " bug ",
            " bugs #",
            " issue#",
        ];
        (select(verbs), select(objects)).prop_map(|(verb, object)| format!("{verb}{object}"))
    }

    fn quote() -> impl Strategy<Value = String> {
        select(vec!["un*", "re*", "*x", "fix 7 of *_"]).prop_map(str::to_owned)
    }

    #[test]
    fn a_message_may_quote_another() {
        for quote in [
            "Revert \"fix issue 7\"",
            "Revert \"Revert \"fix issue 7\"\"",
            "> closes #7",
            "say `fix issue 7`",
            "amend! fix #7",
        ] {
            assert_eq!(fixed(quote), BTreeSet::new(), "{quote}");
            assert_eq!(fixed(&format!("{quote}\n\nfixes #8")), BTreeSet::from([8]));
        }
    }

    #[test]
    fn a_list_is_claimed_as_a_whole() {
        for text in [
            "Fixed #7, #8",
            "fix issues 7 and 8.",
            "fix issues #7 & #8, which are one",
            "it resolves bugs 7, and 8",
            "fix 7, 8: count",
            "fix 7, #8",
            "fix issue 7, 5 and issue 8 in 9 steps, fixing issue 5",
        ] {
            let claimed = fixed(text);
            assert!(
                claimed.is_superset(&BTreeSet::from([7, 8])),
                "{text}: {claimed:?}"
            );
            assert!(!claimed.contains(&9), "{text}: {claimed:?}");
        }
    }

    #[test]
    fn a_number_alone_is_an_issue_where_the_verb_begins_a_line() {
        for text in [
            "fix 7",
            "Fixes: 7",
            "gate: fix 7",
            "count\n\n  - closed 7.\n",
            "Fixed 7: count",
            "Fixed 7, as it was said",
            "resolve 7 (count)",
            "close 7 - count",
        ] {
            assert_eq!(fixed(text), BTreeSet::from([7]), "{text}");
        }
    }

    #[test]
    fn a_count_is_no_issue() {
        for text in [
            "fix 7 scenarios",
            "fix 7, 8 and 9 scenarios",
            "fixed 20 of 30 rows",
            "fixes: 7 of them",
            "we fixed 7, and 8",
            "fix 7.5 %, and 7%, and 7/8",
            "close 7th",
        ] {
            assert_eq!(fixed(text), BTreeSet::new(), "{text}");
        }
        assert_eq!(fixed("fix issue 7 and 8 rows"), BTreeSet::from([7]));
    }

    #[test]
    fn what_names_no_issue_of_ours_claims_none() {
        for text in [
            "fix the issue",
            "fix issue 0",
            "issue 7",
            "fix: (#7)",
            "fixes a/b#7",
            "prefix #7",
            "close to #7",
        ] {
            assert_eq!(fixed(text), BTreeSet::new(), "{text}");
        }
    }

    #[test]
    fn a_revert_names_its_commit() {
        let message = "Revert \"x\"\n\nThis reverts commit 0123abc.\n";
        assert_eq!(reverted(message), ["0123abc"]);
    }
}
