//! One caller's walk through a survey.
//!
//! A state machine without IO: [`Session::handle`] is told what happened, [`Session::poll`] says what to do,
//! [`Session::timeout`] when to come back with [`Input::Timeout`]. The media side starts a [`Output::Play`] at
//! once; every silence of the product is a timer here.
//!
//! ```text
//! Ringing -Answered-> Opening -400 ms-> Welcome -> Asking -> Listening -> Collecting
//!                                                   ^  key: |         |          |
//!                                                   +--- Settling <---+----------+
//!                                                 (gap, durable)  -> Closing -> Over
//! ```
//!
//! Invariants, each tested: a question has at most one [`Output::Answer`]; nothing is played between an answer
//! and the word that it is durable; the call ends within the cap of the survey plus the goodbye.
//!
//! Choices that the specification leaves open:
//! - `*` repeats at once, it does not wait for a `9`; a `9` within the inter-digit time after it opts out, so it
//!   cannot answer there. A repeat costs no attempt until the survey's `repeats` are used up.
//! - A key belongs to the question where its press started. Once a question's prompt has started, keys answer it
//!   also in the short silence before it is asked again.
//! - A `#` with nothing before it says nothing, so the habit of `9#` does not disturb the next question.
//! - When the call ends while an input waits (`1` of 0-10), the input is accepted as by timeout: a low score
//!   followed by a hang-up is not lost.
//! - Opting out after every scored question is answered leaves the survey completed; the outcome says both.

mod outcome;
mod turn;

#[cfg(test)]
mod properties;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use outcome::Tally;
pub use outcome::{EndReason, Outcome};
use turn::{Miss, Turn};

use super::collect::Collected;
use super::definition::{Goto, Survey};
use super::name::{PromptName, QuestionId};
use crate::dtmf::Digit;

/// How long a goodbye may take before the call is ended without its end.
const LONGEST_GOODBYE: Duration = Duration::from_secs(30);

/// One playback within a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlayId(pub u64);

/// What a session is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The call is answered and media flow.
    Answered,
    /// A playback came to its end; a stopped one need not be reported.
    PlaybackFinished(PlayId),
    /// A key was pressed.
    Digit {
        /// The key.
        digit: Digit,
        /// When the press started.
        at: Instant,
    },
    /// The answer to this question is durable.
    Stored(QuestionId),
    /// The answer to this question could not be made durable.
    StoreFailed(QuestionId),
    /// The caller hung up.
    HungUp,
    /// The call cannot go on for a technical reason, told in a word: `rtp_silence`, `shutdown`.
    Failed(&'static str),
    /// The moment of [`Session::timeout`] has come.
    Timeout,
}

/// What a session wants done, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Play these prompts one after the other, at once and without a gap.
    Play {
        /// To be reported by [`Input::PlaybackFinished`].
        id: PlayId,
        /// Never empty.
        prompts: Vec<PromptName>,
    },
    /// Stop what plays.
    StopPlayback,
    /// Make this answer durable and report [`Input::Stored`] or [`Input::StoreFailed`]. It may also come as the
    /// last output, after the caller hung up.
    Answer(AnswerGiven),
    /// End the call.
    HangUp(EndReason),
}

/// The result of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerGiven {
    /// The question.
    pub question: QuestionId,
    /// The value; `None` when the question was skipped after its last attempt.
    pub value: Option<i64>,
    /// Every key pressed at the question, in order, at most 32.
    pub raw_digits: String,
    /// Attempts used, from 1.
    pub attempts: u32,
    /// From the end of the last prompt to the deciding key; zero when the caller barged in or was silent.
    pub response_time: Duration,
    /// Whether an input that could have been longer was accepted without its end being marked.
    pub accepted_by_timeout: bool,
}

/// One caller's walk through a survey.
#[derive(Debug)]
pub struct Session {
    survey: Arc<Survey>,
    phase: Phase,
    turn: Option<Turn>,
    tally: Tally,
    /// When `*` was pressed, while it was the last key.
    star_at: Option<Instant>,
    /// When the whole survey is over; `None` before the answer and once the goodbye has begun.
    cap_at: Option<Instant>,
    capped: bool,
    plays: u64,
    outputs: VecDeque<Output>,
    /// Decided when the goodbye begins.
    ending: Option<Outcome>,
}

#[derive(Debug)]
enum Phase {
    Ringing,
    Opening {
        until: Instant,
    },
    Welcome {
        play: PlayId,
    },
    Asking {
        play: PlayId,
    },
    Listening {
        until: Instant,
    },
    Collecting {
        until: Instant,
    },
    Settling {
        gap_until: Instant,
        storing: Option<Storing>,
        then: Then,
    },
    Closing {
        play: PlayId,
        until: Instant,
    },
    Over,
}

