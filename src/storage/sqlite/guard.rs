//! Who may read the database: its owner, and the group that the operator gave its directory.
//!
//! Databases of earlier versions were open to every user of the machine. Each is closed to them once, which `user_version`
//! remembers: an operator who then opens it again has meant it, and is only told.

use std::path::Path;

use sqlx::{Row, SqliteConnection};

use super::look::beside;
use crate::private;

/// What `user_version` says of a database whose files have been closed to others.
const CLOSED: i64 = 1;

/// The database and what SQLite keeps beside it.
const FILES: [&str; 3] = ["", "-wal", "-shm"];

/// Makes the directory and an empty file, private, where they are missing.
pub(super) fn prepare(path: &Path) -> std::io::Result<()> {
    private::create_parent(path)?;
    private::create_file(path).map(drop)
}

/// Closes a database of an earlier version to other users; of any other it is told when they may use it.
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
        let file = beside(path, suffix);
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
