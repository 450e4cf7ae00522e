//! What people read while a run goes on and when it is over.
//!
//! A sign for each scenario, and everything about one that is red, in one piece, as soon as it is known. The
//! end tells what was expected to fail, what was skipped and why, what took longest, and the numbers; its
//! last line is nothing but numbers.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, ErrorKind, Write},
    os::fd::AsFd,
    sync::Arc,
};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::{
    args::Options,
    judged::Judged,
    tally::{Slow, Tally},
    values::{Color, Output},
    verdict::Verdict,
};

const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const SIGNS_PER_LINE: usize = 100;

/// Writes to what standard output was when the run began. What cannot be written is lost; [`end`](Self::end) tells.
pub(crate) struct Terminal {
    out: AutoStream<File>,
    quiet: bool,
    shows_all_output: bool,
    rerun_with: String,
    signs: usize,
    /// Why something is lost.
    lost: Option<io::Error>,
}

impl Terminal {
    pub(crate) fn new(options: &Options, rerun_with: String) -> io::Result<Self> {
        let choice = match options.color {
            Color::Auto => AutoStream::choice(&io::stdout()),
            Color::Always => ColorChoice::AlwaysAnsi,
            Color::Never => ColorChoice::Never,
        };
        let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        Ok(Self {
            out: AutoStream::new(out, choice),
            quiet: options.quiet,
            shows_all_output: options.output == Output::Always,
            rerun_with,
            signs: 0,
            lost: None,
        })
    }

    /// A line of its own, whatever was before.
    pub(crate) fn line(&mut self, text: &str) {
        let written = writeln!(self.out, "{text}");
        self.note(written);
    }

    /// Whether all was written, as far as anybody reads it: who closes a pipe wants no more.
    pub(crate) fn end(self) -> io::Result<()> {
        let lost = self.lost.filter(|it| it.kind() != ErrorKind::BrokenPipe);
        lost.map_or(Ok(()), Err)
    }

    fn note(&mut self, written: io::Result<()>) {
        let written = written.and_then(|()| self.out.flush());
        self.lost = self.lost.take().or(written.err());
    }

    /// A sign for a scenario, and its story if it is red.
    pub(crate) fn progress(&mut self, judged: &Judged) {
        if !self.quiet {
            self.sign(judged.verdict);
        }
        if judged.verdict.is_red() {
            self.end_signs();
            let story = self.story(judged);
            self.line(&story);
        } else if self.shows_all_output {
            self.output(judged);
        }
    }

    fn output(&mut self, judged: &Judged) {
        let output = printed(&judged.output) + &earlier(judged);
        if !output.is_empty() {
            self.end_signs();
            let (place, name) = (judged.case.place(), &judged.case.name);
            self.line(&format!("{place}: {name}{output}"));
        }
    }

    fn sign(&mut self, verdict: Verdict) {
        let (style, sign) = match verdict {
            Verdict::Passed => (GREEN, '.'),
            Verdict::ExpectedFailure => (YELLOW, 'x'),
            Verdict::Skipped => (YELLOW, 's'),
            Verdict::Failed => (RED, 'F'),
            Verdict::Error => (RED, 'E'),
            Verdict::Fixed => (RED, '!'),
            Verdict::Pending => (RED, 'P'),
        };
        let written = write!(self.out, "{style}{sign}{style:#}");
        self.note(written);
        self.signs += 1;
        if self.signs == SIGNS_PER_LINE {
            self.end_signs();
        }
    }

    fn end_signs(&mut self) {
        if self.signs > 0 {
            self.line("");
        }
        self.signs = 0;
    }

    fn story(&self, judged: &Judged) -> String {
        let case = &judged.case;
        let what = match judged.verdict {
            Verdict::Error => "error",
            Verdict::Pending => "pending",
            Verdict::Fixed => "fixed",
            _ => "failed",
        };
        let rule = case
            .rule
            .as_ref()
            .map_or_else(String::new, |rule| format!("\n  rule: {}", rule.name));
        let step = judged.stopped_at.map(|index| &case.steps[index]);
        let step = step.map_or_else(String::new, |it| {
            format!(
                "\n  step: {}{} ({}:{}, {})",
                it.step.keyword,
                it.step.value,
                case.path(),
                it.step.position.line,
                it.place_of_function()
            )
        });
        let told = told(judged);
        let earlier = earlier(judged);
        let again = format!("{} {}", self.rerun_with, case.place_in_shell());
        format!(
            "\n{RED}{what}{RED:#} {}: {}{rule}{step}{told}{earlier}\n  run again: {again}\n",
            case.place(),
            case.name
        )
    }

