//! Several settings change, or none does.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::changes::{Change, Changes, Refusal};
use crate::document::Document;
use crate::error::{In as _, StoreError, lock_failed, unchanged};
use crate::leftovers;
use crate::lock::Lock;
use crate::replace::{Original, ReplaceError, Target, replace, sync_both};
use crate::stage::{At as _, Stage};
use crate::store::Store;
use crate::target::{check_replaceable, name, resolve};
use crate::value::Value;

/// How often a change is made anew after another program changed the file meanwhile.
const ATTEMPTS_MAX: u32 = 3;

/// A document before and after changes that were made, or would be.
#[derive(Clone, Debug)]
pub struct Applied {
    /// What the file held when it was read.
    pub before: Document,
    /// What it holds now.
    pub after: Document,
}

impl Applied {
    /// Whether the file was, or would be, written: equal contents are not.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.before.as_str() != self.after.as_str()
    }
}

/// A change to one configuration file, made in memory until it is committed.
///
/// It holds the lock of the file. Dropping it changes nothing.
#[derive(Debug)]
pub struct Transaction {
    store: Store,
    /// Where the path of the store leads to.
    place: PathBuf,
    /// The name there.
    name: OsString,
    lock: Lock,
    original: Option<Original>,
    documents: Applied,
    changes: Changes,
}

impl Transaction {
    pub(crate) fn begin(store: &Store) -> Result<Self, StoreError> {
        let path = store.path();
        let place = resolve(path).at(Stage::Resolve).in_file(path)?;
        let name = name(&place).at(Stage::Resolve).in_file(path)?.to_owned();
        let lock = acquire(store, &place)?;
        let mut transaction = Self {
            store: store.clone(),
            place,
            name,
            lock,
            original: None,
            documents: Applied {
                before: Document::default(),
                after: Document::default(),
            },
            changes: Changes::new(),
        };
        transaction.load()?;
        Ok(transaction)
    }

