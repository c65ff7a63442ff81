//! The media of a call: its media session, and the offers and answers about it.
//!
//! Signalling brings session descriptions, media needs streams; a [`CallMedia`] negotiates between them and keeps our
//! side of the description for the length of the call.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

use super::accepted::AcceptedCall;
use super::call_prompts::CallPrompts;
pub(super) use super::media_error::MediaError;
use super::media_error::warning;
use super::resolver::HostNames;
use super::services::signal;
use super::snapshot::CallEnvironment;
use aftercall_audio::TELEPHONE_RATE;
use aftercall_audio::prompts::Playlist;
use aftercall_base::Language;
use aftercall_media::{
    InBandDtmf, MediaEvent, MediaSession, PlaybackId, RecorderSink, SpeechDetection, Stream, is_of_this_host,
    local_address,
};
use aftercall_rtp::Ptime;
use aftercall_rtp::sdp::{
    AddressFamilies, Capabilities, EventMapping, HostName, LocalSession, MediaDirection, Negotiated, Offer,
    SdpRefusal, SrtpKeySource, negotiate,
};
use aftercall_sip::event::{Address, Body, Command, DialogEvent, DialogKey, InboundInvite, OfferKey};
use aftercall_sip_net::service::SipHandle;

/// The families in which this call can have media: that of signalling, and the other one where audio is wanted there and
/// we have a way to it.
fn families(signalling: IpAddr, offer: Option<&Offer>) -> AddressFamilies {
    let reached = |remote: &IpAddr| local_address(signalling, *remote).is_some();
    let other = |remote: &IpAddr| remote.is_ipv4() != signalling.is_ipv4();
    let has_other = offer.is_some_and(|offer| offer.audio_addresses().filter(other).any(|ip| reached(&ip)));
    match has_other {
        true => AddressFamilies::Both,
        false => AddressFamilies::of(signalling),
    }
}

/// Our address for the media that was negotiated; for an offer of ours, and on hold, that of signalling. Where a proxy on this
/// host has passed the call on, the Contact tells from where the caller will want media.
fn media_ip(invite: &InboundInvite, negotiated: Option<&Negotiated>) -> IpAddr {
    let signalling = invite.local.ip();
    let contact = || {
        let contact = Address::parse(invite.header("Contact")?)?;
        let ip: IpAddr = contact.host.parse().ok()?;
        (ip.is_ipv4() == signalling.is_ipv4()).then_some(ip)
    };
    negotiated
        .map(|negotiated| negotiated.remote_rtp.ip())
        .filter(|remote| !remote.is_unspecified())
        .or_else(contact)
        .and_then(|remote| local_address(signalling, remote))
        .unwrap_or(signalling)
}

/// Whether the peer is gone before it was answered: it sent CANCEL while the call was being decided on.
pub(super) fn is_over(events: &mut mpsc::Receiver<DialogEvent>) -> bool {
    loop {
        match events.try_recv() {
            Ok(DialogEvent::Ended { .. }) | Err(TryRecvError::Disconnected) => return true,
            Err(TryRecvError::Empty) => return false,
            // Nothing else means anything before the answer.
            Ok(_) => {}
        }
    }
}

/// What was negotiated last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NegotiatedAudio {
    /// The encoding name of the codec.
    pub(super) codec: Option<&'static str>,
    pub(super) ptime: Option<Ptime>,
    /// Why keys may not be heard.
    pub(super) key_warning: Option<KeyWarning>,
}

/// Why the keys of a call may not be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyWarning {
    /// telephone-event is mapped in a way that the standard does not have: keys are heard by number and as tones.
    OddTelephoneEvent,
    /// There is no telephone-event, and tones are not listened to: only INFO is left.
    NoKeyPath,
    /// Packets that read as keys came on a payload type that was not agreed on.
    UnknownPayloadType,
    /// Hosts that claimed to be the peer's were more than one, and only one was heard.
    SeveralHosts,
}

impl KeyWarning {
    /// What is known of a stream from its negotiation.
    fn of(stream: &Stream, in_band: InBandDtmf) -> Option<Self> {
        match stream.event_mapping {
            _ if stream.telephone_event.is_none() && !in_band.applies_to(stream) => Some(Self::NoKeyPath),
            EventMapping::Odd => Some(Self::OddTelephoneEvent),
            EventMapping::Clear | EventMapping::Missing => None,
        }
    }

