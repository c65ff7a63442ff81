//! The SQLite back end: one file, no server.
//!
//! One connection writes, a few read beside it (WAL), and one moves the log into the database. `synchronous = FULL` makes every commit an fsync, which is what
//! "durable" means to the caller who hears the next prompt. A connection whose statement failed for want of the
//! database is closed: SQLite may have rolled back by itself, and a new connection knows its own state.

mod accounts;
mod admission_state;
mod admit;
mod alerts;
mod api;
mod bulk;
mod call;
mod cases;
mod change;
mod checkpoint;
mod column;
mod comments;
mod delivery;
mod export;
mod fault;
mod figures;
mod follow;
mod forget;
mod guard;
mod held_log;
mod look;
mod parameter;
mod path;
mod raise;
mod read;
mod recording;
mod register;
mod rollup;
mod rows;
mod run;
mod sampling_plan;
mod snapshot;
mod sweep;
mod turned_away;
mod write;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use nix::unistd::{AccessFlags, eaccess};
use sqlx::ConnectOptions;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

pub(crate) use self::bulk::BulkWriter;
use self::checkpoint::Checkpoint;
use self::guard::OpenedFile;
pub use self::look::{Schema, look};
pub use self::snapshot::SqliteSnapshot;
use super::cause::Cause;
use super::comment::CommentPlace;
use super::error::{OpenFault, StoreError};
use super::store::{Fact, FactResult, RebuildProgress, Renewed, Store};
use aftercall_base::CallUid;
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::{AdmissionState, NewCall, SamplingPlan};
use aftercall_survey::record::{
    CallFound, CallName, MatchKeys, MatchedAnnouncement, RecordingBegun, StoredDecision,
};

/// The schema's steps in this back end's dialect.
static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");

const READERS: u32 = 4;

/// Rows that SQLite's thread may be ahead of the reader: a report reads tens of thousands of short ones, and each wake-up of the other side
/// costs more than a row.
const ROWS_AHEAD: usize = 1_000;

/// What the database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The service: creates the directory and the database when they are missing and brings the schema up to date.
    Serve,
    /// Reports: changes nothing and refuses a database whose schema is not this program's.
    Read,
    /// Commands that change rows beside the service: makes no database, and refuses one whose schema is not this program's.
    Change,
}

/// How the database is opened.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The database file.
    pub path: PathBuf,
    /// What for.
    pub access: Access,
    /// How long a statement waits for another process's lock before the database counts as unavailable.
    pub busy_timeout: Duration,
}

impl SqliteOptions {
    /// Options for `path` with the usual patience of two seconds.
    pub fn new(path: impl Into<PathBuf>, access: Access) -> Self {
        Self {
            path: path.into(),
            access,
            busy_timeout: Duration::from_secs(2),
        }
    }
}

/// A SQLite database.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    checkpoint: Checkpoint,
    file: OpenedFile,
}

impl SqliteStore {
    /// Opens the database.
    ///
    /// # Errors
    /// [`StoreError::Open`] with the path and the cause, in a line fit for an operator.
    pub async fn open(options: &SqliteOptions) -> Result<Self, StoreError> {
        let path = &options.path;
        match options.access {
            Access::Serve => create(path)?,
            Access::Read | Access::Change => require_file(path)?,
        }
        let read_only = connect_options(options).pragma("query_only", "ON");
        let writing = match options.access {
            Access::Serve | Access::Change => connect_options(options),
            Access::Read => read_only.clone(),
        };
        let checkpoint = pool(1, options.busy_timeout).connect_lazy_with(writing.clone());
        let writing = writing.pragma("wal_autocheckpoint", checkpoint::LOG_PAGES.to_string());
        let writer = pool(1, options.busy_timeout).connect_lazy_with(writing);
        let readers = pool(READERS, options.busy_timeout).connect_lazy_with(read_only);
        let store = Self {
            writer,
            readers,
            checkpoint: Checkpoint::new(checkpoint),
            file: OpenedFile::new(path),
        };
        match options.access {
            Access::Serve => store.prepare(path).await?,
            Access::Read | Access::Change => store.require_schema(path).await?,
        }
        Ok(store)
    }

