//! What a run has come to: the files, what the program said of them, and what a clean run does next.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::trace::End;
use crate::tree::{Attributes, Node, Tree};
use crate::visible::visible;
use crate::wording::ended;

/// What becomes of the protected files under one fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub enum Verdict {
    /// Neither what they were nor what they were to be.
    Torn,
    /// Success was reported, and nothing was changed.
    Lie,
    /// A clean run afterwards does not get to the new state, or ends as no undisturbed run does.
    Stuck,
    /// Failure was reported, and the change was made.
    InDoubt,
    /// All or nothing, but something was left beside.
    Litter,
    /// All or nothing, and told so.
    Ok,
    /// The call did not come up again: nothing was tried.
    NotReached,
}

impl Verdict {
    /// Whether it breaks the promise of all or nothing.
    #[must_use]
    pub fn is_violation(self) -> bool {
        matches!(self, Self::Torn | Self::Lie | Self::Stuck)
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Torn => "TORN",
            Self::Lie => "LIE",
            Self::Stuck => "STUCK",
            Self::InDoubt => "IN-DOUBT",
            Self::Litter => "LITTER",
            Self::Ok => "OK",
            Self::NotReached => "NOT-REACHED",
        }
    }
}

/// How a protected file is torn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Tear {
    /// It has no byte.
    Empty,
    /// It is not there.
    Missing,
    /// It ends too early.
    Truncated,
    /// It has only zeros.
    Zeros,
    /// It has zeros where something should be.
    Holes,
    /// Something else: parts of both, or one file old and another new.
    Mixed,
}

impl Tear {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "EMPTY",
            Self::Missing => "MISSING",
            Self::Truncated => "TRUNCATED",
            Self::Zeros => "ZEROS",
            Self::Holes => "HOLES",
            Self::Mixed => "MIXED",
        }
    }
}

/// Which of the two states the protected files are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Whole {
    /// All of them are as they were.
    Old,
    /// All of them are as an undisturbed run makes them.
    New,
}

/// What the protected files hold, or what the reader makes of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Each protected file; `None` where it is not there.
    pub(crate) files: Vec<Option<Content>>,
    /// What the reader printed, and how it ended.
    pub(crate) reader: Option<(End, Vec<u8>)>,
}

/// A file, or a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Content {
    /// Its bytes, and its extended attributes.
    File(Vec<u8>, Attributes),
    /// Where it leads, and what stands there, if that is in the same tree.
    Link(PathBuf, Option<Box<Self>>),
    Other,
}

impl State {
    pub(crate) fn of(tree: &Tree, protected: &[PathBuf], reader: Option<(End, Vec<u8>)>) -> Self {
        let files = protected.iter().map(|path| Content::at(tree, path));
        Self {
            files: files.collect(),
            reader,
        }
    }

    /// Whether it is the same to who uses the files: by the reader where there is one, by the bytes else.
    pub(crate) fn is(&self, other: &Self) -> bool {
        if self.reader.is_some() {
            self.reader == other.reader
        } else {
            self.files == other.files
        }
    }

    /// Whether something in it looks like that second, which is counted since 1970.
    ///
    /// A time of day is looked for without its hour, and with any quarter of an hour: time zones differ by those. A
    /// number is looked for in digits, and in 32 bits, which are the first or last ones of 64 as well.
    pub(crate) fn tells(&self, second: u64) -> bool {
        let clock = |quarter: u64| (second / 60 + quarter * 15) % 60;
        let times = (0..4).map(|it| format!(":{:02}:{:02}", clock(it), second % 60));
        let digits = [second.to_string(), format!("{second:x}")];
        let texts = times.chain(digits).map(String::into_bytes);
        let [a, b, c, d, ..] = second.to_le_bytes();
        let numbers = [vec![a, b, c, d], vec![d, c, b, a]];
        let traces: Vec<Vec<u8>> = texts.chain(numbers).collect();
        let files = self.files.iter().flatten().filter_map(Content::bytes);
        let mut all = files.chain(self.reader.iter().map(|it| &it.1[..]));
        all.any(|bytes| traces.iter().any(|trace| holds(bytes, trace)))
    }

    /// That the reader has failed in a state which is no other than before, if it has.
    pub(crate) fn reader_failure(&self, limit: Duration) -> Option<String> {
        let failed = |it: &&(End, Vec<u8>)| it.0 != End::Exit(0);
        let (end, printed) = self.reader.as_ref().filter(failed)?;
        let (end, printed) = (ended(*end, limit), visible(printed.trim_ascii()));
        Some(format!(
            "the reader ends with {end}, before and after: {printed}"
        ))
    }

