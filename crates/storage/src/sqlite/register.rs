//! Making survey versions known.
//!
//! A version is written once, since the hash of its definition names it; loading it again only makes it the one loaded
//! last.

use sqlx::sqlite::SqliteConnection;

use super::rollup;
use crate::error::StoreError;
use aftercall_survey::SurveyRecord;

pub(super) async fn survey(
    connection: &mut SqliteConnection,
    record: &SurveyRecord,
) -> Result<(), StoreError> {
    let is_new: bool = sqlx::query_scalar::<_, i64>(
        "SELECT COUNT(*) FROM survey_version WHERE survey = $1 AND version = $2",
    )
    .bind(&record.survey.name)
    .bind(&record.survey.version)
    .fetch_one(&mut *connection)
    .await?
        == 0;
    sqlx::query(
        "INSERT INTO survey_version (survey, version, title, goal, definition, loaded) \
         SELECT $1, $2, $3, $4, $5, COALESCE(MAX(loaded), 0) + 1 FROM survey_version WHERE true \
         ON CONFLICT (survey, version) DO UPDATE SET loaded = excluded.loaded",
    )
    .bind(&record.survey.name)
    .bind(&record.survey.version)
    .bind(&record.title)
    .bind(&record.goal)
    .bind(&record.definition)
    .execute(&mut *connection)
    .await?;
    if is_new {
        // What answers count as depends on the scales of their questions.
        let calls = answered_before(&mut *connection, record).await?;
        for calls in &calls {
            rollup::subtract(&mut *connection, calls).await?;
        }
        questions(&mut *connection, record).await?;
        for calls in &calls {
            rollup::add(&mut *connection, calls).await?;
        }
    }
    Ok(())
}

/// Calls counted together.
const CALLS: usize = 1_000;

/// Calls with answers to a version that was not known, as JSON arrays: a spool or another program may have brought them.
async fn answered_before(
    connection: &mut SqliteConnection,
    record: &SurveyRecord,
) -> Result<Vec<String>, StoreError> {
    let (name, version) = (&record.survey.name, &record.survey.version);
    // A call that has ended has a group, and there are few groups.
    let groups: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM call_group WHERE survey = $1 AND survey_version = $2")
            .bind(name)
            .bind(version)
            .fetch_one(&mut *connection)
            .await?;
    if groups == 0 {
        return Ok(Vec::new());
    }
    let calls: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT call_uid FROM answer WHERE survey = $1 AND survey_version = $2")
            .bind(name)
            .bind(version)
            .fetch_all(connection)
            .await?;
    let listed = |calls: &[String]| serde_json::Value::from(calls).to_string();
    Ok(calls.chunks(CALLS).map(listed).collect())
}

async fn questions(connection: &mut SqliteConnection, record: &SurveyRecord) -> Result<(), StoreError> {
    for (position, question) in (1_i64..).zip(&record.questions) {
        sqlx::query(
            "INSERT INTO question (survey, version, question_id, position, metric, scored, text, scale_min, \
             scale_max, high_is_good, threshold, target) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(&record.survey.name)
        .bind(&record.survey.version)
        .bind(&question.id)
        .bind(position)
        .bind(question.metric.as_str())
        .bind(i64::from(question.metric.is_scored()))
        .bind(&question.text)
        .bind(question.scale.0)
        .bind(question.scale.1)
        .bind(i64::from(question.high_is_good))
        .bind(question.threshold)
        .bind(question.target)
        .execute(&mut *connection)
        .await?;
        for (value, label) in &question.labels {
            sqlx::query(
                "INSERT INTO question_label (survey, version, question_id, value, label) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(&record.survey.name)
            .bind(&record.survey.version)
            .bind(&question.id)
            .bind(value)
            .bind(label)
            .execute(&mut *connection)
            .await?;
        }
    }
    Ok(())
}
