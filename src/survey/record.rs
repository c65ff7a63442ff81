//! A survey as storage and reports know it.

use super::definition::Survey;
use super::question::{Direction, Question};
use crate::storage::contract::{QuestionRecord, SurveyRecord};

impl Survey {
    /// The record of this version, to be registered before its first call.
    pub fn record(&self) -> SurveyRecord {
        SurveyRecord {
            survey: self.version.clone(),
            title: self.title.clone(),
            goal: self.goal.clone(),
            definition: self.source.clone(),
            questions: self
                .questions
                .iter()
                .map(|question| self.question_record(question))
                .collect(),
        }
    }

    fn question_record(&self, question: &Question) -> QuestionRecord {
        let in_default = self
            .languages
            .first()
            .and_then(|language| question.text(language));
        let in_any = || question.texts.values().next().map(String::as_str);
        QuestionRecord {
            id: question.id.to_string(),
            metric: question.metric,
            text: in_default
                .or_else(in_any)
                .unwrap_or(question.id.as_str())
                .to_owned(),
            scale: (question.scale.min, question.scale.max),
            high_is_good: question.scale.direction == Direction::HighIsGood,
            threshold: question.threshold,
            target: question.target,
            labels: question
                .labels
                .iter()
                .map(|(value, label)| (*value, label.clone()))
                .collect(),
        }
    }
}
