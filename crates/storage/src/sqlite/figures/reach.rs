//! Reading how far the calls came that could have been surveyed.

use std::collections::BTreeMap;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::levels::days_of;
use crate::error::StoreError;
use crate::moment::to_text;
use crate::rollup::reach::{COUNTS, DAY, query, query_not_counted};
use crate::selection::{Dimension, Selection};
use crate::sqlite::column::column;
use crate::tally::ReachTally;

/// What is known of a reported call.
const KNOWN: [Dimension; 3] = [Dimension::Queue, Dimension::Team, Dimension::Agent];

/// Reported calls of the selection, and how far they came.
pub(in crate::sqlite) async fn reach(
    connection: &mut SqliteConnection,
    selection: &Selection,
    by: &[Dimension],
) -> Result<Vec<ReachTally>, StoreError> {
    let asks_for_more = selection.chosen_by().any(|dimension| !KNOWN.contains(&dimension))
        || !selection.dialled.is_empty()
        || selection.condition.is_some();
    if asks_for_more {
        return Ok(Vec::new());
    }
    let mut tallies: BTreeMap<Vec<String>, ReachTally> = BTreeMap::new();
    for row in &rows(connection, selection).await? {
        add(&mut tallies, row, selection, by)?;
    }
    let tally = |(names, tally)| ReachTally { names, ..tally };
    let tallies = tallies.into_iter().map(tally);
    Ok(tallies.filter(|tally| tally.eligible > 0).collect())
}

/// Rows of counts by queue, team and agent.
async fn rows(
    connection: &mut SqliteConnection,
    selection: &Selection,
) -> Result<Vec<SqliteRow>, StoreError> {
    let period = &selection.period;
    if period.is_exact {
        let sql = query("e.ended_at >= ? AND e.ended_at < ?");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(period.from.map_or_else(String::new, to_text))
            .bind(period.until.map_or_else(|| "9999".to_owned(), to_text));
        return Ok(query.fetch_all(connection).await?);
    }
    let sums = COUNTS.map(|name| format!("SUM({name}) AS {name}")).join(", ");
    let kept = format!(
        "SELECT queue, team, agent, {sums} FROM rollup_reach WHERE {} GROUP BY 1, 2, 3",
        days_of("local_day", selection)
    );
    let not_counted = query_not_counted(&days_of(DAY, selection));
    let mut rows = Vec::new();
    for sql in [kept, not_counted] {
        let query = sqlx::query(sqlx::AssertSqlSafe(sql));
        rows.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(rows)
}

fn add(
    tallies: &mut BTreeMap<Vec<String>, ReachTally>,
    row: &SqliteRow,
    selection: &Selection,
    by: &[Dimension],
) -> Result<(), StoreError> {
    let name = |dimension: Dimension| -> Result<String, StoreError> {
        match KNOWN.contains(&dimension) {
            true => column(row, dimension.as_str()),
            false => Ok(String::new()),
        }
    };
    for dimension in KNOWN {
        if !selection.fits(dimension, &name(dimension)?) {
            return Ok(());
        }
    }
    let names = by.iter().copied().map(name).collect::<Result<_, _>>()?;
    let tally = tallies.entry(names).or_default();
    for (sum, name) in [
        (&mut tally.eligible, "eligible"),
        (&mut tally.reached, "reached"),
        (&mut tally.sampled, "sampled"),
        (&mut tally.offered, "offered"),
        (&mut tally.answered, "answered"),
        (&mut tally.hung_up_by_agent, "hung_up_by_agent"),
        (&mut tally.hung_up_by_caller, "hung_up_by_caller"),
    ] {
        *sum = sum.saturating_add_signed(column(row, name)?);
    }
    Ok(())
}
