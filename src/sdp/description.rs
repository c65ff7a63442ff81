//! Reading a session description into the few things that we negotiate.
//!
//! Peers write sloppy SDP. Before `sdp-types` sees it, lines that we do not use (`o= s= i= u= e= p= b= t= r= z= k=`)
//! and lines that are not UTF-8 are left out, so that a fault there cannot cost the call, and runs of blanks in
//! `m=` and `c=` become one. Session-level defaults are then folded into each m-line.

use std::net::IpAddr;

use sdp_types::{Attribute, Connection, Media, Session};

use super::crypto::MOST_LINES;
use super::{CryptoFault, CryptoLine, Direction, EventSet, Refusal};

/// The largest description that is read, in octets.
const MAX_OCTETS: usize = 16 * 1024;
/// The most m-lines that are answered.
const MAX_MEDIA: usize = 32;

/// A session description that a peer offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer(pub(super) Vec<MediaLine>);

impl Offer {
    /// Reads an offer: the body of an INVITE, of a re-INVITE, or of a 2xx to an INVITE without a body.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        read(body).map(Self)
    }

    /// How many m-lines it has; an answer has as many.
    pub fn media_count(&self) -> usize {
        self.0.len()
    }
}

/// One m-line with all that applies to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MediaLine {
    pub(super) kind: String,
    pub(super) port: u16,
    pub(super) protocol: String,
    pub(super) formats: String,
    pub(super) host: Option<Host>,
    pub(super) direction: Direction,
    pub(super) ptime_ms: Option<u32>,
    pub(super) maxptime_ms: Option<u32>,
    pub(super) rtcp: Option<Rtcp>,
    pub(super) rtcp_mux: bool,
    pub(super) crypto: Vec<Result<CryptoLine, CryptoFault>>,
    rtpmaps: Vec<RtpMap>,
    fmtps: Vec<(u8, String)>,
}

/// What a `c=` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    Ip(IpAddr),
    Name(String),
}

/// `a=rtcp` (RFC 3605).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rtcp {
    pub(super) port: u16,
    pub(super) ip: Option<IpAddr>,
}

/// `a=rtpmap` (RFC 8866 section 6.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RtpMap {
    pub(super) payload_type: u8,
    pub(super) encoding: String,
    pub(super) clock_rate: u32,
    pub(super) channels: u8,
}

impl MediaLine {
    /// The payload types of the m-line in the writer's order.
    pub(super) fn payload_types(&self) -> impl Iterator<Item = u8> {
        self.formats
            .split(' ')
            .filter_map(|format| format.parse().ok())
            .filter(|payload_type| *payload_type < 128)
    }

    pub(super) fn rtpmap(&self, payload_type: u8) -> Option<&RtpMap> {
        self.rtpmaps.iter().find(|map| map.payload_type == payload_type)
    }

    /// Every mapping of a payload type: there should be one.
    pub(super) fn rtpmaps_of(&self, payload_type: u8) -> impl Iterator<Item = &RtpMap> {
        self.rtpmaps
            .iter()
            .filter(move |map| map.payload_type == payload_type)
    }

    /// Every mapping, also of payload types that the m-line does not list.
    pub(super) fn rtpmaps(&self) -> impl Iterator<Item = &RtpMap> {
        self.rtpmaps.iter().filter(|map| map.payload_type < 128)
    }

    /// The format parameters of a payload type, as they are written.
    pub(super) fn format_parameters(&self, payload_type: u8) -> Option<&str> {
        self.fmtp(payload_type)
    }

    /// The telephone events that `payload_type` is offered for.
    pub(super) fn events(&self, payload_type: u8) -> EventSet {
        self.fmtp(payload_type).map_or(EventSet::DIGITS, EventSet::parse)
    }

