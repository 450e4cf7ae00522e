//! The report as a feature that runs: each case that was seen is an example, and has to come to the same again.
//!
//! It is written in the sentences of [`steps!`](crate::steps), and is the same text for the same report. With the
//! number of faults it holds that no case was added; the ids say that none is gone. A case whose call did not come up
//! again says nothing, and is a comment.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::gherkin::text;
use crate::judge::{Tear, Verdict, Whole};
use crate::report::{Case, Report};
use crate::tree::{Node, Tree};
use crate::{Prover, TIMEOUT};

/// How many bytes of files a feature holds at most.
const INLINE_MAX: usize = 16 * 1024;

/// What cannot be told in a feature.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FeatureError {
    #[error("a feature cannot hold {0}: put the files into a directory, and say --fixture")]
    Fixture(String),
    #[error("a feature cannot hold the name or the line {0:?}")]
    Name(String),
    #[error("nothing was tried, so a feature would hold nothing")]
    Nothing,
}

type Written<T> = Result<T, FeatureError>;

/// The whole feature, without a line break at its end.
pub(crate) fn write(prover: &Prover, report: &Report) -> Written<String> {
    let mut text = headline(report)?;
    background(&mut text, prover, report)?;
    if !report.doubts.is_empty() {
        doubts(&mut text, report);
        return Ok(text.trim_end().to_owned());
    }
    let groups = groups(report);
    if groups.is_empty() && report.shard.is_some() {
        return Err(FeatureError::Nothing);
    }
    let mut rule = "";
    for (outcome, ids) in &groups {
        if rule != outcome.rule() {
            rule = outcome.rule();
            let _ = writeln!(text, "\n  Rule: {rule}");
        }
        outline(&mut text, report, outcome, ids)?;
    }
    remainder(&mut text, report);
    Ok(text.trim_end().to_owned())
}

fn headline(report: &Report) -> Written<String> {
    let mut text =
        "# Written by `untorn prove --feature`. It passes while the command does what it did then.\n"
            .to_owned();
    let line = line(&report.command)?;
    let first = line.lines().next().unwrap_or_default();
    let _ = writeln!(text, "Feature: {first}");
    let _ = writeln!(
        text,
        "  In {} calls there were {} faults, tried one at a time; power cuts and other writers were not.",
        report.points.len(),
        report.cases.len() + report.untried
    );
    Ok(text)
}

fn background(text: &mut String, prover: &Prover, report: &Report) -> Written<()> {
    text.push_str("\n  Background:\n");
    if let Some(told) = told(&prover.fixture) {
        text.push_str(&told);
    } else {
        let directory = prover.fixture_directory.as_deref().and_then(Path::to_str);
        let directory = directory.ok_or_else(|| too_much(&prover.fixture))?;
        let _ = writeln!(
            text,
            "    Given a home directory like \"{}\"",
            quoted(directory)?
        );
    }
    let files = report.protected.iter().map(|it| named(it));
    let files = files.collect::<Written<Vec<String>>>()?;
    let word = if files.len() == 1 { "file" } else { "files" };
    let _ = writeln!(text, "    And the protected {word} {}", files.join(", "));
    if let Some(reader) = &prover.reader_line {
        let _ = writeln!(
            text,
            "    And the state is read with `{}`",
            one_line(reader)?
        );
    }
    for (name, value) in &prover.environment {
        let pair = format!("{}={}", name.display(), value.display());
        let _ = writeln!(
            text,
            "    And the command has \"{}\" in its environment",
            one_line(&pair)?
        );
    }
    if prover.timeout != TIMEOUT {
        let _ = writeln!(
            text,
            "    And the command may take {} ms",
            prover.timeout.as_millis()
        );
    }
    if prover.is_plain {
        text.push_str("    And the command runs without name spaces\n");
    }
    command(text, &line(&report.command)?)
}

fn command(text: &mut String, line: &str) -> Written<()> {
    if one_line(line).is_ok() {
        let _ = writeln!(text, "    And the command `{line}`");
        return Ok(());
    }
    let contents = format!("{line}\n");
    let plain = text::as_plain(contents.as_bytes());
    let plain = plain.ok_or_else(|| FeatureError::Name(line.to_owned()))?;
    text.push_str("    And the command:\n");
    docstring(text, plain.lines());
    Ok(())
}

