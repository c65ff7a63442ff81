//! `[control]`: how `aftercall reload` reaches the running service.

use std::path::PathBuf;

use serde::Deserialize;

use super::value::file_or_none;

/// `[control]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ControlSettings {
    /// The Unix socket, for this user only; empty: there is none.
    #[serde(deserialize_with = "file_or_none")]
    pub socket: PathBuf,
}

impl Default for ControlSettings {
    fn default() -> Self {
        Self {
            socket: PathBuf::from("var/aftercall.sock"),
        }
    }
}
