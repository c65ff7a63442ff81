//! What ids are called, what questions ask, and when something was in the operator's time zone.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use aftercall_report::Directory;
use aftercall_storage::export::AnswerRow;
use aftercall_storage::selection::Dimension;
use aftercall_survey::{Metric, QuestionRecord, SurveyRecord};

use crate::words::Words;

/// What is needed to show rows to people.
#[derive(Debug, Clone, Copy)]
pub struct Names<'n> {
    /// The reader's language.
    pub words: Words,
    /// The operator's time zone.
    pub zone: Tz,
    /// What queues, teams and agents are called.
    pub directory: &'n Directory,
    /// All versions of all surveys.
    pub surveys: &'n [SurveyRecord],
}

/// How an answer counts for its score. Never told by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerClass {
    /// A promoter, or at or beyond the threshold.
    Good,
    /// Neither.
    Middle,
    /// A detractor, or as far from the best end of the scale as the threshold is from the worst.
    Bad,
}

impl AnswerClass {
    /// Of a value; `None`: the question has no better and worse.
    pub fn of(question: &QuestionRecord, value: i64) -> Option<Self> {
        if question.metric == Metric::Nps {
            return Some(match value {
                9.. => Self::Good,
                7..=8 => Self::Middle,
                _ => Self::Bad,
            });
        }
        if !question.metric.is_scored() {
            return None;
        }
        let (min, max) = question.scale;
        // Seen from the bad end: the threshold is so far from it, the mirrored one from the good end.
        let height = |value: i64| {
            if question.high_is_good {
                value - min
            } else {
                max - value
            }
        };
        let threshold = height(
            question
                .threshold
                .unwrap_or(if question.high_is_good { max } else { min }),
        );
        let value = height(value);
        Some(if value >= threshold {
            Self::Good
        } else if value <= (max - min) - threshold {
            Self::Bad
        } else {
            Self::Middle
        })
    }

    const fn style(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Middle => "middle",
            Self::Bad => "bad",
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Middle => "–",
            Self::Bad => "✗",
        }
    }
}

impl<'n> Names<'n> {
    /// A name with its id; a dash where it is not known.
    pub fn name(self, dimension: Dimension, id: Option<&str>) -> Markup {
        let name = id.and_then(|id| self.directory.name(dimension, id));
        html! {
            @match (id, name) {
                (None | Some(""), _) => { "–" }
                (Some(id), None) => { bdi { (id) } }
                (Some(id), Some(name)) if id.to_lowercase() == name.to_lowercase() => { bdi { (name) } }
                (Some(id), Some(name)) => { bdi { (name) } " " small { "(" bdi { (id) } ")" } }
            }
        }
    }

    /// A moment in local time.
    pub fn moment(self, at: DateTime<Utc>) -> Markup {
        let local = at.with_timezone(&self.zone);
        html! {
            time datetime=(at.to_rfc3339_opts(SecondsFormat::Secs, true)) { (self.words.locale.day(local.date_naive())) " " (self.words.locale.time(local.naive_local())) }
        }
    }

    /// The time of day, to the second.
    pub fn time_of_day(self, at: DateTime<Utc>) -> Markup {
        let local = at.with_timezone(&self.zone);
        html! {
            time datetime=(at.to_rfc3339_opts(SecondsFormat::Millis, true)) { (self.words.locale.time_to_second(local.naive_local())) }
        }
    }

    /// A length of time: `1:05`.
    pub fn length(self, seconds: u64) -> String {
        format!("{}:{:02}", seconds / 60, seconds % 60)
    }

    /// A question of a version.
    pub fn question(self, survey: &str, version: &str, id: &str) -> Option<&'n QuestionRecord> {
        let of_version = self
            .surveys
            .iter()
            .find(|record| record.survey.name == survey && record.survey.version == version);
        of_version?.questions.iter().find(|question| question.id == id)
    }

    /// The answers of a call, in the order in which they were given.
    pub fn answers(self, answers: &[AnswerRow]) -> Markup {
        html! {
            @if !answers.is_empty() {
                ul.answers { @for answer in answers { (self.answer(answer)) } }
            }
        }
    }

    fn answer(self, answer: &AnswerRow) -> Markup {
        let question = self.question(&answer.survey, &answer.survey_version, &answer.question);
        let class = question
            .zip(answer.value)
            .and_then(|(question, value)| AnswerClass::of(question, value));
        html! {
            li class=[class.map(AnswerClass::style)] title=[question.map(|question| question.text.as_str())] {
                bdi { (answer.question) } " "
                @match answer.value {
                    Some(value) => {
                        strong { (value) }
                        @if let Some((_, max)) = question.map(|question| question.scale) { small { " / " (max) } }
                        @if let Some(class) = class { " " span aria-label=(self.words.t(&format!("answer-{}", class.style()))) role="img" { (class.sign()) } }
                    }
                    None => { em { (self.words.t("answer-skipped")) } }
                }
                @if !answer.doubt.is_none() { " " span.few { (self.words.t("answer-doubtful")) } }
            }
        }
    }

    /// How a call ended, in words.
    pub fn end(self, disposition: Option<aftercall_base::Disposition>) -> String {
        let word = disposition.map_or("in_progress", aftercall_base::Disposition::as_str);
        self.words.locale.messages().text(&format!("end-{word}"))
    }
}

#[cfg(test)]
mod tests {
    use aftercall_survey::{Metric, QuestionRecord};

    use super::AnswerClass;

    fn question(
        metric: Metric,
        scale: (i64, i64),
        high_is_good: bool,
        threshold: Option<i64>,
    ) -> QuestionRecord {
        QuestionRecord {
            id: "q".to_owned(),
            metric,
            text: String::new(),
            scale,
            high_is_good,
            threshold,
            target: None,
            labels: Vec::new(),
        }
    }

    #[test]
    fn answers_are_good_and_bad_by_their_scale_and_its_direction() {
        let of = |question: &QuestionRecord, value| match AnswerClass::of(question, value) {
            Some(AnswerClass::Good) => '+',
            Some(AnswerClass::Middle) => '0',
            Some(AnswerClass::Bad) => '-',
            None => '?',
        };
        let all = |question: &QuestionRecord| {
            (question.scale.0..=question.scale.1)
                .map(|value| of(question, value))
                .collect::<String>()
        };
        assert_eq!(all(&question(Metric::Nps, (0, 10), true, None)), "-------00++");
        assert_eq!(all(&question(Metric::Csat, (1, 5), true, Some(4))), "--0++");
        assert_eq!(all(&question(Metric::Csat, (1, 5), false, Some(2))), "++0--");
        assert_eq!(all(&question(Metric::Ces, (1, 7), true, Some(5))), "---0+++");
        assert_eq!(all(&question(Metric::YesNo, (0, 1), true, None)), "-+");
        assert_eq!(all(&question(Metric::Choice, (1, 3), true, None)), "???");
    }
}