/// What an outcome is, as far as it is the same in every run.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Outcome<'a> {
    verdict: Verdict,
    tear: Option<(Tear, &'a Path)>,
    whole: Option<Whole>,
    /// How the command ended; `None` where it did not.
    end: Option<&'a str>,
    recovers: bool,
    has_litter: bool,
}

/// The ids of the cases that come to the same, the worst first, in the order of the plan.
fn groups(report: &Report) -> BTreeMap<Outcome<'_>, Vec<&str>> {
    let mut groups: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    let reached = report.cases.iter();
    for case in reached.filter(|it| it.verdict != Verdict::NotReached) {
        groups.entry(Outcome::of(case)).or_default().push(&case.id);
    }
    groups
}

impl<'a> Outcome<'a> {
    fn of(case: &'a Case) -> Self {
        Self {
            verdict: case.verdict,
            tear: case
                .tear
                .as_ref()
                .map(|(tear, path)| (*tear, path.as_path())),
            whole: case.whole,
            end: (!case.end.starts_with("no end")).then_some(&case.end),
            recovers: case.recovers,
            has_litter: !case.litter.is_empty(),
        }
    }

    fn rule(&self) -> &'static str {
        match self.verdict {
            Verdict::Torn => "A fault can leave the files torn",
            Verdict::Lie => "A fault can be taken for a success",
            Verdict::Stuck => "A fault can leave what a clean re-run does not make good",
            Verdict::InDoubt => "A fault can be told of although the change is made",
            Verdict::Litter => "A fault can leave a temporary file",
            Verdict::Ok | Verdict::NotReached => "All or nothing is what the other faults leave",
        }
    }

    /// What stands behind `Then` and `And`.
    fn sentences(&self, is_one_file: bool) -> Written<Vec<String>> {
        let mut all = vec![format!("the verdict is \"{}\"", self.verdict.word())];
        if let Some((tear, path)) = self.tear {
            all.push(format!("{} is {}", named(path)?, tear.word()));
        }
        if let Some(whole) = self.whole {
            let files = if is_one_file { "file is" } else { "files are" };
            all.push(format!("the {files} fully {}", side(whole)));
        }
        all.push(match self.end {
            Some(end) => format!("it ends with \"{}\"", quoted(end)?),
            None => "it does not end".to_owned(),
        });
        let recovers = if self.recovers { "succeeds" } else { "fails" };
        all.push(format!("a clean re-run {recovers}"));
        let left = if self.has_litter { "a" } else { "no" };
        all.push(format!("{left} temporary file is left"));
        Ok(all)
    }

    /// The name of its outline, which no other one has.
    fn name(&self) -> String {
        let state = match (self.tear, self.whole) {
            (Some((tear, path)), _) => format!("{} {}", path.display(), tear.word()),
            (None, Some(whole)) => side(whole).to_owned(),
            (None, None) => "torn".to_owned(),
        };
        let recovers = if self.recovers { "" } else { ", for good" };
        let left = if self.has_litter {
            ", with something beside"
        } else {
            ""
        };
        format!("{state}, {}{recovers}{left}", self.end.unwrap_or("no end"))
    }
}

fn side(whole: Whole) -> &'static str {
    match whole {
        Whole::Old => "old",
        Whole::New => "new",
    }
}

fn outline(text: &mut String, report: &Report, outcome: &Outcome<'_>, ids: &[&str]) -> Written<()> {
    let (word, name) = (outcome.verdict.word(), outcome.name());
    let _ = writeln!(text, "\n    Scenario Outline: {word}, {name}: <case>");
    text.push_str("      When the case `<case>` is run\n");
    let sentences = outcome.sentences(report.protected.len() == 1)?;
    for (index, sentence) in sentences.iter().enumerate() {
        let keyword = if index == 0 { "Then" } else { "And" };
        let _ = writeln!(text, "      {keyword} {sentence}");
    }
    text.push_str("\n      Examples:\n        | case |\n");
    for id in ids {
        let cell = one_line(id)?.replace('\\', "\\\\").replace('|', "\\|");
        let _ = writeln!(text, "        | {cell} |");
    }
    Ok(())
}

