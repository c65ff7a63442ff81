//! Reading single calls back.

use sqlx::sqlite::SqliteRow;

use super::read::column;
use super::{SqliteStore, fault};
use crate::storage::contract::Disposition;
use crate::storage::error::StoreError;
use crate::storage::store::Decision;
use crate::storage::trace::{CallTrace, TracedAnswer};

impl SqliteStore {
    /// Every call whose original call id begins with `prefix`, the earliest first.
    ///
    /// # Errors
    /// When the database cannot be read or holds a word that is not ours.
    pub async fn call_traces(&self, prefix: &str) -> Result<Vec<CallTrace>, StoreError> {
        let rows = sqlx::query(
            "SELECT c.call_uid, c.original_call_id, c.decision, c.disposition, a.question_id, a.value \
             FROM call c LEFT JOIN answer a ON a.call_uid = c.call_uid \
             WHERE substr(c.original_call_id, 1, length($1)) = $1 \
             ORDER BY c.call_uid, a.answered_at",
        )
        .bind(prefix)
        .fetch_all(&self.readers)
        .await
        .map_err(|error| fault::of_statement(&error))?;
        gather(&rows)
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
            });
        }
    }
    Ok(traces)
}

fn trace(row: &SqliteRow) -> Result<CallTrace, StoreError> {
    let decision: String = column(row, "decision")?;
    let disposition: Option<String> = column(row, "disposition")?;
    Ok(CallTrace {
        original_call_id: column(row, "original_call_id")?,
        decision: Decision::from_str_opt(&decision)
            .ok_or_else(|| StoreError::row("unknown word in decision"))?,
        disposition: disposition
            .map(|word| {
                Disposition::from_str_opt(&word).ok_or_else(|| StoreError::row("unknown word in disposition"))
            })
            .transpose()?,
        answers: Vec::new(),
    })
}
