//! The undisturbed runs that this process knows, so that each row of an outline need not begin with them again.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::sync::{Arc, Mutex, PoisonError};

use crate::baseline::Baseline;
use crate::sandbox::Place;
use crate::{ProveError, Prover};

type Cell = Arc<Mutex<Option<Arc<Baseline>>>>;

static KNOWN: Mutex<BTreeMap<String, Cell>> = Mutex::new(BTreeMap::new());

/// The undisturbed run of `prover`; who asks for the same one meanwhile waits for it.
pub(crate) fn baseline(prover: &Prover, place: &Place) -> Result<Arc<Baseline>, ProveError> {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let cell = Arc::clone(known.entry(key(prover)).or_default());
    drop(known);
    let mut cell = cell.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(baseline) = &*cell {
        return Ok(Arc::clone(baseline));
    }
    let baseline = Arc::new(prover.seek_baseline(place)?);
    Ok(Arc::clone(cell.insert(baseline)))
}

/// All that an undisturbed run depends on: a program that is written anew, or a file of which the command has
/// the name, makes another one of it.
fn key(prover: &Prover) -> String {
    let program = OsStr::from_bytes(prover.program.path.to_bytes()).to_owned();
    let words = prover.command.iter().chain([&program]);
    let stamps: Vec<_> = words.map(stamp).collect();
    let rest = (
        prover.timeout,
        prover.is_plain,
        prover.fixture.fingerprint(),
    );
    format!(
        "{:?}",
        (
            (&prover.program, &stamps, &prover.environment),
            (&prover.protected, &prover.reader_line),
            rest,
        )
    )
}

fn stamp(path: &OsString) -> Option<[i64; 5]> {
    let file = fs::metadata(path).ok()?;
    let numbers = [file.dev(), file.ino(), file.len()].map(u64::cast_signed);
    let [device, inode, length] = numbers;
    Some([device, inode, length, file.ctime(), file.ctime_nsec()])
}
