//! The reports of a run: each made of the same record, each whole or not at all.

mod cucumber_json;
mod hold;
mod html;
mod junit;
mod messages;
mod rerun;
mod source;
mod status;
pub(crate) mod terminal;

use std::{
    fs::{self, Permissions},
    io::{self, BufWriter, ErrorKind, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

pub(crate) use self::hold::{Hold, hold};
use crate::record::Record;

/// Writes one report, piece by piece.
type Render = fn(&Record<'_>, &mut dyn Write) -> io::Result<()>;

/// Every report, with the name of its file.
const ALL: [(&str, Render); 5] = [
    ("junit.xml", junit::render),
    ("cucumber.json", cucumber_json::render),
    ("messages.ndjson", messages::render),
    ("report.html", html::render),
    ("rerun.txt", rerun::render),
];

/// What a new file may be used for, before the umask: whoever gathers reports may be another user.
const ANYONES: u32 = 0o666;

/// A report that could not be written or removed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {what} the report {}", path.display())]
pub(crate) struct ReportError {
    what: &'static str,
    path: PathBuf,
    source: io::Error,
}

/// Removes what a former run has left in `folder`: a run that dies must not leave its green reports behind.
pub(crate) fn remove_all(folder: &Path) -> Result<(), ReportError> {
    ALL.iter()
        .try_for_each(|(name, _)| remove(folder.join(name)))
}

fn remove(path: PathBuf) -> Result<(), ReportError> {
    match fs::remove_file(&path) {
        Err(error) if !is_absence(&error) => Err(ReportError {
            what: "remove",
            path,
            source: error,
        }),
        _ => Ok(()),
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Writes every report into `folder`; where one cannot be written, none is left that could look complete.
pub(crate) fn write_all(folder: &Path, record: &Record<'_>) -> Result<(), ReportError> {
    let written = ALL.iter().try_for_each(|(name, render)| {
        let path = folder.join(name);
        write(folder, &path, *render, record).map_err(|source| ReportError {
            what: "write",
            path,
            source,
        })
    });
    if written.is_err() {
        for (name, _) in ALL {
            let _ = fs::remove_file(folder.join(name));
        }
    }
    written
}

/// Makes the folder for reports, which an error names; and where a file is in the way, that.
pub(crate) fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder).map_err(|error| {
        let in_the_way = |it: &&Path| it.symlink_metadata().is_ok() && !it.is_dir();
        let file = folder.ancestors().find(in_the_way);
        let reason = file.map_or(error.to_string(), |it| {
            format!("{} is a file, not a folder", it.display())
        });
        let message = format!("cannot make the folder {}: {reason}", folder.display());
        io::Error::new(error.kind(), message)
    })
}

/// A report of a run that was cut short must not look like a complete one: write aside, then rename.
fn write(folder: &Path, path: &Path, render: Render, record: &Record<'_>) -> io::Result<()> {
    make(folder)?;
    let aside = tempfile::Builder::new()
        .permissions(Permissions::from_mode(ANYONES))
        .tempfile_in(folder)?;
    let mut file = BufWriter::new(aside);
    render(record, &mut file)?;
    file.into_inner()?.persist(path)?;
    Ok(())
}
