//! A report as parts that any medium can show: headings, sentences, tables with typed cells, charts as data.
//!
//! It is made once from the [`Report`]; text, pages, mails and workbooks show it, so their figures cannot differ. Nothing is computed here: a
//! figure is taken from the report, and formatted by the [`Locale`] where it is shown.

mod answers;
mod calls;
mod cards;
mod chart;
mod comments;
mod comparison;
mod drill;
mod findings;
mod groups;
mod head;
mod method;
mod non_response;
mod quality;
mod reach;
mod table;
mod trend;
mod words;

pub use self::findings::{Finding, FindingKind, findings};

use chrono::NaiveDateTime;

pub(crate) use self::cards::Card;
pub(crate) use self::chart::{Bar, BarChart, Chart, Fill, TrendChart, TrendMark};
pub use self::drill::Parameters;
pub(crate) use self::head::{period, unknown};
pub(crate) use self::table::{Cell, Column, ColumnKind, IntervalChart, Row, Sheet, Table};
pub(crate) use self::words::{Direction, Sense, Verdict};
use super::locale::Locale;
use crate::report::Report;

/// What a figure is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Percent, 0 to 100.
    Percent,
    /// The difference of two percentages.
    PercentagePoints,
    /// Points of NPS, -100 to 100.
    Points,
    /// Units of the scale of the question.
    Scale,
    /// Minutes of sound.
    Minutes,
}

impl Unit {
    /// The unit of a difference of two figures.
    pub(crate) const fn of_difference(self) -> Self {
        match self {
            Self::Percent => Self::PercentagePoints,
            other => other,
        }
    }
}

/// The length of the steps of a trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepKind {
    Hour,
    Day,
    Week,
    Month,
}

/// A step of a trend, by its beginning in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    pub(crate) at: NaiveDateTime,
}

/// A text, and whether it was written by others: names, questions and labels, in any script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase {
    pub(crate) text: String,
    pub(crate) is_foreign: bool,
}

impl Phrase {
    /// Words of the message files.
    pub(crate) const fn own(text: String) -> Self {
        Self {
            text,
            is_foreign: false,
        }
    }

    /// A text from outside, on one line.
    pub(crate) fn foreign(text: &str) -> Self {
        Self {
            text: super::chart::plain(text),
            is_foreign: true,
        }
    }
}

/// A fact about the report as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: Phrase,
}

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionKind {
    /// How far the calls went.
    Calls,
    /// A survey; its questions follow.
    Survey,
    /// A question.
    Question,
    /// Figures beside those of another period.
    Comparison,
    /// The course over time.
    Trend,
    /// The parts of a grouping.
    Groups,
    /// Recorded comments.
    Comments,
    /// Whether answers are meant as they were given.
    Quality,
    /// Whether those who answered differ from those who did not.
    NonResponse,
    /// Whether the calls come to the survey.
    Reach,
    /// How the figures came to be.
    Method,
}

/// A heading with what stands below it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Section {
    pub(crate) kind: SectionKind,
    pub(crate) heading: Phrase,
    pub(crate) blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    Sentence(Phrase),
    Table(Table),
    Chart(Chart),
}

/// A report as parts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    pub(crate) locale: Locale,
    /// What it is.
    pub(crate) title: String,
    /// Its period in words.
    pub(crate) period: String,
    /// Period, zone, filters, moment.
    pub(crate) facts: Vec<Fact>,
    /// What deserves a second look.
    pub(crate) notes: Vec<String>,
    /// The figures that are read first.
    pub(crate) cards: Vec<Card>,
    pub(crate) sections: Vec<Section>,
}

impl Document {
    /// The parts of a report, in the words and numbers of a locale.
    pub(crate) fn of(report: &Report, locale: Locale) -> Self {
        let mut sections = Vec::new();
        if report.calls.arrived > 0 {
            sections.push(calls::section(report, locale));
        }
        sections.extend(answers::sections(report, locale));
        sections.extend(comparison::section(report, locale));
        sections.extend(trend::section(report, locale));
        sections.extend(groups::section(report, locale));
        sections.extend(comments::section(report, locale));
        sections.extend(quality::section(report, locale));
        sections.extend(non_response::section(report, locale));
        sections.extend(reach::section(report, locale));
        sections.push(method::section(report, locale));
        Self {
            locale,
            title: locale.messages().text("title"),
            period: period(&report.period, locale),
            facts: head::facts(report, locale),
            notes: head::notes(report, locale),
            cards: cards::of(report, locale),
            sections,
        }
    }

    /// All tables, in their order.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Table> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        blocks.filter_map(|block| match block {
            Block::Table(table) => Some(table),
            Block::Sentence(_) | Block::Chart(_) => None,
        })
    }
}
