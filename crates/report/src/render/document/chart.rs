//! Charts as data.

use super::drill::Parameters;
use super::{Phrase, Step, Unit};

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Chart {
    Bars(BarChart),
    Trend(TrendChart),
}

/// How a bar is filled; the legend and the table say the same in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fill {
    /// Neither good nor bad.
    Plain,
    /// Promoters, and values that the share counts.
    Good,
    /// Passives.
    Middle,
    /// Detractors, and values that the share does not count.
    Bad,
}

/// Bars of counts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BarChart {
    pub(crate) title: Phrase,
    /// What it shows, in a sentence.
    pub(crate) description: String,
    pub(crate) bars: Vec<Bar>,
    /// What each filling means.
    pub(crate) legend: Vec<(Fill, String)>,
}

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    pub(crate) label: Phrase,
    pub(crate) count: u64,
    /// Percent of all; `None`: too few for it.
    pub(crate) percent: Option<f64>,
    pub(crate) fill: Fill,
    /// The calls that it counts.
    pub(crate) behind: Option<Parameters>,
}

/// A figure over time with its interval.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrendChart {
    pub(crate) title: Phrase,
    pub(crate) description: String,
    pub(crate) unit: Unit,
    pub(crate) target: Option<f64>,
    pub(crate) marks: Vec<TrendMark>,
}

/// A step of a trend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TrendMark {
    pub(crate) step: Step,
    pub(crate) n: u64,
    /// The figure; `None`: too few answers.
    pub(crate) value: Option<f64>,
    /// Its interval, where there is one.
    pub(crate) interval: Option<(f64, f64)>,
}
