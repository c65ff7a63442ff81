//! Putting messages into the outbox: at once, or into a digest for its recipient.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::sqlite::SqliteConnection;

use crate::alert::NewMessage;
use crate::delivery::{About, DeliverySubject, EventKind, NewDelivery, RequestedBy};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::column::{count, maybe_moment, number};
use crate::sqlite::delivery::insert;

/// The time in which messages to a recipient are counted.
const HOUR: TimeDelta = TimeDelta::hours(1);

/// The digest of a recipient that nobody has begun to send.
const WAITING_DIGEST: &str = "SELECT delivery_id FROM delivery WHERE requested_by = 'event' AND about = 'digest' AND channel = $1 \
     AND recipient = $2 AND state = 'pending' AND attempts = 0 AND lease_until IS NULL AND due_at > $3 \
     ORDER BY due_at LIMIT 1";

/// Adds a message.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    message: &NewMessage,
    case: Option<u64>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let waits_until = match message.held_until.filter(|until| *until > at) {
        Some(until) => Some(until),
        None => too_many(connection, message, at).await?,
    };
    let delivery = match waits_until {
        None => put(connection, message, (message.kind, case, at), at).await?,
        Some(until) => match waiting_digest(connection, message, at).await? {
            Some(digest) => digest,
            // Of several cases: it is of none.
            None => put(connection, message, (EventKind::Digest, None, until), at).await?,
        },
    };
    for alert in &message.alerts {
        sqlx::query(
            "INSERT INTO delivery_alert (delivery_id, alert_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(number(delivery))
        .bind(number(*alert))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// When the digest is due that takes this message, where its recipient has had as many messages in the last hour as they may.
async fn too_many(
    connection: &mut SqliteConnection,
    message: &NewMessage,
    at: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let Some(most) = message.most_an_hour else {
        return Ok(None);
    };
    let row = sqlx::query(
        "SELECT COUNT(*) AS messages, MIN(due_at) AS first FROM delivery WHERE requested_by = 'event' AND channel = $1 \
         AND recipient = $2 AND created_at > $3 AND due_at > $3 AND state <> 'skipped'",
    )
    .bind(message.channel.as_str())
    .bind(&message.recipient)
    .bind(to_text(at - HOUR))
    .fetch_one(connection)
    .await?;
    if count(&row, "messages")? < u64::from(most) {
        return Ok(None);
    }
    let first = maybe_moment(&row, "first")?.unwrap_or(at);
    Ok(Some((first + HOUR).max(at + TimeDelta::seconds(1))))
}

async fn waiting_digest(
    connection: &mut SqliteConnection,
    message: &NewMessage,
    at: DateTime<Utc>,
) -> Result<Option<u64>, StoreError> {
    let row = sqlx::query(WAITING_DIGEST)
        .bind(message.channel.as_str())
        .bind(&message.recipient)
        .bind(to_text(at))
        .fetch_optional(connection)
        .await?;
    row.map(|row| count(&row, "delivery_id")).transpose()
}

async fn put(
    connection: &mut SqliteConnection,
    message: &NewMessage,
    (kind, case, due_at): (EventKind, Option<u64>, DateTime<Utc>),
    at: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let name = match kind {
        EventKind::Digest => String::new(),
        EventKind::Alert | EventKind::Comment | EventKind::Escalation => message.rule.clone(),
    };
    let delivery = NewDelivery {
        identity: message.identity.clone(),
        subject: DeliverySubject {
            about: About::Event { kind, case },
            name,
            channel: message.channel,
            recipient: message.recipient.clone(),
            due_at,
            is_late: false,
        },
        requested_by: RequestedBy::Event,
        skipped: None,
        created_at: at,
    };
    if insert(&mut *connection, &delivery).await? == 0 {
        return Err(StoreError::refused("a message of this identity is in the outbox"));
    }
    let row = sqlx::query("SELECT delivery_id FROM delivery WHERE identity = $1")
        .bind(&message.identity)
        .fetch_one(connection)
        .await?;
    count(&row, "delivery_id")
}
