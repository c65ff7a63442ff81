//! Starts a task for each call that arrives.

use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::Instrument;

use super::call_identity::CallIdentity;
use super::decision::CallDecision;
use super::finish::{refuse, store_end};
use super::registry::ActiveCallGuard;
use super::snapshot::{CallEnvironment, CurrentEnvironment};
use super::{intake, not_surveyed, survey_call};
use aftercall_base::Disposition;
use aftercall_runtime::lifecycle::{Shutdown, spawn_with_panic_handler};
use aftercall_sip::event::{Command, DialogKey};
use aftercall_sip_net::service::InboundCall;
use aftercall_survey::TechnicalCause;
use aftercall_survey::record::CallEnd;

/// Starts a task for each call until signalling ends. `hang_up` ends calls that are still active.
pub async fn serve(
    current: Arc<CurrentEnvironment>,
    mut arrivals: mpsc::Receiver<InboundCall>,
    hang_up: Shutdown,
) {
    while let Some(incoming) = arrivals.recv().await {
        // Taken once for each call: a reload applies to the calls that arrive after it.
        let env = current.environment();
        let identity = CallIdentity::new(env.services.new_uid());
        // Counted before its task runs, so that a stop does not miss a call that has just arrived.
        let active_call = env.services.registry.enter();
        let span = tracing::info_span!(
            "call",
            call = %identity.uid(),
            announced = tracing::field::Empty,
            sip.call_id = %incoming.invite.call_id
        );
        let after_panic = end_after_panic(env.clone(), incoming.invite.dialog, identity.clone());
        let after_panic = after_panic.instrument(span.clone());
        let call =
            handle_call(env.clone(), incoming, identity, active_call, hang_up.clone()).instrument(span);
        spawn_with_panic_handler("call", call, after_panic);
    }
}

async fn handle_call(
    env: CallEnvironment,
    incoming: InboundCall,
    identity: CallIdentity,
    mut active_call: ActiveCallGuard,
    hang_up: Shutdown,
) {
    // Boxed: each stage is large, and a call holds only the one that it is in.
    match Box::pin(intake::decide(
        &env,
        &incoming.invite,
        &identity,
        &mut active_call,
    ))
    .await
    {
        CallDecision::Survey(call) => {
            Box::pin(survey_call::run(&env, incoming, call, active_call, hang_up)).await;
        }
        CallDecision::NotSurveyed(call, end) => {
            Box::pin(not_surveyed::run(&env, incoming, call, end, active_call, hang_up)).await;
        }
        CallDecision::Refuse(refusal) => {
            active_call.set_ending();
            Box::pin(refuse(&env, &incoming.invite, refusal)).await;
        }
    }
}

/// Ends a call whose task has panicked, so that the caller does not stay in silence, nor the row without an end.
async fn end_after_panic(env: CallEnvironment, dialog: DialogKey, identity: CallIdentity) {
    // Counted again, since the guard of the task was dropped with it: a stop, and a peer that gets the BYE, must find the call active
    // until its end is stored.
    let mut active_call = env.services.registry.enter();
    active_call.set_ending();
    env.services
        .signal(Command::HangUp {
            dialog,
            headers: Vec::new(),
        })
        .await;
    let end = CallEnd {
        alerts: Vec::new(),
        call: identity.uid(),
        answered_at: None,
        ended_at: env.services.utc(),
        disposition: Disposition::Failed,
        reason: TechnicalCause::Internal.as_str().to_owned(),
        media: None,
        asked: None,
        spoken_language: None,
    };
    store_end(&env, end).await;
}
