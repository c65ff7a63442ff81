//! How a call ended that a crash of the service cut off.
//!
//! The session that would have said how the call ended is gone with the process, so the stored answers are all there is:
//! every scored question for the call answered is `completed`, any other answer is `partial`. Without an answer it was the
//! service that failed and not the caller who left: the disposition is `failed`, which response rates do not count as a
//! refusal by a person. The call ends at the last moment known of it, not at the restart.
//!
//! [`survey::session`](crate::Session) decides the same for a call that ends while the service runs.

use chrono::{DateTime, Utc};

use super::end::CallEnd;
use crate::admission::Decision;
use aftercall_base::{CallUid, Disposition};

/// The reason stored for a call that the service left in progress when it died.
pub const RESTART: &str = "restart";

/// A call that is in progress by its row, although its node does not handle it any more.
///
/// A call that was decided before it arrived and is still expected is not one of these: its announcement is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterruptedCall {
    /// The call's identity.
    pub call: CallUid,
    /// Whether it was to be surveyed.
    pub decision: Decision,
    /// When the INVITE arrived.
    pub arrived_at: DateTime<Utc>,
    /// When it was answered with 200; `None` when it was not.
    pub answered_at: Option<DateTime<Utc>>,
    /// Ids of the questions for this call; `None` where every call of its survey version has the same.
    pub planned: Option<Vec<String>>,
    /// Ids of the scored questions of its survey version; empty when that version is not known.
    pub scored: Vec<String>,
    /// Its answers, skipped questions included, in any order.
    pub answers: Vec<InterruptedAnswer>,
}

/// The stored result of one question of an interrupted call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterruptedAnswer {
    /// The id of the question in its survey version.
    pub question: String,
    /// Whether it has a value; `false` when the question was skipped.
    pub has_value: bool,
    /// When it was accepted or skipped.
    pub answered_at: DateTime<Utc>,
}

impl InterruptedCall {
    /// The end that is stored for the call.
    pub fn end(&self) -> CallEnd {
        let last_answer = self.answers.iter().map(|answer| answer.answered_at).max();
        CallEnd {
            alerts: Vec::new(),
            call: self.call,
            answered_at: self.answered_at,
            ended_at: last_answer.or(self.answered_at).unwrap_or(self.arrived_at),
            disposition: self.disposition(),
            reason: RESTART.to_owned(),
            media: None,
            asked: None,
            spoken_language: None,
        }
    }

    fn disposition(&self) -> Disposition {
        match self.decision {
            Decision::NotSampled => Disposition::NotSampled,
            Decision::Suppressed => Disposition::Suppressed,
            Decision::Sampled if !self.answers.iter().any(|answer| answer.has_value) => Disposition::Failed,
            Decision::Sampled if self.is_complete() => Disposition::Completed,
            Decision::Sampled => Disposition::Partial,
        }
    }

    /// Whether every scored question for this call has a value. A version without scored questions is never complete: it
    /// may as well be one that was not registered.
    fn is_complete(&self) -> bool {
        let has_value = |id: &String| {
            let mut answers = self.answers.iter();
            answers.any(|answer| answer.has_value && answer.question == *id)
        };
        let is_planned = |id: &&String| self.planned.as_ref().is_none_or(|planned| planned.contains(id));
        !self.scored.is_empty() && self.scored.iter().filter(is_planned).all(has_value)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{InterruptedAnswer, InterruptedCall, RESTART};
    use crate::admission::Decision;
    use aftercall_base::{CallUid, Disposition};

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    /// A sampled call of a survey with two scored questions; each answer a second after the one before.
    fn call(answers: &[(&str, bool)]) -> InterruptedCall {
        let answer = |(second, (question, has_value)): (i64, &(&str, bool))| InterruptedAnswer {
            question: (*question).to_owned(),
            has_value: *has_value,
            answered_at: at(second),
        };
        InterruptedCall {
            call: CallUid::NONE,
            decision: Decision::Sampled,
            arrived_at: at(0),
            answered_at: Some(at(1)),
            planned: None,
            scored: ids(&["nps", "ces"]),
            answers: (10..).zip(answers).map(answer).collect(),
        }
    }

    #[test]
    fn disposition_follows_from_the_answers_alone() {
        for (answers, disposition) in [
            (&[][..], Disposition::Failed),
            (&[("nps", false), ("ces", false)], Disposition::Failed),
            (&[("nps", true)], Disposition::Partial),
            (&[("nps", true), ("ces", false)], Disposition::Partial),
            (&[("topic", true)], Disposition::Partial),
            (&[("nps", true), ("ces", true)], Disposition::Completed),
            (
                &[("nps", true), ("topic", false), ("ces", true)],
                Disposition::Completed,
            ),
        ] {
            let end = call(answers).end();
            assert_eq!(
                (end.disposition, end.reason.as_str()),
                (disposition, RESTART),
                "{answers:?}"
            );
        }
    }

    #[test]
    fn scored_question_that_was_not_for_the_call_is_not_missed() {
        let mut call = call(&[("ces", true)]);
        call.planned = Some(ids(&["ces", "topic"]));
        assert_eq!(call.end().disposition, Disposition::Completed);
        call.planned = Some(ids(&["nps", "ces"]));
        assert_eq!(call.end().disposition, Disposition::Partial);
    }

    #[test]
    fn survey_version_that_is_not_known_has_no_completed_call() {
        let mut call = call(&[("nps", true), ("ces", true)]);
        call.scored.clear();
        assert_eq!(call.end().disposition, Disposition::Partial);
    }

    #[test]
    fn call_that_was_not_to_be_surveyed_ends_as_it_was_decided() {
        for (decision, disposition) in [
            (Decision::NotSampled, Disposition::NotSampled),
            (Decision::Suppressed, Disposition::Suppressed),
        ] {
            let mut call = call(&[("nps", true)]);
            call.decision = decision;
            assert_eq!(call.end().disposition, disposition);
        }
    }

    #[test]
    fn call_ends_at_the_last_moment_known_of_it() {
        let mut call = call(&[("nps", true), ("ces", false)]);
        call.answers.reverse();
        assert_eq!(call.end().ended_at, at(11), "a skipped question counts");
        call.answers.clear();
        assert_eq!(call.end().ended_at, at(1));
        call.answered_at = None;
        assert_eq!(call.end().ended_at, at(0));
    }
}
