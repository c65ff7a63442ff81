//! The session's timers: the deadline of the phase it is in, and the cap of the whole survey.

use std::time::Instant;

use super::question_in_progress::FailedAttempt;
use super::{EndReason, Output, Session, SessionPhase};
use crate::collect::Collected;
use aftercall_base::RecordingEndReason;

impl Session {
    pub(super) fn phase_deadline(&self) -> Option<Instant> {
        match &self.phase {
            SessionPhase::Opening { until }
            | SessionPhase::ChoosingLanguage { until }
            | SessionPhase::Listening { until }
            | SessionPhase::Collecting { until }
            | SessionPhase::AwaitingCorrection { until }
            | SessionPhase::OpeningRecorder { until }
            | SessionPhase::Closing { until, .. } => Some(*until),
            SessionPhase::Settling {
                pending_answer: Some(pending_answer),
                ..
            } => Some(pending_answer.give_up_at),
            SessionPhase::Settling {
                gap_until,
                pending_answer: None,
                ..
            } => Some(*gap_until),
            SessionPhase::Recording(recording) => Some(recording.ends_at()),
            SessionPhase::Ringing
            | SessionPhase::OfferingLanguages { .. }
            | SessionPhase::Welcome { .. }
            | SessionPhase::Asking { .. }
            | SessionPhase::OfferingCorrection { .. }
            | SessionPhase::Notice { .. }
            | SessionPhase::Tone { .. }
            | SessionPhase::Over => None,
        }
    }

    /// Fires every timer due at `limit`, earliest first; what follows counts from `now`.
    pub(super) fn fire_due(&mut self, limit: Instant, now: Instant) {
        while self.timeout().is_some_and(|due| due <= limit) {
            // At the same moment the cap goes before the phase: a new attempt must not begin behind it.
            if self.cap_at.is_some_and(|cap| Some(cap) == self.timeout()) {
                self.cap_reached(now);
            } else {
                self.phase_expired(now);
            }
        }
    }

    fn phase_expired(&mut self, now: Instant) {
        match &self.phase {
            SessionPhase::Opening { .. } => self.open(now),
            SessionPhase::ChoosingLanguage { .. } => self.menu_attempt_failed(FailedAttempt::NoInput, now),
            SessionPhase::Listening { .. } => self.attempt_failed(FailedAttempt::NoInput, now),
            SessionPhase::Collecting { .. } => self.input_expired(now),
            SessionPhase::AwaitingCorrection { .. } => self.correction_expired(now),
            SessionPhase::Settling {
                pending_answer: Some(_),
                ..
            } => self.close(EndReason::Storage, now),
            SessionPhase::Settling {
                pending_answer: None, ..
            } => self.proceed(now),
            SessionPhase::Closing { .. } => {
                self.outputs.push_back(Output::StopPlayback);
                self.hang_up();
            }
            SessionPhase::OpeningRecorder { .. } => self.recorder_late(now),
            SessionPhase::Recording(_) => self.recording_expired(now),
            SessionPhase::Ringing
            | SessionPhase::OfferingLanguages { .. }
            | SessionPhase::Welcome { .. }
            | SessionPhase::Asking { .. }
            | SessionPhase::OfferingCorrection { .. }
            | SessionPhase::Notice { .. }
            | SessionPhase::Tone { .. }
            | SessionPhase::Over => {}
        }
    }

    fn input_expired(&mut self, now: Instant) {
        let Some(current) = &mut self.current else { return };
        // A `0` that comes right after the `1` was accepted was meant for it and must not answer the next
        // question.
        self.recent.timed_out(now + self.survey.timing.inter_digit);
        match current.end_input(&self.survey) {
            Collected::Accepted(value) => self.settle(Some(value), true, now),
            Collected::NoMatch | Collected::Nothing | Collected::Waiting => {
                self.attempt_failed(FailedAttempt::NoMatch, now);
            }
        }
    }

    fn cap_reached(&mut self, now: Instant) {
        self.cap_at = None;
        self.capped = true;
        self.accept_pending_input(now);
        if !matches!(self.phase, SessionPhase::Settling { .. }) {
            self.stop_recording(RecordingEndReason::TimeCap);
            self.stop_playback();
            self.close(EndReason::TimeCap, now);
        }
    }
}
