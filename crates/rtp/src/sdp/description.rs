//! Reading a session description into the few things that we negotiate.
//!
//! Peers write sloppy SDP. Before `sdp-types` sees it, lines that we do not use (`o= s= i= u= e= p= b= t= r= z= k=`)
//! and lines that are not UTF-8 are left out, so that a fault there cannot cost the call, runs of blanks in `m=` and `c=`
//! become one, and a stream without a format, which only one that is switched off can do without, gets [`NO_FORMAT`].
//! Session-level defaults are then folded into each m-line.

use std::net::IpAddr;

use sdp_types::{Attribute, Media, Session};

use super::crypto::{self, MOST_LINES};
use super::host::Host;
use super::{CryptoFault, CryptoLine, EventSet, HostName, MediaDirection, SdpRefusal};

/// The largest description that is read, in octets.
const MAX_OCTETS: usize = 16 * 1024;
/// The most m-lines that are answered.
const MAX_MEDIA: usize = 32;
/// The most `c=` that are looked at for one stream.
const MAX_HOSTS: usize = 4;
/// Stands where a stream names no format.
pub(super) const NO_FORMAT: &str = "*";

/// A session description that a peer offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer(pub(super) Vec<MediaLine>);

impl Offer {
    /// Reads an offer: the body of an INVITE, of a re-INVITE, or of a 2xx to an INVITE without a body.
    pub fn parse(body: &[u8]) -> Result<Self, SdpRefusal> {
        read(body).map(Self)
    }

    /// How many m-lines it has; an answer has as many.
    pub fn media_count(&self) -> usize {
        self.0.len()
    }

    /// The host names at which audio is wanted, a few at most. Until [`Offer::resolve`] tells their addresses, a stream
    /// at one of them is refused.
    pub fn host_names(&self) -> Vec<HostName> {
        let mut names: Vec<HostName> = Vec::new();
        for host in self.audio_hosts() {
            if let Host::Name(name) = host
                && names.len() < MAX_HOSTS
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
        names
    }

    /// Puts the address of a host in the place of its name.
    pub fn resolve(&mut self, name: &HostName, address: IpAddr) {
        let hosts = self.0.iter_mut().flat_map(|line| &mut line.hosts);
        for host in hosts.filter(|host| matches!(host, Host::Name(known) if known == name)) {
            *host = Host::Ip(address);
        }
    }

    /// The addresses at which audio is wanted, in order; not the unspecified one, which is hold.
    pub fn audio_addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.audio_hosts().filter_map(|host| match host {
            Host::Ip(ip) if !ip.is_unspecified() => Some(*ip),
            Host::Ip(_) | Host::Name(_) | Host::Network(_) | Host::Format(_) => None,
        })
    }

    fn audio_hosts(&self) -> impl Iterator<Item = &Host> {
        self.0
            .iter()
            .filter(|line| line.is_live_audio())
            .flat_map(|line| &line.hosts)
    }
}

