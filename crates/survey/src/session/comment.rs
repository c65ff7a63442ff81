//! A comment: recorded speech after the notice and the tone.
//!
//! ```text
//! Readying -ready-> Notice -finished-> Tone -finished-> Recording -> Settling
//!     \------------- the recorder cannot: the comment is left out -----^
//! ```
//! The file is made before the notice, so that nobody is asked to speak who cannot be recorded; nothing is recorded
//! before the tone has been heard to its end. From [`Output::OpenRecording`] on there is exactly one
//! [`Output::StopRecording`], whatever happens. Only `#` and the opt-out mean something: `#` always ends the
//! recording, other keys are pressed by cheeks and are ignored. In the notice and in the tone no key but the opt-out is
//! heard, for a `#` there may be the habit of `9#`; nor does a `#` end the recording that belongs to a key pressed before it.

use std::time::{Duration, Instant};

use super::recent::Fate;
use super::turn::Turn;
use super::{Output, Phase, Session, Then};
use crate::question::Comment;
use aftercall_base::{Digit, EndedBy, QuestionId};

/// How long the recorder may take to make a file; then the comment is left out.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// A recording in progress.
#[derive(Debug, Clone, Copy)]
pub(super) struct Take {
    started_at: Instant,
    limit_at: Instant,
    silence: Duration,
    /// When the silence has lasted long enough; `None` while the caller speaks.
    quiet_at: Option<Instant>,
}

impl Take {
    /// When it ends by itself.
    pub(super) fn ends_at(&self) -> Instant {
        self.quiet_at
            .map_or(self.limit_at, |quiet| quiet.min(self.limit_at))
    }

    fn ended_by(&self) -> EndedBy {
        if self.ends_at() < self.limit_at {
            EndedBy::Silence
        } else {
            EndedBy::Limit
        }
    }
}

impl Session {
    /// Asks for the recorder.
    pub(super) fn ready_comment(&mut self, index: usize, now: Instant) {
        let turn = Turn::new(index, now);
        let question = turn.question(&self.survey).id.clone();
        self.turn = Some(turn);
        self.outputs.push_back(Output::OpenRecording(question));
        self.phase = Phase::Readying {
            until: now + READY_WITHIN,
        };
    }

    pub(super) fn recorder_ready(&mut self, question: &QuestionId, now: Instant) {
        if !matches!(self.phase, Phase::Readying { .. }) || !self.is_at(question) {
            return;
        }
        let notice = self
            .turn
            .as_ref()
            .map(|turn| turn.question(&self.survey).wording.question.clone())
            .unwrap_or_default();
        self.asked.extend(self.turn.as_ref().map(Turn::index));
        match self.play(notice) {
            Some(play) => self.phase = Phase::Notice { play },
            None => self.leave_comment(EndedBy::Technical, now),
        }
    }

    pub(super) fn recorder_failed(&mut self, question: &QuestionId, now: Instant) {
        if self.is_in_comment() && self.is_at(question) {
            self.leave_comment(EndedBy::Disk, now);
        }
    }

    pub(super) fn sound_tone(&mut self) {
        let play = self.next_play();
        self.outputs.push_back(Output::PlayTone(play));
        self.phase = Phase::Tone { play };
    }

    pub(super) fn start_recording(&mut self, now: Instant) {
        let Some((question, comment)) = self.comment() else {
            return;
        };
        self.outputs.push_back(Output::Record(question));
        self.phase = Phase::Recording(Take {
            started_at: now,
            limit_at: now + comment.max_length,
            silence: comment.silence,
            quiet_at: Some(now + self.survey.timing.no_input.max(comment.silence)),
        });
    }

    pub(super) fn speech_started(&mut self) {
        if let Phase::Recording(take) = &mut self.phase {
            take.quiet_at = None;
            self.silences = 0;
        }
    }

    /// The last sound of speech was at `at`.
    pub(super) fn speech_ended(&mut self, at: Instant) {
        if let Phase::Recording(take) = &mut self.phase {
            take.quiet_at = Some(at.max(take.started_at) + take.silence);
        }
    }

    pub(super) fn recording_key(&mut self, digit: Digit, at: Instant, now: Instant) -> Fate {
        match &self.phase {
            Phase::Recording(take)
                if digit == Digit::POUND
                    && at >= take.started_at
                    && !self.recent.end_before(take.started_at, at) =>
            {
                self.leave_comment(EndedBy::Key, now);
                Fate::Opened
            }
            _ => Fate::Dropped,
        }
    }

    pub(super) fn recording_expired(&mut self, now: Instant) {
        if let Phase::Recording(take) = &self.phase {
            self.leave_comment(take.ended_by(), now);
        }
    }

    pub(super) fn recorder_late(&mut self, now: Instant) {
        self.leave_comment(EndedBy::Disk, now);
    }

    /// Whether a recording is open.
    pub(super) const fn is_in_comment(&self) -> bool {
        matches!(
            self.phase,
            Phase::Readying { .. } | Phase::Notice { .. } | Phase::Tone { .. } | Phase::Recording(_)
        )
    }

    /// Ends the recording, if one is open, and leaves the flow where it is.
    pub(super) fn stop_recording(&mut self, ended_by: EndedBy) {
        if self.is_in_comment()
            && let Some((question, _)) = self.comment()
        {
            self.outputs
                .push_back(Output::StopRecording { question, ended_by });
        }
    }

    /// Goes on behind the comment. Nothing waits for its file to be durable: a comment must never hold up a call.
    fn leave_comment(&mut self, ended_by: EndedBy, now: Instant) {
        self.stop_recording(ended_by);
        let Some(turn) = &self.turn else { return };
        let ahead = self.plan.after(&self.survey, turn.index(), None);
        self.tally.ahead = ahead;
        self.pause(Then::Goto(ahead), now);
        self.turn = None;
    }

    fn comment(&self) -> Option<(QuestionId, Comment)> {
        let question = self.turn.as_ref()?.question(&self.survey);
        Some((question.id.clone(), question.comment?))
    }

    fn is_at(&self, id: &QuestionId) -> bool {
        let turn = self.turn.as_ref();
        turn.is_some_and(|turn| turn.question(&self.survey).id == *id)
    }
}
