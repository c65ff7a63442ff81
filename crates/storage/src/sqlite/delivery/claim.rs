//! Who delivers what: claims and their leases.

use chrono::{DateTime, Utc};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use super::{condition, list, row};
use crate::delivery::{Channel, Claimable, ClaimedDelivery, DeliveryClaim, OutboxPart};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::column::number;
use crate::sqlite::write::BEGIN;

/// Of two that are due at the same time the one that was made first.
const CLAIM_REPORT: &str = "UPDATE delivery SET lease_holder = $1, lease_until = $2, fence = fence + 1, attempts = attempts + 1 \
     WHERE delivery_id = (SELECT delivery_id FROM delivery WHERE state = 'pending' AND channel = $3 \
     AND due_at <= $4 AND (next_attempt_at <= $4 OR next_attempt_at > $5) \
     AND (lease_until IS NULL OR lease_until <= $4 OR lease_until > $5) \
     AND about = 'report' AND name IN (SELECT value FROM json_each($6)) \
     ORDER BY next_attempt_at, delivery_id LIMIT 1) RETURNING *";

/// One that something earlier of the same case to the same recipient waits before is not taken yet.
const CLAIM_EVENT: &str = "UPDATE delivery SET lease_holder = $1, lease_until = $2, fence = fence + 1, attempts = attempts + 1 \
     WHERE delivery_id = (SELECT delivery_id FROM delivery d WHERE state = 'pending' AND channel = $3 \
     AND due_at <= $4 AND (next_attempt_at <= $4 OR next_attempt_at > $5) \
     AND (lease_until IS NULL OR lease_until <= $4 OR lease_until > $5) AND about <> 'report' \
     AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.case_id = d.case_id AND e.delivery_id < d.delivery_id \
     AND e.state = 'pending' AND e.channel = d.channel AND e.recipient = d.recipient) \
     ORDER BY next_attempt_at, delivery_id LIMIT 1) RETURNING *";

/// An attempt that was begun and never ended, as its lease has.
const INTERRUPT: &str = "UPDATE delivery_attempt SET outcome = 'interrupted', ended_at = $2 \
     WHERE delivery_id = $1 AND ended_at IS NULL";

/// Whether a claim is worth the write lock, which calls need.
pub(super) async fn is_any_pending(
    readers: &SqlitePool,
    part: OutboxPart,
    channel: Channel,
) -> Result<bool, StoreError> {
    let any = format!(
        "SELECT 1 FROM delivery WHERE state = 'pending' AND channel = $1 AND {} LIMIT 1",
        condition(part)
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(any))
        .bind(channel.as_str())
        .fetch_optional(readers)
        .await?;
    Ok(row.is_some())
}

/// Takes what is to be tried first, and begins its attempt.
pub(super) async fn take(
    connection: &mut SqliteConnection,
    claim: &DeliveryClaim,
) -> Result<Option<ClaimedDelivery>, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let now = to_text(claim.now);
    let taken = match &claim.what {
        Claimable::Reports(_) => sqlx::query(CLAIM_REPORT),
        Claimable::Events => sqlx::query(CLAIM_EVENT),
    };
    let taken = taken
        .bind(&claim.node)
        .bind(to_text(claim.lease_until))
        .bind(claim.channel.as_str())
        .bind(&now)
        .bind(to_text(claim.horizon));
    let taken = match &claim.what {
        Claimable::Reports(names) => taken.bind(list(names)),
        Claimable::Events => taken,
    };
    let taken = taken.fetch_optional(&mut *transaction).await?;
    let Some(row) = taken else {
        transaction.rollback().await?;
        return Ok(None);
    };
    let claimed = row::claimed(&row)?;
    sqlx::query(INTERRUPT)
        .bind(number(claimed.id))
        .bind(&now)
        .execute(&mut *transaction)
        .await?;
    sqlx::query("INSERT INTO delivery_attempt (delivery_id, fence, node, begun_at) VALUES ($1, $2, $3, $4)")
        .bind(number(claimed.id))
        .bind(number(claimed.fence))
        .bind(&claim.node)
        .bind(&now)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Some(claimed))
}

/// Ends the leases that a node has.
pub(super) async fn release(
    connection: &mut SqliteConnection,
    (node, part, channel): (&str, OutboxPart, Channel),
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let part = condition(part);
    let interrupt = format!(
        "UPDATE delivery_attempt SET outcome = 'interrupted', ended_at = $2 WHERE ended_at IS NULL \
         AND delivery_id IN (SELECT delivery_id FROM delivery WHERE lease_holder = $1 AND channel = $3 AND {part})"
    );
    let release = format!(
        "UPDATE delivery SET lease_holder = NULL, lease_until = NULL \
         WHERE lease_holder = $1 AND channel = $2 AND {part}"
    );
    let mut transaction = connection.begin_with(BEGIN).await?;
    sqlx::query(sqlx::AssertSqlSafe(interrupt))
        .bind(node)
        .bind(to_text(now))
        .bind(channel.as_str())
        .execute(&mut *transaction)
        .await?;
    let released = sqlx::query(sqlx::AssertSqlSafe(release))
        .bind(node)
        .bind(channel.as_str())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(released.rows_affected())
}
