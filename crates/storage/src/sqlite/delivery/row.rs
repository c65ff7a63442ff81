//! Rows of deliveries and of their attempts.

use chrono::NaiveDate;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::delivery::{
    About, AttemptFound, AttemptOutcome, Channel, ClaimedDelivery, DeliveryFound, DeliveryState,
    DeliverySubject, EventKind, PlanMark, ReportPeriod, RequestedBy,
};
use crate::error::StoreError;
use crate::sqlite::column::{column, count, flag, maybe_count, maybe_moment, maybe_word, moment, word};

pub(super) fn mark(row: &SqliteRow) -> Result<PlanMark, StoreError> {
    Ok(PlanMark {
        known_since: moment(row, "known_since")?,
        planned_until: moment(row, "planned_until")?,
    })
}

fn subject(row: &SqliteRow) -> Result<DeliverySubject, StoreError> {
    Ok(DeliverySubject {
        about: about(row)?,
        name: column(row, "name")?,
        channel: word(row, "channel", Channel::from_str_opt)?,
        recipient: column(row, "recipient")?,
        due_at: moment(row, "due_at")?,
        is_late: flag(row, "is_late")?,
    })
}

fn about(row: &SqliteRow) -> Result<About, StoreError> {
    if column::<&str>(row, "about")? == "report" {
        return Ok(About::Report(ReportPeriod {
            from: day(row, "period_from")?,
            until: day(row, "period_until")?,
            zone: column(row, "zone")?,
        }));
    }
    Ok(About::Event {
        kind: word(row, "about", EventKind::from_str_opt)?,
        case: maybe_count(row, "case_id")?,
    })
}

pub(super) fn found(row: &SqliteRow) -> Result<DeliveryFound, StoreError> {
    Ok(DeliveryFound {
        id: count(row, "delivery_id")?,
        identity: column(row, "identity")?,
        subject: subject(row)?,
        requested_by: word(row, "requested_by", RequestedBy::from_str_opt)?,
        state: word(row, "state", DeliveryState::from_str_opt)?,
        attempts: attempts(row)?,
        next_attempt_at: maybe_moment(row, "next_attempt_at")?,
        lease_holder: column(row, "lease_holder")?,
        created_at: moment(row, "created_at")?,
        sent_at: maybe_moment(row, "sent_at")?,
        last_error: column(row, "last_error")?,
    })
}

pub(super) fn attempt(row: &SqliteRow) -> Result<AttemptFound, StoreError> {
    let outcome = maybe_word(row, "outcome", AttemptOutcome::from_str_opt)?;
    Ok(AttemptFound {
        fence: count(row, "fence")?,
        node: column(row, "node")?,
        begun_at: moment(row, "begun_at")?,
        end: maybe_moment(row, "ended_at")?.zip(outcome),
        answer: column(row, "answer")?,
    })
}

fn attempts(row: &SqliteRow) -> Result<u32, StoreError> {
    u32::try_from(count(row, "attempts")?).map_err(|_| StoreError::row("attempts is too large"))
}

fn day(row: &SqliteRow, name: &str) -> Result<NaiveDate, StoreError> {
    let text: &str = row.try_get(name)?;
    text.parse()
        .map_err(|_| StoreError::row(format!("{name} is not a day")))
}

pub(super) fn claimed(row: &SqliteRow) -> Result<ClaimedDelivery, StoreError> {
    Ok(ClaimedDelivery {
        id: count(row, "delivery_id")?,
        identity: column(row, "identity")?,
        subject: subject(row)?,
        attempts: attempts(row)?,
        tries_from: moment(row, "tries_from")?,
        fence: count(row, "fence")?,
    })
}
