//! The steps of a change, in the order in which they happen, and the failure at one of them.

use std::fmt;
use std::io;

/// A step of a change, as it is named in a message after "cannot".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Following the symbolic links to the file.
    Resolve,
    /// Making the directory of a file that does not exist yet.
    MakeDirectory,
    /// Syncing that directory into its parent.
    SyncParent,
    /// Opening the directory.
    OpenDirectory,
    /// Locking the directory or the file.
    Lock,
    /// Reading the file.
    Read,
    /// Finding out whether the file may be replaced.
    Check,
    /// Taking in one setting of the change.
    Set,
    /// Creating the temporary file.
    Create,
    /// Writing the new contents to it.
    Write,
    /// Giving it the mode, owner and attributes of the old file.
    Metadata,
    /// Syncing the new contents.
    Sync,
    /// Comparing the file with what was read.
    Compare,
    /// Renaming the new file into place.
    Rename,
    /// Syncing the directory.
    SyncDirectory,
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Resolve => "follow the path",
            Self::MakeDirectory => "make its directory",
            Self::SyncParent => "sync the parent of its directory",
            Self::OpenDirectory => "open its directory",
            Self::Lock => "lock it",
            Self::Read => "read it",
            Self::Check => "replace it",
            Self::Set => "write a setting",
            Self::Create => "create a temporary file beside it",
            Self::Write => "write the new contents",
            Self::Metadata => "keep its mode, owner and attributes",
            Self::Sync => "sync the new contents",
            Self::Compare => "compare it with what was read",
            Self::Rename => "rename the new contents into place",
            Self::SyncDirectory => "sync its directory",
        })
    }
}

/// A step that failed before anything had changed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) stage: Stage,
    pub(crate) source: io::Error,
}

/// Names the step at which a system call failed.
pub(crate) trait At<T> {
    fn at(self, stage: Stage) -> Result<T, Failure>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, stage: Stage) -> Result<T, Failure> {
        self.map_err(|source| Failure { stage, source })
    }
}
