//! Keeping the counts of [`rollup`](crate::rollup) true, and making them anew.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use super::column::column;
use super::rows::{Bound, Statement};
use super::write::BEGIN;
use crate::error::StoreError;
use crate::rollup::reach;
use crate::rollup::{Calls, Contribution, Sign, count, group, rebuild_day, rebuild_month};
use crate::store::RebuildProgress;
use aftercall_base::CallUid;

/// A statement that changes the row of a call or an answer of it, with the counts that follow.
///
/// Its parameters are bare `?`, and it changes one row. What it does depends on the call: one in progress counts nowhere, so it is
/// only changed, also if that is its end ([`count_ended`] follows); one that has ended is taken out of the counts before, if it was in
/// them, and put in after.
#[derive(Debug)]
pub(super) struct Change {
    in_progress: Statement,
    /// For one call that has ended: all of it as one message, whose last parameter is the call. `None`: it does not change such
    /// a call.
    ended: Option<String>,
}

/// Where a [`Change`] is about calls in progress only.
pub(super) const IN_PROGRESS: &str = "{in_progress}";

static SUBTRACT: LazyLock<String> = LazyLock::new(|| count(Calls::Listed, Sign::Minus, "$1").join("; "));
/// Puts calls that have ended into their groups, and adds what they contribute.
static ADD: LazyLock<String> = LazyLock::new(|| {
    let mut texts = group(Calls::Listed, "$1");
    texts.extend(count(Calls::Listed, Sign::Plus, "$1"));
    texts.join("; ")
});

static SUBTRACT_REPORTS: LazyLock<String> = LazyLock::new(|| reach::of_reports(Sign::Minus));
static ADD_REPORTS: LazyLock<String> = LazyLock::new(|| reach::of_reports(Sign::Plus));

impl Change {
    /// A statement after which a call may count otherwise. Where `{in_progress}` stands in it, it can be narrowed to calls in
    /// progress.
    pub(super) fn new(statement: &str) -> Self {
        let returning = format!("{statement} RETURNING call_uid");
        // `$n` is the nth parameter of the whole message; bare ones are counted on from statement to statement. (`?n` would not
        // do: it makes parameters of all numbers below.)
        let call = format!("${}", 1 + statement.matches('?').count());
        let mut texts = count(Calls::One, Sign::Minus, &call);
        texts.push(returning.replace(IN_PROGRESS, ""));
        texts.extend(group(Calls::One, &call));
        texts.extend(count(Calls::One, Sign::Plus, &call));
        Self {
            in_progress: Statement::new(&returning.replace(IN_PROGRESS, " AND call.disposition IS NULL")),
            ended: Some(texts.join("; ")),
        }
    }

    /// The same, but it leaves calls alone that have ended.
    pub(super) fn of_calls_in_progress(statement: &str) -> Self {
        Self {
            ended: None,
            ..Self::new(statement)
        }
    }

    /// Executes it for each of `rows`, no two of them of one call; answers how many rows it touched. Needs a transaction.
    pub(super) async fn execute<R>(
        &'static self,
        connection: &mut SqliteConnection,
        rows: &[R],
        call: impl Fn(&R) -> CallUid,
        bind: impl Fn(Bound, &R) -> Bound,
    ) -> Result<u64, StoreError> {
        let changed = self.in_progress.rows(&mut *connection, rows, &bind).await?;
        let calls = changed.iter().map(|row| column::<String>(row, "call_uid"));
        let calls = calls.collect::<Result<Vec<_>, _>>()?;
        let mut touched = calls.len() as u64;
        if calls.len() == rows.len() {
            return Ok(touched);
        }
        let Some(ended) = &self.ended else {
            return Ok(touched);
        };
        let changed: HashSet<&str> = calls.iter().map(String::as_str).collect();
        for row in rows {
            let call = call(row).to_string();
            if changed.contains(call.as_str()) {
                continue;
            }
            let query = bind(sqlx::query(ended.as_str()), row).bind(call);
            touched += query.fetch_all(&mut *connection).await?.len() as u64;
        }
        Ok(touched)
    }
}

/// Calls that have ended and are not counted, some of them.
const NOT_COUNTED: &str = "SELECT call_uid FROM call INDEXED BY call_not_counted \
     WHERE agent_group IS NULL AND disposition > '' LIMIT $1";

