//! Settings of the service, each with its default.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::transport::{ConnectionLimits, IcmpErrors, Listen};
use aftercall_base::Cidr;
use aftercall_sip::agent::AgentConfig;
use aftercall_sip::event::Transport;
use aftercall_sip::wire::MessageLimits;

/// Everything that can be set about the service.
#[derive(Debug, Clone)]
pub struct SipConfig {
    /// Transports and addresses on which to listen.
    pub listen: Vec<Listen>,
    /// The address by which peers reach us from beyond a NAT, for Via and Contact.
    pub advertised: Option<IpAddr>,
    /// Who may call; all others get 403.
    pub trusted: Vec<Cidr>,
    /// Bounds on one message.
    pub messages: MessageLimits,
    /// How many connections may be open, and how long.
    pub connections: ConnectionLimits,
    /// Bounds on queues.
    pub queues: Queues,
    /// The user agent; its interfaces are filled in from `listen`.
    pub agent: AgentConfig,
    /// What becomes of ICMP errors.
    pub icmp_errors: IcmpErrors,
    /// Makes tags and branches: random, and another one for each process.
    pub seed: u64,
}

/// How many entries each queue holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queues {
    /// From the sockets to the agent.
    pub arrivals: usize,
    /// Calls that the application has not taken yet.
    pub incoming: usize,
    /// Events of one dialog.
    pub events: usize,
    /// From the application to the agent.
    pub commands: usize,
}

impl Default for Queues {
    fn default() -> Self {
        Self {
            arrivals: 4_096,
            incoming: 2_048,
            events: 32,
            commands: 4_096,
        }
    }
}

impl Default for SipConfig {
    /// UDP and TCP on port 5060 of every IPv4 interface, for local networks; the seed is still to be drawn.
    fn default() -> Self {
        let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 5060));
        let listen = |transport| Listen { transport, address };
        Self {
            listen: vec![listen(Transport::Udp), listen(Transport::Tcp)],
            advertised: None,
            trusted: Cidr::LOCAL.to_vec(),
            messages: MessageLimits::default(),
            connections: ConnectionLimits::default(),
            queues: Queues::default(),
            agent: AgentConfig::default(),
            icmp_errors: IcmpErrors::default(),
            seed: 0,
        }
    }
}
