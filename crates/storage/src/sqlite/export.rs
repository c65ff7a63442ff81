//! Reading calls for exports, some at a time.
//!
//! A page is four statements: which calls come next, their rows, their answers, their comments. Each finds its rows by the identities
//! of the page, so that a page costs the same wherever it is, and nothing is kept from one page to the next.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::column::{call_uid, column, count, flag, maybe_moment, maybe_word, moment};
use super::figures;
use crate::context_sources;
use crate::error::StoreError;
use crate::export::{AnswerRow, CallFlags, CallPage, CallRow, CommentCount, Place, QuestionId};
use crate::rollup::{Contribution, WEIGHT};
use crate::selection::Selection;
use crate::tally::Doubt;
use aftercall_base::{CallUid, Disposition};
use aftercall_survey::context::{ContextSource, Field, Name, SourceNote};

/// The flags of an exported call, which are counts of a report.
const FLAGS: [&str; 6] = [
    "eligible",
    "sampled",
    "offered",
    "started",
    "completed",
    "reversed",
];

static CALLS: LazyLock<String> = LazyLock::new(|| {
    let flags: String = FLAGS
        .iter()
        .map(|flag| format!(", {} AS {flag}", counted(flag)))
        .collect();
    format!(
        "SELECT c.call_uid, c.arrived_at, c.local_day, c.local_hour, c.node, c.dialled, c.route, c.queue, c.team, c.agent, \
         c.original_call_id, c.language, c.spoken_language, c.survey, c.survey_version, c.decision, c.decision_reason, \
         c.decision_detail, c.decided_by, c.stratum_position, c.stratum_every, CAST({WEIGHT} AS REAL) AS weight, \
         c.invited_at, c.answered_at, c.ended_at, c.disposition, c.reason, c.context{flags} \
         FROM json_each(?) e CROSS JOIN call c ON c.call_uid = e.value ORDER BY e.key"
    )
});

static ANSWERS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT a.call_uid, a.survey, a.survey_version, a.question_id, a.value, a.attempts, a.response_time_ms, \
         {} AS doubt, a.accepted_by_timeout, a.corrected_from, a.answered_at \
         FROM json_each(?) e CROSS JOIN answer a ON a.call_uid = e.value ORDER BY e.key, a.answered_at, a.question_id",
        doubt()
    )
});

const COMMENTS: &str = "SELECT r.call_uid, SUM(r.is_comment) AS comments, \
     SUM(CASE WHEN r.is_comment = 1 THEN COALESCE(r.duration_ms, 0) ELSE 0 END) AS duration_ms \
     FROM json_each(?) e CROSS JOIN (SELECT call_uid, duration_ms, \
     CASE WHEN state <> 'recording' AND empty_reason IS NULL AND sha256 IS NOT NULL THEN 1 ELSE 0 END AS is_comment \
     FROM recording) r ON r.call_uid = e.value GROUP BY r.call_uid";

/// Versions are rows that are only added, so that their row numbers are in the order in which they were first loaded.
const QUESTIONS: &str = "SELECT survey, question_id FROM (SELECT q.survey, q.question_id, MIN(v.rowid) AS first, q.position \
     FROM question q JOIN survey_version v ON v.survey = q.survey AND v.version = q.version \
     WHERE q.metric <> 'comment' GROUP BY q.survey, q.question_id) AS asked ORDER BY first, position, question_id";

/// What one call adds to a count of the reports: 0 or 1.
fn counted(flag: &str) -> String {
    let known = Contribution::CALLS.counts.iter().find(|(name, _)| *name == flag);
    known.map_or_else(|| "0".to_owned(), |(_, amount)| amount.sql())
}

/// The doubt of an answer, as reports count it.
fn doubt() -> &'static str {
    let keys = Contribution::ANSWERS.keys;
    keys.iter()
        .find(|(name, _)| *name == "doubt")
        .map_or("0", |(_, doubt)| *doubt)
}

/// The selected calls behind a place, of at most `limit` that are looked at.
pub(super) async fn page(
    connection: &mut SqliteConnection,
    selection: &Selection,
    after: Option<&Place>,
    limit: usize,
) -> Result<CallPage, StoreError> {
    let after = after.map(|place| (place.day.clone(), place.call.clone()));
    let (uids, next) = figures::selected(connection, selection, after, limit).await?;
    let next = next.map(|(day, call)| Place { day, call });
    Ok(CallPage {
        calls: rows(connection, uids).await?,
        next,
    })
}

/// The rows of calls, in the order of their identities.
pub(super) async fn rows(
    connection: &mut SqliteConnection,
    uids: Vec<String>,
) -> Result<Vec<CallRow>, StoreError> {
    if uids.is_empty() {
        return Ok(Vec::new());
    }
    let uids = serde_json::Value::from(uids).to_string();
    let mut answers = answers(connection, &uids).await?;
    let comments = comments(connection, &uids).await?;
    let rows = sqlx::query(CALLS.as_str())
        .bind(&uids)
        .fetch_all(connection)
        .await?;
    let mut calls = Vec::with_capacity(rows.len());
    for row in &rows {
        let uid = call_uid(row)?;
        let answers = answers.remove(&uid).unwrap_or_default();
        calls.push(call(row, uid, comments.get(&uid).copied(), answers)?);
    }
    Ok(calls)
}

