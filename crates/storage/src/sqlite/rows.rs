//! One statement for many rows, as one message.
//!
//! A connection of SQLite works on a thread of its own, and what is asked of it is a message there and one back: two
//! wake-ups of a thread, which cost more than the statement does. So a statement is written several times in a row, once
//! for each row of values, and asked as one. There are a few such texts only, each twice as long as the one before, so
//! that each is prepared once. (Lists of `VALUES` would do as well, but SQLite makes temporary tables of them.)
//!
//! Parameters are bare `?`: they are counted on from statement to statement.

use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnection, SqliteRow};

use crate::error::StoreError;

/// How many texts there are.
const TEXTS: usize = 6;

/// Statements with their parameters bound so far.
pub(super) type Bound = Query<'static, Sqlite, SqliteArguments>;

/// A statement, once, twice, four times, ...
#[derive(Debug)]
pub(super) struct Statement([String; TEXTS]);

impl Statement {
    /// A statement for one row.
    pub(super) fn new(text: &str) -> Self {
        Self(std::array::from_fn(|power| vec![text; 1 << power].join("; ")))
    }

    /// The text for as many of the rows as one has; those rows, and the others.
    fn cut<'r, R>(&self, rows: &'r [R]) -> Option<(&str, &'r [R], &'r [R])> {
        let power = rows.len().checked_ilog2()? as usize;
        let power = power.min(TEXTS - 1);
        let (now, later) = rows.split_at_checked(1 << power)?;
        Some((self.0.get(power)?, now, later))
    }

    /// Executes it for each row; answers how many rows of the table it touched.
    pub(super) async fn execute<R>(
        &'static self,
        connection: &mut SqliteConnection,
        mut rows: &[R],
        bind: impl Fn(Bound, &R) -> Bound,
    ) -> Result<u64, StoreError> {
        let mut touched = 0;
        while let Some((text, now, later)) = self.cut(rows) {
            let query = now.iter().fold(sqlx::query(text), &bind);
            let done = query.execute(&mut *connection).await;
            touched += done?.rows_affected();
            rows = later;
        }
        Ok(touched)
    }

    /// Asks it for each row of values; answers everything found, in their order.
    pub(super) async fn rows<R>(
        &'static self,
        connection: &mut SqliteConnection,
        mut values: &[R],
        bind: impl Fn(Bound, &R) -> Bound,
    ) -> Result<Vec<SqliteRow>, StoreError> {
        let mut found = Vec::new();
        while let Some((text, now, later)) = self.cut(values) {
            let query = now.iter().fold(sqlx::query(text), &bind);
            let more = query.fetch_all(&mut *connection).await;
            found.extend(more?);
            values = later;
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::Statement;

    #[test]
    fn rows_are_cut_into_the_longest_texts_there_are() {
        let statement = Statement::new("S");
        let lengths = |rows: usize| {
            let rows = vec![(); rows];
            let mut left = rows.as_slice();
            let mut lengths = Vec::new();
            while let Some((text, now, later)) = statement.cut(left) {
                assert_eq!(text.matches('S').count(), now.len());
                lengths.push(now.len());
                left = later;
            }
            lengths
        };
        assert_eq!(lengths(0), [0; 0]);
        assert_eq!(lengths(1), [1]);
        assert_eq!(lengths(13), [8, 4, 1]);
        assert_eq!(lengths(70), [32, 32, 4, 2]);
    }
}
