//! The front door: a task for each call that arrives.

use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::Instrument;

use super::call_identity::CallIdentity;
use super::decision::CallDecision;
use super::finish::{refuse, store_end};
use super::registry::OnCall;
use super::snapshot::{CallEnvironment, CurrentEnvironment};
use super::{farewell, intake, survey_call};
use aftercall_base::Disposition;
use aftercall_runtime::lifecycle::{Shutdown, spawn_or};
use aftercall_sip::event::{Command, DialogKey};
use aftercall_sip_net::service::InboundCall;
use aftercall_survey::TechnicalCause;
use aftercall_survey::record::CallEnd;

/// Starts a task for each call until signalling ends. `hang_up` ends calls that are still on.
pub async fn serve(
    current: Arc<CurrentEnvironment>,
    mut arrivals: mpsc::Receiver<InboundCall>,
    hang_up: Shutdown,
) {
    while let Some(incoming) = arrivals.recv().await {
        // Taken once: what a reload changes is for the calls after it.
        let env = current.environment();
        let identity = CallIdentity::new(env.services.new_uid());
        // Counted before its task runs, so that a stop cannot find the house empty while a call is at the door.
        let on_call = env.services.registry.enter();
        let span = tracing::info_span!(
            "call",
            call = %identity.uid(),
            announced = tracing::field::Empty,
            sip.call_id = %incoming.invite.call_id
        );
        let failed = fail(env.clone(), incoming.invite.dialog, identity.clone());
        let failed = failed.instrument(span.clone());
        let call = receive(env.clone(), incoming, identity, on_call, hang_up.clone()).instrument(span);
        spawn_or("call", call, failed);
    }
}

async fn receive(
    env: CallEnvironment,
    incoming: InboundCall,
    identity: CallIdentity,
    mut on_call: OnCall,
    hang_up: Shutdown,
) {
    // Boxed: each stage is large, and a call holds only the one that it is in.
    match Box::pin(intake::decide(&env, &incoming.invite, &identity, &mut on_call)).await {
        CallDecision::Survey(call) => {
            Box::pin(survey_call::run(&env, incoming, call, on_call, hang_up)).await;
        }
        CallDecision::NotSurveyed(call, end) => {
            Box::pin(farewell::run(&env, incoming, call, end, on_call, hang_up)).await;
        }
        CallDecision::Refuse(refusal) => {
            on_call.ends();
            Box::pin(refuse(&env, &incoming.invite, refusal)).await;
        }
    }
}

/// Ends a call whose task has panicked: the caller is not left in silence, nor its row without an end.
async fn fail(env: CallEnvironment, dialog: DialogKey, identity: CallIdentity) {
    // Counted anew, as the task has taken its count with it: neither a stop nor who hears the BYE may find the call over
    // before its end is stored.
    let mut on_call = env.services.registry.enter();
    on_call.ends();
    env.services
        .signal(Command::HangUp {
            dialog,
            headers: Vec::new(),
        })
        .await;
    let end = CallEnd {
        call: identity.uid(),
        answered_at: None,
        ended_at: env.services.utc(),
        disposition: Disposition::Failed,
        reason: TechnicalCause::Internal.as_str().to_owned(),
        media: None,
        asked: None,
    };
    store_end(&env, end).await;
}
