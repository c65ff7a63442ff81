//! What calls leave in the database, read as an analyst reads it.

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, FromRow};

/// A row of `call`.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Call {
    pub(crate) call_uid: String,
    pub(crate) sip_call_id: String,
    pub(crate) dialled: String,
    pub(crate) route: Option<String>,
    pub(crate) queue: Option<String>,
    pub(crate) agent: Option<String>,
    pub(crate) team: Option<String>,
    pub(crate) original_call_id: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) caller_hash: Option<String>,
    pub(crate) caller_number: Option<String>,
    pub(crate) survey: Option<String>,
    pub(crate) decision: String,
    pub(crate) decision_reason: Option<String>,
    pub(crate) stratum_position: Option<i64>,
    pub(crate) answered_at: Option<String>,
    pub(crate) ended_at: Option<String>,
    pub(crate) disposition: Option<String>,
    pub(crate) reason: Option<String>,
}

impl Call {
    /// Disposition and reason.
    pub(crate) fn end(&self) -> (&str, &str) {
        (
            self.disposition.as_deref().unwrap_or("in progress"),
            self.reason.as_deref().unwrap_or("in progress"),
        )
    }
}

/// A row of `answer`.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Answer {
    pub(crate) question_id: String,
    pub(crate) value: Option<i64>,
    pub(crate) raw_digits: String,
    pub(crate) early_digits: Option<String>,
    pub(crate) attempts: i64,
    pub(crate) response_time_ms: i64,
    pub(crate) accepted_by_timeout: bool,
}

impl Answer {
    /// Question and value.
    pub(crate) fn given(&self) -> (&str, Option<i64>) {
        (&self.question_id, self.value)
    }
}

/// A row of `recording`.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Recording {
    pub(crate) path: String,
    pub(crate) state: String,
    pub(crate) ended_by: Option<String>,
    pub(crate) duration_ms: Option<i64>,
    pub(crate) size_bytes: Option<i64>,
    pub(crate) sha256: Option<String>,
    pub(crate) empty_reason: Option<String>,
}

/// A row of `sampling_counter` beside what the rows of `call` add up to.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Stratum {
    pub(crate) route: String,
    pub(crate) eligible: i64,
    pub(crate) calls: i64,
    pub(crate) last_position: i64,
    pub(crate) sampled: i64,
    pub(crate) sampled_in_turn: i64,
}

/// Every call, in the order of arrival.
pub(crate) async fn calls(database: &Path) -> Vec<Call> {
    let mut connection = open(database).await;
    sqlx::query_as("SELECT * FROM call ORDER BY call_uid")
        .fetch_all(&mut connection)
        .await
        .unwrap()
}

/// The answers of a call, in the order given.
pub(crate) async fn answers(database: &Path, call: &Call) -> Vec<Answer> {
    let mut connection = open(database).await;
    sqlx::query_as("SELECT * FROM answer WHERE call_uid = $1 ORDER BY answered_at, rowid")
        .bind(&call.call_uid)
        .fetch_all(&mut connection)
        .await
        .unwrap()
}

/// What the call's PBX told: value and source by field.
pub(crate) async fn told(database: &Path, call: &Call) -> BTreeMap<String, (String, String)> {
    let mut connection = open(database).await;
    let rows: Vec<(String, Option<String>, String)> =
        sqlx::query_as("SELECT field, value, source FROM v_call_context WHERE call_uid = $1")
            .bind(&call.call_uid)
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let pair = |(field, value, source): (String, Option<String>, String)| {
        (field, (value.unwrap_or_default(), source))
    };
    rows.into_iter().map(pair).collect()
}

/// Every recording, in the order in which they began.
pub(crate) async fn recordings(database: &Path) -> Vec<Recording> {
    let mut connection = open(database).await;
    sqlx::query_as("SELECT * FROM recording ORDER BY begun_at")
        .fetch_all(&mut connection)
        .await
        .unwrap()
}

/// The sampling counters, with what they must agree with.
pub(crate) async fn strata(database: &Path) -> Vec<Stratum> {
    let mut connection = open(database).await;
    sqlx::query_as(
        "SELECT s.route, s.eligible, COUNT(c.call_uid) AS calls, MAX(c.stratum_position) AS last_position, \
         SUM(c.decision = 'sampled') AS sampled, \
         SUM(c.decision = 'sampled' AND c.stratum_position % c.stratum_every = 0) AS sampled_in_turn \
         FROM sampling_counter s JOIN call c ON c.stratum_route = s.route AND s.per = 'queue' AND c.stratum_queue = s.counted_as \
         GROUP BY s.route, s.counted_as ORDER BY s.route",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap()
}

async fn open(database: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(database)
        .read_only(true)
        .connect()
        .await
        .unwrap()
}

/// Takes the database away from everybody else, as a careless administrator does.
pub(crate) async fn lock(database: &Path) -> SqliteConnection {
    let mut connection = SqliteConnectOptions::new()
        .filename(database)
        .connect()
        .await
        .unwrap();
    let locking = sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await;
    locking.unwrap();
    connection
}

/// Gives it back.
pub(crate) async fn unlock(connection: &mut SqliteConnection) {
    sqlx::query("ROLLBACK").execute(connection).await.unwrap();
}