/// What the examples do not tell.
fn remainder(text: &mut String, report: &Report) {
    let missed = report.cases.iter();
    for case in missed.filter(|it| it.verdict == Verdict::NotReached) {
        let _ = write!(
            text,
            "\n  # The call did not come up again, which says nothing: {}",
            case.id
        );
    }
    if report.untried > 0 {
        let _ = write!(
            text,
            "\n  # Bounded: {} more faults were not tried.",
            report.untried
        );
    }
    if let Some((part, parts)) = report.shard {
        let _ = write!(text, "\n  # Only shard {part}/{parts} was tried.");
        return;
    }
    let count = report.cases.len() + report.untried;
    let told = if count == 1 {
        "is 1 fault".to_owned()
    } else {
        format!("are {count} faults")
    };
    let _ = write!(
        text,
        "\n  Rule: There is no other fault\n\n    Scenario: the number of faults\n      \
         When its faults are listed\n      Then there {told}\n"
    );
}

/// An answer that cannot be trusted is told as that.
fn doubts(text: &mut String, report: &Report) {
    text.push_str("\n  Rule: Not all that the command does can be judged\n\n");
    for doubt in &report.doubts {
        let _ = writeln!(text, "    # {}", doubt.replace('\n', " "));
    }
    let answer = report.answer().word();
    let _ = writeln!(
        text,
        "    Scenario: the answer\n      When the command is proved\n      Then the answer is \"{answer}\""
    );
}

/// The fixture in words; `None` where it is too large, or has what words cannot say.
fn told(fixture: &Tree) -> Option<String> {
    if fixture.0.is_empty() {
        return Some("    Given an empty home directory\n".to_owned());
    }
    let sizes = fixture.0.values().map(size);
    if sizes.sum::<usize>() > INLINE_MAX {
        return None;
    }
    let mut text = "    Given an empty home directory\n".to_owned();
    for (path, node) in &fixture.0 {
        let name = named(path).ok()?;
        match node {
            Node::File { bytes, .. } => file(&mut text, &name, bytes),
            Node::Directory { .. } => {
                let _ = writeln!(text, "    And in it the directory {name}");
            }
            Node::Link { to } => {
                let _ = writeln!(text, "    And in it the link {name} to {}", named(to).ok()?);
            }
            Node::Other => return None,
        }
        if let Node::File { mode, .. } | Node::Directory { mode } = node
            && *mode != usual_mode(node)
        {
            let _ = writeln!(text, "    And in it {name} has the mode {mode:o}");
        }
    }
    Some(text)
}

fn file(text: &mut String, name: &str, bytes: &[u8]) {
    if let Some(plain) = text::as_plain(bytes) {
        let _ = writeln!(text, "    And in it {name} containing:");
        docstring(text, plain.lines());
    } else {
        let _ = writeln!(text, "    And in it {name} containing, with escapes:");
        let lines = text::escaped(bytes);
        docstring(text, lines.iter().map(String::as_str));
    }
}

fn docstring<'a>(text: &mut String, lines: impl Iterator<Item = &'a str>) {
    text.push_str("      \"\"\"\n");
    for line in lines {
        let indent = if line.is_empty() { "" } else { "      " };
        let _ = writeln!(text, "{indent}{line}");
    }
    text.push_str("      \"\"\"\n");
}

fn size(node: &Node) -> usize {
    match node {
        Node::File { bytes, .. } => bytes.len(),
        _ => 0,
    }
}

/// The mode that a step gives to what it makes.
fn usual_mode(node: &Node) -> u32 {
    if matches!(node, Node::Directory { .. }) {
        0o755
    } else {
        0o644
    }
}

fn too_much(fixture: &Tree) -> FeatureError {
    let bytes: usize = fixture.0.values().map(size).sum();
    FeatureError::Fixture(format!("these files of {bytes} bytes"))
}

/// A path in quotation marks.
fn named(path: &Path) -> Written<String> {
    let text = path
        .to_str()
        .ok_or_else(|| FeatureError::Name(path.display().to_string()))?;
    Ok(format!("\"{}\"", quoted(text)?))
}

/// A text that can stand between quotation marks.
fn quoted(text: &str) -> Written<&str> {
    let is_quotable = !text.is_empty() && !text.contains(['"', '<', '>']);
    one_line(text)
        .ok()
        .filter(|_| is_quotable)
        .ok_or_else(|| FeatureError::Name(text.to_owned()))
}

/// A text that can stand in a line of a feature.
fn one_line(text: &str) -> Written<&str> {
    let is_line = !text.is_empty() && !text.contains(char::is_control);
    is_line
        .then_some(text)
        .ok_or_else(|| FeatureError::Name(text.to_owned()))
}

/// The command as a shell would take it.
fn line(command: &[String]) -> Written<String> {
    let joined = shlex::try_join(command.iter().map(String::as_str));
    joined.map_err(|_| FeatureError::Name(command.join(" ")))
}
