//! The one way to read and to change a configuration file.
//!
//! A reader takes no lock, and sees the old file or the new one. A writer holds the lock from before it
//! reads until after it has replaced the file: a replacement alone is atomic, but two writers that both
//! read first would lose the update of one.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{CWD, Stat};

use crate::changes::Changes;
use crate::document::{Document, SyntaxError};
use crate::error::{In as _, StoreError};
use crate::leftovers;
use crate::stage::{At as _, Stage};
use crate::target::{check_replaceable, open_regular, resolve};
use crate::transaction::{Applied, Transaction};

/// How long a writer waits for the lock, unless told otherwise.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// How many bytes a configuration may have, unless told otherwise.
pub const SIZE_MAX: u64 = 1024 * 1024;

/// One configuration file, which need not exist yet.
///
/// ```
/// use agents::{Store, Value};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("config.toml");
/// let store = Store::open(path);
///
/// let mut transaction = store.transaction()?;
/// transaction.set("server.url", "https://agents.example")?;
/// transaction.set("server.tls-verify", true)?;
/// assert_eq!(store.read()?.get("server.url")?, None, "nobody sees a part of it");
///
/// assert!(transaction.commit()?.changed());
/// assert_eq!(store.read()?.get("server.tls-verify")?, Some(Value::Switch(true)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
    lock_timeout: Duration,
    size_max: u64,
}

impl Store {
    /// The configuration at `path`. Nothing is opened yet.
    pub fn open(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            lock_timeout: LOCK_TIMEOUT,
            size_max: SIZE_MAX,
        }
    }

    /// Waits for the lock as long as `timeout`; zero means to try once.
    #[must_use]
    pub fn with_lock_timeout(self, timeout: Duration) -> Self {
        Self {
            lock_timeout: timeout,
            ..self
        }
    }

    /// Refuses a file of more than `bytes`.
    #[must_use]
    pub fn with_size_max(self, bytes: u64) -> Self {
        Self {
            size_max: bytes,
            ..self
        }
    }

    /// The path that the store was opened with.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the configuration: the empty one where there is no file.
    ///
    /// Takes no lock. The document is what one writer left, never a mixture; a later read may see more.
    ///
    /// # Errors
    ///
    /// That the file cannot be read, is too large, or is no valid TOML. A file that cannot be read is
    /// never taken for an empty one.
    pub fn read(&self) -> Result<Document, StoreError> {
        Ok(self.look()?.0)
    }

    /// The configuration, and what the system says of its file, where there is one.
    fn look(&self) -> Result<(Document, Option<Stat>), StoreError> {
        let found = open_regular(CWD, &self.path).at(Stage::Read);
        match found.in_file(&self.path)? {
            Some((file, stat)) => {
                let document = self.read_open(&file, &stat, Document::parse)?;
                Ok((document, Some(stat)))
            }
            None => Ok((Document::default(), None)),
        }
    }

    /// Locks the file for a change, and reads it. Clears away what a killed writer left.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), and that the lock was not to be had in time.
    pub fn transaction(&self) -> Result<Transaction, StoreError> {
        Transaction::begin(self)
    }

    /// Makes all `changes` in one transaction.
    ///
    /// # Errors
    ///
    /// As [`transaction`](Self::transaction) and [`Transaction::commit`].
    pub fn apply(&self, changes: &Changes) -> Result<Applied, StoreError> {
        let mut transaction = self.transaction()?;
        for change in changes.iter() {
            transaction.stage(change.clone())?;
        }
        transaction.commit()
    }

    /// The configuration as it is, and as `changes` would make it. Takes no lock, writes nothing.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), and that the file cannot be changed so, may not be replaced, or would become too
    /// large. A mount point, and that there is no room or no permission for a file beside it, are not foreseen.
    pub fn preview(&self, changes: &Changes) -> Result<Applied, StoreError> {
        let (before, stat) = self.look()?;
        let after = changes.apply(&before).in_file(&self.path)?;
        let applied = Applied { before, after };
        if applied.changed() {
            self.check_size(applied.after.as_str().len() as u64)?;
            if let Some(stat) = stat {
                let checked = check_replaceable(CWD, self.path.as_os_str(), &stat);
                checked.at(Stage::Check).in_file(&self.path)?;
            }
        }
        Ok(applied)
    }

    /// Finds what killed writers left beside the file. A writer that is at work just now has one, too.
    ///
    /// # Errors
    ///
    /// That the path cannot be followed, or its directory not be read.
    pub fn leftovers(&self) -> io::Result<Vec<PathBuf>> {
        leftovers::find(&resolve(&self.path)?)
    }

    pub(crate) fn lock_timeout(&self) -> Duration {
        self.lock_timeout
    }

    /// Reads the document out of a file that is open at its start.
    pub(crate) fn read_open(
        &self,
        file: &File,
        stat: &Stat,
        parse: impl FnOnce(String) -> Result<Document, SyntaxError>,
    ) -> Result<Document, StoreError> {
        let size = stat.st_size.cast_unsigned();
        self.check_size(size)?;
        let bytes = read_all(file, size, self.size_max)
            .at(Stage::Read)
            .in_file(&self.path)?;
        self.check_size(bytes.len() as u64)?;
        let text = String::from_utf8(bytes).map_err(|error| StoreError::NotUtf8 {
            path: self.path.clone(),
            line: line_at(error.as_bytes(), error.utf8_error().valid_up_to()),
        })?;
        parse(text).map_err(|source| StoreError::Syntax {
            path: self.path.clone(),
            source,
        })
    }

    /// Refuses more bytes than may be read again.
    pub(crate) fn check_size(&self, size: u64) -> Result<(), StoreError> {
        if size <= self.size_max {
            return Ok(());
        }
        Err(StoreError::TooLarge {
            path: self.path.clone(),
            size,
            limit: self.size_max,
        })
    }
}

/// Reads to the end, or to one byte past the limit: the file may have grown since it had `size` bytes.
fn read_all(file: &File, size: u64, size_max: u64) -> io::Result<Vec<u8>> {
    failpoint!("store::read");
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(SIZE_MAX)).unwrap_or(0));
    file.take(size_max.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The line, counted from 1, in which the byte at `offset` stands.
fn line_at(bytes: &[u8], offset: usize) -> usize {
    bytes[..offset].split(|byte| *byte == b'\n').count()
}