/// The questions of all surveys, comments apart, in the order in which they were first loaded.
pub(super) async fn questions(connection: &mut SqliteConnection) -> Result<Vec<QuestionId>, StoreError> {
    let rows = sqlx::query(QUESTIONS).fetch_all(connection).await?;
    let question = |row: &SqliteRow| {
        Ok(QuestionId {
            survey: column(row, "survey")?,
            question: column(row, "question_id")?,
        })
    };
    rows.iter().map(question).collect()
}

/// The answers of calls, whose identities are a JSON array: those of each in the order in which they were given.
pub(super) async fn answers(
    connection: &mut SqliteConnection,
    uids: &str,
) -> Result<HashMap<CallUid, Vec<AnswerRow>>, StoreError> {
    let rows = sqlx::query(ANSWERS.as_str())
        .bind(uids)
        .fetch_all(connection)
        .await?;
    let mut answers: HashMap<CallUid, Vec<AnswerRow>> = HashMap::new();
    for row in &rows {
        answers.entry(call_uid(row)?).or_default().push(AnswerRow {
            survey: column(row, "survey")?,
            survey_version: column(row, "survey_version")?,
            question: column(row, "question_id")?,
            value: column(row, "value")?,
            attempts: column(row, "attempts")?,
            response_time_ms: column(row, "response_time_ms")?,
            doubt: Doubt(u8::try_from(column::<i64>(row, "doubt")?).unwrap_or_default()),
            accepted_by_timeout: flag(row, "accepted_by_timeout")?,
            corrected_from: column(row, "corrected_from")?,
            answered_at: moment(row, "answered_at")?,
        });
    }
    Ok(answers)
}

async fn comments(
    connection: &mut SqliteConnection,
    uids: &str,
) -> Result<HashMap<CallUid, CommentCount>, StoreError> {
    let rows = sqlx::query(COMMENTS).bind(uids).fetch_all(connection).await?;
    let comment = |row: &SqliteRow| {
        let counted = CommentCount {
            comments: count(row, "comments")?,
            duration_ms: count(row, "duration_ms")?,
        };
        Ok((call_uid(row)?, counted))
    };
    rows.iter().map(comment).collect()
}

fn call(
    row: &SqliteRow,
    uid: CallUid,
    comments: Option<CommentCount>,
    answers: Vec<AnswerRow>,
) -> Result<CallRow, StoreError> {
    let day: String = column(row, "local_day")?;
    let hour: Option<String> = column(row, "local_hour")?;
    let mut context = Context::of(column(row, "context")?);
    Ok(CallRow {
        uid,
        arrived_at: moment(row, "arrived_at")?,
        local_day: day
            .parse()
            .map_err(|_| StoreError::row("local_day is not a day"))?,
        local_hour: hour.and_then(|hour| hour.get(11..13)?.parse().ok()),
        node: column(row, "node")?,
        dialled: column(row, "dialled")?,
        route: column(row, "route")?,
        queue: column(row, "queue")?,
        team: column(row, "team")?,
        agent: column(row, "agent")?,
        original_call_id: column(row, "original_call_id")?,
        language: column(row, "language")?,
        spoken_language: column(row, "spoken_language")?,
        survey: column(row, "survey")?,
        survey_version: column(row, "survey_version")?,
        decision: column(row, "decision")?,
        decision_reason: column(row, "decision_reason")?,
        decision_detail: column(row, "decision_detail")?,
        decided_by: column(row, "decided_by")?,
        stratum_position: column(row, "stratum_position")?,
        stratum_every: column(row, "stratum_every")?,
        weight: column(row, "weight")?,
        invited_at: maybe_moment(row, "invited_at")?,
        answered_at: maybe_moment(row, "answered_at")?,
        ended_at: maybe_moment(row, "ended_at")?,
        disposition: maybe_word(row, "disposition", Disposition::from_str_opt)?,
        reason: column(row, "reason")?,
        talk_time_s: context.seconds(Field::TalkTime),
        wait_time_s: context.seconds(Field::WaitTime),
        agent_disposition: context.fields.remove(&Field::Disposition),
        attributes: context.attributes,
        flags: flags(row)?,
        comments,
        answers,
    })
}

fn flags(row: &SqliteRow) -> Result<CallFlags, StoreError> {
    Ok(CallFlags {
        eligible: flag(row, "eligible")?,
        sampled: flag(row, "sampled")?,
        offered: flag(row, "offered")?,
        started: flag(row, "started")?,
        completed: flag(row, "completed")?,
        reversed: flag(row, "reversed")?,
    })
}

/// What the text beside a row knows, but for hashes of numbers.
#[derive(Debug, Default)]
struct Context {
    fields: BTreeMap<Field, String>,
    attributes: BTreeMap<String, String>,
}

impl Context {
    fn of(text: Option<String>) -> Self {
        let mut context = Self::default();
        let sources = text
            .as_deref()
            .map(context_sources::from_json)
            .unwrap_or_default();
        let is_open = |source: &ContextSource| source.note != Some(SourceNote::Hashed);
        for source in sources.into_iter().filter(is_open) {
            let Some(value) = source.value else { continue };
            match Name::of(&source.name) {
                Name::Field(field) => context.fields.insert(field, value),
                Name::Attribute(name) => context.attributes.insert(name.to_string(), value),
            };
        }
        context
    }

    fn seconds(&self, field: Field) -> Option<i64> {
        self.fields.get(&field)?.parse().ok()
    }
}
