//! The caller's telephone: SIP and media towards one target, for any number of calls.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::mpsc;

use super::order::Order;
use super::record::{CallRecord, Noted};
use super::talk::Talk;
use super::target::{ResolveError, Target, local_address};
use aftercall_base::Cidr;
use aftercall_media::{
    InBandDtmf, MediaEvent, MediaPlane, MediaSession, OpenError, PlaneConfig, PlaneError, PlaneStatistics,
};
use aftercall_rtp::sdp::Capabilities;
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_sip::agent::AgentConfig;
use aftercall_sip::event::{Body, Command, DialogEvent, DialogKey, OutboundInvite, Transport};
use aftercall_sip_net::service::{BindError, IcmpErrors, Listen, SipConfig, SipHandle, SipService};

/// UDP ports for media begin somewhere in this range, so that two callers on one machine seldom meet; apart from those
/// of a service with its usual settings.
const FIRST_PORT: std::ops::RangeInclusive<u16> = 36_000..=48_000;
/// The last UDP port for media.
const LAST_PORT: u16 = 59_999;

/// How a telephone is set up.
#[derive(Debug, Clone)]
pub struct PhoneConfig {
    /// Whom it calls.
    pub target: Target,
    /// How; what the target's URI says goes first, UDP comes last.
    pub transport: Option<Transport>,
    /// What it speaks.
    pub capabilities: Capabilities,
    /// Media threads.
    pub threads: usize,
    /// Makes tags, SSRCs and session ids; another one for each process.
    pub seed: u64,
}

/// A telephone could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// The target leads nowhere.
    #[error(transparent)]
    Target(#[from] ResolveError),
    /// The URI and the option name different transports.
    #[error("the URI asks for another transport than --transport")]
    TwoTransports,
    /// No socket for SIP.
    #[error(transparent)]
    Sip(#[from] BindError),
    /// No media threads.
    #[error(transparent)]
    Media(#[from] PlaneError),
}

/// A telephone that is ready to call.
#[derive(Debug)]
pub struct Phone {
    sip: SipHandle,
    plane: MediaPlane,
    local: IpAddr,
    target: String,
    destination: SocketAddr,
    transport: Transport,
    capabilities: Capabilities,
    rng: Mutex<SmallRng>,
}

impl Phone {
    /// Resolves the target and opens the sockets, on the address from which the target is reached.
    ///
    /// # Errors
    /// A target that leads nowhere; no sockets or threads.
    pub async fn open(config: PhoneConfig) -> Result<Self, PhoneError> {
        let transport = choose(config.target.transport(), config.transport)?;
        let destination = config.target.resolve().await?;
        let local = local_address(destination).await?;
        let mut rng = SmallRng::seed_from_u64(config.seed);
        // Whoever calls us is turned away: nobody takes the incoming calls.
        let (sip, _incoming) = SipService::bind(sip_config(local, transport, rng.random())).await?;
        let plane = MediaPlane::start(&PlaneConfig {
            threads: config.threads,
            ports: rng.random_range(FIRST_PORT)..=LAST_PORT,
            rtp_timeout: Duration::ZERO,
            in_band_dtmf: InBandDtmf::Never,
            // A caller that refuses its own calls measures nothing.
            late_limit: Duration::ZERO,
            ..PlaneConfig::new(rng.random())
        })?;
        Ok(Self {
            sip,
            plane,
            local,
            target: config.target.uri().to_owned(),
            destination,
            transport,
            capabilities: config.capabilities,
            rng: Mutex::new(rng),
        })
    }

    /// Places one call and walks it to its end. Steps go to `watcher` as they happen; `stop` hangs up.
    /// Every wait in it is bounded.
    pub async fn call(
        &self,
        order: &Order,
        watcher: Option<mpsc::Sender<Noted>>,
        stop: Shutdown,
    ) -> CallRecord {
        Talk::run(self, order, watcher, stop).await
    }

    /// Where calls go, and how.
    pub const fn destination(&self) -> (SocketAddr, Transport) {
        (self.destination, self.transport)
    }

    /// What the media threads have counted, up to a second ago.
    pub fn statistics(&self) -> PlaneStatistics {
        self.plane.statistics()
    }

    /// Closes the sockets; calls still on are hung up.
    pub async fn close(self) {
        self.sip.stop(Duration::ZERO).await;
    }

    /// Our address towards the target.
    pub const fn local(&self) -> IpAddr {
        self.local
    }

    pub(super) const fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    pub(super) fn seed(&self) -> u64 {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).random()
    }

    /// For the keys of one call: as hard to guess as the seed, which is enough for tests.
    pub(super) fn key_seed(&self) -> [u8; 32] {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).random()
    }

    pub(super) fn open_media(&self, events: mpsc::Sender<MediaEvent>) -> Result<MediaSession, OpenError> {
        self.plane.open(self.local, events)
    }

    /// The Call-ID of another call.
    pub(super) fn call_id(&self) -> String {
        let number: u128 = self.rng.lock().unwrap_or_else(PoisonError::into_inner).random();
        format!("{number:032x}@{}", host(self.local))
    }

    /// Sends the INVITE; `None` when the SIP service has stopped.
    pub(super) async fn invite(
        &self,
        order: &Order,
        call_id: String,
        offer: Option<Body>,
    ) -> Option<(DialogKey, mpsc::Receiver<DialogEvent>)> {
        let from = order
            .from
            .clone()
            .unwrap_or_else(|| format!("sip:caller@{}", host(self.local)));
        let invite = OutboundInvite {
            dialog: DialogKey(0),
            target: self.target.clone(),
            destination: self.destination,
            transport: self.transport,
            from,
            call_id: Some(call_id),
            headers: order.headers.clone(),
            offer,
        };
        self.sip.invite(invite).await.ok()
    }

    /// A service that has stopped has ended every dialog, which the call hears by itself.
    pub(super) async fn send(&self, command: Command) {
        let _sent = self.sip.send(command).await.is_ok();
    }
}