    /// The word stored with the call.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::OddTelephoneEvent => "odd_telephone_event",
            Self::NoKeyPath => "no_key_path",
            Self::UnknownPayloadType => "unknown_payload_type",
            Self::SeveralHosts => "several_hosts",
        }
    }

    pub(super) fn log(self) {
        match self {
            Self::OddTelephoneEvent => tracing::warn!(
                key_warning = self.word(),
                "unusual telephone-event in the peer's SDP: detecting keys by payload type and as in-band tones"
            ),
            Self::NoKeyPath => tracing::warn!(
                key_warning = self.word(),
                "the peer has no telephone-event and media.in_band_dtmf is \"never\": only SIP INFO can carry keys"
            ),
            Self::UnknownPayloadType => tracing::warn!(
                key_warning = self.word(),
                "possible key packets on a payload type that was not negotiated"
            ),
            Self::SeveralHosts => tracing::warn!(
                key_warning = self.word(),
                "RTP from several hosts, none of them from the SDP: using one of them as the caller"
            ),
        }
    }
}

/// An answered call's media.
#[derive(Debug)]
pub(super) struct CallMedia {
    dialog: DialogKey,
    sip: SipHandle,
    session: MediaSession,
    description: LocalSession,
    capabilities: Capabilities,
    prompts: CallPrompts,
    names: HostNames,
    lookup: Option<Lookup>,
    started: bool,
    telephone_event: bool,
    inactive: bool,
    in_band: InBandDtmf,
    audio: NegotiatedAudio,
}

/// An offer in mid call whose host names are being looked up.
#[derive(Debug)]
struct Lookup {
    key: OfferKey,
    offer: Offer,
    found: oneshot::Receiver<Vec<(HostName, IpAddr)>>,
}

impl CallMedia {
    /// Opens media, negotiates and answers the INVITE with 200 and what the PBX is told; without an offer, our 200 carries
    /// ours. Prompts will be in the language of the call.
    ///
    /// # Errors
    /// Nothing was sent then: the INVITE still waits for its final response.
    pub(super) async fn answer(
        env: &CallEnvironment,
        invite: &InboundInvite,
        call: &AcceptedCall,
        events: mpsc::Sender<MediaEvent>,
    ) -> Result<Self, MediaError> {
        let mut names = HostNames::new(env.services.resolver.clone());
        let mut offer = invite
            .offer
            .as_ref()
            .map(|body| Offer::parse(&body.bytes))
            .transpose()?;
        if let Some(offer) = &mut offer {
            names.look_up(offer).await;
        }
        let signalling = invite.local.ip();
        let mut capabilities = Capabilities {
            families: families(signalling, offer.as_ref()),
            loopback: is_of_this_host(invite.peer.ip()),
            ..env.services.capabilities_for(invite)
        };
        let negotiated = offer
            .as_ref()
            .map(|offer| negotiate(offer, &capabilities))
            .transpose()?;
        let ip = media_ip(invite, negotiated.as_ref());
        let session = env.services.media.open(ip, events)?;
        // From now on there is one socket, of one family.
        capabilities.families = AddressFamilies::of(ip);
        let local = session.local_rtp();
        let shown = env
            .services
            .media_address
            .filter(|address| address.is_ipv4() == local.is_ipv4())
            .map_or(local, |address| SocketAddr::new(address, local.port()));
        let mut media = Self {
            dialog: invite.dialog,
            sip: env.services.sip.clone(),
            session,
            description: LocalSession::new(
                env.services.randomness.seed(),
                shown,
                SrtpKeySource::from_seed(env.services.randomness.key_seed()),
            ),
            capabilities,
            prompts: CallPrompts::new(Arc::clone(&env.config.prompts), call.language.clone()),
            names,
            lookup: None,
            started: false,
            telephone_event: false,
            inactive: false,
            in_band: env.services.media.in_band_dtmf(),
            audio: NegotiatedAudio::default(),
        };
        let text = match offer.as_ref().zip(negotiated.as_ref()) {
            Some((offer, negotiated)) => {
                let answer = media.description.answer(offer, negotiated);
                media.stream(negotiated);
                answer
            }
            None => media.description.offer(&media.capabilities),
        };
        let answer = Command::Answer {
            dialog: media.dialog,
            body: Body::sdp(text),
            headers: call.result_values.headers(&env.config.results.answer),
        };
        signal(&media.sip, answer).await;
        Ok(media)
    }

