//! The calls behind a figure, newest or oldest first, and how many they are.
//!
//! A figure is counted where the report counts it: in the counts that are kept. A list walks in the order of days and identities, in
//! sections of [`SECTION`] calls whose ends the index tells without a look at a row; it looks at [`MOST_LOOKED_AT`] calls at most, so that
//! a page of rare calls costs a bounded time, and may then have fewer calls than there is room for.

mod tallied;

use chrono::{Days, NaiveDate};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use self::tallied::tallied;
use super::chosen::{self, Filter, Place};
use super::predicate::Predicate;
use crate::error::StoreError;
use crate::moment::to_text;
use crate::part::Part;
use crate::selection::Selection;
use crate::sqlite::column::column;
use aftercall_base::CallUid;

/// Calls between two looks at how far a list has come.
const SECTION: usize = 20_000;

/// Calls that one page looks at.
const MOST_LOOKED_AT: usize = 200_000;

/// Rows that are read at once where only the program can tell whether they fit.
const ROWS_AT_ONCE: usize = 500;

/// In which direction a list walks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sqlite) enum ListOrder {
    /// From the newest call back.
    Newest,
    /// From the oldest call on.
    Oldest,
}

impl ListOrder {
    /// The place before that of the first call that the selection can have: the index is entered there.
    fn start(self, selection: &Selection) -> Place {
        let (from, until) = local_days(selection);
        let day = match self {
            Self::Newest => until.map_or_else(|| "9999-99-99".to_owned(), |until| until.to_string()),
            Self::Oldest => from.map_or_else(String::new, |from| from.to_string()),
        };
        (day, String::new())
    }

    /// The place that no call is behind.
    fn end(self) -> Place {
        match self {
            Self::Newest => Place::default(),
            Self::Oldest => ("~".to_owned(), String::new()),
        }
    }

    /// Behind a place; at a place or before it; and sorted so.
    const fn sql(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Newest => ("<", ">=", "DESC"),
            Self::Oldest => (">", "<=", "ASC"),
        }
    }
}

/// The identities of the next calls of a part behind a place, `limit` at most, in an order; and where to go on, unless these were the
/// last.
pub(in crate::sqlite) async fn behind(
    connection: &mut SqliteConnection,
    selection: &Selection,
    part: &Part,
    order: ListOrder,
    after: Option<Place>,
    limit: usize,
) -> Result<(Vec<String>, Option<Place>), StoreError> {
    let list = List::new(connection, selection, part, order).await?;
    let mut from = after.unwrap_or_else(|| order.start(selection));
    let mut found: Vec<Place> = Vec::new();
    for _ in 0..MOST_LOOKED_AT / SECTION {
        let end = list.section_end(connection, &from).await?;
        // One more tells whether there is another page.
        list.read(connection, from, end.as_ref(), limit + 1, &mut found)
            .await?;
        if found.len() > limit {
            found.truncate(limit);
            let next = found.last().cloned();
            return Ok((uids(found), next));
        }
        match end {
            Some(end) => from = end,
            None => return Ok((uids(found), None)),
        }
    }
    Ok((uids(found), Some(from)))
}

/// How many calls there are in a part.
pub(in crate::sqlite) async fn count_behind(
    connection: &mut SqliteConnection,
    selection: &Selection,
    part: &Part,
) -> Result<u64, StoreError> {
    if let Some(count) = tallied(connection, selection, part).await? {
        return Ok(count);
    }
    let list = List::new(connection, selection, part, ListOrder::Newest).await?;
    let mut from = list.order.start(selection);
    let mut count = 0;
    loop {
        let end = list.section_end(connection, &from).await?;
        let mut found = Vec::new();
        list.read(connection, from, end.as_ref(), usize::MAX, &mut found)
            .await?;
        count += found.len() as u64;
        match end {
            Some(end) => from = end,
            None => return Ok(count),
        }
    }
}

