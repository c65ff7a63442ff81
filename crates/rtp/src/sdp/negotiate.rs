//! Choosing what both sides speak (RFC 3264 section 6).
//!
//! The first m-line that we can use is the call's audio; every other is rejected with port 0 in the answer. The codec
//! is the first in the operator's order that the line offers.

use std::net::{IpAddr, SocketAddr};

use super::capabilities::Preference;
use super::codec::codec_of;
use super::description::{MediaLine, Offer};
use super::event_choice::EventChoice;
use super::host::Host;
use super::{
    Capabilities, Codec, CryptoLine, EventMapping, MediaDirection, PayloadTypes, Ptime, SdpRefusal,
    SrtpPolicy, TelephoneEvent, crypto_choice,
};

/// What both sides agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Negotiated {
    /// Which m-line carries the audio, counted from 0.
    pub media_index: usize,
    /// Where the peer wants RTP. The unspecified address when it is on hold by `c=0.0.0.0`: then `direction` does
    /// not send.
    pub remote_rtp: SocketAddr,
    /// Where the peer wants RTCP: `a=rtcp`, the RTP port when multiplexed, else the port above.
    pub remote_rtcp: SocketAddr,
    /// Whether RTCP shares the media port.
    pub rtcp_mux: bool,
    /// The audio codec.
    pub codec: Codec,
    /// The payload type of the audio, in both directions.
    pub payload_type: u8,
    /// How much audio one packet carries.
    pub ptime: Ptime,
    /// RFC 4733 digits; the format whose clock is the codec's, where there are several.
    pub telephone_event: Option<TelephoneEvent>,
    /// Further formats on which the peer may send digits: some phones offer several clock rates and use any.
    pub other_telephone_events: Vec<TelephoneEvent>,
    /// Payload types that are not rightly mapped to telephone-event, and may carry it all the same.
    pub likely_events: PayloadTypes,
    /// How the peer's description maps telephone-event.
    pub event_mapping: EventMapping,
    /// Payload types of comfort noise (RFC 3389): the peer may send them in pauses, whatever we answer.
    pub comfort_noise: PayloadTypes,
    /// Who sends and receives, seen from us.
    pub direction: MediaDirection,
    /// The peer's key, where audio is protected; [`LocalSession::srtp`] has ours beside it.
    ///
    /// [`LocalSession::srtp`]: super::LocalSession::srtp
    pub crypto: Option<CryptoLine>,
}

impl Negotiated {
    /// The telephone-event format that a received payload type stands for.
    pub fn telephone_event_for(&self, payload_type: u8) -> Option<TelephoneEvent> {
        self.telephone_event
            .iter()
            .chain(&self.other_telephone_events)
            .find(|event| event.payload_type == payload_type)
            .copied()
    }

    /// Whether the peer has put us on hold: it does not want our media.
    pub fn is_held(&self) -> bool {
        !self.direction.sends()
    }
}

/// Decides what to answer to `offer`.
pub fn negotiate(offer: &Offer, capabilities: &Capabilities) -> Result<Negotiated, SdpRefusal> {
    let mut refusal = None;
    for (media_index, line) in offer.0.iter().enumerate().filter(|(_, line)| line.is_audio()) {
        match agree(
            line,
            media_index,
            capabilities,
            capabilities.srtp,
            Preference::Ours,
        ) {
            Ok(negotiated) => return Ok(negotiated),
            Err(reason) => refusal = refusal.or(Some(reason)),
        }
    }
    Err(refusal.unwrap_or(SdpRefusal::NoAudio))
}

