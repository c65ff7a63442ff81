//! The names of files: what they hold, of which period, by which filters.

use chrono::{DateTime, Utc};

use crate::query::ReportQuery;

/// The longest part of a name that filters make, in characters.
const LONGEST_FILTERS: usize = 80;

/// Such as `aftercall-calls-2026-11-16_2026-11-22-sales.xlsx`.
pub fn file_name(what: &str, query: &ReportQuery, extension: &str) -> String {
    let filters = filters(query);
    let filters = if filters.is_empty() {
        filters
    } else {
        format!("-{filters}")
    };
    format!("aftercall-{what}-{}{filters}.{extension}", period(query))
}

fn period(query: &ReportQuery) -> String {
    let ends = match query.period.days() {
        Some((from, until)) => {
            let last = until.map(|until| until.pred_opt().unwrap_or(until));
            (from.map(|day| day.to_string()), last.map(|day| day.to_string()))
        }
        None => {
            let zone = query.period.calendar().zone;
            let text = |at: DateTime<Utc>| at.with_timezone(&zone).format("%Y-%m-%dT%H%M").to_string();
            let (from, until) = query.period.moments();
            (from.map(text), until.map(text))
        }
    };
    match ends {
        (None, None) => "all".to_owned(),
        (Some(from), None) => format!("since-{from}"),
        (None, Some(last)) => format!("until-{last}"),
        (Some(from), Some(last)) if from == last => from,
        (Some(from), Some(last)) => format!("{from}_{last}"),
    }
}

/// The filters as words with dashes between them.
fn filters(query: &ReportQuery) -> String {
    let named = query.names.iter().flat_map(|(_, patterns)| patterns);
    let mut words: Vec<String> = named
        .chain(&query.dialled)
        .map(|pattern| match (pattern.to_string(), pattern.is_not()) {
            (text, false) if text == "-" => "unknown".to_owned(),
            (text, false) => text,
            (text, true) if text == "!-" => "known".to_owned(),
            (text, true) => format!("not {text}"),
        })
        .map(|text| word(&text))
        .filter(|word| !word.is_empty())
        .collect();
    words.extend(query.condition.is_some().then(|| "when".to_owned()));
    let words: String = words.join("-").chars().take(LONGEST_FILTERS).collect();
    words.trim_matches('-').to_owned()
}

/// Small letters and digits; everything else is a dash, and never two of them.
fn word(text: &str) -> String {
    let symbols: String = text
        .chars()
        .map(|symbol| if symbol.is_alphanumeric() { symbol } else { ' ' })
        .collect();
    let words: Vec<String> = symbols.split_whitespace().map(str::to_lowercase).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono_tz::Tz;

    use super::file_name;
    use crate::{Calendar, Period, ReportQuery};
    use aftercall_storage::selection::Dimension;

    fn query(from: Option<&str>, to: Option<&str>) -> ReportQuery {
        let calendar = Calendar::new(Tz::Europe__Helsinki, DateTime::UNIX_EPOCH);
        ReportQuery::of(Period::parse(from, to, calendar).unwrap())
    }

    #[test]
    fn name_says_what_of_which_period_by_which_filters() {
        let week = query(Some("2026-11-16"), Some("2026-11-22"));
        let sales = week.clone().only(Dimension::Queue, &["sales"]);
        let many = week
            .clone()
            .only(Dimension::Queue, &["../../etc/passwd", "-"])
            .only(Dimension::Agent, &["!test*", "!-"]);
        for (query, expected) in [
            (sales, "aftercall-calls-2026-11-16_2026-11-22-sales.xlsx"),
            (week, "aftercall-calls-2026-11-16_2026-11-22.xlsx"),
            (
                many,
                "aftercall-calls-2026-11-16_2026-11-22-etc-passwd-unknown-not-test-known.xlsx",
            ),
            (
                query(Some("2026-11-16"), Some("2026-11-16")),
                "aftercall-calls-2026-11-16.xlsx",
            ),
            (
                query(Some("2026-11-16"), None),
                "aftercall-calls-since-2026-11-16.xlsx",
            ),
            (
                query(None, Some("2026-11-16")),
                "aftercall-calls-until-2026-11-16.xlsx",
            ),
            (
                query(Some("2026-11-16T06:00:00Z"), Some("2026-11-16T14:30:00Z")),
                "aftercall-calls-2026-11-16T0800_2026-11-16T1630.xlsx",
            ),
            (query(None, None), "aftercall-calls-all.xlsx"),
        ] {
            assert_eq!(file_name("calls", &query, "xlsx"), expected);
        }
    }

    #[test]
    fn name_is_short_whatever_is_asked_for() {
        let long = query(None, None).only(Dimension::Queue, &["ä".repeat(500).as_str()]);
        assert!(file_name("answers", &long, "parquet").chars().count() < 120);
    }
}
