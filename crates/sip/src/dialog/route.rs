//! The route set and where it leads (RFC 3261 sections 12.1, 12.2.1.1 and 8.1.2).
//!
//! ```text
//!  route set        | Request-URI      | Route                         | sent to
//!  -----------------+------------------+-------------------------------+--------------
//!  empty            | remote target    | none                          | remote target
//!  first has `lr`   | remote target    | the whole set                 | first route
//!  first is strict  | first route      | the rest, then remote target  | first route
//! ```

use std::net::{IpAddr, SocketAddr};

use crate::event::Transport;
use crate::wire::{NameAddr, Uri};

/// Record-Route values in the order in which our requests name them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RouteSet(Box<[Box<[u8]>]>);

/// A request's Request-URI, Route values and next hop, all verbatim.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RequestRouting {
    pub(crate) request_uri: Vec<u8>,
    pub(crate) routes: Vec<Vec<u8>>,
    /// The URI whose host is the next hop.
    pub(crate) next_hop: Vec<u8>,
}

impl RouteSet {
    /// As the server of the dialog: Record-Route of the request, in order (section 12.1.1).
    pub(crate) fn of_request<'a>(record_route: impl Iterator<Item = &'a [u8]>) -> Self {
        Self(record_route.map(Box::from).collect())
    }

    /// As the client of the dialog: Record-Route of the response, reversed (section 12.1.2).
    pub(crate) fn of_response<'a>(record_route: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut set = Self::of_request(record_route);
        set.0.reverse();
        set
    }

    /// How a request to `target` is addressed.
    pub(crate) fn route(&self, target: &[u8]) -> RequestRouting {
        let Some((first, rest)) = self.0.split_first() else {
            return RequestRouting {
                request_uri: target.to_vec(),
                routes: Vec::new(),
                next_hop: target.to_vec(),
            };
        };
        let next_hop = NameAddr::parse(first)
            .map_or(&**first, |route| route.uri_bytes())
            .to_vec();
        if is_loose(&next_hop) {
            return RequestRouting {
                request_uri: target.to_vec(),
                routes: self.0.iter().map(|route| route.to_vec()).collect(),
                next_hop,
            };
        }
        let rest = rest.iter().map(|route| route.to_vec());
        // A strict router takes the Request-URI for itself, so the target moves to the end of the routes (section
        // 12.2.1.1).
        let last = [b"<", target, b">"].concat();
        RequestRouting {
            request_uri: next_hop.clone(),
            routes: rest.chain([last]).collect(),
            next_hop,
        }
    }
}

/// A route that cannot be read is passed on loosely: the dialog's flow carries the request.
fn is_loose(route: &[u8]) -> bool {
    Uri::parse(route).is_none_or(|uri| uri.is_loose_router())
}

/// The transport address that a URI names, when it names one without DNS (RFC 3263 section 4). `None` for host
/// names and for transports that we do not speak: such requests follow the flow of their dialog.
pub(crate) fn numeric_hop(uri: &[u8]) -> Option<(Transport, SocketAddr)> {
    let uri = Uri::parse(uri)?;
    if !uri.scheme().eq_ignore_ascii_case("sip") {
        return None;
    }
    let transport = match uri.param("transport") {
        None => Transport::Udp,
        Some(name) if name.eq_ignore_ascii_case("udp") => Transport::Udp,
        Some(name) if name.eq_ignore_ascii_case("tcp") => Transport::Tcp,
        Some(_) => return None,
    };
    let host: IpAddr = match uri.param("maddr") {
        Some(maddr) => maddr.trim_matches(['[', ']']).parse().ok()?,
        None => uri.host_ip()?,
    };
    Some((transport, SocketAddr::new(host, uri.port().unwrap_or(5060))))
}

/// From how far an address can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reachability {
    /// From the same host; also no address at all.
    Host,
    /// From the same link.
    Link,
    /// From the same private network (RFC 1918, RFC 6598, RFC 4193).
    Private,
    Global,
}

impl Reachability {
    fn of(ip: IpAddr) -> Self {
        let ip = ip.to_canonical();
        if ip.is_loopback() || ip.is_unspecified() {
            return Self::Host;
        }
        let (link, private) = match ip {
            IpAddr::V4(ip) => {
                let [first, second, ..] = ip.octets();
                let shared = first == 100 && (64..128).contains(&second);
                (ip.is_link_local(), ip.is_private() || shared)
            }
            IpAddr::V6(ip) => (ip.is_unicast_link_local(), ip.is_unique_local()),
        };
        match (link, private) {
            (true, _) => Self::Link,
            (false, true) => Self::Private,
            (false, false) => Self::Global,
        }
    }
}

/// Whether a peer at `source` names a `hop` that cannot be reached from as far as the peer was: a NAT stands between
/// it and us, or it does not know its own address.
pub(crate) fn is_behind_nat(hop: IpAddr, source: IpAddr) -> bool {
    Reachability::of(hop) < Reachability::of(source)
}