/// Counts calls that have ended and are not counted yet, `most` at most, in one transaction; answers how many.
pub(super) async fn count_ended(writer: &SqlitePool, most: u32) -> Result<u64, StoreError> {
    let mut connection = writer.acquire().await?;
    let mut transaction = connection.begin_with(BEGIN).await?;
    let calls: Vec<String> = sqlx::query_scalar(NOT_COUNTED)
        .bind(most)
        .fetch_all(&mut *transaction)
        .await?;
    if !calls.is_empty() {
        add(
            &mut transaction,
            &serde_json::Value::from(calls.clone()).to_string(),
        )
        .await?;
    }
    transaction.commit().await?;
    Ok(calls.len() as u64)
}

/// Takes out what the calls of a JSON array contribute, before they are changed.
pub(super) async fn subtract(connection: &mut SqliteConnection, calls: &str) -> Result<(), StoreError> {
    let query = sqlx::query(SUBTRACT.as_str()).bind(calls.to_owned());
    Ok(query.execute(connection).await.map(drop)?)
}

/// Adds what they contribute then, in the groups to which they belong then.
pub(super) async fn add(connection: &mut SqliteConnection, calls: &str) -> Result<(), StoreError> {
    let query = sqlx::query(ADD.as_str()).bind(calls.to_owned());
    Ok(query.execute(connection).await.map(drop)?)
}

/// Counts the reported calls of a JSON array of original call ids, or takes them out.
pub(super) async fn count_reports(
    connection: &mut SqliteConnection,
    sign: Sign,
    ids: &str,
) -> Result<(), StoreError> {
    let text = match sign {
        Sign::Plus => &ADD_REPORTS,
        Sign::Minus => &SUBTRACT_REPORTS,
    };
    let query = sqlx::query(text.as_str()).bind(ids.to_owned());
    Ok(query.execute(connection).await.map(drop)?)
}

/// Notes every day that has calls or counts, to be counted anew.
pub(super) async fn mark_all(writer: &SqlitePool) -> Result<(), StoreError> {
    let counted = Contribution::ALL.map(|Contribution { table, .. }| {
        format!(
            "SELECT CASE length(bucket) WHEN 7 THEN bucket || '-01' ELSE substr(bucket, 1, 10) END FROM {table}"
        )
    });
    let statement = format!(
        "INSERT INTO rollup_pending (local_day) SELECT DISTINCT local_day FROM call WHERE local_day IS NOT NULL \
         UNION SELECT local_day FROM rollup_reach UNION {} FROM eligible_call UNION {} WHERE 1 = 1 ON CONFLICT DO NOTHING",
        format_args!("SELECT {}", reach::DAY),
        counted.join(" UNION ")
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(statement)).persistent(false);
    Ok(query.execute(writer).await.map(drop)?)
}

/// Counts the days that are noted, a transaction each, so that calls can be stored in between; what was done stays done if it is
/// broken off.
pub(super) async fn rebuild(
    writer: &SqlitePool,
    mut progress: impl FnMut(RebuildProgress),
) -> Result<u64, StoreError> {
    let days: Vec<String> = sqlx::query_scalar("SELECT local_day FROM rollup_pending ORDER BY local_day")
        .fetch_all(writer)
        .await?;
    let mut months: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for day in &days {
        let month = day.get(..7).unwrap_or(day);
        months.entry(month.to_owned()).or_default().push(day.clone());
    }
    let mut done = 0;
    for (month, of_month) in &months {
        for day in of_month {
            each(writer, &rebuild_day(), day).await?;
            done += 1;
            progress(RebuildProgress {
                day: day.clone(),
                done,
                days: days.len(),
            });
        }
        let mut statements = rebuild_month();
        statements.push("DELETE FROM rollup_pending WHERE substr(local_day, 1, 7) = ?".to_owned());
        each(writer, &statements, month).await?;
    }
    Ok(done as u64)
}

/// Executes the statements in one transaction, each with the text as its parameter.
async fn each(writer: &SqlitePool, statements: &[String], text: &str) -> Result<(), StoreError> {
    let mut connection = writer.acquire().await?;
    let mut transaction = connection.begin_with(BEGIN).await?;
    for statement in statements {
        sqlx::query(sqlx::AssertSqlSafe(statement.as_str()))
            .persistent(false)
            .bind(text)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}
