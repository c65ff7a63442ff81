//! The questions of the selected surveys: the columns that they have in a row of a call, and their definitions.

use std::collections::HashMap;

use super::cell::{Cell, Column, Kind};
use aftercall_storage::export::{AnswerRow, QuestionId};
use aftercall_survey::{QuestionRecord, SurveyRecord};

/// The word for a question that was asked until its last attempt and has no value.
pub(super) const SKIPPED: &str = "skipped";

/// Columns of each question: value, label, the word for skipped.
const COLUMNS: usize = 3;

/// A map by survey, version and question.
type Definitions = HashMap<String, HashMap<String, HashMap<String, QuestionRecord>>>;

/// The questions of a file.
#[derive(Debug, Default)]
pub(super) struct Questions {
    asked: Vec<QuestionId>,
    places: HashMap<String, HashMap<String, usize>>,
    definitions: Definitions,
}

impl Questions {
    /// These questions, in this order, and the definitions of all.
    pub(super) fn new(asked: Vec<QuestionId>, surveys: &[SurveyRecord]) -> Self {
        let mut places: HashMap<String, HashMap<String, usize>> = HashMap::new();
        for (place, question) in asked.iter().enumerate() {
            let of_survey = places.entry(question.survey.clone()).or_default();
            of_survey.insert(question.question.clone(), place);
        }
        let mut definitions = Definitions::new();
        for survey in surveys {
            let of_survey = definitions.entry(survey.survey.name.clone()).or_default();
            let of_version = of_survey.entry(survey.survey.version.clone()).or_default();
            for question in &survey.questions {
                of_version.insert(question.id.clone(), question.clone());
            }
        }
        Self {
            asked,
            places,
            definitions,
        }
    }

    /// The definition of the question that was answered.
    pub(super) fn definition(&self, answer: &AnswerRow) -> Option<&QuestionRecord> {
        let of_survey = self.definitions.get(&answer.survey)?;
        of_survey.get(&answer.survey_version)?.get(&answer.question)
    }

    /// The answer in words.
    pub(super) fn label(&self, answer: &AnswerRow) -> Option<&str> {
        let value = answer.value?;
        let labels = &self.definition(answer)?.labels;
        let label = labels.iter().find(|(labelled, _)| *labelled == value);
        label.map(|(_, label)| label.as_str())
    }

    /// The columns of the questions.
    pub(super) fn columns(&self) -> impl Iterator<Item = Column> {
        self.asked.iter().flat_map(|question| {
            let name = format!("{}.{}", question.survey, question.question);
            let column = |name: String, kind, meaning: String| Column {
                name,
                kind,
                meaning: meaning.into(),
            };
            [
                column(
                    name.clone(),
                    Kind::Integer,
                    format!(
                        "Value of the question `{}` of the survey `{}`; empty: not answered.",
                        question.question, question.survey
                    ),
                ),
                column(
                    format!("{name}.label"),
                    Kind::Text,
                    "The value in words.".to_owned(),
                ),
                column(
                    format!("{name}.skipped"),
                    Kind::Text,
                    "`skipped`: no valid key at the last attempt; empty: answered, or not asked.".to_owned(),
                ),
            ]
        })
    }

    /// What the answers of a call have in these columns; the answer that has none, where there is one.
    pub(super) fn push<'r>(
        &'r self,
        answers: &'r [AnswerRow],
        cells: &mut Vec<Cell<'r>>,
    ) -> Result<(), &'r AnswerRow> {
        let begin = cells.len();
        cells.resize(begin + COLUMNS * self.asked.len(), Cell::Empty);
        for answer in answers {
            let place = self
                .places
                .get(&answer.survey)
                .and_then(|of_survey| of_survey.get(&answer.question));
            let own = place.and_then(|place| cells.get_mut(begin + COLUMNS * place..));
            let Some([value, label, skipped, ..]) = own else {
                return Err(answer);
            };
            match answer.value {
                Some(answered) => {
                    *value = Cell::Integer(answered);
                    *label = self.label(answer).map_or(Cell::Empty, Cell::text);
                }
                None => *skipped = Cell::text(SKIPPED),
            }
        }
        Ok(())
    }
}
