//! Tells whom a file lets read what may be a credential.
//!
//! A project's file is meant to be shared until it holds a secret; the other files are not. Modes are
//! told of and never changed, for whoever opened a file may have meant it.

use std::fs::{self, Metadata};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::document::Document;
use crate::layers::{File, Scope};

use super::setting::is_secret;

/// What to say of a file that others can read.
pub(super) fn of_file(file: &File, document: &Document) -> Option<String> {
    let shared = file.scope == Scope::Project && !holds_secret(document);
    if shared {
        None
    } else {
        exposed(&file.path, 0o600, Metadata::is_file)
    }
}

/// What to say of the directory of a file, where the directory is there for that file.
pub(super) fn of_directory(file: &File) -> Option<String> {
    match file.scope {
        Scope::Global => exposed(file.path.parent()?, 0o700, Metadata::is_dir),
        Scope::Project | Scope::Chosen => None,
    }
}

fn exposed(path: &Path, wanted: u32, is_meant: impl Fn(&Metadata) -> bool) -> Option<String> {
    let found = fs::metadata(path).ok().filter(is_meant)?;
    let mode = found.permissions().mode() & 0o777;
    let told = || {
        let path = path.display();
        format!("{path} is open to others: its mode is {mode:04o}, {wanted:04o} keeps it private")
    };
    (mode & 0o077 != 0).then(told)
}

fn holds_secret(document: &Document) -> bool {
    document.keys().iter().any(|key| is_secret(key))
}
