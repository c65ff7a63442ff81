//! Writing alerts with the facts that raised them.

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnection;

use crate::error::StoreError;
use crate::moment::to_text;
use aftercall_base::{CallUid, RecordingResult};
use aftercall_survey::alert::AlertRaised;
use aftercall_survey::record::RecordingEnd;

/// A rule fires once in a call: what is repeated changes nothing.
const RAISE: &str = "INSERT INTO alert (call_uid, rule, severity, raised_by, question_id, raised_at, callback_number, callback_until) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";

/// Only where somebody was alerted: the caller's own words belong to it.
const COMMENT: &str = "INSERT INTO alert_comment (call_uid, question_id, left_at) SELECT $1, $2, $3 \
     WHERE EXISTS (SELECT 1 FROM alert WHERE call_uid = $1) ON CONFLICT DO NOTHING";

/// Writes what was raised in a call.
pub(super) async fn alerts(
    connection: &mut SqliteConnection,
    call: CallUid,
    raised: &[AlertRaised],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    for alert in raised {
        sqlx::query(RAISE)
            .bind(call.to_string())
            .bind(&alert.rule)
            .bind(alert.severity.as_str())
            .bind(alert.trigger.as_str())
            .bind(alert.trigger.question())
            .bind(to_text(at))
            .bind(alert.callback.as_ref().map(|callback| callback.number.expose()))
            .bind(alert.callback.as_ref().map(|callback| to_text(callback.until)))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Writes what was raised by a comment, and that there is one.
pub(super) async fn comment(connection: &mut SqliteConnection, end: &RecordingEnd) -> Result<(), StoreError> {
    let call = end.recording.call;
    alerts(&mut *connection, call, &end.alerts, end.ended_at).await?;
    let is_comment = matches!(&end.kept, RecordingResult::Audio(audio) if audio.empty.is_none());
    if is_comment {
        sqlx::query(COMMENT)
            .bind(call.to_string())
            .bind(&end.recording.question)
            .bind(to_text(end.ended_at))
            .execute(connection)
            .await?;
    }
    Ok(())
}
