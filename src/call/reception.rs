//! The front door: a task for each call that arrives.

use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::Instrument;

use super::desk::Desk;
use super::registry::OnCall;
use super::{farewell, intake, survey_call};
use crate::ids::CallUid;
use crate::lifecycle::{Shutdown, spawn};
use crate::sip::service::Incoming;

/// Starts a task for each call until signalling ends. `hang_up` ends calls that are still on.
pub async fn serve(desk: Arc<Desk>, mut arrivals: mpsc::Receiver<Incoming>, hang_up: Shutdown) {
    while let Some(incoming) = arrivals.recv().await {
        let uid = desk.new_uid();
        // Counted before its task runs, so that a stop cannot find the house empty while a call is at the door.
        let on_call = desk.registry.enter();
        let span = tracing::info_span!("call", call = %uid, sip.call_id = %incoming.invite.call_id);
        spawn(
            "call",
            receive(Arc::clone(&desk), incoming, uid, on_call, hang_up.clone()).instrument(span),
        );
    }
}

async fn receive(desk: Arc<Desk>, incoming: Incoming, uid: CallUid, mut on_call: OnCall, hang_up: Shutdown) {
    match intake::decide(&desk, &incoming.invite, uid, &mut on_call).await {
        intake::Verdict::Survey(admitted) => survey_call::run(&desk, incoming, admitted, hang_up).await,
        intake::Verdict::SendOff(admitted) => farewell::run(&desk, incoming, admitted, hang_up).await,
        intake::Verdict::Refuse(refusal) => intake::refuse(&desk, &incoming.invite, refusal).await,
    }
}
