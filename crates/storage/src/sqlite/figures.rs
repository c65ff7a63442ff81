//! Reading counts for figures.
//!
//! Two sources, chosen by what is asked: the counts that are kept, of the coarsest level that tells, and beside them the rows of
//! calls that are not counted yet; or, where a selection [needs calls](Selection::needs_calls) or asks for hours by agent, the rows of all
//! chosen calls. What rows contribute is computed by the query that keeps the counts.

mod behind;
mod chosen;
mod course;
mod levels;
mod predicate;
mod reach;

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

pub(super) use self::behind::{ListOrder, behind, count_behind, days as days_of_calls, is_selected};
use self::chosen::Looked;
pub(super) use self::chosen::{Filter, columns, fits};
pub(super) use self::course::course;
pub(super) use self::predicate::Predicate;
pub(super) use self::reach::reach;
use super::column::column;
use crate::error::StoreError;
use crate::rollup::Contribution;
use crate::scope::Scope;
use crate::selection::{Dimension, Selection, Split, TallyKey};
use crate::tally::{
    AnswerTally, CallCounts, CallTally, Doubt, RecordingOutcome, RecordingTally, SuppressedTally,
    TalkTimeTally,
};

/// Rows of counts: the part of the split, the keys of the table, the counts, and how many of the first are of calls in progress.
type Counted = BTreeMap<(TallyKey, Vec<String>), Vec<u64>>;

/// Calls that are counted together when they have to be read.
const CALLS_AT_ONCE: usize = 5_000;

/// Selected calls by how far they went.
pub(super) async fn calls(
    connection: &mut SqliteConnection,
    selection: &Selection,
    split: &Split,
) -> Result<Vec<CallTally>, StoreError> {
    let counted = counted(connection, &Contribution::CALLS, selection, split).await?;
    let tally = |((key, _), counts): ((TallyKey, Vec<String>), Vec<u64>)| CallTally {
        key,
        counts: CallCounts {
            in_progress: counts.last().copied().unwrap_or_default(),
            ..CallCounts::of(&counts)
        },
    };
    // Calls that were corrected may have left zeros.
    let tallies = counted.into_iter().map(tally);
    Ok(tallies.filter(|tally| tally.counts.arrived > 0).collect())
}

/// Answers of selected calls.
pub(super) async fn answers(
    connection: &mut SqliteConnection,
    selection: &Selection,
    split: &Split,
) -> Result<Vec<AnswerTally>, StoreError> {
    let mut with_version = split.clone();
    with_version
        .by
        .extend([Dimension::Survey, Dimension::SurveyVersion]);
    let counted = counted(connection, &Contribution::ANSWERS, selection, &with_version).await?;
    let mut tallies = Vec::with_capacity(counted.len());
    for ((mut key, keys), counts) in counted {
        let answers = counts.first().copied().unwrap_or_default();
        if answers == 0 {
            continue;
        }
        let version = key.names.pop().unwrap_or_default();
        let survey = key.names.pop().unwrap_or_default();
        let [question, skipped, value, doubt] = keys.as_slice() else {
            return Err(StoreError::row("an answer is counted without its keys"));
        };
        let number = |text: &str| {
            text.parse()
                .map_err(|_| StoreError::row("a key of answers is no number"))
        };
        let value: i64 = number(value)?;
        tallies.push(AnswerTally {
            key,
            survey,
            version,
            question: question.clone(),
            value: (skipped == "0").then_some(value),
            doubt: Doubt(u8::try_from(number(doubt)?).unwrap_or_default()),
            answers,
        });
    }
    Ok(tallies)
}

/// Selected calls that were suppressed, by rule.
pub(super) async fn suppressed(
    connection: &mut SqliteConnection,
    selection: &Selection,
) -> Result<Vec<SuppressedTally>, StoreError> {
    let counted = counted(
        connection,
        &Contribution::SUPPRESSED,
        selection,
        &Split::default(),
    )
    .await?;
    let tally = |((_, keys), counts): ((TallyKey, Vec<String>), Vec<u64>)| SuppressedTally {
        rule: keys.first().cloned().unwrap_or_default(),
        calls: counts.first().copied().unwrap_or_default(),
    };
    let tallies = counted.into_iter().map(tally);
    Ok(tallies.filter(|tally| tally.calls > 0).collect())
}

