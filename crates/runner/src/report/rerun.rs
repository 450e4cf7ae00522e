//! `rerun.txt`: the places of the scenarios that were red, one a line, to be given back as `@rerun.txt`.

use crate::judged::Judged;

pub(super) fn render(judged: &[Judged<'_>]) -> String {
    let red = judged.iter().filter(|it| it.verdict.is_red());
    red.map(|it| it.case.place() + "\n").collect()
}
