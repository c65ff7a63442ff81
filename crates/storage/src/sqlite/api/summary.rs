//! The state and the answers of one call.

use std::sync::LazyLock;

use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

use super::announcement::{self, columns};
use crate::error::StoreError;
use crate::sqlite::column::{call_uid, column, count, maybe_moment, maybe_word, moment, word};
use crate::sqlite::parameter::{self, names};
use aftercall_base::Disposition;
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::{AdmissionReason, Decision};
use aftercall_survey::context::{ContextValues, Field, Name};
use aftercall_survey::record::{Announcement, AnswerSummary, CallFound, CallName, CallSummary};

/// The columns that [`summary`] reads, beside those of the context's fields.
const OWN: &str = "call_uid, original_call_id, dialled, route, survey, survey_version, decision, decision_reason, \
     decision_detail, stratum_position, stratum_every, arrived_at, decided_by, invited_at, answered_at, ended_at, \
     disposition, reason";

static BY_UID: LazyLock<String> = LazyLock::new(|| calls("call_uid = $1"));
static BY_ORIGINAL: LazyLock<String> =
    LazyLock::new(|| calls("original_call_id = $1 ORDER BY arrived_at DESC, call_uid DESC LIMIT 1"));

fn calls(condition: &str) -> String {
    let fields: String = names(Field::returned())
        .map(|column| format!(", {column}"))
        .collect();
    format!("SELECT {OWN}{fields} FROM call WHERE {condition}")
}

const ANNOUNCED_UID: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM announcement a WHERE a.call_uid = $1"
);
const ANNOUNCED_ORIGINAL: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM announcement a WHERE a.original_call_id = $1 AND a.closed_at IS NULL \
     ORDER BY a.announced_at DESC, a.call_uid DESC LIMIT 1"
);

const ANSWERS: &str = "SELECT a.question_id, q.metric, a.value, a.attempts, a.answered_at FROM answer a \
     LEFT JOIN question q ON q.survey = a.survey AND q.version = a.survey_version AND q.question_id = a.question_id \
     WHERE a.call_uid = $1 ORDER BY a.answered_at, q.position LIMIT 1000";

/// The call of this name; an announced one where none has arrived.
pub(in crate::sqlite) async fn call(
    readers: &SqlitePool,
    name: &CallName,
) -> Result<Option<CallFound>, StoreError> {
    let (known, announced, text) = match name {
        CallName::Uid(uid) => (BY_UID.as_str(), ANNOUNCED_UID, uid.to_string()),
        CallName::Original(id) => (BY_ORIGINAL.as_str(), ANNOUNCED_ORIGINAL, id.clone()),
    };
    // One moment for call, announcement and answers.
    let mut transaction = readers.begin().await?;
    if let Some(row) = one(&mut transaction, known, &text).await? {
        let uid = call_uid(&row)?.to_string();
        let announcement = announcement(&mut transaction, ANNOUNCED_UID, &uid).await?;
        let answers = answers(&mut transaction, &uid).await?;
        return Ok(Some(CallFound::Known(Box::new(CallSummary {
            announcement,
            answers,
            ..summary(&row)?
        }))));
    }
    Ok(announcement(&mut transaction, announced, &text)
        .await?
        .map(|announcement| CallFound::Announced(Box::new(announcement))))
}

async fn one(
    connection: &mut SqliteConnection,
    sql: &'static str,
    text: &str,
) -> Result<Option<SqliteRow>, StoreError> {
    sqlx::query(sql)
        .bind(text)
        .fetch_optional(connection)
        .await
        .map_err(StoreError::from)
}

async fn announcement(
    connection: &mut SqliteConnection,
    sql: &'static str,
    text: &str,
) -> Result<Option<Announcement>, StoreError> {
    let row = one(connection, sql, text).await?;
    row.as_ref().map(announcement::read).transpose()
}

fn summary(row: &SqliteRow) -> Result<CallSummary, StoreError> {
    let name: Option<String> = column(row, "survey")?;
    let version: Option<String> = column(row, "survey_version")?;
    let position: Option<i64> = column(row, "stratum_position")?;
    let decided_at = moment(row, "arrived_at")?;
    let decided_beforehand = column::<String>(row, "decided_by")? == "api";
    let invited_at = maybe_moment(row, "invited_at")?;
    let stored_rule: Option<String> = column(row, "decision_reason")?;
    let detail: Option<String> = column(row, "decision_detail")?;
    let every: Option<i64> = column(row, "stratum_every")?;
    let every = every.and_then(|every| u32::try_from(every).ok());
    let rule = stored_rule
        .as_deref()
        .and_then(|rule| AdmissionReason::from_stored(rule, detail.as_deref(), every));
    Ok(CallSummary {
        uid: call_uid(row)?,
        original_call_id: column(row, "original_call_id")?,
        values: values(row)?,
        dialled: column(row, "dialled")?,
        route: column(row, "route")?,
        survey: name
            .zip(version)
            .map(|(name, version)| SurveyVersion { name, version }),
        decision: word(row, "decision", Decision::from_str_opt)?,
        rule: rule.as_ref().map(AdmissionReason::named).or(stored_rule),
        why: rule.as_ref().map(ToString::to_string),
        position: position.and_then(|position| u64::try_from(position).ok()),
        decided_beforehand,
        invited_at: if decided_beforehand {
            invited_at
        } else {
            Some(decided_at)
        },
        decided_at,
        answered_at: maybe_moment(row, "answered_at")?,
        ended_at: maybe_moment(row, "ended_at")?,
        disposition: maybe_word(row, "disposition", Disposition::from_str_opt)?,
        reason: column(row, "reason")?,
        announcement: None,
        answers: Vec::new(),
    })
}

fn values(row: &SqliteRow) -> Result<ContextValues, StoreError> {
    let mut values = ContextValues::default();
    for field in Field::returned() {
        if let Some(text) = parameter::field(row, field)? {
            values.set(Name::Field(field), text);
        }
    }
    Ok(values)
}

async fn answers(connection: &mut SqliteConnection, uid: &str) -> Result<Vec<AnswerSummary>, StoreError> {
    let rows = sqlx::query(ANSWERS).bind(uid).fetch_all(connection).await?;
    rows.iter().map(answer).collect()
}

fn answer(row: &SqliteRow) -> Result<AnswerSummary, StoreError> {
    let attempts = count(row, "attempts")?;
    Ok(AnswerSummary {
        question: column(row, "question_id")?,
        metric: column(row, "metric")?,
        value: column(row, "value")?,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        answered_at: moment(row, "answered_at")?,
    })
}
