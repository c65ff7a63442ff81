//! One test call: one task, one loop, from the INVITE to the media report.
//!
//! The loop receives events of signalling and media, timers and the request to stop; the [`Script`] decides when keys are
//! pressed. The call always ends, because every wait has a [`CallTimer`].

mod actions;

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::call_media::{KEY_TONES, TestCallMedia};
use super::call_plan::{CallPlan, OfferMode};
use super::key_sequence::KeyGroup;
use super::phone::Phone;
use super::record::{CallLog, CallRecord, CallStep, Failure, TimedStep};
use super::script::{PromptEvent, Script};
use super::timers::{CallTimer, CallTimers};
use aftercall_media::{MediaEvent, MediaReport, PlaybackId, SpeechDetection};
use aftercall_rtp::sdp::Negotiated;
use aftercall_runtime::clock::{now, sleep_until};
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_sip::event::{Body, Command, DialogEvent, DialogKey, EndCause, OfferKey};

/// Media events that may wait for the loop.
const MEDIA_EVENTS: usize = 64;
/// The playback of speech; there is only one at a time.
const SPEECH: PlaybackId = PlaybackId(1);
/// How long it may ring.
const RINGS: Duration = Duration::from_secs(60);
/// How long nothing may be heard; longer than a survey waits for a key.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a call may last.
const LIMIT: Duration = Duration::from_secs(300);
/// A prompt is heard this long after the answer at the latest. A call that hangs up earlier cannot expect one.
const HEARD_WITHIN: Duration = Duration::from_secs(2);
/// How long the other side may take to confirm our hang-up, and the media thread to report.
const END_CONFIRMATION_LIMIT: Duration = Duration::from_secs(4);

/// Where the call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CallPhase {
    Calling,
    Talking,
    HangingUp,
    /// Signalling is over; the media report is still to come.
    Reporting,
    Over,
}

impl Phone {
    /// Places one call and walks it to its end. Steps go to `watcher` as they happen; `stop` hangs up.
    /// Every wait in it is bounded.
    pub async fn call(
        &self,
        plan: &CallPlan,
        watcher: Option<mpsc::Sender<TimedStep>>,
        stop: Shutdown,
    ) -> CallRecord {
        TestCall::run(self, plan, watcher, stop).await
    }
}

/// One call in progress.
pub(super) struct TestCall<'a> {
    phone: &'a Phone,
    plan: &'a CallPlan,
    log: CallLog,
    script: Script,
    timers: CallTimers,
    phase: CallPhase,
    dialog: DialogKey,
    media: TestCallMedia,
    answered_at: Option<Instant>,
    /// The group whose speech is playing; its keys follow.
    saying: Option<KeyGroup>,
    /// When the last key went out, until the next prompt starts.
    key_sent_at: Option<Instant>,
    /// Whether we hung up, as planned, before anything could have been heard.
    left_early: bool,
}

impl<'a> TestCall<'a> {
    /// Places the call and walks it to its end.
    pub(super) async fn run(
        phone: &'a Phone,
        plan: &'a CallPlan,
        watcher: Option<mpsc::Sender<TimedStep>>,
        stop: Shutdown,
    ) -> CallRecord {
        let mut log = CallLog::new(now(), watcher);
        let (events, media_events) = mpsc::channel(MEDIA_EVENTS);
        let mut media = match TestCallMedia::open(phone, events) {
            Ok(media) => media,
            Err(failure) => {
                log.fail(failure);
                return log.record;
            }
        };
        let offer = match plan.offer {
            OfferMode::InInvite => Some(media.offer()),
            OfferMode::Delayed => None,
        };
        let (destination, transport) = phone.destination();
        let began = now();
        log.note(
            CallStep::Calling {
                destination,
                transport,
            },
            began,
        );
        let call_id = phone.call_id();
        log.record.call_id.clone_from(&call_id);
        let Some((dialog, dialog_events)) = phone.invite(plan, call_id, offer).await else {
            log.fail(Failure::Unreachable {
                destination,
                transport,
            });
            return log.record;
        };
        let mut timers = CallTimers::default();
        timers.set(CallTimer::NoAnswer, Some(began + RINGS));
        timers.set(CallTimer::Limit, Some(began + LIMIT));
        let call = Self {
            phone,
            plan,
            log,
            script: Script::new(plan.keys.clone(), plan.key_timing),
            timers,
            phase: CallPhase::Calling,
            dialog,
            media,
            answered_at: None,
            saying: None,
            key_sent_at: None,
            left_early: false,
        };
        call.drive(dialog_events, media_events, stop).await
    }

