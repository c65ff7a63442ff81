//! What ids are called, what questions ask, and when something was in the operator's time zone.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use aftercall_report::Directory;
use aftercall_storage::export::AnswerRow;
use aftercall_storage::selection::Dimension;
use aftercall_survey::{AnswerClass, QuestionRecord, SurveyRecord};

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

/// The style of an answer. Never told by colour alone: it has a sign as well.
const fn style(class: AnswerClass) -> &'static str {
    match class {
        AnswerClass::Good => "good",
        AnswerClass::Middle => "middle",
        AnswerClass::Low => "bad",
    }
}

const fn sign(class: AnswerClass) -> &'static str {
    match class {
        AnswerClass::Good => "✓",
        AnswerClass::Middle => "–",
        AnswerClass::Low => "✗",
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
                ul.answers { @for answer in answers { (self.answer(answer, false)) } }
            }
        }
    }

    /// The same with what the values mean, for where there is room.
    pub fn answers_in_words(self, answers: &[AnswerRow]) -> Markup {
        html! {
            @if !answers.is_empty() {
                ul.answers { @for answer in answers { (self.answer(answer, true)) } }
            }
        }
    }

    fn answer(self, answer: &AnswerRow, has_label: bool) -> Markup {
        let question = self.question(&answer.survey, &answer.survey_version, &answer.question);
        let of_question = question.zip(answer.value);
        let class = of_question.and_then(|(question, value)| question.class(value));
        let label = of_question.and_then(|(question, value)| question.label(value));
        html! {
            li class=[class.map(style)] title=[question.map(|question| question.text.as_str())] {
                bdi { (answer.question) } " "
                @match answer.value {
                    Some(value) => {
                        strong { (value) }
                        @if let Some((_, max)) = question.map(|question| question.scale) { small { " / " (max) } }
                        @if let Some(label) = label.filter(|_| has_label) { " " bdi { (label) } }
                        @if let Some(class) = class { " " span aria-label=(self.words.t(&format!("answer-{}", style(class)))) role="img" { (sign(class)) } }
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
