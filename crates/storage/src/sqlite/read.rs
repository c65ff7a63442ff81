//! Reading surveys.

use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

use super::column::{column, flag, word};
use crate::error::StoreError;
use aftercall_survey::{Metric, QuestionRecord, SurveyRecord, SurveyVersion};

pub(super) async fn schema_steps(connection: &mut SqliteConnection) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
        .fetch_all(connection)
        .await
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
