//! A call that is not surveyed: a short thank-you and BYE, a SIP response, or a redirect, as its route says.

use std::time::Duration;

use tokio::sync::mpsc;

use super::accepted::{AcceptedCall, EndWithoutSurvey};
use super::call_media::{self, CallMedia};
use super::finish::{Refusal, refuse, store_end};
use super::quality;
use super::registry::ActiveCallGuard;
use super::snapshot::CallEnvironment;
use aftercall_audio::prompts::Playlist;
use aftercall_media::{MediaEvent, PlaybackId};
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_sip::event::{Command, DialogEvent, EndCause};
use aftercall_sip_net::service::InboundCall;
use aftercall_survey::record::CallEnd;
use aftercall_survey::route::NotSurveyed;

/// A goodbye that takes longer than this is cut off.
const MAX_GOODBYE: Duration = Duration::from_secs(30);

/// Events that may wait for the task.
const MEDIA_EVENTS: usize = 8;

/// Does with the call as its route says, and stores its end.
pub(super) async fn run(
    env: &CallEnvironment,
    incoming: InboundCall,
    call: AcceptedCall,
    end: EndWithoutSurvey,
    mut active_call: ActiveCallGuard,
    hang_up: Shutdown,
) {
    match &call.not_surveyed {
        NotSurveyed::Thanks => thank(env, incoming, &call, &end, &mut active_call, hang_up).await,
        NotSurveyed::Refuse(status) => {
            active_call.set_ending();
            let refusal = Refusal {
                status: *status,
                headers: Vec::new(),
                end: Some(call.end_not_surveyed(env, None, &end)),
            };
            refuse(env, &incoming.invite, refusal).await;
        }
        NotSurveyed::Redirect(uri) => {
            active_call.set_ending();
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
    active_call: &mut ActiveCallGuard,
    mut hang_up: Shutdown,
) {
    if call_media::is_over(&mut incoming.events) {
        return store_end(env, call.end_not_surveyed(env, None, end)).await;
    }
    let (sender, mut media_events) = mpsc::channel(MEDIA_EVENTS);
    let mut media = match CallMedia::answer(env, &incoming.invite, call, sender).await {
        Ok(media) => media,
        Err(error) => {
            active_call.set_ending();
            let mut refusal = Refusal::without_media(env, call, &error);
            refusal.end = Some(call.end_not_surveyed(env, None, end));
            return refuse(env, &incoming.invite, refusal).await;
        }
    };
    let answered_at = env.services.utc();
    let goodbye = play_goodbye(env, &mut media, call, &mut incoming.events, &mut media_events);
    let outcome = tokio::select! {
        biased;
        outcome = tokio::time::timeout(MAX_GOODBYE, goodbye) => outcome.unwrap_or(GoodbyeOutcome::Played),
        () = hang_up.requested() => GoodbyeOutcome::Played,
    };
    active_call.set_ending();
    let reason_header = match outcome {
        GoodbyeOutcome::Played => Some("Q.850;cause=16;text=\"Not surveyed\""),
        GoodbyeOutcome::MediaFailed(release) => Some(release),
        GoodbyeOutcome::CutShort | GoodbyeOutcome::Cancelled => None,
    };
    if let Some(reason_header) = reason_header {
        let mut result_values = call.result_values.clone();
        result_values.record_end(end.disposition, &end.reason);
        let mut headers = result_values.headers(&env.config.results.bye);
        headers.push(("Reason".to_owned(), reason_header.to_owned()));
        env.services
            .signal(Command::HangUp {
                dialog: media.dialog(),
                headers,
            })
            .await;
    }
    let was_answered = outcome != GoodbyeOutcome::Cancelled;
    let end = call.end_not_surveyed(env, was_answered.then_some(answered_at), end);
    let quality = quality::of_closing(media.close(), &mut media_events).await;
    store_end(
        env,
        CallEnd {
            alerts: Vec::new(),
            media: quality,
            ..end
        },
    )
    .await;
}

/// How the goodbye ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GoodbyeOutcome {
    /// As much as we had to say: it is for us to hang up.
    Played,
    /// Some of it: the dialog ended meanwhile.
    CutShort,
    /// Nothing, as media has failed; the Reason of our BYE.
    MediaFailed(&'static str),
    /// Nothing: a CANCEL was faster than our 200.
    Cancelled,
}

/// Plays the goodbye from the ACK on.
async fn play_goodbye(
    env: &CallEnvironment,
    media: &mut CallMedia,
    call: &AcceptedCall,
    dialog: &mut mpsc::Receiver<DialogEvent>,
    media_events: &mut mpsc::Receiver<MediaEvent>,
) -> GoodbyeOutcome {
    loop {
        tokio::select! {
            biased;
            event = dialog.recv() => match event {
                Some(DialogEvent::Acknowledged { answer }) => {
                    if let Err(error) = media.acknowledged(answer.as_ref()).await {
                        tracing::warn!(%error, "media failed");
                        return GoodbyeOutcome::MediaFailed(error.release());
                    }
                    let prompt = env.config.prompts.get(call.language.as_str(), env.services.goodbye_prompt);
                    media.play(PlaybackId(0), Playlist::from_iter(prompt.cloned())).await;
                }
                Some(DialogEvent::Offer { offer, body }) => media.offered(offer, body.as_ref()).await,
                Some(DialogEvent::OfferAnswered { body }) => media.offer_answered(body.as_ref()).await,
                Some(DialogEvent::Ended { cause: EndCause::Cancelled | EndCause::Refused }) => return GoodbyeOutcome::Cancelled,
                Some(DialogEvent::Ended { .. }) | None => return GoodbyeOutcome::CutShort,
                Some(
                    DialogEvent::Info { .. }
                    | DialogEvent::PeerAlive
                    | DialogEvent::PeerGone
                    | DialogEvent::Progress { .. }
                    | DialogEvent::Answered { .. },
                ) => {}
            },
            (key, offer) = media.looked_up() => media.answer_offer(key, &offer).await,
            event = media_events.recv() => match event {
                Some(MediaEvent::PlaybackFinished(_) | MediaEvent::Closed(_)) | None => return GoodbyeOutcome::Played,
                Some(_) => {}
            },
        }
    }
}
