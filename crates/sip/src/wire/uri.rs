//! URIs, as `rsip` values.
//!
//! `rsip` 0.4 types a URI well but cuts it badly: a dot in the user part, an IPv6 host, `tel:`, an unknown
//! transport or headers after `?` lose the user, the port or the whole URI. So the cutting is done here, by the
//! grammar of RFC 3261 section 19.1.1, and each part becomes its `rsip` type. What came is kept beside it and is
//! what goes back to the wire.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use rsip::common::uri::param::{OtherParam, OtherParamValue};

use super::text;
use crate::event::Address;
use aftercall_base::Redacted;

/// A URI: the bytes that came and their reading.
#[derive(Clone, PartialEq, Eq)]
pub struct Uri {
    raw: Box<[u8]>,
    typed: rsip::Uri,
}

impl Uri {
    /// Reads a URI of any scheme. `None` when it breaks the grammar: white space or brackets inside, no host,
    /// an IPv6 address without brackets, a port over 65535.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let readable = text::readable(bytes);
        if readable
            .chars()
            .any(|symbol| symbol.is_control() || symbol == ' ' || matches!(symbol, '<' | '>' | '"'))
        {
            return None;
        }
        let (scheme, rest) = readable.split_once(':')?;
        let typed = match typed_scheme(scheme)? {
            scheme @ (rsip::Scheme::Sip | rsip::Scheme::Sips) => sip_uri(scheme, rest)?,
            scheme @ rsip::Scheme::Other(_) => other_uri(scheme, rest)?,
        };
        Some(Self {
            raw: bytes.into(),
            typed,
        })
    }

    /// The bytes as they came.
    pub fn as_bytes(&self) -> &[u8] {
        &self.raw
    }

    /// As text.
    pub fn text(&self) -> Cow<'_, str> {
        text::readable(&self.raw)
    }

    /// The typed reading. Headers after `?` are not in it.
    pub fn typed(&self) -> &rsip::Uri {
        &self.typed
    }

    /// The scheme in lower case.
    pub fn scheme(&self) -> &str {
        match &self.typed.scheme {
            Some(rsip::Scheme::Sip) | None => "sip",
            Some(rsip::Scheme::Sips) => "sips",
            Some(rsip::Scheme::Other(other)) => other,
        }
    }

    /// Whether this is a `sip:` or `sips:` URI.
    pub fn is_sip(&self) -> bool {
        matches!(self.typed.scheme, Some(rsip::Scheme::Sip | rsip::Scheme::Sips))
    }

    /// The user part as written, escapes and all; `None` when absent.
    pub fn user(&self) -> Option<&str> {
        self.typed.user()
    }

    /// The host without brackets; empty for a URI without one.
    pub fn host(&self) -> String {
        self.typed.host().to_string()
    }

    /// The host when it is an address.
    pub fn host_ip(&self) -> Option<IpAddr> {
        match self.typed.host() {
            rsip::Host::IpAddr(ip) => Some(*ip),
            rsip::Host::Domain(_) => None,
        }
    }

    /// The port, where written.
    pub fn port(&self) -> Option<u16> {
        self.typed.port().map(|port| *port.value())
    }

    /// The value of a URI parameter, unescaped; empty for a flag.
    pub fn param(&self, name: &str) -> Option<String> {
        self.params()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// URI parameters in order, unescaped.
    pub fn params(&self) -> impl Iterator<Item = (String, String)> {
        self.typed.params.iter().map(|param| {
            let written = param.to_string();
            let written = written.trim_start_matches(';');
            let (name, value) = written.split_once('=').unwrap_or((written, ""));
            (text::unescaped(name), text::unescaped(value))
        })
    }

    /// Whether this is the URI of a loose router (RFC 3261 section 19.1.1): `lr`, with or without a value.
    pub fn is_loose_router(&self) -> bool {
        self.param("lr").is_some()
    }

    /// Taken apart for the application, without a display name.
    pub fn to_address(&self) -> Address {
        // What follows an unknown scheme may be a number: it is kept where numbers are.
        let (user, host) = match self.user() {
            Some(user) => (text::unescaped(user), self.host()),
            None if self.is_sip() => (String::new(), self.host()),
            None => (text::unescaped(&self.host()), String::new()),
        };
        Address {
            display: Redacted::default(),
            scheme: self.scheme().to_owned(),
            user: Redacted::new(user),
            host,
            parameters: self.params().collect(),
        }
    }
}

