//! One test call: one task, one loop, from the INVITE to the media report.
//!
//! The loop hears signalling, media, the clock and the wish to stop; the [`Script`] decides when keys are pressed.
//! Whatever happens, it ends: every wait has an [`Alarm`].

mod act;

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::alarm::{Alarm, Alarms};
use super::keys::Group;
use super::leg::Leg;
use super::order::{OfferIn, Order};
use super::phone::Phone;
use super::record::{CallRecord, Failure, Journal, Noted, Step};
use super::script::{Heard, Script};
use aftercall_media::{MediaEvent, MediaReport, PlaybackId, SpeechDetection};
use aftercall_rtp::sdp::Negotiated;
use aftercall_runtime::clock::{now, sleep_until};
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_sip::event::{Body, Command, DialogEvent, DialogKey, EndCause, OfferKey};

/// Media events that may wait for the loop.
const MEDIA_EVENTS: usize = 64;
/// Keys that are played as tones.
pub(super) const KEYS: u64 = 0;
/// The one thing that a caller says at a time.
const SPEECH: PlaybackId = PlaybackId(1);
/// How long a key is held.
pub(super) const PRESS: Duration = Duration::from_millis(100);
/// How long it may ring.
const RINGS: Duration = Duration::from_secs(60);
/// How long nothing may be heard; longer than a survey waits for a key.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a call may last.
const LIMIT: Duration = Duration::from_secs(300);
/// A prompt is heard this long after the answer at the latest: whoever hangs up before has not waited for it.
const HEARD_WITHIN: Duration = Duration::from_secs(2);
/// How long the other side may take to confirm our hang-up, and the media thread to report.
const FAREWELL: Duration = Duration::from_secs(4);

/// Where the call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Calling,
    Talking,
    HangingUp,
    /// Signalling is over; the media report is still to come.
    Reporting,
    Over,
}

/// One call in progress.
pub(super) struct Talk<'a> {
    phone: &'a Phone,
    order: &'a Order,
    journal: Journal,
    script: Script,
    alarms: Alarms,
    phase: Phase,
    dialog: DialogKey,
    leg: Leg,
    answered_at: Option<Instant>,
    /// What is said at present, and pressed behind it.
    saying: Option<Group>,
    /// When the last key went out, until the next prompt starts.
    key_sent_at: Option<Instant>,
    /// Whether we hung up, as ordered, before anything could have been heard.
    left_early: bool,
}

impl<'a> Talk<'a> {
    /// Places the call and walks it to its end.
    pub(super) async fn run(
        phone: &'a Phone,
        order: &'a Order,
        watcher: Option<mpsc::Sender<Noted>>,
        stop: Shutdown,
    ) -> CallRecord {
        let mut journal = Journal::new(now(), watcher);
        let (events, media_events) = mpsc::channel(MEDIA_EVENTS);
        let mut leg = match Leg::open(phone, events) {
            Ok(leg) => leg,
            Err(failure) => {
                journal.fail(failure);
                return journal.record;
            }
        };
        let offer = match order.offer {
            OfferIn::Invite => Some(leg.offer()),
            OfferIn::Answer => None,
        };
        let (destination, transport) = phone.destination();
        let began = now();
        journal.note(
            Step::Calling {
                destination,
                transport,
            },
            began,
        );
        let call_id = phone.call_id();
        journal.record.call_id.clone_from(&call_id);
        let Some((dialog, dialog_events)) = phone.invite(order, call_id, offer).await else {
            journal.fail(Failure::Unreachable {
                destination,
                transport,
            });
            return journal.record;
        };
        let mut alarms = Alarms::default();
        alarms.set(Alarm::NoAnswer, Some(began + RINGS));
        alarms.set(Alarm::Limit, Some(began + LIMIT));
        let talk = Self {
            phone,
            order,
            journal,
            script: Script::new(order.keys.clone(), order.style),
            alarms,
            phase: Phase::Calling,
            dialog,
            leg,
            answered_at: None,
            saying: None,
            key_sent_at: None,
            left_early: false,
        };
        talk.go_on(dialog_events, media_events, stop).await
    }

