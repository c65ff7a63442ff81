//! Moving what was committed from the log into the database, beside the commits.
//!
//! SQLite does it by itself in the commit that makes the log too long, and the callers that wait for that commit wait for it
//! too: some hundred pages written and two files flushed. So a connection of its own does most of it while commits go
//! on. Pages that are committed meanwhile stay in the log, which therefore starts from its beginning only when a commit finds it
//! moved altogether; at [`LOG_PAGES`] a commit does the little that is left.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use sqlx::sqlite::SqlitePool;

use aftercall_runtime::lifecycle;

/// Pages in the log at which a commit moves the rest by itself (16 MiB).
pub(super) const LOG_PAGES: u32 = 4_096;
/// Commits from one move to the next; each writes five to ten pages.
const COMMITS: u32 = 128;

/// Moves the log now and then. Clones share their count.
#[derive(Debug, Clone)]
pub(super) struct Checkpoint {
    pool: SqlitePool,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    commits: AtomicU32,
    moving: AtomicBool,
}

impl Checkpoint {
    /// Moves over connections of `pool`.
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self {
            pool,
            state: Arc::default(),
        }
    }

    /// Called after each commit. Does not wait.
    pub(super) fn committed(&self) {
        let commits = self.state.commits.fetch_add(1, Ordering::Relaxed) + 1;
        if commits < COMMITS || self.state.moving.swap(true, Ordering::AcqRel) {
            return;
        }
        self.state.commits.store(0, Ordering::Relaxed);
        let checkpoint = self.clone();
        lifecycle::spawn("checkpoint", async move {
            // A log that cannot be moved now keeps what it has; the next move, or a commit, does it.
            checkpoint.now().await;
            checkpoint.state.moving.store(false, Ordering::Release);
        });
    }

    /// Moves what can be moved now, and waits for that.
    pub(super) async fn now(&self) {
        let moved = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
            .execute(&self.pool)
            .await;
        if let Err(error) = moved {
            tracing::debug!(%error, "WAL checkpoint failed");
        }
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}