/// One m-line with all that applies to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MediaLine {
    pub(super) kind: String,
    pub(super) port: u16,
    pub(super) protocol: String,
    pub(super) formats: String,
    /// Its own `c=`, else those of the session.
    pub(super) hosts: Vec<Host>,
    pub(super) direction: MediaDirection,
    pub(super) ptime_ms: Option<u32>,
    pub(super) maxptime_ms: Option<u32>,
    pub(super) rtcp: Option<Rtcp>,
    pub(super) rtcp_mux: bool,
    pub(super) crypto: Vec<Result<CryptoLine, CryptoFault>>,
    /// Whether there is an `a=fingerprint`: keys by DTLS.
    pub(super) fingerprint: bool,
    rtpmaps: Vec<RtpMap>,
    fmtps: Vec<(u8, String)>,
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

    fn new(media: Media, session: &Session, session_hosts: &[Host]) -> Self {
        let attributes = SdpAttributes {
            media: &media.attributes,
            session: &session.attributes,
        };
        let own = media.connections.iter().take(MAX_HOSTS).map(|connection| {
            let (network, family) = (connection.nettype.to_string(), connection.addrtype.to_string());
            Host::read(&network, &family, &connection.connection_address)
        });
        let hosts: Vec<_> = own.collect();
        Self {
            hosts: match hosts.is_empty() {
                true => session_hosts.to_vec(),
                false => hosts,
            },
            direction: attributes.direction(),
            ptime_ms: attributes.value("ptime").and_then(millis),
            maxptime_ms: attributes.value("maxptime").and_then(millis),
            rtcp: attributes.value("rtcp").and_then(rtcp),
            rtcp_mux: attributes.has("rtcp-mux"),
            crypto: crypto::read(attributes.of_the_stream("crypto").take(MOST_LINES)),
            fingerprint: attributes.has("fingerprint"),
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
pub(super) fn read(body: &[u8]) -> Result<Vec<MediaLine>, SdpRefusal> {
    if body.len() > MAX_OCTETS {
        return Err(SdpRefusal::TooLarge("more than 16 KiB"));
    }
    let CleanedSdp { text, hosts } = clean(body);
    let mut session = Session::parse(&text).map_err(|error| SdpRefusal::Malformed(error.to_string()))?;
    let medias = std::mem::take(&mut session.medias);
    if medias.len() > MAX_MEDIA {
        return Err(SdpRefusal::TooLarge("more than 32 m-lines"));
    }
    Ok(medias
        .into_iter()
        .map(|media| MediaLine::new(media, &session, &hosts))
        .collect())
}

/// A description in a form that the parser accepts.
struct CleanedSdp {
    text: Vec<u8>,
    /// The `c=` of the session, of which the parser takes one.
    hosts: Vec<Host>,
}

/// Keeps what we read.
fn clean(body: &[u8]) -> CleanedSdp {
    let mut kept = String::with_capacity(body.len());
    let mut hosts = Vec::new();
    let mut in_session = true;
    let lines = body
        .split(|octet| matches!(octet, b'\r' | b'\n'))
        .filter_map(|line| std::str::from_utf8(line).ok())
        .map(str::trim)
        .filter(|line| !line.contains('\0'));
    for line in lines {
        match line.split_once('=') {
            Some(("m", value)) => {
                in_session = false;
                kept.push_str(&media_line(value));
            }
            Some(("c", value)) if in_session => {
                if let &[network, family, address, ..] = words(value).as_slice()
                    && hosts.len() < MAX_HOSTS
                {
                    hosts.push(Host::read(network, family, address));
                }
                continue;
            }
            // What is missing is said to be: without it, the session's would count in its place.
            Some(("c", value)) => {
                let mut words = words(value);
                words.resize(3, "-");
                kept.push_str("c=");
                kept.push_str(&words.join(" "));
            }
            Some(("v" | "a", _)) => kept.push_str(line),
            _ => continue,
        }
        kept.push_str("\r\n");
    }
    CleanedSdp {
        text: kept.into_bytes(),
        hosts,
    }
}

/// An m-line with single blanks, and with a word for each part that one that is switched off may lack.
fn media_line(value: &str) -> String {
    let mut words = words(value);
    if let [_, "0"] = words.as_slice() {
        words.push("RTP/AVP");
    }
    if words.len() == 3 {
        words.push(NO_FORMAT);
    }
    format!("m={}", words.join(" "))
}

fn words(value: &str) -> Vec<&str> {
    value.split_whitespace().collect()
}

struct SdpAttributes<'a> {
    media: &'a [Attribute],
    session: &'a [Attribute],
}

impl<'a> SdpAttributes<'a> {
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
        SdpAttributes {
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

    fn direction(&self) -> MediaDirection {
        self.media
            .iter()
            .chain(self.session)
            .find_map(|attribute| MediaDirection::from_attribute(attribute.attribute.trim()))
            .unwrap_or_default()
    }
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
