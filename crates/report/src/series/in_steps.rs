//! What a series says of some of its answers: those in one step of time.

use super::score::{self, headline, mean};
use super::{Score, ScoreKind, Series, is_comparable};
use crate::statistics::FEWEST_FOR_A_SCORE;
use aftercall_survey::QuestionRecord;

impl Series {
    /// The headline of answers to its question, or their mean where there is none; `None` below 10 answers.
    pub(crate) fn score_of(&self, values: &[(i64, u64)]) -> Option<Score> {
        let definition = self.definition.as_ref()?;
        let score = match score::kind(definition) {
            ScoreKind::Nps | ScoreKind::Share => headline(definition, values),
            ScoreKind::Mean => mean(definition, values),
            ScoreKind::None => None,
        };
        score.filter(|score| score.n >= FEWEST_FOR_A_SCORE)
    }

    /// Whether a value is one of its scale; of a question that is not known every value is.
    pub(crate) fn has_value(&self, value: i64) -> bool {
        self.scale
            .is_none_or(|scale| (scale.min..=scale.max).contains(&value))
    }

    /// Whether the answers to a question of a survey version belong to it; a question without definition is one that is not known.
    pub(crate) fn takes(
        &self,
        (survey, version, question): (&str, &str, &str),
        definition: Option<&QuestionRecord>,
    ) -> bool {
        let is_same = match (&self.definition, definition) {
            (Some(own), Some(other)) => is_comparable(own, other),
            (None, None) => self.versions.iter().any(|own| own == version),
            (Some(_), None) | (None, Some(_)) => false,
        };
        is_same && self.survey == survey && self.question == question
    }
}
