//! A comment: recorded speech after the notice and the tone.
//!
//! ```text
//! OpeningRecorder -ready-> Notice -finished-> Tone -finished-> Recording -> Settling
//!     \-------------------- the recorder cannot: the comment is left out -----^
//! ```
//! The file is made before the notice, so that nobody is asked to speak who cannot be recorded; nothing is recorded
//! before the tone has been heard to its end. From [`Output::OpenRecording`] on there is exactly one
//! [`Output::StopRecording`], whatever happens. Only `#` and the opt-out mean something: `#` always ends the
//! recording, other keys are pressed by accident, with the cheek, and are ignored. In the notice and in the tone no key but the opt-out is
//! heard, for a `#` there may be the habit of `9#`; nor does a `#` end the recording that belongs to a key pressed before it.

use std::time::{Duration, Instant};

use super::question_in_progress::QuestionInProgress;
use super::recent_keys::KeyRole;
use super::{AfterGap, Output, Session, SessionPhase};
use crate::question::Comment;
use aftercall_base::{Digit, QuestionId, RecordingEndReason};

/// How long the recorder may take to make a file; then the comment is left out.
const RECORDER_TIMEOUT: Duration = Duration::from_secs(2);

/// A recording in progress.
#[derive(Debug, Clone, Copy)]
pub(super) struct CommentRecording {
    started_at: Instant,
    limit_at: Instant,
    silence: Duration,
    /// When the silence has lasted long enough; `None` while the caller speaks.
    quiet_at: Option<Instant>,
}

impl CommentRecording {
    /// When it ends by itself.
    pub(super) fn ends_at(&self) -> Instant {
        self.quiet_at
            .map_or(self.limit_at, |quiet| quiet.min(self.limit_at))
    }

    fn ended_by(&self) -> RecordingEndReason {
        if self.ends_at() < self.limit_at {
            RecordingEndReason::Silence
        } else {
            RecordingEndReason::Limit
        }
    }
}

impl Session {
    /// Asks for the recorder.
    pub(super) fn open_recorder(&mut self, index: usize, now: Instant) {
        let current = QuestionInProgress::new(index, now);
        let question = current.question(&self.survey).id.clone();
        self.current = Some(current);
        self.outputs.push_back(Output::OpenRecording(question));
        self.phase = SessionPhase::OpeningRecorder {
            until: now + RECORDER_TIMEOUT,
        };
    }

    pub(super) fn recorder_ready(&mut self, question: &QuestionId, now: Instant) {
        if !matches!(self.phase, SessionPhase::OpeningRecorder { .. }) || !self.is_at(question) {
            return;
        }
        let notice = self
            .current
            .as_ref()
            .map(|current| current.question(&self.survey).wording.question.clone())
            .unwrap_or_default();
        // From the notice on: a comment for which no file could be made was never asked for.
        self.asked
            .extend(self.current.as_ref().map(QuestionInProgress::index));
        match self.play(notice) {
            Some(play) => self.phase = SessionPhase::Notice { play },
            None => self.end_comment(RecordingEndReason::Technical, now),
        }
    }

    pub(super) fn recorder_failed(&mut self, question: &QuestionId, now: Instant) {
        if self.is_in_comment() && self.is_at(question) {
            self.end_comment(RecordingEndReason::Disk, now);
        }
    }

    pub(super) fn play_tone(&mut self) {
        let play = self.next_play();
        self.outputs.push_back(Output::PlayTone(play));
        self.phase = SessionPhase::Tone { play };
    }

    pub(super) fn start_recording(&mut self, now: Instant) {
        let Some((question, comment)) = self.comment() else {
            return;
        };
        self.outputs.push_back(Output::Record(question));
        self.phase = SessionPhase::Recording(CommentRecording {
            started_at: now,
            limit_at: now + comment.max_length,
            silence: comment.silence,
            // A caller who has not begun to speak gets the time of a question to begin.
            quiet_at: Some(now + self.survey.timing.no_input.max(comment.silence)),
        });
    }

    pub(super) fn speech_started(&mut self) {
        if let SessionPhase::Recording(recording) = &mut self.phase {
            recording.quiet_at = None;
            self.attempts_without_key = 0;
        }
    }

    /// The last sound of speech was at `at`.
    pub(super) fn speech_ended(&mut self, at: Instant) {
        if let SessionPhase::Recording(recording) = &mut self.phase {
            recording.quiet_at = Some(at.max(recording.started_at) + recording.silence);
        }
    }

    pub(super) fn recording_key(&mut self, digit: Digit, at: Instant, now: Instant) -> KeyRole {
        match &self.phase {
            SessionPhase::Recording(recording)
                if digit == Digit::POUND
                    && at >= recording.started_at
                    && !self.recent.end_before(recording.started_at, at) =>
            {
                self.end_comment(RecordingEndReason::Key, now);
                KeyRole::Opened
            }
            _ => KeyRole::Dropped,
        }
    }

    pub(super) fn recording_expired(&mut self, now: Instant) {
        if let SessionPhase::Recording(recording) = &self.phase {
            self.end_comment(recording.ended_by(), now);
        }
    }

    pub(super) fn recorder_late(&mut self, now: Instant) {
        self.end_comment(RecordingEndReason::Disk, now);
    }

    /// Whether a recording is open.
    pub(super) const fn is_in_comment(&self) -> bool {
        matches!(
            self.phase,
            SessionPhase::OpeningRecorder { .. }
                | SessionPhase::Notice { .. }
                | SessionPhase::Tone { .. }
                | SessionPhase::Recording(_)
        )
    }

    /// Ends the recording, if one is open, and leaves the flow where it is.
    pub(super) fn stop_recording(&mut self, ended_by: RecordingEndReason) {
        if self.is_in_comment()
            && let Some((question, _)) = self.comment()
        {
            self.outputs
                .push_back(Output::StopRecording { question, ended_by });
        }
    }

    /// Goes on behind the comment. Nothing waits for its file to be durable: a comment must never hold up a call.
    fn end_comment(&mut self, ended_by: RecordingEndReason, now: Instant) {
        self.stop_recording(ended_by);
        let Some(current) = &self.current else { return };
        // A comment has no value that a branch could ask for.
        let next_step = self.plan.after(&self.survey, current.index(), None);
        self.progress.next_step = next_step;
        self.pause(AfterGap::Goto(next_step), now);
        self.current = None;
    }

    fn comment(&self) -> Option<(QuestionId, Comment)> {
        let question = self.current.as_ref()?.question(&self.survey);
        Some((question.id.clone(), question.comment?))
    }

    fn is_at(&self, id: &QuestionId) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|current| current.question(&self.survey).id == *id)
    }
}
