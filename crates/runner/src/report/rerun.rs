//! `rerun.txt`: the places of the scenarios that were red, one a line, to be given back as `@rerun.txt`.
//!
//! What went wrong around a feature or the run is told by the place of that, once, for nobody knows which of its
//! scenarios it takes. What a rerun file named and `--fail-fast` never began stays in it.

use std::io::{self, Write};

use crate::record::Record;

pub(super) fn render(record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
    let red = record
        .tally
        .judged()
        .iter()
        .filter(|it| it.verdict.is_red());
    let red = red.map(|it| &it.case).chain(record.still_red);
    let mut red: Vec<_> = red.collect();
    red.sort_by_key(|case| (case.path(), case.line));
    let mut places: Vec<_> = red.into_iter().map(|case| case.place()).collect();
    places.dedup();
    places.iter().try_for_each(|place| writeln!(out, "{place}"))
}
