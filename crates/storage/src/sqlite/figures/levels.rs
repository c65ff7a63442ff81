//! The queries of counts: from which level, for which part of the period, by what.

use chrono::{Datelike, Months, NaiveDate};

use super::chosen::Filter;
use crate::rollup::{AGENT, Contribution, DIMENSIONS, SURVEY_DIMENSIONS};
use crate::selection::{Bucket, Dimension, Selection, Split};

/// What counts are kept by: the table whose rows are the keys of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyedBy {
    /// Survey, version and weight.
    Survey,
    /// All but the agent.
    Group,
    /// All.
    Agent,
}

impl KeyedBy {
    /// The coarsest that tells what is asked.
    fn of(selection: &Selection, split: &Split) -> Self {
        let is_of_survey = |dimension: Dimension| SURVEY_DIMENSIONS.contains(&dimension.as_str());
        if is_by_agent(selection, split) {
            Self::Agent
        } else if selection
            .chosen_by()
            .chain(split.by.iter().copied())
            .all(is_of_survey)
        {
            Self::Survey
        } else {
            Self::Group
        }
    }

    /// The tables that have the names of a row `r` of counts.
    const fn joined(self) -> &'static str {
        match self {
            Self::Survey => "JOIN survey_group g ON g.id = r.group_id",
            Self::Group => "JOIN call_group g ON g.id = r.group_id",
            Self::Agent => "JOIN agent_group a ON a.id = r.group_id JOIN call_group g ON g.id = a.call_group",
        }
    }
}

/// A part of the period, and the level that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    level: &'static str,
    from: Option<String>,
    until: Option<String>,
}

/// Whether the counts have to be those by agent.
pub(super) fn is_by_agent(selection: &Selection, split: &Split) -> bool {
    split.by.contains(&Dimension::Agent) || selection.chooses_by(Dimension::Agent)
}

/// The days of the period as a condition on a column that is a local day.
pub(super) fn days_of(column: &str, selection: &Selection) -> String {
    let period = &selection.period;
    between(
        column,
        period.from_day.map(|day| day.to_string()),
        period.until_day.map(|day| day.to_string()),
    )
}

/// Our own dates and months: digits and dashes only.
fn between(column: &str, from: Option<String>, until: Option<String>) -> String {
    let from = from.map(|from| format!("{column} >= '{from}'"));
    let until = until.map(|until| format!("{column} < '{until}'"));
    let both: Vec<String> = from.into_iter().chain(until).collect();
    if both.is_empty() {
        "1 = 1".to_owned()
    } else {
        both.join(" AND ")
    }
}

/// The query of kept counts. Its columns: `bucket`, `name_0` and on, the keys as texts, the counts, `in_progress`. Its parameters
/// are those of the filter.
pub(super) fn kept(
    contribution: &Contribution,
    selection: &Selection,
    filter: &Filter,
    split: &Split,
) -> String {
    let keyed_by = KeyedBy::of(selection, split);
    let keys: String = contribution
        .keys
        .iter()
        .map(|(name, _)| format!(", {name}"))
        .collect();
    let counts: String = contribution
        .counts
        .iter()
        .map(|(name, _)| format!(", SUM({name}) AS {name}"))
        .collect();
    let bucket = match split.bucket {
        // The level has them as they are asked for, in the order of the table.
        Some(Bucket::Hour | Bucket::Day) => "bucket".to_owned(),
        asked => bucket(asked, "bucket"),
    };
    // Added up by number before names are looked up: the texts of few rows are compared instead of those of all.
    let places: Vec<String> = (1..=2 + contribution.keys.len())
        .map(|place| place.to_string())
        .collect();
    let places = places.join(", ");
    let span = |span: &Span| {
        let days = between("bucket", span.from.clone(), span.until.clone());
        format!(
            "SELECT {bucket} AS bucket, key AS group_id{keys}{counts}, 0 AS in_progress FROM {} \
             WHERE level = '{}' AND {days} GROUP BY {places}",
            contribution.table, span.level
        )
    };
    let spans: Vec<String> = spans(selection, split, keyed_by).iter().map(span).collect();
    let rows = format!(
        "({}) AS r {} WHERE {}",
        spans.join(" UNION ALL "),
        keyed_by.joined(),
        filter.condition(keyed_by == KeyedBy::Survey)
    );
    summed(
        contribution,
        split,
        ("r.bucket", &rows),
        |_, dimension| match dimension {
            Dimension::Agent => "a.agent".to_owned(),
            Dimension::Weight => "CAST(g.weight AS TEXT)".to_owned(),
            of_group => format!("g.{}", of_group.as_str()),
        },
    )
}

