//! One caller's walk through a survey.
//!
//! A state machine without IO: [`Session::handle`] takes what happened, [`Session::poll`] says what to do,
//! [`Session::timeout`] when to come back with [`Input::Timeout`]. The media side starts a [`Output::Play`] at
//! once; every silence of the product is a timer here.
//!
//! ```text
//! Ringing -Answered-> Opening -400 ms-> Welcome -> Asking -> Listening -> Collecting
//!                                                   ^  key: |         |          |
//!                                                   +--- Settling <---+----------+
//!                                                 (gap, durable)  -> Closing -> Over
//! ```
//! Before the welcome the caller may be offered a choice of languages: see `menu`. A comment has phases of its own: see
//! `comment`; so has the offer to answer once more: see `correction`. Which questions come is the business of the call's
//! [`Plan`].
//!
//! Invariants, each tested: a question has one [`Output::Answer`], and at most one more that corrects it; nothing is played between an answer
//! and the word that it is durable, unless that is given up with an apology, after which nothing is asked; nothing is
//! recorded before the notice and the tone have been played, and nothing is played while recording; the call ends
//! within the cap of the survey plus the goodbye.
//!
//! Choices that the specification leaves open:
//! - `*` repeats at once, it does not wait for a `9`; a `9` within the inter-digit time after it opts out, so it
//!   cannot answer there. A repeat costs no attempt until the survey's `repeats` are used up.
//! - An input belongs to where the press of its first key started: see `recent_keys`. Once a question's prompt has started,
//!   keys answer it also in the short silence before it is asked again, unless several keys were just no answer.
//! - The inter-digit time begins where a key is released, as far as that is reported ([`Input::Held`]).
//! - A key that is in doubt spoils the input that it belongs to, also one that follows it: a question that is asked once more
//!   costs a few seconds, and half an answer would be a wrong one.
//! - Attempts without a key are counted over questions too: when nobody is there, the call ends soon
//!   ([`SurveyRules::silences_in_a_row`](super::SurveyRules)), whatever attempts a question has left. Any key begins the count anew.
//! - A `#` with nothing before it says nothing, so the habit of `9#` does not disturb the next question.
//! - When the call ends while an input waits (`1` of 0-10), the input is accepted as by timeout: a low score
//!   followed by a hang-up is not lost.
//! - A comment is not waited for: the call goes on while its file is being finished, and a comment that cannot be
//!   recorded is left out. A hang-up keeps what was said; an opt-out in the comment keeps nothing of it.
//! - Opting out after every scored question is answered leaves the survey completed; the outcome says both.

mod comment;
mod correction;
mod flow;
mod input;
mod keys;
mod menu;
mod outcome;
mod question_in_progress;
mod recent_keys;
mod technical;
mod timers;

#[cfg(test)]
mod property_tests;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::collect::Collected;
use super::definition::Survey;
use super::plan::{NextStep, Plan};
use aftercall_base::{Language, PromptName, QuestionId, RecordingEndReason};
use comment::CommentRecording;
pub use input::Input;
use keys::StarPress;
use menu::LanguageMenuState;
use outcome::SurveyProgress;
pub use outcome::{EndReason, Outcome};
use question_in_progress::QuestionInProgress;
use recent_keys::RecentKeys;
pub use technical::TechnicalCause;

/// One playback within a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlayId(pub u64);

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
    /// Stop the prompts that are being played; without effect when they have just ended.
    StopPlayback,
    /// Play in this language from now on.
    Speak(Language),
    /// Make this answer durable and report [`Input::Stored`] or [`Input::StoreFailed`]. It may also come as the
    /// last output, after the caller hung up. A second answer to the same question takes the place of the first.
    Answer(AnswerGiven),
    /// Make ready to record the answer to this question and report [`Input::RecorderReady`] or
    /// [`Input::RecorderFailed`].
    OpenRecording(QuestionId),
    /// Play the tone after which the caller speaks.
    PlayTone(PlayId),
    /// Record from now on, and report where speech starts and ends.
    Record(QuestionId),
    /// End what [`Output::OpenRecording`] began, whether or not anything was recorded. Keep what was said, unless the
    /// caller opted out.
    StopRecording {
        /// The question of the comment.
        question: QuestionId,
        /// What ended the recording; an opt-out means that nothing of it is kept.
        ended_by: RecordingEndReason,
    },
    /// Keep for good that the caller opted out.
    OptOut,
    /// Send BYE: the session is over.
    HangUp(EndReason),
}

