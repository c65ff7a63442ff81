//! The test phone: SIP and media towards one target, for any number of calls.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::mpsc;

use super::call_plan::CallPlan;
use super::target::{ResolveError, Target, local_address};
use aftercall_base::Cidr;
use aftercall_media::{
    InBandDtmf, MediaEvent, MediaPlane, MediaSession, OpenError, PlaneConfig, PlaneError, PlaneStatistics,
};
use aftercall_rtp::sdp::Capabilities;
use aftercall_sip::agent::AgentConfig;
use aftercall_sip::event::{Body, Command, DialogEvent, DialogKey, OutboundInvite, Transport};
use aftercall_sip_net::service::{BindError, IcmpErrors, Listen, SipConfig, SipHandle, SipService};

/// UDP ports for media begin at random in this range, so that two phones on one machine seldom collide; above the ports
/// of a service with its usual settings (16384-32767).
const FIRST_PORT: std::ops::RangeInclusive<u16> = 36_000..=48_000;
/// The last UDP port for media.
const LAST_PORT: u16 = 59_999;

/// How a phone is set up.
#[derive(Debug, Clone)]
pub struct PhoneConfig {
    /// The URI that is called.
    pub target: Target,
    /// The transport; `None` for the one in the URI, or UDP. The URI must not say otherwise.
    pub transport: Option<Transport>,
    /// Codecs, telephone-event and SRTP of the offers.
    pub capabilities: Capabilities,
    /// Media threads.
    pub threads: usize,
    /// Seed of tags, SSRCs and session ids; must differ between processes.
    pub seed: u64,
}

/// A phone could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// The host of the target has no address.
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

/// A phone that is ready to call.
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
        // Incoming calls are refused, because their channel is dropped.
        let (sip, _incoming) = SipService::bind(sip_config(local, transport, rng.random())).await?;
        let plane = MediaPlane::start(&PlaneConfig {
            threads: config.threads,
            ports: rng.random_range(FIRST_PORT)..=LAST_PORT,
            rtp_timeout: Duration::ZERO,
            in_band_dtmf: InBandDtmf::Never,
            // A load generator must not refuse its own calls.
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

    /// Where calls go, and how.
    pub const fn destination(&self) -> (SocketAddr, Transport) {
        (self.destination, self.transport)
    }

    /// What the media threads have counted, up to a second ago.
    pub fn statistics(&self) -> PlaneStatistics {
        self.plane.statistics()
    }

    /// Hangs up active calls and closes the sockets.
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
        plan: &CallPlan,
        call_id: String,
        offer: Option<Body>,
    ) -> Option<(DialogKey, mpsc::Receiver<DialogEvent>)> {
        let from = plan
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
            headers: plan.headers.clone(),
            offer,
        };
        self.sip.invite(invite).await.ok()
    }

    /// Sends a command. If the SIP service has stopped, every dialog has ended, and the call learns that from its events.
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

/// All addresses: the target may be anywhere, and its requests in the dialog must be accepted.
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
