//! A survey as storage and reports know it.

use super::definition::Survey;
use super::metric::Metric;
use super::question::{Question, ScaleDirection};

/// A survey as it was asked: its name and the version of its definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SurveyVersion {
    /// The name of the definition's file without `.toml`.
    pub name: String,
    /// The version: the first 12 hexadecimal digits of the SHA-256 of its definition.
    pub version: String,
}

/// A survey version as reports need to know it: written when a survey is loaded, never changed.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyRecord {
    /// Name and version.
    pub survey: SurveyVersion,
    /// The title for people.
    pub title: String,
    /// What the measurement is for.
    pub goal: String,
    /// The definition as written.
    pub definition: String,
    /// Its questions in order.
    pub questions: Vec<QuestionRecord>,
}

/// A question as reports need to know it.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionRecord {
    /// Its id within the survey.
    pub id: String,
    /// What it measures.
    pub metric: Metric,
    /// The question in words.
    pub text: String,
    /// Smallest and largest valid value.
    pub scale: (i64, i64),
    /// Whether a high value is good.
    pub high_is_good: bool,
    /// The satisfaction threshold of CSAT, or the top box of CES: values at or beyond it (in the good direction)
    /// count.
    pub threshold: Option<i64>,
    /// The target of its headline score, in the unit of the metric (NPS points, or percent).
    pub target: Option<f64>,
    /// Labels of values, in order of value.
    pub labels: Vec<(i64, String)>,
}

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
            high_is_good: question.scale.direction == ScaleDirection::HighIsGood,
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
