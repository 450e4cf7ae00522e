//! What a commit says that it does: the issues that it fixes, the commits that it reverts.
//!
//! A claim is what the forges understand: a verb (fix, close, resolve, as *fix*, *fixes* or *fixed*), perhaps
//! a colon, and `#7` or `issue 7`, in any case, anywhere in the message, with a verb for each issue. What a
//! message only quotes is no claim: what stands between the first and the last `"` of a line or between two
//! backquotes, a line that begins with `>`, and the subject of another commit behind `fixup!` and its like.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

const CLAIM: &str =
    r"(?i)\b(?:fix(?:es|ed)?|close[sd]?|resolve[sd]?):?\s+(?:issue\s+#?|#)([1-9][0-9]*)\b";
const QUOTED: &str = r#"(?m)".*"|`[^`\n]*`|^>.*$|\A(?:fixup|squash|amend)! .*$"#;
const REVERTED: &str = r"\bThis reverts commit ([0-9a-f]{7,64})\b";

static CLAIMS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(CLAIM).ok());
static QUOTES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(QUOTED).ok());
static REVERTS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(REVERTED).ok());

/// The issues that `message` says are fixed.
pub(crate) fn fixed(message: &str) -> BTreeSet<u64> {
    let quotes = QUOTES.as_ref();
    let said = quotes.map_or_else(String::new, |it| it.replace_all(message, "...").into());
    let numbers = found(&CLAIMS, &said);
    numbers.iter().filter_map(|it| it.parse().ok()).collect()
}

/// The commits that `message` says are reverted, as git writes it.
pub(crate) fn reverted(message: &str) -> Vec<String> {
    found(&REVERTS, message)
}

fn found(regex: &LazyLock<Option<Regex>>, text: &str) -> Vec<String> {
    let regex = regex.as_ref().into_iter();
    let captures = regex.flat_map(|regex| regex.captures_iter(text));
    captures.map(|it| it[1].to_owned()).collect()
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
        let verbs = "fix fixes fixed close closes closed resolve resolves resolved Fix CLOSES";
        let verbs: Vec<_> = verbs.split(' ').collect();
        let objects = vec![" #", ": #", " issue ", ":  Issue #", "\nissue "];
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
    fn a_number_alone_is_no_issue() {
        for text in [
            "fix 7",
            "fix the issue",
            "fix issue 0",
            "issue 7",
            "fix: (#7)",
            "fixes a/b#7",
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
