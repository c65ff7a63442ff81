//! `[privacy]`: what is kept of a caller's number.

use std::path::PathBuf;

use serde::Deserialize;

use super::value::file;
use aftercall_survey::context::StoredCallerNumber;

/// `[privacy]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrivacySettings {
    /// What is stored of the caller's number besides its keyed hash.
    pub caller_number: StoredCallerNumber,
    /// The file with the key of that hash; made at first start. Who loses it can no longer match callers.
    #[serde(deserialize_with = "file")]
    pub key_file: PathBuf,
}

impl Default for PrivacySettings {
    fn default() -> Self {
        Self {
            caller_number: StoredCallerNumber::HashOnly,
            key_file: PathBuf::from("var/caller-hash.key"),
        }
    }
}
