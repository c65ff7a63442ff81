//! Where a request comes from: the network address, whether the way to the browser is protected, and which site sent it. Pure.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;

use crate::web::server::Peer;
use aftercall_base::Cidr;

/// Which connections pages are served on, and whose word counts.
#[derive(Debug, Clone, Default)]
pub struct PeerRules {
    /// Reverse proxies in front of the pages.
    pub proxies: Vec<Cidr>,
    /// The header in which they say who has signed in with them, in small letters.
    pub user_header: Option<String>,
    /// Whether other machines are served without TLS.
    pub allows_plain: bool,
}

/// The browser at the other end, as far as it can be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Client {
    /// Its network address.
    pub(super) address: IpAddr,
    /// Whether the way to it is protected by TLS.
    pub(super) is_secure: bool,
    /// Whom a reverse proxy has signed in.
    pub(super) proxy_user: Option<String>,
}

impl PeerRules {
    /// Who asks; `None` where pages are not served: to another machine without TLS.
    pub(super) fn client(&self, peer: Peer, headers: &HeaderMap) -> Option<Client> {
        let address = peer.address.ip().to_canonical();
        if !self.is_proxy(address) {
            let is_served = peer.is_tls || self.allows_plain || address.is_loopback();
            return is_served.then_some(Client {
                address,
                is_secure: peer.is_tls,
                proxy_user: None,
            });
        }
        let text = |name: &str| last(headers, name);
        let proxy_user = self.user_header.as_deref().and_then(text);
        Some(Client {
            address: self.address(peer, headers),
            is_secure: peer.is_tls
                || text("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")),
            proxy_user: proxy_user.map(str::to_owned),
        })
    }

    /// The network address from which somebody asks: of a reverse proxy it is the one that the proxy names.
    pub(in crate::web) fn address(&self, peer: Peer, headers: &HeaderMap) -> IpAddr {
        let address = peer.address.ip().to_canonical();
        let named = || last(headers, "x-forwarded-for").and_then(forwarded_for);
        match self.is_proxy(address) {
            true => named().unwrap_or(address),
            false => address,
        }
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(address))
    }
}

/// The value of the last header of a name: what stands before it may have come from the browser.
fn last<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let value = headers.get_all(name).iter().next_back();
    value.and_then(|value| value.to_str().ok()).map(str::trim)
}

/// The address that the proxy itself has added, which is the last one.
pub fn forwarded_for(text: &str) -> Option<IpAddr> {
    let address = text.rsplit(',').next()?.trim();
    address
        .parse::<IpAddr>()
        .ok()
        .map(|address| address.to_canonical())
}

/// Whether a request that changes something was sent by a page of ours: same scheme, host and port. A browser says so in `Sec-Fetch-Site`, which it
/// compares itself (Fetch Metadata, section 2.4), or in `Origin` (RFC 6454, section 7), and no page can change either; what says neither is no browser
/// that people sign in with. `is_secure`: the way to the browser is protected by TLS, so that our pages are `https`.
pub fn is_of_this_site(headers: &HeaderMap, is_secure: bool) -> bool {
    if headers.contains_key("sec-fetch-site") {
        return only(headers, "sec-fetch-site") == Some("same-origin");
    }
    let own = only(headers, HOST.as_str()).and_then(|host| Origin::of_host(host, is_secure));
    own.is_some() && only(headers, ORIGIN.as_str()).and_then(Origin::read) == own
}

/// The value of a header that is there once; two say nothing.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then(|| value.to_str().ok()).flatten()
}

/// An origin of pages (RFC 6454, section 4).
#[derive(Debug, PartialEq, Eq)]
struct Origin {
    is_secure: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// As a browser writes it: `https://survey.example.org:8443`, without a port where it is that of the scheme. Anything beside these three is no
    /// origin, and `null` is nobody's.
    fn read(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        match scheme {
            "https" => Self::of_host(authority, true),
            "http" => Self::of_host(authority, false),
            _ => None,
        }
    }

    /// The origin whose `Host` is this.
    fn of_host(host: &str, is_secure: bool) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        if !host.bytes().all(is_plain) {
            return None;
        }
        let authority = host.parse::<Authority>().ok()?;
        let of_scheme = if is_secure { 443 } else { 80 };
        let port = match host.strip_prefix(authority.host())? {
            "" => of_scheme,
            port => port.strip_prefix(':')?.parse().ok()?,
        };
        Some(Self {
            is_secure,
            host: authority.host().to_ascii_lowercase(),
            port,
        })
    }
}

