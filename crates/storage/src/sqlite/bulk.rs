//! Writing many made-up calls at once: as plain rows, without the promises that real calls need.

use std::path::Path;
use std::sync::LazyLock;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::SqliteStore;
use super::column::column;
use super::parameter::{Value, insert_into};
use super::rows::{Bound, Statement};
use super::write::BEGIN;
use crate::demo::{Counters, DemoAnswer, DemoCall, DemoRecording, DemoReport, UnspokenComment};
use crate::error::StoreError;
use crate::{context_sources, moment};
use aftercall_base::Disposition;
use aftercall_survey::admission::Decision;
use aftercall_survey::context::ContextSource;

/// A column, and what the row of a call has in it.
type CallColumn = (&'static str, fn(&DemoCall) -> Value);
/// A column, and what the row of an answer has in it.
type AnswerColumn = (&'static str, fn(&DemoCall, &DemoAnswer) -> Value);
/// A column, and what the row of a recording has in it.
type RecordingColumn = (&'static str, fn(&DemoCall, &DemoRecording) -> Value);
/// A column, and what the row of an eligible call has in it.
type ReportColumn = (&'static str, fn(&DemoReport) -> Value);

const NODE: &str = "demo";

const CALL: [CallColumn; 33] = [
    ("call_uid", |call| call.uid.to_string().into()),
    ("node", |_| NODE.into()),
    ("arrived_at", |call| moment::to_text(call.arrived_at).into()),
    ("sip_call_id", |call| {
        format!("{:016x}@demo", call.uid.random_part()).into()
    }),
    ("dialled", |call| call.dialled.as_str().into()),
    ("route", |call| call.route.as_deref().into()),
    ("queue", |call| call.queue.as_str().into()),
    ("agent", |call| call.agent.as_str().into()),
    ("team", |call| call.team.as_str().into()),
    ("original_call_id", |call| call.original_call_id.as_str().into()),
    ("language", |call| call.language.into()),
    ("caller_hash", |call| call.caller_hash.as_str().into()),
    ("survey", |call| {
        call.survey.as_ref().map(|survey| survey.name.as_str()).into()
    }),
    ("survey_version", |call| {
        call.survey.as_ref().map(|survey| survey.version.as_str()).into()
    }),
    ("decision", |call| call.decision.as_str().into()),
    ("decision_reason", |call| call.reason.as_str().into()),
    ("decision_detail", |call| call.reason.detail().into()),
    ("stratum_route", |call| {
        call.position.and(call.route.as_deref()).into()
    }),
    ("stratum_queue", |call| {
        call.position.map(|_| call.queue.as_str()).into()
    }),
    ("stratum_position", |call| call.position.map(number).into()),
    ("stratum_every", |call| {
        call.reason.every().map(|every| i64::from(every.get())).into()
    }),
    ("local_day", |call| call.local.date().to_string().into()),
    ("local_hour", |call| {
        call.local.format("%Y-%m-%dT%H").to_string().into()
    }),
    ("context", |call| context(call).into()),
    ("answered_at", |call| call.answered_at.map(moment::to_text).into()),
    ("ended_at", |call| {
        (!is_ended_later(call))
            .then(|| moment::to_text(call.ended_at))
            .into()
    }),
    ("disposition", |call| {
        (!is_ended_later(call)).then(|| call.disposition.as_str()).into()
    }),
    ("reason", |call| {
        (!is_ended_later(call)).then_some(call.ended_because).into()
    }),
    ("spoken_language", |call| call.spoken_language.into()),
    ("asked", |call| {
        let asked = call.answered_at.map(|_| call.asked.as_slice());
        asked
            .map(|asked| serde_json::Value::from(asked).to_string())
            .into()
    }),
    ("media_codec", |call| call.answered_at.map(|_| "PCMA").into()),
    ("media_ptime_ms", |call| call.answered_at.map(|_| 20).into()),
    ("rtp_sent", |call| {
        let spoken = call.answered_at.map(|at| call.ended_at - at);
        spoken.map(|spoken| spoken.num_milliseconds().max(0) / 20).into()
    }),
];

const ANSWER: [AnswerColumn; 13] = [
    ("call_uid", |call, _| call.uid.to_string().into()),
    ("question_id", |_, answer| answer.question.as_str().into()),
    ("survey", |call, _| {
        call.survey.as_ref().map(|survey| survey.name.as_str()).into()
    }),
    ("survey_version", |call, _| {
        call.survey.as_ref().map(|survey| survey.version.as_str()).into()
    }),
    ("value", |_, answer| answer.value.into()),
    ("raw_digits", |_, answer| {
        answer
            .value
            .map(|value| value.to_string())
            .unwrap_or_default()
            .into()
    }),
    ("attempts", |_, answer| Some(i64::from(answer.attempts)).into()),
    ("response_time_ms", |_, answer| {
        Some(millis(answer.response_time)).into()
    }),
    ("accepted_by_timeout", |_, answer| {
        Some(i64::from(answer.by_timeout)).into()
    }),
    ("answered_at", |_, answer| {
        moment::to_text(answer.answered_at).into()
    }),
    ("early_digits", |_, _| "".into()),
    ("prompt_ms", |_, answer| Some(millis(answer.prompt)).into()),
    ("heard_ms", |_, answer| answer.heard.map(millis).into()),
];

const RECORDING: [RecordingColumn; 14] = [
    ("call_uid", |call, _| call.uid.to_string().into()),
    ("question_id", |_, recording| recording.question.as_str().into()),
    ("survey", |call, _| {
        call.survey.as_ref().map(|survey| survey.name.as_str()).into()
    }),
    ("survey_version", |call, _| {
        call.survey.as_ref().map(|survey| survey.version.as_str()).into()
    }),
    ("path", |call, recording| {
        format!("{}/{}-{}.wav", call.local.date(), call.uid, recording.question).into()
    }),
    ("begun_at", |_, recording| {
        moment::to_text(recording.begun_at).into()
    }),
    ("ended_at", |call, _| moment::to_text(call.ended_at).into()),
    // There is no file.
    ("state", |_, _| "expired".into()),
    ("expired_at", |call, _| moment::to_text(call.ended_at).into()),
    ("ended_by", |_, _| "silence".into()),
    ("duration_ms", |_, recording| {
        Some(millis(recording.duration)).into()
    }),
    ("speech_ms", |_, recording| {
        Some(if recording.is_empty {
            0
        } else {
            millis(recording.duration) * 3 / 4
        })
        .into()
    }),
    ("sha256", |_, recording| recording.sha256.as_str().into()),
    ("empty_reason", |_, recording| {
        recording.is_empty.then_some("no_speech").into()
    }),
];

const REPORT: [ReportColumn; 10] = [
    ("original_call_id", |report| {
        report.original_call_id.as_str().into()
    }),
    ("ended_at", |report| moment::to_text(report.ended_at).into()),
    ("local_day", |report| report.local_day.to_string().into()),
    ("queue", |report| report.queue.as_str().into()),
    ("agent", |report| report.agent.as_str().into()),
    ("team", |report| report.team.as_str().into()),
    ("talk_time_s", |report| Some(number(report.talk_time_s)).into()),
    ("wait_time_s", |report| Some(number(report.wait_time_s)).into()),
    ("hung_up_by", |report| report.hung_up_by.into()),
    ("told_at", |report| moment::to_text(report.ended_at).into()),
];

static INSERT_CALL: LazyLock<Statement> =
    LazyLock::new(|| inserted("call", CALL.iter().map(|(name, _)| *name)));
static INSERT_ANSWER: LazyLock<Statement> =
    LazyLock::new(|| inserted("answer", ANSWER.iter().map(|(name, _)| *name)));
static INSERT_RECORDING: LazyLock<Statement> =
    LazyLock::new(|| inserted("recording", RECORDING.iter().map(|(name, _)| *name)));
static INSERT_REPORT: LazyLock<Statement> =
    LazyLock::new(|| inserted("eligible_call", REPORT.iter().map(|(name, _)| *name)));

/// The triggers of `call` give the place in limits back of a call that was not offered a survey.
static END: LazyLock<Statement> = LazyLock::new(|| {
    Statement::new("UPDATE call SET ended_at = ?, disposition = ?, reason = ? WHERE call_uid = ?")
});

fn inserted<'c>(table: &str, columns: impl Iterator<Item = &'c str>) -> Statement {
    Statement::new(&insert_into(table, columns))
}

fn bind(query: Bound, values: impl Iterator<Item = Value>) -> Bound {
    values.fold(query, |query, value| value.bind(query))
}

/// Writes made-up calls over a connection of its own.
#[derive(Debug)]
pub(crate) struct BulkWriter(SqliteConnection);

impl BulkWriter {
    /// Opens a database whose schema is this program's. What is written is not safe from a loss of power.
    pub(crate) async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Off)
            .pragma("cache_size", "-262144")
            .disable_statement_logging();
        Ok(Self(options.connect().await?))
    }

    /// Ends the connection.
    pub(crate) async fn close(self) -> Result<(), StoreError> {
        Ok(self.0.close().await?)
    }

    /// The comments that have no file, the newest first.
    pub(crate) async fn unspoken(&mut self, most: u32) -> Result<Vec<UnspokenComment>, StoreError> {
        let rows = sqlx::query(
            "SELECT call_uid, question_id, path, sha256 FROM recording \
             WHERE state = 'expired' AND size_bytes IS NULL AND empty_reason IS NULL ORDER BY call_uid DESC LIMIT ?",
        )
        .bind(most)
        .fetch_all(&mut self.0)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(UnspokenComment {
                    call: column(row, "call_uid")?,
                    question: column(row, "question_id")?,
                    path: column(row, "path")?,
                    sha256: column(row, "sha256")?,
                })
            })
            .collect()
    }

    /// Notes that a comment has its file.
    pub(crate) async fn spoken(&mut self, comment: &UnspokenComment, size: u64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE recording SET state = 'kept', expired_at = NULL, size_bytes = ? WHERE call_uid = ? AND question_id = ?",
        )
        .bind(i64::try_from(size).unwrap_or(i64::MAX))
        .bind(&comment.call)
        .bind(&comment.question)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Writes calls, and reports of eligible ones, in one transaction.
    pub(crate) async fn write(
        &mut self,
        calls: &[DemoCall],
        reports: &[DemoReport],
    ) -> Result<(), StoreError> {
        let answers: Vec<(&DemoCall, &DemoAnswer)> = calls
            .iter()
            .flat_map(|call| call.answers.iter().map(move |answer| (call, answer)))
            .collect();
        let recordings: Vec<(&DemoCall, &DemoRecording)> = calls
            .iter()
            .filter_map(|call| Some((call, call.recording.as_ref()?)))
            .collect();
        let later: Vec<&DemoCall> = calls.iter().filter(|call| is_ended_later(call)).collect();
        let mut transaction = self.0.begin_with(BEGIN).await?;
        INSERT_CALL
            .execute(&mut transaction, calls, |query, call| {
                bind(query, CALL.iter().map(|(_, value)| value(call)))
            })
            .await?;
        END.execute(&mut transaction, &later, |query, call| {
            query
                .bind(moment::to_text(call.ended_at))
                .bind(call.disposition.as_str())
                .bind(call.ended_because)
                .bind(call.uid.to_string())
        })
        .await?;
        INSERT_REPORT
            .execute(&mut transaction, reports, |query, report| {
                bind(query, REPORT.iter().map(|(_, value)| value(report)))
            })
            .await?;
        INSERT_ANSWER
            .execute(&mut transaction, &answers, |query, (call, answer)| {
                bind(query, ANSWER.iter().map(|(_, value)| value(call, answer)))
            })
            .await?;
        INSERT_RECORDING
            .execute(&mut transaction, &recordings, |query, (call, recording)| {
                bind(query, RECORDING.iter().map(|(_, value)| value(call, recording)))
            })
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Writes how many calls were counted, and closes the connection.
    pub(crate) async fn finish(mut self, counters: &Counters) -> Result<(), StoreError> {
        for ((route, queue), (eligible, last)) in counters {
            sqlx::query(
                "INSERT INTO sampling_counter (route, per, counted_as, eligible, updated_at) \
                 VALUES ($1, 'queue', $2, $3, $4)",
            )
            .bind(route)
            .bind(queue)
            .bind(number(*eligible))
            .bind(moment::to_text(*last))
            .execute(&mut self.0)
            .await?;
        }
        Ok(self.0.close().await?)
    }
}

