//! Reading for reports.

use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

use super::column::{column, count, flag, maybe_word, word};
use crate::error::StoreError;
use crate::moment;
use crate::store::{AnswerTally, CallTally, KnownNames, Selection};
use aftercall_base::Disposition;
use aftercall_survey::admission::Decision;
use aftercall_survey::{Metric, QuestionRecord, SurveyRecord, SurveyVersion};

pub(super) async fn schema_steps(connection: &mut SqliteConnection) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
        .fetch_all(connection)
        .await
}

pub(super) async fn call_tallies(
    connection: &mut SqliteConnection,
    selection: &Selection,
) -> Result<Vec<CallTally>, StoreError> {
    let rows = sqlx::query(
        "SELECT decision, disposition, answered, started, COUNT(*) AS calls FROM ( \
         SELECT decision, disposition, \
         CASE WHEN answered_at IS NOT NULL THEN 1 ELSE 0 END AS answered, \
         CASE WHEN EXISTS (SELECT 1 FROM answer a WHERE a.call_uid = c.call_uid AND a.value IS NOT NULL) \
         THEN 1 ELSE 0 END AS started \
         FROM call c WHERE c.arrived_at >= $1 AND c.arrived_at < $2 \
         AND (CAST($3 AS TEXT) IS NULL OR c.queue = $3) AND (CAST($4 AS TEXT) IS NULL OR c.survey = $4) \
         ) AS picked GROUP BY decision, disposition, answered, started",
    )
    .bind(moment::to_text(selection.from))
    .bind(moment::to_text(selection.until))
    .bind(&selection.queue)
    .bind(&selection.survey)
    .fetch_all(connection)
    .await?;
    rows.iter().map(call_tally).collect()
}

fn call_tally(row: &SqliteRow) -> Result<CallTally, StoreError> {
    Ok(CallTally {
        decision: word(row, "decision", Decision::from_str_opt)?,
        disposition: maybe_word(row, "disposition", Disposition::from_str_opt)?,
        answered: flag(row, "answered")?,
        started: flag(row, "started")?,
        calls: count(row, "calls")?,
    })
}

pub(super) async fn answer_tallies(
    connection: &mut SqliteConnection,
    selection: &Selection,
) -> Result<Vec<AnswerTally>, StoreError> {
    let rows = sqlx::query(
        "SELECT a.survey, a.survey_version, a.question_id, a.value, COUNT(*) AS answers \
         FROM answer a JOIN call c ON c.call_uid = a.call_uid \
         WHERE c.arrived_at >= $1 AND c.arrived_at < $2 \
         AND (CAST($3 AS TEXT) IS NULL OR c.queue = $3) AND (CAST($4 AS TEXT) IS NULL OR a.survey = $4) \
         GROUP BY a.survey, a.survey_version, a.question_id, a.value \
         ORDER BY a.survey, a.survey_version, a.question_id, a.value LIMIT 100000",
    )
    .bind(moment::to_text(selection.from))
    .bind(moment::to_text(selection.until))
    .bind(&selection.queue)
    .bind(&selection.survey)
    .fetch_all(connection)
    .await?;
    rows.iter().map(answer_tally).collect()
}

fn answer_tally(row: &SqliteRow) -> Result<AnswerTally, StoreError> {
    Ok(AnswerTally {
        survey: column(row, "survey")?,
        version: column(row, "survey_version")?,
        question: column(row, "question_id")?,
        value: column(row, "value")?,
        answers: count(row, "answers")?,
    })
}

/// Names of a kind that are read at most.
const NAMES: u32 = 1_000;

const QUEUES: &str =
    "SELECT queue FROM call WHERE queue IS NOT NULL GROUP BY queue ORDER BY COUNT(*) DESC, queue LIMIT $1";

const SURVEYS: &str = "SELECT known.survey FROM \
     (SELECT survey FROM survey_version UNION SELECT survey FROM call) AS known \
     LEFT JOIN (SELECT survey, COUNT(*) AS calls FROM call GROUP BY survey) AS asked ON asked.survey = known.survey \
     WHERE known.survey IS NOT NULL ORDER BY COALESCE(asked.calls, 0) DESC, known.survey LIMIT $1";

pub(super) async fn known_names(connection: &mut SqliteConnection) -> Result<KnownNames, StoreError> {
    Ok(KnownNames {
        queues: names(connection, QUEUES).await?,
        surveys: names(connection, SURVEYS).await?,
    })
}

async fn names(connection: &mut SqliteConnection, sql: &'static str) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(sql).bind(NAMES).fetch_all(connection).await?)
}

pub(super) async fn surveys(
    connection: &mut SqliteConnection,
    survey: Option<&str>,
) -> Result<Vec<SurveyRecord>, StoreError> {
    let rows = sqlx::query(
        "SELECT survey, version, title, goal FROM survey_version \
         WHERE (CAST($1 AS TEXT) IS NULL OR survey = $1) ORDER BY survey, loaded DESC, version LIMIT 10000",
    )
    .bind(survey)
    .fetch_all(&mut *connection)
    .await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in &rows {
        let survey = SurveyVersion {
            name: column(row, "survey")?,
            version: column(row, "version")?,
        };
        let questions = questions(connection, &survey).await?;
        let (title, goal) = (column(row, "title")?, column(row, "goal")?);
        records.push(SurveyRecord {
            survey,
            title,
            goal,
            definition: String::new(),
            questions,
        });
    }
    Ok(records)
}

pub(super) async fn definition(
    readers: &SqlitePool,
    survey: &SurveyVersion,
) -> Result<Option<String>, StoreError> {
    sqlx::query_scalar("SELECT definition FROM survey_version WHERE survey = $1 AND version = $2")
        .bind(&survey.name)
        .bind(&survey.version)
        .fetch_optional(readers)
        .await
        .map_err(StoreError::from)
}

async fn questions(
    connection: &mut SqliteConnection,
    survey: &SurveyVersion,
) -> Result<Vec<QuestionRecord>, StoreError> {
    let rows = sqlx::query(
        "SELECT question_id, metric, text, scale_min, scale_max, high_is_good, threshold, target FROM question \
         WHERE survey = $1 AND version = $2 ORDER BY position, question_id",
    )
    .bind(&survey.name)
    .bind(&survey.version)
    .fetch_all(&mut *connection)
    .await?;
    let mut records = rows.iter().map(question).collect::<Result<Vec<_>, _>>()?;
    let labels = sqlx::query(
        "SELECT question_id, value, label FROM question_label WHERE survey = $1 AND version = $2 ORDER BY value",
    )
    .bind(&survey.name)
    .bind(&survey.version)
    .fetch_all(connection)
    .await?;
    for row in &labels {
        let id: String = column(row, "question_id")?;
        if let Some(record) = records.iter_mut().find(|record| record.id == id) {
            record.labels.push((column(row, "value")?, column(row, "label")?));
        }
    }
    Ok(records)
}

fn question(row: &SqliteRow) -> Result<QuestionRecord, StoreError> {
    Ok(QuestionRecord {
        id: column(row, "question_id")?,
        metric: word(row, "metric", Metric::from_str_opt)?,
        text: column(row, "text")?,
        scale: (column(row, "scale_min")?, column(row, "scale_max")?),
        high_is_good: flag(row, "high_is_good")?,
        threshold: column(row, "threshold")?,
        target: column(row, "target")?,
        labels: Vec::new(),
    })
}