impl fmt::Debug for Uri {
    /// The user part may be a caller's number, and so may all of a URI that is not SIP.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_sip() {
            return write!(f, "{}:<redacted>", self.scheme());
        }
        write!(f, "{}:<redacted>@{}", self.scheme(), self.host())
    }
}

/// Whether this begins as a URI does, whatever follows the colon.
pub(super) fn has_scheme(uri: &[u8]) -> bool {
    let scheme = text::split_once(uri, b':').and_then(|(scheme, _)| str::from_utf8(scheme).ok());
    scheme.and_then(typed_scheme).is_some()
}

fn typed_scheme(scheme: &str) -> Option<rsip::Scheme> {
    let starts_well = scheme.starts_with(|symbol: char| symbol.is_ascii_alphabetic());
    let sound = scheme
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    (starts_well && sound).then(|| match scheme.to_ascii_lowercase() {
        known if known == "sip" => rsip::Scheme::Sip,
        known if known == "sips" => rsip::Scheme::Sips,
        other => rsip::Scheme::Other(other),
    })
}

fn sip_uri(scheme: rsip::Scheme, rest: &str) -> Option<rsip::Uri> {
    let (auth, rest) = split_user(rest);
    let (rest, _headers) = rest.split_once('?').unwrap_or((rest, ""));
    let (host_port, params) = rest.split_once(';').unwrap_or((rest, ""));
    let (host, port) = split_host_port(host_port)?;
    Some(rsip::Uri {
        scheme: Some(scheme),
        auth: auth.map(typed_auth),
        host_with_port: rsip::HostWithPort {
            host: host_ip(host).map_or_else(|| rsip::Host::Domain(host.into()), rsip::Host::IpAddr),
            port: port.map(Into::into),
        },
        params: typed_params(params),
        headers: Vec::new(),
    })
}

/// `tel:` has a number and parameters; of other schemes only the name matters: they are refused with 416.
fn other_uri(scheme: rsip::Scheme, rest: &str) -> Option<rsip::Uri> {
    if rest.is_empty() {
        return None;
    }
    let is_tel = matches!(&scheme, rsip::Scheme::Other(name) if name == "tel");
    let (user, params, opaque) = match rest.split_once(';') {
        _ if !is_tel => (None, "", rest),
        Some((number, params)) => (Some(number), params, ""),
        None => (Some(rest), "", ""),
    };
    Some(rsip::Uri {
        scheme: Some(scheme),
        auth: user.map(typed_auth),
        host_with_port: rsip::Host::Domain(opaque.into()).into(),
        params: typed_params(params),
        headers: Vec::new(),
    })
}

/// A user part may hold `;`, `?` and `/`, and some senders forget to escape an `@` in it.
fn split_user(rest: &str) -> (Option<&str>, &str) {
    let Some(mut at) = rest.find('@') else {
        return (None, rest);
    };
    let host_end = |from: usize| {
        let host = rest.get(from..).unwrap_or_default();
        from + host.find([';', '?']).unwrap_or(host.len())
    };
    while let Some(next) = rest.get(at + 1..host_end(at + 1)).and_then(|host| host.find('@')) {
        at += 1 + next;
    }
    match rest.split_at_checked(at) {
        Some((user, host)) => (Some(user), host.get(1..).unwrap_or_default()),
        None => (None, rest),
    }
}

fn typed_auth(user_info: &str) -> rsip::Auth {
    match user_info.split_once(':') {
        Some((user, password)) => rsip::Auth::from((user, Some(password))),
        None => rsip::Auth::from((user_info, None::<&str>)),
    }
}

fn typed_params(params: &str) -> Vec<rsip::Param> {
    params
        .split(';')
        .filter(|param| !param.is_empty())
        .map(|param| {
            let (name, value) = match param.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (param, None),
            };
            rsip::Param::try_from((name, value)).unwrap_or_else(|_unknown_value| {
                rsip::Param::Other(OtherParam::new(name), value.map(OtherParamValue::new))
            })
        })
        .collect()
}