/// Surveys offered to selected calls, by talk time.
pub(super) async fn talk_times(
    connection: &mut SqliteConnection,
    selection: &Selection,
) -> Result<Vec<TalkTimeTally>, StoreError> {
    let counted = counted(connection, &Contribution::TALK_TIME, selection, &Split::default()).await?;
    let tally = |((_, keys), counts): ((TallyKey, Vec<String>), Vec<u64>)| TalkTimeTally {
        seconds: keys
            .first()
            .and_then(|seconds| seconds.parse().ok())
            .unwrap_or_default(),
        offered: counts.first().copied().unwrap_or_default(),
        started: counts.get(1).copied().unwrap_or_default(),
    };
    let mut tallies: Vec<TalkTimeTally> = counted.into_iter().map(tally).collect();
    tallies.retain(|tally| tally.offered > 0);
    tallies.sort_by_key(|tally| tally.seconds);
    Ok(tallies)
}

/// Recordings of selected calls by question and outcome.
pub(super) async fn recordings(
    connection: &mut SqliteConnection,
    selection: &Selection,
) -> Result<Vec<RecordingTally>, StoreError> {
    let split = Split {
        by: vec![Dimension::Survey],
        bucket: None,
    };
    let counted = counted(connection, &Contribution::RECORDINGS, selection, &split).await?;
    let mut tallies = Vec::with_capacity(counted.len());
    for ((key, keys), counts) in counted {
        let ([question, outcome], [recordings, duration_ms, ..]) = (keys.as_slice(), counts.as_slice())
        else {
            return Err(StoreError::row("a recording is counted without its keys"));
        };
        if *recordings == 0 {
            continue;
        }
        tallies.push(RecordingTally {
            survey: key.names.into_iter().next().unwrap_or_default(),
            question: question.clone(),
            outcome: RecordingOutcome::from_str_opt(outcome)
                .ok_or_else(|| StoreError::row("a recording is counted with an unknown outcome"))?,
            recordings: *recordings,
            duration_ms: *duration_ms,
        });
    }
    Ok(tallies)
}

/// The identities of the next selected calls behind a place, of `at_once` that are looked at; and where to go on, unless these
/// were the last.
pub(super) async fn selected(
    connection: &mut SqliteConnection,
    selection: &Selection,
    from: Option<(String, String)>,
    at_once: usize,
) -> Result<(Vec<String>, Option<(String, String)>), StoreError> {
    let filter = Filter::read(connection, selection).await?;
    chosen::calls(connection, selection, &filter, Looked::All, from, at_once).await
}

/// Names that a dimension has in a scope, those of the most calls first.
pub(super) async fn known_names(
    connection: &mut SqliteConnection,
    scope: &Scope,
    dimension: Dimension,
) -> Result<Vec<String>, StoreError> {
    let by = vec![dimension];
    let selection = Selection {
        scope: scope.clone(),
        ..Selection::default()
    };
    let counted = calls(connection, &selection, &Split { by, bucket: None }).await?;
    let mut names: Vec<(u64, String)> = counted
        .into_iter()
        .filter_map(|tally| Some((tally.counts.arrived, tally.key.names.into_iter().next()?)))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    if dimension == Dimension::Survey {
        let loaded: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT survey FROM survey_version ORDER BY survey")
                .fetch_all(connection)
                .await?;
        for survey in loaded {
            if !names.iter().any(|(_, name)| *name == survey) {
                names.push((0, survey));
            }
        }
    }
    names.sort_by(|(calls, name), (others, other)| others.cmp(calls).then_with(|| name.cmp(other)));
    names.truncate(1_000);
    Ok(names.into_iter().map(|(_, name)| name).collect())
}