    async fn go_on(
        mut self,
        mut dialog: mpsc::Receiver<DialogEvent>,
        mut media: mpsc::Receiver<MediaEvent>,
        mut stop: Shutdown,
    ) -> CallRecord {
        while self.phase != Phase::Over {
            self.alarms.set(Alarm::Finger, self.script.timeout());
            let deadline = self.alarms.next();
            tokio::select! {
                biased;
                event = dialog.recv(), if self.phase != Phase::Reporting => self.dialog_event(event).await,
                event = media.recv() => self.media_event(event).await,
                () = stop.requested(), if self.in_progress() => self.abort(Failure::Interrupted).await,
                () = sleep_until(deadline) => self.wake_up().await,
            }
        }
        self.finish().await
    }

    const fn in_progress(&self) -> bool {
        matches!(self.phase, Phase::Calling | Phase::Talking)
    }

    async fn dialog_event(&mut self, event: Option<DialogEvent>) {
        match event {
            Some(DialogEvent::Progress { status }) => self.note(Step::Progress(status)),
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
        self.alarms.set(Alarm::NoAnswer, None);
        self.alarms.set(Alarm::Silence, Some(at + SILENCE));
        self.alarms
            .set(Alarm::HangUp, self.order.hang_up_after.map(|after| at + after));
        self.journal.record.set_up = Some(at.saturating_duration_since(self.journal.started()));
        self.answered_at = Some(at);
        self.phase = Phase::Talking;
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
        match self.order.offer {
            OfferIn::Invite => self.leg.read_answer(body).map_err(Failure::Description),
            OfferIn::Answer => {
                let (negotiated, answer) = self.leg.answer(body).map_err(Failure::Description)?;
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
        let done = self.leg.stream(negotiated);
        self.must(done);
        self.note(Step::Answered {
            codec: negotiated.codec,
            ptime: negotiated.ptime,
            telephone_event: negotiated.telephone_event.map(|event| event.payload_type),
        });
        let done = self.leg.listen(SpeechDetection {
            hangover: self.order.style.hangover(),
            ..SpeechDetection::default()
        });
        self.must(done);
        if let Some(path) = &self.order.record {
            let done = self.leg.record(path);
            self.must(done);
        }
    }

    fn must(&mut self, done: Result<(), Failure>) {
        if let Err(failure) = done {
            self.journal.fail(failure);
        }
    }

    /// The other side changes the session: we follow.
    async fn offered(&mut self, offer: OfferKey, body: Option<&Body>) {
        let dialog = self.dialog;
        let answered = match body {
            None => Ok(self.leg.offer()),
            Some(body) => self.leg.answer(body).map(|(negotiated, answer)| {
                let done = self.leg.stream(&negotiated);
                self.must(done);
                self.note(Step::Renegotiated {
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
        if let Some(Ok(negotiated)) = body.map(|body| self.leg.read_answer(body)) {
            let done = self.leg.stream(&negotiated);
            self.must(done);
        }
    }

    fn dialog_ended(&mut self, cause: EndCause) {
        let (destination, transport) = self.phone.destination();
        match cause {
            EndCause::Bye { reason } => self.other_side_hung_up(reason.as_deref()),
            EndCause::HungUp => {}
            EndCause::Rejected { status, reason } => self.journal.fail(Failure::Refused { status, reason }),
            EndCause::NoResponse => self.journal.fail(Failure::NoResponse {
                destination,
                transport,
            }),
            EndCause::TransportFailed | EndCause::Cancelled | EndCause::Refused | EndCause::AckTimeout => {
                self.journal.fail(Failure::Unreachable {
                    destination,
                    transport,
                });
            }
        }
        self.leave();
    }

    fn other_side_hung_up(&mut self, reason: Option<&str>) {
        self.note(Step::OtherSideHungUp(reason.map(readable)));
        let left = self.script.left();
        if !left.is_empty() && self.in_progress() {
            let left: Vec<String> = left.iter().map(Group::to_string).collect();
            let failure = if self.journal.record.prompts == 0 {
                Failure::NothingHeard
            } else {
                Failure::KeysLeft(left.join(","))
            };
            self.journal.fail(failure);
        }
    }

    /// Signalling is over: ends the media and waits for its report.
    fn leave(&mut self) {
        let at = now();
        self.journal.record.talked = self
            .answered_at
            .map_or(Duration::ZERO, |answered| at.saturating_duration_since(answered));
        self.alarms = Alarms::default();
        self.alarms.set(Alarm::Farewell, Some(at + FAREWELL));
        self.phase = Phase::Reporting;
        self.leg.close();
    }

    async fn media_event(&mut self, event: Option<MediaEvent>) {
        match event {
            Some(MediaEvent::SpeechStarted { at }) => self.prompt_started(at).await,
            Some(MediaEvent::SpeechEnded { at }) => self.heard(Heard::End(at)).await,
            Some(
                MediaEvent::DigitSent { at, .. }
                | MediaEvent::PlaybackStarted {
                    play: PlaybackId(KEYS),
                    first_packet_at: at,
                },
            ) => self.key_sent_at = Some(at),
            Some(MediaEvent::DigitRefused(_)) => self.abort(Failure::KeysRefused).await,
            Some(MediaEvent::PlaybackFinished(SPEECH)) => self.said().await,
            Some(MediaEvent::Closed(report)) => self.reported(*report),
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
            None => self.reported(MediaReport::default()),
        }
    }

    async fn prompt_started(&mut self, at: Instant) {
        self.journal.note(Step::Hearing, at);
        self.journal.record.prompts += 1;
        if let Some(sent) = self.key_sent_at.take() {
            self.journal.record.turns.push(at.saturating_duration_since(sent));
        }
        self.alarms.set(Alarm::Silence, None);
        self.heard(Heard::Start).await;
    }

    async fn heard(&mut self, heard: Heard) {
        let at = now();
        if let Heard::End(_) = heard {
            self.alarms.set(Alarm::Silence, Some(at + SILENCE));
        }
        let deed = self.script.heard(heard, at);
        self.act(deed).await;
    }

    fn reported(&mut self, report: MediaReport) {
        self.journal.record.media = report;
        match self.phase {
            Phase::Reporting => self.phase = Phase::Over,
            Phase::Calling | Phase::Talking | Phase::HangingUp | Phase::Over => {
                self.journal
                    .fail(Failure::Media("the media session ended by itself".to_owned()));
                self.phase = Phase::Over;
            }
        }
    }

    async fn wake_up(&mut self) {
        let at = now();
        while let Some(alarm) = self.alarms.expired(at) {
            match alarm {
                Alarm::Finger => {
                    let deed = self.script.expire(at);
                    self.act(deed).await;
                    self.alarms.set(Alarm::Finger, self.script.timeout());
                }
                Alarm::NoAnswer => self.abort(Failure::NotAnswered(RINGS)).await,
                Alarm::HangUp => self.hang_up_as_ordered().await,
                Alarm::Silence => self.abort(self.silence()).await,
                Alarm::Limit => self.abort(Failure::TimeLimit(LIMIT)).await,
                Alarm::Farewell if self.phase == Phase::HangingUp => self.leave(),
                Alarm::Farewell => self.phase = Phase::Over,
            }
        }
    }

    const fn silence(&self) -> Failure {
        if self.journal.record.prompts == 0 {
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
        self.journal.fail(failure);
        self.hang_up(why).await;
    }

    async fn hang_up_as_ordered(&mut self) {
        let waited = self.order.hang_up_after.unwrap_or_default();
        self.left_early = self.journal.record.prompts == 0 && waited < HEARD_WITHIN;
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
        self.note(Step::HangingUp(why));
        self.phase = Phase::HangingUp;
        self.alarms = Alarms::default();
        self.alarms.set(Alarm::Farewell, Some(now() + FAREWELL));
        self.phone
            .send(Command::HangUp {
                dialog: self.dialog,
                headers: Vec::new(),
            })
            .await;
    }

    fn note(&mut self, step: Step) {
        self.journal.note(step, now());
    }

    async fn finish(mut self) -> CallRecord {
        if self.answered_at.is_some() && self.journal.record.prompts == 0 && !self.left_early {
            self.journal.fail(Failure::NothingHeard);
        }
        if let Err(failure) = self.leg.finish().await {
            self.journal.fail(failure);
        }
        self.journal.record.pressed = self.script.begun().to_vec();
        self.journal.record
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
