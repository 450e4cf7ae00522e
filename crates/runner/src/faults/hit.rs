//! The words for when it goes wrong.

use std::str::FromStr;

use cucumber::Parameter;

/// Which passing of a point strikes, in the words of a feature: `{hit}` in a step expression.
///
/// `every`, `the 2nd`, or `from the 2nd on`; what follows ("time", "write") is the step's. Passings are
/// counted from 1, by each process anew; 0 means the first, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Parameter)]
#[param(
    name = "hit",
    regex = r"every|the \d+(?:st|nd|rd|th)|from the \d+(?:st|nd|rd|th) on"
)]
pub enum Hit {
    /// `every`: each passing.
    #[default]
    Every,
    /// `the 2nd`: that one and no other.
    Nth(u32),
    /// `from the 2nd on`: that one and all after it.
    From(u32),
}

/// A text that is not the words of a [`Hit`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} does not say when; say: every, the 2nd, from the 2nd on")]
pub struct NotAHit(String);

impl Hit {
    /// `action` at these hits, as the `fail` crate wants it: once all counts are used up, nothing happens.
    pub(super) fn sequence(self, action: &str) -> String {
        match self {
            Self::Every | Self::From(0 | 1) => action.to_owned(),
            Self::Nth(0 | 1) => format!("1*{action}"),
            Self::Nth(number) => format!("{}*off->1*{action}", number - 1),
            Self::From(number) => format!("{}*off->{action}", number - 1),
        }
    }
}

impl FromStr for Hit {
    type Err = NotAHit;

    fn from_str(words: &str) -> Result<Self, NotAHit> {
        let from = words
            .strip_prefix("from the ")
            .and_then(|rest| ordinal(rest.strip_suffix(" on")?))
            .map(Self::From);
        let nth = words.strip_prefix("the ").and_then(ordinal).map(Self::Nth);
        let every = (words == "every").then_some(Self::Every);
        every
            .or(nth)
            .or(from)
            .ok_or_else(|| NotAHit(words.to_owned()))
    }
}

/// `1st`, `2nd`, `3rd`, `4th`, `11th`.
fn ordinal(text: &str) -> Option<u32> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let number = digits.parse().ok().filter(|&number| number > 0)?;
    let suffix = match (number % 10, number % 100) {
        (1..=3, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    (text == format!("{digits}{suffix}")).then_some(number)
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    #[test]
    fn words_say_when() {
        let cases = [
            ("every", Hit::Every),
            ("the 1st", Hit::Nth(1)),
            ("the 2nd", Hit::Nth(2)),
            ("the 23rd", Hit::Nth(23)),
            ("the 11th", Hit::Nth(11)),
            ("from the 4th on", Hit::From(4)),
        ];
        let regex = Regex::new(&format!("^(?:{})$", <Hit as Parameter>::REGEX)).unwrap();
        for (words, hit) in cases {
            assert_eq!(words.parse(), Ok(hit));
            assert!(regex.is_match(words), "{words}");
        }
    }

    #[test]
    fn other_words_do_not() {
        for words in [
            "",
            "never",
            "the 0th",
            "the 2st",
            "the 11st",
            "the second",
            "from the 2nd",
            "the 99999999999th",
        ] {
            let error = words.parse::<Hit>().unwrap_err().to_string();
            assert!(
                error.ends_with("does not say when; say: every, the 2nd, from the 2nd on"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_sequence_counts_what_comes_before() {
        let sequences = [
            Hit::Every,
            Hit::Nth(1),
            Hit::Nth(3),
            Hit::From(1),
            Hit::From(2),
        ]
        .map(|hit| hit.sequence("x"));
        assert_eq!(sequences, ["x", "1*x", "2*off->1*x", "x", "1*off->x"]);
    }

    #[test]
    fn the_fail_crate_reads_a_sequence_as_it_is_meant() {
        let strikes = |hit: Hit| {
            let point = format!("hit::{hit:?}");
            fail::cfg(&point, &hit.sequence("return(EIO)")).unwrap();
            [1, 2, 3, 4].map(|_| fail::eval(&point, |action| action).flatten().is_some())
        };
        assert_eq!(strikes(Hit::Every), [true, true, true, true]);
        assert_eq!(strikes(Hit::Nth(1)), [true, false, false, false]);
        assert_eq!(strikes(Hit::Nth(3)), [false, false, true, false]);
        assert_eq!(strikes(Hit::From(3)), [false, false, true, true]);
    }
}
