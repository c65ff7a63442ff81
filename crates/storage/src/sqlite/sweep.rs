//! Ending the calls that a crash left in progress, as [`InterruptedCall::end`] says.
//!
//! One transaction, some calls at a time, so that memory is bounded however many there are. A row that cannot be read
//! stays as it is and is logged: the service has to start all the same.

use std::collections::HashMap;
use std::sync::LazyLock;

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

use super::column::{call_uid, column, flag, maybe_moment, moment, word};
use super::follow;
use super::rows::Statement;
use super::write::BEGIN;
use crate::error::StoreError;
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::Decision;
use aftercall_survey::record::{CallEnd, InterruptedAnswer, InterruptedCall};

/// Calls that are read, decided on and written together.
const CALLS: i64 = 500;

/// A call that was decided beforehand and has not come is not in progress: its announcement is open. An identity that is no
/// text was not written by us.
const IN_PROGRESS: &str = "SELECT call_uid, decision, arrived_at, answered_at, planned, survey, survey_version FROM call \
     WHERE node = $1 AND disposition IS NULL AND agent_group IS NULL AND call_uid > $2 AND typeof(call_uid) = 'text' \
     AND NOT EXISTS (SELECT 1 FROM announcement w WHERE w.call_uid = call.call_uid AND w.closed_at IS NULL) \
     ORDER BY call_uid LIMIT $3";

static ANSWERS: LazyLock<Statement> = LazyLock::new(|| {
    Statement::new(
        "SELECT call_uid, question_id, value IS NOT NULL AS has_value, answered_at FROM answer WHERE call_uid = ?",
    )
});

const SCORED: &str = "SELECT question_id FROM question WHERE survey = $1 AND version = $2 AND scored = 1";

/// Ends the calls of `node` that are in progress by their rows; answers how many.
pub(super) async fn sweep(writer: &SqlitePool, node: &str) -> Result<u64, StoreError> {
    let mut connection = writer.acquire().await?;
    let mut transaction = connection.begin_with(BEGIN).await?;
    let mut scored = Scored::default();
    let (mut swept, mut last) = (0, String::new());
    loop {
        let rows = sqlx::query(IN_PROGRESS)
            .bind(node)
            .bind(&last)
            .bind(CALLS)
            .fetch_all(&mut *transaction)
            .await?;
        let Some(row) = rows.last() else { break };
        last = column(row, "call_uid")?;
        let ends = ends(&mut transaction, &rows, &mut scored).await?;
        swept += follow::end_unattended(&mut transaction, &ends).await?;
    }
    transaction.commit().await?;
    Ok(swept)
}

/// The ends of the calls of these rows.
async fn ends(
    connection: &mut SqliteConnection,
    rows: &[SqliteRow],
    scored: &mut Scored,
) -> Result<Vec<CallEnd>, StoreError> {
    let mut answers = answers(connection, rows).await?;
    let mut ends = Vec::with_capacity(rows.len());
    for row in rows {
        let uid: String = column(row, "call_uid")?;
        let scored = scored.of(connection, row).await?;
        match interrupted(row, answers.remove(&uid).unwrap_or_default(), scored) {
            Ok(call) => ends.push(call.end()),
            Err(error) => {
                tracing::warn!(call = uid, %error, "cannot end a call that a crash left in progress");
            }
        }
    }
    Ok(ends)
}

/// The rows of the answers of these calls, by call.
async fn answers(
    connection: &mut SqliteConnection,
    calls: &[SqliteRow],
) -> Result<HashMap<String, Vec<SqliteRow>>, StoreError> {
    let uids = calls.iter().map(|row| column::<String>(row, "call_uid"));
    let uids = uids.collect::<Result<Vec<_>, _>>()?;
    let rows = ANSWERS
        .rows(connection, &uids, |query, uid| query.bind(uid.clone()))
        .await?;
    let mut answers: HashMap<String, Vec<SqliteRow>> = HashMap::new();
    for row in rows {
        answers.entry(column(&row, "call_uid")?).or_default().push(row);
    }
    Ok(answers)
}

/// Scored questions by survey and version, as far as they were looked up.
#[derive(Debug, Default)]
struct Scored(HashMap<SurveyVersion, Vec<String>>);

impl Scored {
    /// Those of the survey version of a call's row; none where it is not known or cannot be read.
    async fn of(
        &mut self,
        connection: &mut SqliteConnection,
        row: &SqliteRow,
    ) -> Result<Vec<String>, StoreError> {
        let name: Option<String> = column(row, "survey").unwrap_or_default();
        let version: Option<String> = column(row, "survey_version").unwrap_or_default();
        let Some((name, version)) = name.zip(version) else {
            return Ok(Vec::new());
        };
        let survey = SurveyVersion { name, version };
        if let Some(known) = self.0.get(&survey) {
            return Ok(known.clone());
        }
        let scored: Vec<String> = sqlx::query_scalar(SCORED)
            .bind(&survey.name)
            .bind(&survey.version)
            .fetch_all(connection)
            .await?;
        self.0.insert(survey, scored.clone());
        Ok(scored)
    }
}

fn interrupted(
    row: &SqliteRow,
    answers: Vec<SqliteRow>,
    scored: Vec<String>,
) -> Result<InterruptedCall, StoreError> {
    let planned: Option<String> = column(row, "planned")?;
    Ok(InterruptedCall {
        call: call_uid(row)?,
        decision: word(row, "decision", Decision::from_str_opt)?,
        arrived_at: moment(row, "arrived_at")?,
        answered_at: maybe_moment(row, "answered_at")?,
        planned: planned
            .map(|ids| serde_json::from_str(&ids))
            .transpose()
            .map_err(|_| StoreError::row("planned is not a list of ids"))?,
        scored,
        answers: answers.iter().map(answer).collect::<Result<_, _>>()?,
    })
}

fn answer(row: &SqliteRow) -> Result<InterruptedAnswer, StoreError> {
    Ok(InterruptedAnswer {
        question: column(row, "question_id")?,
        has_value: flag(row, "has_value")?,
        answered_at: moment(row, "answered_at")?,
    })
}
