//! Errors of storage, and the reaction that each asks for.
//!
//! [`StoreError::kind`] drives the reaction: an *unavailable* database turns new calls away and sends answers to the
//! spool; a *refused* fact is a fault of that fact alone and fails nothing else. No text here carries a value of a row. Each
//! text has the one of its cause, which is the source of the error as well: a chain is printed without what was said.

use std::error::Error;
use std::path::PathBuf;

use super::cause::Cause;

/// A failure of storage. It is cloneable because one failed commit fails every fact in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database could not be opened.
    #[error("cannot open the database `{}`: {reason}", path.display())]
    Open {
        /// The database file.
        path: PathBuf,
        /// What stood in the way.
        fault: OpenFault,
        /// The same in words.
        #[source]
        reason: Cause,
    },
    /// The spool could not be opened.
    #[error("cannot open the spool `{}`: {reason}", path.display())]
    SpoolOpen {
        /// The spool file.
        path: PathBuf,
        /// What stood in the way.
        #[source]
        reason: Cause,
    },
    /// The database does not take writes, or does not answer, at present.
    #[error("the database is unavailable ({outage}): {reason}")]
    Unavailable {
        /// The kind of outage.
        outage: Outage,
        /// What the database said.
        #[source]
        reason: Cause,
    },
    /// The database is well, but does not accept this fact.
    #[error("refused: {reason}")]
    Refused {
        /// Why.
        #[source]
        reason: Cause,
    },
    /// A row does not hold what its column promises; someone else wrote it.
    #[error("a row cannot be read: {reason}")]
    Row {
        /// Which column, and what is wrong with it.
        #[source]
        reason: Cause,
    },
    /// Opt-outs of an outage still wait in the spool, and the fact would be decided without them.
    #[error("opt-outs of the outage are not in the database yet; no new surveys until they are")]
    OptOutsWait,
    /// More facts are waiting than the writer's queue takes.
    #[error("the queue to the database is full")]
    QueueFull,
    /// The writer has ended.
    #[error("the database writer has ended")]
    Closed,
    /// The spool did not take what the database could not.
    #[error("the database is unavailable and the spool `{}` does not accept answers: {reason}", path.display())]
    Spool {
        /// The spool file.
        path: PathBuf,
        /// What stood in the way.
        #[source]
        reason: Cause,
    },
}

/// Why a database could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenFault {
    /// The directory is missing and cannot be made.
    Directory,
    /// There is no database yet, and only reading was asked for.
    Missing,
    /// The file cannot be opened or written.
    NotWritable,
    /// The file is something else.
    NotADatabase,
    /// Another process holds it.
    Locked,
    /// Its schema is not the one of this program.
    Schema,
}

/// Why a database does not take writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// Locked by another process beyond the busy timeout.
    Busy,
    /// The disk is full.
    DiskFull,
    /// Reading or writing the file failed.
    Io,
    /// The file may not be written.
    ReadOnly,
    /// The file is damaged.
    Damaged,
    /// The file was removed, or another lies in its place: what is written to the open one is gone when it is closed.
    Removed,
    /// None of the others.
    Other,
}

impl Outage {
    /// The word in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::DiskFull => "disk_full",
            Self::Io => "io",
            Self::ReadOnly => "read_only",
            Self::Damaged => "damaged",
            Self::Removed => "removed",
            Self::Other => "other",
        }
    }
}

impl std::fmt::Display for Outage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a failure asks of the one who sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// Try again later: refuse new calls with 503, keep answers in the spool.
    Unavailable,
    /// Trying again will not help: the fact itself is at fault.
    Refused,
    /// The program cannot work with this database or file until someone acts.
    Fatal,
}

impl StoreError {
    /// What this failure asks for.
    pub const fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Unavailable { .. } | Self::OptOutsWait | Self::QueueFull | Self::Spool { .. } => {
                StoreErrorKind::Unavailable
            }
            Self::Refused { .. } | Self::Row { .. } => StoreErrorKind::Refused,
            Self::Open { .. } | Self::SpoolOpen { .. } | Self::Closed => StoreErrorKind::Fatal,
        }
    }

    pub(super) fn refused(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Refused {
            reason: Cause::new(reason),
        }
    }

    pub(super) fn row(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Row {
            reason: Cause::new(reason),
        }
    }
}