#[cfg(test)]
mod tests {
    use super::{RouteSet, is_behind_nat, numeric_hop};
    use crate::event::Transport;

    const TARGET: &[u8] = b"sip:agent@192.0.2.9:5070";

    fn set(routes: &[&str]) -> RouteSet {
        RouteSet::of_request(routes.iter().map(|route| route.as_bytes()))
    }

    #[test]
    fn without_routes_the_target_is_the_next_hop() {
        let routed = RouteSet::default().route(TARGET);
        assert_eq!(routed.request_uri, TARGET);
        assert_eq!(routed.next_hop, TARGET);
        assert!(routed.routes.is_empty());
    }

    #[test]
    fn loose_routes_are_named_in_order_and_the_first_is_the_next_hop() {
        let routed = set(&["<sip:10.0.0.1;lr>", "<sip:10.0.0.2;lr=on>"]).route(TARGET);
        assert_eq!(routed.request_uri, TARGET);
        assert_eq!(
            routed.routes,
            [&b"<sip:10.0.0.1;lr>"[..], b"<sip:10.0.0.2;lr=on>"]
        );
        assert_eq!(routed.next_hop, b"sip:10.0.0.1;lr");
    }

    #[test]
    fn strict_first_route_becomes_the_request_uri_and_the_target_the_last_route() {
        let routed = set(&["<sip:10.0.0.1>", "<sip:10.0.0.2;lr>"]).route(TARGET);
        assert_eq!(routed.request_uri, b"sip:10.0.0.1");
        assert_eq!(
            routed.routes,
            [&b"<sip:10.0.0.2;lr>"[..], b"<sip:agent@192.0.2.9:5070>"]
        );
        assert_eq!(routed.next_hop, b"sip:10.0.0.1");
    }

    #[test]
    fn client_of_the_dialog_reverses_the_record_route() {
        let routed = RouteSet::of_response([&b"<sip:10.0.0.1;lr>"[..], b"<sip:10.0.0.2;lr>"].into_iter())
            .route(TARGET);
        assert_eq!(routed.next_hop, b"sip:10.0.0.2;lr");
    }

    #[test]
    fn next_hop_is_read_from_numbers_only() {
        let udp = |text: &str| Some((Transport::Udp, text.parse().unwrap()));
        assert_eq!(numeric_hop(b"sip:a@192.0.2.1"), udp("192.0.2.1:5060"));
        assert_eq!(
            numeric_hop(b"sip:[2001:db8::1]:5080;lr"),
            udp("[2001:db8::1]:5080")
        );
        assert_eq!(
            numeric_hop(b"sip:pbx.example;maddr=192.0.2.7"),
            udp("192.0.2.7:5060")
        );
        assert_eq!(
            numeric_hop(b"sip:192.0.2.1;transport=TCP"),
            Some((Transport::Tcp, "192.0.2.1:5060".parse().unwrap()))
        );
        assert_eq!(numeric_hop(b"sip:pbx.example"), None);
        assert_eq!(numeric_hop(b"sip:192.0.2.1;transport=tls"), None);
        assert_eq!(numeric_hop(b"tel:+358401234567"), None);
    }

    #[test]
    fn hop_of_a_narrower_scope_than_its_source_is_behind_a_nat() {
        for (hop, source, behind) in [
            ("192.168.1.20", "203.0.113.9", true),
            ("10.0.0.5", "203.0.113.9", true),
            ("172.31.0.5", "203.0.113.9", true),
            ("100.64.0.5", "203.0.113.9", true),
            ("169.254.3.4", "203.0.113.9", true),
            ("127.0.0.1", "203.0.113.9", true),
            ("127.0.0.1", "10.0.0.5", true),
            ("0.0.0.0", "10.0.0.5", true),
            ("169.254.3.4", "10.0.0.5", true),
            ("fd00::5", "2001:db8::9", true),
            ("fe80::5", "fd00::9", true),
            ("::1", "fe80::9", true),
            ("::ffff:192.168.1.20", "203.0.113.9", true),
            ("192.168.1.20", "2001:db8::9", true),
            ("192.168.1.20", "10.0.0.5", false),
            ("192.168.1.20", "192.168.1.1", false),
            ("203.0.113.7", "203.0.113.9", false),
            ("203.0.113.7", "10.0.0.5", false),
            ("172.32.0.5", "203.0.113.9", false),
            ("100.128.0.5", "203.0.113.9", false),
            ("127.0.0.2", "127.0.0.1", false),
            ("2001:db8::7", "fd00::9", false),
        ] {
            let seen = is_behind_nat(hop.parse().unwrap(), source.parse().unwrap());
            assert_eq!(seen, behind, "{hop} named by {source}");
        }
    }
}
