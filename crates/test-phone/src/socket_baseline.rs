//! What duplex RTP costs on this machine without any of our code: bare sockets that send and read 172 octets every
//! 20 ms, as a call does.
//!
//! Most of the cost of a call is the kernel's, and differs from machine to machine and from minute to minute. Compared with
//! this figure of the same run, the cost of the service shows what the service itself adds. Each side has a thread with its
//! own sockets, so that caches and run queues are used as in a load test.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};
use std::{io, thread};

use super::process::Process;
use aftercall_runtime::clock::monotonic;

/// An RTP packet of 20 ms of G.711.
const PACKET: [u8; 172] = [0x80; 172];
const PTIME: Duration = Duration::from_millis(20);
/// A quarter of the sockets every 5 ms, as media threads have it.
const GROUPS: usize = 4;

/// How datagrams are addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Addressing {
    /// Each carries its destination, as the media threads' do.
    #[default]
    EachDatagram,
    /// Sockets are connected once.
    Connected,
}

/// CPU time of a call-second, one side, of `calls` pairs of bare sockets carrying packets for `length`. Blocks for that
/// long.
///
/// # Errors
/// No sockets, or no `/proc`.
pub fn measure(calls: usize, length: Duration, addressing: Addressing) -> io::Result<Duration> {
    let (ours, theirs) = (sockets(calls)?, sockets(calls)?);
    let (to_us, to_them) = (addresses(&ours)?, addresses(&theirs)?);
    if addressing == Addressing::Connected {
        connect(&ours, &to_them)?;
        connect(&theirs, &to_us)?;
    }
    let before = Process::own().usage()?;
    let until = monotonic() + length;
    thread::scope(|scope| {
        scope.spawn(|| run_side(&theirs, &to_us, addressing, until));
        run_side(&ours, &to_them, addressing, until);
    });
    let spent = Process::own().usage()?.cpu.saturating_sub(before.cpu) / 2;
    Ok(spent.div_f64(calls.max(1) as f64 * length.as_secs_f64()))
}

fn sockets(count: usize) -> io::Result<Vec<UdpSocket>> {
    (0..count)
        .map(|_| {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.set_nonblocking(true)?;
            Ok(socket)
        })
        .collect()
}

fn addresses(sockets: &[UdpSocket]) -> io::Result<Vec<SocketAddr>> {
    sockets.iter().map(UdpSocket::local_addr).collect()
}

fn connect(sockets: &[UdpSocket], peers: &[SocketAddr]) -> io::Result<()> {
    sockets
        .iter()
        .zip(peers)
        .try_for_each(|(socket, peer)| socket.connect(peer))
}

/// Sends and reads once on each socket every 20 ms.
#[expect(
    clippy::disallowed_methods,
    reason = "it does what a media thread does, and sleeps like one"
)]
fn run_side(sockets: &[UdpSocket], peers: &[SocketAddr], addressing: Addressing, until: Instant) {
    let mut buffer = [0; 2_048];
    let mut deadline = monotonic();
    let mut group = 0;
    while deadline < until {
        for (socket, peer) in sockets.iter().zip(peers).skip(group).step_by(GROUPS) {
            // A call that fails because the packet is lost or not there yet costs the same.
            let _sent = match addressing {
                Addressing::EachDatagram => socket.send_to(&PACKET, peer),
                Addressing::Connected => socket.send(&PACKET),
            }
            .is_ok();
            let _read = socket.recv_from(&mut buffer).is_ok();
        }
        group = (group + 1) % GROUPS;
        deadline += PTIME / GROUPS as u32;
        thread::sleep(deadline.saturating_duration_since(monotonic()));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Addressing, measure};

    #[test]
    fn carrying_packets_costs_something_however_they_are_addressed() {
        for addressing in [Addressing::EachDatagram, Addressing::Connected] {
            let cost = measure(200, Duration::from_millis(400), addressing).unwrap();
            assert!(cost > Duration::ZERO, "{addressing:?}");
        }
    }
}