    /// Which of the two it is, if any.
    pub(crate) fn whole(&self, old: &Self, new: &Self) -> Option<Whole> {
        let sides = [(Whole::Old, old), (Whole::New, new)];
        sides.into_iter().find(|it| self.is(it.1)).map(|it| it.0)
    }

    /// How it is torn, being neither `old` nor `new`; and which file is.
    pub(crate) fn tear(&self, old: &Self, new: &Self) -> (Tear, usize) {
        let known = old.files.iter().zip(&new.files);
        for (index, (now, (old, new))) in self.files.iter().zip(known).enumerate() {
            if now != old && now != new {
                return (tear(now.as_ref(), old.as_ref(), new.as_ref()), index);
            }
        }
        (Tear::Mixed, 0)
    }
}

impl Content {
    /// What it holds, with a link followed.
    fn bytes(&self) -> Option<&[u8]> {
        match self.followed()? {
            Self::File(bytes, _) => Some(bytes),
            Self::Link(..) | Self::Other => None,
        }
    }

    fn at(tree: &Tree, path: &Path) -> Option<Self> {
        Some(match tree.get(path)? {
            Node::File {
                bytes, attributes, ..
            } => Self::File(bytes.clone(), attributes.clone()),
            Node::Link { to } => {
                let end = tree.follow(path);
                let held = end.and_then(|it| Self::at(tree, &it));
                Self::Link(to.clone(), held.map(Box::new))
            }
            Node::Directory { .. } | Node::Other => Self::Other,
        })
    }

    /// What it is, with a link followed.
    fn followed(&self) -> Option<&Self> {
        match self {
            Self::Link(_, held) => held.as_deref(),
            Self::File(..) | Self::Other => Some(self),
        }
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|it| it == part)
}

fn tear(now: Option<&Content>, old: Option<&Content>, new: Option<&Content>) -> Tear {
    let [now, old, new] = [now, old, new].map(|it| it.and_then(Content::followed));
    let Some(now) = now else {
        return Tear::Missing;
    };
    let Content::File(now, _) = now else {
        return Tear::Mixed;
    };
    let known = [old, new].into_iter().flatten().filter_map(Content::bytes);
    let known: Vec<&[u8]> = known.collect();
    let has_zeros = known.iter().any(|it| it.contains(&0));
    match now {
        _ if known.contains(&&now[..]) => Tear::Mixed, // only its attributes are neither old nor new
        _ if now.is_empty() => Tear::Empty,
        _ if now.iter().all(|byte| *byte == 0) => Tear::Zeros,
        _ if now.contains(&0) && !has_zeros => Tear::Holes,
        _ if known.iter().any(|it| it.starts_with(now)) => Tear::Truncated,
        _ => Tear::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(bytes: Option<&[u8]>) -> State {
        State {
            files: vec![bytes.map(|it| Content::File(it.to_vec(), Vec::new()))],
            reader: None,
        }
    }

    fn torn(now: Option<&[u8]>) -> Tear {
        state(now)
            .tear(&state(Some(b"old=1\n")), &state(Some(b"new=1\n")))
            .0
    }

    #[test]
    fn a_torn_file_is_named_by_what_is_left_of_it() {
        assert_eq!(torn(None), Tear::Missing);
        assert_eq!(torn(Some(b"")), Tear::Empty);
        assert_eq!(torn(Some(b"new")), Tear::Truncated);
        assert_eq!(torn(Some(b"\0\0\0")), Tear::Zeros);
        assert_eq!(torn(Some(b"new\0\0\0")), Tear::Holes);
        assert_eq!(torn(Some(b"newold=1\n")), Tear::Mixed);
    }

    #[test]
    fn a_time_is_told_by_its_seconds() {
        let holds = |bytes: &[u8]| state(Some(bytes)).tells(1_795_719_229);
        assert!(holds(b"\0\x3d\x80\x08\x6b") && holds(b"\x6b\x08\x80\x3d\0"));
        let tells = |text: &str| holds(text.as_bytes());
        for text in [
            "at = 1795719229\n",
            "18:53:49",
            "2026-11-27T00:23:49+05:30",
            "6b08803d",
        ] {
            assert!(tells(text), "{text}");
        }
        for text in ["", "at = 1795719228\n", "18:53:50", "18:54:49", "49"] {
            assert!(!tells(text), "{text}");
        }
    }

    #[test]
    fn several_files_are_one_unit() {
        let two = |a: &str, b: &str| State {
            files: [a, b]
                .map(|it| Some(Content::File(it.into(), Vec::new())))
                .to_vec(),
            reader: None,
        };
        let (old, new, mixed) = (two("1", "1"), two("2", "2"), two("2", "1"));
        assert!(!mixed.is(&old) && !mixed.is(&new));
        assert_eq!(mixed.tear(&old, &new), (Tear::Mixed, 0));
    }
}
