//! Rows for analysts: one a call, or one an answer, of the same selection as a report.
//!
//! Calls are read some at a time and written at once, so that the memory does not grow with their number. What a row says was computed by
//! the conditions by which reports count: the sum of a column over the rows of a file is the figure of the report with the same
//! filters. A call that was refused before it was read is counted by reports and has no row.
//!
//! An export is of one moment, that of its first read, unless it takes long while the service writes much: then it goes on at a later
//! moment ([`Store::renewed`](aftercall_storage::Store::renewed)). Calls that arrived after the query was made are then left out, and
//! a call that ended meanwhile is exported as it is when it is reached.

mod about;
mod answer;
mod call;
mod cell;
mod clock;
mod csv;
mod file_name;
mod format;
mod json_lines;
mod labels;
#[cfg(feature = "parquet")]
mod parquet;
mod questions;
mod read;
mod table;
mod xlsx;

pub use self::cell::{Column, Kind};
pub use self::clock::RouteZones;
pub use self::file_name::file_name;
pub use self::format::{ExcelLanguage, ExportFormat};
pub use self::labels::Labels;
pub use self::read::export;
pub use self::table::{Shape, fixed_columns};

use crate::query::ReportQuery;
use aftercall_base::CallUid;
use aftercall_storage::StoreError;
use aftercall_storage::part::Part;

/// What is exported.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportQuery {
    /// Which calls. Its parts, trend and comparison mean nothing here.
    pub calls: ReportQuery,
    /// Which of these; the default is all of them.
    pub part: Part,
    /// What a row is.
    pub shape: Shape,
    /// The clocks of the contact centres.
    pub zones: RouteZones,
    /// The operator's attributes that have columns, in their order.
    pub attributes: Vec<String>,
    /// Names that stand beside ids.
    pub labels: Labels,
}

impl ExportQuery {
    /// The calls of a report, a row each, with the clock of its calendar.
    pub fn of(calls: ReportQuery, shape: Shape) -> Self {
        Self {
            zones: RouteZones::of(calls.period.calendar().zone),
            calls,
            part: Part::default(),
            shape,
            attributes: Vec::new(),
            labels: Labels::default(),
        }
    }
}

/// How far an export has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExportProgress {
    /// Calls that were read.
    pub calls: u64,
    /// Calls that are selected; `None`: only reading them tells.
    pub of_calls: Option<u64>,
    /// Rows that were written.
    pub rows: u64,
    /// Every call was read; what is left is the end of the file.
    pub is_read: bool,
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exported {
    /// Calls that were read.
    pub calls: u64,
    /// Rows that were written, headings apart.
    pub rows: u64,
    /// Moments of which the rows are, one after the other; 1: all of one.
    pub moments: u32,
    /// Where there are no calls: names that were asked for and that no call ever had, in sentences.
    pub notes: Vec<String>,
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The columns are made of the counts that reports are made of, and an answer is not among them.
    #[error(
        "the answer to `{question}` of the call {call} is not counted, and has no column; `aftercall rollup rebuild` counts all calls anew"
    )]
    Uncounted {
        /// The question's id.
        question: String,
        /// The call.
        call: CallUid,
    },
    /// The rows could not be written out.
    #[error("the export could not be written: {0}")]
    Write(#[from] std::io::Error),
}
