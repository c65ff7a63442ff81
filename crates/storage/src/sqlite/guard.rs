//! Access to the database file: open to its owner and the group of its directory only, and still the file at its path.
//!
//! Databases of earlier versions were open to every user of the machine. Each is closed to them once, which `user_version`
//! remembers: an operator who then opens it again has meant it, and only gets a warning.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use sqlx::{Row, SqliteConnection};

use super::look::with_suffix;
use crate::cause::Cause;
use crate::error::{Outage, StoreError};
use aftercall_runtime::private;

/// What `user_version` says of a database whose files have been closed to others.
const CLOSED: i64 = 1;

/// Suffixes of the database file and of the files that SQLite makes for it.
const FILES: [&str; 3] = ["", "-wal", "-shm"];

/// Makes the directory and an empty file, private, where they are missing.
pub(super) fn prepare(path: &Path) -> std::io::Result<()> {
    private::create_parent(path)?;
    private::create_file(path).map(drop)
}

/// Closes a database of an earlier version to other users; warns when other users may use a later one.
pub(super) async fn close(path: &Path, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let version: i64 = sqlx::query("PRAGMA user_version")
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    if version >= CLOSED {
        if private::is_open_to_others(path) == Some(true) {
            tracing::warn!(
                database.path = %path.display(),
                "every user of this machine may use the database; chmod o= closes it"
            );
        }
        return Ok(());
    }
    for suffix in FILES {
        let file = with_suffix(path, suffix);
        match private::close_to_others(&file) {
            Ok(true) => tracing::info!(
                database.path = %file.display(),
                "closed to other users of this machine; its group may still read it"
            ),
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, database.path = %file.display(), "cannot be closed to other users");
            }
            Ok(false) | Err(_) => {}
        }
    }
    sqlx::query("PRAGMA user_version = 1").execute(connection).await?;
    Ok(())
}

/// The file that was opened, so that its removal is noticed. SQLite goes on writing to a file that has no name any more, and
/// says that all is well.
#[derive(Debug, Clone)]
pub(super) struct OpenedFile {
    path: Arc<Path>,
    /// Device and inode; `None` where they could not be had.
    identity: Option<(u64, u64)>,
}

impl OpenedFile {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.into(),
            identity: identity(path),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Fails when another file, or none, is at the path. Costs one `stat`.
    pub(super) fn require_in_place(&self) -> Result<(), StoreError> {
        if self.identity.is_none() || identity(&self.path) == self.identity {
            return Ok(());
        }
        Err(StoreError::Unavailable {
            outage: Outage::Removed,
            reason: Cause::new(format!(
                "`{}` is not the file that is open: it was moved, removed or replaced; put it back, or restart the service",
                self.path.display()
            )),
        })
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    let found = std::fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}