    async fn drive(
        mut self,
        mut dialog: mpsc::Receiver<DialogEvent>,
        mut media: mpsc::Receiver<MediaEvent>,
        mut stop: Shutdown,
    ) -> CallRecord {
        while self.phase != CallPhase::Over {
            self.timers.set(CallTimer::KeysDue, self.script.timeout());
            let deadline = self.timers.next();
            tokio::select! {
                biased;
                event = dialog.recv(), if self.phase != CallPhase::Reporting => self.dialog_event(event).await,
                event = media.recv() => self.media_event(event).await,
                () = stop.requested(), if self.in_progress() => self.abort(Failure::Interrupted).await,
                () = sleep_until(deadline) => self.handle_timers().await,
            }
        }
        self.finish().await
    }

    const fn in_progress(&self) -> bool {
        matches!(self.phase, CallPhase::Calling | CallPhase::Talking)
    }

    async fn dialog_event(&mut self, event: Option<DialogEvent>) {
        match event {
            Some(DialogEvent::Progress { status }) => self.note(CallStep::Progress(status)),
            Some(DialogEvent::Answered { body }) => self.answered(body.as_ref()).await,
            Some(DialogEvent::Offer { offer, body }) => self.offered(offer, body.as_ref()).await,
            Some(DialogEvent::OfferAnswered { body }) => self.offer_answered(body.as_ref()),
            Some(DialogEvent::Ended { cause }) => self.dialog_ended(cause),
            Some(
                DialogEvent::Acknowledged { .. }
                | DialogEvent::Info { .. }
                | DialogEvent::PeerAlive
                | DialogEvent::PeerGone,
            ) => {}
            None => self.dialog_ended(EndCause::TransportFailed),
        }
    }

    async fn answered(&mut self, body: Option<&Body>) {
        let at = now();
        self.timers.set(CallTimer::NoAnswer, None);
        self.timers.set(CallTimer::Silence, Some(at + SILENCE));
        self.timers
            .set(CallTimer::HangUp, self.plan.hang_up_after.map(|after| at + after));
        self.log.record.set_up = Some(at.saturating_duration_since(self.log.started()));
        self.answered_at = Some(at);
        self.phase = CallPhase::Talking;
        match self.agree(body).await {
            Ok(negotiated) => self.connect(&negotiated),
            Err(failure) => self.abort(failure).await,
        }
    }

    /// Reads the answer to our offer, or answers the offer of the other side.
    async fn agree(&mut self, body: Option<&Body>) -> Result<Negotiated, Failure> {
        let Some(body) = body else {
            self.acknowledge(None).await;
            return Err(Failure::NoDescription);
        };
        match self.plan.offer {
            OfferMode::InInvite => self.media.read_answer(body).map_err(Failure::Description),
            OfferMode::Delayed => {
                let (negotiated, answer) = self.media.answer(body).map_err(Failure::Description)?;
                self.acknowledge(Some(answer)).await;
                Ok(negotiated)
            }
        }
    }

    /// Sends the ACK that waits for our answer; has no effect where none waits.
    async fn acknowledge(&self, answer: Option<Body>) {
        self.phone
            .send(Command::Acknowledge {
                dialog: self.dialog,
                answer,
            })
            .await;
    }

    fn connect(&mut self, negotiated: &Negotiated) {
        let done = self.media.set_stream(negotiated);
        self.check(done);
        self.note(CallStep::Answered {
            codec: negotiated.codec,
            ptime: negotiated.ptime,
            telephone_event: negotiated.telephone_event.map(|event| event.payload_type),
        });
        let done = self.media.detect_speech(SpeechDetection {
            hangover: self.plan.key_timing.hangover(),
            ..SpeechDetection::default()
        });
        self.check(done);
        if let Some(path) = &self.plan.record {
            let done = self.media.record(path);
            self.check(done);
        }
    }

