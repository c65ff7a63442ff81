//! Looking at a database without leaving a trace: no file is made, no pragma changes it.
//!
//! A reader of a WAL database makes the files of its log where they are missing. Where there is no log, all is in the
//! database itself, which can then be opened as if nothing would ever change it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::{MIGRATIONS, fault, read};
use crate::error::{OpenFault, StoreError};

/// What a database is to this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Up to date.
    Current,
    /// The next start brings it up to date.
    Pending {
        /// By how many steps.
        steps: usize,
    },
    /// Unknown without writing: a crash left a log that the next start reads.
    Unknown,
}

/// A file that SQLite makes next to the database.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Whether the database has no log.
pub(super) fn is_at_rest(path: &Path) -> bool {
    std::fs::metadata(with_suffix(path, "-wal")).map_or(true, |log| log.len() == 0)
}

/// Looks at the schema.
///
/// # Errors
/// The file is no database, or one of a newer program, or cannot be read.
pub async fn look(path: &Path) -> Result<Schema, StoreError> {
    let is_at_rest = is_at_rest(path);
    if !is_at_rest && !with_suffix(path, "-shm").exists() {
        return Ok(Schema::Unknown);
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(is_at_rest)
        .busy_timeout(Duration::from_secs(2))
        .disable_statement_logging();
    let of_open = |error| fault::of_open(path, error);
    let mut connection = options.connect().await.map_err(of_open)?;
    let tables: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut connection)
            .await
            .map_err(of_open)?;
    let known = match tables {
        0 => Vec::new(),
        _ => read::schema_steps(&mut connection).await.map_err(of_open)?,
    };
    // What could not be closed was only read from.
    connection.close().await.ok();
    let expected: Vec<i64> = MIGRATIONS.iter().map(|step| step.version).collect();
    match expected.strip_prefix(known.as_slice()) {
        Some([]) => Ok(Schema::Current),
        Some(pending) => Ok(Schema::Pending { steps: pending.len() }),
        None => {
            let newer = known.iter().find(|step| !expected.contains(step));
            let reason = newer.map_or_else(
                || "its schema lacks a step in the middle".to_owned(),
                |step| format!("it was written by a newer aftercall (its schema has step {step})"),
            );
            Err(fault::open_error(path, OpenFault::Schema, reason))
        }
    }
}
