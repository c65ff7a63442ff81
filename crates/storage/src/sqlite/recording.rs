//! Recordings: their facts, and the questions about them.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

use super::column::{call_uid, column, moment};
use super::raise;
use super::rollup::{self, Change};
use super::rows::Bound;
use crate::error::StoreError;
use crate::moment::to_text;
use aftercall_base::{CallUid, RecordedAudio, RecordingResult};
use aftercall_survey::record::{RecordingBegun, RecordingEnd};

/// A second word of the same recording has to leave its row alone and yet find its call.
static BEGUN: LazyLock<Change> = LazyLock::new(|| {
    Change::new(
        "INSERT INTO recording (call_uid, question_id, survey, survey_version, path, begun_at, state) \
         SELECT call_uid, ?, COALESCE(survey, ''), COALESCE(survey_version, ''), ?, ?, 'recording' \
         FROM call WHERE call_uid = ?{in_progress} \
         ON CONFLICT (call_uid, question_id) DO UPDATE SET path = recording.path",
    )
});

static ENDED: LazyLock<Change> = LazyLock::new(|| {
    Change::new(
        "INSERT INTO recording (call_uid, question_id, survey, survey_version, path, begun_at, ended_at, state, \
         ended_by, duration_ms, speech_ms, size_bytes, sha256, empty_reason) \
         SELECT call_uid, ?, COALESCE(survey, ''), COALESCE(survey_version, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?, ? \
         FROM call WHERE call_uid = ?{in_progress} \
         ON CONFLICT (call_uid, question_id) DO UPDATE SET \
         ended_at = excluded.ended_at, state = excluded.state, ended_by = excluded.ended_by, \
         duration_ms = excluded.duration_ms, speech_ms = excluded.speech_ms, size_bytes = excluded.size_bytes, \
         sha256 = excluded.sha256, empty_reason = excluded.empty_reason WHERE recording.state <> 'expired'",
    )
});

pub(super) async fn begun(
    connection: &mut SqliteConnection,
    recording: &RecordingBegun,
) -> Result<(), StoreError> {
    let bind = |query: Bound, recording: &&RecordingBegun| {
        query
            .bind(recording.question.clone())
            .bind(recording.path.clone())
            .bind(to_text(recording.begun_at))
            .bind(recording.call.to_string())
    };
    known_call(
        BEGUN
            .execute(connection, &[recording], |recording| recording.call, bind)
            .await?,
    )
}

pub(super) async fn ended(connection: &mut SqliteConnection, end: &RecordingEnd) -> Result<(), StoreError> {
    let millis = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    let bind = |query: Bound, end: &&RecordingEnd| {
        let audio = match &end.kept {
            RecordingResult::Audio(audio) => Some(audio),
            RecordingResult::Nothing | RecordingResult::Lost => None,
        };
        query
            .bind(end.recording.question.clone())
            .bind(end.recording.path.clone())
            .bind(to_text(end.recording.begun_at))
            .bind(to_text(end.ended_at))
            .bind(state(&end.kept))
            .bind(end.ended_by.as_str())
            .bind(audio.map(|audio| millis(audio.duration)))
            .bind(audio.map(|audio| millis(audio.speech)))
            .bind(audio.map(size))
            .bind(audio.map(|audio| audio.sha256.clone()))
            .bind(audio.and_then(|audio| audio.empty).map(|empty| empty.as_str()))
            .bind(end.recording.call.to_string())
    };
    let written = ENDED
        .execute(&mut *connection, &[end], |end| end.recording.call, bind)
        .await?;
    match written {
        0 => is_expired(connection, end).await,
        _ => raise::comment(connection, end).await,
    }
}

/// An end that comes after the file has expired changes nothing; one of an unknown call is refused.
async fn is_expired(connection: &mut SqliteConnection, end: &RecordingEnd) -> Result<(), StoreError> {
    let rows: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM recording WHERE call_uid = $1 AND question_id = $2")
            .bind(end.recording.call.to_string())
            .bind(&end.recording.question)
            .fetch_one(connection)
            .await?;
    known_call(u64::from(rows > 0))
}

fn known_call(rows: u64) -> Result<(), StoreError> {
    if rows > 0 {
        Ok(())
    } else {
        Err(StoreError::refused("no call has this id"))
    }
}

const fn state(kept: &RecordingResult) -> &'static str {
    match kept {
        RecordingResult::Audio(_) => "kept",
        RecordingResult::Nothing => "nothing",
        RecordingResult::Lost => "lost",
    }
}

fn size(audio: &RecordedAudio) -> i64 {
    i64::try_from(audio.size_bytes).unwrap_or(i64::MAX)
}

pub(super) async fn expired(
    connection: &mut SqliteConnection,
    call: CallUid,
    question: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let itself = serde_json::json!([call.to_string()]).to_string();
    rollup::subtract(&mut *connection, &itself).await?;
    let updated = sqlx::query(
        "UPDATE recording SET state = 'expired', expired_at = COALESCE(expired_at, $3), \
         ended_at = COALESCE(ended_at, $3) WHERE call_uid = $1 AND question_id = $2",
    )
    .bind(call.to_string())
    .bind(question)
    .bind(to_text(at))
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM comment_listened WHERE call_uid = $1 AND question_id = $2")
        .bind(call.to_string())
        .bind(question)
        .execute(&mut *connection)
        .await?;
    rollup::add(connection, &itself).await?;
    match updated.rows_affected() {
        0 => Err(StoreError::refused("no recording has this call and question")),
        _ => Ok(()),
    }
}

pub(super) async fn open(readers: &SqlitePool, node: &str) -> Result<Vec<RecordingBegun>, StoreError> {
    let rows = sqlx::query(
        "SELECT r.call_uid, r.question_id, r.path, r.begun_at FROM recording r \
         JOIN call c ON c.call_uid = r.call_uid \
         WHERE r.state = 'recording' AND c.node = $1 ORDER BY r.begun_at LIMIT 10000",
    )
    .bind(node)
    .fetch_all(readers)
    .await?;
    rows.iter().map(recording).collect()
}

pub(super) async fn before(
    readers: &SqlitePool,
    node: &str,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<RecordingBegun>, StoreError> {
    let rows = sqlx::query(
        "SELECT r.call_uid, r.question_id, r.path, r.begun_at FROM recording r \
         JOIN call c ON c.call_uid = r.call_uid \
         WHERE r.state IN ('kept', 'lost') AND r.begun_at < $2 AND c.node = $1 ORDER BY r.begun_at LIMIT $3",
    )
    .bind(node)
    .bind(to_text(before))
    .bind(i64::from(limit))
    .fetch_all(readers)
    .await?;
    rows.iter().map(recording).collect()
}

fn recording(row: &SqliteRow) -> Result<RecordingBegun, StoreError> {
    Ok(RecordingBegun {
        call: call_uid(row)?,
        question: column(row, "question_id")?,
        path: column(row, "path")?,
        begun_at: moment(row, "begun_at")?,
    })
}