impl SqliteStore {
    /// Whether there is any call, or report of one.
    pub(crate) async fn has_calls(&self) -> Result<bool, StoreError> {
        let any: i64 =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM call) OR EXISTS (SELECT 1 FROM eligible_call)")
                .fetch_one(&self.readers)
                .await?;
        Ok(any != 0)
    }
}

/// Whether it was sampled and not offered a survey.
fn is_ended_later(call: &DemoCall) -> bool {
    call.decision == Decision::Sampled
        && call.answered_at.is_none()
        && call.disposition != Disposition::Suppressed
}

fn context(call: &DemoCall) -> Option<String> {
    let source = |name: &str, source: &str, value: Option<String>| ContextSource {
        name: name.to_owned(),
        source: source.to_owned(),
        value,
        note: None,
        text: None,
    };
    context_sources::to_json(&[
        source("queue", "X-Queue", None),
        source("agent", "X-Agent-Id", None),
        source("team", "X-Team", None),
        source("original_call_id", "X-Call-Id", None),
        source("talk_time", "X-Talk-Time", Some(call.talk_time_s.to_string())),
        source("wait_time", "X-Wait-Time", Some(call.wait_time_s.to_string())),
        source("hung_up_by", "X-Hangup-By", Some(call.hung_up_by.to_owned())),
    ])
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