    /// What goes wrong with the run itself, before its end is told.
    pub(crate) fn trouble(&mut self, message: &str) {
        self.end_signs();
        self.line(&format!("{RED}error{RED:#}: {message}"));
    }

    /// The end of a run; its last line is nothing but numbers.
    pub(crate) fn summary(&mut self, tally: &Tally, never_begun: usize) {
        let judged = tally.judged();
        self.end_signs();
        if !self.quiet {
            self.expected_failures(judged);
            self.retried(judged);
            self.slowest(tally.slowest());
        }
        self.skipped(judged);
        self.red(judged);
        if never_begun > 0 {
            self.line(&format!(
                "{YELLOW}{never_begun} not run, for --fail-fast stopped the run{YELLOW:#}"
            ));
        }
        let totals = tally.totals();
        self.line(&totals.apart());
        self.line(&totals.last_line());
    }

    fn expected_failures(&mut self, judged: &[Arc<Judged>]) {
        for it in judged
            .iter()
            .filter(|it| it.verdict == Verdict::ExpectedFailure)
        {
            let issues: Vec<_> = it.issues().iter().map(u64::to_string).collect();
            let place = it.case.place();
            let issues = issues.join(", ");
            self.line(&format!(
                "{YELLOW}expected failure{YELLOW:#} (issue {issues}) {place}: {}",
                it.case.name
            ));
        }
    }

    /// What was green only in the end: nothing to be sure of.
    fn retried(&mut self, judged: &[Arc<Judged>]) {
        let is_late = |it: &&Arc<Judged>| !it.verdict.is_red() && !it.earlier.is_empty();
        for it in judged.iter().filter(is_late) {
            let attempts = it.earlier.len() + 1;
            let first = it.earlier.first().map_or("", Judged::first_line);
            self.line(&format!(
                "{YELLOW}passed on attempt {attempts}{YELLOW:#} {}: {}, after: {first}",
                it.case.place(),
                it.case.name
            ));
        }
    }

    fn skipped(&mut self, judged: &[Arc<Judged>]) {
        let mut reasons = BTreeMap::new();
        for it in judged.iter().filter(|it| it.verdict == Verdict::Skipped) {
            *reasons.entry(it.message.as_str()).or_insert(0_usize) += 1;
        }
        for (reason, count) in reasons {
            self.line(&format!("{YELLOW}SKIPPED {count}{YELLOW:#}: {reason}"));
        }
    }

    fn slowest(&mut self, slowest: &[Slow]) {
        if !slowest.is_empty() {
            self.line("slowest:");
        }
        for it in slowest {
            let seconds = it.took.as_secs_f64();
            self.line(&format!(
                "  {seconds:>7.3} s  {}: {}",
                it.case.place(),
                it.case.name
            ));
        }
    }

    fn red(&mut self, judged: &[Arc<Judged>]) {
        for it in judged.iter().filter(|it| it.verdict.is_red()) {
            self.line(&format!(
                "{RED}red{RED:#} {}: {}",
                it.case.place(),
                it.case.name
            ));
        }
    }
}

/// Why an attempt did not do, and what it left.
fn told(attempt: &Judged) -> String {
    let message = indent(&attempt.message);
    let evidence = if attempt.evidence.is_empty() {
        String::new()
    } else {
        format!("\n{}", indent(&attempt.evidence))
    };
    let output = printed(&attempt.output);
    let attached = attached(attempt);
    format!("\n{message}{evidence}{output}{attached}")
}

/// What was attached, which the reports show.
fn attached(attempt: &Judged) -> String {
    let lines: Vec<_> = attempt.attached.iter().map(|it| it.what.told()).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("\n  attached:\n{}", indent(&lines.join("\n")))
}

/// What a scenario printed.
fn printed(output: &str) -> String {
    if output.is_empty() {
        return String::new();
    }
    format!("\n  output:\n{}", indent(output))
}

/// The attempts before the last one.
fn earlier(judged: &Judged) -> String {
    let attempts = judged.earlier.iter().enumerate();
    let attempts =
        attempts.map(|(index, attempt)| format!("\n  attempt {}:{}", index + 1, told(attempt)));
    attempts.collect()
}

fn indent(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| format!("    {line}")).collect();
    lines.join("\n")
}
