//! The front door: a task for each call that arrives.

use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::Instrument;

use super::desk::Desk;
use super::front::Front;
use super::registry::OnCall;
use super::{farewell, intake, survey_call};
use crate::ids::CallUid;
use crate::lifecycle::{Shutdown, spawn_or};
use crate::sip::event::{Command, DialogKey};
use crate::sip::service::Incoming;
use crate::storage::contract::{CallEnd, Disposition};

/// Starts a task for each call until signalling ends. `hang_up` ends calls that are still on.
pub async fn serve(front: Arc<Front>, mut arrivals: mpsc::Receiver<Incoming>, hang_up: Shutdown) {
    while let Some(incoming) = arrivals.recv().await {
        // Taken once: what a reload changes is for the calls after it.
        let desk = front.desk();
        let uid = desk.new_uid();
        // Counted before its task runs, so that a stop cannot find the house empty while a call is at the door.
        let on_call = desk.registry.enter();
        let span = tracing::info_span!("call", call = %uid, sip.call_id = %incoming.invite.call_id);
        let failed = fail(Arc::clone(&desk), incoming.invite.dialog, uid).instrument(span.clone());
        let call = receive(Arc::clone(&desk), incoming, uid, on_call, hang_up.clone()).instrument(span);
        spawn_or("call", call, failed);
    }
}

async fn receive(desk: Arc<Desk>, incoming: Incoming, uid: CallUid, mut on_call: OnCall, hang_up: Shutdown) {
    match intake::decide(&desk, &incoming.invite, uid, &mut on_call).await {
        // Boxed: the state of a surveyed call is large, and most calls are not surveyed.
        intake::Verdict::Survey(admitted) => {
            Box::pin(survey_call::run(&desk, incoming, admitted, hang_up)).await;
        }
        intake::Verdict::SendOff(admitted) => farewell::run(&desk, incoming, admitted, hang_up).await,
        intake::Verdict::Refuse(refusal) => intake::refuse(&desk, &incoming.invite, refusal).await,
    }
}

/// Ends a call whose task has panicked: the caller is not left in silence, nor its row without an end.
async fn fail(desk: Arc<Desk>, dialog: DialogKey, uid: CallUid) {
    desk.signal(Command::HangUp {
        dialog,
        headers: Vec::new(),
    })
    .await;
    let end = CallEnd {
        call: uid,
        answered_at: None,
        ended_at: desk.utc(),
        disposition: Disposition::Failed,
        reason: "internal".to_owned(),
        media: None,
        asked: None,
    };
    intake::store_end(&desk, end).await;
}
