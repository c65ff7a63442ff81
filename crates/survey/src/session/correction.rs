//! The offer to answer once more, after an answer that may be due to a scale taken the wrong way round.
//!
//! ```text
//! Settling (the answer is durable) -> OfferingCorrection -> AwaitingCorrection -any other key, silence-> the next question
//!                                           \---------------------+-- its key -> the question again -> a second answer, or none
//! ```
//! The first answer is stored before anything is offered, so a hang-up loses nothing. The second takes its place and keeps
//! the value of the first beside it. It is offered once; a question that is asked again and not answered keeps its first
//! answer. `*` repeats the offer as it repeats a question.

use std::time::Instant;

use super::question_in_progress::QuestionInProgress;
use super::recent_keys::KeyRole;
use super::{AfterGap, Session, SessionPhase};
use aftercall_base::Digit;

impl Session {
    /// Plays the offer, from which on its keys count.
    pub(super) fn offer_correction(&mut self, now: Instant) {
        let Some(current) = &mut self.current else { return };
        current.open_offer(now);
        let prompts = current.offer(&self.survey).map(<[_]>::to_vec);
        match self.play(prompts.unwrap_or_default()) {
            Some(play) => self.phase = SessionPhase::OfferingCorrection { play },
            None => self.await_correction(now),
        }
    }

    pub(super) fn await_correction(&mut self, now: Instant) {
        let correction = self
            .current
            .as_ref()
            .and_then(|current| current.question(&self.survey).correction());
        let Some(correction) = correction else { return };
        self.phase = SessionPhase::AwaitingCorrection {
            until: now + correction.no_input(),
        };
    }

    pub(super) fn correction_key(&mut self, digit: Digit, at: Instant, now: Instant) -> KeyRole {
        if self.belongs_to_earlier_input(digit, at, self.next_question()) {
            return KeyRole::Dropped;
        }
        let Some(current) = self.current.as_mut().filter(|current| current.owns(at)) else {
            return KeyRole::Dropped;
        };
        current.note(digit);
        let commands = &self.survey.commands;
        let question = current.question(&self.survey);
        if question
            .correction()
            .is_some_and(|correction| correction.key() == digit)
        {
            let prompts = question.wording().question.clone();
            current.restart(now);
            self.pause(AfterGap::AskAgain(prompts), now);
        } else if digit == Digit::STAR && commands.repeat && current.may_repeat(&self.survey) {
            self.pause(AfterGap::OfferCorrection, now);
        } else if digit != Digit::STAR || commands.opt_out.is_none() {
            self.keep_answer(now);
        }
        KeyRole::Opened
    }

    /// The caller is silent: the answer stays, and no gap is needed.
    pub(super) fn correction_expired(&mut self, now: Instant) {
        self.current = None;
        self.goto(self.progress.next_step, now);
    }

    /// The caller says so, or the question was asked again in vain.
    pub(super) fn keep_answer(&mut self, now: Instant) {
        self.pause(AfterGap::Goto(self.progress.next_step), now);
        self.current = None;
    }

    /// Whether the question that has just been answered is offered another answer.
    pub(super) fn is_offered(&self, current: &QuestionInProgress, value: Option<i64>) -> bool {
        let correction = current.question(&self.survey).correction();
        let offered = correction
            .zip(value)
            .and_then(|(correction, value)| correction.offer(value));
        offered.is_some() && current.first_value().is_none()
    }
}
