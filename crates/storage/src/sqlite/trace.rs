//! Reading single calls back.

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;

use super::SqliteStore;
use super::column::{column, maybe_word, word};
use super::rows::Bound;
use crate::error::StoreError;
use crate::moment;
use crate::trace::{CallTrace, TracedAnswer};
use aftercall_base::Disposition;
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::Decision;

impl SqliteStore {
    /// Every call whose original call id begins with `prefix`, the earliest first.
    ///
    /// # Errors
    /// When the database cannot be read or holds a word that is not ours.
    pub async fn call_traces(&self, prefix: &str) -> Result<Vec<CallTrace>, StoreError> {
        let query = "SELECT c.call_uid, c.original_call_id, c.survey, c.survey_version, c.decision, c.decision_reason, \
             c.disposition, \
             a.question_id, a.value, a.corrected_from \
             FROM call c LEFT JOIN answer a ON a.call_uid = c.call_uid \
             WHERE substr(c.original_call_id, 1, length($1)) = $1 \
             ORDER BY c.call_uid, a.answered_at";
        self.traces(sqlx::query(query).bind(prefix.to_owned())).await
    }

    /// The calls of the dialog with this Call-ID that came, or were decided on, at `since` or later; a peer may use a Call-ID twice.
    ///
    /// # Errors
    /// When the database cannot be read or holds a word that is not ours.
    pub async fn traces_of_dialog(
        &self,
        sip_call_id: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<CallTrace>, StoreError> {
        let query = "SELECT c.call_uid, c.original_call_id, c.survey, c.survey_version, c.decision, c.decision_reason, \
             c.disposition, \
             a.question_id, a.value, a.corrected_from \
             FROM call c LEFT JOIN answer a ON a.call_uid = c.call_uid \
             WHERE c.arrived_at >= $1 AND c.sip_call_id = $2 \
             ORDER BY c.call_uid, a.answered_at";
        self.traces(
            sqlx::query(query)
                .bind(moment::to_text(since))
                .bind(sip_call_id.to_owned()),
        )
        .await
    }

    async fn traces(&self, query: Bound) -> Result<Vec<CallTrace>, StoreError> {
        let rows = query.fetch_all(&self.readers).await;
        gather(&rows?)
    }
}

/// Rows of one call follow one another.
fn gather(rows: &[SqliteRow]) -> Result<Vec<CallTrace>, StoreError> {
    let mut traces: Vec<CallTrace> = Vec::new();
    let mut last = String::new();
    for row in rows {
        let uid: String = column(row, "call_uid")?;
        if uid != last || traces.is_empty() {
            traces.push(trace(row)?);
            last = uid;
        }
        let question: Option<String> = column(row, "question_id")?;
        if let Some((question, trace)) = question.zip(traces.last_mut()) {
            trace.answers.push(TracedAnswer {
                question,
                value: column(row, "value")?,
                corrected_from: column(row, "corrected_from")?,
            });
        }
    }
    Ok(traces)
}

fn trace(row: &SqliteRow) -> Result<CallTrace, StoreError> {
    let original: Option<String> = column(row, "original_call_id")?;
    let (survey, version): (Option<String>, Option<String>) =
        (column(row, "survey")?, column(row, "survey_version")?);
    Ok(CallTrace {
        call_uid: column(row, "call_uid")?,
        original_call_id: original.unwrap_or_default(),
        survey: survey
            .zip(version)
            .map(|(name, version)| SurveyVersion { name, version }),
        decision: word(row, "decision", Decision::from_str_opt)?,
        rule: column(row, "decision_reason")?,
        disposition: maybe_word(row, "disposition", Disposition::from_str_opt)?,
        answers: Vec::new(),
    })
}
