//! Tag expressions: `slow and not (serial or tdd_issue)`, with or without `@` before each tag.

use std::str::FromStr;

use cucumber::{gherkin::tagexpr::TagOperation, tag::Ext};

/// A parsed tag expression.
#[derive(Debug)]
pub(crate) struct TagExpression {
    pub(crate) text: String,
    operation: TagOperation,
}

impl TagExpression {
    pub(crate) fn matches(&self, tags: &[String]) -> bool {
        self.operation.eval(tags)
    }
}

impl FromStr for TagExpression {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let operation = with_signs(text).parse();
        let operation = operation.map_err(|_| format!("{text:?} is not a tag expression"))?;
        Ok(Self {
            text: text.to_owned(),
            operation,
        })
    }
}

/// Puts the `@` before each tag that lacks it: the parser wants it.
fn with_signs(text: &str) -> String {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let words = spaced.split_whitespace().map(|word| match word {
        "and" | "or" | "not" | "(" | ")" => word.to_owned(),
        tag => format!("@{}", tag.trim_start_matches('@')),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(expression: &str, tags: &[&str]) -> bool {
        let tags: Vec<_> = tags.iter().map(|&tag| tag.to_owned()).collect();
        expression
            .parse::<TagExpression>()
            .is_ok_and(|it| it.matches(&tags))
    }

    #[test]
    fn the_sign_may_be_left_out() {
        for expression in [
            "slow",
            "@slow",
            "slow and not fast",
            "not(fast or @serial)",
            "(slow)",
        ] {
            assert!(matches(expression, &["slow"]), "{expression}");
        }
    }

    #[test]
    fn words_mean_what_they_say() {
        assert!(!matches("slow and fast", &["slow"]));
        assert!(!matches("not slow", &["slow"]));
        assert!(matches("slow or fast", &["fast"]));
    }

    #[test]
    fn nonsense_is_refused() {
        for expression in ["", "and", "slow fast", "(slow"] {
            assert!(expression.parse::<TagExpression>().is_err(), "{expression}");
        }
    }
}
