//! The outbox.
//!
//! Every change is one transaction that takes the write lock at its beginning, so that of two processes one sees what the other has
//! written. A connection whose transaction failed is closed, as in [`write`](super::write).

mod claim;
mod row;

use chrono::{DateTime, Utc};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use super::column::{column, count, maybe_moment, number, word};
use super::write::BEGIN;
use crate::delivery::{
    About, AttemptEnd, AttemptFound, AttemptOutcome, AttemptResult, Channel, ClaimedDelivery, Deliveries,
    DeliveryClaim, DeliveryCounts, DeliveryFound, DeliveryOrder, DeliveryOrderResult, DeliveryPlan,
    DeliveryQuery, DeliveryState, NewDelivery, OutboxPart, PlanMark,
};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::SqliteStore;

/// Attempts that are listed of one delivery.
const MOST_ATTEMPTS: i64 = 1_000;

const INSERT: &str = "INSERT INTO delivery (identity, about, name, case_id, channel, recipient, period_from, period_until, zone, \
     requested_by, due_at, is_late, state, tries_from, next_attempt_at, created_at, last_error) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $14, $16) ON CONFLICT DO NOTHING";

const END: &str = "UPDATE delivery SET state = $3, next_attempt_at = $4, sent_at = $5, last_error = $6, \
     lease_holder = NULL, lease_until = NULL WHERE delivery_id = $1 AND fence = $2 AND state = 'pending'";

/// Attempts go with their delivery.
const REMOVE: &str = "DELETE FROM delivery WHERE delivery_id IN (SELECT delivery_id FROM delivery \
     WHERE state <> 'pending' AND due_at < $1 ORDER BY delivery_id LIMIT $2)";

impl Deliveries for SqliteStore {
    async fn planned_deliveries(&self) -> Result<Vec<(String, PlanMark)>, StoreError> {
        let rows =
            sqlx::query("SELECT name, known_since, planned_until FROM delivery_schedule ORDER BY name")
                .fetch_all(&self.readers)
                .await?;
        rows.iter()
            .map(|row| Ok((column(row, "name")?, row::mark(row)?)))
            .collect()
    }

    async fn plan_deliveries(&self, plan: &DeliveryPlan) -> Result<Option<u64>, StoreError> {
        let mut connection = self.change().await?;
        let done = store_plan(&mut connection, plan).await;
        self.changed(connection, done).await
    }

    async fn add_delivery(&self, delivery: &NewDelivery) -> Result<u64, StoreError> {
        let mut connection = self.change().await?;
        let done = add(&mut connection, delivery).await;
        self.changed(connection, done).await
    }

    async fn claim_delivery(&self, claim: &DeliveryClaim) -> Result<Option<ClaimedDelivery>, StoreError> {
        if !claim::is_any_pending(&self.readers, claim.what.part(), claim.channel).await? {
            return Ok(None);
        }
        let mut connection = self.change().await?;
        let done = claim::take(&mut connection, claim).await;
        self.changed(connection, done).await
    }

    async fn end_delivery_attempt(&self, end: &AttemptEnd) -> Result<bool, StoreError> {
        let mut connection = self.change().await?;
        let done = end_attempt(&mut connection, end).await;
        self.changed(connection, done).await
    }

    async fn release_deliveries(
        &self,
        node: &str,
        part: OutboxPart,
        channel: Channel,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut connection = self.change().await?;
        let done = claim::release(&mut connection, (node, part, channel), now).await;
        self.changed(connection, done).await
    }

    async fn abandon_deliveries(
        &self,
        names: &[String],
        due_before: DateTime<Utc>,
        reason: &str,
    ) -> Result<u64, StoreError> {
        let mut connection = self.change().await?;
        let done = sqlx::query(
            "UPDATE delivery SET state = 'skipped', next_attempt_at = NULL, last_error = $3 \
             WHERE state = 'pending' AND about = 'report' AND due_at < $2 AND lease_until IS NULL \
             AND name NOT IN (SELECT value FROM json_each($1))",
        )
        .bind(list(names))
        .bind(to_text(due_before))
        .bind(reason)
        .execute(&mut *connection)
        .await;
        let done = done.map(|done| done.rows_affected()).map_err(StoreError::from);
        self.changed(connection, done).await
    }

    async fn remove_deliveries(&self, due_before: DateTime<Utc>, most: u32) -> Result<u64, StoreError> {
        if !is_any_old(&self.readers, due_before).await? {
            return Ok(0);
        }
        let mut connection = self.change().await?;
        let done = sqlx::query(REMOVE)
            .bind(to_text(due_before))
            .bind(i64::from(most))
            .execute(&mut *connection)
            .await;
        let done = done.map(|done| done.rows_affected()).map_err(StoreError::from);
        self.changed(connection, done).await
    }

