//! The connection for one change that is a transaction of its own.

use sqlx::pool::PoolConnection;
use sqlx::sqlite::Sqlite;

use super::SqliteStore;
use crate::error::StoreError;

impl SqliteStore {
    /// The connection that writes.
    pub(super) async fn change(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.file.require_in_place()?;
        Ok(self.writer.acquire().await?)
    }

    /// What a change came to; after a failure the connection is closed.
    pub(super) async fn changed<T>(
        &self,
        connection: PoolConnection<Sqlite>,
        done: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &done {
            Ok(_) => self.checkpoint.committed(),
            // A failure to close changes nothing: the connection is gone either way.
            Err(_) => connection.close().await.unwrap_or_default(),
        }
        done
    }
}
