//! The values that the templates of `[results]` return to the PBX.

use std::sync::Arc;

use crate::live::CallNames;
use crate::results::{HeaderTemplates, Placeholder, Values, Word};
use aftercall_base::{CallUid, Disposition, Language};
use aftercall_survey::Survey;
use aftercall_survey::context::{CallContext, Field};
use aftercall_survey::route::Route;

/// What is known of a call between its arrival and its end.
#[derive(Debug, Clone)]
pub(super) struct ResultValues {
    call: CallUid,
    survey: Arc<Survey>,
    language: Option<Language>,
    original_call_id: Option<String>,
    queue: Option<String>,
    team: Option<String>,
    agent: Option<String>,
    token: Option<aftercall_base::Redacted<String>>,
    answers: Vec<(String, i64)>,
    end: Option<(Disposition, String)>,
}

impl ResultValues {
    /// The values that are known when the call arrives.
    pub(super) fn of(call: CallUid, survey: &Arc<Survey>, context: &CallContext) -> Self {
        let text = |field| context.values.text(field).map(str::to_owned);
        Self {
            call,
            survey: Arc::clone(survey),
            language: None,
            original_call_id: text(Field::OriginalCallId),
            queue: text(Field::Queue),
            team: text(Field::Team),
            agent: text(Field::Agent),
            token: context.token.clone(),
            answers: Vec::new(),
            end: None,
        }
    }

    /// By what supervisors know the call.
    pub(super) fn names(&self, route: &Route) -> CallNames {
        CallNames {
            route: Some(route.name().to_owned()),
            queue: self.queue.clone(),
            team: self.team.clone(),
            agent: self.agent.clone(),
        }
    }

    /// The survey goes on in this language.
    pub(super) fn change_language(&mut self, language: &Language) {
        self.language = Some(language.clone());
    }

    /// The same values with this language.
    pub(super) fn in_language(self, language: &Language) -> Self {
        Self {
            language: Some(language.clone()),
            ..self
        }
    }

    /// A question was answered, or skipped; a repetition replaces the former answer.
    pub(super) fn record_answer(&mut self, question: &str, value: Option<i64>) {
        self.answers.retain(|(known, _)| known != question);
        self.answers
            .extend(value.map(|value| (question.to_owned(), value)));
    }

    /// Records how the call ends.
    pub(super) fn record_end(&mut self, disposition: Disposition, reason: &str) {
        self.end = Some((disposition, reason.to_owned()));
    }

    /// The headers of a message to the PBX, those left out that would be empty.
    pub(super) fn headers(&self, templates: &HeaderTemplates) -> Vec<(String, String)> {
        templates.fill(self)
    }

    fn word(&self, word: Word) -> Option<String> {
        let end = self.end.as_ref();
        match word {
            Word::Disposition => end.map(|(disposition, _)| disposition.as_str().to_owned()),
            Word::Reason => end.map(|(_, reason)| reason.clone()),
            // Written by the template itself, pair by pair.
            Word::Answers => None,
            Word::Answered => Some(self.answers.len().to_string()),
            Word::Call => Some(self.call.to_string()),
            Word::Survey => Some(self.survey.version().name.clone()),
            Word::Language => self
                .language
                .as_ref()
                .map(|language| language.as_str().to_owned()),
            Word::OriginalCallId => self.original_call_id.clone(),
            Word::Queue => self.queue.clone(),
            Word::Agent => self.agent.clone(),
            Word::Token => self.token.as_ref().map(|token| token.expose().clone()),
        }
    }
}

impl Values for ResultValues {
    fn value(&self, place: &Placeholder) -> Option<String> {
        match place {
            Placeholder::Word(word) => self.word(*word),
            Placeholder::Answer(question) => {
                let answer = self.answers.iter().find(|(known, _)| known == question);
                answer.map(|(_, value)| value.to_string())
            }
        }
    }

    fn answers(&self) -> &[(String, i64)] {
        &self.answers
    }
}