    async fn order_delivery(
        &self,
        id: u64,
        order: DeliveryOrder,
        now: DateTime<Utc>,
    ) -> Result<DeliveryOrderResult, StoreError> {
        let mut connection = self.change().await?;
        let done = follow_order(&mut connection, id, order, now).await;
        self.changed(connection, done).await
    }

    async fn deliveries(&self, query: &DeliveryQuery) -> Result<Vec<DeliveryFound>, StoreError> {
        let (part, id, state, most) = match query {
            DeliveryQuery::Id(id) => {
                let row = sqlx::query("SELECT * FROM delivery WHERE delivery_id = $1").bind(number(*id));
                return row
                    .fetch_all(&self.readers)
                    .await?
                    .iter()
                    .map(row::found)
                    .collect();
            }
            DeliveryQuery::State(part, state, most) => (*part, None, Some(*state), *most),
            DeliveryQuery::Before {
                part,
                id,
                state,
                most,
            } => (*part, *id, *state, *most),
        };
        let newest = format!(
            "SELECT * FROM delivery WHERE delivery_id < $1 AND (CAST($2 AS TEXT) IS NULL OR state = $2) AND {} \
             ORDER BY delivery_id DESC LIMIT $3",
            condition(part)
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(newest))
            .bind(id.map_or(i64::MAX, number))
            .bind(state.map(DeliveryState::as_str))
            .bind(i64::from(most))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(row::found).collect()
    }

    async fn delivery_attempts(&self, id: u64) -> Result<Vec<AttemptFound>, StoreError> {
        let rows =
            sqlx::query("SELECT * FROM delivery_attempt WHERE delivery_id = $1 ORDER BY fence LIMIT $2")
                .bind(number(id))
                .bind(MOST_ATTEMPTS)
                .fetch_all(&self.readers)
                .await?;
        rows.iter().map(row::attempt).collect()
    }

    async fn delivery_counts(&self) -> Result<DeliveryCounts, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM delivery WHERE state = 'dead') AS dead, \
             (SELECT MIN(due_at) FROM delivery WHERE state = 'pending') AS oldest_due",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(DeliveryCounts {
            dead: count(&row, "dead")?,
            oldest_due: maybe_moment(&row, "oldest_due")?,
        })
    }
}

async fn store_plan(
    connection: &mut SqliteConnection,
    plan: &DeliveryPlan,
) -> Result<Option<u64>, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let to = plan.to;
    let moved = match plan.from {
        None => sqlx::query(
            "INSERT INTO delivery_schedule (name, known_since, planned_until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        ),
        Some(_) => sqlx::query(
            "UPDATE delivery_schedule SET known_since = $2, planned_until = $3 \
             WHERE name = $1 AND known_since = $4 AND planned_until = $5",
        ),
    };
    let moved = moved
        .bind(&plan.name)
        .bind(to_text(to.known_since))
        .bind(to_text(to.planned_until));
    let moved = match plan.from {
        None => moved,
        Some(from) => moved
            .bind(to_text(from.known_since))
            .bind(to_text(from.planned_until)),
    };
    if moved.execute(&mut *transaction).await?.rows_affected() == 0 {
        transaction.rollback().await?;
        return Ok(None);
    }
    let mut rows = 0;
    for delivery in &plan.deliveries {
        rows += insert(&mut transaction, delivery).await?;
    }
    transaction.commit().await?;
    Ok(Some(rows))
}

/// A part of the outbox, as a condition.
pub(super) const fn condition(part: OutboxPart) -> &'static str {
    match part {
        OutboxPart::All => "1 = 1",
        OutboxPart::Reports => "about = 'report'",
        OutboxPart::Events => "about <> 'report'",
    }
}

/// Adds a row, unless there is one for the same period and recipient. Answers how many were added.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    delivery: &NewDelivery,
) -> Result<u64, StoreError> {
    let subject = &delivery.subject;
    let (period, case) = match &subject.about {
        About::Report(period) => (Some(period), None),
        About::Event { case, .. } => (None, *case),
    };
    let now = to_text(delivery.created_at);
    let (state, next) = match &delivery.skipped {
        None => (DeliveryState::Pending, Some(now.clone())),
        Some(_) => (DeliveryState::Skipped, None),
    };
    let done = sqlx::query(INSERT)
        .bind(&delivery.identity)
        .bind(subject.about.as_str())
        .bind(&subject.name)
        .bind(case.map(number))
        .bind(subject.channel.as_str())
        .bind(&subject.recipient)
        .bind(period.map(|period| period.from.to_string()))
        .bind(period.map(|period| period.until.to_string()))
        .bind(period.map(|period| period.zone.clone()))
        .bind(delivery.requested_by.as_str())
        .bind(to_text(subject.due_at))
        .bind(i64::from(subject.is_late))
        .bind(state.as_str())
        .bind(now)
        .bind(next)
        .bind(&delivery.skipped)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

async fn add(connection: &mut SqliteConnection, delivery: &NewDelivery) -> Result<u64, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    if insert(&mut transaction, delivery).await? == 0 {
        transaction.rollback().await?;
        return Err(StoreError::refused("the delivery has a row already"));
    }
    let row = sqlx::query("SELECT delivery_id FROM delivery WHERE identity = $1")
        .bind(&delivery.identity)
        .fetch_one(&mut *transaction)
        .await?;
    let id = count(&row, "delivery_id")?;
    transaction.commit().await?;
    Ok(id)
}

