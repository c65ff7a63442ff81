//! Removing a call with all that was stored of it.

use sqlx::Connection;
use sqlx::sqlite::SqlitePool;

use super::rollup;
use super::write::BEGIN;
use crate::error::StoreError;
use aftercall_base::CallUid;

/// Takes a call out of the counts and removes its rows: answers and recordings go with it. Answers whether there was one.
pub(super) async fn forget(writer: &SqlitePool, call: CallUid) -> Result<bool, StoreError> {
    let call = call.to_string();
    let mut connection = writer.acquire().await?;
    let mut transaction = connection.begin_with(BEGIN).await?;
    let itself = serde_json::json!([call]).to_string();
    rollup::subtract(&mut transaction, &itself).await?;
    sqlx::query("DELETE FROM announcement WHERE call_uid = $1")
        .bind(&call)
        .execute(&mut *transaction)
        .await?;
    let removed = sqlx::query("DELETE FROM call WHERE call_uid = $1")
        .bind(&call)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(removed.rows_affected() > 0)
}
