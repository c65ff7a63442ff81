//! What a report is asked for.

use std::sync::Arc;

use chrono_tz::Tz;

use crate::directory::Directory;
use crate::period::{Calendar, Period};
use aftercall_storage::Scope;
use aftercall_storage::selection::{Bucket, Dimension, NamePattern, Selection};
use aftercall_survey::context::condition::Condition;

/// Which calls a report is about, and which parts it has.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportQuery {
    /// When the calls arrived that are counted.
    pub period: Period,
    /// Which names their queues, teams, agents, routes, surveys and languages have.
    pub names: Vec<(Dimension, Vec<NamePattern>)>,
    /// Which numbers were dialled. Reads the calls of the period one by one.
    pub dialled: Vec<NamePattern>,
    /// What their context is. Reads the calls of the period one by one.
    pub condition: Option<Condition>,
    /// Whose calls its reader may see at all.
    pub scope: Scope,
    /// The parts that figures are shown for beside the whole.
    pub by: Option<Grouping>,
    /// The steps of the trend.
    pub trend: Option<TrendStep>,
    /// Whether longer steps take their place where most of them have too few answers for a score: nobody chose them.
    pub may_lengthen_steps: bool,
    /// What the figures are compared with.
    pub compare: Option<CompareWith>,
    /// What ids are called.
    pub directory: Arc<Directory>,
}

impl ReportQuery {
    /// Everything of a period.
    pub fn of(period: Period) -> Self {
        Self {
            period,
            names: Vec::new(),
            dialled: Vec::new(),
            condition: None,
            scope: Scope::Everything,
            by: None,
            trend: None,
            may_lengthen_steps: false,
            compare: None,
            directory: Arc::default(),
        }
    }

    /// All calls there are, days in UTC.
    pub fn everything() -> Self {
        Self::of(Period::all(Calendar::new(Tz::UTC, chrono::DateTime::UNIX_EPOCH)))
    }

    /// The same with only these names of a dimension.
    #[must_use]
    pub fn only(mut self, dimension: Dimension, patterns: &[&str]) -> Self {
        let patterns = patterns.iter().map(|text| NamePattern::new(text)).collect();
        self.names.push((dimension, patterns));
        self
    }

    /// What storage selects by.
    pub fn selection(&self) -> Selection {
        self.selection_of(&self.period)
    }

    /// The same calls of another period.
    pub(crate) fn selection_of(&self, period: &Period) -> Selection {
        Selection {
            period: period.filter(),
            names: self.names.clone(),
            dialled: self.dialled.clone(),
            condition: self.condition.clone(),
            scope: self.scope.clone(),
        }
    }

    /// The patterns of a dimension, as they were written.
    pub(crate) fn patterns(&self, dimension: Dimension) -> Vec<String> {
        let of_dimension = self.names.iter().filter(|(known, _)| *known == dimension);
        of_dimension
            .flat_map(|(_, patterns)| patterns.iter().map(NamePattern::to_string))
            .collect()
    }
}

/// The parts for which figures are shown side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// One for each name.
    Name(Dimension),
    /// One for each weekday, by the local day of the call.
    Weekday,
    /// One for each hour of the day.
    HourOfDay,
}

impl Grouping {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Name(Dimension::Queue),
        Self::Name(Dimension::Team),
        Self::Name(Dimension::Agent),
        Self::Name(Dimension::Route),
        Self::Name(Dimension::Survey),
        Self::Name(Dimension::SurveyVersion),
        Self::Name(Dimension::Language),
        Self::Weekday,
        Self::HourOfDay,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name(dimension) => dimension.as_str(),
            Self::Weekday => "weekday",
            Self::HourOfDay => "hour",
        }
    }

    /// The grouping of a word.
    pub fn of(word: &str) -> Option<Self> {
        let word = word.replace('-', "_");
        Self::ALL.into_iter().find(|grouping| grouping.as_str() == word)
    }
}

/// The steps of a trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrendStep {
    /// Local hours.
    Hour,
    /// Local days.
    Day,
    /// Weeks, from the first weekday of the calendar.
    Week,
    /// Months.
    Month,
}

impl TrendStep {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The step of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }

    /// Steps that make a readable curve of the period: hours of a day or two, days up to two months, weeks up to a year.
    pub fn of_period(period: &Period) -> Self {
        let days = period
            .days()
            .and_then(|(from, until)| Some((until? - from?).num_days()));
        match days {
            Some(..=2) => Self::Hour,
            Some(3..=62) => Self::Day,
            Some(63..=366) => Self::Week,
            Some(_) | None => Self::Month,
        }
    }

    /// The next longer one.
    pub(crate) const fn longer(self) -> Option<Self> {
        match self {
            Self::Hour => Some(Self::Day),
            Self::Day => Some(Self::Week),
            Self::Week => Some(Self::Month),
            Self::Month => None,
        }
    }

    /// The counts that it is made of.
    pub(crate) const fn bucket(self) -> Bucket {
        match self {
            Self::Hour => Bucket::Hour,
            Self::Day | Self::Week => Bucket::Day,
            Self::Month => Bucket::Month,
        }
    }
}

/// What figures are compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CompareWith {
    /// The period before.
    Previous,
    /// The same period of the year before.
    LastYear,
    /// Another period.
    Period(Period),
}

impl CompareWith {
    /// Its word.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::LastYear => "last_year",
            Self::Period(_) => "period",
        }
    }

    /// The other period; `None` where the own one has no such.
    pub fn period(&self, own: &Period) -> Option<Period> {
        match self {
            Self::Previous => own.previous(),
            Self::LastYear => own.a_year_before(),
            Self::Period(period) => Some(*period),
        }
    }
}
