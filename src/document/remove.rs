//! What goes when a key goes.
//!
//! In a table with a header, and at the root, its lines go. In an inline table, its entry goes with one
//! comma, and with its lines if nothing else stands on them.

use super::layout::{Entry, Form, Layout};
use super::lines;
use super::splice::Splice;

/// The splice that takes `entry` away.
pub(super) fn splice(text: &str, layout: &Layout, entry: &Entry) -> Splice {
    if layout.tables[entry.table].form != Form::Inline {
        return whole_lines(text, entry);
    }
    let previous = layout
        .entries_in(entry.table)
        .take_while(|other| other.value.end < entry.value.start)
        .last();
    on_own_lines(text, entry, previous).unwrap_or_else(|| between_others(text, entry, previous))
}

/// All lines of the entry; where they end the file without a newline, the newline before them.
fn whole_lines(text: &str, entry: &Entry) -> Splice {
    let start = lines::start(text, entry.key[0].span.start);
    let end = lines::end(text, entry.value.end);
    let before = text[..start]
        .strip_suffix('\n')
        .filter(|_| !text[..end].ends_with('\n'));
    let start = before.map_or(start, |before| {
        before.strip_suffix('\r').unwrap_or(before).len()
    });
    Splice::new(start..end, String::new())
}

/// The lines of an inline entry that has them for itself.
fn on_own_lines(text: &str, entry: &Entry, previous: Option<&Entry>) -> Option<Splice> {
    let key = entry.key[0].span.start;
    let line_end =
        lines::skip_comment(text, entry.comma.map_or(entry.value.end, |comma| comma + 1));
    let is_alone = lines::is_first(text, key) && lines::is_end(text, line_end);
    let (start, end) = (lines::start(text, key), lines::end(text, line_end));
    match previous.and_then(|previous| previous.comma) {
        _ if !is_alone => None,
        Some(comma) if entry.comma.is_none() => {
            Some(Splice::new(comma..end, text[comma + 1..start].to_owned()))
        }
        _ => Some(Splice::new(start..end, String::new())),
    }
}

/// An inline entry between others, with the comma before it if that stands on the same line.
fn between_others(text: &str, entry: &Entry, previous: Option<&Entry>) -> Splice {
    let (key, end) = (entry.key[0].span.start, entry.value.end);
    let beside = previous.filter(|previous| !text[previous.value.end..key].contains('\n'));
    let comma = previous.and_then(|previous| previous.comma);
    match (beside, entry.comma, comma) {
        (Some(beside), ..) => Splice::new(beside.value.end..end, String::new()),
        (None, None, Some(comma)) => Splice::new(comma..end, text[comma + 1..key].to_owned()),
        (None, own, _) => {
            let end = lines::skip_comment(text, own.map_or(end, |own| own + 1));
            Splice::new(key..end, String::new())
        }
    }
}
