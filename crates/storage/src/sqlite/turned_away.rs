//! Counting the calls that were refused before anything of them was read.

use sqlx::sqlite::SqliteConnection;

use super::column::{column, count as count_of};
use crate::error::StoreError;
use crate::moment;
use crate::selection::{Dimension, Selection, fits_any};
use aftercall_survey::record::TurnedAwayCalls;

const ADD: &str = "INSERT INTO call_turned_away (node, minute_at, route, survey, reason, calls) \
     VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (node, minute_at, route, survey, reason) DO UPDATE \
     SET calls = call_turned_away.calls + excluded.calls";

const COUNT: &str = "SELECT survey, SUM(calls) AS calls FROM call_turned_away \
     WHERE minute_at >= ? AND minute_at < ? GROUP BY survey";

/// Adds to the counts.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    counts: &[TurnedAwayCalls],
) -> Result<(), StoreError> {
    for count in counts {
        sqlx::query(ADD)
            .bind(&count.node)
            .bind(moment::to_text(count.minute_at))
            .bind(count.route.as_deref().unwrap_or_default())
            .bind(count.survey.as_deref().unwrap_or_default())
            .bind(&count.reason)
            .bind(i64::try_from(count.calls).unwrap_or(i64::MAX))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// How many there were. Of none of them more than the survey is known.
pub(super) async fn count(
    connection: &mut SqliteConnection,
    selection: &Selection,
) -> Result<u64, StoreError> {
    if selection.is_narrowed() {
        return Ok(0);
    }
    let period = &selection.period;
    let rows = sqlx::query(COUNT)
        .bind(period.from.map_or_else(String::new, moment::to_text))
        .bind(period.until.map_or_else(|| "9999".to_owned(), moment::to_text))
        .fetch_all(connection)
        .await?;
    let mut calls = 0;
    for row in &rows {
        let survey: String = column(row, "survey")?;
        if fits_any(selection.patterns(Dimension::Survey), &survey) {
            calls += count_of(row, "calls")?;
        }
    }
    Ok(calls)
}
