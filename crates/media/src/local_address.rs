//! The local address of a call's media.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

/// The discard port: nothing is sent to it.
const ANY_PORT: u16 = 9;

/// The address at which a peer that wants media at `remote` can send it to us: the one at which its signalling arrived,
/// where that is of the same family and not loopback for a peer elsewhere (a proxy on this host); else the one from which
/// it is reached. `None` when there is no way to it.
pub fn local_address(signalling: IpAddr, remote: IpAddr) -> Option<IpAddr> {
    let is_near = !signalling.is_loopback() || remote.is_loopback();
    if signalling.is_ipv4() == remote.is_ipv4() && is_near {
        return Some(signalling);
    }
    routed(remote).filter(|local| !local.is_unspecified())
}

/// Whether `ip` is an address of this machine. A peer there may name loopback addresses, and means ours.
pub fn is_of_this_host(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    ip.is_loopback() || routed(ip) == Some(ip)
}

/// The local address that the routing table chooses: connecting a UDP socket binds it and sends nothing.
fn routed(remote: IpAddr) -> Option<IpAddr> {
    let any: IpAddr = match remote {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((remote, ANY_PORT)).ok()?;
    socket.local_addr().ok().map(|local| local.ip())
}

#[cfg(test)]
mod tests {
    use super::{is_of_this_host, local_address, routed};

    fn local(signalling: &str, remote: &str) -> Option<String> {
        let found = local_address(signalling.parse().unwrap(), remote.parse().unwrap());
        found.map(|ip| ip.to_string())
    }

    #[test]
    fn media_arrives_where_signalling_does_when_the_family_is_the_same() {
        assert_eq!(local("10.0.0.1", "203.0.113.9").unwrap(), "10.0.0.1");
        assert_eq!(local("2001:db8::1", "2001:db8::9").unwrap(), "2001:db8::1");
        assert_eq!(local("127.0.0.1", "127.0.0.5").unwrap(), "127.0.0.1");
        assert_eq!(local("10.0.0.1", "127.0.0.1").unwrap(), "10.0.0.1");
    }

    #[test]
    fn media_of_the_other_family_arrives_at_the_address_from_which_the_peer_is_reached() {
        assert_eq!(local("::1", "127.0.0.1").unwrap(), "127.0.0.1");
    }

    #[test]
    fn addresses_of_this_host_are_known_and_others_are_not() {
        for ours in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert!(is_of_this_host(ours.parse().unwrap()), "{ours}");
        }
        let elsewhere = "192.0.2.1".parse().unwrap();
        assert!(!is_of_this_host(elsewhere));
        // The address by which this machine reaches others, where it has a network.
        if let Some(far) = routed(elsewhere) {
            assert!(is_of_this_host(far), "{far}");
        }
    }

    #[test]
    fn an_address_that_nobody_can_reach_has_no_local_one() {
        assert_eq!(
            local("127.0.0.1", "fe80::1"),
            None,
            "a link-local address without its link"
        );
    }
}
