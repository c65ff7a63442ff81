//! Our side of a call's session description.
//!
//! One [`LocalSession`] lives as long as the call. It keeps what RFC 3264 section 8 asks to be kept: the identity in
//! `o=`, whose version rises by one whenever what we write differs from what we wrote before; and the number and order
//! of m-lines, which an offer of ours in mid call must repeat. It also draws our SRTP keys: a new one for each line that
//! we offer, and in an answer whenever the peer's key or the suite has changed, because then another device may be
//! there, which must not be able to open what the former one was sent, and which knows no counters of ours.

use std::fmt;
use std::net::SocketAddr;

use sdp_types::{Attribute, Connection, Media, Origin, Session, Time};

use super::crypto;
use super::description::{MediaLine, Offer, read};
use super::negotiate::{Negotiated, Preference, agree};
use super::{
    Capabilities, CryptoFault, CryptoLine, Direction, EventSet, KeySource, Refusal, SrtpPolicy,
    TelephoneEvent,
};
use crate::rtp::srtp::{Keys, MasterKey};

/// Writes our descriptions of one call and reads the answers to them.
pub struct LocalSession {
    id: u64,
    rtp: SocketAddr,
    written: Option<Session>,
    /// The m-line that is ours in the layout of the call.
    audio_index: usize,
    /// The payload type under which telephone-event is known in this call, once it is.
    event_payload_type: Option<u8>,
    keys: KeySource,
    /// Our keys in the last offer of ours, by tag; empty when it was plain.
    offered: Vec<(u32, MasterKey)>,
    srtp: Option<Keys>,
}

impl LocalSession {
    /// A session of identity `id` (random; 63 bits are used) whose media arrives at `rtp`, the address that the peer
    /// can reach us at. Its SRTP keys come from `keys`.
    pub fn new(id: u64, rtp: SocketAddr, keys: KeySource) -> Self {
        Self {
            id: id & (u64::MAX >> 1),
            rtp,
            written: None,
            audio_index: 0,
            event_payload_type: None,
            keys,
            offered: Vec::new(),
            srtp: None,
        }
    }

    /// The answer to `offer` that says what was `negotiated` from it. Other m-lines are rejected with port 0.
    pub fn answer(&mut self, offer: &Offer, negotiated: &Negotiated) -> String {
        self.srtp = negotiated.crypto.map(|theirs| self.answering(&theirs));
        let crypto = negotiated.crypto.zip(self.srtp);
        self.audio_index = negotiated.media_index;
        let event = negotiated.telephone_event.map(|event| TelephoneEvent {
            events: EventSet::DIGITS,
            ..event
        });
        if let Some(event) = event {
            self.event_payload_type = Some(event.payload_type);
        }
        let mut audio = Audio {
            formats: vec![format_of(negotiated.codec, negotiated.payload_type)],
            ptime_ms: negotiated.ptime.millis(),
            rtcp_mux: negotiated.rtcp_mux,
            direction: negotiated.direction,
            crypto: crypto
                .map(|(theirs, keys)| crypto::written(theirs.tag, &keys.local))
                .into_iter()
                .collect(),
        };
        audio.formats.extend(event.map(event_format));
        let medias = offer
            .0
            .iter()
            .enumerate()
            .map(|(index, line)| match index == negotiated.media_index {
                true => audio.media(self.rtp.port(), &line.protocol),
                false => rejected(line),
            })
            .collect();
        self.write(medias)
    }

