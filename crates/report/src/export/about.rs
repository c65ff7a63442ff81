//! What a reader must know of a file: which calls, by which filters, what its columns mean.

use super::cell::Column;

/// The sheet "About" of a workbook, and the properties of a Parquet file. Formats that are rows and nothing else have none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct About {
    /// Facts by name, in order.
    pub(super) facts: Vec<(&'static str, String)>,
    /// What the columns mean.
    pub(super) columns: Vec<Column>,
    /// The questions of the surveys that were asked, as they were defined.
    pub(super) questions: Vec<QuestionFact>,
}

/// A question of one version of a survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QuestionFact {
    pub(super) survey: String,
    pub(super) version: String,
    pub(super) question: String,
    pub(super) metric: &'static str,
    /// Such as `0 to 10, high is good`.
    pub(super) scale: String,
    pub(super) text: String,
}