    fn check(&mut self, done: Result<(), Failure>) {
        if let Err(failure) = done {
            self.log.fail(failure);
        }
    }

    /// The other side changes the session: answers its offer, or makes one if the request has none.
    async fn offered(&mut self, offer: OfferKey, body: Option<&Body>) {
        let dialog = self.dialog;
        let answered = match body {
            None => Ok(self.media.offer()),
            Some(body) => self.media.answer(body).map(|(negotiated, answer)| {
                let done = self.media.set_stream(&negotiated);
                self.check(done);
                self.note(CallStep::Renegotiated {
                    held: negotiated.is_held(),
                });
                answer
            }),
        };
        let command = match answered {
            Ok(answer) => Command::AnswerOffer {
                dialog,
                offer,
                body: Some(answer),
            },
            Err(refusal) => Command::RejectOffer {
                dialog,
                offer,
                status: refusal.status(),
                headers: Vec::new(),
            },
        };
        self.phone.send(command).await;
    }

    fn offer_answered(&mut self, body: Option<&Body>) {
        if let Some(Ok(negotiated)) = body.map(|body| self.media.read_answer(body)) {
            let done = self.media.set_stream(&negotiated);
            self.check(done);
        }
    }

    fn dialog_ended(&mut self, cause: EndCause) {
        let (destination, transport) = self.phone.destination();
        match cause {
            EndCause::Bye { reason } => self.other_side_hung_up(reason.as_deref()),
            EndCause::HungUp => {}
            EndCause::Rejected { status, reason } => self.log.fail(Failure::Refused { status, reason }),
            EndCause::NoResponse => self.log.fail(Failure::NoResponse {
                destination,
                transport,
            }),
            EndCause::TransportFailed | EndCause::Cancelled | EndCause::Refused | EndCause::AckTimeout => {
                self.log.fail(Failure::Unreachable {
                    destination,
                    transport,
                });
            }
        }
        self.end_media();
    }

    fn other_side_hung_up(&mut self, reason: Option<&str>) {
        self.note(CallStep::OtherSideHungUp(reason.map(readable)));
        let left = self.script.left();
        if !left.is_empty() && self.in_progress() {
            let left: Vec<String> = left.iter().map(KeyGroup::to_string).collect();
            let failure = if self.log.record.prompts == 0 {
                Failure::NothingHeard
            } else {
                Failure::KeysLeft(left.join(","))
            };
            self.log.fail(failure);
        }
    }

    /// Signalling is over: ends the media and waits for its report.
    fn end_media(&mut self) {
        let at = now();
        self.log.record.talked = self
            .answered_at
            .map_or(Duration::ZERO, |answered| at.saturating_duration_since(answered));
        self.timers = CallTimers::default();
        self.timers
            .set(CallTimer::EndConfirmation, Some(at + END_CONFIRMATION_LIMIT));
        self.phase = CallPhase::Reporting;
        self.media.close();
    }

    async fn media_event(&mut self, event: Option<MediaEvent>) {
        match event {
            Some(MediaEvent::SpeechStarted { at }) => self.prompt_started(at).await,
            Some(MediaEvent::SpeechEnded { at }) => self.on_prompt(PromptEvent::End(at)).await,
            Some(
                MediaEvent::DigitSent { at, .. }
                | MediaEvent::PlaybackStarted {
                    play: KEY_TONES,
                    first_packet_at: at,
                },
            ) => self.key_sent_at = Some(at),
            Some(MediaEvent::DigitRefused(_)) => self.abort(Failure::KeysRefused).await,
            Some(MediaEvent::PlaybackFinished(SPEECH)) => self.on_speech_finished().await,
            Some(MediaEvent::Closed(report)) => self.on_report(*report),
            Some(
                MediaEvent::Digit { .. }
                | MediaEvent::DigitHeld { .. }
                | MediaEvent::PlaybackStarted { .. }
                | MediaEvent::PlaybackFinished(_)
                | MediaEvent::RtpSilence
                | MediaEvent::RtpResumed
                | MediaEvent::PeerLeft
                | MediaEvent::CaughtUp,
            ) => {}
            None => self.on_report(MediaReport::default()),
        }
    }

