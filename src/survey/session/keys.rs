//! What a key does: it depends on what plays, on the rules of barge-in, and on whose question it is.

use std::time::Instant;

use super::turn::{Miss, Pressed};
use super::{EndReason, Output, Phase, Session, Then};
use crate::dtmf::Digit;
use crate::storage::contract::EndedBy;

impl Session {
    pub(super) fn digit(&mut self, digit: Digit, at: Instant, now: Instant) {
        self.fire_due(at, now);
        self.silences = 0;
        let window = self.survey.timing.inter_digit;
        let after_star = self
            .star_at
            .is_some_and(|star| at.saturating_duration_since(star) <= window);
        self.star_at = (digit == Digit::STAR).then_some(at);
        if after_star && self.survey.commands.opt_out == Some(digit) {
            self.opt_out(digit, now);
        } else {
            self.key(digit, at, now);
        }
    }

    fn key(&mut self, digit: Digit, at: Instant, now: Instant) {
        let rules = self.survey.rules;
        match &self.phase {
            Phase::Offering { .. }
            | Phase::Choosing { .. }
            | Phase::Settling {
                then: Then::OfferAgain,
                ..
            } => self.menu_key(digit, at, now),
            Phase::Welcome { .. } if rules.barge_in_welcome => {
                self.stop_playback();
                self.goto(self.tally.ahead, now);
            }
            Phase::Closing { .. } if rules.barge_in_thanks && !self.tally.opted_out => {
                self.stop_playback();
                self.hang_up();
            }
            Phase::Asking { .. } if rules.barge_in => self.question_key(digit, at, now),
            Phase::Listening { .. }
            | Phase::Collecting { .. }
            | Phase::Settling {
                then: Then::AskAgain(_),
                ..
            } => self.question_key(digit, at, now),
            Phase::Offered { .. } if rules.barge_in => self.correction_key(digit, at, now),
            Phase::Deciding { .. }
            | Phase::Settling {
                then: Then::OfferCorrection,
                storing: None,
                ..
            } => self.correction_key(digit, at, now),
            Phase::Recording(_) => self.recording_key(digit, at, now),
            Phase::Ringing
            | Phase::Opening { .. }
            | Phase::Welcome { .. }
            | Phase::Asking { .. }
            | Phase::Offered { .. }
            | Phase::Readying { .. }
            | Phase::Notice { .. }
            | Phase::Tone { .. }
            | Phase::Settling { .. }
            | Phase::Closing { .. }
            | Phase::Over => {}
        }
    }

    fn question_key(&mut self, digit: Digit, at: Instant, now: Instant) {
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.owns(at)) else {
            return;
        };
        match turn.press(digit, at, &self.survey) {
            Pressed::Nothing => {}
            Pressed::Repeat => {
                let question = turn.question(&self.survey).wording.question.clone();
                self.pause(Then::AskAgain(question), now);
            }
            Pressed::Waiting => {
                self.stop_playback();
                self.phase = Phase::Collecting {
                    until: at + self.survey.timing.inter_digit,
                };
            }
            Pressed::Accepted(value) => {
                self.settle(Some(value), false, now);
            }
            Pressed::NoMatch => self.miss(Miss::NoMatch, now),
        }
    }

    pub(super) fn opt_out(&mut self, digit: Digit, now: Instant) {
        if matches!(self.phase, Phase::Ringing | Phase::Over) || self.tally.opted_out {
            return;
        }
        self.stop_recording(EndedBy::OptedOut);
        self.tally.opted_out = true;
        self.outputs.push_back(Output::OptOut);
        if let Some(turn) = &mut self.turn {
            turn.note(digit);
        }
        let gap_until = now + self.survey.timing.after_key;
        match &mut self.phase {
            Phase::Settling {
                gap_until: until,
                then,
                ..
            } => {
                *then = Then::Close(EndReason::OptedOut);
                *until = gap_until;
            }
            Phase::Ringing
            | Phase::Opening { .. }
            | Phase::Offering { .. }
            | Phase::Choosing { .. }
            | Phase::Welcome { .. }
            | Phase::Asking { .. }
            | Phase::Listening { .. }
            | Phase::Collecting { .. }
            | Phase::Offered { .. }
            | Phase::Deciding { .. }
            | Phase::Readying { .. }
            | Phase::Notice { .. }
            | Phase::Tone { .. }
            | Phase::Recording(_)
            | Phase::Closing { .. }
            | Phase::Over => self.pause(Then::Close(EndReason::OptedOut), now),
        }
    }
}
