//! Via: the way a request came and its responses go back (RFC 3261 sections 20.42 and 18.2, RFC 3581).

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use super::params::Params;
use super::text;
use super::uri::{host_ip, split_host_port};

/// What RFC 3261 section 8.1.1.7 puts before a branch that is unique.
pub const BRANCH_COOKIE: &str = "z9hG4bK";

/// One Via, borrowed from its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Via<'a> {
    /// `UDP`, `TCP`, ... as written.
    pub transport: &'a str,
    /// The host of sent-by as written: a name, an IPv4 address, or an IPv6 address in brackets.
    pub host: &'a str,
    /// The port of sent-by; `None` stands for the default port.
    pub port: Option<u16>,
    /// Every parameter.
    pub params: Params<'a>,
}

/// What a Via says about the source port (RFC 3581).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rport {
    /// Nothing: responses go to the port of sent-by.
    Absent,
    /// `;rport`: the sender asks for responses to its source port.
    Asked,
    /// `;rport=5062`: filled in.
    Port(u16),
}

impl<'a> Via<'a> {
    /// Reads `SIP/2.0/UDP host:port;params`, with white space where the grammar allows it. `None` also when it names two
    /// branches: nobody could say which transaction it is.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (head, tail) = text::split_outside(bytes, b';');
        let (protocol, rest) = text::split_once(head, b'/')?;
        let (version, _) = text::split_once(rest, b'/')?;
        if !text::trim(protocol).eq_ignore_ascii_case(b"SIP") || text::trim(version) != b"2.0" {
            return None;
        }
        let params = Params::parse(tail.unwrap_or_default())?;
        if params.repeats("branch") {
            return None;
        }
        Self::read(head, params)
    }

    /// Reads what can be read of a Via of any version and with odd parameters: a refusal must find its way back.
    pub fn parse_for_refusal(bytes: &'a [u8]) -> Option<Self> {
        let (head, tail) = text::split_outside(bytes, b';');
        Self::read(head, Params::unchecked(tail.unwrap_or_default()))
    }

    fn read(head: &'a [u8], params: Params<'a>) -> Option<Self> {
        let (_, rest) = text::split_once(head, b'/')?;
        let (_, rest) = text::split_once(rest, b'/')?;
        let rest = text::trim(rest);
        let end = rest.iter().position(|byte| text::is_space(*byte))?;
        let (transport, sent_by) = rest.split_at_checked(end)?;
        let (host, port) = split_host_port(str::from_utf8(text::trim(sent_by)).ok()?)?;
        Some(Self {
            transport: text::token(transport)?,
            host,
            port,
            params,
        })
    }

    /// Whether this may be a Via at all, of whatever version and with whatever parameters: what stands below the topmost is
    /// for others to read.
    pub(super) fn is_like_one(bytes: &'a [u8]) -> bool {
        let protocol = text::split_once(bytes, b'/').map(|(protocol, _)| text::trim(protocol));
        protocol.is_some_and(|protocol| protocol.eq_ignore_ascii_case(b"SIP"))
            && Self::parse_for_refusal(bytes).is_some()
    }

    /// The branch, with or without the cookie.
    pub fn branch(&self) -> Option<Cow<'a, str>> {
        self.params.text("branch")
    }

    /// The branch when it promises to be unique: the cookie and something after it.
    pub fn unique_branch(&self) -> Option<Cow<'a, str>> {
        self.branch().filter(|branch| {
            branch.len() > BRANCH_COOKIE.len()
                && branch
                    .get(..BRANCH_COOKIE.len())
                    .is_some_and(|cookie| cookie.eq_ignore_ascii_case(BRANCH_COOKIE))
        })
    }

    /// What is said about the source port.
    pub fn rport(&self) -> Rport {
        match self.params.find("rport") {
            None => Rport::Absent,
            Some(param) => param
                .value
                .and_then(text::decimal)
                .map_or(Rport::Asked, Rport::Port),
        }
    }

    /// The source address, where it differs from sent-by; with or without brackets (RFC 5118 section 4.5).
    pub fn received(&self) -> Option<IpAddr> {
        host_ip(&self.params.text("received")?)
    }

    /// The address to which responses are to go instead, as written.
    pub fn maddr(&self) -> Option<Cow<'a, str>> {
        self.params.text("maddr")
    }

    /// How far a multicast response may go, 0-255.
    pub fn ttl(&self) -> Option<u8> {
        text::decimal(self.params.find("ttl")?.value?)
    }

    /// The address of sent-by, when it is an address and not a name.
    pub fn host_ip(&self) -> Option<IpAddr> {
        host_ip(self.host)
    }
}

