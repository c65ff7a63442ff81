//! Calls that could have been surveyed, as reported by the PBX.

use std::sync::LazyLock;

use sqlx::sqlite::SqliteConnection;

use crate::api_fact::ApiFactResult;
use crate::error::StoreError;
use crate::moment;
use crate::rollup::Sign;
use crate::sqlite::parameter::{Value, insert_into, names, of_field};
use crate::sqlite::rollup;
use crate::sqlite::rows::{Bound, Statement};
use aftercall_survey::context::Field;
use aftercall_survey::record::EligibleCall;

/// A column of the row, and what the row has in it.
type Column = (&'static str, fn(&EligibleCall) -> Value);

/// The columns beside those of the fields.
const COLUMNS: [Column; 4] = [
    ("original_call_id", |call| call.original_call_id.as_str().into()),
    ("ended_at", |call| moment::to_text(call.ended_at).into()),
    ("local_day", |call| call.local_day.to_string().into()),
    ("told_at", |call| moment::to_text(call.reported_at).into()),
];

/// What is told again goes over what was told before; what is not told again stays.
static TELL: LazyLock<Statement> = LazyLock::new(|| {
    let columns = COLUMNS.iter().map(|(name, _)| *name);
    let insert = insert_into("eligible_call", columns.chain(names(Field::reported())));
    let fields: String = names(Field::reported())
        .map(|column| format!(", {column} = COALESCE(excluded.{column}, {column})"))
        .collect();
    Statement::new(&format!(
        "{insert} ON CONFLICT (original_call_id) DO UPDATE SET ended_at = excluded.ended_at, \
         local_day = excluded.local_day{fields}"
    ))
});

/// Notes the calls; answers how many were not known before.
pub(super) async fn calls(
    connection: &mut SqliteConnection,
    calls: &[EligibleCall],
) -> Result<ApiFactResult, StoreError> {
    let before = count(connection).await?;
    let ids: Vec<&str> = calls.iter().map(|call| call.original_call_id.as_str()).collect();
    let ids = serde_json::Value::from(ids).to_string();
    rollup::count_reports(&mut *connection, Sign::Minus, &ids).await?;
    TELL.execute(&mut *connection, calls, bind).await?;
    rollup::count_reports(&mut *connection, Sign::Plus, &ids).await?;
    Ok(ApiFactResult::Rows(
        count(connection).await?.saturating_sub(before),
    ))
}

/// The highest number of a row ever given, which grows by one for each new row and by none for a known one.
async fn count(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
    let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(rowid), 0) FROM eligible_call")
        .fetch_one(connection)
        .await?;
    u64::try_from(last).map_err(|_| StoreError::row("a row has a negative number"))
}

fn bind(query: Bound, call: &EligibleCall) -> Bound {
    let own = COLUMNS.iter().map(|(_, value)| value(call));
    let fields = Field::reported().map(|field| of_field(field, &call.values));
    own.chain(fields).fold(query, |query, value| value.bind(query))
}
