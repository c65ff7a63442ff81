//! Whom to call: a SIP URI as a person types it, and the address behind it.
//!
//! Parsing is pure; only [`Target::resolve`] asks the resolver. SRV and NAPTR (RFC 3263) are not asked: a test
//! caller is told which host it is to test.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use aftercall_sip::event::Transport;
use aftercall_sip::wire::Uri;

/// The port of SIP over UDP and TCP (RFC 3261 section 19.1.2).
const DEFAULT_PORT: u16 = 5060;

/// `sip:user@host[:port][;transport=udp|tcp]`, with the URI itself as it goes into the INVITE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    uri: String,
    host: String,
    port: Option<u16>,
    transport: Option<Transport>,
}

/// Text that is no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Not a URI of the SIP scheme.
    #[error(
        "`{0}` is not a SIP URI; write for example sip:nps@127.0.0.1 or sip:nps@[::1]:5070;transport=tcp"
    )]
    NotSip(String),
    /// SIP over TLS, which the caller does not speak.
    #[error("sips: asks for TLS, which is not supported; write sip:")]
    Tls,
    /// A transport other than UDP and TCP.
    #[error("transport={0} is not supported; choose udp or tcp")]
    Transport(String),
    /// No user part, which the routes of a service look at.
    #[error("`{0}`: the SIP URI has no user part; put a user before the host, for example sip:nps@127.0.0.1")]
    NoUser(String),
}

/// The host of a target leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The resolver failed or knows no such name.
    #[error("cannot resolve {host}: {error}")]
    Resolver {
        /// The name asked for.
        host: String,
        /// What the resolver says.
        error: io::Error,
    },
    /// The name has no address.
    #[error("cannot resolve {0}: it has no address")]
    NoAddress(String),
    /// The address has no way to it from here.
    #[error("no route to {destination}: {error}")]
    NoRoute {
        /// The address.
        destination: SocketAddr,
        /// What the operating system says.
        error: io::Error,
    },
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || TargetError::NotSip(text.to_owned());
        let uri = Uri::parse(text.as_bytes()).ok_or_else(refuse)?;
        match uri.scheme() {
            "sip" => {}
            "sips" => return Err(TargetError::Tls),
            _ => return Err(refuse()),
        }
        if uri.user().is_none_or(str::is_empty) {
            return Err(TargetError::NoUser(text.to_owned()));
        }
        let transport = uri.param("transport").map(|name| transport(&name)).transpose()?;
        Ok(Self {
            uri: text.to_owned(),
            host: uri.host(),
            port: uri.port(),
            transport,
        })
    }
}

/// The transport of a word, in either case.
fn transport(name: &str) -> Result<Transport, TargetError> {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "udp" => Ok(Transport::Udp),
        "tcp" => Ok(Transport::Tcp),
        _ => Err(TargetError::Transport(name)),
    }
}

impl Target {
    /// The Request-URI.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The transport that the URI asks for.
    pub const fn transport(&self) -> Option<Transport> {
        self.transport
    }

    /// The address to send to; of several the first, IPv4 before IPv6.
    ///
    /// # Errors
    /// When the name has no address or the resolver fails.
    pub async fn resolve(&self) -> Result<SocketAddr, ResolveError> {
        let port = self.port.unwrap_or(DEFAULT_PORT);
        if let Ok(ip) = bare(&self.host).parse::<IpAddr>() {
            return Ok(SocketAddr::new(ip, port));
        }
        let found = tokio::net::lookup_host((self.host.as_str(), port))
            .await
            .map_err(|error| ResolveError::Resolver {
                host: self.host.clone(),
                error,
            })?;
        found
            .min_by_key(SocketAddr::is_ipv6)
            .ok_or_else(|| ResolveError::NoAddress(self.host.clone()))
    }
}

/// An IPv6 host without its brackets.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// Our own address on the way to `destination`.
///
/// # Errors
/// When there is no way to it.
pub async fn local_address(destination: SocketAddr) -> Result<IpAddr, ResolveError> {
    let any = match destination {
        SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    // Connecting a UDP socket sends nothing, but asks the routing table.
    let asked = async {
        let socket = tokio::net::UdpSocket::bind((any, 0)).await?;
        socket.connect(destination).await?;
        socket.local_addr()
    };
    asked
        .await
        .map(|local| local.ip())
        .map_err(|error| ResolveError::NoRoute { destination, error })
}

#[cfg(test)]
mod tests {
    use super::{ResolveError, Target, TargetError, local_address};
    use aftercall_sip::event::Transport;

    async fn address(uri: &str) -> String {
        uri.parse::<Target>()
            .unwrap()
            .resolve()
            .await
            .unwrap()
            .to_string()
    }

    #[tokio::test]
    async fn target_leads_to_its_address_with_port_5060_when_none_is_written() {
        assert_eq!(address("sip:nps@127.0.0.1").await, "127.0.0.1:5060");
        assert_eq!(
            address("sip:nps@127.0.0.1:5070;transport=tcp").await,
            "127.0.0.1:5070"
        );
        assert_eq!(address("SIP:+358%2040@[::1]:5080").await, "[::1]:5080");
        assert_eq!(address("sip:nps@[2001:db8::7]").await, "[2001:db8::7]:5060");
    }

    #[test]
    fn transport_parameter_is_heard() {
        let transport = |uri: &str| uri.parse::<Target>().unwrap().transport();
        assert_eq!(transport("sip:nps@host"), None);
        assert_eq!(transport("sip:nps@host;transport=TCP"), Some(Transport::Tcp));
        assert_eq!(transport("sip:nps@host;x=y;transport=udp"), Some(Transport::Udp));
    }

    #[test]
    fn text_that_is_no_target_is_refused_with_the_reason() {
        let refusal = |uri: &str| uri.parse::<Target>().unwrap_err();
        for text in [
            "",
            "nps",
            "nps@127.0.0.1",
            "tel:+358401234567",
            "http://host/",
            "sip:a b@host",
            "sip:a@[::1",
        ] {
            assert!(matches!(refusal(text), TargetError::NotSip(_)), "{text}");
        }
        assert_eq!(refusal("sips:nps@host"), TargetError::Tls);
        assert_eq!(
            refusal("sip:nps@host;transport=sctp"),
            TargetError::Transport("sctp".to_owned())
        );
        assert!(matches!(refusal("sip:127.0.0.1"), TargetError::NoUser(_)));
    }

    #[tokio::test]
    async fn name_without_address_is_named_in_the_error() {
        let target: Target = "sip:nps@no-such-host.invalid".parse().unwrap();
        let error = target.resolve().await.unwrap_err();
        assert!(matches!(
            error,
            ResolveError::Resolver { .. } | ResolveError::NoAddress(_)
        ));
        assert!(error.to_string().contains("no-such-host.invalid"), "{error}");
    }

    #[tokio::test]
    async fn loopback_is_reached_from_loopback() {
        assert_eq!(
            local_address("127.0.0.1:5060".parse().unwrap())
                .await
                .unwrap()
                .to_string(),
            "127.0.0.1"
        );
    }
}
