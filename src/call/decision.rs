//! What is done with a call that has arrived.

use chrono::{DateTime, Utc};

use super::accepted::{AcceptedCall, EndWithoutSurvey};
use super::finish::Refusal;
use super::registry::ActiveCallGuard;
use super::snapshot::CallEnvironment;
use aftercall_base::Disposition;
use aftercall_sip::event::InboundInvite;

/// The setting that a sampled call found full.
const MAX_CONCURRENT: &str = "calls.max_concurrent";

/// An INVITE and when it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival<'i> {
    pub(super) invite: &'i InboundInvite,
    pub(super) arrived_at: DateTime<Utc>,
}

/// What is done with a call.
#[derive(Debug)]
pub(super) enum CallDecision {
    /// It is answered and surveyed.
    Survey(AcceptedCall),
    /// It is treated as its route says of calls that are not surveyed.
    NotSurveyed(AcceptedCall, EndWithoutSurvey),
    /// It gets a final response.
    Refuse(Refusal),
}

impl CallDecision {
    /// A sampled call is surveyed if there is room for one more, which is asked last.
    pub(super) fn if_there_is_room(
        env: &CallEnvironment,
        call: AcceptedCall,
        active_call: &mut ActiveCallGuard,
    ) -> Self {
        if active_call.take_survey_place(env.config.max_concurrent_surveys) {
            return Self::Survey(call);
        }
        env.services.refusals.record(MAX_CONCURRENT);
        let end = call.end(env, None, Disposition::RefusedCapacity, MAX_CONCURRENT);
        Self::Refuse(Refusal::service_unavailable(env, Some(end)))
    }
}

/// Another call was faster and has closed the announcement.
pub(super) struct AnnouncementConflict;
