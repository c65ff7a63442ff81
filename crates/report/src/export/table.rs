//! The columns of a file, and the rows that a call makes.

use std::io;

use super::ExportError;
use super::answer::{self, LocalAnswer};
use super::call::{self, LocalCall};
use super::cell::{Cell, Column, Kind};
use super::labels::Labels;
use super::questions::Questions;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A call.
    Calls,
    /// An answer, or a question that was skipped.
    Answers,
}

impl Shape {
    /// Its word, which names files and sheets.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Answers => "answers",
        }
    }
}

/// The columns that every file of a shape has, in their order. Behind them are those of names, attributes and questions.
pub fn fixed_columns(shape: Shape) -> Vec<Column> {
    match shape {
        Shape::Calls => call::COLUMNS.iter().map(call::Definition::column).collect(),
        Shape::Answers => {
            let of_call = answer::CALL_COLUMNS.iter().map(call::Definition::column);
            let of_answer = answer::COLUMNS.iter().map(call::Definition::column);
            of_call.chain(of_answer).collect()
        }
    }
}

/// What the rows of a file are made of.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) shape: Shape,
    pub(super) questions: Questions,
    pub(super) labels: Labels,
    pub(super) attributes: Vec<String>,
}

impl Table {
    /// All columns, in their order.
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut columns = fixed_columns(self.shape);
        columns.extend(self.labels.columns());
        columns.extend(self.attributes.iter().map(|name| Column {
            name: format!("attribute.{name}"),
            kind: Kind::Text,
            meaning: format!("The attribute `{name}` of the configuration.").into(),
        }));
        match self.shape {
            Shape::Calls => columns.extend(self.questions.columns()),
            Shape::Answers => {}
        }
        columns
    }

    /// Hands on the rows of a call; answers how many.
    ///
    /// # Errors
    /// An answer has no column, or `row` fails.
    pub(super) fn rows(
        &self,
        local: &LocalCall<'_>,
        mut row: impl FnMut(&[Cell<'_>]) -> io::Result<()>,
    ) -> Result<u64, ExportError> {
        match self.shape {
            Shape::Calls => {
                let mut cells: Vec<Cell<'_>> = Vec::with_capacity(128);
                cells.extend(call::COLUMNS.iter().map(|column| (column.value)(local)));
                self.push_names(local, &mut cells);
                let placed = self.questions.push(&local.row.answers, &mut cells);
                placed.map_err(|answer| ExportError::Uncounted {
                    question: answer.question.clone(),
                    call: local.row.uid,
                })?;
                row(&cells)?;
                Ok(1)
            }
            Shape::Answers => {
                for answer in &local.row.answers {
                    let answer = LocalAnswer {
                        call: local,
                        row: answer,
                        question: self.questions.definition(answer),
                        label: self.questions.label(answer),
                    };
                    let of_call = answer::CALL_COLUMNS.iter().map(|column| (column.value)(local));
                    let of_answer = answer::COLUMNS.iter().map(|column| (column.value)(&answer));
                    let mut cells: Vec<Cell<'_>> = of_call.chain(of_answer).collect();
                    self.push_names(local, &mut cells);
                    row(&cells)?;
                }
                Ok(local.row.answers.len() as u64)
            }
        }
    }

    fn push_names<'r>(&'r self, local: &'r LocalCall<'r>, cells: &mut Vec<Cell<'r>>) {
        self.labels.push(local, cells);
        let attributes = self.attributes.iter().map(|name| local.row.attributes.get(name));
        cells.extend(attributes.map(Cell::maybe_text));
    }
}
