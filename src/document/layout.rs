//! Where everything stands in a TOML file: its tables and its keys, in file order, each with its span.
//!
//! The events of the same parser that reads the file are written down as a flat list. A tree, as
//! `toml_edit` has, would have to be searched for what stands beside what; here that is the order.
//! Arrays, and everything below an `[[array of tables]]`, are opaque: they have values, not keys.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::mem;
use std::ops::Range;

use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, parse_document};

use super::splice::Splice;

/// How the header of an array of tables begins. A text may hold this elsewhere, too.
pub(super) const ARRAY_OF_TABLES: &str = "[[";

/// A valid TOML file, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// The root first, then every table that has a header or stands between braces.
    pub(super) tables: Vec<Table>,
    /// Every key that is followed by a value, and every section of an array of tables.
    pub(super) entries: Vec<Entry>,
    /// Where a dotted key first reaches into an array of tables. Such a file is no TOML, though the `toml` crate
    /// takes it where the key has two more segments.
    pub(super) stray: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// What the names of its keys begin with: its own name and a dot, or nothing for the root.
    pub(super) prefix: String,
    pub(super) form: Form,
    /// From bracket to bracket, or from brace to brace; empty for the root.
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Root,
    Header,
    Inline,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The table it stands in.
    pub(super) table: usize,
    /// The whole name with the table's: all segments, joined with dots.
    pub(super) name: String,
    /// The segments as they stand in the file, without the table's; never empty.
    pub(super) key: Vec<Segment>,
    pub(super) value: Range<usize>,
    /// Where the comma after it is, in an inline table that has one there.
    pub(super) comma: Option<usize>,
    pub(super) shape: Shape,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A value, as far as settings go.
    Leaf,
    /// An inline table, whose entries follow.
    Table,
    /// A section of an array of tables: its header, and what belongs to it up to the next header.
    Section,
}

impl Layout {
    /// Takes a file apart that the `toml` crate has accepted.
    pub(super) fn of(text: &str) -> Self {
        let source = Source::new(text);
        let mut events: Vec<Event> = Vec::new();
        parse_document(&source.lex().into_vec(), &mut events, &mut ());
        let mut builder = Builder::new(source);
        for event in &events {
            builder.take(event);
        }
        builder.layout
    }

    /// Takes note that `splice` put another leaf in the place of one.
    ///
    /// The rest of the file is what it was; reading it again would take as long as the first time.
    pub(super) fn replace_leaf(&mut self, splice: &Splice) {
        for table in &mut self.tables {
            splice.shift(&mut table.span);
        }
        for entry in &mut self.entries {
            splice.shift(&mut entry.value);
            entry.comma.iter_mut().for_each(|at| splice.shift_place(at));
            let segments = entry.key.iter_mut();
            segments.for_each(|segment| splice.shift(&mut segment.span));
        }
    }

    /// The entries that stand directly in the table with this index.
    pub(super) fn entries_in(&self, table: usize) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.table == table && entry.shape != Shape::Section)
    }
}

impl Entry {
    /// The decoded segments of its key.
    pub(super) fn segments(&self) -> impl Iterator<Item = &str> {
        self.key.iter().map(|segment| segment.text.as_str())
    }
}

struct Builder<'t> {
    source: Source<'t>,
    layout: Layout,
    /// The names of the arrays of tables so far, within the last sections of those around them.
    arrays: BTreeSet<Vec<String>>,
    /// The name of the table or the section that keys with no inline table around them go to.
    path: Vec<String>,
    /// The table that keys go to: the innermost last; none within a section.
    tables: Vec<usize>,
    /// The entries that still wait for the end of their values, innermost last.
    open: Vec<usize>,
    /// How many arrays we are inside of.
    depth: usize,
    /// How many inline tables we are inside of, outside of arrays.
    braces: usize,
    /// Where the header began that is being read.
    header: usize,
    key: Vec<Segment>,
}

impl<'t> Builder<'t> {
    fn new(source: Source<'t>) -> Self {
        let root = Table {
            prefix: String::new(),
            form: Form::Root,
            span: 0..0,
        };
        Self {
            source,
            layout: Layout {
                tables: vec![root],
                entries: Vec::new(),
                stray: None,
            },
            arrays: BTreeSet::new(),
            path: Vec::new(),
            tables: vec![0],
            open: Vec::new(),
            depth: 0,
            braces: 0,
            header: 0,
            key: Vec::new(),
        }
    }

