//! How a call ends: the final response that refuses it, and the end that is stored.

use std::fmt;

use super::accepted::AcceptedCall;
use super::media_error::MediaError;
use super::refusals::{NO_ROUTE, STORAGE};
use super::snapshot::CallEnvironment;
use aftercall_base::{CallUid, Disposition};
use aftercall_sip::event::{Command, InboundInvite, TurnedAway, TurnedAwayReason};
use aftercall_survey::admission::AdmissionReason;
use aftercall_survey::record::CallEnd;

/// A final response, and the end to be stored for it; `None` when the call has no row.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) end: Option<CallEnd>,
}

impl Refusal {
    /// 503 with `Retry-After`.
    pub(super) fn service_unavailable(env: &CallEnvironment, end: Option<CallEnd>) -> Self {
        Self {
            status: 503,
            headers: env.services.retry_after_header(),
            end,
        }
    }

    /// 503 for a call whose row could not be written: it is counted, so that the report knows of it.
    pub(super) fn not_stored(
        env: &CallEnvironment,
        invite: &InboundInvite,
        error: &dyn fmt::Display,
    ) -> Self {
        tracing::debug!(%error, "cannot store the call; refused");
        env.services.refusals.record(STORAGE);
        env.services.sip.turned_away().note(TurnedAway {
            dialled: invite.request_uri.user.clone(),
            why: TurnedAwayReason::Storage,
        });
        Self::service_unavailable(env, None)
    }

    /// 404 for a call whose number no route takes.
    pub(super) fn no_route(env: &CallEnvironment, uid: CallUid) -> Self {
        env.services.refusals.record(NO_ROUTE);
        let end = CallEnd {
            alerts: Vec::new(),
            call: uid,
            answered_at: None,
            ended_at: env.services.utc(),
            disposition: Disposition::Suppressed,
            reason: AdmissionReason::NoRoute.as_str().to_owned(),
            media: None,
            asked: None,
            spoken_language: None,
        };
        Self {
            status: 404,
            headers: Vec::new(),
            end: Some(end),
        }
    }

    /// The final response to a call that cannot be answered, for want of media or of an agreement on it.
    pub(super) fn without_media(env: &CallEnvironment, call: &AcceptedCall, error: &MediaError) -> Self {
        let disposition = if error.is_capacity() {
            env.services.refusals.record_error(error.cause().as_str(), error);
            Disposition::RefusedCapacity
        } else {
            tracing::warn!(%error, "cannot answer the call");
            Disposition::Failed
        };
        Self {
            status: error.status(),
            headers: error.headers(&env.services),
            end: Some(call.end(env, None, disposition, error.cause().as_str())),
        }
    }
}

/// Sends the final response and stores the end.
pub(super) async fn refuse(env: &CallEnvironment, invite: &InboundInvite, refusal: Refusal) {
    let Refusal { status, headers, end } = refusal;
    env.services
        .signal(Command::Refuse {
            dialog: invite.dialog,
            status,
            reason: None,
            headers,
        })
        .await;
    if let Some(end) = end {
        store_end(env, end).await;
    }
}

/// Stores the end of a call. Called once for each row.
pub(super) async fn store_end(env: &CallEnvironment, end: CallEnd) {
    let disposition = end.disposition;
    metrics::counter!("aftercall_calls_total", "disposition" => disposition.as_str()).increment(1);
    // Refusals come by the thousand in an overload; `Refusals` logs their number.
    if disposition == Disposition::RefusedCapacity || end.reason == NO_ROUTE {
        tracing::debug!(%disposition, reason = %end.reason, "call ended");
    } else {
        tracing::info!(%disposition, reason = %end.reason, "call ended");
    }
    if let Err(error) = env.services.writer.end(end).await {
        tracing::error!(%error, "cannot store the end of the call");
    }
}
