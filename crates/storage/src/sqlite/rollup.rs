//! Keeping the counts of [`rollup`](crate::rollup) true, and making them anew.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use super::rows::{Bound, Statement};
use super::write::BEGIN;
use crate::error::StoreError;
use crate::rollup::{Calls, Sign, count, group, rebuild_day, rebuild_month};
use crate::store::RebuildProgress;
use aftercall_base::CallUid;

/// A statement that changes the row of a call or an answer of it, with the counts that follow.
///
/// Its parameters are bare `?`, it changes one row, and it ends where ` RETURNING` could stand.
#[derive(Debug)]
pub(super) struct Change {
    /// For one call: what it contributes is taken out, it is changed, and what it contributes then is added, as one message.
    one: String,
    regroups: bool,
    many: Statement,
}

static SUBTRACT: LazyLock<String> = LazyLock::new(|| count(Calls::Listed, Sign::Minus).join("; "));
static ADD: LazyLock<String> = LazyLock::new(|| count(Calls::Listed, Sign::Plus).join("; "));
static GROUP: LazyLock<String> = LazyLock::new(|| group(Calls::Listed).join("; "));

/// Statements that put one call into its group; each has its identity as its parameter.
pub(super) static GROUP_ONE: LazyLock<Vec<String>> = LazyLock::new(|| group(Calls::One));

const COUNTED: usize = 4;
const GROUPED: usize = 3;

impl Change {
    /// A statement after which a call may count otherwise.
    pub(super) fn of_counts(statement: &str) -> Self {
        Self::new(statement, false)
    }

    /// A statement after which a call may count otherwise, and in another group.
    pub(super) fn of_group(statement: &str) -> Self {
        Self::new(statement, true)
    }

    fn new(statement: &str, regroups: bool) -> Self {
        let mut texts = count(Calls::One, Sign::Minus);
        texts.push(format!("{statement} RETURNING call_uid"));
        if regroups {
            texts.extend(group(Calls::One));
        }
        texts.extend(count(Calls::One, Sign::Plus));
        Self {
            one: texts.join("; "),
            regroups,
            many: Statement::new(statement),
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
        match rows {
            [] => Ok(0),
            [row] => {
                self.execute_one(connection, &call(row).to_string(), row, bind)
                    .await
            }
            rows => {
                let calls: Vec<String> = rows.iter().map(|row| call(row).to_string()).collect();
                let calls = serde_json::Value::from(calls).to_string();
                subtract(connection, &calls).await?;
                let touched = self.many.execute(connection, rows, bind).await?;
                add(connection, &calls, self.regroups).await?;
                Ok(touched)
            }
        }
    }

    async fn execute_one<R>(
        &'static self,
        connection: &mut SqliteConnection,
        call: &str,
        row: &R,
        bind: impl Fn(Bound, &R) -> Bound,
    ) -> Result<u64, StoreError> {
        let query = bind_times(sqlx::query(self.one.as_str()), call, COUNTED);
        let after = if self.regroups { GROUPED + COUNTED } else { COUNTED };
        let query = bind_times(bind(query, row), call, after);
        Ok(query.fetch_all(connection).await?.len() as u64)
    }
}

/// Takes out what the calls of a JSON array contribute, before they are changed.
pub(super) async fn subtract(connection: &mut SqliteConnection, calls: &str) -> Result<(), StoreError> {
    let query = bind_times(sqlx::query(SUBTRACT.as_str()), calls, COUNTED);
    query.execute(connection).await?;
    Ok(())
}

/// Adds what they contribute then, in the groups to which they belong then.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    calls: &str,
    regroups: bool,
) -> Result<(), StoreError> {
    if regroups {
        let query = bind_times(sqlx::query(GROUP.as_str()), calls, GROUPED);
        query.execute(&mut *connection).await?;
    }
    let query = bind_times(sqlx::query(ADD.as_str()), calls, COUNTED);
    query.execute(connection).await?;
    Ok(())
}

/// Puts a call into its group, after a change of a call that counts nowhere yet.
pub(super) async fn regroup(connection: &mut SqliteConnection, call: CallUid) -> Result<(), StoreError> {
    let calls = serde_json::json!([call.to_string()]).to_string();
    subtract(&mut *connection, &calls).await?;
    add(connection, &calls, true).await
}

fn bind_times(query: Bound, text: &str, times: usize) -> Bound {
    (0..times).fold(query, |query, _| query.bind(text.to_owned()))
}

/// Notes every day that has calls or counts, to be counted anew.
pub(super) async fn mark_all(writer: &SqlitePool) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO rollup_pending (local_day) SELECT DISTINCT local_day FROM call WHERE local_day IS NOT NULL \
         UNION SELECT DISTINCT bucket FROM rollup_call WHERE level = 'day' \
         UNION SELECT DISTINCT bucket FROM rollup_answer WHERE level = 'day' ON CONFLICT DO NOTHING",
    )
    .execute(writer)
    .await?;
    Ok(())
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
