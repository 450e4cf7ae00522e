//! The settings to write or to take away, checked before a lock is taken.

use crate::document::{Ambiguous, Document, EditError};
use crate::registry::{InvalidValue, Key, are_on_one_path};
use crate::value::Value;

/// Changes to settings, in the order in which they were asked for.
///
/// Each is checked against the registry of keys when it is added; so what is in here can fail only for
/// reasons that lie in the file.
#[derive(Clone, Debug, Default)]
pub struct Changes(Vec<Change>);

#[derive(Clone, Debug)]
pub(crate) enum Change {
    Set { key: String, value: Value },
    Unset { key: String },
    Require { key: String },
    UnsetWhereChanged { key: String, by: String },
}

/// A change that no file could take.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The registry has no such key.
    #[error("unknown key {key}{}", suggestion(*nearest))]
    Unknown {
        /// The key that was asked for.
        key: String,
        /// The key that may have been meant.
        nearest: Option<&'static str>,
    },
    /// The key would be in the way of one that the registry has.
    #[error("{key} would leave no place for {known}")]
    InTheWay {
        /// The key that was asked for.
        key: String,
        /// The first key of the registry that it would be in the way of.
        known: &'static str,
    },
    /// The key cannot have that value.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}

impl ChangeError {
    /// The registry has no key of this name.
    #[must_use]
    pub fn unknown(name: &str) -> Self {
        Self::Unknown {
            key: name.to_owned(),
            nearest: Key::nearest(name).map(|key| key.name),
        }
    }
}

/// Refuses a key that stands above or below one that the registry has.
fn free(key: &str) -> Result<(), ChangeError> {
    let mut known = Key::all().iter();
    match known.find(|known| are_on_one_path(key, known.name)) {
        None => Ok(()),
        Some(known) => Err(ChangeError::InTheWay {
            key: key.to_owned(),
            known: known.name,
        }),
    }
}

fn suggestion(nearest: Option<&'static str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"))
}

/// A change that one file cannot take.
#[derive(Debug)]
pub(crate) enum Refusal {
    Ambiguous(Ambiguous),
    Edit(EditError),
    NotSet { key: String },
}

impl From<Ambiguous> for Refusal {
    fn from(error: Ambiguous) -> Self {
        Self::Ambiguous(error)
    }
}

impl From<EditError> for Refusal {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Ambiguous(error) => Self::Ambiguous(error),
            error => Self::Edit(error),
        }
    }
}

impl Changes {
    /// No change.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds that `key` gets `value`.
    ///
    /// # Errors
    ///
    /// That the registry has no such key, or that the key cannot have such a value.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) -> Result<(), ChangeError> {
        self.0.push(Change::set(key, value.into())?);
        Ok(())
    }

    /// Adds that `key`, which may be one that the registry does not have, gets the string `text`.
    ///
    /// # Errors
    ///
    /// That the registry has the key, and the key cannot have such a value; or that a value there would
    /// stand in the way of a key that the registry has.
    pub fn set_unknown(&mut self, key: &str, text: &str) -> Result<(), ChangeError> {
        let value = match Key::find(key) {
            Some(known) => known.parse(text)?,
            None => free(key).map(|()| Value::Text(text.to_owned()))?,
        };
        self.0.push(Change::Set {
            key: key.to_owned(),
            value,
        });
        Ok(())
    }

    /// Adds that `key` is taken away. The registry need not have it: whatever a file holds can go.
    pub fn unset(&mut self, key: &str) {
        self.0.push(Change::Unset {
            key: key.to_owned(),
        });
    }

    /// Refuses all of this where the file does not hold `key` when the lock is taken.
    pub fn require(&mut self, key: &str) {
        self.0.push(Change::Require {
            key: key.to_owned(),
        });
    }

    /// Takes `key` away where the changes before this one give `by` another value than the file holds
    /// when the lock is taken.
    pub fn unset_where_changed(&mut self, key: &str, by: &str) {
        let (key, by) = (key.to_owned(), by.to_owned());
        self.0.push(Change::UnsetWhereChanged { key, by });
    }

    pub(crate) fn push(&mut self, change: Change) {
        self.0.push(change);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Change> {
        self.0.iter()
    }

    /// Makes all changes to a copy of `before`, or says why one cannot be made.
    pub(crate) fn apply(&self, before: &Document) -> Result<Document, Refusal> {
        let mut after = before.clone();
        for change in &self.0 {
            change.apply(before, &mut after)?;
        }
        after.check()?;
        Ok(after)
    }
}

impl Change {
    pub(crate) fn set(key: &str, value: Value) -> Result<Self, ChangeError> {
        let known = Key::find(key).ok_or_else(|| ChangeError::unknown(key))?;
        known.check(&value)?;
        let key = key.to_owned();
        Ok(Self::Set { key, value })
    }

    /// Makes the change to `after`, which was `before` when the lock was taken. It has to be checked.
    pub(crate) fn apply(&self, before: &Document, after: &mut Document) -> Result<(), Refusal> {
        let made = self.make(before, after);
        made.map_err(|refusal| {
            let in_the_file = self.make(before, &mut before.clone());
            in_the_file.err().unwrap_or(refusal) // which names the lines as the file has them
        })
    }

    fn make(&self, before: &Document, after: &mut Document) -> Result<(), Refusal> {
        match self {
            Self::Set { key, value } => after.set_unchecked(key, value)?,
            Self::Unset { key } => drop(after.unset_unchecked(key)?),
            Self::Require { key } => require(before, key)?,
            Self::UnsetWhereChanged { key, by } => {
                if before.get(by)? != after.get(by)? {
                    after.unset_unchecked(key)?;
                }
            }
        }
        Ok(())
    }
}

fn require(document: &Document, key: &str) -> Result<(), Refusal> {
    match document.get(key)? {
        Some(_) => Ok(()),
        None => Err(Refusal::NotSet {
            key: key.to_owned(),
        }),
    }
}
