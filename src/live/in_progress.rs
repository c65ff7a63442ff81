//! A call while it is surveyed.

use chrono::{DateTime, Utc};

use super::Live;
use super::event::{CallNames, Event, LiveAnswer, LiveEnd};
use aftercall_base::{CallUid, Disposition};

/// A call that is surveyed at the moment. No numbers of callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveCall {
    /// The call.
    pub call: CallUid,
    /// When it was answered.
    pub since: DateTime<Utc>,
    /// By what it is known.
    pub names: CallNames,
    /// The survey.
    pub survey: String,
    /// The version of its definition.
    pub survey_version: String,
    /// The language spoken.
    pub language: String,
    /// The id of the question that is being asked; `None` before the first.
    pub question: Option<String>,
    /// Questions answered so far.
    pub answered: usize,
}

/// Says what becomes of a call. The call is no longer in progress when this is dropped.
#[derive(Debug)]
pub struct CallInProgress {
    live: Live,
    call: CallUid,
}

impl CallInProgress {
    pub(super) const fn new(live: Live, call: CallUid) -> Self {
        Self { live, call }
    }

    /// A question is being asked.
    pub fn asking(&self, question: &str) {
        self.change(|call| {
            if call.question.as_deref() != Some(question) {
                call.question = Some(question.to_owned());
            }
        });
    }

    /// The survey goes on in this language.
    pub fn speaks(&self, language: &str) {
        self.change(|call| language.clone_into(&mut call.language));
    }

    /// An answer is stored; `value` is `None` for a question that was skipped.
    pub fn answered(&self, question: &str, value: Option<i64>, at: DateTime<Utc>) {
        let Some(call) = self.change(|call| {
            call.answered += usize::from(value.is_some());
            call.clone()
        }) else {
            return;
        };
        self.live.publish(Event::Answer(LiveAnswer {
            call: call.call,
            at,
            names: call.names,
            survey: call.survey,
            survey_version: call.survey_version,
            question: question.to_owned(),
            value,
            language: call.language,
        }));
    }

    /// The end of the call is stored.
    pub fn ended(self, disposition: Disposition, reason: &str, at: DateTime<Utc>) {
        let Some(call) = self.change(|call| call.clone()) else {
            return;
        };
        let live = self.live.clone();
        // Whoever reads of the end finds the call ended.
        drop(self);
        live.publish(Event::CallEnded(LiveEnd {
            call: call.call,
            at,
            names: call.names,
            survey: call.survey,
            survey_version: call.survey_version,
            disposition,
            reason: reason.to_owned(),
        }));
    }

    fn change<T>(&self, change: impl FnOnce(&mut LiveCall) -> T) -> Option<T> {
        self.live.state().calls.get_mut(&self.call).map(change)
    }
}

impl Drop for CallInProgress {
    fn drop(&mut self) {
        self.live.state().calls.remove(&self.call);
    }
}