fn choose(uri: Option<Transport>, option: Option<Transport>) -> Result<Transport, PhoneError> {
    match (uri, option) {
        (Some(one), Some(other)) if one != other => Err(PhoneError::TwoTransports),
        (one, other) => Ok(one.or(other).unwrap_or(Transport::Udp)),
    }
}

fn sip_config(local: IpAddr, transport: Transport, seed: u64) -> SipConfig {
    SipConfig {
        listen: vec![Listen {
            transport,
            address: SocketAddr::new(local, 0),
        }],
        trusted: everyone(),
        agent: AgentConfig {
            contact_user: "caller".to_owned(),
            ..AgentConfig::default()
        },
        icmp_errors: IcmpErrors::Reported,
        seed,
        ..SipConfig::default()
    }
}

/// Responses come from wherever the target is.
fn everyone() -> Vec<Cidr> {
    ["0.0.0.0/0", "::/0"]
        .iter()
        .filter_map(|network| network.parse().ok())
        .collect()
}

/// An address as a URI has it.
fn host(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::{choose, everyone, host};
    use aftercall_sip::event::Transport::{Tcp, Udp};

    #[test]
    fn uri_and_option_agree_on_the_transport_or_are_refused() {
        assert_eq!(choose(None, None).unwrap(), Udp);
        assert_eq!(choose(Some(Tcp), None).unwrap(), Tcp);
        assert_eq!(choose(None, Some(Tcp)).unwrap(), Tcp);
        assert_eq!(choose(Some(Tcp), Some(Tcp)).unwrap(), Tcp);
        assert!(choose(Some(Udp), Some(Tcp)).is_err());
    }

    #[test]
    fn everyone_is_both_families() {
        assert_eq!(everyone().len(), 2);
    }

    #[test]
    fn ipv6_host_has_brackets() {
        assert_eq!(host("::1".parse().unwrap()), "[::1]");
    }
}
