//! Tables with typed cells.

use super::drill::Parameters;
use super::words::Verdict;
use super::{Phrase, Step, Unit};

/// Tables of one sheet stand below each other in a workbook, with the same columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sheet {
    Overview,
    Questions,
    Distribution,
    Comparison,
    TrendCalls,
    Trend,
    GroupsCalls,
    Groups,
    Comments,
    Quality,
    NonResponse,
    Reach,
    Wordings,
    Sampling,
    Definitions,
}

impl Sheet {
    /// All of them, in the order of a workbook.
    pub(crate) const ALL: [Self; 15] = [
        Self::Overview,
        Self::Questions,
        Self::Distribution,
        Self::Comparison,
        Self::TrendCalls,
        Self::Trend,
        Self::GroupsCalls,
        Self::Groups,
        Self::Comments,
        Self::Quality,
        Self::NonResponse,
        Self::Reach,
        Self::Wordings,
        Self::Sampling,
        Self::Definitions,
    ];

    /// The message with its name.
    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::Overview => "sheet-overview",
            Self::Questions => "sheet-questions",
            Self::Distribution => "sheet-distribution",
            Self::Comparison => "sheet-comparison",
            Self::TrendCalls => "sheet-trend-calls",
            Self::Trend => "sheet-trend",
            Self::GroupsCalls => "sheet-groups-calls",
            Self::Groups => "sheet-groups",
            Self::Comments => "sheet-comments",
            Self::Quality => "sheet-quality",
            Self::NonResponse => "sheet-non-response",
            Self::Reach => "sheet-reach",
            Self::Wordings => "sheet-wordings",
            Self::Sampling => "sheet-sampling",
            Self::Definitions => "sheet-definitions",
        }
    }
}

/// A value in a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Nothing belongs here.
    Empty,
    /// A figure that is not given, because there are fewer than 10 answers or calls.
    TooFew,
    /// Words.
    Text(Phrase),
    /// How many.
    Count(u64),
    /// A value of a scale.
    Value(i64),
    /// A figure, shown with one decimal.
    Figure { value: f64, unit: Unit },
    /// A figure that is shown with its sign.
    Difference { value: f64, unit: Unit },
    /// A 95 % interval.
    Interval { low: f64, high: f64, unit: Unit },
    /// A p value.
    P(f64),
    /// An effect size.
    Effect(f64),
    /// One call in how many.
    OneIn(f64),
    /// What a test says.
    Verdict(Verdict),
    /// A step of a trend.
    Step(Step),
}

impl Cell {
    /// Words of the message files.
    pub(crate) const fn own(text: String) -> Self {
        Self::Text(Phrase::own(text))
    }

    /// A text from outside.
    pub(crate) fn foreign(text: &str) -> Self {
        Self::Text(Phrase::foreign(text))
    }

    /// A figure, or that there are too few answers for it.
    pub(crate) fn figure(value: Option<f64>, unit: Unit) -> Self {
        value.map_or(Self::TooFew, |value| Self::Figure { value, unit })
    }
}

/// What a column holds, as far as a workbook lays it out differently from a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    /// Words.
    Text,
    /// Numbers of one kind.
    Number,
    /// Figures of one unit.
    Figures(Unit),
    /// Figures of several units: a workbook has the unit in a column of its own.
    MixedFigures,
    /// Intervals: two columns in a workbook.
    Intervals,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    /// Columns of this id stand below each other where tables share a sheet.
    pub(crate) id: &'static str,
    pub(crate) head: String,
    /// Its head where tables share a sheet and have different ones.
    pub(crate) shared_head: Option<String>,
    pub(crate) kind: ColumnKind,
    /// How its figures are computed.
    pub(crate) definition: Option<String>,
    /// Left out where there is little room.
    pub(crate) is_detail: bool,
    /// Which of the calls behind a row its counts are; `None`: they are no calls, or cannot be listed.
    pub(crate) behind: Option<Parameters>,
}

impl Column {
    pub(crate) const fn new(id: &'static str, head: String, kind: ColumnKind) -> Self {
        Self {
            id,
            head,
            shared_head: None,
            kind,
            definition: None,
            is_detail: false,
            behind: None,
        }
    }

    /// The same, left out where there is little room.
    #[must_use]
    pub(crate) const fn detail(mut self) -> Self {
        self.is_detail = true;
        self
    }

