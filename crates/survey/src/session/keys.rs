//! What a key does: it depends on what plays, on the rules of barge-in, and on whose question it is.

use std::sync::Arc;
use std::time::Instant;

use super::recent::Fate;
use super::turn::{Miss, Pressed, Turn};
use super::{EndReason, Output, Phase, Session, Then};
use crate::plan::Ahead;
use crate::question::Question;
use aftercall_base::{Digit, EndedBy};

/// A `*`: when it was pressed, and until when a further key belongs to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Star {
    at: Instant,
    joins_until: Instant,
}

impl Session {
    pub(super) fn digit(&mut self, digit: Digit, at: Instant, now: Instant) {
        self.fire_due(at, now);
        self.silences = 0;
        let window = self.survey.timing.inter_digit;
        let after_star = self
            .star
            .is_some_and(|star| (star.at..=star.joins_until).contains(&at));
        self.note_star(digit, at);
        if after_star && self.survey.commands.opt_out == Some(digit) {
            return self.opt_out(digit, now);
        }
        let fate = self.key(digit, at, now);
        self.recent.pressed(digit, at, fate, window);
    }

    fn note_star(&mut self, digit: Digit, at: Instant) {
        let joins_until = at + self.survey.timing.inter_digit;
        self.star = (digit == Digit::STAR).then_some(Star { at, joins_until });
    }

    /// The key pressed last was down until then: what follows it is waited for from there.
    pub(super) fn held(&mut self, digit: Digit, until: Instant) {
        let joins_until = until + self.survey.timing.inter_digit;
        self.recent.held(digit, joins_until);
        if let Some(star) = self.star.as_mut().filter(|_| digit == Digit::STAR) {
            star.joins_until = star.joins_until.max(joins_until);
        }
        if let Phase::Collecting { until } = &mut self.phase
            && self.turn.as_ref().is_some_and(|turn| turn.ends_with(digit))
        {
            *until = joins_until.max(*until);
        }
    }

    /// A key that may be none, or may be the part of an input whose other keys are lost: it is remembered as one that was
    /// dropped, so that no rest of it counts alone, and an input that waits for more is not one that it could have been.
    pub(super) fn doubtful_digit(&mut self, digit: Digit, at: Instant, now: Instant) {
        self.fire_due(at, now);
        self.silences = 0;
        self.note_star(digit, at);
        // A `#` makes the waiting input what it is without it.
        let spoils = matches!(self.phase, Phase::Collecting { .. }) && digit != Digit::POUND;
        let mut fate = Fate::Dropped;
        if let Some(turn) = self.turn.as_mut().filter(|turn| spoils && turn.owns(at)) {
            turn.spoil(digit, now + self.survey.timing.after_key);
            self.miss(Miss::NoMatch, now);
            fate = Fate::Opened;
        }
        self.recent
            .pressed(digit, at, fate, self.survey.timing.inter_digit);
    }

    fn key(&mut self, digit: Digit, at: Instant, now: Instant) -> Fate {
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
                Fate::Dropped
            }
            Phase::Closing { .. } if rules.barge_in_thanks && !self.tally.opted_out => {
                self.stop_playback();
                self.hang_up();
                Fate::Dropped
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
            | Phase::Over => Fate::Dropped,
        }
    }

    fn question_key(&mut self, digit: Digit, at: Instant, now: Instant) -> Fate {
        let survey = Arc::clone(&self.survey);
        let heard = self.turn.as_ref().filter(|turn| turn.hears(at, &survey));
        let Some(opens) = heard.map(Turn::is_input_empty) else {
            return Fate::Dropped;
        };
        if opens && self.is_rest(digit, at, None) {
            return Fate::Dropped;
        }
        let Some(turn) = &mut self.turn else {
            return Fate::Dropped;
        };
        let pressed = turn.press(digit, at, &survey);
        match pressed {
            Pressed::Nothing => {}
            Pressed::Repeat => {
                let question = turn.question(&survey).wording.question.clone();
                self.pause(Then::AskAgain(question), now);
            }
            Pressed::Waiting => {
                self.stop_playback();
                self.phase = Phase::Collecting {
                    until: at + survey.timing.inter_digit,
                };
            }
            Pressed::Accepted(value) => self.settle(Some(value), false, now),
            Pressed::NoMatch => {
                if !opens {
                    turn.pass_over(now + survey.timing.after_key);
                }
                self.miss(Miss::NoMatch, now);
            }
        }
        if opens || pressed == Pressed::NoMatch {
            Fate::Opened
        } else {
            Fate::Continued
        }
    }

    /// Whether a key that opens no input of its own belongs to one whose first key was dropped, or to one that has been
    /// decided: it makes an answer with it of the question that is asked or, where the input is older, of the one before;
    /// or of the one at `coming`.
    pub(super) fn is_rest(&self, digit: Digit, at: Instant, coming: Option<&Question>) -> bool {
        let turn = self.turn.as_ref();
        let asked = turn.map(|turn| turn.question(&self.survey));
        let before = self.asked_before();
        self.recent.stems(at).any(|stem| {
            let is_older = turn.is_none_or(|turn| stem.opened_at < turn.started_at());
            let before = before.filter(|_| is_older);
            let mut meant = [asked, before, coming].into_iter().flatten();
            meant.any(|question| stem.takes(digit, question.keys()))
        })
    }

    /// The question that follows, as far as it is known.
    pub(super) fn coming(&self) -> Option<&Question> {
        match self.tally.ahead {
            Ahead::Question(index) => self.survey.questions.get(index),
            Ahead::End => None,
        }
    }

    /// The question that was asked last, the present one apart.
    fn asked_before(&self) -> Option<&Question> {
        let present = self.turn.as_ref().map(Turn::index);
        let mut asked = self.asked.iter().rev();
        let index = asked.find(|index| Some(**index) != present)?;
        self.survey.questions.get(*index)
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
