//! SQLite's failures in the words of [`StoreError`].
//!
//! Result codes: <https://www.sqlite.org/rescode.html>. The low eight bits are the primary code.

use std::error::Error;
use std::path::Path;

use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;

use crate::cause::Cause;
use crate::error::{OpenFault, Outage, StoreError};

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

/// What SQLite said, without the result code that sqlx puts before it. The code is in the debug form.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message())]
struct Said(Box<dyn DatabaseError>);

/// The failure of a statement. A missing table or column counts as an outage: answers then go to the spool instead of
/// being lost.
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = primary_code(&error);
        match error {
            sqlx::Error::Database(said) => match code {
                Some(CONSTRAINT | TOOBIG | MISMATCH) => Self::refused(Said(said)),
                code => unavailable(outage_of(code), Said(said)),
            },
            error @ sqlx::Error::PoolTimedOut => unavailable(Outage::Busy, error),
            error @ sqlx::Error::Io(_) => unavailable(Outage::Io, error),
            error @ (sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => Self::row(error),
            error => unavailable(Outage::Other, error),
        }
    }
}

/// The failure of opening `path`.
pub(super) fn of_open(path: &Path, error: sqlx::Error) -> StoreError {
    open_error(path, open_fault(&error), error)
}

fn open_fault(error: &sqlx::Error) -> OpenFault {
    match primary_code(error) {
        Some(NOTADB | CORRUPT) => OpenFault::NotADatabase,
        Some(BUSY | LOCKED) => OpenFault::Locked,
        _ if matches!(error, sqlx::Error::PoolTimedOut) => OpenFault::Locked,
        _ => OpenFault::NotWritable,
    }
}

/// The failure of reading the schema of `path`, which may lack the table of its steps.
pub(super) fn of_schema(path: &Path, error: sqlx::Error) -> StoreError {
    let fault = match open_fault(&error) {
        OpenFault::NotWritable => OpenFault::Schema,
        fault => fault,
    };
    open_error(path, fault, error)
}

/// The failure of bringing the schema of `path` up to date.
pub(super) fn of_migration(path: &Path, error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)
            if primary_code(&cause).is_some_and(|code| code != 1) =>
        {
            of_open(path, cause)
        }
        MigrateError::VersionMissing(version) => {
            let reason = format!("it was written by a newer aftercall (its schema has step {version})");
            open_error(path, OpenFault::Schema, reason)
        }
        error => open_error(path, OpenFault::Schema, error),
    }
}

/// An [`StoreError::Open`].
pub(super) fn open_error(
    path: &Path,
    fault: OpenFault,
    reason: impl Into<Box<dyn Error + Send + Sync>>,
) -> StoreError {
    StoreError::Open {
        path: path.to_owned(),
        fault,
        reason: Cause::new(reason),
    }
}

fn unavailable(outage: Outage, reason: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::Unavailable {
        outage,
        reason: Cause::new(reason),
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

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::error::Error;

    use sqlx::error::{DatabaseError, ErrorKind};

    use crate::cause::Cause;
    use crate::error::{Outage, StoreError, StoreErrorKind};

    /// What SQLite says with a result code.
    #[derive(Debug, thiserror::Error)]
    #[error("said by the test")]
    struct Said(i32);

    impl DatabaseError for Said {
        fn message(&self) -> &str {
            "said by the test"
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.to_string().into())
        }

        fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    /// Every primary code and extended ones of each kind: <https://www.sqlite.org/rescode.html>.
    const CODES: [(&str, i32, Option<Outage>); 28] = [
        (
            "SQLITE_ERROR, as where a table is missing",
            1,
            Some(Outage::Other),
        ),
        ("SQLITE_INTERNAL", 2, Some(Outage::Other)),
        ("SQLITE_PERM", 3, Some(Outage::Other)),
        ("SQLITE_ABORT", 4, Some(Outage::Other)),
        ("SQLITE_BUSY", 5, Some(Outage::Busy)),
        ("SQLITE_BUSY_SNAPSHOT", 517, Some(Outage::Busy)),
        ("SQLITE_LOCKED", 6, Some(Outage::Busy)),
        ("SQLITE_NOMEM", 7, Some(Outage::Other)),
        ("SQLITE_READONLY", 8, Some(Outage::ReadOnly)),
        ("SQLITE_READONLY_DBMOVED", 1032, Some(Outage::ReadOnly)),
        ("SQLITE_INTERRUPT", 9, Some(Outage::Other)),
        ("SQLITE_IOERR", 10, Some(Outage::Io)),
        ("SQLITE_IOERR_WRITE", 778, Some(Outage::Io)),
        ("SQLITE_CORRUPT", 11, Some(Outage::Damaged)),
        ("SQLITE_FULL", 13, Some(Outage::DiskFull)),
        ("SQLITE_CANTOPEN", 14, Some(Outage::Io)),
        ("SQLITE_PROTOCOL", 15, Some(Outage::Other)),
        ("SQLITE_SCHEMA", 17, Some(Outage::Other)),
        ("SQLITE_TOOBIG: the value is too long", 18, None),
        ("SQLITE_CONSTRAINT", 19, None),
        ("SQLITE_CONSTRAINT_CHECK", 275, None),
        ("SQLITE_CONSTRAINT_FOREIGNKEY", 787, None),
        ("SQLITE_CONSTRAINT_UNIQUE", 2067, None),
        ("SQLITE_MISMATCH: the value is of another type", 20, None),
        ("SQLITE_MISUSE", 21, Some(Outage::Other)),
        ("SQLITE_AUTH", 23, Some(Outage::Other)),
        ("SQLITE_RANGE", 25, Some(Outage::Other)),
        ("SQLITE_NOTADB", 26, Some(Outage::Damaged)),
    ];

    #[test]
    fn fault_of_a_value_is_refused_and_every_other_is_an_outage() {
        for (name, code, outage) in CODES {
            let reason = Cause::new("said by the test");
            let expected = match outage {
                Some(outage) => StoreError::Unavailable { outage, reason },
                None => StoreError::Refused { reason },
            };
            let error = StoreError::from(sqlx::Error::Database(Box::new(Said(code))));
            assert_eq!(error, expected, "{name}");
        }
    }

    #[test]
    fn row_that_cannot_be_read_is_no_outage() {
        let error = StoreError::from(sqlx::Error::Decode("no moment".into()));
        assert_eq!(error.kind(), StoreErrorKind::Refused);
        let error = StoreError::from(sqlx::Error::PoolTimedOut);
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    }
}
