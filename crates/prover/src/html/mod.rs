//! The report as one HTML page, which needs nothing else: no network, no server, no script.
//!
//! Texts are escaped where they are written, and elements are closed by who opens them; the page's policy lets nothing
//! run or load besides. It is XML as well, so that any parser can check it.

mod page;

use std::collections::BTreeMap;

use crate::change::Change;
use crate::fault::Point;
use crate::judge::Verdict;
use crate::report::{Answer, Case, Report};
use crate::wording::{command, extent, facts, guarantees, plural, replay, verdict, with_gaps};
use page::Page;

/// The whole page.
pub(crate) fn write(report: &Report) -> String {
    let mut page = Page::default();
    page.within("header", &[], |page| head(page, report));
    page.within("main", &[], |page| {
        table_of_guarantees(page, report);
        counter_examples(page, report);
        points(page, report);
        if !report.warnings.is_empty() {
            page.leaf("h2", "Warnings");
            list(page, &report.warnings);
        }
    });
    page.whole(&format!("{}: {}", report.answer().word(), command(report)))
}

fn head(page: &mut Page, report: &Report) {
    let class = match report.answer() {
        Answer::AllOrNothing => "good",
        Answer::Violation => "bad",
        Answer::Inconclusive => "note",
    };
    page.leaf_with("h1", &[("class", class)], report.answer().word());
    page.within("pre", &[], |page| page.leaf("code", &command(report)));
    if !report.doubts.is_empty() {
        page.leaf("p", "The answer cannot be trusted:");
        list(page, &report.doubts);
    }
    for line in extent(report) {
        page.leaf("p", &line);
    }
    page.within("dl", &[], |page| {
        for (label, fact) in facts(report) {
            pair(page, label, &fact);
        }
    });
}

fn table_of_guarantees(page: &mut Page, report: &Report) {
    page.leaf("h2", "Guarantees");
    page.within("table", &[], |page| {
        columns(
            page,
            &["Guarantee", "Tried", "Held", "Smallest counter-example"],
        );
        page.within("tbody", &[], |page| {
            for it in guarantees(report) {
                page.within("tr", &[], |page| {
                    row_header(page, it.words);
                    number(page, it.tried);
                    number(page, it.held);
                    page.within("td", &[], |page| match it.broken_by {
                        Some(case) => page.leaf("code", &case.id),
                        None => page.text("none"),
                    });
                });
            }
        });
    });
}

fn counter_examples(page: &mut Page, report: &Report) {
    page.leaf("h2", "Counter-examples");
    let groups = Report::groups(&report.cases);
    if groups.is_empty() {
        page.leaf("p", "None among the faults that were tried.");
    }
    for group in groups {
        page.within("article", &[], |page| counter_example(page, report, &group));
    }
}

fn counter_example(page: &mut Page, report: &Report, group: &[&Case]) {
    let Some((case, more)) = group.split_first() else {
        return;
    };
    page.leaf_with("h3", &[("class", class(case.verdict))], &verdict(case));
    page.within("dl", &[], |page| {
        pair(page, "strikes", &case.id);
        pair(page, "then", &case.end);
        if !case.litter.is_empty() {
            pair(page, "left beside", &case.litter.join(", "));
        }
        pair(page, "a clean run", &case.rerun);
    });
    time_line(page, case);
    files(page, case.files.iter().chain(&case.reader));
    if !more.is_empty() {
        page.within("details", &[], |page| {
            page.leaf(
                "summary",
                &format!("{} to the same", plural(more.len(), "more fault")),
            );
            let ids: Vec<String> = more.iter().map(|it| it.id.clone()).collect();
            list(page, &ids);
        });
    }
    page.leaf("p", "To run it again:");
    page.within("pre", &[], |page| {
        page.leaf("code", &replay(report, &case.id));
    });
}