/// Splits `host:port`; the host of an IPv6 address keeps its brackets. `None` when either is unsound.
pub(super) fn split_host_port(host_port: &str) -> Option<(&str, Option<u16>)> {
    let (host, rest) = if host_port.starts_with('[') {
        host_port.split_at_checked(host_port.find(']')? + 1)?
    } else {
        host_port.split_at_checked(host_port.find(':').unwrap_or(host_port.len()))?
    };
    let host = host.trim_ascii();
    let sound = if host.starts_with('[') {
        host_ip(host).is_some()
    } else {
        !host.is_empty() && host.bytes().all(is_host_byte)
    };
    let port = match rest.trim_ascii().strip_prefix(':').map(str::trim_ascii) {
        None if rest.trim_ascii().is_empty() => None,
        None => return None,
        Some("") => None,
        Some(digits) => Some(text::decimal(digits.as_bytes())?),
    };
    sound.then_some((host, port))
}

/// Names of hosts as they are met: underscores and raw UTF-8 too.
const fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') || !byte.is_ascii()
}

/// The address that a host spells, with or without brackets. Three colons in a row, which the grammar of
/// RFC 3261 allowed by mistake, are read as two (RFC 5118 section 4.10).
pub(super) fn host_ip(host: &str) -> Option<IpAddr> {
    let bare = host
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(host);
    bare.parse()
        .or_else(|refused| {
            if bare.contains(":::") {
                bare.replacen(":::", "::", 1).parse()
            } else {
                Err(refused)
            }
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::Uri;

    fn uri(text: &str) -> Uri {
        Uri::parse(text.as_bytes()).unwrap_or_else(|| panic!("{text} is a URI"))
    }

    #[test]
    fn uris_that_rsip_would_cut_wrongly_keep_all_their_parts() {
        let dotted = uri("sip:john.smith@example.com:5070;transport=quic;lr=on?Subject=a@b");
        assert_eq!(dotted.user(), Some("john.smith"));
        assert_eq!(
            (dotted.host().as_str(), dotted.port()),
            ("example.com", Some(5070))
        );
        assert_eq!(dotted.param("Transport").unwrap(), "quic");
        assert!(dotted.is_loose_router());
        let six = uri("sips:[2001:db8::10]:5061");
        assert_eq!((six.scheme(), six.port()), ("sips", Some(5061)));
        assert_eq!(six.host_ip(), "2001:db8::10".parse().ok());
        assert_eq!(six.host(), "2001:db8::10");
    }

    #[test]
    fn user_part_may_hold_semicolons_questions_and_escapes() {
        let semi = uri("sip:user;par=u%40example.net@example.com");
        assert_eq!(semi.user(), Some("user;par=u%40example.net"));
        assert_eq!(
            *semi.to_address().user.expose(),
            "user;par=u@example.net".to_owned()
        );
        assert_eq!(uri("sip:a@b@example.com;x=1").host(), "example.com");
        assert_eq!(uri("sip:null-%00-null@example.com").host(), "example.com");
    }

    #[test]
    fn tel_and_unknown_schemes_are_named() {
        let tel = uri("tel:+358-40-123;phone-context=example.com");
        assert_eq!((tel.scheme(), tel.is_sip()), ("tel", false));
        assert_eq!(tel.user(), Some("+358-40-123"));
        assert_eq!(tel.to_address().host, "");
        assert_eq!(tel.param("phone-context").unwrap(), "example.com");
        assert_eq!(uri("soap.beep://192.0.2.103:3002").scheme(), "soap.beep");
    }

    #[test]
    fn broken_uris_are_refused() {
        for text in [
            "",
            "sip",
            "sip:",
            "sip:user@",
            "sip:2001:db8::10",
            "sip:user@[2001:db8::10",
            "sip:user@h:65536",
            "sip:user@example.com; lr",
            "<sip:user@example.com>",
            "1x:opaque",
        ] {
            assert_eq!(Uri::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn three_colons_are_read_as_two() {
        assert_eq!(
            uri("sip:user@[2001:db8:::192.0.2.1]").host_ip(),
            "2001:db8::192.0.2.1".parse().ok()
        );
        assert_eq!(uri("sip:[2001:db8::10:5070]").port(), None);
    }

    #[test]
    fn number_in_a_uri_never_shows_in_debug_output() {
        for text in [
            "sip:+358401234567@example.com",
            "tel:+358401234567",
            "callto:+358401234567",
        ] {
            let shown = format!("{:?} {:?}", uri(text), uri(text).to_address());
            assert!(!shown.contains("358"), "{text}");
        }
    }
}
