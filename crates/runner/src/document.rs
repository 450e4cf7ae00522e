//! Reads the feature files of a suite: every one of them, in the order of their paths.
//!
//! A file that cannot be read or parsed becomes a finding with the parser's own reason, and the others are
//! read all the same, so that one run tells everything.

use std::{
    cell::OnceCell,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use gherkin::{
    EnvError, Feature, GherkinEnv, LineCol, ParseError, ParseFileError, Scenario, Table,
};
use tempfile::NamedTempFile;

use crate::finding::Finding;

/// What some editors put before a text; the parser would take it for the start of a keyword.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Where a file begins.
const START: LineCol = LineCol { line: 1, col: 1 };

/// What the parser expects where it has found a keyword, though not one that may stand there.
const KEYWORD_FOUND: &str = r#""success""#;

/// How the name of a feature file ends, behind the dot.
const ENDING: &str = "feature";

/// A feature file that parses, with its text, for the parser keeps no place of a tag or a table row.
#[derive(Debug)]
pub(crate) struct Document {
    /// The path below the project's root, with `/` between its parts.
    pub(crate) path: String,
    pub(crate) text: String,
    /// Made where they are asked for.
    lines: OnceCell<Vec<String>>,
    pub(crate) feature: Feature,
}

/// The files of a suite, and what is wrong with its folders.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// Every `*.feature`, in the order of their paths.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) findings: Vec<Finding>,
}

/// Those below `folder`, whose path is told from `root`.
pub(crate) fn files_below(root: &Path, folder: &Path) -> Files {
    let mut found = Files::default();
    found.gather(root, folder, &mut Vec::new());
    found
}

impl Files {
    /// Gathers what is below `folder`, which is inside all those `above`: a link to one of them has no end.
    fn gather(&mut self, root: &Path, folder: &Path, above: &mut Vec<PathBuf>) {
        let (place, entries) = match entries(folder) {
            Ok((place, _)) if above.contains(&place) => {
                let message = "this link leads back to a folder that it stands in";
                return self.findings.push(at_start(root, folder, message));
            }
            Ok(found) => found,
            Err(error) => {
                let message = format!("cannot read: {error}");
                return self.findings.push(at_start(root, folder, message));
            }
        };
        above.push(place);
        for path in entries {
            if path.is_dir() {
                self.gather(root, &path, above);
            } else if is_feature(&path) {
                self.files.push(path);
            }
        }
        above.pop();
    }
}

/// Where `folder` really is, and what is in it.
fn entries(folder: &Path) -> io::Result<(PathBuf, Vec<PathBuf>)> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok((fs::canonicalize(folder)?, entries))
}

/// Whether it is meant as one: `.Feature` is, too, and becomes a finding.
fn is_feature(path: &Path) -> bool {
    path.extension()
        .is_some_and(|it| it.eq_ignore_ascii_case(ENDING))
}

fn at_start(root: &Path, path: &Path, message: impl Into<String>) -> Finding {
    Finding::new(&told(root, path), START, message)
}

/// The path of a file as it is told from `root`.
pub(crate) fn told(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

/// The feature in `file`, whose path is told from `root`; or what is wrong with it.
pub(crate) fn read(root: &Path, file: &Path) -> Result<Document, Finding> {
    if file.extension().is_some_and(|it| it != ENDING) {
        let message = "the ending of a feature file is .feature, in small letters";
        return Err(at_start(root, file, message));
    }
    let text = fs::read_to_string(file).map_err(|error| at_start(root, file, error.to_string()))?;
    Document::parse(&told(root, file), &text)
}

/// The parser gives its whole reason only for a file, so `text` becomes one, if there is a place for it.
fn in_full(text: &str, source: ParseError) -> ParseFileError {
    let again = NamedTempFile::new().and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        Ok(Feature::parse_path(file.path(), GherkinEnv::default()).err())
    });
    again.ok().flatten().unwrap_or(ParseFileError::Parsing {
        path: PathBuf::new(),
        error: None,
        source,
    })
}

fn cannot_parse(path: &str, text: &str, error: &ParseFileError) -> Finding {
    let (at, reason) = match error {
        ParseFileError::Parsing { error, source, .. } => {
            reason(text, error.as_ref(), &source.to_string())
        }
        ParseFileError::Reading { source, .. } => (START, source.to_string()),
    };
    let known = loose_word(text, at).or_else(|| open_row(text, at));
    let (at, reason) = known.unwrap_or((at, reason));
    Finding::new(path, at, format!("this does not parse: {reason}"))
}

