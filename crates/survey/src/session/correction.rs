//! The offer to answer once more, after an answer that may be due to a scale taken the wrong way round.
//!
//! ```text
//! Settling (the answer is durable) -> Offered -> Deciding -any other key, silence-> the next question
//!                                        \---------+-- its key -> the question again -> a second answer, or none
//! ```
//! The first answer is stored before anything is offered, so a hang-up loses nothing. The second takes its place and keeps
//! the value of the first beside it. It is offered once; a question that is asked again and not answered keeps its first
//! answer. `*` repeats the offer as it repeats a question.

use std::time::Instant;

use super::recent::Fate;
use super::turn::Turn;
use super::{Phase, Session, Then};
use aftercall_base::Digit;

impl Session {
    /// Plays the offer, from which on its keys count.
    pub(super) fn offer_correction(&mut self, now: Instant) {
        let Some(turn) = &mut self.turn else { return };
        turn.open_offer(now);
        let prompts = turn.offer(&self.survey).map(<[_]>::to_vec);
        match self.play(prompts.unwrap_or_default()) {
            Some(play) => self.phase = Phase::Offered { play },
            None => self.await_correction(now),
        }
    }

    pub(super) fn await_correction(&mut self, now: Instant) {
        let correction = self
            .turn
            .as_ref()
            .and_then(|turn| turn.question(&self.survey).correction());
        let Some(correction) = correction else { return };
        self.phase = Phase::Deciding {
            until: now + correction.no_input(),
        };
    }

    pub(super) fn correction_key(&mut self, digit: Digit, at: Instant, now: Instant) -> Fate {
        if self.is_rest(digit, at, self.coming()) {
            return Fate::Dropped;
        }
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.owns(at)) else {
            return Fate::Dropped;
        };
        turn.note(digit);
        let commands = &self.survey.commands;
        let question = turn.question(&self.survey);
        if question
            .correction()
            .is_some_and(|correction| correction.key() == digit)
        {
            let prompts = question.wording().question.clone();
            turn.begin_again(now);
            self.pause(Then::AskAgain(prompts), now);
        } else if digit == Digit::STAR && commands.repeat && turn.may_repeat(&self.survey) {
            self.pause(Then::OfferCorrection, now);
        } else if digit != Digit::STAR || commands.opt_out.is_none() {
            self.keep_answer(now);
        }
        Fate::Opened
    }

    /// The caller is silent: the answer stays, and no gap is needed.
    pub(super) fn correction_expired(&mut self, now: Instant) {
        self.turn = None;
        self.goto(self.tally.ahead, now);
    }

    /// The caller says so, or the question was asked again in vain.
    pub(super) fn keep_answer(&mut self, now: Instant) {
        self.pause(Then::Goto(self.tally.ahead), now);
        self.turn = None;
    }

    /// Whether the turn that has just been answered is offered another answer.
    pub(super) fn is_offered(&self, turn: &Turn, value: Option<i64>) -> bool {
        let correction = turn.question(&self.survey).correction();
        let offered = correction
            .zip(value)
            .and_then(|(correction, value)| correction.offer(value));
        offered.is_some() && turn.first_value().is_none()
    }
}