/// The result of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerGiven {
    /// The id of the question in its survey.
    pub question: QuestionId,
    /// The value; `None` when the question was skipped after its last attempt.
    pub value: Option<i64>,
    /// Every key pressed at the question, in order, at most 32.
    pub raw_digits: String,
    /// Every key that was dropped since the question before was decided, in order, at most 32: it came too early, or was
    /// the rest of an input that did.
    pub early_digits: String,
    /// Attempts used, from 1.
    pub attempts: u32,
    /// From the end of the last prompt to the deciding key; zero when the caller barged in or was silent.
    pub response_time: Duration,
    /// How long the prompt of the question had been playing when the deciding key came; `None` when it had been played to its
    /// end, or to its end in an earlier attempt.
    pub heard: Option<Duration>,
    /// Whether an input that could have been longer was accepted without its end being marked.
    pub accepted_by_timeout: bool,
    /// The value first given, where the caller took the offer to answer once more.
    pub corrected_from: Option<i64>,
}

/// One caller's walk through a survey.
#[derive(Debug)]
pub struct Session {
    survey: Arc<Survey>,
    plan: Plan,
    phase: SessionPhase,
    /// The choice of languages, until it is made.
    menu_state: Option<LanguageMenuState>,
    current: Option<QuestionInProgress>,
    progress: SurveyProgress,
    /// Indexes of the questions that were begun to be asked, in order.
    asked: Vec<usize>,
    recent: RecentKeys,
    /// Attempts without a key since the last key.
    attempts_without_key: u32,
    /// `*`, while it was the last key.
    star: Option<StarPress>,
    /// When the whole survey is over; `None` before the answer and once the goodbye has begun.
    cap_at: Option<Instant>,
    capped: bool,
    plays: u64,
    outputs: VecDeque<Output>,
    /// Decided when the goodbye begins.
    ending: Option<Outcome>,
}

#[derive(Debug)]
enum SessionPhase {
    Ringing,
    Opening {
        until: Instant,
    },
    /// A language is offered, the one after the other.
    OfferingLanguages {
        play: PlayId,
    },
    /// Every language has been offered.
    ChoosingLanguage {
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
    /// The offer to answer once more is played.
    OfferingCorrection {
        play: PlayId,
    },
    /// It has been played.
    AwaitingCorrection {
        until: Instant,
    },
    /// The recorder makes a file.
    OpeningRecorder {
        until: Instant,
    },
    /// The notice is played: a comment is going to be recorded.
    Notice {
        play: PlayId,
    },
    Tone {
        play: PlayId,
    },
    Recording(CommentRecording),
    Settling {
        gap_until: Instant,
        pending_answer: Option<PendingAnswer>,
        after_gap: AfterGap,
    },
    Closing {
        play: PlayId,
        until: Instant,
    },
    Over,
}

/// An answer on its way to the disk.
#[derive(Debug)]
struct PendingAnswer {
    question: QuestionId,
    give_up_at: Instant,
}

/// What follows a silence.
#[derive(Debug)]
enum AfterGap {
    OfferAgain,
    Welcome,
    AskAgain(Vec<PromptName>),
    OfferCorrection,
    Goto(NextStep),
    Close(EndReason),
}

impl Session {
    /// A session for a call that has not been answered yet and has no context; the draw is the number 0.
    pub fn new(survey: Arc<Survey>) -> Self {
        let no_context = std::collections::BTreeMap::new();
        let plan = Plan::new(&survey, &no_context, 0);
        Self::planned(survey, plan)
    }

    /// A session that asks what `plan`, made of the same survey, says.
    pub fn planned(survey: Arc<Survey>, plan: Plan) -> Self {
        Self {
            progress: SurveyProgress::new(plan.start(&survey)),
            plan,
            survey,
            asked: Vec::new(),
            recent: RecentKeys::default(),
            phase: SessionPhase::Ringing,
            menu_state: None,
            current: None,
            attempts_without_key: 0,
            star: None,
            cap_at: None,
            capped: false,
            plays: 0,
            outputs: VecDeque::new(),
            ending: None,
        }
    }

    /// The same, and the caller chooses the language first, where the survey has a menu for that. `fallback` is spoken
    /// when they do not.
    pub fn offering_languages(mut self, fallback: Language) -> Self {
        self.menu_state = self
            .survey
            .language_menu()
            .map(|_| LanguageMenuState::new(fallback));
        self
    }

    /// Takes note of what happened.
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Answered => self.answered(now),
            Input::PlaybackFinished(play) => self.playback_finished(play, now),
            // A clock of the media side that runs ahead must not put a press into the future.
            Input::Digit { digit, at } => self.digit(digit, at.min(now), now),
            Input::Held { digit, until } => self.held(digit, until.min(now)),
            Input::DoubtfulDigit { digit, at } => self.doubtful_digit(digit, at.min(now), now),
            Input::Stored(question) => self.stored(&question, now),
            Input::StoreFailed(question) => self.store_failed(&question, now),
            Input::RecorderReady(question) => self.recorder_ready(&question, now),
            Input::RecorderFailed(question) => self.recorder_failed(&question, now),
            Input::SpeechStarted => self.speech_started(),
            Input::SpeechEnded { at } => self.speech_ended(at.min(now)),
            Input::HungUp => self.end_without_goodbye(EndReason::CallerHungUp, now),
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
        let is_over = matches!(self.phase, SessionPhase::Over);
        self.ending.as_ref().filter(|_| is_over)
    }

