//! `[privacy]`: what is kept of a caller's number.

use std::path::PathBuf;

use serde::Deserialize;

use super::value::file;

/// `[privacy]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrivacySettings {
    /// What is stored of the caller's number besides its keyed hash.
    pub caller_number: CallerNumber,
    /// The file with the key of that hash; made at first start. Who loses it can no longer match callers.
    #[serde(deserialize_with = "file")]
    pub key_file: PathBuf,
}

impl Default for PrivacySettings {
    fn default() -> Self {
        Self {
            caller_number: CallerNumber::HashOnly,
            key_file: PathBuf::from("var/caller-hash.key"),
        }
    }
}

/// What is stored of the caller's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallerNumber {
    /// Only a keyed hash: the same caller is recognised, nobody can read the number.
    HashOnly,
    /// The hash and the number itself, for calling back.
    Clear,
}
