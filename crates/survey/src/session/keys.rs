//! What a key does: it depends on what plays, on the rules of barge-in, and on whose question it is.

use std::sync::Arc;
use std::time::Instant;

use super::question_in_progress::{FailedAttempt, KeyEffect, QuestionInProgress};
use super::recent_keys::KeyRole;
use super::{AfterGap, EndReason, Output, Session, SessionPhase};
use crate::plan::NextStep;
use crate::question::Question;
use aftercall_base::{Digit, RecordingEndReason};

/// A `*`: when it was pressed, and until when a further key belongs to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct StarPress {
    at: Instant,
    joins_until: Instant,
}

impl Session {
    pub(super) fn digit(&mut self, digit: Digit, at: Instant, now: Instant) {
        // A key is reported later than it was pressed. Timers that were due before the press come first, so that
        // it counts where it was pressed.
        self.fire_due(at, now);
        self.attempts_without_key = 0;
        let window = self.survey.timing.inter_digit;
        let after_star = self
            .star
            .is_some_and(|star| (star.at..=star.joins_until).contains(&at));
        self.note_star(digit, at);
        // Before the phase is looked at: the opt-out works at any moment of a call.
        if after_star && self.survey.commands.opt_out == Some(digit) {
            return self.opt_out(digit, now);
        }
        let role = self.key(digit, at, now);
        self.recent.pressed(digit, at, role, window);
    }

    fn note_star(&mut self, digit: Digit, at: Instant) {
        let joins_until = at + self.survey.timing.inter_digit;
        self.star = (digit == Digit::STAR).then_some(StarPress { at, joins_until });
    }

    /// The key pressed last was down until then: what follows it is waited for from there.
    pub(super) fn held(&mut self, digit: Digit, until: Instant) {
        let joins_until = until + self.survey.timing.inter_digit;
        self.recent.held(digit, joins_until);
        if let Some(star) = self.star.as_mut().filter(|_| digit == Digit::STAR) {
            star.joins_until = star.joins_until.max(joins_until);
        }
        if let SessionPhase::Collecting { until } = &mut self.phase
            && self
                .current
                .as_ref()
                .is_some_and(|current| current.ends_with(digit))
        {
            *until = joins_until.max(*until);
        }
    }

    /// A key that may be none, or may be the part of an input whose other keys are lost: it is remembered as one that was
    /// dropped, so that no rest of it counts alone, and an input that waits for more is not one that it could have been.
    pub(super) fn doubtful_digit(&mut self, digit: Digit, at: Instant, now: Instant) {
        self.fire_due(at, now);
        self.attempts_without_key = 0;
        self.note_star(digit, at);
        // A `#` makes the waiting input what it is without it.
        let spoils = matches!(self.phase, SessionPhase::Collecting { .. }) && digit != Digit::POUND;
        let mut role = KeyRole::Dropped;
        if let Some(current) = self.current.as_mut().filter(|current| spoils && current.owns(at)) {
            current.spoil(digit, now + self.survey.timing.after_key);
            self.attempt_failed(FailedAttempt::NoMatch, now);
            role = KeyRole::Opened;
        }
        self.recent
            .pressed(digit, at, role, self.survey.timing.inter_digit);
    }

    fn key(&mut self, digit: Digit, at: Instant, now: Instant) -> KeyRole {
        let rules = self.survey.rules;
        match &self.phase {
            SessionPhase::OfferingLanguages { .. }
            | SessionPhase::ChoosingLanguage { .. }
            | SessionPhase::Settling {
                after_gap: AfterGap::OfferAgain,
                ..
            } => self.menu_key(digit, at, now),
            SessionPhase::Welcome { .. } if rules.barge_in_welcome => {
                self.stop_playback();
                self.goto(self.progress.next_step, now);
                KeyRole::Dropped
            }
            SessionPhase::Closing { .. } if rules.barge_in_thanks && !self.progress.opted_out => {
                self.stop_playback();
                self.hang_up();
                KeyRole::Dropped
            }
            SessionPhase::Asking { .. } if rules.barge_in => self.question_key(digit, at, now),
            SessionPhase::Listening { .. }
            | SessionPhase::Collecting { .. }
            | SessionPhase::Settling {
                after_gap: AfterGap::AskAgain(_),
                ..
            } => self.question_key(digit, at, now),
            SessionPhase::OfferingCorrection { .. } if rules.barge_in => self.correction_key(digit, at, now),
            SessionPhase::AwaitingCorrection { .. }
            | SessionPhase::Settling {
                after_gap: AfterGap::OfferCorrection,
                pending_answer: None,
                ..
            } => self.correction_key(digit, at, now),
            SessionPhase::Recording(_) => self.recording_key(digit, at, now),
            SessionPhase::Ringing
            | SessionPhase::Opening { .. }
            | SessionPhase::Welcome { .. }
            | SessionPhase::Asking { .. }
            | SessionPhase::OfferingCorrection { .. }
            | SessionPhase::OpeningRecorder { .. }
            | SessionPhase::Notice { .. }
            | SessionPhase::Tone { .. }
            | SessionPhase::Settling { .. }
            | SessionPhase::Closing { .. }
            | SessionPhase::Over => KeyRole::Dropped,
        }
    }

