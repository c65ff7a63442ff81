//! Storage: what a call leaves behind, and how it is read back.
//!
//! [`record`](aftercall_survey::record) has the facts of a call, [`store`] what a back end does with them, [`sqlite`] is the first back end.
//! Calls speak to the [`writer`], which commits in groups and keeps answers in the spool while the database is
//! away. Nothing of SQL leaves this crate.

pub mod accounts;
pub mod alert;
pub mod api_fact;
pub mod case;
mod cause;
pub mod comment;
mod context_sources;
pub mod delivery;
pub mod demo;
pub mod error;
pub mod export;
mod lists;
mod moment;
pub mod part;
pub mod path;
mod rollup;
mod scope;
pub mod selection;
mod spool;
pub mod sqlite;
pub mod store;
pub mod tally;
mod words;
pub mod writer;

pub use accounts::AccountStore;
pub use alert::Alerts;
pub use case::Cases;
pub use cause::Cause;
pub use delivery::Deliveries;
pub use error::{OpenFault, StoreError, StoreErrorKind};
pub use lists::CallLists;
pub use scope::Scope;
pub use selection::Selection;
pub use sqlite::{Access, Schema, SqliteOptions, SqliteStore, look};
pub use store::{Snapshot, Store};
pub use writer::{WriterHandle, WriterOptions};

use std::path::Path;

/// The back end of this program. Everything outside of this crate has this name for it.
pub type Database = SqliteStore;

/// Opens the database at `path`, with the usual patience of two seconds with other processes.
///
/// # Errors
/// [`StoreError::Open`] with the path and the cause, in a line fit for an operator.
pub async fn open(path: &Path, access: Access) -> Result<Database, StoreError> {
    SqliteStore::open(&SqliteOptions::new(path, access)).await
}
