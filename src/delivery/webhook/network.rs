//! Which addresses a webhook may reach. Pure.
//!
//! A URL may come from somebody who may not reach our own network. So without `allow_private` only addresses of the public internet
//! are called, and the address that is judged is the one that is connected to, after the name was looked up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Not one of the special purposes of RFC 6890 and its successors.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || first == 0
        // Shared with the customers of a provider (RFC 6598), protocol assignments, benchmarks, reserved.
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (18..20).contains(&second))
        || first >= 240;
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inside) = inside(address) {
        return is_public_v4(inside);
    }
    let [first, second, ..] = address.segments();
    // 2000::/3 is what is given to networks; 2001:db8::/32 and 3fff::/20 are for documents, 2001::/23 for protocols.
    let is_global = first & 0xe000 == 0x2000;
    let is_special =
        (first == 0x2001 && (second == 0xdb8 || second < 0x200)) || (first == 0x3fff && second < 0x1000);
    is_global && !is_special
}

/// The IPv4 address that a packet to this address reaches in the end.
fn inside(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [first, second, third, fourth, fifth, sixth, high, low] = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Some(Ipv4Addr::new(a, b, c, d))
    };
    let is_mapped = address.to_ipv4_mapped().is_some();
    let is_short = [third, fourth, fifth, sixth] == [0; 4];
    // RFC 6052: translated by a NAT64.
    let is_translated = (first, second) == (0x64, 0xff9b) && is_short;
    // The old form `::192.0.2.1`, which is nothing else.
    let is_compatible = (first, second) == (0, 0) && is_short && high != 0;
    match first {
        // 6to4 (RFC 3056).
        0x2002 => v4(second, third),
        _ if is_mapped || is_translated || is_compatible => v4(high, low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::is_public;

    #[test]
    fn our_own_and_other_special_addresses_are_not_public_in_any_form() {
        for address in [
            "127.0.0.1",
            "127.255.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "198.51.100.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12:3456::1",
            "fec0::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::101:101",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "2001:db8::1",
            "2001::1",
            "100::1",
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert!(!is_public(address), "{address}");
        }
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        for address in [
            "1.1.1.1",
            "9.9.9.9",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "64:ff9b::101:101",
            "::ffff:1.1.1.1",
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert!(is_public(address), "{address}");
        }
    }
}