/// The first and the last local day that has calls.
pub(super) async fn days(
    connection: &mut SqliteConnection,
) -> Result<Option<(NaiveDate, NaiveDate)>, StoreError> {
    // Two questions: the first and the last entry of the index answer them.
    let row = sqlx::query(
        "SELECT (SELECT MIN(local_day) FROM call) AS first, (SELECT MAX(local_day) FROM call) AS last",
    )
    .fetch_one(connection)
    .await?;
    let day = |name: &str| -> Result<Option<NaiveDate>, StoreError> {
        let day: Option<String> = column(&row, name)?;
        let parsed = day.map(|day| day.parse::<NaiveDate>()).transpose();
        parsed.map_err(|_| StoreError::row("local_day is not a day"))
    };
    Ok(day("first")?.zip(day("last")?))
}

/// Whether counts that are kept do not tell.
fn needs_calls(selection: &Selection, split: &Split) -> bool {
    selection.needs_calls() || (split.needs_hours() && levels::is_by_agent(selection, split))
}

async fn counted(
    connection: &mut SqliteConnection,
    contribution: &Contribution,
    selection: &Selection,
    split: &Split,
) -> Result<Counted, StoreError> {
    let mut counted = Counted::new();
    let queries = Queries {
        kept: &|filter| levels::kept(contribution, selection, filter, split),
        of_rows: levels::of_rows(contribution, split, LISTED_CALLS),
    };
    each_count(connection, (selection, split), queries, |row| {
        add(&mut counted, row, contribution, split)
    })
    .await?;
    Ok(counted)
}

/// Condition on the row `c` of a call: its identity is in the JSON array that is the parameter.
const LISTED_CALLS: &str = "c.call_uid IN (SELECT value FROM json_each(?))";

/// The queries of counts that are kept, and of those that calls contribute, with the same columns.
struct Queries<'q> {
    kept: &'q (dyn Fn(&Filter) -> String + Sync),
    of_rows: String,
}

/// Hands over the rows of counts, those that are kept and those of calls that are not counted yet.
async fn each_count(
    connection: &mut SqliteConnection,
    (selection, split): (&Selection, &Split),
    queries: Queries<'_>,
    mut take: impl FnMut(&SqliteRow) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let filter = Filter::read(connection, selection).await?;
    let looked = if needs_calls(selection, split) {
        Looked::All
    } else {
        let mut query = sqlx::query(sqlx::AssertSqlSafe((queries.kept)(&filter)));
        for text in filter.parameters() {
            query = query.bind(text);
        }
        for row in &query.fetch_all(&mut *connection).await? {
            take(row)?;
        }
        Looked::NotCounted
    };
    let mut from = None;
    loop {
        let (calls, last) =
            chosen::calls(connection, selection, &filter, looked, from, CALLS_AT_ONCE).await?;
        if !calls.is_empty() {
            let calls = serde_json::Value::from(calls).to_string();
            let query = sqlx::query(sqlx::AssertSqlSafe(queries.of_rows.clone())).bind(calls);
            for row in &query.fetch_all(&mut *connection).await? {
                take(row)?;
            }
        }
        match last {
            Some(last) => from = Some(last),
            None => return Ok(()),
        }
    }
}

/// Adds a row of counts to those of the same part and keys.
fn add(
    counted: &mut Counted,
    row: &SqliteRow,
    contribution: &Contribution,
    split: &Split,
) -> Result<(), StoreError> {
    // By their places: there are many rows, and looking up names would take most of their time.
    let texts = |places: Range<usize>| -> Result<Vec<String>, sqlx::Error> {
        places.map(|place| row.try_get(place)).collect()
    };
    let (names, keys) = (1, 1 + split.by.len());
    let counts = keys + contribution.keys.len();
    let key = TallyKey {
        bucket: row.try_get(0)?,
        names: texts(names..keys)?,
    };
    let sums = counted
        .entry((key, texts(keys..counts)?))
        .or_insert_with(|| vec![0; contribution.counts.len() + 1]);
    for (place, sum) in (counts..).zip(sums.iter_mut()) {
        let count: i64 = row.try_get(place)?;
        // A count below zero would be a fault of the counting, which `rollup rebuild` mends.
        *sum = sum.saturating_add_signed(count);
    }
    Ok(())
}
