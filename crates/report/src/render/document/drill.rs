//! What stands behind a figure: the calls that it counts, or the same report of one part.
//!
//! Both are said in the parameters of requests for reports and for calls, as they stand in an address: added to those of the report
//! itself, and in place of those of the same name.

use chrono::{Days, Months, NaiveDate};

use super::StepKind;
use crate::non_response::ResponseClass;
use crate::report::PeriodView;
use crate::series::Series;
use aftercall_storage::selection::NamePattern;

/// Parameters of a request, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters(Vec<(&'static str, String)>);

impl Parameters {
    /// The same with one more; one of the same name stays beside it.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// The same with others.
    #[must_use]
    pub(crate) fn and(mut self, others: &Self) -> Self {
        self.0.extend(others.0.iter().cloned());
        self
    }

    /// The same with those of others whose names are not there yet.
    #[must_use]
    pub(crate) fn and_missing(mut self, others: &Self) -> Self {
        let missing = others
            .0
            .iter()
            .filter(|(name, _)| !self.0.iter().any(|(own, _)| own == name));
        let missing: Vec<_> = missing.cloned().collect();
        self.0.extend(missing);
        self
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// One part of a grouping: a queue, an agent, a weekday.
pub(crate) fn part(by: &'static str, name: &str) -> Option<Parameters> {
    let parameters = Parameters::default();
    Some(match by {
        // Of calls at an unknown hour there is no list.
        "weekday" | "hour" if name.is_empty() => return None,
        "weekday" | "hour" => parameters.with(by, name),
        "survey_version" => {
            let (survey, version) = name.rsplit_once(' ')?;
            parameters
                .with("survey", NamePattern::text_of(survey))
                .with("version", version)
        }
        // Exactly this id: one that is called as this one is has figures of its own.
        by => parameters.with(by, NamePattern::exact_text_of(name)),
    })
}

/// One step of a trend, as far as it is in the period; `None`: an hour, or a step of a period from one moment to another, which is
/// no period of days.
pub(crate) fn step(start: &str, kind: StepKind, period: &PeriodView) -> Option<Parameters> {
    let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<NaiveDate>().ok());
    let (first_day, last_day) = (day(&period.first_day), day(&period.last_day));
    let has_ends = period.from.is_some() || period.until.is_some();
    if has_ends && first_day.is_none() && last_day.is_none() {
        return None;
    }
    let first: NaiveDate = match kind {
        StepKind::Hour => return None,
        StepKind::Day | StepKind::Week => start.parse().ok()?,
        StepKind::Month => format!("{start}-01").parse().ok()?,
    };
    let end = match kind {
        StepKind::Hour | StepKind::Day => first.checked_add_days(Days::new(1)),
        StepKind::Week => first.checked_add_days(Days::new(7)),
        StepKind::Month => first.checked_add_months(Months::new(1)),
    };
    let last = end?.pred_opt()?;
    let first = first_day.map_or(first, |day| first.max(day));
    let last = last_day.map_or(last, |day| last.min(day));
    Some(Parameters::default().with("period", format!("{first}..{last}")))
}

/// Another period; `None`: one from a moment to another, or without an end, which no name of days says.
pub(crate) fn period(period: &PeriodView) -> Option<Parameters> {
    let (first, last) = (period.first_day.as_deref()?, period.last_day.as_deref()?);
    Some(Parameters::default().with("period", format!("{first}..{last}")))
}

/// One class of those whose response is compared: a queue, an hour, talk times from one second to another.
pub(crate) fn class(by: &str, class: &ResponseClass) -> Option<Parameters> {
    let parameters = Parameters::default();
    Some(match (by, class.seconds) {
        ("queue", _) => parameters.with("queue", NamePattern::exact_text_of(&class.name)),
        ("hour", _) => parameters.with("hour", class.name.as_str()),
        ("talk_time", Some((from, Some(to)))) => {
            parameters.with("when", format!("talk_time = {{ from = {from}, to = {to} }}"))
        }
        ("talk_time", Some((from, None))) => {
            parameters.with("when", format!("talk_time = {{ from = {from} }}"))
        }
        _ => return None,
    })
}

/// The answers to a question, in the versions of its series.
pub(crate) fn question(series: &Series) -> Parameters {
    let versions = series.versions.iter();
    versions.fold(
        Parameters::default()
            .with("survey", NamePattern::text_of(&series.survey))
            .with("question", &series.question),
        |parameters, version| parameters.with("version", version),
    )
}
