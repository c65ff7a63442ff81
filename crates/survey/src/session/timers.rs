//! The session's timers: the deadline of the phase it is in, and the cap of the whole survey.

use std::time::Instant;

use super::turn::Miss;
use super::{EndReason, Output, Phase, Session};
use crate::collect::Collected;
use aftercall_base::EndedBy;

impl Session {
    pub(super) fn phase_deadline(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Opening { until }
            | Phase::Choosing { until }
            | Phase::Listening { until }
            | Phase::Collecting { until }
            | Phase::Deciding { until }
            | Phase::Readying { until }
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
            Phase::Recording(take) => Some(take.ends_at()),
            Phase::Ringing
            | Phase::Offering { .. }
            | Phase::Welcome { .. }
            | Phase::Asking { .. }
            | Phase::Offered { .. }
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
            Phase::Choosing { .. } => self.choice_missed(Miss::NoInput, now),
            Phase::Listening { .. } => self.miss(Miss::NoInput, now),
            Phase::Collecting { .. } => self.input_expired(now),
            Phase::Deciding { .. } => self.correction_expired(now),
            Phase::Settling { storing: Some(_), .. } => self.close(EndReason::Storage, now),
            Phase::Settling { storing: None, .. } => self.proceed(now),
            Phase::Closing { .. } => {
                self.outputs.push_back(Output::StopPlayback);
                self.hang_up();
            }
            Phase::Readying { .. } => self.recorder_late(now),
            Phase::Recording(_) => self.recording_expired(now),
            Phase::Ringing
            | Phase::Offering { .. }
            | Phase::Welcome { .. }
            | Phase::Asking { .. }
            | Phase::Offered { .. }
            | Phase::Notice { .. }
            | Phase::Tone { .. }
            | Phase::Over => {}
        }
    }

    fn input_expired(&mut self, now: Instant) {
        let Some(turn) = &mut self.turn else { return };
        self.recent.timed_out(now + self.survey.timing.inter_digit);
        match turn.end_input(&self.survey) {
            Collected::Accepted(value) => self.settle(Some(value), true, now),
            Collected::NoMatch | Collected::Nothing | Collected::Waiting => {
                self.miss(Miss::NoMatch, now);
            }
        }
    }

    fn cap_reached(&mut self, now: Instant) {
        self.cap_at = None;
        self.capped = true;
        self.salvage(now);
        if !matches!(self.phase, Phase::Settling { .. }) {
            self.stop_recording(EndedBy::TimeCap);
            self.stop_playback();
            self.close(EndReason::TimeCap, now);
        }
    }
}
