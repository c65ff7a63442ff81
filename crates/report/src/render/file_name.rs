//! What the file of a report is called.

use super::format::ReportFormat;
use crate::report::{PeriodView, Report};

/// Characters of the filters in a name at most.
const LONGEST_FILTERS: usize = 40;

/// The name by convention: `aftercall-report-2026-11-16_2026-11-22-sales.xlsx`. It has letters, digits, dashes and underscores only.
pub fn file_name(report: &Report, format: ReportFormat) -> String {
    let filters: Vec<String> = report
        .filters
        .iter()
        .flat_map(|filter| filter.one_of.iter().map(|value| slug(value)))
        .filter(|value| !value.is_empty())
        .collect();
    let filters: String = filters.join("-").chars().take(LONGEST_FILTERS).collect();
    let filters = match filters.trim_end_matches('-') {
        "" => String::new(),
        filters => format!("-{filters}"),
    };
    let (period, extension) = (period(&report.period), format.extension());
    format!("aftercall-report-{period}{filters}.{extension}")
}

fn period(period: &PeriodView) -> String {
    // Of a moment `2026-11-22T08:00:00+02:00` the day and the time: `2026-11-22T0800`.
    let moment = |at: &String| {
        at.chars()
            .take(16)
            .filter(|sign| *sign != ':')
            .collect::<String>()
    };
    let is_of_days = period.first_day.is_some() || period.last_day.is_some();
    let (from, until) = match is_of_days {
        true => (period.first_day.clone(), period.last_day.clone()),
        false => (
            period.from.as_ref().map(moment),
            period.until.as_ref().map(moment),
        ),
    };
    match (from, until) {
        (None, None) => "all".to_owned(),
        (Some(from), None) => format!("since-{from}"),
        (None, Some(until)) => format!("until-{until}"),
        (Some(from), Some(until)) if from == until => from,
        (Some(from), Some(until)) => format!("{from}_{until}"),
    }
}

/// A text as a part of a file name.
fn slug(text: &str) -> String {
    let text = match text.strip_prefix('!') {
        Some(rest) => format!("not-{rest}"),
        None => text.to_owned(),
    };
    let words: Vec<String> = text
        .split(|sign: char| !sign.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn parts_of_a_name_have_no_signs_that_mean_something() {
        assert_eq!(slug("Sales / north*"), "sales-north");
        assert_eq!(slug("!../../etc"), "not-etc");
        assert_eq!(slug("Myynti"), "myynti");
        assert_eq!(slug("*"), "");
    }
}