/// The query of kept counts of answers, one row for each question and group in each step: the step, survey, version, question, and three
/// texts with spaces between their parts: whether skipped (1 or 0), the value, the answers. Its parameters are those of the filter.
///
/// The rows of a group, a question and a step stand together in the table, so nothing is sorted.
pub(super) fn kept_by_question(selection: &Selection, filter: &Filter, split: &Split) -> String {
    let keyed_by = KeyedBy::of(selection, split);
    let span = |span: &Span| {
        let days = between("bucket", span.from.clone(), span.until.clone());
        format!(
            "SELECT bucket, key AS group_id, question_id, {LISTED} FROM {} \
             WHERE level = '{}' AND {days} GROUP BY bucket, key, question_id",
            Contribution::ANSWERS.table,
            span.level
        )
    };
    let spans: Vec<String> = spans(selection, split, keyed_by).iter().map(span).collect();
    format!(
        "SELECT {}, g.survey, g.survey_version, r.question_id, r.skips, r.given, r.counts FROM ({}) AS r {} WHERE {}",
        bucket(split.bucket, "r.bucket"),
        spans.join(" UNION ALL "),
        keyed_by.joined(),
        filter.condition(keyed_by == KeyedBy::Survey)
    )
}

/// The same of chosen calls.
pub(super) fn rows_by_question(split: &Split, chosen: &str) -> String {
    format!(
        "SELECT bucket, name_0, name_1, question_id, {LISTED} FROM ({}) GROUP BY 1, 2, 3, 4",
        of_rows(&Contribution::ANSWERS, split, chosen)
    )
}

/// Counts of several rows, each column as one text: cheaper than texts made of each row.
const LISTED: &str = "group_concat(skipped, ' ') AS skips, group_concat(value, ' ') AS given, group_concat(answers, ' ') AS counts";

/// The span of time to which a count belongs; `column` names an hour, a day or a month.
fn bucket(bucket: Option<Bucket>, column: &str) -> String {
    match bucket {
        Some(Bucket::Hour) => format!("substr({column}, 1, 13)"),
        Some(Bucket::Day) => format!("substr({column}, 1, 10)"),
        Some(Bucket::Month) => format!("substr({column}, 1, 7)"),
        Some(Bucket::HourOfDay) => format!("substr({column}, 12, 2)"),
        // Sunday is 0 there.
        Some(Bucket::Weekday) => {
            format!("CAST((strftime('%w', substr({column}, 1, 10)) + 6) % 7 + 1 AS TEXT)")
        }
        None => "''".to_owned(),
    }
}

/// The query of what chosen calls contribute, with the same columns. `chosen` is a condition on the row `c` of `call`.
pub(super) fn of_rows(contribution: &Contribution, split: &Split, chosen: &str) -> String {
    let mut columns = vec![
        ("bucket", "c.local_hour".to_owned()),
        (
            "in_progress",
            "CASE WHEN c.disposition IS NULL THEN 1 ELSE 0 END".to_owned(),
        ),
    ];
    let names: Vec<String> = (0..split.by.len()).map(|index| format!("own_{index}")).collect();
    for (name, dimension) in names.iter().zip(&split.by) {
        columns.push((name.as_str(), of_call(*dimension)));
    }
    let rows = format!("({}) AS r", contribution.query(&columns, chosen));
    let bucket = bucket(split.bucket, "r.bucket");
    summed(contribution, split, (&bucket, &rows), |index, _| {
        format!("r.own_{index}")
    })
}

fn summed(
    contribution: &Contribution,
    split: &Split,
    (bucket, rows): (&str, &str),
    name: impl Fn(usize, Dimension) -> String,
) -> String {
    let names: String = split
        .by
        .iter()
        .enumerate()
        .map(|(index, by)| format!(", {} AS name_{index}", name(index, *by)))
        .collect();
    let keys: String = contribution
        .keys
        .iter()
        .map(|(name, _)| format!(", CAST(r.{name} AS TEXT) AS {name}"))
        .collect();
    let sums: String = contribution
        .counts
        .iter()
        .map(|(name, _)| *name)
        .chain(["in_progress"])
        .map(|name| format!(", SUM(r.{name}) AS {name}"))
        .collect();
    let places: Vec<String> = (1..=1 + split.by.len() + contribution.keys.len())
        .map(|place| place.to_string())
        .collect();
    format!(
        "SELECT {bucket} AS bucket{names}{keys}{sums} FROM {rows} GROUP BY {}",
        places.join(", ")
    )
}

