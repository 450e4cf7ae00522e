//! What the parser throws away, read again from the text: places of tags and cells, comments, docstrings.
//!
//! Columns count characters from 1, as Cucumber's own tools count them.

use std::collections::HashMap;

use gherkin::{Examples, LineCol, Rule, Scenario, Step};

use crate::document::{Document, is_above_a_keyword};

/// A tag and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// With its `@`.
    pub(super) name: String,
    pub(super) place: LineCol,
}

/// Where a case comes from.
#[derive(Debug)]
pub(super) struct Origin {
    /// The line of the scenario, or of the outline.
    pub(super) scenario: usize,
    /// Its own tags and the inherited ones.
    pub(super) tags: Vec<Tag>,
}

/// A docstring as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DocString {
    pub(super) place: LineCol,
    pub(super) delimiter: &'static str,
    pub(super) media_type: Option<String>,
    pub(super) content: String,
}

/// The origin of each case, by its line.
pub(super) fn origins(document: &Document) -> HashMap<usize, Origin> {
    let feature = &document.feature;
    let mut origins = HashMap::new();
    for scenario in &feature.scenarios {
        origins.extend(origins_of(document, None, scenario));
    }
    for rule in &feature.rules {
        for scenario in &rule.scenarios {
            origins.extend(origins_of(document, Some(rule), scenario));
        }
    }
    origins
}

fn origins_of(
    document: &Document,
    rule: Option<&Rule>,
    scenario: &Scenario,
) -> Vec<(usize, Origin)> {
    let keywords = [
        Some(document.feature.position),
        rule.map(|rule| rule.position),
        Some(scenario.position),
    ];
    let inherited: Vec<_> = keywords
        .into_iter()
        .flatten()
        .flat_map(|keyword| tags(document, keyword))
        .collect();
    let origin = |own: Vec<Tag>| Origin {
        scenario: place(document, scenario.position).line,
        tags: once_each([inherited.clone(), own].concat()),
    };
    if scenario.examples.is_empty() {
        return vec![(scenario.position.line, origin(Vec::new()))];
    }
    let rows = scenario.examples.iter().flat_map(|examples| {
        let tags = tags(document, examples.position);
        body_lines(document, examples)
            .into_iter()
            .map(move |line| (line, tags.clone()))
    });
    rows.map(|(line, own)| (line, origin(own))).collect()
}

fn once_each(mut tags: Vec<Tag>) -> Vec<Tag> {
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| seen.insert(tag.name.clone()));
    tags
}

/// The lines of the rows below the header.
fn body_lines(document: &Document, examples: &Examples) -> Vec<usize> {
    let tables = examples.table.iter();
    let rows = tables.flat_map(|table| document.rows(table).into_iter().skip(1));
    rows.map(|(line, _)| line).collect()
}

/// The place of a keyword: the parser counts bytes, and from a comment above it.
pub(super) fn place(document: &Document, keyword: LineCol) -> LineCol {
    let below = document.lines().iter().enumerate().skip(keyword.line - 1);
    let mut code = below.filter(|(_, text)| !is_comment(text) && !text.trim().is_empty());
    code.next()
        .map_or(keyword, |(index, text)| at(index, indent(text)))
}

/// `index` counts lines, `before` the characters to the left, both from 0.
fn at(index: usize, before: usize) -> LineCol {
    LineCol {
        line: index + 1,
        col: before + 1,
    }
}

fn indent(text: &str) -> usize {
    text.chars().take_while(|it| it.is_whitespace()).count()
}

fn is_comment(text: &str) -> bool {
    text.trim_start().starts_with('#')
}

/// The tags above the keyword at `keyword`, from left to right and top to bottom.
pub(super) fn tags(document: &Document, keyword: LineCol) -> Vec<Tag> {
    let above = &document.lines()[..keyword.line - 1];
    let above: Vec<_> = above
        .iter()
        .enumerate()
        .rev()
        .take_while(|(_, text)| is_above_a_keyword(text))
        .collect();
    let lines = above.into_iter().rev();
    lines
        .filter(|(_, text)| !is_comment(text))
        .flat_map(|(index, text)| tags_in(index, text))
        .collect()
}

fn tags_in(index: usize, text: &str) -> Vec<Tag> {
    let text = text.split(" #").next().unwrap_or_default();
    let tag = |start: usize| {
        let rest = &text[start + 1..];
        let end = rest.find(|it: char| it.is_whitespace() || it == '@');
        Tag {
            name: format!("@{}", &rest[..end.unwrap_or(rest.len())]),
            place: at(index, text[..start].chars().count()),
        }
    };
    text.match_indices('@')
        .map(|(start, _)| tag(start))
        .collect()
}