    /// The dialog that carries this media.
    pub(super) const fn dialog(&self) -> DialogKey {
        self.dialog
    }

    /// Whether the peer may send keys as telephone-events.
    pub(super) const fn has_telephone_event(&self) -> bool {
        self.telephone_event
    }

    /// Whether the call is on hold in silence: media is agreed on in neither way.
    pub(super) const fn is_inactive(&self) -> bool {
        self.inactive
    }

    /// Takes the ACK: the answer to our offer, when ours was the offer.
    pub(super) async fn acknowledged(&mut self, answer: Option<&Body>) -> Result<(), MediaError> {
        if self.started {
            return Ok(());
        }
        let answer = answer.ok_or(MediaError::NoAnswer)?;
        let negotiated = self.read_answer(answer).await?;
        self.stream(&negotiated);
        Ok(())
    }

    async fn read_answer(&mut self, answer: &Body) -> Result<Negotiated, SdpRefusal> {
        let mut answer = Offer::parse(&answer.bytes)?;
        self.names.look_up(&mut answer).await;
        // First, as an answer that is taken changes keys.
        answer
            .audio_addresses()
            .next()
            .map_or(Ok(()), |remote| self.check_way(remote))?;
        self.description.take_answer(&answer, &self.capabilities)
    }

    /// Media goes on from the socket that it began with: one on loopback has no way to another host.
    fn check_way(&self, remote: IpAddr) -> Result<(), SdpRefusal> {
        let ours = self.session.local_rtp().ip();
        match remote.is_unspecified() || local_address(ours, remote) == Some(ours) {
            true => Ok(()),
            false => Err(SdpRefusal::AddressFamily(remote)),
        }
    }

    /// Answers an offer in mid call: hold, resume, another codec or address. What cannot be accepted is refused, and
    /// the session goes on as it was (RFC 3261 section 14.2). One with a host name that is new to the call is answered later:
    /// [`CallMedia::looked_up`] brings it back.
    pub(super) async fn offered(&mut self, key: OfferKey, body: Option<&Body>) {
        let Some(body) = body else {
            let text = self.description.offer(&self.capabilities);
            return self.send_answer(key, Ok(text)).await;
        };
        let mut offer = match Offer::parse(&body.bytes) {
            Ok(offer) => offer,
            Err(refusal) => return self.send_answer(key, Err(refusal)).await,
        };
        if self.names.fill_in(&mut offer) {
            return self.answer_offer(key, &offer).await;
        }
        let found = self.names.begin_lookup(&offer);
        self.lookup = Some(Lookup { key, offer, found });
    }

    /// Resolves when the host names of an offer in mid call are looked up; never while there is none. Nothing is lost when
    /// the wait is given up.
    pub(super) async fn looked_up(&mut self) -> (OfferKey, Offer) {
        let Some(lookup) = &mut self.lookup else {
            return std::future::pending().await;
        };
        // Without an answer nothing is found, and the offer is refused.
        let found = (&mut lookup.found).await.unwrap_or_default();
        self.names.learn(found);
        match self.lookup.take() {
            Some(Lookup { key, mut offer, .. }) => {
                self.names.fill_in(&mut offer);
                (key, offer)
            }
            None => std::future::pending().await,
        }
    }

    /// Answers an offer in mid call whose host names are known, or are known not to be found.
    pub(super) async fn answer_offer(&mut self, key: OfferKey, offer: &Offer) {
        let answered = self.renegotiate(offer);
        self.send_answer(key, answered).await;
    }

