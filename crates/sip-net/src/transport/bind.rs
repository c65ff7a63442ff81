//! Opening the sockets on which we listen.

use std::net::SocketAddr;
use std::{fmt, io};

use nix::sys::socket::{setsockopt, sockopt};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, UdpSocket};

use aftercall_sip::event::Transport;

/// Bursts wait in the kernel while the agent is busy; the kernel may grant less.
const UDP_BUFFER_BYTES: usize = 4 << 20;
const TCP_BACKLOG: i32 = 1_024;

/// Where to listen, and where we listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen {
    /// UDP or TCP.
    pub transport: Transport,
    /// On which address; port 0 takes a free one, an unspecified address takes all interfaces of its family.
    pub address: SocketAddr,
}

/// What becomes of the kernel's word that a datagram of ours could not be delivered (RFC 3261 section 18.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IcmpErrors {
    /// Passed over: a PBX that restarts is asked again until Timer B or F, as after any loss.
    #[default]
    Ignored,
    /// Calls of ours that nobody has answered fail at once; for one who calls one place only.
    Reported,
}

/// A socket that could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Someone else has that port.
    #[error("cannot listen for SIP on {0}: the port is in use")]
    InUse(Listen),
    /// Ports below 1024 need a privilege.
    #[error("cannot listen for SIP on {0}: permission denied")]
    Denied(Listen),
    /// Anything else, for example an address that this machine does not have.
    #[error("cannot listen for SIP on {listen}: {source}")]
    Other {
        /// Where we wanted to listen.
        listen: Listen,
        /// What the system says.
        source: io::Error,
    },
    /// The system gives no thread for signalling.
    #[error("cannot start the thread for SIP: {0}")]
    Thread(io::Error),
    /// There is no address to listen on.
    #[error("no address to listen for SIP on")]
    Nowhere,
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport = match self.transport {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
        };
        write!(f, "{transport} {}", self.address)
    }
}

impl BindError {
    fn new(listen: Listen, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::InUse(listen),
            io::ErrorKind::PermissionDenied => Self::Denied(listen),
            _ => Self::Other { listen, source },
        }
    }

    /// Where we wanted to listen.
    pub fn listen(&self) -> Option<Listen> {
        match self {
            Self::InUse(listen) | Self::Denied(listen) | Self::Other { listen, .. } => Some(*listen),
            Self::Thread(_) | Self::Nowhere => None,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct BoundSockets {
    pub(super) udp: Vec<UdpSocket>,
    pub(super) tcp: Vec<TcpListener>,
}

impl BoundSockets {
    /// Where they are bound, with the ports that the system chose.
    pub(crate) fn bound(&self) -> Vec<Listen> {
        let udp = self.udp.iter().filter_map(|socket| socket.local_addr().ok());
        let tcp = self.tcp.iter().filter_map(|socket| socket.local_addr().ok());
        let listen = |transport| move |address| Listen { transport, address };
        udp.map(listen(Transport::Udp))
            .chain(tcp.map(listen(Transport::Tcp)))
            .collect()
    }
}

/// Opens every socket, or none.
pub(crate) async fn bind(listen: &[Listen], icmp_errors: IcmpErrors) -> Result<BoundSockets, BindError> {
    if listen.is_empty() {
        return Err(BindError::Nowhere);
    }
    let mut sockets = BoundSockets::default();
    for one in listen {
        match one.transport {
            Transport::Udp => sockets.udp.push(
                bind_udp(one.address, icmp_errors)
                    .await
                    .map_err(|error| BindError::new(*one, error))?,
            ),
            Transport::Tcp => sockets
                .tcp
                .push(bind_tcp(one.address).map_err(|error| BindError::new(*one, error))?),
        }
    }
    Ok(sockets)
}

/// Opens every socket and closes them all again: what stands in the way of each.
pub(crate) async fn try_bind(listen: &[Listen]) -> Vec<BindError> {
    let (mut held, mut refused) = (BoundSockets::default(), Vec::new());
    for one in listen {
        match bind(&[*one], IcmpErrors::Ignored).await {
            Ok(mut sockets) => {
                held.udp.append(&mut sockets.udp);
                held.tcp.append(&mut sockets.tcp);
            }
            Err(error) => refused.push(error),
        }
    }
    refused
}

/// Without SO_REUSEADDR: two engines on one UDP port would share the calls between them unnoticed.
async fn bind_udp(address: SocketAddr, icmp_errors: IcmpErrors) -> io::Result<UdpSocket> {
    let socket = open(address, Type::DGRAM, Protocol::UDP)?;
    if icmp_errors == IcmpErrors::Reported {
        // Without it the kernel reports nothing to an unconnected socket.
        match address {
            SocketAddr::V4(_) => setsockopt(&socket, sockopt::Ipv4RecvErr, &true)?,
            SocketAddr::V6(_) => setsockopt(&socket, sockopt::Ipv6RecvErr, &true)?,
        }
    }
    // The kernel's own limit may be lower; a smaller buffer is no reason not to start.
    let _granted = socket.set_recv_buffer_size(UDP_BUFFER_BYTES).is_ok()
        && socket.set_send_buffer_size(UDP_BUFFER_BYTES).is_ok();
    socket.bind(&address.into())?;
    let socket = UdpSocket::from_std(socket.into())?;
    // From here on the reactor knows that the socket can be written, and `try_send_to` works at once.
    socket.writable().await?;
    Ok(socket)
}

fn bind_tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = open(address, Type::STREAM, Protocol::TCP)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(TCP_BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// An IPv6 socket is for IPv6 alone, so that `[::]` and `0.0.0.0` can share a port.
fn open(address: SocketAddr, kind: Type, protocol: Protocol) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), kind, Some(protocol))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    Ok(socket)
}
