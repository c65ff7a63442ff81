//! What the machine asks for duplex RTP before any of our code runs: bare sockets that send and read 172 octets every
//! 20 ms, as a call does. `docs/performance.md` sets the service's cost beside it.
//!
//! `cargo run --release --example udp_floor -- CALLS SECONDS [connected]` prints microseconds of CPU per call-second
//! for one side. The two sides are two threads with sockets of their own, so that caches and run queues see what
//! they see in a load test.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example that prints a measurement, outside of the service"
)]

use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

const PACKET: [u8; 172] = [0x80; 172];
const PTIME: Duration = Duration::from_millis(20);
const GROUPS: usize = 4;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let calls: usize = args.next().map_or(Ok(500), |text| text.parse())?;
    let seconds: u64 = args.next().map_or(Ok(10), |text| text.parse())?;
    let connected = args.next().is_some_and(|word| word == "connected");
    let ours = sockets(calls)?;
    let theirs = sockets(calls)?;
    let to_them = addresses(&theirs)?;
    let to_us = addresses(&ours)?;
    let before = cpu_time()?;
    let end = Instant::now() + Duration::from_secs(seconds);
    let far = thread::spawn(move || side(&theirs, &to_us, connected, end));
    let here = thread::spawn(move || side(&ours, &to_them, connected, end));
    for thread in [far, here] {
        thread.join().map_err(|_| anyhow::anyhow!("a side panicked"))??;
    }
    let spent = (cpu_time()? - before).as_secs_f64() / 2.0;
    let per_call_second = spent / (calls as f64 * seconds as f64);
    println!(
        "{calls} calls, {:.0} us of CPU per call-second and side",
        per_call_second * 1e6
    );
    Ok(())
}

fn sockets(count: usize) -> std::io::Result<Vec<UdpSocket>> {
    (0..count)
        .map(|_| {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.set_nonblocking(true)?;
            Ok(socket)
        })
        .collect()
}

fn addresses(sockets: &[UdpSocket]) -> std::io::Result<Vec<SocketAddr>> {
    sockets.iter().map(UdpSocket::local_addr).collect()
}

/// Sends and reads once on each socket every 20 ms, a quarter of the sockets every 5 ms.
fn side(sockets: &[UdpSocket], peers: &[SocketAddr], connected: bool, end: Instant) -> std::io::Result<()> {
    let mut buffer = [0; 2048];
    if connected {
        for (socket, peer) in sockets.iter().zip(peers) {
            socket.connect(peer)?;
        }
    }
    let mut deadline = Instant::now();
    let mut group = 0;
    while Instant::now() < end {
        for (socket, peer) in sockets.iter().zip(peers).skip(group).step_by(GROUPS) {
            let _sent = if connected {
                socket.send(&PACKET)
            } else {
                socket.send_to(&PACKET, peer)
            }
            .is_ok();
            let _read = socket.recv_from(&mut buffer).is_ok();
        }
        group = (group + 1) % GROUPS;
        deadline += PTIME / GROUPS as u32;
        thread::sleep(deadline.saturating_duration_since(Instant::now()));
    }
    Ok(())
}

/// User and system time of this process (`man 5 proc_pid_stat`, fields 14 and 15, in hundredths of a second).
fn cpu_time() -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>().unwrap_or(0))
        .sum();
    Ok(Duration::from_millis(ticks * 10))
}
