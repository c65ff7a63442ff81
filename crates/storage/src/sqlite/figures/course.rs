//! Answers step by step. A year has 8,760 hours, each with a count for each value of each question: SQLite makes one text of the counts
//! of a question in a step, because handing over a row for each of them would take longer than counting them.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::{LISTED_CALLS, Queries, each_count, levels};
use crate::error::StoreError;
use crate::selection::{Bucket, Dimension, Selection, Split};
use crate::tally::StepAnswers;

/// Step, survey, version and question.
type Key = (String, String, String, String);

/// Values, `None` for skipped, with their counts.
type Counts = BTreeMap<Option<i64>, u64>;

/// The answers of selected calls in each step that has any, in the order of steps.
pub(in crate::sqlite) async fn course(
    connection: &mut SqliteConnection,
    selection: &Selection,
    step: Bucket,
) -> Result<Vec<StepAnswers>, StoreError> {
    let split = Split {
        by: vec![Dimension::Survey, Dimension::SurveyVersion],
        bucket: Some(step),
    };
    let mut steps: BTreeMap<Key, Counts> = BTreeMap::new();
    let queries = Queries {
        kept: &|filter| levels::kept_by_question(selection, filter, &split),
        of_rows: levels::rows_by_question(&split, LISTED_CALLS),
    };
    each_count(connection, (selection, &split), queries, |row| {
        let counts = steps.entry(key(row)?).or_default();
        add(counts, [row.try_get(4)?, row.try_get(5)?, row.try_get(6)?])
    })
    .await?;
    let answers = |((step, survey, version, question), counts): (Key, Counts)| StepAnswers {
        step,
        survey,
        version,
        question,
        counts: counts.into_iter().filter(|(_, answers)| *answers > 0).collect(),
    };
    Ok(steps.into_iter().map(answers).collect())
}

fn key(row: &SqliteRow) -> Result<Key, sqlx::Error> {
    Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?))
}

/// Adds the counts of three texts: whether skipped, values, answers. A value may be there several times, as answers may be doubtful.
fn add(counts: &mut Counts, texts: [&str; 3]) -> Result<(), StoreError> {
    let [mut skips, mut values, mut answers] = texts.map(|text| text.split(' ').map(str::parse::<i64>));
    loop {
        let (value, answers) = match (skips.next(), values.next(), answers.next()) {
            (None, None, None) => return Ok(()),
            (Some(Ok(0)), Some(Ok(value)), Some(Ok(answers))) => (Some(value), answers),
            (Some(Ok(1)), Some(Ok(_)), Some(Ok(answers))) => (None, answers),
            _ => return Err(StoreError::row("answers of a step are no counts")),
        };
        let sum = counts.entry(value).or_default();
        *sum = sum.saturating_add_signed(answers);
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, add};

    #[test]
    fn counts_are_added_up_by_value_and_skipped_ones_have_none() {
        let mut counts = Counts::new();
        add(&mut counts, ["0 0 1 0", "0 10 0 0", "3 1 2 4"]).unwrap();
        add(&mut counts, ["0 0", "-1 10", "1 5"]).unwrap();
        assert_eq!(
            counts.into_iter().collect::<Vec<_>>(),
            [(None, 2), (Some(-1), 1), (Some(0), 7), (Some(10), 6)]
        );
        for texts in [
            ["", "", ""],
            ["0", "1", ""],
            ["0", "x", "1"],
            ["2", "1", "1"],
            ["0 0", "1 2", "1"],
            ["0", "1 2", "1"],
            ["0  0", "1  2", "1  1"],
        ] {
            assert!(add(&mut Counts::new(), texts).is_err(), "{texts:?}");
        }
    }
}
