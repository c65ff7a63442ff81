//! Writing what happens to calls that are in: answered, answers, ends.

use std::sync::LazyLock;
use std::time::Duration;

use sqlx::sqlite::SqliteConnection;

use super::raise;
use super::rollup::Change;
use super::rows::Bound;
use super::run::Answered;
use crate::error::StoreError;
use crate::moment;
use aftercall_survey::record::{AnswerRecord, CallEnd};

static ANSWERED: LazyLock<Change> = LazyLock::new(|| {
    Change::new(
        "UPDATE call SET answered_at = COALESCE(answered_at, ?), planned = COALESCE(planned, ?) \
         WHERE call_uid = ?{in_progress}",
    )
});

static ANSWER: LazyLock<Change> = LazyLock::new(|| {
    Change::new(
        "INSERT INTO answer (call_uid, question_id, survey, survey_version, value, raw_digits, attempts, \
         response_time_ms, accepted_by_timeout, answered_at, corrected_from, early_digits, prompt_ms, heard_ms) \
         SELECT call_uid, ?, survey, survey_version, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM call WHERE call_uid = ?{in_progress} \
         ON CONFLICT (call_uid, question_id) DO UPDATE SET value = excluded.value, \
         raw_digits = excluded.raw_digits, attempts = excluded.attempts, \
         response_time_ms = excluded.response_time_ms, accepted_by_timeout = excluded.accepted_by_timeout, \
         answered_at = excluded.answered_at, corrected_from = excluded.corrected_from, \
         early_digits = excluded.early_digits, prompt_ms = excluded.prompt_ms, heard_ms = excluded.heard_ms",
    )
});

static END: LazyLock<Change> = LazyLock::new(|| {
    Change::new(
        "UPDATE call SET answered_at = COALESCE(answered_at, ?), ended_at = COALESCE(ended_at, ?), \
         reason = CASE WHEN disposition IS NULL THEN ? ELSE reason END, \
         disposition = COALESCE(disposition, ?), \
         media_codec = COALESCE(media_codec, ?), media_ptime_ms = COALESCE(media_ptime_ms, ?), \
         rtp_sent = COALESCE(rtp_sent, ?), rtp_received = COALESCE(rtp_received, ?), \
         rtp_lost = COALESCE(rtp_lost, ?), rtp_duplicated = COALESCE(rtp_duplicated, ?), \
         rtp_refused = COALESCE(rtp_refused, ?), rtp_skipped = COALESCE(rtp_skipped, ?), \
         jitter_us = COALESCE(jitter_us, ?), remote_loss = COALESCE(remote_loss, ?), \
         round_trip_us = COALESCE(round_trip_us, ?), key_warning = COALESCE(key_warning, ?), \
         asked = COALESCE(asked, ?), spoken_language = COALESCE(spoken_language, ?) \
         WHERE call_uid = ?{in_progress}",
    )
});

/// Ends calls that no call task ends; one that has ended already stays as it is.
static END_UNATTENDED: LazyLock<Change> = LazyLock::new(|| {
    Change::of_calls_in_progress(
        "UPDATE call SET reason = ?, ended_at = ?, disposition = ? WHERE call_uid = ?{in_progress}",
    )
});

/// Notes that calls were answered with 200; each call once.
pub(super) async fn answered(
    connection: &mut SqliteConnection,
    calls: &[Answered<'_>],
) -> Result<(), StoreError> {
    let bind = |query: Bound, answered: &Answered<'_>| {
        query
            .bind(moment::to_text(answered.at))
            .bind(answered.planned.map(listed))
            .bind(answered.call.to_string())
    };
    known_calls(
        calls,
        ANSWERED
            .execute(connection, calls, |answered| answered.call, bind)
            .await?,
    )
}

/// Writes answers; each call once.
pub(super) async fn answers(
    connection: &mut SqliteConnection,
    records: &[&AnswerRecord],
) -> Result<(), StoreError> {
    let bind = |query: Bound, record: &&AnswerRecord| {
        query
            .bind(record.question.clone())
            .bind(record.value)
            .bind(record.raw_digits.clone())
            .bind(i64::from(record.attempts))
            .bind(millis(record.response_time))
            .bind(i64::from(record.accepted_by_timeout))
            .bind(moment::to_text(record.answered_at))
            .bind(record.corrected_from)
            .bind(record.early_digits.clone())
            .bind(record.prompt.map(millis))
            .bind(record.heard.map(millis))
            .bind(record.call.to_string())
    };
    known_calls(
        records,
        ANSWER
            .execute(&mut *connection, records, |record| record.call, bind)
            .await?,
    )?;
    for record in records {
        raise::alerts(&mut *connection, record.call, &record.alerts, record.answered_at).await?;
    }
    Ok(())
}

/// Ends calls; each call once.
pub(super) async fn ends(connection: &mut SqliteConnection, ends: &[&CallEnd]) -> Result<(), StoreError> {
    let bind = |query: Bound, end: &&CallEnd| {
        let media = end.media.as_ref();
        query
            .bind(end.answered_at.map(moment::to_text))
            .bind(moment::to_text(end.ended_at))
            .bind(end.reason.clone())
            .bind(end.disposition.as_str())
            .bind(media.and_then(|media| media.codec.clone()))
            .bind(media.and_then(|media| media.ptime_ms).map(i64::from))
            .bind(media.map(|media| clamped(media.packets_sent)))
            .bind(media.map(|media| clamped(media.packets_received)))
            .bind(media.map(|media| clamped(media.packets_lost)))
            .bind(media.map(|media| clamped(media.packets_duplicated)))
            .bind(media.map(|media| clamped(media.packets_refused)))
            .bind(media.map(|media| clamped(media.packets_skipped)))
            .bind(media.map(|media| clamped(media.jitter_us)))
            .bind(media.and_then(|media| media.remote_loss))
            .bind(media.and_then(|media| media.round_trip_us).map(clamped))
            .bind(media.and_then(|media| media.key_warning.clone()))
            .bind(end.asked.as_deref().map(listed))
            .bind(end.spoken_language.clone())
            .bind(end.call.to_string())
    };
    let ended = END.execute(&mut *connection, ends, |end| end.call, bind).await?;
    known_calls(ends, ended)?;
    for end in ends {
        raise::alerts(&mut *connection, end.call, &end.alerts, end.ended_at).await?;
    }
    Ok(())
}

/// Ends calls that no task ends: that a crash left in progress, that were decided and need not come, that never came.
/// Answers how many had not ended before.
pub(super) async fn end_unattended(
    connection: &mut SqliteConnection,
    ends: &[CallEnd],
) -> Result<u64, StoreError> {
    let bind = |query: Bound, end: &CallEnd| {
        query
            .bind(end.reason.clone())
            .bind(moment::to_text(end.ended_at))
            .bind(end.disposition.as_str())
            .bind(end.call.to_string())
    };
    let ended = END_UNATTENDED
        .execute(&mut *connection, ends, |end| end.call, bind)
        .await?;
    for end in ends {
        raise::alerts(&mut *connection, end.call, &end.alerts, end.ended_at).await?;
    }
    Ok(ended)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Ids as a JSON array.
fn listed(ids: &[String]) -> String {
    serde_json::Value::from(ids).to_string()
}

/// A figure for people: beyond the database's range it is as large as can be.
fn clamped(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}

fn known_calls<R>(told: &[R], touched: u64) -> Result<(), StoreError> {
    if touched == told.len() as u64 {
        Ok(())
    } else {
        Err(StoreError::refused("no call has this id"))
    }
}
