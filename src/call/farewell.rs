//! A call that is not surveyed: a short thank-you and BYE, a SIP response, or a redirect, as its route says.

use std::time::Duration;

use tokio::sync::mpsc;

use super::accepted::{AcceptedCall, EndWithoutSurvey};
use super::finish::{Refusal, refuse, store_end};
use super::leg::{self, Leg};
use super::quality;
use super::registry::OnCall;
use super::snapshot::CallEnvironment;
use aftercall_audio::prompts::Playlist;
use aftercall_media::{MediaEvent, PlaybackId};
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_sip::event::{Command, DialogEvent, EndCause};
use aftercall_sip_net::service::InboundCall;
use aftercall_survey::record::CallEnd;
use aftercall_survey::route::NotSurveyed;

/// A thank-you that takes longer than this is cut off.
const LONGEST_FAREWELL: Duration = Duration::from_secs(30);

/// Events that may wait for the task.
const MEDIA_EVENTS: usize = 8;

/// Sends the call off and stores its end.
pub(super) async fn run(
    env: &CallEnvironment,
    incoming: InboundCall,
    call: AcceptedCall,
    end: EndWithoutSurvey,
    mut on_call: OnCall,
    hang_up: Shutdown,
) {
    match &call.not_surveyed {
        NotSurveyed::Thanks => thank(env, incoming, &call, &end, &mut on_call, hang_up).await,
        NotSurveyed::Refuse(status) => {
            on_call.ends();
            let refusal = Refusal {
                status: *status,
                headers: Vec::new(),
                end: Some(call.end_not_surveyed(env, None, &end)),
            };
            refuse(env, &incoming.invite, refusal).await;
        }
        NotSurveyed::Redirect(uri) => {
            on_call.ends();
            let headers = vec![("Contact".to_owned(), format!("<{uri}>"))];
            let refusal = Refusal {
                status: 302,
                headers,
                end: Some(call.end_not_surveyed(env, None, &end)),
            };
            refuse(env, &incoming.invite, refusal).await;
        }
    }
}

async fn thank(
    env: &CallEnvironment,
    mut incoming: InboundCall,
    call: &AcceptedCall,
    end: &EndWithoutSurvey,
    on_call: &mut OnCall,
    mut hang_up: Shutdown,
) {
    if leg::is_over(&mut incoming.events) {
        return store_end(env, call.end_not_surveyed(env, None, end)).await;
    }
    let (sender, mut media) = mpsc::channel(MEDIA_EVENTS);
    let mut leg = match Leg::answer(env, &incoming.invite, call, sender).await {
        Ok(leg) => leg,
        Err(error) => {
            on_call.ends();
            let mut refusal = Refusal::without_media(env, call, &error);
            refusal.end = Some(call.end_not_surveyed(env, None, end));
            return refuse(env, &incoming.invite, refusal).await;
        }
    };
    let answered_at = env.services.utc();
    let heard = hear_goodbye(env, &mut leg, call, &mut incoming.events, &mut media);
    let heard = tokio::select! {
        biased;
        heard = tokio::time::timeout(LONGEST_FAREWELL, heard) => heard.unwrap_or(Heard::Enough),
        () = hang_up.requested() => Heard::Enough,
    };
    on_call.ends();
    let reason_header = match heard {
        Heard::Enough => Some("Q.850;cause=16;text=\"Not surveyed\""),
        Heard::Failed(release) => Some(release),
        Heard::Part | Heard::Nothing => None,
    };
    if let Some(reason_header) = reason_header {
        let mut feedback = call.feedback.clone();
        feedback.ends(end.disposition, &end.reason);
        let mut headers = feedback.headers(&env.config.results.bye);
        headers.push(("Reason".to_owned(), reason_header.to_owned()));
        env.services
            .signal(Command::HangUp {
                dialog: leg.dialog(),
                headers,
            })
            .await;
    }
    let was_answered = heard != Heard::Nothing;
    let end = call.end_not_surveyed(env, was_answered.then_some(answered_at), end);
    let media = quality::of_closing(leg.close(), &mut media).await;
    store_end(env, CallEnd { media, ..end }).await;
}

/// What the caller heard of the goodbye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// As much as we had to say: it is for us to hang up.
    Enough,
    /// Some of it: the dialog ended meanwhile.
    Part,
    /// Nothing, as media has failed; the Reason of our BYE.
    Failed(&'static str),
    /// Nothing: a CANCEL was faster than our 200.
    Nothing,
}

/// Plays the goodbye from the ACK on.
async fn hear_goodbye(
    env: &CallEnvironment,
    leg: &mut Leg,
    call: &AcceptedCall,
    dialog: &mut mpsc::Receiver<DialogEvent>,
    media: &mut mpsc::Receiver<MediaEvent>,
) -> Heard {
    loop {
        tokio::select! {
            biased;
            event = dialog.recv() => match event {
                Some(DialogEvent::Acknowledged { answer }) => {
                    if let Err(error) = leg.acknowledged(answer.as_ref()).await {
                        tracing::warn!(%error, "media failed");
                        return Heard::Failed(error.release());
                    }
                    let prompt = env.config.prompts.get(call.language.as_str(), env.services.goodbye_prompt);
                    leg.play(PlaybackId(0), Playlist::from_iter(prompt.cloned())).await;
                }
                Some(DialogEvent::Offer { offer, body }) => leg.offered(offer, body.as_ref()).await,
                Some(DialogEvent::OfferAnswered { body }) => leg.offer_answered(body.as_ref()).await,
                Some(DialogEvent::Ended { cause: EndCause::Cancelled | EndCause::Refused }) => return Heard::Nothing,
                Some(DialogEvent::Ended { .. }) | None => return Heard::Part,
                Some(
                    DialogEvent::Info { .. }
                    | DialogEvent::PeerAlive
                    | DialogEvent::PeerGone
                    | DialogEvent::Progress { .. }
                    | DialogEvent::Answered { .. },
                ) => {}
            },
            (key, offer) = leg.looked_up() => leg.answer_offer(key, &offer).await,
            event = media.recv() => match event {
                Some(MediaEvent::PlaybackFinished(_) | MediaEvent::Closed(_)) | None => return Heard::Enough,
                Some(_) => {}
            },
        }
    }
}
