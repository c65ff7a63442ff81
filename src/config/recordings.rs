//! `[recordings]`: where comments are kept, for how long, and what the disk must have left.

use std::path::PathBuf;

use serde::Deserialize;

use super::value::directory;

/// `[recordings]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecordingSettings {
    /// The directory; made when missing, for this user only.
    #[serde(deserialize_with = "directory")]
    pub directory: PathBuf,
    /// Days after which the audio of a comment is removed; 0 keeps it for ever.
    pub keep_days: u32,
    /// With less than this free on the disk, in megabytes, nothing is recorded.
    pub min_free_mb: u64,
    /// With the disk fuller than this, in percent, nothing is recorded.
    pub max_disk_percent: u8,
    /// Threads that write.
    pub threads: usize,
}

impl Default for RecordingSettings {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("var/recordings"),
            keep_days: 90,
            min_free_mb: 500,
            max_disk_percent: 95,
            threads: 2,
        }
    }
}