/// What `line` and `capabilities` have in common.
pub(super) fn agree(
    line: &MediaLine,
    media_index: usize,
    capabilities: &Capabilities,
    srtp: SrtpPolicy,
    preference: Preference,
) -> Result<Negotiated, SdpRefusal> {
    if line.port == 0 {
        return Err(SdpRefusal::AudioDisabled);
    }
    let crypto = crypto_choice::agree(line, capabilities, srtp, preference)?;
    let address = choose_address(line, capabilities)?;
    let (payload_type, codec) =
        choose_codec(line, &capabilities.codecs, preference).ok_or(SdpRefusal::NoCommonCodec)?;
    let events = match capabilities.telephone_event {
        Some(_) => EventChoice::of(line, codec, payload_type),
        None => EventChoice::none(),
    };
    let remote_rtp = SocketAddr::new(address, line.port);
    let rtcp_mux = line.rtcp_mux && capabilities.rtcp_mux;
    let offered = match address.is_unspecified() {
        true => line.direction.without_receiving(),
        false => line.direction,
    };
    Ok(Negotiated {
        media_index,
        remote_rtp,
        remote_rtcp: remote_rtcp(line, remote_rtp, rtcp_mux, capabilities),
        rtcp_mux,
        codec,
        payload_type,
        ptime: choose_ptime(line, codec, capabilities.ptime),
        telephone_event: events.chosen,
        other_telephone_events: events.others,
        likely_events: events.likely,
        event_mapping: events.mapping,
        comfort_noise: comfort_noise(line).without(payload_type),
        direction: offered.reversed(),
        crypto,
    })
}

impl MediaLine {
    pub(super) fn is_audio(&self) -> bool {
        self.kind.eq_ignore_ascii_case("audio")
    }

    /// Whether it asks for audio at all.
    pub(super) fn is_live_audio(&self) -> bool {
        self.is_audio() && self.port != 0
    }
}

/// The first address that media can go to. RFC 8866 knows one `c=` for a stream; a peer with two writes one for each
/// family.
fn choose_address(line: &MediaLine, capabilities: &Capabilities) -> Result<IpAddr, SdpRefusal> {
    let mut refusal = None;
    for host in &line.hosts {
        match host.usable(capabilities) {
            Ok(ip) => return Ok(ip),
            Err(reason) => refusal = refusal.or(Some(reason)),
        }
    }
    Err(refusal.unwrap_or_else(|| SdpRefusal::Malformed("no c= line for the audio stream".to_owned())))
}

fn choose_codec(line: &MediaLine, ours: &[Codec], preference: Preference) -> Option<(u8, Codec)> {
    let offered = || {
        line.payload_types()
            .filter_map(|payload_type| Some((payload_type, codec_of(payload_type, line)?)))
    };
    match preference {
        Preference::Ours => ours
            .iter()
            .find_map(|wanted| offered().find(|(_, codec)| codec == wanted)),
        Preference::Theirs => offered().find(|(_, codec)| ours.contains(codec)),
    }
}

/// 13, and 19 as older gateways have it, and what is mapped to it on other clocks.
fn comfort_noise(line: &MediaLine) -> PayloadTypes {
    let mapped = line
        .rtpmaps()
        .filter(|map| map.encoding.eq_ignore_ascii_case("CN"));
    [13, 19]
        .into_iter()
        .filter(|number| line.rtpmap(*number).is_none())
        .chain(mapped.map(|map| map.payload_type))
        .collect()
}

/// What the peer asks for, or our default, within its `maxptime`. Prompts in Opus exist in packets of 20 ms only, and
/// `ptime` is a wish (RFC 8866 section 6.4): so those are what it gets.
fn choose_ptime(line: &MediaLine, codec: Codec, default: Ptime) -> Ptime {
    match codec {
        Codec::Pcmu | Codec::Pcma | Codec::G722 => {
            Ptime::nearest(line.ptime_ms.unwrap_or(default.millis()), line.maxptime_ms)
        }
        Codec::Opus => Ptime::Ms20,
    }
}

/// An address of another family is passed over, since one socket cannot send to both; and so is one that audio could not
/// be sent to either.
fn remote_rtcp(line: &MediaLine, rtp: SocketAddr, mux: bool, capabilities: &Capabilities) -> SocketAddr {
    let is_usable = |ip: &IpAddr| ip.is_ipv4() == rtp.is_ipv4() && Host::Ip(*ip).usable(capabilities).is_ok();
    match line.rtcp {
        _ if mux => rtp,
        Some(rtcp) => {
            let ip = rtcp.ip.filter(is_usable);
            SocketAddr::new(ip.unwrap_or(rtp.ip()), rtcp.port)
        }
        None => SocketAddr::new(rtp.ip(), rtp.port().checked_add(1).unwrap_or(rtp.port())),
    }
}
