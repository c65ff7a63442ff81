//! Which address of ours a peer sees.
//!
//! A socket bound to the wildcard does not say on which address a datagram arrived. The routing table does:
//! connecting a UDP socket sends nothing and binds it to the address from which the peer would be reached.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Mutex;

use super::bind::Listen;
use aftercall_sip::event::Transport;
use aftercall_sip::flow::{ConnectionId, Flow, Interface};

/// Peers whose local address is remembered; when full, all are forgotten and learnt again.
const CACHED_PEERS: usize = 1_024;
/// Documentation addresses (RFC 5737, RFC 3849): reached by the default route, and nothing is sent there.
const FAR_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const FAR_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));

#[derive(Debug)]
pub(crate) struct Addresses {
    bound: Vec<Listen>,
    advertised: Option<IpAddr>,
    routes: Mutex<HashMap<IpAddr, IpAddr>>,
}

impl Addresses {
    /// `advertised` replaces our address in Via and Contact for peers of its family that are not on loopback.
    pub(crate) fn new(bound: Vec<Listen>, advertised: Option<IpAddr>) -> Self {
        Self {
            bound,
            advertised,
            routes: Mutex::default(),
        }
    }

    /// The flow of a datagram that came from `peer` to the socket bound to `socket`.
    pub(super) fn udp_flow(&self, socket: SocketAddr, peer: SocketAddr) -> Flow {
        let local = SocketAddr::new(self.local_ip(socket.ip(), peer.ip()), socket.port());
        Flow {
            transport: Transport::Udp,
            local,
            advertised: advertise(self.advertised, local, peer.ip()),
            peer,
            connection: None,
        }
    }

    /// The flow of a connection. One that we opened advertises the port where we listen, because the peer may
    /// have to come back when it is gone.
    pub(super) fn tcp_flow(&self, local: SocketAddr, peer: SocketAddr, id: ConnectionId) -> Flow {
        let listening = |listen: &&Listen| {
            listen.transport == Transport::Tcp && listen.address.is_ipv4() == local.is_ipv4()
        };
        let mut tcp = self.bound.iter().filter(listening);
        let port = match tcp.clone().find(|listen| listen.address.port() == local.port()) {
            Some(same) => same.address.port(),
            None => tcp.next().map_or(local.port(), |first| first.address.port()),
        };
        let reachable = SocketAddr::new(local.ip(), port);
        Flow {
            transport: Transport::Tcp,
            local,
            advertised: advertise(self.advertised, reachable, peer.ip()),
            peer,
            connection: Some(id),
        }
    }

    fn local_ip(&self, bound: IpAddr, peer: IpAddr) -> IpAddr {
        if !bound.is_unspecified() {
            return bound;
        }
        let Ok(mut routes) = self.routes.lock() else {
            return routed_ip(bound, peer);
        };
        if routes.len() >= CACHED_PEERS && !routes.contains_key(&peer) {
            routes.clear();
        }
        *routes.entry(peer).or_insert_with(|| routed_ip(bound, peer))
    }
}

/// The interfaces that the agent may use. A wildcard becomes two: loopback, and the address of the default
/// route where there is one.
pub(crate) fn interfaces(bound: &[Listen], advertised: Option<IpAddr>) -> Vec<Interface> {
    bound
        .iter()
        .flat_map(|listen| {
            let (own, far) = (listen.address.ip(), far(listen.address.ip()));
            let routed = routed_ip(own, far);
            let mut addresses = vec![(routed, far)];
            if own.is_unspecified() && !routed.is_loopback() {
                addresses.push((loopback(own), loopback(own)));
            }
            addresses.into_iter().map(|(ip, peer)| {
                let local = SocketAddr::new(ip, listen.address.port());
                Interface {
                    transport: listen.transport,
                    local,
                    advertised: advertise(advertised, local, peer),
                }
            })
        })
        .collect()
}

