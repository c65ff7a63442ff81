//! Damaged messages at the sockets of a running service: it answers a sound request afterwards as before.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::peer::{SDP, Script, Service, TcpPeer, UdpPeer, config, header};
use aftercall_sip::event::Transport;

const DATAGRAMS: usize = 20_000;
/// Datagrams between two sound requests: few enough for the kernel's buffer, so that none is lost unread.
const BATCH: usize = 50;
const CONNECTIONS: usize = 300;
/// Calls that are answered; more would only repeat their 2xx.
const ANSWERED: usize = 100;

/// How often a sound request is sent, and when it is sent again.
const ATTEMPTS: usize = 60;
const REPEAT: Duration = Duration::from_millis(500);

/// What a parser trips over.
const SPLINTERS: [&[u8]; 12] = [
    b"\r\n",
    b"\r\n\r\n",
    b"\0",
    b"\xff\xfe",
    b"\"",
    b"<<>>",
    b";;,",
    b"[::",
    b"%",
    b"99999999999",
    b"-1",
    b": ",
];

/// A new seed each time; every failure names it.
fn seed() -> u64 {
    RandomState::new().hash_one("garbage")
}

fn sound(script: &Script, number: usize) -> String {
    match number % 8 {
        0 | 1 => script.invite(),
        2 => script.request("ACK", 1, "", ""),
        3 => script.request("BYE", 2, "", ""),
        4 => script.request("CANCEL", 1, "", ""),
        5 => script.request("INFO", 3, "application/dtmf-relay", "Signal=5\r\n"),
        6 => script.request("UPDATE", 4, "application/sdp", SDP),
        _ => script
            .request("OPTIONS", 5, "", "")
            .replace("OPTIONS sip:nps@127.0.0.1 SIP/2.0", "SIP/2.0 200 OK"),
    }
}

fn damaged(script: &Script, number: usize, rng: &mut SmallRng) -> Vec<u8> {
    let mut bytes = sound(script, number).into_bytes();
    for _ in 0..rng.random_range(1..6) {
        let at = rng.random_range(0..bytes.len().max(1)).min(bytes.len());
        let end = bytes.len().min(at + rng.random_range(0..20));
        match rng.random_range(0..4) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                bytes.splice(at..end.min(at + 1), [rng.random::<u8>()]);
            }
            _ => {
                let splinters = SPLINTERS
                    .iter()
                    .cycle()
                    .skip(rng.random_range(0..SPLINTERS.len()));
                bytes.splice(at..at, splinters.take(1).copied().flatten().copied());
            }
        }
    }
    bytes
}

/// A sound OPTIONS hears 200, whatever is still on its way. It is repeated as UDP asks for (RFC 3261 section 17.1.2.1),
/// since among the many answers to damage its own can be lost in our full buffer.
async fn still_answers(peer: &UdpPeer, name: &str) {
    let request = peer.script(name).request("OPTIONS", 1, "", "");
    let is_ours = |answer: &str| answer.contains(&format!("Call-ID: {name}\r\n"));
    let mut heard = None;
    for _ in 0..ATTEMPTS {
        peer.send(&request).await;
        let answer = async {
            loop {
                let answer = peer.receive().await;
                if is_ours(&answer) {
                    return answer;
                }
            }
        };
        heard = tokio::time::timeout(REPEAT, answer).await.ok();
        if heard.is_some() {
            break;
        }
    }
    let answer = heard.unwrap_or_default();
    assert!(
        answer.starts_with("SIP/2.0 200 "),
        "{name}: a sound request sent up to {ATTEMPTS} times hears 200, not {answer:?}"
    );
}

#[tokio::test]
async fn twenty_thousand_damaged_datagrams_leave_the_service_answering() {
    let seed = seed();
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut service = Service::start(config()).await;
    let peer = UdpPeer::new(service.address(Transport::Udp)).await;
    let mut answered = Vec::new();
    for batch in 0..DATAGRAMS / BATCH {
        for number in 0..BATCH {
            let script = peer.script(&format!("g{}", batch * BATCH + number / 8));
            peer.send_bytes(&damaged(&script, number, &mut rng)).await;
        }
        still_answers(&peer, &format!("sound-{batch}-seed-{seed}")).await;
        while let Ok(call) = service.calls.try_recv() {
            if answered.len() < ANSWERED {
                service.answer(&call).await;
                answered.push(call);
            }
        }
    }
    let counters = service.handle.counters();
    assert!(counters.datagrams_received.value() >= 20_000, "seed {seed}");
    assert!(counters.parse_errors.value() > 0, "seed {seed}");
    assert!(
        !answered.is_empty(),
        "seed {seed}: some damage does not cost the call"
    );
}

#[tokio::test]
async fn damaged_streams_leave_the_service_answering() {
    let seed = seed();
    let mut rng = SmallRng::seed_from_u64(seed);
    let service = Service::start(config()).await;
    let address = service.address(Transport::Tcp);
    for number in 0..CONNECTIONS {
        let mut stream = TcpStream::connect(address)
            .await
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let via = stream.local_addr().expect("the stream is connected");
        let script = Script::new("TCP", via, &format!("s{number}"));
        for part in 0..rng.random_range(1..10) {
            // The service may have closed: that is its right.
            let _written = stream.write_all(&damaged(&script, part, &mut rng)).await.is_ok();
        }
    }
    let mut peer = TcpPeer::connect(address).await;
    let script = peer.script("sound");
    peer.send(&script.request("OPTIONS", 1, "", "")).await;
    let answer = peer.expect("SIP/2.0 200 ").await;
    assert_eq!(header(&answer, "Call-ID"), "sound", "seed {seed}");
}