/// Every comment with its place, but for the one that names the language.
pub(super) fn comments(document: &Document) -> Vec<(LineCol, &str)> {
    let quoted = docstring_lines(document);
    let lines = document.lines().iter().enumerate();
    lines
        .filter(|(index, text)| is_comment(text) && !quoted[*index])
        .filter(|(_, text)| language_in(text).is_none())
        .map(|(index, text)| (at(index, 0), text.as_str()))
        .collect()
}

/// For each line whether it is inside of a docstring.
fn docstring_lines(document: &Document) -> Vec<bool> {
    let mut open = None;
    let lines = document.lines().iter().map(|text| {
        let mark = delimiter(text);
        let was_open = open.is_some();
        match open {
            None => open = mark,
            Some(_) if mark == open => open = None,
            Some(_) => (),
        }
        was_open
    });
    lines.collect()
}

fn delimiter(text: &str) -> Option<&'static str> {
    let text = text.trim_start();
    ["\"\"\"", "```"]
        .into_iter()
        .find(|mark| text.starts_with(mark))
}

/// The language of a feature, English unless it says otherwise.
pub(super) fn language(document: &Document) -> &str {
    let lines = document.lines().iter();
    let mut above = lines.take_while(|text| text.trim().is_empty() || is_comment(text));
    above.find_map(|text| language_in(text)).unwrap_or("en")
}

fn language_in(text: &str) -> Option<&str> {
    let rest = text.trim_start().strip_prefix('#')?;
    let rest = rest.trim_start().strip_prefix("language")?;
    Some(rest.trim_start().strip_prefix(':')?.trim())
}

/// The docstring of a step, if it has one.
pub(super) fn docstring(document: &Document, step: &Step) -> Option<DocString> {
    step.docstring.as_ref()?;
    let below = document.lines().iter().enumerate().skip(step.position.line);
    let mut below = below.skip_while(|(_, text)| delimiter(text).is_none());
    let (index, opening) = below.next()?;
    let (delimiter, indent) = (delimiter(opening)?, indent(opening));
    let media_type = opening.trim().trim_start_matches(delimiter).to_owned();
    let escaped: String = delimiter.chars().flat_map(|it| ['\\', it]).collect();
    let content: Vec<_> = below
        .take_while(|(_, text)| !text.trim_start().starts_with(delimiter))
        .map(|(_, text)| outdent(text, indent).replace(&escaped, delimiter))
        .collect();
    Some(DocString {
        place: at(index, indent),
        delimiter,
        media_type: Some(media_type).filter(|it| !it.is_empty()),
        content: content.join("\n"),
    })
}

/// The content of a docstring that the parser handed over with the line breaks beside its delimiters.
pub(super) fn content(parsed: &str) -> &str {
    let text = parsed.split_once('\n').map_or(parsed, |(_, text)| text);
    text.strip_suffix('\n').unwrap_or(text)
}

/// `text` without its first blanks, `indent` of them at most.
fn outdent(text: &str, indent: usize) -> &str {
    let blanks = text
        .chars()
        .take(indent)
        .take_while(|it| it.is_whitespace());
    &text[blanks.map(char::len_utf8).sum()..]
}

/// The places of the cells of the row on `line`.
pub(super) fn cells(document: &Document, line: usize) -> Vec<LineCol> {
    let Some(text) = document.lines().get(line - 1) else {
        return Vec::new();
    };
    let letters: Vec<_> = text.chars().collect();
    let mut escaped = false;
    let mut bars = Vec::new();
    for (column, letter) in letters.iter().enumerate() {
        if *letter == '|' && !escaped {
            bars.push(column);
        }
        escaped = *letter == '\\' && !escaped;
    }
    let cell = |bar: &usize| {
        let blanks = letters[bar + 1..]
            .iter()
            .take_while(|it| it.is_whitespace());
        at(line - 1, bar + 1 + blanks.count())
    };
    let last = bars.len().saturating_sub(1);
    bars[..last].iter().map(cell).collect()
}

/// The text between the keyword on `line` and `next`, the line of what follows, as it is written.
pub(super) fn description(document: &Document, line: usize, next: usize) -> String {
    let between = &document.lines()[line..(next - 1).max(line)];
    let is_text = |text: &&String| !text.trim().is_empty();
    let lines: Vec<_> = between
        .iter()
        .filter(|text| !is_comment(text))
        .skip_while(|text| !is_text(text))
        .collect();
    let above_next = |text: &&&String| text.trim().is_empty() || text.trim_start().starts_with('@');
    let after = lines.iter().rev().take_while(above_next).count();
    let lines = &lines[..lines.len() - after];
    lines
        .iter()
        .map(|text| text.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}
