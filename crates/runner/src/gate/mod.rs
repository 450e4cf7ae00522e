//! The bug-fix gate: each commit since a base does with captured bugs what it says, and nothing else.
//!
//! A captured bug is a scenario under `@tdd_expected_fail`. A new one is a *capture*; the commit changes
//! nothing of the product, so that the bug is shown in the product as it was. A commit that says that it
//! fixes an issue is a *fix*: it takes that tag off every captured bug of the issue, at least one, and leaves
//! the steps and the other tags alone, so that what passes now is what failed before. Everything else that
//! happens to a captured bug is refused, but for a move, another name, and `git revert`, which brings back
//! what was. So is the tag on a scenario that was there without it, for that would hide a regression.
//!
//! Each commit is compared with its parent, not `HEAD` with the base, for then a capture and its fix would
//! cancel out. A merge is compared with each parent, and may only bring it what another parent has done.
//! Whether a scenario passes is not looked into: that is what a run of the suite is for.

mod claims;
mod commit;
mod git;
mod judgement;
mod pairs;
mod rules;
mod snapshot;

use std::path::Path;

use crate::{
    args::Options,
    exit::{Exit, Stop},
    gate::{
        commit::Gate,
        git::{Commit, Git},
        judgement::Judgement,
    },
    report::terminal::Terminal,
};

/// Looks at each commit that `HEAD` has and the base has not, with the features in `folder` below `root`.
///
/// Where there is no such commit, that is said, and in order: so it is on the branch that the base is on.
///
/// # Errors
///
/// [`Stop`] tells everything that is refused, or why git cannot show the commits.
pub(crate) fn run(
    root: &Path,
    folder: &str,
    options: &Options,
    terminal: &mut Terminal,
) -> Result<Exit, Stop> {
    if !options.filters.are_none() {
        let message = "--tdd-gate looks at every scenario, so no filter goes with it";
        return Err(Stop::new(Exit::Usage, message));
    }
    let base = &options.base;
    let git = Git::open(root)?;
    let commits = git.commits(base)?;
    if commits.is_empty() {
        terminal.line(&format!(
            "no commit between {base} and HEAD, so there is nothing to look at"
        ));
        return Ok(Exit::AsExpected);
    }
    let mut gate = Gate::new(&git, folder);
    let judged: Result<Vec<_>, _> = commits.iter().map(|it| gate.judge(it)).collect();
    conclude(&commits, &judged?, terminal)
}

fn conclude(
    commits: &[Commit],
    judged: &[Judgement],
    terminal: &mut Terminal,
) -> Result<Exit, Stop> {
    let both = commits.iter().zip(judged);
    for line in both.clone().flat_map(|(commit, it)| it.told(commit)) {
        terminal.line(&line);
    }
    let refusals: Vec<_> = both.flat_map(|(commit, it)| it.refused(commit)).collect();
    terminal.line(&format!(
        "{} commits: {} captures, {} fixes, {} refused",
        commits.len(),
        judged.iter().filter(|it| !it.captures.is_empty()).count(),
        judged.iter().filter(|it| !it.fixes.is_empty()).count(),
        refusals.len()
    ));
    if refusals.is_empty() {
        return Ok(Exit::AsExpected);
    }
    Err(Stop::new(Exit::Failed, refusals.join("\n")))
}
