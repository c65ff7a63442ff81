//! The two UDP sockets of a call, and reading a datagram together with the moment at which it arrived.
//!
//! RTP on an even port, RTCP on the next (RFC 3550 section 11). Both are non-blocking and marked Expedited
//! Forwarding (RFC 3246), so that a network with priorities for voice applies them. The user of the crate chooses the
//! address; the ports come from the pool.
//!
//! Sockets are polled every 20 ms, but the kernel notes when each datagram came in (`SO_TIMESTAMPNS`), so that
//! jitter, pacing and the moment of a key are exact to the microsecond, however late the socket is read. The kernel's time is wall
//! time; it is converted to the monotonic clock by its age, so a step of the wall clock can falsify one poll only.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::socket::sockopt::ReceiveTimestampns;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt};
use socket2::SockRef;

use super::port::{PortPair, PortPool};
use aftercall_runtime::clock::monotonic;

/// Expedited Forwarding, 46, in the upper six bits of the traffic class.
const EXPEDITED_FORWARDING: u32 = 46 << 2;
/// Octets of datagrams that may wait to be read. The kernel doubles it and counts its own book-keeping: room for about
/// two seconds of packets. It is also all the memory that a flood of a stranger can take.
const RECEIVE_BUFFER: usize = 64 * 1024;
/// Ports that other programs hold are passed over, up to this many in a row.
const ATTEMPTS: usize = 16;

/// A call's sockets; dropping them closes both and sends the port into quarantine.
#[derive(Debug)]
pub(super) struct MediaSockets {
    pub(super) rtp: UdpSocket,
    /// Gone once RTCP is multiplexed on the RTP port.
    pub(super) rtcp: Option<UdpSocket>,
    pub(super) local: SocketAddr,
    _lease: PortLease,
}

/// A pair of ports taken from the pool; dropping it returns them.
#[derive(Debug)]
struct PortLease {
    port: PortPair,
    pool: Arc<Mutex<PortPool>>,
}

impl Drop for PortLease {
    fn drop(&mut self) {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        pool.release(self.port, monotonic());
    }
}

/// No media session could be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Every port is in use or in quarantine.
    #[error("all {size} media ports are in use or in quarantine; widen the media port range")]
    Exhausted {
        /// Calls that the range can hold.
        size: usize,
    },
    /// The operating system refused a socket, on every port tried.
    #[error("cannot open a media socket on {address}: {source}")]
    Socket {
        /// Where the last attempt was.
        address: SocketAddr,
        /// Its reason.
        source: io::Error,
    },
    /// Every media thread is behind its schedule: one more call would damage the audio of all calls.
    #[error("media threads are behind their schedule by more than {limit:?}")]
    Late {
        /// How far behind, averaged over a second, a thread may be.
        limit: Duration,
    },
    /// The media thread takes no more commands: it is overloaded or has stopped.
    #[error("the command queue of the media thread is full or closed")]
    Busy,
}

impl MediaSockets {
    /// Binds a pair of ports of the pool on `ip`.
    pub(super) fn bind(ip: IpAddr, pool: &Arc<Mutex<PortPool>>, now: Instant) -> Result<Self, OpenError> {
        let mut refused = None;
        for _ in 0..ATTEMPTS {
            let Some(lease) = PortLease::take(pool, now) else {
                break;
            };
            let local = SocketAddr::new(ip, lease.port.rtp());
            match bind_pair(ip, lease.port) {
                Ok((rtp, rtcp)) => {
                    return Ok(Self {
                        rtp,
                        rtcp: Some(rtcp),
                        local,
                        _lease: lease,
                    });
                }
                Err(source) => {
                    let address = local;
                    refused = Some(OpenError::Socket { address, source });
                }
            }
        }
        let size = pool.lock().unwrap_or_else(PoisonError::into_inner).size();
        Err(refused.unwrap_or(OpenError::Exhausted { size }))
    }
}

impl PortLease {
    fn take(pool: &Arc<Mutex<PortPool>>, now: Instant) -> Option<Self> {
        let port = pool.lock().unwrap_or_else(PoisonError::into_inner).lease(now)?;
        Some(Self {
            port,
            pool: Arc::clone(pool),
        })
    }
}

fn bind_pair(ip: IpAddr, port: PortPair) -> io::Result<(UdpSocket, UdpSocket)> {
    Ok((bind(ip, port.rtp())?, bind(ip, port.rtcp())?))
}

fn bind(ip: IpAddr, port: u16) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((ip, port))?;
    socket.set_nonblocking(true)?;
    let options = SockRef::from(&socket);
    // If the system refuses the size, its default is enough to work with.
    let _sized = options.set_recv_buffer_size(RECEIVE_BUFFER).is_ok();
    // A container may forbid the mark; the call works without it.
    let _marked = match ip {
        IpAddr::V4(_) => options.set_tos_v4(EXPEDITED_FORWARDING).is_ok(),
        IpAddr::V6(_) => options.set_tclass_v6(EXPEDITED_FORWARDING).is_ok(),
    };
    enable_arrival_times(&socket)?;
    Ok(socket)
}

/// Octets for control messages: more than one timestamp needs (`struct cmsghdr` and `struct timespec`).
const CONTROL: usize = 128;
/// A greater age of a datagram is taken for a step of the wall clock, and ignored.
const OLDEST: Duration = Duration::from_secs(2);

/// A datagram in the caller's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Datagram {
    pub(super) length: usize,
    pub(super) source: SocketAddr,
    /// When the kernel received it; when it was read, if the kernel's time is missing.
    pub(super) arrival: Instant,
    /// How long it waited to be read, if the kernel's time is known.
    pub(super) age: Option<Duration>,
}

/// The two clocks at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClockReading {
    pub(super) monotonic: Instant,
    /// Wall time since the Unix epoch.
    pub(super) wall: Duration,
}

/// Has the kernel record arrival times on a socket.
pub(super) fn enable_arrival_times(socket: &UdpSocket) -> nix::Result<()> {
    setsockopt(socket, ReceiveTimestampns, &true)
}

/// Reads one datagram; `None` when there is none. Does not wait and does not allocate.
pub(super) fn read_datagram(socket: &UdpSocket, buffer: &mut [u8], now: ClockReading) -> Option<Datagram> {
    let mut control = [0u8; CONTROL];
    let mut parts = [IoSliceMut::new(buffer)];
    let flags = MsgFlags::MSG_DONTWAIT;
    let message =
        recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut parts, Some(&mut control), flags).ok()?;
    let source = message.address.as_ref().and_then(address)?;
    let age = message
        .cmsgs()
        .into_iter()
        .flatten()
        .find_map(|control| match control {
            ControlMessageOwned::ScmTimestampns(noted) => now.age(Duration::from(noted)),
            _ => None,
        });
    let arrival = age
        .and_then(|age| now.monotonic.checked_sub(age))
        .unwrap_or(now.monotonic);
    Some(Datagram {
        length: message.bytes,
        source,
        arrival,
        age,
    })
}

fn address(storage: &SockaddrStorage) -> Option<SocketAddr> {
    let four = storage.as_sockaddr_in().map(|address| SocketAddr::from(*address));
    four.or_else(|| {
        storage
            .as_sockaddr_in6()
            .map(|address| SocketAddr::from(*address))
    })
}

impl ClockReading {
    /// How long ago a recent wall time was.
    fn age(self, wall: Duration) -> Option<Duration> {
        self.wall.checked_sub(wall).filter(|age| *age < OLDEST)
    }
}