fn time_line(page: &mut Page, case: &Case) {
    if case.line.is_empty() {
        return;
    }
    page.within("table", &[("class", "calls")], |page| {
        page.leaf("caption", "What the command did");
        columns(page, &["Number", "Call", "With", "Result", "Injected"]);
        page.within("tbody", &[], |page| {
            for (left_out, moment) in with_gaps(&case.line, case.calls) {
                if left_out > 0 {
                    let words = plural(left_out, "more call");
                    page.within("tr", &[("class", "left-out")], |page| {
                        page.leaf_with("td", &[("colspan", "5")], &words);
                    });
                }
                let Some(moment) = moment else {
                    continue;
                };
                let class: &[_] = if moment.is_injected {
                    &[("class", "struck")]
                } else {
                    &[]
                };
                page.within("tr", class, |page| {
                    row_header(page, &moment.number.to_string());
                    page.leaf("td", &moment.point.to_string());
                    page.leaf("td", &moment.detail);
                    page.leaf("td", &moment.result);
                    page.leaf("td", if moment.is_injected { "injected" } else { "" });
                });
            }
        });
    });
}

fn files<'a>(page: &mut Page, changes: impl Iterator<Item = &'a Change>) {
    page.within("table", &[("class", "files")], |page| {
        page.leaf("caption", "What stands on disk");
        columns(page, &["File", "Was", "Is now"]);
        page.within("tbody", &[], |page| {
            for change in changes {
                page.within("tr", &[], |page| {
                    row_header(page, &change.name);
                    page.leaf("td", &change.was);
                    page.leaf("td", &change.now);
                });
            }
        });
    });
}

/// Every call with every fault of it, the worst first.
fn points(page: &mut Page, report: &Report) {
    let mut by_point: BTreeMap<&Point, Vec<&Case>> = BTreeMap::new();
    for case in &report.cases {
        by_point.entry(&case.point).or_default().push(case);
    }
    page.leaf("h2", "Calls and their faults");
    page.within("table", &[], |page| {
        columns(page, &["Call", "Faults", "Verdicts"]);
        page.within("tbody", &[], |page| {
            for point in &report.points {
                let cases = by_point.get(point).map_or(&[][..], Vec::as_slice);
                page.within("tr", &[], |page| {
                    page.within("th", &[("scope", "row")], |page| {
                        page.leaf("code", &point.to_string());
                    });
                    number(page, cases.len());
                    page.within("td", &[], |page| verdicts(page, cases));
                });
            }
        });
    });
}

fn verdicts(page: &mut Page, cases: &[&Case]) {
    let mut by_verdict: BTreeMap<Verdict, Vec<String>> = BTreeMap::new();
    for case in cases {
        by_verdict
            .entry(case.verdict)
            .or_default()
            .push(strike(case));
    }
    if by_verdict.is_empty() {
        page.text("not tried");
        return;
    }
    page.within("ul", &[], |page| {
        for (verdict, strikes) in &by_verdict {
            page.within("li", &[], |page| {
                page.leaf_with("strong", &[("class", class(*verdict))], verdict.word());
                page.text(&format!(" {}", strikes.join(", ")));
            });
        }
    });
}

/// What strikes there: the id without the call.
fn strike(case: &Case) -> String {
    let words = case.id.replacen(&format!(":{}", case.point), "", 1);
    words.strip_prefix("fault:").unwrap_or(&words).to_owned()
}

/// How a verdict is coloured; its word says the same.
fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "good",
        Verdict::Torn | Verdict::Lie | Verdict::Stuck => "bad",
        Verdict::InDoubt | Verdict::Litter | Verdict::NotReached => "note",
    }
}

fn columns(page: &mut Page, names: &[&str]) {
    page.within("thead", &[], |page| {
        page.within("tr", &[], |page| {
            for name in names {
                page.leaf_with("th", &[("scope", "col")], name);
            }
        });
    });
}

fn row_header(page: &mut Page, text: &str) {
    page.leaf_with("th", &[("scope", "row")], text);
}

fn number(page: &mut Page, number: usize) {
    page.leaf("td", &number.to_string());
}

fn pair(page: &mut Page, label: &str, text: &str) {
    page.leaf("dt", label);
    page.within("dd", &[], |page| page.leaf("code", text));
}

fn list(page: &mut Page, lines: &[String]) {
    page.within("ul", &[], |page| {
        for line in lines {
            page.leaf("li", line);
        }
    });
}
