//! Statements over many rows.
//!
//! A connection of SQLite works on a thread of its own, and each statement is a message to it and one back: two wake-ups
//! of a thread, which cost several times the statement. So rows go many to a statement, as a list of `VALUES`. Lists have
//! a few lengths only, filled up with rows of NULL that match nothing, so that every statement is prepared once.
//!
//! Parameters are bare `?`: SQLite finds `$1` by a search through the names of all parameters.

use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnection};

use super::fault;
use crate::storage::error::StoreError;

/// Rows of the shortest list, of the next, ..., each twice the one before.
const LENGTHS: usize = 7;
/// Rows of one statement at most.
pub(super) const MOST: usize = 1 << (LENGTHS - 1);

/// A statement with its parameters bound so far.
pub(super) type Bound = Query<'static, Sqlite, SqliteArguments>;

/// A statement for every length of its list of rows.
#[derive(Debug)]
pub(super) struct Statement {
    columns: usize,
    texts: [String; LENGTHS],
}

impl Statement {
    /// `before`, the rows, `after`. A row of NULL must have no effect.
    pub(super) fn new(before: &str, columns: usize, after: &str) -> Self {
        let row = format!("({})", vec!["?"; columns].join(", "));
        let text = |power: usize| {
            format!(
                "{before} VALUES {} {after}",
                vec![row.as_str(); 1 << power].join(", ")
            )
        };
        Self {
            columns,
            texts: std::array::from_fn(text),
        }
    }

    /// The statement for these rows, at most [`MOST`], with every column of each bound by `bind`.
    pub(super) fn of<R>(&'static self, rows: &[R], bind: impl Fn(Bound, &R) -> Bound) -> Bound {
        debug_assert!(rows.len() <= MOST, "callers cut their rows into chunks of MOST");
        let power = rows.len().next_power_of_two().ilog2() as usize;
        let text = self.texts.get(power).map_or("", String::as_str);
        let filled = rows.iter().fold(sqlx::query(text), bind);
        let missing = (1 << power) - rows.len();
        (0..missing * self.columns).fold(filled, |query, _| query.bind(None::<String>))
    }

    /// Executes it for any number of rows; answers how many rows of the table it touched.
    pub(super) async fn execute<R>(
        &'static self,
        connection: &mut SqliteConnection,
        rows: &[R],
        bind: impl Fn(Bound, &R) -> Bound,
    ) -> Result<u64, StoreError> {
        let mut touched = 0;
        for chunk in rows.chunks(MOST) {
            let done = self.of(chunk, &bind).execute(&mut *connection).await;
            touched += done.map_err(|error| fault::of_statement(&error))?.rows_affected();
        }
        Ok(touched)
    }
}

#[cfg(test)]
mod tests {
    use super::Statement;

    #[test]
    fn lists_have_a_few_lengths() {
        let statement = Statement::new("SELECT * FROM (", 2, ")");
        assert_eq!(statement.texts[0], "SELECT * FROM ( VALUES (?, ?) )");
        assert_eq!(statement.texts[1], "SELECT * FROM ( VALUES (?, ?), (?, ?) )");
        assert_eq!(statement.texts[6].matches("(?, ?)").count(), 64);
    }
}