/// The Via as a server passes it on (RFC 3261 section 18.2.1, RFC 3581 section 4): `received` when the source is
/// not what sent-by says or when `rport` is asked for, `rport` filled in when asked for; all else byte for byte.
/// A Via whose sent-by cannot be read is left alone.
pub(super) fn stamped(raw: &[u8], source: SocketAddr) -> Vec<u8> {
    let Some(via) = Via::parse_for_refusal(raw) else {
        return raw.to_vec();
    };
    let source_ip = source.ip().to_canonical();
    let asked = via.rport() != Rport::Absent;
    let (head, _) = text::split_outside(raw, b';');
    let mut stamped = head.to_vec();
    for param in via.params.iter() {
        let anew = param.name.eq_ignore_ascii_case(b"rport") || param.name.eq_ignore_ascii_case(b"received");
        if anew || param.raw.is_empty() {
            continue;
        }
        stamped.push(b';');
        stamped.extend_from_slice(param.raw);
    }
    if asked {
        stamped.extend_from_slice(format!(";rport={}", source.port()).as_bytes());
    }
    if asked || via.host_ip() != Some(source_ip) {
        stamped.extend_from_slice(format!(";received={source_ip}").as_bytes());
    }
    stamped
}

#[cfg(test)]
mod tests {
    use super::{Rport, Via, stamped};

    #[test]
    fn via_is_read_with_all_its_parameters_and_spaces() {
        let raw = b"SIP  /   2.0  /UDP   [2001:db8::9:1] : 5070 ;branch = z9hG4bKx;received=[2001:db8::9:255];rport;ttl=16;maddr=224.2.0.1";
        let via = Via::parse(raw).unwrap();
        assert_eq!((via.transport, via.port), ("UDP", Some(5070)));
        assert_eq!(via.host, "[2001:db8::9:1]");
        assert_eq!(via.host_ip(), "2001:db8::9:1".parse().ok());
        assert_eq!(via.received(), "2001:db8::9:255".parse().ok());
        assert_eq!(via.unique_branch().unwrap(), "z9hG4bKx");
        assert_eq!((via.rport(), via.ttl()), (Rport::Asked, Some(16)));
        assert_eq!(via.maddr().unwrap(), "224.2.0.1");
    }

    #[test]
    fn branch_of_the_cookie_alone_is_not_unique() {
        for raw in [
            "SIP/2.0/UDP h;branch=z9hG4bK",
            "SIP/2.0/UDP h;branch=1",
            "SIP/2.0/UDP h",
        ] {
            assert_eq!(Via::parse(raw.as_bytes()).unwrap().unique_branch(), None, "{raw}");
        }
    }

    #[test]
    fn stamp_fills_in_source_and_keeps_the_rest_byte_for_byte() {
        let source = "192.0.2.9:5062".parse().unwrap();
        for (raw, expected) in [
            (
                b"SIP/2.0/UDP 192.0.2.9;branch=z9".as_slice(),
                b"SIP/2.0/UDP 192.0.2.9;branch=z9".as_slice(),
            ),
            (
                b"SIP/2.0/UDP h.example;x=\xe4;received=6.6.6.6",
                b"SIP/2.0/UDP h.example;x=\xe4;received=192.0.2.9",
            ),
            (
                b"SIP/2.0/UDP 192.0.2.9:5060;rport;branch=z9",
                b"SIP/2.0/UDP 192.0.2.9:5060;branch=z9;rport=5062;received=192.0.2.9",
            ),
        ] {
            assert_eq!(stamped(raw, source), expected);
        }
    }

    #[test]
    fn broken_vias_are_refused() {
        for raw in [
            "",
            "SIP",
            "SIP/2.0/UDP",
            "SIP/2.0/UDP ",
            "SIP/2.0/UDP 192.0.2.15;;",
            "HTTP/1.1/TCP h",
            "SIP/2.0/U(P h",
            "SIP/2.0/UDP h:99999",
            "SIP/2.0/UDP [::1",
        ] {
            assert_eq!(Via::parse(raw.as_bytes()), None, "{raw}");
        }
    }
}