fn advertise(advertised: Option<IpAddr>, local: SocketAddr, peer: IpAddr) -> SocketAddr {
    match advertised {
        Some(ip) if ip.is_ipv4() == local.is_ipv4() && !peer.is_loopback() && !local.ip().is_loopback() => {
            SocketAddr::new(ip, local.port())
        }
        Some(_) | None => local,
    }
}

/// Where a wildcard socket would send from to reach `peer`; loopback when there is no route.
fn routed_ip(bound: IpAddr, peer: IpAddr) -> IpAddr {
    if !bound.is_unspecified() {
        return bound;
    }
    let learn = || {
        let socket = UdpSocket::bind((bound, 0))?;
        socket.connect((peer, 9))?;
        socket.local_addr()
    };
    learn().map_or_else(|_no_route| loopback(bound), |local| local.ip())
}

const fn far(family: IpAddr) -> IpAddr {
    if family.is_ipv4() { FAR_V4 } else { FAR_V6 }
}

const fn loopback(family: IpAddr) -> IpAddr {
    if family.is_ipv4() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        IpAddr::V6(Ipv6Addr::LOCALHOST)
    }
}

#[cfg(test)]
mod tests {
    use super::{Addresses, interfaces};
    use crate::transport::Listen;
    use aftercall_sip::event::Transport;
    use aftercall_sip::flow::ConnectionId;

    fn listen(transport: Transport, address: &str) -> Listen {
        Listen {
            transport,
            address: address.parse().unwrap(),
        }
    }

    #[test]
    fn wildcard_shows_each_peer_the_address_by_which_it_is_reached() {
        let addresses = Addresses::new(vec![listen(Transport::Udp, "0.0.0.0:5060")], None);
        let flow = addresses.udp_flow("0.0.0.0:5060".parse().unwrap(), "127.0.0.1:5090".parse().unwrap());
        assert_eq!(flow.local, "127.0.0.1:5060".parse().unwrap());
        assert_eq!(flow.advertised, flow.local);
    }

    #[test]
    fn advertised_address_is_for_peers_beyond_loopback() {
        let public = "203.0.113.5".parse().ok();
        let bound = vec![listen(Transport::Udp, "10.0.0.1:5060")];
        let addresses = Addresses::new(bound.clone(), public);
        let flow = addresses.udp_flow(bound[0].address, "198.51.100.7:5060".parse().unwrap());
        assert_eq!(
            (flow.local, flow.advertised.to_string()),
            (bound[0].address, "203.0.113.5:5060".to_owned())
        );
        let near = Addresses::new(Vec::new(), public);
        let near = near.udp_flow(
            "127.0.0.1:5060".parse().unwrap(),
            "127.0.0.1:5090".parse().unwrap(),
        );
        assert_eq!(near.advertised, near.local);
    }

    #[test]
    fn connection_that_we_opened_advertises_the_port_where_we_listen() {
        let addresses = Addresses::new(vec![listen(Transport::Tcp, "0.0.0.0:5060")], None);
        let (local, peer) = (
            "10.0.0.1:40001".parse().unwrap(),
            "10.0.0.2:5060".parse().unwrap(),
        );
        let flow = addresses.tcp_flow(local, peer, ConnectionId(1));
        assert_eq!(
            (flow.local, flow.advertised.to_string()),
            (local, "10.0.0.1:5060".to_owned())
        );
    }

    #[test]
    fn agent_never_hears_of_a_wildcard() {
        let bound = [
            listen(Transport::Udp, "0.0.0.0:5060"),
            listen(Transport::Tcp, "[::]:5060"),
        ];
        let interfaces = interfaces(&bound, None);
        assert!(
            interfaces
                .iter()
                .all(|interface| !interface.advertised.ip().is_unspecified())
        );
        assert!(
            interfaces
                .iter()
                .any(|interface| interface.advertised.ip().is_loopback())
        );
    }
}