    /// The value of one `name=value` in the format parameters of `payload_type`.
    pub(super) fn parameter(&self, payload_type: u8, name: &str) -> Option<&str> {
        self.fmtp(payload_type)?
            .split(';')
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    fn fmtp(&self, payload_type: u8) -> Option<&str> {
        self.fmtps
            .iter()
            .find(|(listed, _)| *listed == payload_type)
            .map(|(_, parameters)| parameters.as_str())
    }

    fn new(media: Media, session: &Session) -> Self {
        let attributes = Attributes {
            media: &media.attributes,
            session: &session.attributes,
        };
        let connection = media.connections.first().or(session.connection.as_ref());
        Self {
            host: connection.map(host),
            direction: attributes.direction(),
            ptime_ms: attributes.value("ptime").and_then(millis),
            maxptime_ms: attributes.value("maxptime").and_then(millis),
            rtcp: attributes.value("rtcp").and_then(rtcp),
            rtcp_mux: attributes.has("rtcp-mux"),
            crypto: attributes
                .of_the_stream("crypto")
                .take(MOST_LINES)
                .map(CryptoLine::parse)
                .collect(),
            rtpmaps: attributes.values("rtpmap").filter_map(rtpmap).collect(),
            fmtps: attributes.values("fmtp").filter_map(fmtp).collect(),
            kind: media.media,
            port: media.port,
            protocol: media.proto,
            formats: media.fmt,
        }
    }
}

/// Reads the m-lines of a session description.
pub(super) fn read(body: &[u8]) -> Result<Vec<MediaLine>, Refusal> {
    if body.len() > MAX_OCTETS {
        return Err(Refusal::TooLarge("more than 16 KiB"));
    }
    let mut session = Session::parse(&tidy(body)).map_err(|error| Refusal::Malformed(error.to_string()))?;
    let medias = std::mem::take(&mut session.medias);
    if medias.len() > MAX_MEDIA {
        return Err(Refusal::TooLarge("more than 32 m-lines"));
    }
    Ok(medias
        .into_iter()
        .map(|media| MediaLine::new(media, &session))
        .collect())
}

/// Keeps what we read, in a form that the parser accepts.
fn tidy(body: &[u8]) -> Vec<u8> {
    let mut kept = String::with_capacity(body.len());
    let lines = body
        .split(|octet| matches!(octet, b'\r' | b'\n'))
        .filter_map(|line| std::str::from_utf8(line).ok())
        .map(str::trim)
        .filter(|line| !line.contains('\0'));
    for line in lines {
        match line.split_once('=') {
            Some((key @ ("m" | "c"), value)) => {
                kept.push_str(key);
                kept.push('=');
                for (position, word) in value.split_whitespace().enumerate() {
                    if position > 0 {
                        kept.push(' ');
                    }
                    kept.push_str(word);
                }
            }
            Some(("v" | "a", _)) => kept.push_str(line),
            _ => continue,
        }
        kept.push_str("\r\n");
    }
    kept.into_bytes()
}

struct Attributes<'a> {
    media: &'a [Attribute],
    session: &'a [Attribute],
}

impl<'a> Attributes<'a> {
    /// Every attribute of that name, those of the m-line first.
    fn named(&self, name: &'static str) -> impl Iterator<Item = &'a Attribute> + use<'a> {
        self.media
            .iter()
            .chain(self.session)
            .filter(move |attribute| attribute.attribute.trim().eq_ignore_ascii_case(name))
    }

    fn values(&self, name: &'static str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.named(name)
            .filter_map(|attribute| attribute.value.as_deref())
            .map(str::trim)
    }

    /// The values of an attribute that has no meaning for the whole session.
    fn of_the_stream(&self, name: &'static str) -> impl Iterator<Item = &'a str> + use<'a> {
        let session: &[Attribute] = &[];
        Attributes {
            session,
            media: self.media,
        }
        .values(name)
    }

    fn value(&self, name: &'static str) -> Option<&'a str> {
        self.values(name).next()
    }

    fn has(&self, name: &'static str) -> bool {
        self.named(name).next().is_some()
    }

    fn direction(&self) -> Direction {
        self.media
            .iter()
            .chain(self.session)
            .find_map(|attribute| Direction::from_attribute(attribute.attribute.trim()))
            .unwrap_or_default()
    }
}

/// The address of a `c=`, without the TTL and count of multicast.
fn host(connection: &Connection) -> Host {
    let text = connection.connection_address.as_str();
    let address = text.split('/').next().unwrap_or(text);
    address
        .parse()
        .map_or_else(|_| Host::Name(address.to_owned()), Host::Ip)
}

/// Whole milliseconds; peers also write `20.0`.
fn millis(text: &str) -> Option<u32> {
    text.split('.').next()?.parse().ok().filter(|millis| *millis > 0)
}

/// `<port> [IN IP4 <address>]`; a host name counts as no address.
fn rtcp(text: &str) -> Option<Rtcp> {
    let mut words = text.split_whitespace();
    let port = words.next()?.parse().ok().filter(|port| *port != 0)?;
    let ip = words.nth(2).and_then(|address| address.parse().ok());
    Some(Rtcp { port, ip })
}

/// `<payload type> <encoding>/<clock rate>[/<channels>]`. A clock rate that is missing or no number is 0: no codec has
/// that.
fn rtpmap(text: &str) -> Option<RtpMap> {
    let (payload_type, encoding) = text.split_once(char::is_whitespace)?;
    let mut parts = encoding.trim().split('/').map(str::trim);
    Some(RtpMap {
        payload_type: payload_type.parse().ok()?,
        encoding: parts.next()?.to_owned(),
        clock_rate: parts.next().and_then(|rate| rate.parse().ok()).unwrap_or(0),
        channels: parts.next().map_or(Some(1), |channels| channels.parse().ok())?,
    })
}

/// `<payload type> <parameters>`.
fn fmtp(text: &str) -> Option<(u8, String)> {
    let (payload_type, parameters) = text.split_once(char::is_whitespace)?;
    Some((payload_type.parse().ok()?, parameters.trim().to_owned()))
}
