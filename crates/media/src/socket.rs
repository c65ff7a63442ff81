//! The two UDP sockets of a call.
//!
//! RTP on an even port, RTCP on the next (RFC 3550 section 11). Both are non-blocking and marked Expedited
//! Forwarding (RFC 3246), so that a network that gives voice its due gives it here. Which address is a call's is
//! the caller's choice; the ports come from the pool.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::arrival::note_arrivals;
use super::port::{Pool, Port};
use aftercall_runtime::clock::monotonic;

/// Expedited Forwarding, 46, in the upper six bits of the traffic class.
const EXPEDITED_FORWARDING: u32 = 46 << 2;
/// Octets of datagrams that may wait to be read. The kernel doubles it and counts its own book-keeping: room for about
/// two seconds of packets, and all that a flood from a stranger can take.
const RECEIVE_BUFFER: usize = 64 * 1024;
/// Ports that other programs hold are passed over, up to this many in a row.
const ATTEMPTS: usize = 16;

/// A call's sockets; dropping them closes both and sends the port into quarantine.
#[derive(Debug)]
pub(super) struct Sockets {
    pub(super) rtp: UdpSocket,
    /// Gone once RTCP is multiplexed on the RTP port.
    pub(super) rtcp: Option<UdpSocket>,
    pub(super) local: SocketAddr,
    _lease: Lease,
}

/// A port on loan from the pool.
#[derive(Debug)]
struct Lease {
    port: Port,
    pool: Arc<Mutex<Pool>>,
}

impl Drop for Lease {
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
    /// Every media thread is behind its schedule: one more call would be heard in pieces, and the others with it.
    #[error("media threads are behind their schedule by more than {limit:?}")]
    Late {
        /// How far behind, averaged over a second, a thread may be.
        limit: Duration,
    },
    /// The media thread takes no more commands: it is overloaded or has stopped.
    #[error("the command queue of the media thread is full or closed")]
    Busy,
}

impl Sockets {
    /// Binds a pair of ports of the pool on `ip`.
    pub(super) fn bind(ip: IpAddr, pool: &Arc<Mutex<Pool>>, now: Instant) -> Result<Self, OpenError> {
        let mut refused = None;
        for _ in 0..ATTEMPTS {
            let Some(lease) = Lease::take(pool, now) else {
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

impl Lease {
    fn take(pool: &Arc<Mutex<Pool>>, now: Instant) -> Option<Self> {
        let port = pool.lock().unwrap_or_else(PoisonError::into_inner).lease(now)?;
        Some(Self {
            port,
            pool: Arc::clone(pool),
        })
    }
}

fn bind_pair(ip: IpAddr, port: Port) -> io::Result<(UdpSocket, UdpSocket)> {
    Ok((bind(ip, port.rtp())?, bind(ip, port.rtcp())?))
}

fn bind(ip: IpAddr, port: u16) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((ip, port))?;
    socket.set_nonblocking(true)?;
    let options = SockRef::from(&socket);
    // Where the system does not grant the size, its own default serves.
    let _sized = options.set_recv_buffer_size(RECEIVE_BUFFER).is_ok();
    // A network or container that forbids the mark still carries the call.
    let _marked = match ip {
        IpAddr::V4(_) => options.set_tos_v4(EXPEDITED_FORWARDING).is_ok(),
        IpAddr::V6(_) => options.set_tclass_v6(EXPEDITED_FORWARDING).is_ok(),
    };
    note_arrivals(&socket)?;
    Ok(socket)
}
