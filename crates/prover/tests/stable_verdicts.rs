//! The same writer has the same verdicts in every run: `just stable_verdicts`.

#[path = "features/corpus.rs"]
mod corpus;

use std::collections::{BTreeMap, BTreeSet};

use untorn::{Prover, Report};

/// How often each writer is proved.
const RUNS: usize = 20;

/// What is to be the same: each case by its id, with its verdict, how the file is torn and how it ended.
fn table(report: &Report) -> BTreeMap<String, String> {
    let rows = report.cases.iter().map(|case| {
        let row = format!("{:?} {:?} {}", case.verdict, case.tear, case.end);
        (case.id.clone(), row)
    });
    rows.collect()
}

#[test]
#[ignore = "it proves every writer of the corpus twenty times"]
fn every_writer_has_the_same_verdicts_in_twenty_runs() -> Result<(), Box<dyn std::error::Error>> {
    let mut changes = Vec::new();
    for (name, writer) in corpus::writers()? {
        let prover = Prover::command(writer.command()?)?
            .fixture(corpus::directory().join("fixture"))?
            .protect(["config.toml"]);
        let first = prover.run()?;
        assert_eq!(first.doubts, Vec::<String>::new(), "{name}");
        let violations = first.cases.iter().filter(|it| it.verdict.is_violation());
        let violations: BTreeSet<&str> = violations.map(|it| it.verdict.word()).collect();
        let known = writer.verdicts.iter().map(String::as_str);
        assert_eq!(violations, known.collect(), "{name}");
        let first = table(&first);
        for run in 2..=RUNS {
            let next = table(&prover.run()?);
            let ids: BTreeSet<&String> = first.keys().chain(next.keys()).collect();
            for id in ids.into_iter().filter(|id| first.get(*id) != next.get(*id)) {
                let (was, is) = (first.get(id), next.get(id));
                changes.push(format!("{name}, run {run}, {id}: {was:?}, then {is:?}"));
            }
        }
    }
    assert_eq!(changes, Vec::<String>::new());
    Ok(())
}