    /// The questions that were begun to be asked so far, in order; a comment from its notice on.
    pub fn asked(&self) -> impl Iterator<Item = &QuestionId> {
        let question = |index: &usize| self.survey.questions.get(*index);
        self.asked
            .iter()
            .filter_map(question)
            .map(|question| &question.id)
    }

    /// What this call is asked.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether a question has been asked, or every language offered, and nothing was pressed yet.
    pub fn is_listening(&self) -> bool {
        matches!(
            self.phase,
            SessionPhase::Listening { .. }
                | SessionPhase::ChoosingLanguage { .. }
                | SessionPhase::AwaitingCorrection { .. }
        )
    }

    /// Whether the caller's speech is being recorded.
    pub fn is_recording(&self) -> bool {
        matches!(self.phase, SessionPhase::Recording(_))
    }

    fn answered(&mut self, now: Instant) {
        if matches!(self.phase, SessionPhase::Ringing) {
            let timing = self.survey.timing;
            self.cap_at = Some(now + timing.whole_survey);
            self.phase = SessionPhase::Opening {
                until: now + timing.before_first_prompt,
            };
        }
    }

    fn playback_finished(&mut self, finished: PlayId, now: Instant) {
        match self.phase {
            SessionPhase::OfferingLanguages { play } if play == finished => self.offer_next_language(now),
            SessionPhase::Welcome { play } if play == finished => self.goto(self.progress.next_step, now),
            SessionPhase::Asking { play } if play == finished => self.listen(now),
            SessionPhase::OfferingCorrection { play } if play == finished => self.await_correction(now),
            SessionPhase::Notice { play } if play == finished => self.play_tone(),
            SessionPhase::Tone { play } if play == finished => self.start_recording(now),
            SessionPhase::Closing { play, .. } if play == finished => self.hang_up(),
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
            | SessionPhase::Settling { .. }
            | SessionPhase::Closing { .. }
            | SessionPhase::Over => {}
        }
    }

    fn listen(&mut self, now: Instant) {
        let Some(current) = &mut self.current else { return };
        current.prompt_ended(now);
        let timing = self.survey.timing;
        let is_last = current.attempt() >= self.survey.rules.attempts;
        let patience = if is_last {
            timing.no_input_last
        } else {
            timing.no_input
        };
        self.phase = SessionPhase::Listening {
            until: now + patience,
        };
    }

    fn stored(&mut self, question: &QuestionId, now: Instant) {
        if let SessionPhase::Settling {
            gap_until,
            pending_answer,
            ..
        } = &mut self.phase
            && pending_answer
                .as_ref()
                .is_some_and(|pending_answer| pending_answer.question == *question)
        {
            *pending_answer = None;
            if *gap_until <= now {
                self.proceed(now);
            }
        }
    }

    fn store_failed(&mut self, question: &QuestionId, now: Instant) {
        if let SessionPhase::Settling {
            pending_answer: Some(pending_answer),
            ..
        } = &self.phase
            && pending_answer.question == *question
        {
            self.close(EndReason::Storage, now);
        }
    }

    fn failed(&mut self, cause: TechnicalCause, now: Instant) {
        if !matches!(self.phase, SessionPhase::Over) {
            self.end_without_goodbye(EndReason::Technical(cause), now);
            self.outputs
                .push_back(Output::HangUp(EndReason::Technical(cause)));
        }
    }

    /// The call has ended already, by a hang-up or a failure: no goodbye can be played.
    fn end_without_goodbye(&mut self, reason: EndReason, now: Instant) {
        if matches!(self.phase, SessionPhase::Over) {
            return;
        }
        self.accept_pending_input(now);
        self.use_fallback_language();
        self.stop_recording(match reason {
            EndReason::CallerHungUp => RecordingEndReason::CallerHungUp,
            _ => RecordingEndReason::Technical,
        });
        self.settle_outcome(reason);
        self.phase = SessionPhase::Over;
        self.cap_at = None;
    }

    /// Computes the outcome. Once computed it stays, but for an opt-out that comes later: a caller may press `*9` in the
    /// thank-you.
    fn settle_outcome(&mut self, reason: EndReason) {
        let leads_on = self.plan.leads_to_scored(&self.survey, self.progress.next_step);
        let outcome = self.progress.outcome(reason, leads_on);
        let ending = self.ending.map_or(outcome, |ending| Outcome {
            opted_out: outcome.opted_out,
            ..ending
        });
        self.ending = Some(ending);
    }

    /// Accepts an input that waits for more, when it is an answer as it stands.
    fn accept_pending_input(&mut self, now: Instant) {
        if matches!(self.phase, SessionPhase::Collecting { .. })
            && let Some(current) = &mut self.current
            && let Collected::Accepted(value) = current.end_input(&self.survey)
        {
            self.settle(Some(value), true, now);
        }
    }
}