/// Whether a removal is worth the write lock.
async fn is_any_old(readers: &SqlitePool, due_before: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM delivery WHERE state <> 'pending' AND due_at < $1 LIMIT 1")
        .bind(to_text(due_before))
        .fetch_optional(readers)
        .await?;
    Ok(row.is_some())
}

async fn end_attempt(connection: &mut SqliteConnection, end: &AttemptEnd) -> Result<bool, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let ended_at = to_text(end.ended_at);
    let (state, outcome, next, sent_at, answer) = match &end.result {
        AttemptResult::Sent { answer } => (
            DeliveryState::Sent,
            AttemptOutcome::Sent,
            None,
            Some(ended_at.clone()),
            answer,
        ),
        AttemptResult::Retry { error, at } => (
            DeliveryState::Pending,
            AttemptOutcome::Retry,
            Some(to_text(*at)),
            None,
            error,
        ),
        AttemptResult::Dead { error } => (DeliveryState::Dead, AttemptOutcome::Dead, None, None, error),
        AttemptResult::Skipped { reason } => (
            DeliveryState::Skipped,
            AttemptOutcome::Skipped,
            None,
            None,
            reason,
        ),
    };
    let ended = sqlx::query(END)
        .bind(number(end.id))
        .bind(number(end.fence))
        .bind(state.as_str())
        .bind(next)
        .bind(sent_at)
        .bind((state != DeliveryState::Sent).then_some(answer))
        .execute(&mut *transaction)
        .await?;
    if ended.rows_affected() == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    sqlx::query(
        "UPDATE delivery_attempt SET ended_at = $3, outcome = $4, answer = $5 WHERE delivery_id = $1 AND fence = $2",
    )
    .bind(number(end.id))
    .bind(number(end.fence))
    .bind(ended_at)
    .bind(outcome.as_str())
    .bind((!answer.is_empty()).then_some(answer))
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(true)
}

async fn follow_order(
    connection: &mut SqliteConnection,
    id: u64,
    order: DeliveryOrder,
    now: DateTime<Utc>,
) -> Result<DeliveryOrderResult, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let row = sqlx::query("SELECT state, lease_until FROM delivery WHERE delivery_id = $1")
        .bind(number(id))
        .fetch_optional(&mut *transaction)
        .await?;
    let Some(row) = row else {
        return Ok(DeliveryOrderResult::Unknown);
    };
    let state = word(&row, "state", DeliveryState::from_str_opt)?;
    if maybe_moment(&row, "lease_until")?.is_some_and(|until| until > now) {
        return Ok(DeliveryOrderResult::InProgress);
    }
    let now = to_text(now);
    let change = match (order, state) {
        (DeliveryOrder::Retry, DeliveryState::Sent)
        | (DeliveryOrder::Drop, DeliveryState::Sent | DeliveryState::Skipped) => {
            return Ok(DeliveryOrderResult::Refused(state));
        }
        (DeliveryOrder::Retry, DeliveryState::Pending | DeliveryState::Dead | DeliveryState::Skipped) => {
            sqlx::query(
                "UPDATE delivery SET state = 'pending', next_attempt_at = $2, tries_from = $2, attempts = 0, \
                 lease_holder = NULL, lease_until = NULL WHERE delivery_id = $1",
            )
            .bind(number(id))
            .bind(now)
        }
        (DeliveryOrder::Drop, DeliveryState::Pending | DeliveryState::Dead) => sqlx::query(
            "UPDATE delivery SET state = 'skipped', next_attempt_at = NULL, fence = fence + 1, \
             lease_holder = NULL, lease_until = NULL, last_error = 'dropped by command at ' || $2 || \
             COALESCE(': ' || last_error, '') WHERE delivery_id = $1",
        )
        .bind(number(id))
        .bind(now),
    };
    change.execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(DeliveryOrderResult::Done)
}

/// Names as one parameter.
pub(super) fn list(names: &[String]) -> String {
    let names = names.iter().cloned().map(serde_json::Value::String);
    serde_json::Value::Array(names.collect()).to_string()
}
