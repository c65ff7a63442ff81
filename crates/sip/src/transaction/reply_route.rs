//! Where the responses of a request go (RFC 3261 sections 18.2.1 and 18.2.2, RFC 3581 section 4).
//!
//! ```text
//!  request on   | response goes to
//!  -------------+---------------------------------------------------------------
//!  stream       | its connection; when that is gone, source address : sent-by port
//!  UDP, maddr   | maddr : sent-by port
//!  UDP, rport   | source address : source port
//!  UDP          | source address : sent-by port
//! ```

use std::net::{IpAddr, SocketAddr};

use crate::event::Transport;
use crate::flow::Flow;
use crate::wire::{Rport, Via};

const DEFAULT_PORT: u16 = 5060;

/// The flow on which responses to a request leave that came on `flow` with this topmost Via.
pub(crate) fn reply_flow(via: &Via<'_>, flow: Flow) -> Flow {
    let source = flow.peer;
    let port = via.port.unwrap_or(DEFAULT_PORT);
    // The socket cannot send to the other family: such a maddr is as good as none.
    let maddr = via
        .maddr()
        .and_then(|maddr| maddr.trim_matches(['[', ']']).parse::<IpAddr>().ok())
        .filter(|maddr| maddr.is_ipv4() == source.is_ipv4());
    // Only the port changes: a link-local IPv6 address is nothing without its scope.
    let mut sent_by_port = source;
    sent_by_port.set_port(port);
    let peer = match (flow.transport, maddr) {
        (Transport::Udp, Some(maddr)) => SocketAddr::new(maddr, port),
        (Transport::Udp, None) if via.rport() != Rport::Absent => source,
        (Transport::Udp, None) | (Transport::Tcp, _) => sent_by_port,
    };
    Flow { peer, ..flow }
}

#[cfg(test)]
mod tests {
    use super::reply_flow;
    use crate::event::Transport;
    use crate::flow::{ConnectionId, Flow};
    use crate::wire::Via;

    fn reply(via: &str, transport: Transport) -> Flow {
        reply_from("198.51.100.7:40000", via, transport)
    }

    fn reply_from(peer: &str, via: &str, transport: Transport) -> Flow {
        let flow = Flow {
            transport,
            local: "192.0.2.1:5060".parse().unwrap(),
            advertised: "192.0.2.1:5060".parse().unwrap(),
            peer: peer.parse().unwrap(),
            connection: (transport == Transport::Tcp).then_some(ConnectionId(7)),
        };
        reply_flow(&Via::parse(via.as_bytes()).unwrap(), flow)
    }

    fn udp(via: &str) -> String {
        reply(via, Transport::Udp).peer.to_string()
    }

    #[test]
    fn via_without_rport_is_answered_to_the_sent_by_port_of_the_source() {
        assert_eq!(
            udp("SIP/2.0/UDP pbx.example:5080;branch=z9hG4bK1"),
            "198.51.100.7:5080"
        );
        assert_eq!(udp("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1"), "198.51.100.7:5060");
    }

    #[test]
    fn via_with_rport_is_answered_to_the_source_port() {
        let filled_in = "SIP/2.0/UDP 10.0.0.1:5080;rport=40000;branch=z9hG4bK1";
        assert_eq!(
            udp("SIP/2.0/UDP 10.0.0.1:5080;rport;branch=z9hG4bK1"),
            "198.51.100.7:40000"
        );
        assert_eq!(udp(filled_in), "198.51.100.7:40000");
    }

    #[test]
    fn maddr_is_honoured_before_rport() {
        assert_eq!(
            udp("SIP/2.0/UDP 10.0.0.1:5080;maddr=203.0.113.5;rport"),
            "203.0.113.5:5080"
        );
    }

    #[test]
    fn ipv6_source_is_answered_at_its_own_address_with_its_scope() {
        let to = |peer: &str, via: &str| reply_from(peer, via, Transport::Udp).peer.to_string();
        let via = "SIP/2.0/UDP [2001:db8::9]:5080;branch=z9hG4bK1";
        assert_eq!(to("[2001:db8::7]:40000", via), "[2001:db8::7]:5080");
        assert_eq!(to("[fe80::7%3]:40000", via), "[fe80::7%3]:5080");
        assert_eq!(
            to("[2001:db8::7]:40000", "SIP/2.0/UDP h:5080;maddr=[2001:db8::5]"),
            "[2001:db8::5]:5080"
        );
    }

    #[test]
    fn maddr_of_the_other_family_is_passed_over() {
        assert_eq!(
            udp("SIP/2.0/UDP 10.0.0.1:5080;maddr=[2001:db8::5]"),
            "198.51.100.7:5080"
        );
    }

    #[test]
    fn stream_is_answered_on_its_connection_with_the_sent_by_port_as_fallback() {
        let answer = reply("SIP/2.0/TCP 10.0.0.1:5080;rport;branch=z9hG4bK1", Transport::Tcp);
        assert_eq!(answer.connection, Some(ConnectionId(7)));
        assert_eq!(answer.peer.to_string(), "198.51.100.7:5080");
    }
}