    async fn prepare(&self, path: &Path) -> Result<(), StoreError> {
        let mut connection = self
            .writer
            .acquire()
            .await
            .map_err(|error| fault::of_open(path, error))?;
        let migrated = MIGRATIONS.run(&mut *connection).await;
        migrated.map_err(|error| fault::of_migration(path, error))?;
        let closed = guard::close(path, &mut connection).await;
        closed.map_err(|error| fault::of_open(path, error))?;
        drop(connection);
        let log = |progress: RebuildProgress| {
            tracing::info!(
                progress.day,
                progress.done,
                progress.days,
                "calls of a day counted anew"
            );
        };
        rollup::rebuild(&self.writer, log).await?;
        let written = self.apply(&[Fact::Heartbeat]).await;
        written
            .map(drop)
            .map_err(|error| fault::open_error(path, OpenFault::NotWritable, error))
    }

    async fn require_schema(&self, path: &Path) -> Result<(), StoreError> {
        let mut connection = self
            .readers
            .acquire()
            .await
            .map_err(|error| fault::of_open(path, error))?;
        let known = read::schema_steps(&mut connection)
            .await
            .map_err(|error| fault::of_schema(path, error))?;
        let expected: Vec<i64> = MIGRATIONS.iter().map(|step| step.version).collect();
        if known == expected {
            return Ok(());
        }
        let reason =
            "its schema is not the one of this program; start the service once to bring it up to date";
        Err(fault::open_error(path, OpenFault::Schema, reason))
    }
}

fn connect_options(options: &SqliteOptions) -> SqliteConnectOptions {
    let connect = SqliteConnectOptions::new()
        .filename(&options.path)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .row_buffer_size(ROWS_AHEAD)
        .busy_timeout(options.busy_timeout)
        .disable_statement_logging();
    match options.access {
        Access::Serve | Access::Change => connect.journal_mode(SqliteJournalMode::Wal),
        // A reader that may not write to the directory cannot make the files of the log, and needs none while there is no log.
        Access::Read => {
            let is_closed = look::is_at_rest(&options.path) && !may_write_beside(&options.path);
            connect.read_only(is_closed).immutable(is_closed)
        }
    }
}

fn may_write_beside(path: &Path) -> bool {
    let directory = path
        .parent()
        .filter(|directory| !directory.as_os_str().is_empty());
    eaccess(directory.unwrap_or(Path::new(".")), AccessFlags::W_OK).is_ok()
}

fn pool(connections: u32, busy_timeout: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(busy_timeout + Duration::from_secs(1))
}

/// Makes the database's directory and its file, which only its owner and its group may use.
fn create(path: &Path) -> Result<(), StoreError> {
    guard::prepare(path).map_err(|error| {
        let is_there = path
            .parent()
            .is_none_or(|directory| directory.as_os_str().is_empty() || directory.is_dir());
        match is_there {
            true => fault::open_error(path, OpenFault::NotWritable, error),
            false => {
                let text = format!("its directory cannot be made: {error}");
                fault::open_error(path, OpenFault::Directory, Cause::in_words(text, error))
            }
        }
    })
}

fn require_file(path: &Path) -> Result<(), StoreError> {
    if path.is_file() {
        return Ok(());
    }
    Err(fault::open_error(
        path,
        OpenFault::Missing,
        "there is none yet; the service makes it when it starts",
    ))
}

impl Store for SqliteStore {
    type Snapshot = SqliteSnapshot;

    async fn apply(&self, facts: &[Fact]) -> Result<Vec<FactResult>, StoreError> {
        self.file.require_in_place()?;
        let applied = write::apply(&self.writer, facts).await;
        if applied.is_ok() {
            self.checkpoint.committed();
        }
        applied
    }

