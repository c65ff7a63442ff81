//! The audit log.

use chrono::{DateTime, Utc};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use super::row;
use crate::accounts::{AuditEvent, AuditFound, AuditQuery};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::column::number;
use crate::sqlite::write::BEGIN;

const ADD: &str = "INSERT INTO audit_event (occurred_at, user_name, action, call_uid, subject, address) \
     VALUES ($1, $2, $3, $4, $5, $6)";

const FIND: &str = "SELECT * FROM audit_event WHERE ($1 IS NULL OR user_name = $1) AND ($2 IS NULL OR call_uid = $2) \
     AND ($3 IS NULL OR event_id < $3) ORDER BY event_id DESC LIMIT $4";

/// Some at once, so that the write lock is not held for long; the next run goes on.
const PRUNE: &str = "DELETE FROM audit_event WHERE event_id IN \
     (SELECT event_id FROM audit_event WHERE occurred_at < $1 ORDER BY occurred_at LIMIT 10000)";

/// Adds events.
pub(super) async fn add(connection: &mut SqliteConnection, events: &[AuditEvent]) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    for event in events {
        sqlx::query(ADD)
            .bind(to_text(event.occurred_at))
            .bind(&event.user_name)
            .bind(event.action.as_str())
            .bind(event.call.map(|call| call.to_string()))
            .bind(&event.subject)
            .bind(&event.address)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Events that are asked for, the newest first.
pub(super) async fn found(readers: &SqlitePool, query: &AuditQuery) -> Result<Vec<AuditFound>, StoreError> {
    let rows = sqlx::query(FIND)
        .bind(&query.user_name)
        .bind(query.call.map(|call| call.to_string()))
        .bind(query.before.map(number))
        .bind(query.limit)
        .fetch_all(readers)
        .await?;
    rows.iter().map(row::event).collect()
}

/// Removes what is too old.
pub(super) async fn prune(
    connection: &mut SqliteConnection,
    audit_before: DateTime<Utc>,
    ended_before: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let events = sqlx::query(PRUNE)
        .bind(to_text(audit_before))
        .execute(&mut *transaction)
        .await?;
    for sql in [
        "DELETE FROM user_session WHERE expires_at < $1",
        "DELETE FROM share_link WHERE expires_at < $1 OR revoked_at < $1",
    ] {
        sqlx::query(sql)
            .bind(to_text(ended_before))
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(events.rows_affected())
}