    /// An offer of all that we speak: for an INVITE, or in the 2xx to an INVITE without a body.
    pub fn offer(&mut self, capabilities: &Capabilities) -> String {
        self.offered = self.offering(capabilities);
        let protocol = match self.offered.is_empty() {
            true => "RTP/AVP",
            false => "RTP/SAVP",
        };
        let mut audio = Audio {
            formats: capabilities
                .codecs
                .iter()
                .map(|codec| format_of(*codec, codec.static_payload_type()))
                .collect(),
            ptime_ms: capabilities.ptime.millis(),
            rtcp_mux: capabilities.rtcp_mux,
            direction: Direction::SendRecv,
            crypto: self
                .offered
                .iter()
                .map(|(tag, key)| crypto::written(*tag, key))
                .collect(),
        };
        audio
            .formats
            .extend(self.offered_event(capabilities).map(event_format));
        let mut medias = self
            .written
            .as_ref()
            .map_or_else(Vec::new, |written| written.medias.clone());
        let ours = audio.media(self.rtp.port(), protocol);
        match medias.get_mut(self.audio_index) {
            Some(media) => *media = ours,
            None => medias.push(ours),
        }
        self.write(medias)
    }

    /// Reads the peer's answer to our last [`LocalSession::offer`] made with the same `capabilities`.
    pub fn read_answer(&mut self, body: &[u8], capabilities: &Capabilities) -> Result<Negotiated, Refusal> {
        let lines = read(body)?;
        let line = lines
            .get(self.audio_index)
            .ok_or_else(|| Refusal::Malformed("the answer has fewer m-lines than the offer".to_owned()))?;
        if !line.is_audio() {
            return Err(Refusal::Malformed(
                "the answer's m-lines are not those of the offer".to_owned(),
            ));
        }
        let srtp = match self.offered.is_empty() {
            true => SrtpPolicy::Off,
            false => SrtpPolicy::Required,
        };
        let mut negotiated = agree(line, self.audio_index, capabilities, srtp, Preference::Theirs)?;
        let keys = negotiated
            .crypto
            .map(|theirs| self.answered(&theirs))
            .transpose()?;
        let expected = self.offered_event(capabilities);
        if negotiated.telephone_event.is_some()
            && let Some(ours) = expected
            && negotiated.telephone_event_for(ours.payload_type).is_none()
        {
            negotiated.other_telephone_events.push(ours);
        }
        self.srtp = keys;
        Ok(negotiated)
    }

    /// The SRTP keys of both sides, by the last answer written or read; `None` when audio is plain.
    pub const fn srtp(&self) -> Option<Keys> {
        self.srtp
    }

    /// The keys when an answer takes this line of the peer's. A line that we have answered before is answered alike.
    fn answering(&mut self, theirs: &CryptoLine) -> Keys {
        match self.srtp {
            Some(keys) if keys.remote == theirs.key && keys.remote_mki == theirs.mki => keys,
            Some(_) | None => keys(self.keys.draw(theirs.key.suite()), theirs),
        }
    }

    /// The keys to offer: none for a plain offer.
    fn offering(&mut self, capabilities: &Capabilities) -> Vec<(u32, MasterKey)> {
        let secure = match capabilities.srtp {
            SrtpPolicy::Off => false,
            SrtpPolicy::Optional => self.srtp.is_some(),
            SrtpPolicy::Required => true,
        };
        match secure {
            true => (1..)
                .zip(&capabilities.suites)
                .map(|(tag, suite)| (tag, self.keys.draw(*suite)))
                .collect(),
            false => Vec::new(),
        }
    }

    /// The keys when the peer has answered with this line.
    fn answered(&self, theirs: &CryptoLine) -> Result<Keys, CryptoFault> {
        self.offered
            .iter()
            .find(|(tag, key)| *tag == theirs.tag && key.suite() == theirs.key.suite())
            .map(|(_, ours)| keys(*ours, theirs))
            .ok_or(CryptoFault::Unoffered)
    }

    fn offered_event(&self, capabilities: &Capabilities) -> Option<TelephoneEvent> {
        let default = capabilities.telephone_event?;
        let codec = capabilities.codecs.first()?;
        Some(TelephoneEvent {
            payload_type: self.event_payload_type.unwrap_or(default),
            clock_rate: codec.clock_rate(),
            events: EventSet::DIGITS,
        })
    }

