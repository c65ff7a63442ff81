//! SQLite's failures in the words of [`StoreError`].
//!
//! Result codes: <https://www.sqlite.org/rescode.html>. The low eight bits are the primary code.

use std::fmt::Display;
use std::path::Path;

use sqlx::migrate::MigrateError;

use crate::storage::error::{OpenFault, Outage, StoreError};

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const TOOBIG: i32 = 18;
const CONSTRAINT: i32 = 19;
const MISMATCH: i32 = 20;
const NOTADB: i32 = 26;

/// The failure of a statement. A missing table or column counts as an outage: answers then go to the spool instead of
/// being lost.
pub(super) fn of_statement(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(said) => match primary_code(error) {
            Some(CONSTRAINT | TOOBIG | MISMATCH) => StoreError::refused(said.message()),
            code => unavailable(outage_of(code), &said.message()),
        },
        sqlx::Error::PoolTimedOut => unavailable(Outage::Busy, error),
        sqlx::Error::Io(_) => unavailable(Outage::Io, error),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreError::row(error.to_string()),
        _ => unavailable(Outage::Other, error),
    }
}

/// The failure of opening `path`.
pub(super) fn of_open(path: &Path, error: &sqlx::Error) -> StoreError {
    let fault = match primary_code(error) {
        Some(NOTADB | CORRUPT) => OpenFault::NotADatabase,
        Some(BUSY | LOCKED) => OpenFault::Locked,
        _ if matches!(error, sqlx::Error::PoolTimedOut) => OpenFault::Locked,
        _ => OpenFault::NotWritable,
    };
    open_error(path, fault, error)
}

/// The failure of bringing the schema of `path` up to date.
pub(super) fn of_migration(path: &Path, error: &MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)
            if primary_code(cause).is_some_and(|code| code != 1) =>
        {
            of_open(path, cause)
        }
        MigrateError::VersionMissing(version) => {
            let reason = format!("it was written by a newer aftercall (its schema has step {version})");
            open_error(path, OpenFault::Schema, &reason)
        }
        _ => open_error(path, OpenFault::Schema, error),
    }
}

/// An [`StoreError::Open`].
pub(super) fn open_error(path: &Path, fault: OpenFault, reason: &dyn Display) -> StoreError {
    StoreError::Open {
        path: path.to_owned(),
        fault,
        reason: reason.to_string(),
    }
}

fn unavailable(outage: Outage, reason: &dyn Display) -> StoreError {
    StoreError::Unavailable {
        outage,
        reason: reason.to_string(),
    }
}

fn outage_of(code: Option<i32>) -> Outage {
    match code {
        Some(BUSY | LOCKED) => Outage::Busy,
        Some(FULL) => Outage::DiskFull,
        Some(IOERR | CANTOPEN) => Outage::Io,
        Some(READONLY) => Outage::ReadOnly,
        Some(CORRUPT | NOTADB) => Outage::Damaged,
        _ => Outage::Other,
    }
}

fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}
