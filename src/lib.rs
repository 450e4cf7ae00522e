//! Connects to a server, and keeps its configuration.

mod connect;
mod document;
#[cfg(feature = "failpoints")]
pub mod fault;
mod registry;
mod value;

pub use connect::{Connection, connect};
pub use document::{Ambiguous, Document, EditError, SyntaxError};
pub use registry::{InvalidValue, Key, Kind, is_loopback_or_https};
pub use value::Value;
