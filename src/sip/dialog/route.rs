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

use crate::sip::event::Transport;
use crate::sip::wire::{NameAddr, Uri};

/// Record-Route values in the order in which our requests name them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RouteSet(Box<[Box<[u8]>]>);

/// A request's Request-URI, Route values and next hop, all verbatim.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Routed {
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
    pub(crate) fn route(&self, target: &[u8]) -> Routed {
        let Some((first, rest)) = self.0.split_first() else {
            return Routed {
                request_uri: target.to_vec(),
                routes: Vec::new(),
                next_hop: target.to_vec(),
            };
        };
        let next_hop = NameAddr::parse(first)
            .map_or(&**first, |route| route.uri_bytes())
            .to_vec();
        if is_loose(&next_hop) {
            return Routed {
                request_uri: target.to_vec(),
                routes: self.0.iter().map(|route| route.to_vec()).collect(),
                next_hop,
            };
        }
        let rest = rest.iter().map(|route| route.to_vec());
        let last = [b"<", target, b">"].concat();
        Routed {
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

#[cfg(test)]
mod tests {
    use super::{RouteSet, numeric_hop};
    use crate::sip::event::Transport;

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
}