/// The name of the call `c` in a dimension, as its group has it.
pub(super) fn of_call(dimension: Dimension) -> String {
    let column = dimension.as_str();
    let value = DIMENSIONS
        .iter()
        .find(|(known, _)| *known == column)
        .map_or(AGENT, |(_, value)| value);
    match dimension {
        Dimension::Weight => format!("CAST(CAST({value} AS REAL) AS TEXT)"),
        Dimension::Agent
        | Dimension::Route
        | Dimension::Queue
        | Dimension::Team
        | Dimension::Survey
        | Dimension::SurveyVersion
        | Dimension::Language => value.to_owned(),
    }
}

/// The period in parts: whole months where months tell, days at its ends.
fn spans(selection: &Selection, split: &Split, keyed_by: KeyedBy) -> Vec<Span> {
    let (hour, day, month) = match keyed_by {
        KeyedBy::Survey => ("survey_hour", "survey_day", "survey_month"),
        KeyedBy::Group => ("hour", "day", "month"),
        KeyedBy::Agent => ("hour", "agent_day", "agent_month"),
    };
    let (from, until) = (selection.period.from_day, selection.period.until_day);
    let text = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let whole = |level| {
        vec![Span {
            level,
            from: text(from),
            until: text(until),
        }]
    };
    match split.bucket {
        Some(Bucket::Hour | Bucket::HourOfDay) => whole(hour),
        Some(Bucket::Day | Bucket::Weekday) => whole(day),
        Some(Bucket::Month) | None => {
            let first = from.map(next_month);
            let last = until.map(|day| day.with_day(1).unwrap_or(day));
            if first.zip(last).is_some_and(|(first, last)| first >= last) {
                return whole(day);
            }
            let name = |day: Option<NaiveDate>| day.map(|day| day.format("%Y-%m").to_string());
            let mut spans = vec![Span {
                level: month,
                from: name(first),
                until: name(last),
            }];
            if from != first {
                spans.push(Span {
                    level: day,
                    from: text(from),
                    until: text(first),
                });
            }
            if until != last {
                spans.push(Span {
                    level: day,
                    from: text(last),
                    until: text(until),
                });
            }
            spans
        }
    }
}

/// The first day of a month that is not before `day`.
fn next_month(day: NaiveDate) -> NaiveDate {
    let first = day.with_day(1).unwrap_or(day);
    if first == day {
        return day;
    }
    first.checked_add_months(Months::new(1)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::{KeyedBy, Span, spans};
    use crate::selection::{PeriodFilter, Selection, Split};

    fn parts(from: Option<&str>, until: Option<&str>) -> Vec<(&'static str, String, String)> {
        let day = |text: Option<&str>| text.map(|text| text.parse::<NaiveDate>().unwrap());
        let selection = Selection {
            period: PeriodFilter {
                from_day: day(from),
                until_day: day(until),
                ..PeriodFilter::default()
            },
            ..Selection::default()
        };
        spans(&selection, &Split::default(), KeyedBy::Group)
            .into_iter()
            .map(|Span { level, from, until }| (level, from.unwrap_or_default(), until.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn whole_months_are_read_as_months_and_the_rest_as_days() {
        let own = |level, from: &str, until: &str| (level, from.to_owned(), until.to_owned());
        assert_eq!(parts(None, None), [own("month", "", "")]);
        assert_eq!(
            parts(Some("2026-01-01"), Some("2027-01-01")),
            [own("month", "2026-01", "2027-01")]
        );
        assert_eq!(
            parts(Some("2026-01-15"), Some("2026-04-02")),
            [
                own("month", "2026-02", "2026-04"),
                own("day", "2026-01-15", "2026-02-01"),
                own("day", "2026-04-01", "2026-04-02")
            ]
        );
        assert_eq!(
            parts(Some("2026-01-15"), Some("2026-02-02")),
            [own("day", "2026-01-15", "2026-02-02")]
        );
        assert_eq!(parts(None, Some("2026-02-01")), [own("month", "", "2026-02")]);
    }

    proptest! {
        /// Each day of the period is in exactly one part.
        #[test]
        fn parts_cover_the_period_once(start in 0_i32..2_000, length in 1_i32..800) {
            let first = NaiveDate::from_num_days_from_ce_opt(738_000 + start).unwrap();
            let days: Vec<NaiveDate> = first.iter_days().take(usize::try_from(length).unwrap()).collect();
            let until = days.last().unwrap().succ_opt().unwrap();
            let parts = parts(Some(&first.to_string()), Some(&until.to_string()));
            for day in [first.pred_opt().unwrap(), until].iter().chain(&days) {
                let text = day.to_string();
                let covering = parts.iter().filter(|(level, from, until)| {
                    let name = if *level == "month" { &text[..7] } else { &text };
                    name >= from.as_str() && name < until.as_str()
                }).count();
                prop_assert_eq!(covering, usize::from(days.contains(day)), "{} in {:?}", day, parts);
            }
        }
    }
}
