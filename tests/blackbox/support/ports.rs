//! Ports of the programs that the tests start.
//!
//! A port that the system gave, once closed, is given to the next socket that asks: between the question and the start
//! of the program another test can have it. Ports outside the system's range, each handed out once, are nobody's.

use std::net::{TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};

/// Ports of one block: SIPp takes the first for audio, and those two and four above for video and images, each with the
/// next for RTCP.
const BLOCK: u16 = 8;
/// Below SIPp's control ports (8888 and up), what Linux gives by itself (`ip_local_port_range`, 32768 and up) and the media ports of the deployments.
const FIRST: u16 = 5_200;
const BLOCKS: u16 = 450;

/// The first, even, port of eight neighbours that no other test of this run has and that are free for UDP and TCP.
pub(crate) fn ports() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Two runs side by side begin at different places.
    let start = u16::try_from(std::process::id() % u32::from(BLOCKS)).unwrap_or(0);
    for _ in 0..BLOCKS {
        let index = (start + NEXT.fetch_add(1, Ordering::Relaxed)) % BLOCKS;
        let first = FIRST + index * BLOCK;
        if (first..first + BLOCK).all(is_free) {
            return first;
        }
    }
    panic!("no eight neighbouring ports from {FIRST} on are free");
}

fn is_free(port: u16) -> bool {
    let here = ("127.0.0.1", port);
    UdpSocket::bind(here).is_ok() && TcpListener::bind(here).is_ok()
}

#[test]
fn no_block_of_ports_is_handed_out_twice_in_a_row() {
    let blocks: Vec<u16> = std::iter::repeat_with(ports).take(20).collect();
    let mut distinct = blocks.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), blocks.len(), "{blocks:?}");
    assert!(
        blocks
            .iter()
            .all(|first| first.is_multiple_of(2) && *first + BLOCK <= 8_800),
        "{blocks:?}"
    );
}