    async fn send_answer(&self, key: OfferKey, answered: Result<String, SdpRefusal>) {
        let dialog = self.dialog;
        let command = match answered {
            Ok(text) => Command::AnswerOffer {
                dialog,
                offer: key,
                body: Some(Body::sdp(text)),
            },
            Err(refusal) => {
                tracing::info!(%refusal, "offer during the call refused");
                Command::RejectOffer {
                    dialog,
                    offer: key,
                    status: refusal.status(),
                    headers: warning(&refusal),
                }
            }
        };
        signal(&self.sip, command).await;
    }

    fn renegotiate(&mut self, offer: &Offer) -> Result<String, SdpRefusal> {
        let negotiated = negotiate(offer, &self.capabilities)?;
        self.check_way(negotiated.remote_rtp.ip())?;
        let answer = self.description.answer(offer, &negotiated);
        self.stream(&negotiated);
        Ok(answer)
    }

    /// Takes the answer to an offer that we made in mid call; a faulty one changes nothing.
    pub(super) async fn offer_answered(&mut self, body: Option<&Body>) {
        let Some(body) = body else { return };
        match self.read_answer(body).await {
            Ok(negotiated) => self.stream(&negotiated),
            Err(refusal) => tracing::info!(%refusal, "answer to our offer during the call ignored"),
        }
    }

    /// Asks the peer by OPTIONS whether it is there.
    pub(super) async fn check_peer(&self) {
        let dialog = self.dialog;
        signal(&self.sip, Command::CheckPeer { dialog }).await;
    }

    /// Plays a list from its beginning instead of what plays now. For the first call of a codec it takes the time to
    /// encode it.
    pub(super) async fn play(&self, id: PlaybackId, playlist: Playlist) {
        self.prompts.ready(&playlist).await;
        warn_if_refused(self.session.play(id, playlist).is_ok(), "play");
    }

    /// Plays prompts of another language from now on.
    pub(super) fn change_language(&mut self, language: Language) {
        self.prompts.change_language(language);
    }

    /// Stops what plays.
    pub(super) fn stop(&self) {
        warn_if_refused(self.session.stop().is_ok(), "stop");
    }

    /// Samples a second of what is heard.
    pub(super) const fn recording_rate(&self) -> u32 {
        TELEPHONE_RATE
    }

    /// Gives what is heard to a recording from now on; `None` ends it.
    pub(super) fn record(&self, sink: Option<RecorderSink>) {
        warn_if_refused(self.session.record(sink).is_ok(), "record");
    }

    /// Tells where speech starts and ends from now on; `None` stops that.
    pub(super) fn listen(&self, listening: Option<SpeechDetection>) {
        warn_if_refused(self.session.detect_speech(listening).is_ok(), "listen");
    }

    /// Reads what has come at once; `CaughtUp` follows. Whether the media thread took that.
    pub(super) fn catch_up(&self) -> bool {
        self.session.catch_up().is_ok()
    }

    /// Ends the media and returns what was negotiated last. The session's report is its last event.
    pub(super) fn close(self) -> NegotiatedAudio {
        self.session.close();
        self.audio
    }

    fn stream(&mut self, negotiated: &Negotiated) {
        self.prompts.use_codec(negotiated.codec);
        let mut stream = Stream::new(negotiated, self.description.srtp());
        if self.capabilities.telephone_event.is_some() {
            let earlier = self.description.event_numbers().without(stream.payload_type);
            stream.likely_events = stream.likely_events.and(earlier);
        }
        let key_warning = KeyWarning::of(&stream, self.in_band);
        if let Some(warning) = key_warning.filter(|_| key_warning != self.audio.key_warning) {
            warning.log();
        }
        let done = self.session.set_stream(stream);
        self.started = true;
        self.telephone_event = negotiated.telephone_event.is_some();
        self.inactive = negotiated.direction == MediaDirection::Inactive;
        self.audio = NegotiatedAudio {
            codec: Some(negotiated.codec.encoding_name()),
            ptime: Some(negotiated.ptime),
            key_warning,
        };
        warn_if_refused(done.is_ok(), "stream");
    }
}

/// A media thread that takes no more commands is overloaded; the call ends by its timers.
fn warn_if_refused(taken: bool, command: &'static str) {
    if !taken {
        metrics::counter!("aftercall_media_commands_refused_total").increment(1);
        tracing::error!(command, "the command queue of the media thread is full or closed");
    }
}