/// An answer on its way to the disk.
#[derive(Debug)]
struct Storing {
    question: QuestionId,
    give_up_at: Instant,
}

/// What follows a silence.
#[derive(Debug)]
enum Then {
    AskAgain(Vec<PromptName>),
    Goto(Goto),
    Close(EndReason),
}

impl Session {
    /// A session for a call that has not been answered yet.
    pub fn new(survey: Arc<Survey>) -> Self {
        Self {
            survey,
            phase: Phase::Ringing,
            turn: None,
            tally: Tally::default(),
            star_at: None,
            cap_at: None,
            capped: false,
            plays: 0,
            outputs: VecDeque::new(),
            ending: None,
        }
    }

    /// Takes note of what happened.
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Answered => self.answered(now),
            Input::PlaybackFinished(play) => self.playback_finished(play, now),
            Input::Digit { digit, at } => self.digit(digit, at.min(now), now),
            Input::Stored(question) => self.stored(&question, now),
            Input::StoreFailed(question) => self.store_failed(&question, now),
            Input::HungUp => self.cut_off(EndReason::CallerHungUp, now),
            Input::Failed(cause) => self.failed(cause, now),
            Input::Timeout => self.fire_due(now, now),
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to come back with [`Input::Timeout`], at the latest.
    pub fn timeout(&self) -> Option<Instant> {
        let phase = self.phase_deadline();
        phase.into_iter().chain(self.cap_at).min()
    }

    /// How the call ended; `None` while it goes on.
    pub fn outcome(&self) -> Option<&Outcome> {
        match self.phase {
            Phase::Over => self.ending.as_ref(),
            Phase::Ringing
            | Phase::Opening { .. }
            | Phase::Welcome { .. }
            | Phase::Asking { .. }
            | Phase::Listening { .. }
            | Phase::Collecting { .. }
            | Phase::Settling { .. }
            | Phase::Closing { .. } => None,
        }
    }

    /// Whether a question has been asked to its end and nothing was pressed yet.
    pub fn is_listening(&self) -> bool {
        matches!(self.phase, Phase::Listening { .. })
    }

    fn answered(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Ringing) {
            let timing = self.survey.timing;
            self.cap_at = Some(now + timing.whole_survey);
            self.phase = Phase::Opening {
                until: now + timing.before_first_prompt,
            };
        }
    }

    fn playback_finished(&mut self, finished: PlayId, now: Instant) {
        match self.phase {
            Phase::Welcome { play } if play == finished => self.goto(self.tally.ahead, now),
            Phase::Asking { play } if play == finished => self.listen(now),
            Phase::Closing { play, .. } if play == finished => self.hang_up(),
            Phase::Ringing
            | Phase::Opening { .. }
            | Phase::Welcome { .. }
            | Phase::Asking { .. }
            | Phase::Listening { .. }
            | Phase::Collecting { .. }
            | Phase::Settling { .. }
            | Phase::Closing { .. }
            | Phase::Over => {}
        }
    }

    fn listen(&mut self, now: Instant) {
        let Some(turn) = &mut self.turn else { return };
        turn.prompt_ended(now);
        let timing = self.survey.timing;
        let is_last = turn.attempt() >= self.survey.rules.attempts;
        let patience = if is_last {
            timing.no_input_last
        } else {
            timing.no_input
        };
        self.phase = Phase::Listening {
            until: now + patience,
        };
    }

    fn stored(&mut self, question: &QuestionId, now: Instant) {
        if let Phase::Settling {
            gap_until, storing, ..
        } = &mut self.phase
            && storing
                .as_ref()
                .is_some_and(|storing| storing.question == *question)
        {
            *storing = None;
            if *gap_until <= now {
                self.proceed(now);
            }
        }
    }

    fn store_failed(&mut self, question: &QuestionId, now: Instant) {
        if let Phase::Settling {
            storing: Some(storing),
            ..
        } = &self.phase
            && storing.question == *question
        {
            self.close(EndReason::Storage, now);
        }
    }

    fn failed(&mut self, cause: &'static str, now: Instant) {
        if !matches!(self.phase, Phase::Over) {
            self.cut_off(EndReason::Technical(cause), now);
            self.outputs
                .push_back(Output::HangUp(EndReason::Technical(cause)));
        }
    }

    /// The call ends under our hands: no goodbye.
    fn cut_off(&mut self, reason: EndReason, now: Instant) {
        if matches!(self.phase, Phase::Over) {
            return;
        }
        self.salvage(now);
        if self.ending.is_none() {
            self.ending = Some(self.tally.outcome(reason, &self.survey));
        }
        self.phase = Phase::Over;
        self.cap_at = None;
    }

    /// Accepts an input that waits for more, when it is an answer as it stands.
    fn salvage(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Collecting { .. })
            && let Some(turn) = &mut self.turn
            && let Collected::Accepted(value) = turn.end_input(&self.survey)
        {
            self.settle(Some(value), true, now, now);
        }
    }
}

