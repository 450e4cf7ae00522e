//! Where a new key goes, and how it is spelled there.
//!
//! It goes beside its siblings: into the deepest table there is, behind the last key that shares the
//! longest beginning with it, spelled as that one is. Where there is nothing to go beside, a new
//! table at the end of the file is made for it.

use toml_writer::{TomlKeyBuilder, TomlWrite};

use super::layout::{Entry, Form, Layout, Shape, Table};
use super::lines;
use super::splice::Splice;

/// The splice that adds `key`.
pub(super) fn splice(text: &str, layout: &Layout, key: &str, value: &str) -> Splice {
    let tables = layout.tables.iter().enumerate();
    let places = tables.filter_map(|(index, table)| Place::find(layout, index, table, key));
    match places.max_by_key(Place::rank) {
        Some(place) => place.splice(text, layout, key, value),
        None => new_table(text, key, value),
    }
}

/// A table that may take the key, and the key to put it behind.
struct Place<'l> {
    table: &'l Table,
    sibling: Option<&'l Entry>,
    /// How many leading segments the key shares with what is there.
    depth: usize,
}

impl<'l> Place<'l> {
    fn find(layout: &'l Layout, index: usize, table: &'l Table, key: &str) -> Option<Self> {
        key.strip_prefix(&table.prefix)?;
        let nearest = layout
            .entries_in(index)
            .max_by_key(|entry| shared(&entry.name, key));
        let depth = nearest.map_or_else(|| dots(&table.prefix), |entry| shared(&entry.name, key));
        let sibling = if depth == 0 && key.contains('.') {
            Some(
                layout
                    .entries_in(index)
                    .rfind(|entry| entry.key[0].text.contains('.'))?,
            )
        } else {
            nearest
        };
        Some(Self {
            table,
            sibling,
            depth,
        })
    }

    fn rank(&self) -> (usize, bool, usize) {
        (self.depth, self.sibling.is_some(), dots(&self.table.prefix))
    }

    fn splice(&self, text: &str, layout: &Layout, key: &str, value: &str) -> Splice {
        let rest = &key[self.table.prefix.len()..];
        let spelled = self
            .sibling
            .map_or_else(|| spell(rest), |sibling| spell_as(text, sibling, rest));
        let equals = if self.sibling.is_some_and(|sibling| is_tight(text, sibling)) {
            "="
        } else {
            " = "
        };
        let new = spelled + equals + value;
        match (self.table.form, self.sibling) {
            (Form::Inline, Some(sibling)) => beside_inline(text, sibling, &new),
            (Form::Inline, None) => into_braces(text, self.table.span.start + 1, &new),
            (_, Some(sibling)) => below(text, sibling.key[0].span.start, sibling.value.end, &new),
            (Form::Header, None) => below(text, self.table.span.start, self.table.span.end, &new),
            (Form::Root, None) => before_headers(text, layout, &new),
        }
    }
}

/// How many leading segments two names share, not counting the last of either.
fn shared(name: &str, key: &str) -> usize {
    let pairs = name.bytes().zip(key.bytes());
    pairs
        .take_while(|(one, other)| one == other)
        .filter(|(one, _)| *one == b'.')
        .count()
}

fn dots(name: &str) -> usize {
    name.matches('.').count()
}

/// Spells a dotted name with a bare key for each segment, as far as bare keys go.
fn spell(name: &str) -> String {
    name.split('.')
        .map(|segment| written(&TomlKeyBuilder::new(segment).as_default()))
        .collect::<Vec<_>>()
        .join(".")
}

fn written(key: &toml_writer::TomlKey) -> String {
    let mut written = String::new();
    // Writing into a `String` cannot fail.
    let _ = written.key(*key);
    written
}