/// Scheme and host of our pages as the browser names them, `https://survey.example.org`; `None` where it names no host that can stand in a link.
pub(super) fn own_origin(headers: &HeaderMap, is_secure: bool) -> Option<String> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    let scheme = if is_secure { "https" } else { "http" };
    (!host.is_empty() && host.len() <= 255 && host.bytes().all(is_plain))
        .then(|| format!("{scheme}://{host}"))
}

/// The path of a page of this host, to which a browser may be sent on; `/` for anything else.
pub fn local(address: &str) -> &str {
    let is_local = address.starts_with('/')
        && !address.starts_with("//")
        && address.len() <= 2_000
        && address
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_local { address } else { "/" }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::{Client, PeerRules, is_of_this_site, local};
    use crate::web::server::Peer;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    name.parse::<HeaderName>().unwrap(),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect()
    }

    fn peer(address: &str, is_tls: bool) -> Peer {
        Peer {
            address: address.parse().unwrap(),
            is_tls,
        }
    }

    #[test]
    fn other_machines_are_served_by_tls_only_unless_allowed() {
        let strict = PeerRules::default();
        let open = PeerRules {
            allows_plain: true,
            ..PeerRules::default()
        };
        let none = HeaderMap::new();
        for (address, is_tls, is_served) in [
            ("127.0.0.1:1", false, true),
            ("[::1]:1", false, true),
            ("[::ffff:127.0.0.1]:1", false, true),
            ("192.0.2.1:1", false, false),
            ("192.0.2.1:1", true, true),
        ] {
            let client = strict.client(peer(address, is_tls), &none);
            assert_eq!(client.is_some(), is_served, "{address}");
            assert!(open.client(peer(address, is_tls), &none).is_some());
        }
    }

    #[test]
    fn only_a_proxy_is_believed_and_only_what_it_has_added_itself() {
        let rules = PeerRules {
            proxies: vec!["10.0.0.1".parse().unwrap()],
            user_header: Some("x-remote-user".to_owned()),
            allows_plain: true,
        };
        let told = headers(&[
            ("x-forwarded-for", "198.51.100.7, 203.0.113.9"),
            ("x-forwarded-proto", "https"),
            ("x-remote-user", "forged"),
            ("x-remote-user", "anna"),
        ]);
        let of_proxy = rules.client(peer("10.0.0.1:1", false), &told);
        let expected = Client {
            address: "203.0.113.9".parse().unwrap(),
            is_secure: true,
            proxy_user: Some("anna".to_owned()),
        };
        assert_eq!(of_proxy, Some(expected));
        let of_stranger = rules.client(peer("10.0.0.2:1", false), &told);
        let expected = Client {
            address: "10.0.0.2".parse().unwrap(),
            is_secure: false,
            proxy_user: None,
        };
        assert_eq!(of_stranger, Some(expected));
    }

    #[test]
    fn page_of_another_site_changes_nothing() {
        for (site, is_own) in [
            ("same-origin", true),
            ("same-site", false),
            ("cross-site", false),
            ("none", false),
        ] {
            let told = headers(&[("sec-fetch-site", site), ("host", "a"), ("origin", "http://a")]);
            assert_eq!(is_of_this_site(&told, false), is_own, "{site}");
        }
        let twice = headers(&[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "cross-site"),
        ]);
        assert!(!is_of_this_site(&twice, false));
        assert!(!is_of_this_site(&HeaderMap::new(), false));
    }

    /// What browsers send that know no `Sec-Fetch-Site`: to plain HTTP all of them, to TLS those before 2023 (Safari 16.4).
    #[test]
    fn origin_is_compared_by_scheme_host_and_port() {
        const TLS: bool = true;
        const PLAIN: bool = false;
        for (host, is_secure, origin, is_own) in [
            // The port of the scheme is left out in both.
            ("survey.example.org", TLS, "https://survey.example.org", true),
            ("survey.example.org", PLAIN, "http://survey.example.org", true),
            (
                "survey.example.org:8443",
                TLS,
                "https://survey.example.org:8443",
                true,
            ),
            ("localhost:8080", PLAIN, "http://localhost:8080", true),
            ("127.0.0.1:8080", PLAIN, "http://127.0.0.1:8080", true),
            ("[::1]:8080", PLAIN, "http://[::1]:8080", true),
            ("[2001:db8::1]", TLS, "https://[2001:db8::1]", true),
            (
                "xn--bcher-kva.example",
                TLS,
                "https://xn--bcher-kva.example",
                true,
            ),
            ("a_b.example", TLS, "https://a_b.example", true),
            // A proxy that adds the port, and a name in capitals.
            ("survey.example.org:443", TLS, "https://survey.example.org", true),
            ("survey.example.org:80", PLAIN, "http://survey.example.org", true),
            ("Survey.Example.org", TLS, "https://survey.example.org", true),
            // The same name by the other scheme: whoever changes plain traffic can put a page there.
            ("survey.example.org", TLS, "http://survey.example.org", false),
            ("survey.example.org", PLAIN, "https://survey.example.org", false),
            (
                "survey.example.org:443",
                TLS,
                "http://survey.example.org:443",
                false,
            ),
            (
                "survey.example.org:8443",
                TLS,
                "http://survey.example.org:8443",
                false,
            ),
            // Another port, another name, another kind of page.
            ("localhost:8080", PLAIN, "http://localhost:3000", false),
            (
                "survey.example.org",
                TLS,
                "https://survey.example.org:8443",
                false,
            ),
            ("survey.example.org", TLS, "https://example.org", false),
            (
                "survey.example.org",
                TLS,
                "https://evil.survey.example.org",
                false,
            ),
            (
                "survey.example.org",
                TLS,
                "https://survey.example.org.evil.org",
                false,
            ),
            ("survey.example.org", TLS, "https://survey.example.org.", false),
            ("survey.example.org", TLS, "null", false),
            (
                "survey.example.org",
                TLS,
                "chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb",
                false,
            ),
            (
                "survey.example.org",
                TLS,
                "moz-extension://survey.example.org",
                false,
            ),
            ("survey.example.org", TLS, "file://", false),
            // What no browser sends.
            (
                "survey.example.org",
                TLS,
                "https://user@survey.example.org",
                false,
            ),
            ("survey.example.org", TLS, "https://survey.example.org/", false),
            ("survey.example.org", TLS, "https://survey.example.org?x", false),
            (
                "survey.example.org",
                TLS,
                "https://survey.example.org, https://survey.example.org",
                false,
            ),
            ("survey.example.org", TLS, "survey.example.org", false),
            ("survey.example.org:", TLS, "https://survey.example.org:", false),
            (
                "survey.example.org",
                TLS,
                "https://survey.example.org:99999",
                false,
            ),
            (
                "user@survey.example.org",
                TLS,
                "https://user@survey.example.org",
                false,
            ),
            ("", TLS, "https://", false),
            ("", TLS, "", false),
        ] {
            let told = headers(&[("host", host), ("origin", origin)]);
            assert_eq!(
                is_of_this_site(&told, is_secure),
                is_own,
                "{host:?} {is_secure} {origin:?}"
            );
        }
        let twice = headers(&[("host", "a"), ("origin", "http://a"), ("origin", "http://b")]);
        assert!(!is_of_this_site(&twice, false));
    }

    #[test]
    fn behind_a_proxy_our_pages_have_the_scheme_that_the_proxy_names() {
        let rules = PeerRules {
            proxies: vec!["10.0.0.1".parse().unwrap()],
            ..PeerRules::default()
        };
        for (from, forwarded, origin, is_own) in [
            ("10.0.0.1:1", "https", "https://survey.example.org", true),
            ("10.0.0.1:1", "https", "http://survey.example.org", false),
            ("10.0.0.1:1", "http", "http://survey.example.org", true),
            // Nobody but the proxy is believed.
            ("127.0.0.1:1", "https", "https://survey.example.org", false),
            ("127.0.0.1:1", "https", "http://survey.example.org", true),
        ] {
            let told = headers(&[
                ("host", "survey.example.org"),
                ("origin", origin),
                ("x-forwarded-proto", forwarded),
            ]);
            let client = rules.client(peer(from, false), &told).unwrap();
            assert_eq!(
                is_of_this_site(&told, client.is_secure),
                is_own,
                "{from} {forwarded} {origin}"
            );
        }
    }

    #[test]
    fn nobody_is_sent_on_to_another_host() {
        for address in [
            "//b",
            "https://b",
            "/\\b",
            "",
            "b",
            "/a b",
            "/\u{e4}",
            "/a\r\nx: y",
        ] {
            assert_eq!(local(address), "/", "{address}");
        }
        assert_eq!(local("/report?queue=%C3%A4"), "/report?queue=%C3%A4");
    }

    proptest! {
        #[test]
        fn any_headers_are_read_without_a_panic(value in "[ -~]{0,80}", name in "(origin|host|sec-fetch-site|x-forwarded-for)") {
            let map = headers(&[(name.as_str(), value.as_str())]);
            let rules = PeerRules { proxies: vec!["127.0.0.1".parse().unwrap()], ..PeerRules::default() };
            let _client = rules.client(peer("127.0.0.1:1", false), &map);
            prop_assert!(!is_of_this_site(&map, true) || value == "same-origin");
        }
    }
}