/// Timers.
impl Session {
    fn phase_deadline(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Opening { until }
            | Phase::Listening { until }
            | Phase::Collecting { until }
            | Phase::Closing { until, .. } => Some(*until),
            Phase::Settling {
                storing: Some(storing),
                ..
            } => Some(storing.give_up_at),
            Phase::Settling {
                gap_until,
                storing: None,
                ..
            } => Some(*gap_until),
            Phase::Ringing | Phase::Welcome { .. } | Phase::Asking { .. } | Phase::Over => None,
        }
    }

    /// Fires every timer due at `limit`, earliest first; what follows counts from `now`.
    fn fire_due(&mut self, limit: Instant, now: Instant) {
        while self.timeout().is_some_and(|due| due <= limit) {
            if self.cap_at.is_some_and(|cap| Some(cap) == self.timeout()) {
                self.cap_reached(now);
            } else {
                self.phase_expired(now);
            }
        }
    }

    fn phase_expired(&mut self, now: Instant) {
        match &self.phase {
            Phase::Opening { .. } => self.open(now),
            Phase::Listening { .. } => self.miss(Miss::NoInput, now, now),
            Phase::Collecting { .. } => self.input_expired(now),
            Phase::Settling { storing: Some(_), .. } => self.close(EndReason::Storage, now),
            Phase::Settling { storing: None, .. } => self.proceed(now),
            Phase::Closing { .. } => {
                self.outputs.push_back(Output::StopPlayback);
                self.hang_up();
            }
            Phase::Ringing | Phase::Welcome { .. } | Phase::Asking { .. } | Phase::Over => {}
        }
    }

    fn input_expired(&mut self, now: Instant) {
        let Some(turn) = &mut self.turn else { return };
        match turn.end_input(&self.survey) {
            Collected::Accepted(value) => self.settle(Some(value), true, now, now),
            Collected::NoMatch | Collected::Nothing | Collected::Waiting => {
                self.miss(Miss::NoMatch, now, now);
            }
        }
    }

    fn cap_reached(&mut self, now: Instant) {
        self.cap_at = None;
        self.capped = true;
        self.salvage(now);
        if !matches!(self.phase, Phase::Settling { .. }) {
            self.stop_playback();
            self.close(EndReason::TimeCap, now);
        }
    }
}

/// Keys.
impl Session {
    fn digit(&mut self, digit: Digit, at: Instant, now: Instant) {
        self.fire_due(at, now);
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
            Phase::Ringing
            | Phase::Opening { .. }
            | Phase::Welcome { .. }
            | Phase::Asking { .. }
            | Phase::Settling { .. }
            | Phase::Closing { .. }
            | Phase::Over => {}
        }
    }

    fn question_key(&mut self, digit: Digit, at: Instant, now: Instant) {
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.owns(at)) else {
            return;
        };
        match turn.press(digit, &self.survey) {
            turn::Pressed::Nothing => {}
            turn::Pressed::Repeat => {
                let question = turn.question(&self.survey).wording.question.clone();
                self.pause(Then::AskAgain(question), now);
            }
            turn::Pressed::Waiting => {
                self.stop_playback();
                self.phase = Phase::Collecting {
                    until: at + self.survey.timing.inter_digit,
                };
            }
            turn::Pressed::Accepted(value) => {
                self.settle(Some(value), false, at, now);
            }
            turn::Pressed::NoMatch => self.miss(Miss::NoMatch, at, now),
        }
    }

    fn opt_out(&mut self, digit: Digit, now: Instant) {
        if matches!(self.phase, Phase::Ringing | Phase::Over) || self.tally.opted_out {
            return;
        }
        self.tally.opted_out = true;
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
            | Phase::Welcome { .. }
            | Phase::Asking { .. }
            | Phase::Listening { .. }
            | Phase::Collecting { .. }
            | Phase::Closing { .. }
            | Phase::Over => self.pause(Then::Close(EndReason::OptedOut), now),
        }
    }
}