    fn question_key(&mut self, digit: Digit, at: Instant, now: Instant) -> KeyRole {
        let survey = Arc::clone(&self.survey);
        let heard = self.current.as_ref().filter(|current| current.hears(at, &survey));
        let Some(opens) = heard.map(QuestionInProgress::is_input_empty) else {
            return KeyRole::Dropped;
        };
        // A 0 whose 1 fell into the prompt before is the rest of a 10. Stored alone it would turn a promoter into
        // a detractor.
        if opens && self.belongs_to_earlier_input(digit, at, None) {
            return KeyRole::Dropped;
        }
        let Some(current) = &mut self.current else {
            return KeyRole::Dropped;
        };
        let pressed = current.press(digit, at, &survey);
        match pressed {
            KeyEffect::Nothing => {}
            KeyEffect::Repeat => {
                let question = current.question(&survey).wording.question.clone();
                self.pause(AfterGap::AskAgain(question), now);
            }
            KeyEffect::Waiting => {
                self.stop_playback();
                self.phase = SessionPhase::Collecting {
                    until: at + survey.timing.inter_digit,
                };
            }
            KeyEffect::Accepted(value) => self.settle(Some(value), false, now),
            KeyEffect::NoMatch => {
                if !opens {
                    current.pass_over(now + survey.timing.after_key);
                }
                self.attempt_failed(FailedAttempt::NoMatch, now);
            }
        }
        if opens || pressed == KeyEffect::NoMatch {
            KeyRole::Opened
        } else {
            KeyRole::Continued
        }
    }

    /// Whether a key that opens no input of its own belongs to one whose first key was dropped, or to one that has been
    /// decided: it makes an answer with it of the question that is asked or, where the input is older, of the one before;
    /// or of the one at `next_question`.
    pub(super) fn belongs_to_earlier_input(
        &self,
        digit: Digit,
        at: Instant,
        next_question: Option<&Question>,
    ) -> bool {
        let current = self.current.as_ref();
        let asked = current.map(|current| current.question(&self.survey));
        let before = self.asked_before();
        self.recent.unfinished_inputs(at).any(|earlier| {
            let is_older = current.is_none_or(|current| earlier.opened_at < current.started_at());
            let before = before.filter(|_| is_older);
            let mut meant = [asked, before, next_question].into_iter().flatten();
            meant.any(|question| earlier.takes(digit, question.keys()))
        })
    }

    /// The question that follows, as far as it is known.
    pub(super) fn next_question(&self) -> Option<&Question> {
        match self.progress.next_step {
            NextStep::Question(index) => self.survey.questions.get(index),
            NextStep::End => None,
        }
    }

    /// The question that was asked last, the present one apart.
    fn asked_before(&self) -> Option<&Question> {
        let present = self.current.as_ref().map(QuestionInProgress::index);
        let mut asked = self.asked.iter().rev();
        let index = asked.find(|index| Some(**index) != present)?;
        self.survey.questions.get(*index)
    }

    pub(super) fn opt_out(&mut self, digit: Digit, now: Instant) {
        if matches!(self.phase, SessionPhase::Ringing | SessionPhase::Over) || self.progress.opted_out {
            return;
        }
        self.stop_recording(RecordingEndReason::OptedOut);
        self.progress.opted_out = true;
        self.outputs.push_back(Output::OptOut);
        if let Some(current) = &mut self.current {
            current.note(digit);
        }
        let gap_until = now + self.survey.timing.after_key;
        match &mut self.phase {
            SessionPhase::Settling {
                gap_until: until,
                after_gap,
                ..
            } => {
                // An answer may be on its way to the disk: it is still waited for, and only what follows it
                // changes.
                *after_gap = AfterGap::Close(EndReason::OptedOut);
                *until = gap_until;
            }
            SessionPhase::Ringing
            | SessionPhase::Opening { .. }
            | SessionPhase::OfferingLanguages { .. }
            | SessionPhase::ChoosingLanguage { .. }
            | SessionPhase::Welcome { .. }
            | SessionPhase::Asking { .. }
            | SessionPhase::Listening { .. }
            | SessionPhase::Collecting { .. }
            | SessionPhase::OfferingCorrection { .. }
            | SessionPhase::AwaitingCorrection { .. }
            | SessionPhase::OpeningRecorder { .. }
            | SessionPhase::Notice { .. }
            | SessionPhase::Tone { .. }
            | SessionPhase::Recording(_)
            | SessionPhase::Closing { .. }
            | SessionPhase::Over => self.pause(AfterGap::Close(EndReason::OptedOut), now),
        }
    }
}
