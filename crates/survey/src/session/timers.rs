//! The session's timers: the deadline of the phase it is in, and the cap of the whole survey.

use std::time::Instant;

use super::question_in_progress::FailedAttempt;
use super::{EndReason, Output, Phase, Session};
use crate::collect::Collected;
use aftercall_base::EndedBy;

impl Session {
    pub(super) fn phase_deadline(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Opening { until }
            | Phase::ChoosingLanguage { until }
            | Phase::Listening { until }
            | Phase::Collecting { until }
            | Phase::AwaitingCorrection { until }
            | Phase::OpeningRecorder { until }
            | Phase::Closing { until, .. } => Some(*until),
            Phase::Settling {
                pending_answer: Some(pending_answer),
                ..
            } => Some(pending_answer.give_up_at),
            Phase::Settling {
                gap_until,
                pending_answer: None,
                ..
            } => Some(*gap_until),
            Phase::Recording(recording) => Some(recording.ends_at()),
            Phase::Ringing
            | Phase::OfferingLanguages { .. }
            | Phase::Welcome { .. }
            | Phase::Asking { .. }
            | Phase::OfferingCorrection { .. }
            | Phase::Notice { .. }
            | Phase::Tone { .. }
            | Phase::Over => None,
        }
    }

    /// Fires every timer due at `limit`, earliest first; what follows counts from `now`.
    pub(super) fn fire_due(&mut self, limit: Instant, now: Instant) {
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
            Phase::ChoosingLanguage { .. } => self.menu_attempt_failed(FailedAttempt::NoInput, now),
            Phase::Listening { .. } => self.attempt_failed(FailedAttempt::NoInput, now),
            Phase::Collecting { .. } => self.input_expired(now),
            Phase::AwaitingCorrection { .. } => self.correction_expired(now),
            Phase::Settling {
                pending_answer: Some(_),
                ..
            } => self.close(EndReason::Storage, now),
            Phase::Settling {
                pending_answer: None, ..
            } => self.proceed(now),
            Phase::Closing { .. } => {
                self.outputs.push_back(Output::StopPlayback);
                self.hang_up();
            }
            Phase::OpeningRecorder { .. } => self.recorder_late(now),
            Phase::Recording(_) => self.recording_expired(now),
            Phase::Ringing
            | Phase::OfferingLanguages { .. }
            | Phase::Welcome { .. }
            | Phase::Asking { .. }
            | Phase::OfferingCorrection { .. }
            | Phase::Notice { .. }
            | Phase::Tone { .. }
            | Phase::Over => {}
        }
    }

    fn input_expired(&mut self, now: Instant) {
        let Some(current) = &mut self.current else { return };
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
        if !matches!(self.phase, Phase::Settling { .. }) {
            self.stop_recording(EndedBy::TimeCap);
            self.stop_playback();
            self.close(EndReason::TimeCap, now);
        }
    }
}