    async fn count_ended(&self, most: u32) -> Result<u64, StoreError> {
        self.file.require_in_place()?;
        let counted = rollup::count_ended(&self.writer, most).await;
        if counted.is_ok() {
            self.checkpoint.committed();
        }
        counted
    }

    async fn sweep(&self, node: &str) -> Result<u64, StoreError> {
        sweep::sweep(&self.writer, node).await
    }

    async fn snapshot(&self) -> Result<SqliteSnapshot, StoreError> {
        SqliteSnapshot::begin(&self.readers, self.file.path()).await
    }

    async fn renewed(&self, snapshot: SqliteSnapshot) -> Result<Renewed<SqliteSnapshot>, StoreError> {
        if !snapshot.log().is_too_long() {
            return Ok(Renewed {
                snapshot,
                is_later: false,
            });
        }
        let log = snapshot.end().await?;
        self.checkpoint.now().await;
        log.restarted().await;
        Ok(Renewed {
            snapshot: self.snapshot().await?,
            is_later: true,
        })
    }

    async fn open_recordings(&self, node: &str) -> Result<Vec<RecordingBegun>, StoreError> {
        recording::open(&self.readers, node).await
    }

    async fn recordings_before(
        &self,
        node: &str,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<RecordingBegun>, StoreError> {
        recording::before(&self.readers, node, before, limit).await
    }

    async fn waiting_for(
        &self,
        keys: &MatchKeys,
        now: DateTime<Utc>,
    ) -> Result<Option<MatchedAnnouncement>, StoreError> {
        api::find(&self.readers, keys, now).await
    }

    async fn waiting(&self) -> Result<u64, StoreError> {
        api::waiting(&self.readers).await
    }

    async fn call(&self, name: &CallName) -> Result<Option<CallFound>, StoreError> {
        api::call(&self.readers, name).await
    }

    async fn opted_out_since(&self, caller_hashes: &[String]) -> Result<Option<DateTime<Utc>>, StoreError> {
        api::opted_out_since(&self.readers, caller_hashes).await
    }

    async fn opt_outs(&self) -> Result<u64, StoreError> {
        api::opt_outs(&self.readers).await
    }

    async fn definition(&self, survey: &SurveyVersion) -> Result<Option<String>, StoreError> {
        read::definition(&self.readers, survey).await
    }

    async fn admission_state<'c>(&self, call: &'c NewCall) -> Result<AdmissionState<'c>, StoreError> {
        admission_state::of_one(&self.readers, call).await
    }

    async fn decided(&self, call: CallUid) -> Result<Option<StoredDecision>, StoreError> {
        call::decision(&self.readers, call).await
    }

    async fn add_sampling_plans(&self, plans: &[SamplingPlan]) -> Result<(), StoreError> {
        self.file.require_in_place()?;
        sampling_plan::add(&self.writer, plans).await
    }

    async fn latest_sampling_plans(&self) -> Result<Vec<SamplingPlan>, StoreError> {
        sampling_plan::latest(&self.readers).await
    }

    async fn sampling_plans(
        &self,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    ) -> Result<Vec<SamplingPlan>, StoreError> {
        sampling_plan::between(&self.readers, from, until).await
    }

    async fn forget(&self, call: CallUid) -> Result<bool, StoreError> {
        self.file.require_in_place()?;
        forget::forget(&self.writer, call).await
    }

    async fn set_listened(
        &self,
        comment: &CommentPlace,
        listener: &str,
        at: Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        self.file.require_in_place()?;
        comments::set_listened(&self.writer, comment, listener, at).await
    }

    async fn mark_for_rebuild(&self) -> Result<(), StoreError> {
        rollup::mark_all(&self.writer).await
    }

    async fn rebuild(&self, progress: impl FnMut(RebuildProgress) + Send) -> Result<u64, StoreError> {
        rollup::rebuild(&self.writer, progress).await
    }

    async fn close(&self) {
        self.readers.close().await;
        self.checkpoint.close().await;
        self.writer.close().await;
    }
}

#[cfg(test)]
mod tests;
