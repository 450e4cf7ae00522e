//! `rerun.txt`: the places of the scenarios that were red, one a line, to be given back as `@rerun.txt`.

use std::io::{self, Write};

use crate::record::Record;

pub(super) fn render(record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut red = record.judged.iter().filter(|it| it.verdict.is_red());
    red.try_for_each(|it| writeln!(out, "{}", it.case.place()))
}
