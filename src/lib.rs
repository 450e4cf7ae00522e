//! A configuration that changes whole or not at all.
//!
//! `agents` keeps its settings in a TOML file. A change to several of them is one [`Transaction`]: it is
//! atomic, isolated from other writers, and durable, and leaves every byte outside the changed values
//! alone, comments and layout included.
//!
//! | if this happens | you find that on disk |
//! | --- | --- |
//! | [`Transaction::commit`] returns `Ok` | the whole change; a power cut does not undo it |
//! | it returns an error | the old file, byte for byte, and nothing beside it |
//! | it returns [`StoreError::NotDurable`] | the whole change; a power cut may undo it |
//! | the process is killed, or the power is cut | the old file or the new one, never a mixture; the next transaction clears away what was left |
//! | two processes commit at once | both changes |
//! | an editor saves the file meanwhile | its version with the change made to it, or [`StoreError::ChangedUnderneath`] |
//!
//! Not promised: that an editor which writes into the old file *after* the comparison that precedes the
//! rename keeps what it wrote; that a file with several hard links, or one that is a mount point, can be
//! changed at all (the change is refused); anything on a file system whose `rename` is not atomic or
//! whose `fsync` does not sync.
//!
//! ```
//! use agents::Store;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! let store = Store::open(directory.path().join("config.toml"));
//! let mut transaction = store.transaction()?;
//! transaction.set("server.url", "https://agents.example")?;
//! transaction.set("server.namespace", "staging")?;
//! drop(transaction);
//!
//! assert!(!store.path().exists(), "a transaction that is dropped changes nothing");
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

/// Lets a test make a fault strike: see the module `fault`. Nothing without the feature `failpoints`.
#[cfg(feature = "failpoints")]
macro_rules! failpoint {
    ($name:literal) => {
        crate::fault::strike($name)?
    };
    ($name:literal, $stage:expr, $path:expr) => {
        crate::fault::strike($name).at($stage).in_file($path)?
    };
}

#[cfg(not(feature = "failpoints"))]
macro_rules! failpoint {
    ($name:literal) => {};
    ($name:literal, $stage:expr, $path:expr) => {};
}

mod attributes;
mod changes;
pub mod cli;
mod directory;
mod document;
mod error;
mod exchange;
#[cfg(feature = "failpoints")]
pub mod fault;
mod layers;
mod leftovers;
mod lock;
mod registry;
mod replace;
mod stage;
mod store;
mod target;
mod transaction;
mod value;

pub use changes::{ChangeError, Changes};
pub use document::{Ambiguous, Document, EditError, SyntaxError};
pub use error::StoreError;
pub use layers::{File, Files, LayerError, Layers, Scope, Setting, Source};
pub use registry::{InvalidValue, Key, Kind, is_loopback_or_https};
pub use stage::Stage;
pub use store::{LOCK_TIMEOUT, SIZE_MAX, Store};
pub use transaction::{Applied, Transaction};
pub use value::Value;
