//! What stands in a file beside what stood there before, a line each, where they differ.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::judge::Content;
use crate::tree::Attributes;
use crate::visible::{visible, visible_path};

/// How many bytes are shown, and how many of them before the first difference.
const LONG: usize = 72;
const BEFORE: usize = 16;

/// What became of one protected file, or of what the reader prints.
///
/// Both lines are safe to print, whatever the file holds. Where long files begin with the same bytes, they
/// show the place at which the two differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The file.
    pub name: String,
    /// What stood there: `8 bytes: old = 1\n`, `is empty`, `is not there`.
    pub was: String,
    /// What stands there now.
    pub now: String,
}

impl Change {
    pub(crate) fn of_file(path: &Path, was: Option<&Content>, now: Option<&Content>) -> Self {
        let from = match (was, now) {
            (Some(Content::File(was, _)), Some(Content::File(now, _))) => difference(was, now),
            _ => 0,
        };
        Self {
            name: visible_path(path),
            was: describe(was, from),
            now: describe(now, from),
        }
    }

    /// What a reader printed, and how it ended.
    pub(crate) fn of_reader(was: (&str, &[u8]), now: (&str, &[u8])) -> Self {
        let from = difference(was.1, now.1);
        let line = |(end, printed): (&str, &[u8])| format!("{end}, {}", bytes(printed, from));
        Self {
            name: "the reader".to_owned(),
            was: line(was),
            now: line(now),
        }
    }
}

/// What stands in a file, from its beginning.
pub(crate) fn describe_whole(content: Option<&Content>) -> String {
    describe(content, 0)
}

fn describe(content: Option<&Content>, from: usize) -> String {
    match content {
        None => "is not there".to_owned(),
        Some(Content::File(held, attributes)) => file(held, from) + &shown(attributes),
        Some(Content::Link(to, None)) => format!("is a link to {}", visible_path(to)),
        Some(Content::Link(to, held)) => {
            let held = describe(held.as_deref(), from);
            format!("is a link to {}: {held}", visible_path(to))
        }
        Some(Content::Other) => "is no file any more".to_owned(),
    }
}

fn file(held: &[u8], from: usize) -> String {
    if held.is_empty() {
        return "is empty".to_owned();
    }
    bytes(held, from)
}

/// The extended attributes of a file, behind what it holds.
fn shown(attributes: &Attributes) -> String {
    let pair = |(name, value): &(Vec<u8>, Vec<u8>)| {
        let (name, value) = (visible(name), excerpt(value));
        format!(", {name}={value}")
    };
    attributes.iter().map(pair).collect()
}

fn bytes(held: &[u8], from: usize) -> String {
    let from = from.min(held.len());
    let place = if from > 0 {
        format!(", from byte {from} on")
    } else {
        String::new()
    };
    format!("{} bytes{place}: {}", held.len(), excerpt(&held[from..]))
}

/// The beginning, on one line.
fn excerpt(bytes: &[u8]) -> String {
    if bytes.len() <= LONG {
        return visible(bytes);
    }
    format!("{}…", visible(&bytes[..boundary(bytes, LONG)]))
}

/// Where to begin, so that the first difference is seen.
fn difference(was: &[u8], now: &[u8]) -> usize {
    let same = was.iter().zip(now).take_while(|(was, now)| was == now);
    let same = same.count();
    if was == now || same + BEFORE <= LONG {
        return 0;
    }
    boundary(was, same - BEFORE)
}

/// The start of the letter that `at` is in.
fn boundary(bytes: &[u8], at: usize) -> usize {
    let is_inside = |it: &usize| bytes.get(*it).is_some_and(|byte| byte & 0xc0 == 0x80);
    (at.saturating_sub(3)..=at)
        .rev()
        .find(|it| !is_inside(it))
        .unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(was: &[u8], now: &[u8]) -> (String, String) {
        let [was, now] = [was, now].map(|it| Content::File(it.to_vec(), Attributes::new()));
        let change = Change::of_file(Path::new("a"), Some(&was), Some(&now));
        (change.was, change.now)
    }

    #[test]
    fn short_files_are_shown_whole() {
        let (was, now) = change(b"old = 1\n", b"");
        assert_eq!((&*was, &*now), ("8 bytes: old = 1\\n", "is empty"));
    }

    #[test]
    fn attributes_stand_behind_what_the_file_holds() {
        let attributes = vec![(b"user.state".to_vec(), b"half\x1b".to_vec())];
        let with =
            |held: &[u8]| describe_whole(Some(&Content::File(held.into(), attributes.clone())));
        assert_eq!(with(b"a"), "1 bytes: a, user.state=half\\u{1b}");
        assert_eq!(with(b""), "is empty, user.state=half\\u{1b}");
    }

    #[test]
    fn long_files_are_shown_where_they_differ() {
        let same = "é".repeat(500);
        let (was, now) = change(format!("{same}1").as_bytes(), format!("{same}2").as_bytes());
        assert_eq!(was, "1001 bytes, from byte 984 on: éééééééé1");
        assert_eq!(now, "1001 bytes, from byte 984 on: éééééééé2");
    }

    #[test]
    fn a_long_file_is_cut() {
        let (_, now) = change(b"", &[b'x'; 4000]);
        assert_eq!(now, format!("4000 bytes: {}…", "x".repeat(LONG)));
        let (_, now) = change(b"", &[0xff; 100]);
        assert_eq!(now, format!("100 bytes: {}…", "\\xff".repeat(LONG)));
    }
}
