//! Reading a datagram together with the moment at which it arrived.
//!
//! Sockets are swept every 20 ms, but the kernel notes when each datagram came in (`SO_TIMESTAMPNS`), so that
//! jitter and pacing are measured to the microsecond and not to the sweep. The kernel's note is wall time; it is
//! brought to the monotonic clock by its age, which a step of the wall clock can spoil for one sweep only.

use std::io::IoSliceMut;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use nix::sys::socket::sockopt::ReceiveTimestampns;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt};

/// Room for one timestamp message (`struct cmsghdr` and `struct timespec`) and then some.
const CONTROL: usize = 128;
/// A datagram that claims to have waited longer met a step of the wall clock.
const OLDEST: Duration = Duration::from_secs(2);

/// A datagram in the caller's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Datagram {
    pub(super) length: usize,
    pub(super) source: SocketAddr,
    /// When the kernel received it; the reading moment where it does not tell.
    pub(super) arrival: Instant,
    /// How long it waited to be read, where the kernel tells.
    pub(super) age: Option<Duration>,
}

/// The two clocks at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) monotonic: Instant,
    /// Wall time since the Unix epoch.
    pub(super) wall: Duration,
}

/// Asks the kernel to note arrivals on a socket.
pub(super) fn note_arrivals(socket: &UdpSocket) -> nix::Result<()> {
    setsockopt(socket, ReceiveTimestampns, &true)
}

/// Reads one datagram; `None` when there is none. Does not wait and does not allocate.
pub(super) fn read(socket: &UdpSocket, buffer: &mut [u8], now: Moment) -> Option<Datagram> {
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

impl Moment {
    /// How long ago a recent wall time was.
    fn age(self, wall: Duration) -> Option<Duration> {
        self.wall.checked_sub(wall).filter(|age| *age < OLDEST)
    }
}
