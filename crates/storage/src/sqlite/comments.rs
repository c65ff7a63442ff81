//! Lists of recorded comments, and the marks of those who have listened.
//!
//! A list walks back through the recordings by the identities of their calls, which are sorted by arrival. Recordings are few beside
//! calls; the period gives the first identity, and [`MOST_LOOKED_AT`] bounds a page.

use std::collections::HashMap;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

use super::column::{call_uid, column, maybe_moment, moment, word};
use super::export;
use super::figures::{Filter, Predicate, columns, days_of_calls, fits};
use crate::comment::{AudioFile, CommentFilter, CommentPage, CommentPlace, CommentRow, Listened};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::part::Part;
use crate::rollup::OUTCOME;
use crate::selection::Selection;
use crate::tally::RecordingOutcome;
use aftercall_base::CallUid;

/// Recordings that one page looks at.
const MOST_LOOKED_AT: usize = 20_000;

/// Rows that are read at once.
const ROWS_AT_ONCE: usize = 500;

/// How long before its local day a call may have been given its identity: an announcement waits a day at most, and a zone is less than
/// a day from UTC.
const LONGEST_ANNOUNCED: TimeDelta = TimeDelta::days(2);

/// Comments that are counted.
const MOST_COUNTED: usize = 1_000;

/// What of a recording `r` of a call `c` is listed.
const COLUMNS: &str = "r.question_id, r.survey, r.survey_version, r.path, r.begun_at, r.ended_at, r.state, r.ended_by, \
     r.duration_ms, r.speech_ms, r.size_bytes, r.sha256, r.expired_at, c.node, c.arrived_at, c.route, c.queue, c.team, \
     c.agent, COALESCE(c.spoken_language, c.language) AS language_spoken, \
     (SELECT q.text FROM question q WHERE q.survey = r.survey AND q.version = r.survey_version \
     AND q.question_id = r.question_id) AS question_text";

/// The next recordings behind a place, `limit` at most.
pub(super) async fn page(
    connection: &mut SqliteConnection,
    selection: &Selection,
    filter: &CommentFilter,
    after: Option<&CommentPlace>,
    limit: usize,
    has_audio: bool,
) -> Result<CommentPage, StoreError> {
    let list = List::new(connection, selection, filter).await?;
    let mut from = match after {
        Some(place) => (place.call.to_string(), place.question.clone()),
        None => (newest(selection), String::new()),
    };
    let mut rows = Vec::new();
    let mut looked_at = 0;
    let next = loop {
        let found = list.read(connection, &from, ROWS_AT_ONCE).await?;
        looked_at += found.len();
        let is_last = found.len() < ROWS_AT_ONCE;
        for row in found {
            from = (column(&row, "call_uid")?, column(&row, "question_id")?);
            if fits(&row, selection)? {
                rows.push(comment(&row, has_audio)?);
            }
            if rows.len() > limit {
                break;
            }
        }
        if rows.len() > limit {
            rows.truncate(limit);
            break rows.last().map(|comment| CommentPlace {
                call: comment.call,
                question: comment.question.clone(),
            });
        }
        if is_last {
            break None;
        }
        if looked_at >= MOST_LOOKED_AT {
            let (call, question) = from;
            let call = call
                .parse()
                .map_err(|_| StoreError::row("call_uid is not an identity of a call"))?;
            break Some(CommentPlace { call, question });
        }
    };
    let comments = with_marks_and_answers(connection, rows).await?;
    Ok(CommentPage { comments, next })
}

/// How many recordings there are, counted to [`MOST_COUNTED`].
pub(super) async fn count(
    connection: &mut SqliteConnection,
    selection: &Selection,
    filter: &CommentFilter,
) -> Result<u64, StoreError> {
    let list = List::new(connection, selection, filter).await?;
    let mut from = (newest(selection), String::new());
    let (mut counted, mut looked_at) = (0, 0);
    loop {
        let rows = list.read(connection, &from, ROWS_AT_ONCE).await?;
        looked_at += rows.len();
        for row in &rows {
            counted += usize::from(fits(row, selection)?);
            from = (column(row, "call_uid")?, column(row, "question_id")?);
        }
        if rows.len() < ROWS_AT_ONCE || counted >= MOST_COUNTED || looked_at >= MOST_LOOKED_AT {
            return Ok(counted.min(MOST_COUNTED) as u64);
        }
    }
}