    /// The same, of which each count is the calls behind its row.
    #[must_use]
    pub(crate) fn of_calls(mut self) -> Self {
        self.behind = Some(Parameters::default());
        self
    }

    /// The same, of which each count is some of the calls behind its row.
    #[must_use]
    pub(crate) fn of_calls_with(mut self, name: &'static str, value: &str) -> Self {
        self.behind = Some(Parameters::default().with(name, value));
        self
    }

    /// The same with a head that holds for other tables as well.
    #[must_use]
    pub(crate) fn shared(mut self, head: String) -> Self {
        self.shared_head = Some(head);
        self
    }

    /// The same with how it is computed.
    #[must_use]
    pub(crate) fn defined(mut self, definition: String) -> Self {
        self.definition = Some(definition);
        self
    }

    /// Whether it holds numbers, which stand at the right.
    pub(crate) const fn is_numeric(&self) -> bool {
        !matches!(self.kind, ColumnKind::Text)
    }
}

/// A row: a cell for each column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    /// How its figures are computed.
    pub(crate) definition: Option<String>,
    /// The calls that its counts are about.
    pub(crate) behind: Option<Parameters>,
    /// The report of this part alone.
    pub(crate) part: Option<Parameters>,
    /// The calls behind single cells, by the ids of their columns, where they are others than the rest of the row is about.
    pub(crate) cells_behind: Vec<(&'static str, Parameters)>,
}

impl Row {
    pub(crate) const fn of(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            definition: None,
            behind: None,
            part: None,
            cells_behind: Vec::new(),
        }
    }

    /// The same with the calls behind one of its cells.
    #[must_use]
    pub(crate) fn cell_about(mut self, column: &'static str, calls: Parameters) -> Self {
        self.cells_behind.push((column, calls));
        self
    }

    /// The same with the calls that its counts are about.
    #[must_use]
    pub(crate) fn about(mut self, calls: Parameters) -> Self {
        self.behind = Some(calls);
        self
    }

    /// The same with the report of this part alone, whose calls its counts are.
    #[must_use]
    pub(crate) fn part(mut self, part: Option<Parameters>) -> Self {
        self.behind = self.behind.or_else(|| part.clone());
        self.part = part;
        self
    }

    /// The same with how it is computed.
    #[must_use]
    pub(crate) fn defined(mut self, definition: Option<String>) -> Self {
        self.definition = definition;
        self
    }
}

/// The intervals of a table as marks on one scale, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IntervalChart {
    pub(crate) head: String,
    pub(crate) unit: Unit,
    /// The ends of the scale.
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// The figure of the whole.
    pub(crate) whole: Option<f64>,
    /// The target.
    pub(crate) target: Option<f64>,
    /// For each row its figure with its interval; `None`: too few answers.
    pub(crate) marks: Vec<Option<(f64, f64, f64)>>,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    /// Which table of the sheet it is.
    pub(crate) id: &'static str,
    pub(crate) sheet: Sheet,
    pub(crate) caption: Phrase,
    /// What holds for every row: the heading above the table says it on a page; a workbook has columns for it.
    pub(crate) keys: Vec<(Column, Cell)>,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    pub(crate) chart: Option<IntervalChart>,
}

impl Table {
    /// The calls behind the count of a row in a column; of a rate or a score those that it is computed from.
    pub(crate) fn behind(&self, row: &Row, column: &Column) -> Option<Parameters> {
        let mut cells = row.cells_behind.iter();
        if let Some((_, own)) = cells.find(|(id, _)| *id == column.id) {
            return Some(own.clone());
        }
        Some(row.behind.clone()?.and(column.behind.as_ref()?))
    }

    /// The columns that hold anything, each with its place.
    pub(crate) fn filled_columns(&self) -> impl Iterator<Item = (usize, &Column)> {
        let is_filled = |index: usize| {
            let mut cells = self.rows.iter().filter_map(|row| row.cells.get(index));
            self.rows.is_empty() || cells.any(|cell| *cell != Cell::Empty)
        };
        let columns = self.columns.iter().enumerate();
        columns.filter(move |(index, _)| is_filled(*index))
    }

    /// The column whose cells have the definition of their row.
    pub(crate) fn defined_column(&self) -> usize {
        let mut columns = self.columns.iter();
        columns
            .position(|column| matches!(column.id, "figure" | "name"))
            .unwrap_or(0)
    }
}