/// Whether a selection has a call.
pub(in crate::sqlite) async fn is_selected(
    connection: &mut SqliteConnection,
    selection: &Selection,
    call: CallUid,
) -> Result<bool, StoreError> {
    let itself = Predicate::is_call(call);
    let list = List {
        filter: Filter::read(connection, selection).await?,
        selection,
        predicate: itself,
        order: ListOrder::Newest,
    };
    let mut found = Vec::new();
    list.read(connection, list.order.start(selection), None, 1, &mut found)
        .await?;
    Ok(!found.is_empty())
}

fn uids(places: Vec<Place>) -> Vec<String> {
    places.into_iter().map(|(_, uid)| uid).collect()
}

struct List<'s> {
    selection: &'s Selection,
    filter: Filter,
    predicate: Predicate,
    order: ListOrder,
}

impl<'s> List<'s> {
    async fn new(
        connection: &mut SqliteConnection,
        selection: &'s Selection,
        part: &Part,
        order: ListOrder,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            filter: Filter::read(connection, selection).await?,
            selection,
            predicate: Predicate::of(part),
            order,
        })
    }

    /// The place that ends a section behind `from`; `None`: the section is the last.
    async fn section_end(
        &self,
        connection: &mut SqliteConnection,
        from: &Place,
    ) -> Result<Option<Place>, StoreError> {
        let row = sqlx::query(AssertSqlSafe(self.section_query()))
            .bind(&from.0)
            .bind(&from.1)
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(place).transpose()
    }

    fn section_query(&self) -> String {
        let (behind, _, sorted) = self.order.sql();
        format!(
            "SELECT c.local_day, c.call_uid FROM call c WHERE (c.local_day, c.call_uid) {behind} (?, ?) AND {} \
             ORDER BY c.local_day {sorted}, c.call_uid {sorted} LIMIT 1 OFFSET {}",
            days(self.selection),
            SECTION - 1
        )
    }

    /// Adds the calls of a section until `wanted` are found.
    async fn read(
        &self,
        connection: &mut SqliteConnection,
        mut from: Place,
        end: Option<&Place>,
        wanted: usize,
        found: &mut Vec<Place>,
    ) -> Result<(), StoreError> {
        let sql = self.query();
        let (end_day, end_uid) = end.cloned().unwrap_or_else(|| self.order.end());
        while found.len() < wanted {
            let at_once = ROWS_AT_ONCE.min(wanted - found.len()).max(50);
            let mut query = sqlx::query(AssertSqlSafe(sql.clone()))
                .bind(&from.0)
                .bind(&from.1)
                .bind(&end_day)
                .bind(&end_uid);
            for text in self.texts() {
                query = query.bind(text);
            }
            let limit = i64::try_from(at_once).unwrap_or(i64::MAX);
            let rows = query.bind(limit).fetch_all(&mut *connection).await?;
            for row in &rows {
                if chosen::fits(row, self.selection)? {
                    found.push(place(row)?);
                }
            }
            match rows.last() {
                Some(last) if rows.len() == at_once => from = place(last)?,
                Some(_) | None => break,
            }
        }
        Ok(())
    }

    fn query(&self) -> String {
        let exact = match self.selection.period.is_exact {
            true => "c.arrived_at >= ? AND c.arrived_at < ?",
            false => "1 = 1",
        };
        let (behind, until, sorted) = self.order.sql();
        format!(
            "SELECT {} FROM call c WHERE (c.local_day, c.call_uid) {behind} (?, ?) AND (c.local_day, c.call_uid) {until} (?, ?) \
             AND {} AND {exact} AND {} AND {} ORDER BY c.local_day {sorted}, c.call_uid {sorted} LIMIT ?",
            chosen::columns(self.selection),
            days(self.selection),
            self.filter.condition_of_calls(),
            self.predicate.sql(),
        )
    }

    /// The parameters of the query between the places and the limit.
    fn texts(&self) -> impl Iterator<Item = String> {
        let period = &self.selection.period;
        let exact = period.is_exact.then(|| {
            [
                period.from.map_or_else(String::new, to_text),
                period.until.map_or_else(|| "9999".to_owned(), to_text),
            ]
        });
        exact
            .into_iter()
            .flatten()
            .chain(self.filter.parameters())
            .chain(self.predicate.texts().cloned())
    }
}

