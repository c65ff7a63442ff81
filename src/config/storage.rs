//! `[storage]`: the database.

use std::path::PathBuf;

use serde::Deserialize;

use super::value::file;

/// `[storage]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StorageSettings {
    /// The SQLite database; its directory is made when missing.
    #[serde(deserialize_with = "file")]
    pub path: PathBuf,
    /// Facts are kept in this file while the database cannot be written, and replayed after.
    #[serde(deserialize_with = "file")]
    pub spool: PathBuf,
}

impl Default for StorageSettings {
    fn default() -> Self {
        Self {
            path: PathBuf::from("var/aftercall.db"),
            spool: PathBuf::from("var/aftercall.spool"),
        }
    }
}
