//! What a snapshot costs: the log cannot start over while it is held.
//!
//! SQLite appends every commit to the log (WAL) and moves it into the database meanwhile, but only up to the moment of the oldest
//! snapshot; and it writes from the beginning again only when no snapshot needs any of it. So a read of an hour on a busy
//! service makes the log as long as all that was written in that hour, and its file is never cut. A read that may take long
//! therefore looks now and then how much the log has grown, and lets go: the log is moved by the reader itself, so that no
//! caller waits for it, and the next commit starts over.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::look::with_suffix;

/// So much the log may grow for one snapshot: twice what a commit moves by itself.
const MOST_BYTES: u64 = 32 << 20;
/// How often it is looked whether the log has started over, and for how long.
const LOOKS: u32 = 40;
const BETWEEN_LOOKS: Duration = Duration::from_millis(25);

/// The log as it was when a snapshot began.
#[derive(Debug)]
pub(super) struct HeldLog {
    path: PathBuf,
    bytes: u64,
}

impl HeldLog {
    /// The log of a database now.
    pub(super) fn now(database: &Path) -> Self {
        let path = with_suffix(database, "-wal");
        let bytes = length(&path);
        Self { path, bytes }
    }

    /// Whether it has grown too much since.
    pub(super) fn is_too_long(&self) -> bool {
        length(&self.path) > self.bytes.saturating_add(MOST_BYTES)
    }

    /// Waits until a commit has started over, a second at most: without commits there is nothing to wait for.
    pub(super) async fn restarted(&self) {
        let before = checkpoints(&self.path);
        for _ in 0..LOOKS {
            tokio::time::sleep(BETWEEN_LOOKS).await;
            if checkpoints(&self.path) != before {
                return;
            }
        }
    }
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

/// How often the log has started over: bytes 12 to 15 of its header ("checkpoint sequence number", SQLite file format, section 4.1).
fn checkpoints(path: &Path) -> Option<[u8; 4]> {
    let mut header = [0; 16];
    File::open(path).ok()?.read_exact(&mut header).ok()?;
    header.last_chunk().copied()
}