/// The parser tells its place only within a sentence, `Error at 5:3: {"|"}`, and looks ahead for a keyword
/// before it gives up: then all it expects is `_`, and the place is somewhere below.
fn reason(text: &str, error: Option<&EnvError>, sentence: &str) -> (LineCol, String) {
    let (at, expected) = take_apart(sentence);
    match error {
        _ if expected == KEYWORD_FOUND => cannot_stand(text, at),
        Some(EnvError::UnknownKeyword(word)) if expected == "\"_\"" => {
            (line_above(text, at, word), no_keyword(word).to_owned())
        }
        Some(EnvError::UnknownKeyword(word)) if expected == "\"unknown keyword\"" => {
            misplaced(text, at, word)
        }
        Some(error @ EnvError::UnsupportedLanguage(_)) => {
            let line = text.lines().enumerate().find(|(_, it)| is_language(it));
            (line.map_or(START, start_of), error.to_string())
        }
        Some(EnvError::UnknownKeyword(_)) | None if is_end(text, at) => at_the_end(text),
        Some(EnvError::UnknownKeyword(_)) | None => (at, format!("expected one of {expected}")),
        Some(error) => (at, error.to_string()),
    }
}

/// The parser looked for a keyword where `word` is, read on for as long as one could be, and found another one
/// or none.
fn misplaced(text: &str, at: LineCol, word: &str) -> (LineCol, String) {
    let start = word.lines().next().unwrap_or_default();
    cannot_stand(text, line_above(text, at, start))
}

/// What is wrong with the line of `at`.
fn cannot_stand(text: &str, at: LineCol) -> (LineCol, String) {
    let index = at.line - 1;
    let line = text.lines().nth(index).unwrap_or_default();
    let message = format!("this line cannot stand here: {}", line.trim());
    (start_of((index, line)), message)
}

fn is_language(line: &str) -> bool {
    let comment = line.trim_start().strip_prefix('#');
    comment.is_some_and(|it| it.trim_start().starts_with("language"))
}

/// Whether nothing stands from `at` on, so that what the parser could not read is above; it reads a row by itself, if
/// that is no line of a text.
fn is_end(text: &str, at: LineCol) -> bool {
    let mut below = text.lines().skip(at.line - 1);
    let rest = below.next().and_then(|line| line.get(at.col - 1..));
    let is_blank =
        rest.is_none_or(|it| it.trim().is_empty()) && below.all(|it| it.trim().is_empty());
    let is_row = |(_, line): (usize, &str)| line.trim_start().starts_with('|');
    is_blank && (open_text(text).is_some() || !last_line(text).is_some_and(is_row))
}

/// The last line that is no comment.
fn last_line(text: &str) -> Option<(usize, &str)> {
    let lines = text.lines().enumerate();
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    lines.filter(|(_, line)| !is_blank(line)).last()
}

/// What is wrong with the tags above `at`, if a word stands among them that is none.
fn loose_word(text: &str, at: LineCol) -> Option<(LineCol, String)> {
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').take(at.line).enumerate() {
        let loose = loose_in(line).filter(|_| open_text(&text[..start]).is_none());
        if let Some((before, word)) = loose {
            let at = LineCol {
                line: index + 1,
                col: before.chars().count() + 1,
            };
            return Some((at, format!("a tag begins with @, and {word:?} does not")));
        }
        start += line.len();
    }
    None
}

/// The first word of a line of tags that is none, and what stands before it.
fn loose_in(line: &str) -> Option<(&str, &str)> {
    let tags = line.split(" #").next()?;
    let is_tag = |word: &&str| word.starts_with('@');
    let mut words = tags.split_whitespace();
    words.next().filter(is_tag)?;
    let word = words.find(|it| !is_tag(it))?;
    let mut places = tags.match_indices(word).map(|(place, _)| &tags[..place]);
    let before = places.find(|it| it.ends_with(char::is_whitespace))?;
    Some((before, word))
}

/// What is wrong with the row that the parser was at, or that is the last one above, if no bar ends it.
fn open_row(text: &str, at: LineCol) -> Option<(LineCol, String)> {
    let end = text.split_inclusive('\n').take(at.line).map(str::len).sum();
    let line = last_line(&text[..end])?;
    let row = line.1.trim();
    let is_open = bars(row).count() < 2 || bars(row).last() != Some(row.len() - 1);
    (row.starts_with('|') && is_open).then(|| (start_of(line), "no | ends this row".to_owned()))
}

/// What is wrong with a `text` of which the parser wants more.
fn at_the_end(text: &str) -> (LineCol, String) {
    let (at, reason) = match (open_text(text), last_line(text)) {
        (Some(line), _) => (start_of(line), "this text has no end"),
        (None, None) => (START, "there is no feature in it"),
        (None, Some(line)) if line.1.trim_start().starts_with('@') => {
            (start_of(line), "nothing stands below this tag")
        }
        (None, Some(line)) => (
            start_of(line),
            "no keyword begins this line, or nothing stands behind it",
        ),
    };
    (at, reason.to_owned())
}

/// The line that opens a text which no other line closes.
fn open_text(text: &str) -> Option<(usize, &str)> {
    let mut open: Option<(&str, (usize, &str))> = None;
    for line in text.lines().enumerate() {
        let mut marks = ["\"\"\"", "```"].into_iter();
        let mark = marks.find(|mark| line.1.trim_start().starts_with(mark));
        open = match open {
            None => mark.map(|mark| (mark, line)),
            Some((opening, _)) if mark == Some(opening) => None,
            still => still,
        };
    }
    open.map(|(_, line)| line)
}

