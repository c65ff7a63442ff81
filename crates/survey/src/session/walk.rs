//! The steps of the walk: from prompt to answer to the next question, and to the goodbye.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::turn::{Miss, Turn};
use super::{EndReason, Output, Phase, PlayId, Session, Storing, Then};
use crate::plan::Ahead;
use aftercall_base::PromptName;

/// How long a goodbye may take before the call is ended without its end.
const LONGEST_GOODBYE: Duration = Duration::from_secs(30);

impl Session {
    pub(super) fn open(&mut self, now: Instant) {
        if self.offering.is_some() {
            self.offer(now);
        } else {
            self.welcome(now);
        }
    }

    pub(super) fn welcome(&mut self, now: Instant) {
        if self.plan.start(&self.survey) == Ahead::End {
            return self.close(EndReason::NothingToAsk, now);
        }
        let welcome = self.survey.welcome.clone();
        match self.play(welcome) {
            Some(play) => self.phase = Phase::Welcome { play },
            None => self.goto(self.tally.ahead, now),
        }
    }

    /// An attempt came to nothing.
    pub(super) fn miss(&mut self, miss: Miss, now: Instant) {
        let Some(turn) = &mut self.turn else { return };
        self.silences += u32::from(miss == Miss::NoInput);
        let is_silent = self.silences >= self.survey.rules.silences_in_a_row;
        let again = if is_silent {
            None
        } else {
            turn.next_attempt(miss, &self.survey)
        };
        let Some(prompts) = again else {
            return self.settle(None, false, now);
        };
        match miss {
            Miss::NoMatch => self.pause(Then::AskAgain(prompts), now),
            Miss::NoInput => self.ask(prompts, now),
        }
    }

    /// The question has its result; on to the next one when the result is durable.
    pub(super) fn settle(&mut self, value: Option<i64>, by_timeout: bool, now: Instant) {
        let Some(mut turn) = self.turn.take() else { return };
        let is_silent = value.is_none() && self.silences >= self.survey.rules.silences_in_a_row;
        if turn.first_value().is_some() && value.is_none() {
            return if is_silent {
                self.pause(Then::Close(EndReason::Silence), now);
            } else {
                self.keep_answer(now);
            };
        }
        self.stop_playback();
        if turn.first_value().is_none() {
            self.tally.count(turn.question(&self.survey), value);
        }
        self.tally.ahead = self.plan.after(&self.survey, turn.index(), value);
        turn.note_early(&self.recent.take_dropped());
        let answer = turn.answer(&self.survey, value, by_timeout);
        let storing = Storing {
            question: answer.question.clone(),
            give_up_at: now + self.survey.timing.store,
        };
        self.outputs.push_back(Output::Answer(answer));
        let then = if self.tally.skipped_in_a_row >= self.survey.rules.skips_in_a_row {
            Then::Close(EndReason::SkippedInARow)
        } else if is_silent {
            Then::Close(EndReason::Silence)
        } else if self.is_offered(&turn, value) {
            turn.answered(value.unwrap_or_default(), now + self.survey.timing.after_key);
            self.turn = Some(turn);
            Then::OfferCorrection
        } else {
            Then::Goto(self.tally.ahead)
        };
        self.phase = Phase::Settling {
            gap_until: now + self.survey.timing.after_key,
            storing: Some(storing),
            then,
        };
    }

    /// A silence after a key, with nothing to store.
    pub(super) fn pause(&mut self, then: Then, now: Instant) {
        self.stop_playback();
        let gap_until = now + self.survey.timing.after_key;
        self.phase = Phase::Settling {
            gap_until,
            storing: None,
            then,
        };
    }

    pub(super) fn proceed(&mut self, now: Instant) {
        let Phase::Settling { then, .. } = std::mem::replace(&mut self.phase, Phase::Over) else {
            return;
        };
        match then {
            Then::Close(reason) => self.close(reason, now),
            Then::Goto(Ahead::End) => self.close(self.tally.natural_end(), now),
            Then::Goto(Ahead::Question(_))
            | Then::AskAgain(_)
            | Then::OfferCorrection
            | Then::OfferAgain
            | Then::Welcome
                if self.capped =>
            {
                self.close(EndReason::TimeCap, now);
            }
            Then::OfferAgain => self.offer(now),
            Then::Welcome => self.welcome(now),
            Then::OfferCorrection => self.offer_correction(now),
            Then::Goto(next) => self.goto(next, now),
            Then::AskAgain(prompts) => self.ask(prompts, now),
        }
    }

    pub(super) fn goto(&mut self, next: Ahead, now: Instant) {
        let survey = Arc::clone(&self.survey);
        match next {
            Ahead::Question(index) => {
                let Some(question) = survey.questions.get(index) else {
                    return;
                };
                if question.comment.is_some() {
                    return self.ready_comment(index, now);
                }
                self.asked.push(index);
                self.turn = Some(Turn::new(index, now));
                self.ask(question.wording.question.clone(), now);
            }
            Ahead::End => self.close(self.tally.natural_end(), now),
        }
    }

    fn ask(&mut self, prompts: Vec<PromptName>, now: Instant) {
        if let Some(turn) = &mut self.turn {
            turn.prompt_started();
        }
        match self.play(prompts) {
            Some(play) => self.phase = Phase::Asking { play },
            None => self.listen(now),
        }
    }

    pub(super) fn close(&mut self, reason: EndReason, now: Instant) {
        self.cap_at = None;
        self.turn = None;
        self.give_up_choice();
        self.decide(reason);
        let closing = &self.survey.closing;
        let goodbye = match reason {
            EndReason::OptedOut => &closing.declined,
            EndReason::Storage => &closing.apology,
            EndReason::AllAnswered
            | EndReason::NothingToAsk
            | EndReason::QuestionsSkipped
            | EndReason::SkippedInARow
            | EndReason::Silence
            | EndReason::TimeCap
            | EndReason::CallerHungUp
            | EndReason::Technical(_) => &closing.thanks,
        };
        match self.play(goodbye.clone()) {
            Some(play) => {
                self.phase = Phase::Closing {
                    play,
                    until: now + LONGEST_GOODBYE,
                }
            }
            None => self.hang_up(),
        }
    }

    pub(super) fn hang_up(&mut self) {
        self.phase = Phase::Over;
        if let Some(ending) = self.ending {
            self.outputs.push_back(Output::HangUp(ending.reason));
        }
    }

    pub(super) fn play(&mut self, prompts: Vec<PromptName>) -> Option<PlayId> {
        if prompts.is_empty() {
            return None;
        }
        let id = self.next_play();
        self.outputs.push_back(Output::Play { id, prompts });
        Some(id)
    }

    pub(super) fn next_play(&mut self) -> PlayId {
        self.plays += 1;
        PlayId(self.plays)
    }

    /// Asks for silence where something plays.
    pub(super) fn stop_playback(&mut self) {
        if matches!(
            self.phase,
            Phase::Offering { .. }
                | Phase::Welcome { .. }
                | Phase::Asking { .. }
                | Phase::Offered { .. }
                | Phase::Notice { .. }
                | Phase::Tone { .. }
                | Phase::Closing { .. }
        ) {
            self.outputs.push_back(Output::StopPlayback);
        }
    }
}