    fn take(&mut self, event: &Event) {
        let span = event.span().start()..event.span().end();
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => self.header = span.start,
            EventKind::StdTableClose => self.close_header(span.end, false),
            EventKind::ArrayTableClose => self.close_header(span.end, true),
            EventKind::SimpleKey if self.depth == 0 => self.take_segment(event, span),
            EventKind::KeyValSep if self.depth == 0 => self.begin_entry(),
            EventKind::Scalar => self.take_value(span),
            EventKind::InlineTableOpen if self.depth == 0 => self.begin_inline(span),
            EventKind::InlineTableClose if self.depth == 0 => self.end_inline(span.end),
            EventKind::ArrayOpen => self.begin_array(span.start),
            EventKind::ArrayClose => self.end_array(span.end),
            EventKind::ValueSep if self.depth == 0 => self.take_comma(span.start),
            _ => {}
        }
    }

    fn take_segment(&mut self, event: &Event, span: Range<usize>) {
        let mut text = Cow::Borrowed("");
        if let Some(raw) = self.source.get(event) {
            raw.decode_key(&mut text, &mut ());
        }
        let text = text.into_owned();
        self.key.push(Segment { text, span });
    }

    fn close_header(&mut self, end: usize, is_array: bool) {
        let mut key = mem::take(&mut self.key);
        let path: Vec<String> = key.iter().map(|segment| segment.text.clone()).collect();
        let span = self.header..end;
        let array = (1..path.len()).find(|&length| self.arrays.contains(&path[..length]));
        let array = array.or_else(|| is_array.then_some(path.len()));
        self.tables.clear();
        self.open.clear();
        if is_array {
            self.begin_array_of_tables(&path);
        }
        match array {
            Some(length) => {
                key.truncate(length);
                self.begin_section(&path[..length], key, span);
            }
            None => self.begin_table(path.join(".") + ".", Form::Header, span),
        }
        self.path = path;
    }

    /// Notes the array of a new section, in which there are none yet.
    fn begin_array_of_tables(&mut self, path: &[String]) {
        let from = self.arrays.range(path.to_vec()..);
        let within = from.take_while(|other| other.starts_with(path));
        for old in within.cloned().collect::<Vec<_>>() {
            self.arrays.remove(&old);
        }
        self.arrays.insert(path.to_vec());
    }

    fn begin_section(&mut self, array: &[String], key: Vec<Segment>, header: Range<usize>) {
        self.layout.entries.push(Entry {
            table: 0,
            name: array.join("."),
            key,
            value: header,
            comma: None,
            shape: Shape::Section,
        });
    }

    fn begin_table(&mut self, prefix: String, form: Form, span: Range<usize>) {
        self.tables.push(self.layout.tables.len());
        self.layout.tables.push(Table { prefix, form, span });
    }

    fn begin_entry(&mut self) {
        let key = mem::take(&mut self.key);
        self.look_for_stray(&key);
        let Some(&table) = self.tables.last() else {
            return;
        };
        let own: Vec<&str> = key.iter().map(|segment| segment.text.as_str()).collect();
        let name = self.layout.tables[table].prefix.clone() + &own.join(".");
        self.open.push(self.layout.entries.len());
        self.layout.entries.push(Entry {
            table,
            name,
            key,
            value: 0..0,
            comma: None,
            shape: Shape::Leaf,
        });
    }

    /// Looks whether a segment of `key`, other than its last, names an array of tables.
    fn look_for_stray(&mut self, key: &[Segment]) {
        if self.arrays.is_empty() || self.braces > 0 || self.layout.stray.is_some() {
            return;
        }
        let mut path = self.path.clone();
        let found = key.iter().find(|segment| {
            path.push(segment.text.clone());
            self.arrays.contains(&path)
        });
        self.layout.stray = found.map(|segment| segment.span.start);
    }

    fn take_value(&mut self, span: Range<usize>) {
        if self.depth == 0 {
            self.begin_value(span.start);
            self.end_value(span.end);
        }
    }

    fn begin_value(&mut self, start: usize) {
        if let Some(&entry) = self.open.last() {
            self.layout.entries[entry].value.start = start;
        }
    }

    /// Ends the innermost value; within a section, this is how far the section goes.
    fn end_value(&mut self, end: usize) {
        let last = self.layout.entries.len().checked_sub(1);
        if let Some(entry) = self.open.pop().or(last) {
            self.layout.entries[entry].value.end = end;
        }
    }

    fn begin_array(&mut self, start: usize) {
        if self.depth == 0 {
            self.begin_value(start);
        }
        self.depth += 1;
    }

    fn end_array(&mut self, end: usize) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            self.end_value(end);
        }
    }

    fn begin_inline(&mut self, span: Range<usize>) {
        self.braces += 1;
        self.begin_value(span.start);
        if let Some(&entry) = self.open.last() {
            self.layout.entries[entry].shape = Shape::Table;
            let prefix = self.layout.entries[entry].name.clone() + ".";
            self.begin_table(prefix, Form::Inline, span);
        }
    }

    fn end_inline(&mut self, end: usize) {
        self.braces = self.braces.saturating_sub(1);
        if !self.open.is_empty()
            && let Some(table) = self.tables.pop()
        {
            self.layout.tables[table].span.end = end;
        }
        self.end_value(end);
    }

    fn take_comma(&mut self, at: usize) {
        let table = self.tables.last();
        let mut entries = self.layout.entries.iter_mut().rev();
        if let Some(entry) = entries.find(|entry| Some(&entry.table) == table) {
            entry.comma = Some(at);
        }
    }
}
