//! What the files tell that a fixture was copied from, beside what stands in them: when they were last modified,
//! and that some have several names.
//!
//! The copy gets the same times in each run. It does not get the same names: what is one file there are several
//! here, and a reader is told.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::iter;
use std::ops::Bound;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, UTIME_OMIT, utimensat};

use crate::tree::{Node, Tree};
use crate::visible::visible_path;

/// That the time of the last access stays what it is.
const UNUSED: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: UTIME_OMIT,
};

/// What is known of the files of a fixture.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    modified: BTreeMap<PathBuf, Timespec>,
    linked: Vec<PathBuf>,
}

impl Origin {
    /// Looks at the files below `directory` that the fixture is a copy of; one that is gone meanwhile has no time.
    pub(crate) fn of(directory: &Path, fixture: &Tree) -> Self {
        let mut origin = Self::default();
        let is_link = |node: &Node| matches!(node, Node::Link { .. });
        let inside = fixture.0.iter().filter(|it| !is_link(it.1)).map(|it| it.0);
        for path in iter::once(&PathBuf::new()).chain(inside) {
            let Ok(metadata) = fs::metadata(directory.join(path)) else {
                continue;
            };
            let modified = Timespec {
                tv_sec: metadata.mtime(),
                tv_nsec: metadata.mtime_nsec(),
            };
            origin.modified.insert(path.clone(), modified);
            if metadata.is_file() && metadata.nlink() > 1 {
                origin.linked.push(path.clone());
            }
        }
        origin
    }

    /// Gives the copy at each of `paths` below `root`, all below that, and the directory that it is in, their times.
    pub(crate) fn date<'a>(
        &self,
        root: &Path,
        paths: impl IntoIterator<Item = &'a Path>,
    ) -> io::Result<()> {
        let mut dated = BTreeMap::new();
        for path in paths {
            let from = (Bound::Included(path), Bound::Unbounded);
            let below = self.modified.range::<Path, _>(from);
            dated.extend(below.take_while(|it| it.0.starts_with(path)));
            dated.extend(path.parent().and_then(|it| self.modified.get_key_value(it)));
        }
        for (path, modified) in dated {
            let times = Timestamps {
                last_access: UNUSED,
                last_modification: *modified,
            };
            utimensat(CWD, root.join(path), &times, AtFlags::SYMLINK_NOFOLLOW)?;
        }
        Ok(())
    }

    /// What a reader should know of the copy.
    pub(crate) fn warning(&self) -> Option<String> {
        let first = visible_path(self.linked.first()?);
        let files = match self.linked.len() - 1 {
            0 => format!("{first} has"),
            more => format!("{first} and {more} more have"),
        };
        Some(format!(
            "{files} several names (hard links), and each copy has one"
        ))
    }
}
