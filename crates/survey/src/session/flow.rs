//! The flow of a call: from prompt to answer to the next question, and to the goodbye.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::question_in_progress::{FailedAttempt, QuestionInProgress};
use super::{AfterGap, EndReason, Output, PendingAnswer, PlayId, Session, SessionPhase};
use crate::plan::NextStep;
use aftercall_base::PromptName;

/// How long a goodbye may take before the call is ended without its end.
const GOODBYE_LIMIT: Duration = Duration::from_secs(30);

impl Session {
    pub(super) fn open(&mut self, now: Instant) {
        if self.menu_state.is_some() {
            self.offer_languages(now);
        } else {
            self.welcome(now);
        }
    }

    pub(super) fn welcome(&mut self, now: Instant) {
        // The welcome says how many questions follow, so a call for which there is none does not hear it.
        if self.plan.start(&self.survey) == NextStep::End {
            return self.close(EndReason::NothingToAsk, now);
        }
        let welcome = self.survey.welcome.clone();
        match self.play(welcome) {
            Some(play) => self.phase = SessionPhase::Welcome { play },
            None => self.goto(self.progress.next_step, now),
        }
    }

    /// An attempt came to nothing.
    pub(super) fn attempt_failed(&mut self, failure: FailedAttempt, now: Instant) {
        let Some(current) = &mut self.current else { return };
        self.attempts_without_key += u32::from(failure == FailedAttempt::NoInput);
        let is_silent = self.attempts_without_key >= self.survey.rules.silences_in_a_row;
        let again = if is_silent {
            None
        } else {
            current.next_attempt(failure, &self.survey)
        };
        let Some(prompts) = again else {
            return self.settle(None, false, now);
        };
        match failure {
            // After a key there is a gap, so that no prompt begins while the key is still down; silence needs
            // none.
            FailedAttempt::NoMatch => self.pause(AfterGap::AskAgain(prompts), now),
            FailedAttempt::NoInput => self.ask(prompts, now),
        }
    }

    /// The question has its result; on to the next one when the result is durable.
    pub(super) fn settle(&mut self, value: Option<i64>, by_timeout: bool, now: Instant) {
        let Some(mut current) = self.current.take() else {
            return;
        };
        let is_silent = value.is_none() && self.attempts_without_key >= self.survey.rules.silences_in_a_row;
        // Asked again for a correction, and not answered: the first answer is stored already and stays.
        if current.first_value().is_some() && value.is_none() {
            return if is_silent {
                self.pause(AfterGap::Close(EndReason::Silence), now);
            } else {
                self.keep_answer(now);
            };
        }
        self.stop_playback();
        // A corrected answer was counted when it was first given.
        if current.first_value().is_none() {
            self.progress.count(current.question(&self.survey), value);
        }
        self.progress.next_step = self.plan.after(&self.survey, current.index(), value);
        current.note_early(&self.recent.take_dropped());
        let answer = current.answer(&self.survey, value, by_timeout);
        // The next prompt waits for both: the gap, and the word that this answer is durable.
        let pending_answer = PendingAnswer {
            question: answer.question.clone(),
            give_up_at: now + self.survey.timing.store,
        };
        self.outputs.push_back(Output::Answer(answer));
        let after_gap = if self.progress.skipped_in_a_row >= self.survey.rules.skips_in_a_row {
            AfterGap::Close(EndReason::SkippedInARow)
        } else if is_silent {
            AfterGap::Close(EndReason::Silence)
        } else if self.is_offered(&current, value) {
            current.answered(value.unwrap_or_default(), now + self.survey.timing.after_key);
            self.current = Some(current);
            AfterGap::OfferCorrection
        } else {
            AfterGap::Goto(self.progress.next_step)
        };
        self.phase = SessionPhase::Settling {
            gap_until: now + self.survey.timing.after_key,
            pending_answer: Some(pending_answer),
            after_gap,
        };
    }

    /// A silence after a key, with nothing to store.
    pub(super) fn pause(&mut self, after_gap: AfterGap, now: Instant) {
        self.stop_playback();
        let gap_until = now + self.survey.timing.after_key;
        self.phase = SessionPhase::Settling {
            gap_until,
            pending_answer: None,
            after_gap,
        };
    }

    pub(super) fn proceed(&mut self, now: Instant) {
        let SessionPhase::Settling { after_gap, .. } = std::mem::replace(&mut self.phase, SessionPhase::Over)
        else {
            return;
        };
        match after_gap {
            AfterGap::Close(reason) => self.close(reason, now),
            AfterGap::Goto(NextStep::End) => self.close(self.progress.natural_end(), now),
            AfterGap::Goto(NextStep::Question(_))
            | AfterGap::AskAgain(_)
            | AfterGap::OfferCorrection
            | AfterGap::OfferAgain
            | AfterGap::Welcome
                // The cap was reached while an answer was on its way to the disk; it has been stored, and no
                // question follows.
                if self.capped =>
            {
                self.close(EndReason::TimeCap, now);
            }
            AfterGap::OfferAgain => self.offer_languages(now),
            AfterGap::Welcome => self.welcome(now),
            AfterGap::OfferCorrection => self.offer_correction(now),
            AfterGap::Goto(next) => self.goto(next, now),
            AfterGap::AskAgain(prompts) => self.ask(prompts, now),
        }
    }

    pub(super) fn goto(&mut self, next: NextStep, now: Instant) {
        let survey = Arc::clone(&self.survey);
        match next {
            NextStep::Question(index) => {
                let Some(question) = survey.questions.get(index) else {
                    return;
                };
                if question.comment.is_some() {
                    return self.open_recorder(index, now);
                }
                self.asked.push(index);
                self.current = Some(QuestionInProgress::new(index, now));
                self.ask(question.wording.question.clone(), now);
            }
            NextStep::End => self.close(self.progress.natural_end(), now),
        }
    }

    fn ask(&mut self, prompts: Vec<PromptName>, now: Instant) {
        if let Some(current) = &mut self.current {
            current.prompt_started(now);
        }
        match self.play(prompts) {
            Some(play) => self.phase = SessionPhase::Asking { play },
            None => self.listen(now),
        }
    }

    pub(super) fn close(&mut self, reason: EndReason, now: Instant) {
        // The goodbye has a limit of its own: the cap must not cut it off.
        self.cap_at = None;
        self.current = None;
        self.use_fallback_language();
        self.settle_outcome(reason);
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
                self.phase = SessionPhase::Closing {
                    play,
                    until: now + GOODBYE_LIMIT,
                }
            }
            None => self.hang_up(),
        }
    }

    pub(super) fn hang_up(&mut self) {
        self.phase = SessionPhase::Over;
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
            SessionPhase::OfferingLanguages { .. }
                | SessionPhase::Welcome { .. }
                | SessionPhase::Asking { .. }
                | SessionPhase::OfferingCorrection { .. }
                | SessionPhase::Notice { .. }
                | SessionPhase::Tone { .. }
                | SessionPhase::Closing { .. }
        ) {
            self.outputs.push_back(Output::StopPlayback);
        }
    }
}