fn place(row: &SqliteRow) -> Result<Place, StoreError> {
    Ok((column(row, "local_day")?, column(row, "call_uid")?))
}

/// The local days that calls of the selection can have, as a condition on the row `c`.
pub(in crate::sqlite) fn days(selection: &Selection) -> String {
    let (from_day, until_day) = local_days(selection);
    let mut by_days = Selection::default();
    by_days.period.from_day = from_day;
    by_days.period.until_day = until_day;
    super::levels::days_of("c.local_day", &by_days)
}

/// The first local day that calls of the selection can have, and the day after the last: of an exact period in any zone.
fn local_days(selection: &Selection) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let period = selection.period;
    if !period.is_exact {
        return (period.from_day, period.until_day);
    }
    let from = period.from.map(|from| from.date_naive());
    let until = period.until.map(|until| until.date_naive());
    (
        from.and_then(|day| day.checked_sub_days(Days::new(1))),
        until.and_then(|day| day.checked_add_days(Days::new(2))),
    )
}

#[cfg(test)]
mod tests {
    use sqlx::{AssertSqlSafe, Row};

    use super::{List, ListOrder};
    use crate::part::{Part, Step};
    use crate::selection::{Dimension, NamePattern, PeriodFilter, Selection};
    use crate::{Access, SqliteOptions, SqliteStore};

    /// What SQLite does for a statement, step by step.
    async fn plan(store: &SqliteStore, sql: &str) -> Vec<String> {
        let mut connection = store.readers.acquire().await.unwrap();
        let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        rows.iter().map(|row| row.get("detail")).collect()
    }

    #[tokio::test]
    async fn lists_follow_the_index_of_days_and_sort_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("db");
        let store = SqliteStore::open(&SqliteOptions::new(path, Access::Serve))
            .await
            .unwrap();
        let march = PeriodFilter {
            from_day: "2026-03-01".parse().ok(),
            until_day: "2026-04-01".parse().ok(),
            ..PeriodFilter::default()
        };
        let exact = PeriodFilter {
            from: "2026-03-01T10:00:00Z".parse().ok(),
            until: "2026-03-01T11:00:00Z".parse().ok(),
            is_exact: true,
            ..PeriodFilter::default()
        };
        for (period, order) in [PeriodFilter::default(), march, exact]
            .into_iter()
            .flat_map(|period| [(period, ListOrder::Newest), (period, ListOrder::Oldest)])
        {
            let selection = Selection {
                period,
                names: vec![
                    (Dimension::Queue, vec![NamePattern::new("sales*")]),
                    (Dimension::Agent, vec![NamePattern::new("4711")]),
                ],
                ..Selection::default()
            };
            let part = Part {
                step: Some(Step::Answered),
                question: Some("nps".to_owned()),
                answer: "any".parse().ok(),
                ..Part::default()
            };
            let mut connection = store.readers.acquire().await.unwrap();
            let list = List::new(&mut connection, &selection, &part, order)
                .await
                .unwrap();
            assert_eq!(
                list.section_end(&mut connection, &order.start(&selection))
                    .await
                    .unwrap(),
                None
            );
            drop(connection);
            for sql in [list.query(), list.section_query()] {
                let steps = plan(&store, &sql).await;
                let of_call = steps.iter().find(|step| step.contains(" c ")).unwrap();
                assert!(
                    of_call.starts_with("SEARCH c USING")
                        && of_call.contains("INDEX call_local_day (")
                        && of_call.contains(&format!("(local_day,call_uid){}(?,?)", order.sql().0)),
                    "{sql}\n{steps:#?}"
                );
                assert!(
                    !steps.iter().any(|step| step.contains("TEMP B-TREE")),
                    "{sql}\n{steps:#?}"
                );
            }
        }
    }
}