/// Steps of the walk.
impl Session {
    fn open(&mut self, now: Instant) {
        let welcome = self.survey.welcome.clone();
        match self.play(welcome) {
            Some(play) => self.phase = Phase::Welcome { play },
            None => self.goto(self.tally.ahead, now),
        }
    }

    /// An attempt came to nothing, by the key pressed at `at` or by silence.
    fn miss(&mut self, miss: Miss, at: Instant, now: Instant) {
        let Some(turn) = &mut self.turn else { return };
        let Some(prompts) = turn.next_attempt(miss, &self.survey) else {
            return self.settle(None, false, at, now);
        };
        match miss {
            Miss::NoMatch => self.pause(Then::AskAgain(prompts), now),
            Miss::NoInput => self.ask(prompts, now),
        }
    }

    /// The question has its result; on to the next one when the result is durable.
    fn settle(&mut self, value: Option<i64>, by_timeout: bool, at: Instant, now: Instant) {
        let Some(turn) = self.turn.take() else { return };
        self.stop_playback();
        let question = turn.question(&self.survey);
        self.tally.count(question, value);
        let answer = turn.into_answer(&self.survey, value, by_timeout, at);
        let skipped_too_many = self.tally.skipped_in_a_row >= self.survey.rules.skips_in_a_row;
        let then = if skipped_too_many {
            Then::Close(EndReason::SkippedInARow)
        } else {
            Then::Goto(self.tally.ahead)
        };
        let timing = self.survey.timing;
        let storing = Storing {
            question: answer.question.clone(),
            give_up_at: now + timing.store,
        };
        self.outputs.push_back(Output::Answer(answer));
        self.phase = Phase::Settling {
            gap_until: now + timing.after_key,
            storing: Some(storing),
            then,
        };
    }

    /// A silence after a key, with nothing to store.
    fn pause(&mut self, then: Then, now: Instant) {
        self.stop_playback();
        let gap_until = now + self.survey.timing.after_key;
        self.phase = Phase::Settling {
            gap_until,
            storing: None,
            then,
        };
    }

    fn proceed(&mut self, now: Instant) {
        let Phase::Settling { then, .. } = std::mem::replace(&mut self.phase, Phase::Over) else {
            return;
        };
        match then {
            Then::Close(reason) => self.close(reason, now),
            Then::Goto(Goto::End) => self.close(self.tally.natural_end(), now),
            Then::Goto(Goto::Question(_)) | Then::AskAgain(_) if self.capped => {
                self.close(EndReason::TimeCap, now);
            }
            Then::Goto(next) => self.goto(next, now),
            Then::AskAgain(prompts) => self.ask(prompts, now),
        }
    }

    fn goto(&mut self, next: Goto, now: Instant) {
        let survey = Arc::clone(&self.survey);
        match next {
            Goto::Question(index) => {
                let Some(question) = survey.questions.get(index) else {
                    return;
                };
                self.turn = Some(Turn::new(index, now));
                self.ask(question.wording.question.clone(), now);
            }
            Goto::End => self.close(self.tally.natural_end(), now),
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

    fn close(&mut self, reason: EndReason, now: Instant) {
        self.cap_at = None;
        self.turn = None;
        let outcome = self.tally.outcome(reason, &self.survey);
        let outcome = match self.ending.take() {
            Some(ending) => Outcome {
                opted_out: outcome.opted_out,
                ..ending
            },
            None => outcome,
        };
        self.ending = Some(outcome);
        let closing = &self.survey.closing;
        let goodbye = match reason {
            EndReason::OptedOut => &closing.declined,
            EndReason::Storage => &closing.apology,
            EndReason::AllAnswered
            | EndReason::QuestionsSkipped
            | EndReason::SkippedInARow
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

    fn hang_up(&mut self) {
        self.phase = Phase::Over;
        if let Some(ending) = &self.ending {
            self.outputs.push_back(Output::HangUp(ending.reason));
        }
    }

    fn play(&mut self, prompts: Vec<PromptName>) -> Option<PlayId> {
        if prompts.is_empty() {
            return None;
        }
        self.plays += 1;
        let id = PlayId(self.plays);
        self.outputs.push_back(Output::Play { id, prompts });
        Some(id)
    }

    /// Asks for silence where something plays.
    fn stop_playback(&mut self) {
        if matches!(
            self.phase,
            Phase::Welcome { .. } | Phase::Asking { .. } | Phase::Closing { .. }
        ) {
            self.outputs.push_back(Output::StopPlayback);
        }
    }
}
