//! Which faults are tried.

use crate::ProveError;
use crate::baseline::Baseline;
use crate::fault::{Fault, Strike, menu};
use crate::session::Step;

/// All faults of a baseline, those that find most first.
pub(crate) fn plan(baseline: &Baseline) -> Vec<Fault> {
    let succeeded: Vec<&Step> = baseline.succeeded().collect();
    let last = succeeded.last().map(|it| it.point.clone());
    let mut faults: Vec<Fault> = succeeded
        .iter()
        .flat_map(|step| {
            let is_last = last.as_ref() == Some(&step.point);
            let alone = step.is_of_child.then_some(Strike::KillAlone);
            let kills = alone
                .into_iter()
                .chain(is_last.then_some(Strike::KillAfter));
            menu(&step.point, (step.kind, &step.errors), step.length, kills)
        })
        .collect();
    faults.sort_by_key(|fault| match &fault.strike {
        Strike::KillBefore
        | Strike::KillAlone
        | Strike::KillPartway
        | Strike::KillAfter
        | Strike::DiskFull
        | Strike::Short(_) => 0,
        Strike::Persist { errno, .. } if [libc::ENOSPC, libc::EIO].contains(errno) => 0,
        Strike::Persist { .. } => 1,
        Strike::Once { .. } => 2,
    });
    faults
}

/// The fault that a case is called by.
pub(crate) fn find(baseline: &Baseline, id: &str) -> Result<Fault, ProveError> {
    let fault = plan(baseline).into_iter().find(|it| it.to_string() == id);
    fault.ok_or_else(|| ProveError::NoSuchCase { id: id.to_owned() })
}
