//! Writes a report so that nobody ever finds a part of it.
//!
//! The text goes to a temporary file beside, is synced, and is renamed to its place: until then, what a former run
//! has left stands there, whole. A pipe or a terminal cannot be replaced, and gets the text directly.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// What a new file may be used for, before the umask: whoever gathers reports may be another user.
const ANYONES: u32 = 0o666;

/// Makes `text` all that the file at `path` holds; a link there still leads to the same place afterwards.
///
/// # Errors
///
/// What stood there still does, and nothing is left beside.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => replace(&fs::canonicalize(path)?, text),
        Ok(_) => {
            let mut pipe = OpenOptions::new().write(true).open(path)?;
            pipe.write_all(text.as_bytes())
        }
        Err(_) => replace(path, text),
    }
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let directory = path.parent().filter(|it| !it.as_os_str().is_empty());
    let mut aside = tempfile::Builder::new()
        .prefix(".untorn-")
        .permissions(Permissions::from_mode(ANYONES))
        .tempfile_in(directory.unwrap_or(Path::new(".")))?;
    aside.write_all(text.as_bytes())?;
    aside.as_file().sync_all()?;
    aside.persist(path)?;
    Ok(())
}