    fn write(&mut self, medias: Vec<Media>) -> String {
        let version = self
            .written
            .as_ref()
            .map_or(1, |session| session.origin.sess_version);
        let mut session = self.session(version, medias);
        if self.written.as_ref().is_some_and(|before| *before != session) {
            session.origin.sess_version = version.wrapping_add(1);
        }
        let mut text = Vec::with_capacity(512);
        session
            .write(&mut text)
            .expect("writing into memory does not fail");
        self.written = Some(session);
        String::from_utf8(text).expect("every part written is text")
    }

    fn session(&self, version: u64, medias: Vec<Media>) -> Session {
        let origin = Origin {
            username: Some("-".to_owned()),
            ..Origin::with_ip_addr(self.id, version, self.rtp.ip())
        };
        let mut session = Session::new(origin, "aftercall");
        session.connection = Some(Connection::from_ip_addr(self.rtp.ip()));
        session.times = vec![Time {
            start_time: 0,
            stop_time: 0,
            repeats: Vec::new(),
        }];
        session.medias = medias;
        session
    }
}

/// Without what it has written, which has keys in it.
impl fmt::Debug for LocalSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSession")
            .field("id", &self.id)
            .field("rtp", &self.rtp)
            .field("srtp", &self.srtp)
            .finish_non_exhaustive()
    }
}

fn keys(local: MasterKey, theirs: &CryptoLine) -> Keys {
    Keys {
        local,
        remote: theirs.key,
        remote_mki: theirs.mki,
    }
}

/// Our audio m-line to be.
struct Audio {
    formats: Vec<Format>,
    ptime_ms: u32,
    rtcp_mux: bool,
    direction: Direction,
    /// Values of `a=crypto`.
    crypto: Vec<String>,
}

struct Format {
    payload_type: u8,
    rtpmap: String,
    fmtp: Option<&'static str>,
}

fn format_of(codec: super::Codec, payload_type: u8) -> Format {
    Format {
        payload_type,
        rtpmap: format!("{}/{}", codec.encoding_name(), codec.clock_rate()),
        fmtp: None,
    }
}

fn event_format(event: TelephoneEvent) -> Format {
    Format {
        payload_type: event.payload_type,
        rtpmap: format!("telephone-event/{}", event.clock_rate),
        fmtp: Some("0-15"),
    }
}

impl Audio {
    fn media(&self, port: u16, protocol: &str) -> Media {
        let mut attributes = Vec::new();
        for format in &self.formats {
            let payload_type = format.payload_type;
            attributes.push(attribute("rtpmap", format!("{payload_type} {}", format.rtpmap)));
            if let Some(fmtp) = format.fmtp {
                attributes.push(attribute("fmtp", format!("{payload_type} {fmtp}")));
            }
        }
        attributes.push(attribute("ptime", self.ptime_ms.to_string()));
        if self.rtcp_mux {
            attributes.push(flag("rtcp-mux"));
        }
        for crypto in &self.crypto {
            attributes.push(attribute("crypto", crypto.clone()));
        }
        attributes.push(flag(self.direction.attribute()));
        let formats: Vec<_> = self
            .formats
            .iter()
            .map(|format| format.payload_type.to_string())
            .collect();
        Media {
            attributes,
            ..media_line("audio", port, protocol, &formats.join(" "))
        }
    }
}

/// The m-line of a stream that we do not take (RFC 3264 section 6: port 0, formats repeated).
fn rejected(line: &MediaLine) -> Media {
    media_line(&line.kind, 0, &line.protocol, &line.formats)
}

fn media_line(kind: &str, port: u16, protocol: &str, formats: &str) -> Media {
    Media {
        media: kind.to_owned(),
        port,
        num_ports: None,
        proto: protocol.to_owned(),
        fmt: formats.to_owned(),
        media_title: None,
        connections: Vec::new(),
        bandwidths: Vec::new(),
        key: None,
        attributes: Vec::new(),
    }
}

fn attribute(name: &str, value: String) -> Attribute {
    Attribute {
        attribute: name.to_owned(),
        value: Some(value),
    }
}

fn flag(name: &str) -> Attribute {
    Attribute {
        attribute: name.to_owned(),
        value: None,
    }
}
