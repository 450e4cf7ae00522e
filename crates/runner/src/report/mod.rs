//! The reports of a run: each written from the same judgements, each whole or not at all.

mod cucumber_json;
mod junit;
mod rerun;
pub(crate) mod terminal;

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use crate::judged::Judged;

/// A report that could not be written; what was there before is still there.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the report {}", path.display())]
pub(crate) struct ReportError {
    path: PathBuf,
    source: io::Error,
}

/// Writes `junit.xml`, `cucumber.json` and `rerun.txt` into `folder`.
pub(crate) fn write_all(folder: &Path, judged: &[Judged<'_>]) -> Result<(), ReportError> {
    write(folder, "junit.xml", junit::render(judged))?;
    write(folder, "cucumber.json", cucumber_json::render(judged))?;
    write(folder, "rerun.txt", Ok(rerun::render(judged)))
}

/// Reports from a test run that was cut short must not look like complete ones: write aside, then rename.
fn write(folder: &Path, name: &str, text: io::Result<String>) -> Result<(), ReportError> {
    let path = folder.join(name);
    let written = text.and_then(|text| {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(&path)?;
        Ok(())
    });
    written.map_err(|source| ReportError { path, source })
}