/// The recordings of one call, in the order in which they began.
pub(super) async fn of_call(
    connection: &mut SqliteConnection,
    call: CallUid,
    has_audio: bool,
) -> Result<Vec<CommentRow>, StoreError> {
    let sql = format!(
        "SELECT c.call_uid, ({OUTCOME}) AS outcome, {COLUMNS} FROM recording r JOIN call c ON c.call_uid = r.call_uid \
         WHERE r.call_uid = ? ORDER BY r.begun_at, r.question_id LIMIT 1000"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(call.to_string())
        .fetch_all(&mut *connection)
        .await?;
    let rows = rows
        .iter()
        .map(|row| comment(row, has_audio))
        .collect::<Result<Vec<_>, _>>()?;
    with_marks_and_answers(connection, rows).await
}

/// Marks a recording as listened to, or takes the mark away. Marking it again leaves the first moment. Answers `false` where there is no
/// such recording.
pub(super) async fn set_listened(
    writer: &SqlitePool,
    place: &CommentPlace,
    listener: &str,
    at: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    let call = place.call.to_string();
    let mut transaction = writer.begin().await?;
    match at {
        Some(at) => {
            sqlx::query(
                "INSERT INTO comment_listened (call_uid, question_id, listener, listened_at) \
                 SELECT call_uid, question_id, $3, $4 FROM recording WHERE call_uid = $1 AND question_id = $2 \
                 ON CONFLICT (call_uid, question_id, listener) DO NOTHING",
            )
            .bind(&call)
            .bind(&place.question)
            .bind(listener)
            .bind(to_text(at))
            .execute(&mut *transaction)
            .await?;
        }
        None => {
            sqlx::query(
                "DELETE FROM comment_listened WHERE call_uid = $1 AND question_id = $2 AND listener = $3",
            )
            .bind(&call)
            .bind(&place.question)
            .bind(listener)
            .execute(&mut *transaction)
            .await?;
        }
    }
    let there: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM recording WHERE call_uid = $1 AND question_id = $2")
            .bind(&call)
            .bind(&place.question)
            .fetch_one(&mut *transaction)
            .await?;
    transaction.commit().await?;
    Ok(there > 0)
}

struct List {
    sql: String,
    oldest: String,
    texts: Vec<String>,
}

impl List {
    async fn new(
        connection: &mut SqliteConnection,
        selection: &Selection,
        filter: &CommentFilter,
    ) -> Result<Self, StoreError> {
        let of_calls = Filter::read(connection, selection).await?;
        let mut conditions = vec![days_of_calls(selection), of_calls.condition_of_calls()];
        let mut texts: Vec<String> = of_calls.parameters().collect();
        if selection.period.is_exact {
            conditions.push("c.arrived_at >= ? AND c.arrived_at < ?".to_owned());
            texts.push(selection.period.from.map_or_else(String::new, to_text));
            texts.push(selection.period.until.map_or_else(|| "9999".to_owned(), to_text));
        }
        if let Some(question) = &filter.question {
            conditions.push("r.question_id = ?".to_owned());
            texts.push(question.clone());
        }
        if let Some(outcome) = filter.outcome {
            conditions.push(format!("({OUTCOME}) = '{}'", outcome.as_str()));
        }
        if let Some(is_listened) = filter.is_listened {
            let not = if is_listened { "" } else { "NOT " };
            conditions.push(format!(
                "{not}EXISTS (SELECT 1 FROM comment_listened l WHERE l.call_uid = r.call_uid \
                 AND l.question_id = r.question_id)"
            ));
            conditions.extend((!is_listened).then(|| "r.expired_at IS NULL".to_owned()));
        }
        if filter.answer.is_some() {
            let of_call = Predicate::of(&Part {
                answer: filter.answer.clone(),
                ..Part::default()
            });
            conditions.push(of_call.sql());
            texts.extend(of_call.texts().cloned());
        }
        let sql = format!(
            "SELECT {}, ({OUTCOME}) AS outcome, {COLUMNS} FROM recording r CROSS JOIN call c ON c.call_uid = r.call_uid \
             WHERE (r.call_uid, r.question_id) < (?, ?) AND r.call_uid >= ? AND {} \
             ORDER BY r.call_uid DESC, r.question_id DESC LIMIT ?",
            columns(selection),
            conditions.join(" AND "),
        );
        Ok(Self {
            sql,
            oldest: oldest(selection),
            texts,
        })
    }

    async fn read(
        &self,
        connection: &mut SqliteConnection,
        (call, question): &(String, String),
        limit: usize,
    ) -> Result<Vec<SqliteRow>, StoreError> {
        let mut query = sqlx::query(AssertSqlSafe(self.sql.clone()))
            .bind(call)
            .bind(question)
            .bind(&self.oldest);
        for text in &self.texts {
            query = query.bind(text);
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(query.bind(limit).fetch_all(connection).await?)
    }
}

/// An identity behind those of all calls of the period, also of those whose zone is far from UTC.
fn newest(selection: &Selection) -> String {
    let period = selection.period;
    let end = match period.is_exact {
        true => period.until,
        false => period.until_day.map(|day| day.and_time(NaiveTime::MIN).and_utc()),
    };
    let end = end.and_then(|end| end.checked_add_signed(TimeDelta::days(1)));
    end.map_or_else(|| "~".to_owned(), |end| CallUid::first_of(end).to_string())
}

/// An identity before those of all calls of the period, also of those that were announced a day before they arrived.
fn oldest(selection: &Selection) -> String {
    let period = selection.period;
    let start = match period.is_exact {
        true => period.from,
        false => period.from_day.map(|day| day.and_time(NaiveTime::MIN).and_utc()),
    };
    let start = start.and_then(|start| start.checked_sub_signed(LONGEST_ANNOUNCED));
    start.map_or_else(String::new, |start| CallUid::first_of(start).to_string())
}

fn comment(row: &SqliteRow, has_audio: bool) -> Result<CommentRow, StoreError> {
    let state: String = column(row, "state")?;
    let audio = match state == "kept" && has_audio {
        true => Some(AudioFile {
            node: column(row, "node")?,
            path: column(row, "path")?,
            sha256: column::<Option<String>>(row, "sha256")?.unwrap_or_default(),
            size_bytes: column::<Option<i64>>(row, "size_bytes")?
                .and_then(|size| u64::try_from(size).ok())
                .unwrap_or_default(),
        }),
        false => None,
    };
    Ok(CommentRow {
        call: call_uid(row)?,
        question: column(row, "question_id")?,
        question_text: column(row, "question_text")?,
        survey: column(row, "survey")?,
        survey_version: column(row, "survey_version")?,
        arrived_at: moment(row, "arrived_at")?,
        route: column(row, "route")?,
        queue: column(row, "queue")?,
        team: column(row, "team")?,
        agent: column(row, "agent")?,
        language: column(row, "language_spoken")?,
        begun_at: moment(row, "begun_at")?,
        ended_at: maybe_moment(row, "ended_at")?,
        outcome: word(row, "outcome", RecordingOutcome::from_str_opt)?,
        ended_by: column(row, "ended_by")?,
        duration_ms: column(row, "duration_ms")?,
        speech_ms: column(row, "speech_ms")?,
        expired_at: maybe_moment(row, "expired_at")?,
        audio,
        listened: Vec::new(),
        answers: Vec::new(),
    })
}

/// The same with who has listened, and with the answers of their calls.
async fn with_marks_and_answers(
    connection: &mut SqliteConnection,
    mut comments: Vec<CommentRow>,
) -> Result<Vec<CommentRow>, StoreError> {
    let mut calls: Vec<String> = comments.iter().map(|comment| comment.call.to_string()).collect();
    // A call may have several comments.
    calls.dedup();
    let calls = serde_json::Value::from(calls).to_string();
    let answers = export::answers(connection, &calls).await?;
    let rows = sqlx::query(
        "SELECT l.call_uid, l.question_id, l.listener, l.listened_at FROM comment_listened l \
         WHERE l.call_uid IN (SELECT value FROM json_each(?)) ORDER BY l.listened_at, l.listener",
    )
    .bind(&calls)
    .fetch_all(connection)
    .await?;
    let mut marks: HashMap<(CallUid, String), Vec<Listened>> = HashMap::new();
    for row in &rows {
        let of_comment = marks
            .entry((call_uid(row)?, column(row, "question_id")?))
            .or_default();
        of_comment.push(Listened {
            by: column(row, "listener")?,
            at: moment(row, "listened_at")?,
        });
    }
    for comment in &mut comments {
        let key = (comment.call, comment.question.clone());
        comment.listened = marks.remove(&key).unwrap_or_default();
        comment.answers = answers.get(&comment.call).cloned().unwrap_or_default();
    }
    Ok(comments)
}

#[cfg(test)]
mod tests {
    use sqlx::{AssertSqlSafe, Row};

    use super::List;
    use crate::comment::CommentFilter;
    use crate::selection::{PeriodFilter, Selection};
    use crate::{Access, SqliteOptions, SqliteStore};

    #[tokio::test]
    async fn list_follows_the_identities_of_calls_and_sorts_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("db");
        let store = SqliteStore::open(&SqliteOptions::new(path, Access::Serve))
            .await
            .unwrap();
        let selection = Selection {
            period: PeriodFilter {
                from_day: "2026-03-01".parse().ok(),
                until_day: "2026-04-01".parse().ok(),
                ..PeriodFilter::default()
            },
            ..Selection::default()
        };
        let filter = CommentFilter {
            is_listened: Some(false),
            ..CommentFilter::default()
        };
        let mut connection = store.readers.acquire().await.unwrap();
        let list = List::new(&mut connection, &selection, &filter).await.unwrap();
        let sql = format!("EXPLAIN QUERY PLAN {}", list.sql);
        let rows = sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        assert!(
            steps[0].starts_with("SEARCH r USING INDEX sqlite_autoindex_recording_1 (call_uid>?"),
            "{steps:#?}"
        );
        assert!(
            !steps.iter().any(|step| step.contains("TEMP B-TREE")),
            "{steps:#?}"
        );
    }
}