/// Spells a dotted name as `sibling` is spelled: the segments that they share as they stand there,
/// and the rest in one quoted segment if the sibling's next one holds dots as well.
fn spell_as(text: &str, sibling: &Entry, name: &str) -> String {
    let mut rest = name;
    let mut segments = sibling.key.iter().peekable();
    let start = sibling.key[0].span.start;
    let mut end = start;
    while let Some(below) = segments
        .peek()
        .and_then(|next| below_segment(rest, &next.text))
    {
        rest = below;
        end = segments.next().map_or(end, |segment| segment.span.end);
    }
    let is_flat = rest.contains('.') && segments.peek().is_some_and(|next| next.text.contains('.'));
    let spelled = if is_flat {
        written(&TomlKeyBuilder::new(rest).as_basic())
    } else {
        spell(rest)
    };
    if end == start {
        spelled
    } else {
        [&text[start..end], ".", &spelled].concat()
    }
}

fn below_segment<'n>(name: &'n str, segment: &str) -> Option<&'n str> {
    name.strip_prefix(segment)?.strip_prefix('.')
}

/// Whether the sibling has no space around its equals sign.
fn is_tight(text: &str, sibling: &Entry) -> bool {
    let key_end = sibling.key.last().map_or(0, |segment| segment.span.end);
    &text[key_end..sibling.value.start] == "="
}

/// A new line below the one that ends behind `end`, indented as the one that holds `start`.
fn below(text: &str, start: usize, end: usize, new: &str) -> Splice {
    line_at(
        text,
        lines::end(text, end),
        &[lines::indent(text, start), new].concat(),
    )
}

/// A new line at `at`, where a line begins or the text ends.
fn line_at(text: &str, at: usize, line: &str) -> Splice {
    let newline = lines::newline(text, at);
    let is_open = at > lines::first(text) && !text[..at].ends_with('\n');
    let new = if is_open {
        [newline, line].concat()
    } else {
        [line, newline].concat()
    };
    Splice::new(at..at, new)
}

/// The first line of a file that has only tables: before the first header and the comment above it.
fn before_headers(text: &str, layout: &Layout, new: &str) -> Splice {
    let headers = layout
        .tables
        .iter()
        .filter(|table| table.form == Form::Header)
        .map(|table| &table.span);
    let sections = layout
        .entries
        .iter()
        .filter(|entry| entry.shape == Shape::Section)
        .map(|entry| &entry.value);
    let Some(header) = headers.chain(sections).map(|span| span.start).min() else {
        return line_at(text, text.len(), new);
    };
    let mut at = lines::start(text, header);
    while at > lines::first(text) && lines::is_comment(text, at - 1) {
        at = lines::start(text, at - 1);
    }
    let newline = lines::newline(text, at);
    Splice::new(at..at, [new, newline, newline].concat())
}

/// A new entry behind the brace at the beginning of an inline table that has none.
fn into_braces(text: &str, at: usize, new: &str) -> Splice {
    let close = if text[at..].starts_with('}') { " " } else { "" };
    Splice::new(at..at, [" ", new, close].concat())
}

/// A new entry behind `sibling`: on a line of its own if the sibling has one.
fn beside_inline(text: &str, sibling: &Entry, new: &str) -> Splice {
    let (start, end) = (sibling.key[0].span.start, sibling.value.end);
    let line_end = lines::skip_comment(text, sibling.comma.map_or(end, |comma| comma + 1));
    if !lines::is_first(text, start) || !lines::is_end(text, line_end) {
        return Splice::new(end..end, [", ", new].concat());
    }
    let (newline, indent) = (lines::newline(text, line_end), lines::indent(text, start));
    let (before, after) = if sibling.comma.is_some() {
        ("", ",")
    } else {
        (",", "")
    };
    let kept = &text[end..line_end];
    Splice::new(
        end..line_end,
        [before, kept, newline, indent, new, after].concat(),
    )
}

/// A new table at the end of the file.
fn new_table(text: &str, key: &str, value: &str) -> Splice {
    let (table, last) = key.rsplit_once('.').unwrap_or_default();
    let newline = lines::newline(text, text.len());
    let is_empty = text.len() == lines::first(text);
    let is_open = !is_empty && !text.ends_with('\n');
    let is_separate = text
        .lines()
        .last()
        .is_none_or(|line| line.trim().is_empty());
    let mut new = newline.repeat(usize::from(is_open) + usize::from(!is_empty && !is_separate));
    new += &["[", &spell(table), "]", newline, &spell(last), " = ", value].concat();
    if !is_open {
        new += newline;
    }
    Splice::new(text.len()..text.len(), new)
}