    /// The configuration with the changes made so far.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.documents.after
    }

    /// Gives `key` a value.
    ///
    /// # Errors
    ///
    /// That the registry has no such key, that the key cannot have such a value, or that the file cannot
    /// take it; the transaction is as it was then, and can go on.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) -> Result<(), StoreError> {
        self.stage(Change::set(key, value.into())?)
    }

    /// Takes `key` away, if it is there.
    ///
    /// # Errors
    ///
    /// That the file cannot be edited so.
    pub fn unset(&mut self, key: &str) -> Result<(), StoreError> {
        self.stage(Change::Unset {
            key: key.to_owned(),
        })
    }

    /// Puts the changes in place, all at once.
    ///
    /// Once this returns `Ok`, every reader sees all of them, and a power cut does not undo them. A file
    /// that holds them already is synced, but not written.
    ///
    /// # Errors
    ///
    /// [`StoreError`] says what the file is like. In every case but
    /// [`NotDurable`](StoreError::NotDurable) it is as it was before.
    pub fn commit(mut self) -> Result<Applied, StoreError> {
        for _ in 0..ATTEMPTS_MAX {
            if !self.documents.changed() {
                self.sync_what_is_there()?;
                return Ok(self.documents);
            }
            let checked = self.documents.after.check().map_err(Refusal::from);
            checked.in_file(self.store.path())?;
            match self.replace() {
                Ok(()) => {
                    self.lock.directory_mut().keep();
                    return Ok(self.documents);
                }
                Err(Attempt::Again) => self.start_again()?,
                Err(Attempt::Failed(error)) => return Err(error),
            }
        }
        Err(StoreError::ChangedUnderneath {
            path: self.store.path().into(),
            attempts: ATTEMPTS_MAX,
        })
    }

    /// Makes one change in memory, after those made before.
    pub(crate) fn stage(&mut self, change: Change) -> Result<(), StoreError> {
        failpoint!("store::set", Stage::Set, self.store.path());
        let Applied { before, after } = &mut self.documents;
        change.apply(before, after).in_file(self.store.path())?;
        self.changes.push(change);
        Ok(())
    }

    /// Reads the file, which must be done under the lock: what was read before it may be old.
    fn load(&mut self) -> Result<(), StoreError> {
        let path = self.store.path();
        leftovers::clear(self.lock.directory().file(), &self.name);
        // Before the file is locked again: two locks of ours on one inode would wait for each other.
        self.original = None;
        let found = self.lock.open_target(&self.name);
        let found = found.map_err(|error| lock_failed(error, path, self.store.lock_timeout()))?;
        self.original = found.map(|(file, stat)| Original { file, stat });
        let before = match &self.original {
            Some(Original { file, stat }) => {
                let parse = Document::parse_to_edit;
                self.store.read_open(file, stat, parse)?
            }
            None => Document::default(),
        };
        let after = before.clone();
        self.documents = Applied { before, after };
        Ok(())
    }

    /// Makes the changes anew, to what another program has made of the file.
    fn start_again(&mut self) -> Result<(), StoreError> {
        self.keep_the_lock()?;
        self.load()?;
        let after = self.changes.apply(&self.documents.before);
        self.documents.after = after.in_file(self.store.path())?;
        Ok(())
    }

    /// Locks the directory anew where another one has taken its place.
    fn keep_the_lock(&mut self) -> Result<(), StoreError> {
        let path = self.store.path();
        let directory = self.lock.directory_mut();
        if directory.is_current().at(Stage::Lock).in_file(path)? {
            return Ok(());
        }
        let made = directory.take_made();
        self.original = None;
        self.lock.release().at(Stage::Lock).in_file(path)?;
        self.lock = acquire(&self.store, &self.place)?;
        self.lock.directory_mut().also_made(made);
        Ok(())
    }

    /// Makes durable what somebody left as it should be: an editor, or a writer killed before its last sync.
    fn sync_what_is_there(&self) -> Result<(), StoreError> {
        let Some(original) = &self.original else {
            return Ok(());
        };
        sync_both(&original.file, self.lock.directory()).in_file(self.store.path())
    }

    fn replace(&self) -> Result<(), Attempt> {
        let contents = self.documents.after.as_str().as_bytes();
        self.store.check_size(contents.len() as u64)?;
        let directory = self.lock.directory();
        if let Some(original) = &self.original {
            let checked = check_replaceable(directory.file(), &self.name, &original.stat);
            checked.at(Stage::Check).in_file(self.store.path())?;
        }
        let target = Target {
            directory,
            name: &self.name,
            original: self.original.as_ref(),
        };
        replace(&target, contents).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: ReplaceError) -> Attempt {
        let path = self.store.path();
        match error {
            ReplaceError::Moved => Attempt::Again,
            ReplaceError::Unchanged(failure) => unchanged(failure, path).into(),
            ReplaceError::NotDurable(source) => StoreError::NotDurable {
                path: path.into(),
                source,
            }
            .into(),
        }
    }
}

fn acquire(store: &Store, place: &Path) -> Result<Lock, StoreError> {
    let timeout = store.lock_timeout();
    let acquired = Lock::acquire(place, timeout);
    acquired.map_err(|error| lock_failed(error, store.path(), timeout))
}

/// Why one attempt to replace the file did not.
enum Attempt {
    /// Another program changed the file meanwhile.
    Again,
    Failed(StoreError),
}

impl From<StoreError> for Attempt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn edits_that_fail_their_check_change_nothing_and_leave_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.toml");
        fs::write(&path, "[server]\nnamespace = \"old\"\n").unwrap();
        let mut transaction = Store::open(&path).transaction().unwrap();
        transaction.set("server.namespace", "new").unwrap();
        transaction.documents.after.mistake("new", "newer");
        let error = transaction.commit().expect_err("it is not what was set");
        assert!(matches!(error, StoreError::Edit { .. }), "{error}");
        let left = fs::read_to_string(&path).unwrap();
        assert_eq!(left, "[server]\nnamespace = \"old\"\n");
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
    }
}