    async fn prompt_started(&mut self, at: Instant) {
        self.log.note(CallStep::Hearing, at);
        self.log.record.prompts += 1;
        if let Some(sent) = self.key_sent_at.take() {
            self.log.record.turns.push(at.saturating_duration_since(sent));
        }
        self.timers.set(CallTimer::Silence, None);
        self.on_prompt(PromptEvent::Start).await;
    }

    async fn on_prompt(&mut self, heard: PromptEvent) {
        let at = now();
        if let PromptEvent::End(_) = heard {
            self.timers.set(CallTimer::Silence, Some(at + SILENCE));
        }
        let action = self.script.on_prompt(heard, at);
        self.perform(action).await;
    }

    fn on_report(&mut self, report: MediaReport) {
        self.log.record.media = report;
        match self.phase {
            CallPhase::Reporting => self.phase = CallPhase::Over,
            CallPhase::Calling | CallPhase::Talking | CallPhase::HangingUp | CallPhase::Over => {
                self.log
                    .fail(Failure::Media("the media session ended by itself".to_owned()));
                self.phase = CallPhase::Over;
            }
        }
    }

    async fn handle_timers(&mut self) {
        let at = now();
        while let Some(timer) = self.timers.expired(at) {
            match timer {
                CallTimer::KeysDue => {
                    let action = self.script.expire(at);
                    self.perform(action).await;
                    self.timers.set(CallTimer::KeysDue, self.script.timeout());
                }
                CallTimer::NoAnswer => self.abort(Failure::NotAnswered(RINGS)).await,
                CallTimer::HangUp => self.hang_up_as_ordered().await,
                CallTimer::Silence => self.abort(self.silence()).await,
                CallTimer::Limit => self.abort(Failure::TimeLimit(LIMIT)).await,
                CallTimer::EndConfirmation if self.phase == CallPhase::HangingUp => self.end_media(),
                CallTimer::EndConfirmation => self.phase = CallPhase::Over,
            }
        }
    }

    const fn silence(&self) -> Failure {
        if self.log.record.prompts == 0 {
            Failure::NothingHeard
        } else {
            Failure::Silence(SILENCE)
        }
    }

    async fn abort(&mut self, failure: Failure) {
        let why = match failure {
            Failure::Interrupted => "interrupted",
            _ => "the call failed",
        };
        self.log.fail(failure);
        self.hang_up(why).await;
    }

    async fn hang_up_as_ordered(&mut self) {
        let waited = self.plan.hang_up_after.unwrap_or_default();
        self.left_early = self.log.record.prompts == 0 && waited < HEARD_WITHIN;
        let why = if self.left_early {
            "as ordered, before anything could be heard"
        } else {
            "as ordered"
        };
        self.hang_up(why).await;
    }

    /// BYE, or CANCEL while it rings.
    async fn hang_up(&mut self, why: &'static str) {
        if !self.in_progress() {
            return;
        }
        self.note(CallStep::HangingUp(why));
        self.phase = CallPhase::HangingUp;
        self.timers = CallTimers::default();
        self.timers
            .set(CallTimer::EndConfirmation, Some(now() + END_CONFIRMATION_LIMIT));
        self.phone
            .send(Command::HangUp {
                dialog: self.dialog,
                headers: Vec::new(),
            })
            .await;
    }

    fn note(&mut self, step: CallStep) {
        self.log.note(step, now());
    }

    async fn finish(mut self) -> CallRecord {
        if self.answered_at.is_some() && self.log.record.prompts == 0 && !self.left_early {
            self.log.fail(Failure::NothingHeard);
        }
        if let Err(failure) = self.media.finish().await {
            self.log.fail(failure);
        }
        self.log.record.pressed = self.script.begun().to_vec();
        self.log.record
    }
}

/// The text of a Reason header for people: `Q.850;cause=16;text="Survey finished"` says `Survey finished`.
fn readable(reason: &str) -> String {
    let text = reason
        .split_once("text=\"")
        .and_then(|(_, rest)| rest.split_once('"'));
    text.map_or(reason, |(text, _)| text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn reason_header_is_told_by_its_text() {
        assert_eq!(
            readable("Q.850;cause=16;text=\"Survey finished\""),
            "Survey finished"
        );
        assert_eq!(readable("SIP;cause=480"), "SIP;cause=480");
    }
}