fn no_keyword(word: &str) -> &'static str {
    if word.starts_with('|') {
        "in a cell, a backslash stands before |, n or another backslash"
    } else {
        "no keyword begins this line"
    }
}

fn take_apart(sentence: &str) -> (LineCol, &str) {
    let place = sentence.strip_prefix("Error at ").unwrap_or_default();
    let mut parts = place.splitn(3, ':');
    let mut number = || parts.next().and_then(|it| it.parse().ok()).unwrap_or(1);
    let at = LineCol {
        line: number(),
        col: number(),
    };
    let expected = parts.next().unwrap_or_default().trim();
    (at, expected.trim_start_matches('{').trim_end_matches('}'))
}

/// The last line down to `at` that begins with `word`.
fn line_above(text: &str, at: LineCol, word: &str) -> LineCol {
    let lines: Vec<_> = text.lines().take(at.line).enumerate().collect();
    let found = lines
        .iter()
        .rev()
        .find(|(_, line)| line.trim_start().starts_with(word));
    found.map_or(at, |(index, line)| start_of((*index, line)))
}

/// Where the text of a line begins; the `index` counts from 0.
fn start_of((index, line): (usize, &str)) -> LineCol {
    LineCol {
        line: index + 1,
        col: line.len() - line.trim_start().len() + 1,
    }
}

impl Document {
    fn new(path: &str, text: &str, feature: Feature) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            lines: OnceCell::new(),
            feature,
        }
    }

    /// The document with this `text`, which is told as the file at `path` and need not be there.
    ///
    /// # Errors
    ///
    /// The finding that the file would be.
    pub(crate) fn parse(path: &str, text: &str) -> Result<Self, Finding> {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let parsed = Feature::parse(text, GherkinEnv::default());
        parsed
            .map(|feature| Self::new(path, text, feature))
            .map_err(|source| cannot_parse(path, text, &in_full(text, source)))
    }

    pub(crate) fn lines(&self) -> &[String] {
        let lines = || self.text.lines().map(str::to_owned).collect();
        self.lines.get_or_init(lines)
    }

    /// Where `tag` stands above the keyword at `keyword`, if it stands there.
    pub(crate) fn tag_above(&self, keyword: LineCol, tag: &str) -> Option<LineCol> {
        let wanted = format!("@{tag}");
        let above = self
            .lines()
            .iter()
            .enumerate()
            .take(keyword.line.saturating_sub(1))
            .rev();
        above
            .take_while(|(_, text)| is_above_a_keyword(text))
            .find_map(|(index, text)| {
                Some(LineCol {
                    line: index + 1,
                    col: column_of(text, &wanted)?,
                })
            })
    }

    /// The last line before its examples that belongs to `scenario`, be it a step, a row or the end of a text.
    pub(crate) fn last_line_of_steps(&self, scenario: &Scenario) -> usize {
        let examples = scenario.examples.first();
        let end = examples.map_or(scenario.span.end, |it| it.span.start);
        let end = end.min(self.text.len()); // the parser ends the last line where nothing else does
        let own = self.text[scenario.span.start..end].lines().enumerate();
        let last = own.filter(|(_, text)| !is_above_a_keyword(text)).last();
        scenario.position.line + last.map_or(0, |(index, _)| index)
    }

    /// The line number of each row of `table`, and how many cells the row really has.
    pub(crate) fn rows(&self, table: &Table) -> Vec<(usize, usize)> {
        let below = self
            .lines()
            .iter()
            .enumerate()
            .skip(table.position.line - 1);
        below
            .filter(|(_, text)| text.trim_start().starts_with('|'))
            .map(|(index, text)| (index + 1, cells(text)))
            .take(table.rows.len())
            .collect()
    }
}

/// Whether nothing but tags, comments and blanks are on this line.
pub(crate) fn is_above_a_keyword(text: &str) -> bool {
    text.trim().is_empty() || text.trim_start().starts_with(['@', '#'])
}

fn column_of(text: &str, tag: &str) -> Option<usize> {
    let ends = |start: usize| {
        text[start + tag.len()..]
            .chars()
            .next()
            .is_none_or(|it| it.is_whitespace() || it == '@')
    };
    let (start, _) = text.match_indices(tag).find(|(start, _)| ends(*start))?;
    Some(text[..start].chars().count() + 1)
}

/// Counts the bars of a row, less the one that closes it.
fn cells(row: &str) -> usize {
    bars(row).count().saturating_sub(1)
}

/// Where the bars of a row are that are not escaped.
fn bars(row: &str) -> impl Iterator<Item = usize> {
    let mut escaped = false;
    let bars = row.char_indices().filter(move |&(_, letter)| {
        let is_bar = letter == '|' && !escaped;
        escaped = letter == '\\' && !escaped;
        is_bar
    });
    bars.map(|(index, _)| index)
}
