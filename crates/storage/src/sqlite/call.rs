//! Reads single calls back: their ends and answers, and their decisions.

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqlitePool, SqliteRow};

use super::SqliteStore;
use super::column::{column, maybe_word, moment, word};
use super::rows::Bound;
use crate::context_sources;
use crate::error::StoreError;
use crate::moment::to_text;
use aftercall_base::{CallUid, Disposition};
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::{AdmissionReason, Decision, Stratum, StratumKind};
use aftercall_survey::record::{CallTrace, StoredDecision, TracedAnswer};

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
                .bind(to_text(since))
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

/// The decision of a call; `None` when there is no such call.
pub(super) async fn decision(
    readers: &SqlitePool,
    call: CallUid,
) -> Result<Option<StoredDecision>, StoreError> {
    let row = sqlx::query(
        "SELECT arrived_at, route, survey, decision, decision_reason, decision_detail, stratum_route, stratum_queue, \
         stratum_agent, stratum_position, stratum_every, disposition, context FROM call WHERE call_uid = $1",
    )
    .bind(call.to_string())
    .fetch_optional(readers)
    .await?;
    row.as_ref().map(decided).transpose()
}

fn decided(row: &SqliteRow) -> Result<StoredDecision, StoreError> {
    let disposition: Option<String> = column(row, "disposition")?;
    let (rule, detail): (Option<String>, Option<String>) =
        (column(row, "decision_reason")?, column(row, "decision_detail")?);
    let every: Option<u32> = column(row, "stratum_every")?;
    Ok(StoredDecision {
        arrived_at: moment(row, "arrived_at")?,
        route: column(row, "route")?,
        survey: column(row, "survey")?,
        decision: word(row, "decision", Decision::from_str_opt)?,
        reason: rule
            .as_deref()
            .and_then(|rule| AdmissionReason::from_stored(rule, detail.as_deref(), every)),
        rule,
        counted: counted(row)?,
        every,
        disposition: disposition.as_deref().and_then(Disposition::from_str_opt),
        sources: column::<Option<String>>(row, "context")?
            .map(|context| context_sources::from_json(&context))
            .unwrap_or_default(),
    })
}

fn counted(row: &SqliteRow) -> Result<Option<(Stratum, u64)>, StoreError> {
    let (queue, agent): (Option<String>, Option<String>) =
        (column(row, "stratum_queue")?, column(row, "stratum_agent")?);
    let (kind, counted_as) = match (queue, agent) {
        (_, Some(agent)) => (StratumKind::Agent, agent),
        (Some(queue), None) => (StratumKind::Queue, queue),
        (None, None) => (StratumKind::Route, String::new()),
    };
    let route: Option<String> = column(row, "stratum_route")?;
    let position: Option<i64> = column(row, "stratum_position")?;
    let place = |(route, position)| {
        let stratum = Stratum {
            route,
            kind,
            counted_as,
        };
        let position =
            u64::try_from(position).map_err(|_| StoreError::row("stratum_position is negative"))?;
        Ok((stratum, position))
    };
    route.zip(position).map(place).transpose()
}
