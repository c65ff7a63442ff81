//! Whom a media port listens to when little comes: phones behind NAT that are muted, streams that move, strangers.
//! Sockets are real, time is simulated.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "this test needs less of it than the others")]
mod media_pair;

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use aftercall_media::{MediaEvent, MediaReport, Stream};
use aftercall_rtp::sdp::{EventMapping, PayloadTypes};
use aftercall_runtime::clock::monotonic;
use media_pair::{Driven, Party, config, stream};

/// The peer's own idea of its address.
const PRIVATE: &str = "127.0.0.9:4000";
const SSRC: u32 = 0x0102_0304;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn socket(ip: &str) -> UdpSocket {
    let socket = UdpSocket::bind((ip.parse::<IpAddr>().unwrap(), 0)).unwrap();
    socket.set_nonblocking(true).unwrap();
    socket
}

/// One call whose peer is sockets in the hand of the test.
struct PortPair {
    driven: Driven,
    server: Party,
    now: Instant,
    sequence: u16,
}

impl PortPair {
    fn new(signalled: SocketAddr) -> Self {
        Self::with(stream(signalled))
    }

    fn with(stream: Stream) -> Self {
        let now = monotonic();
        let driven = Driven::new(&config(2), now);
        let server = driven.open(64);
        server.session().set_stream(stream).unwrap();
        let mut port = Self {
            driven,
            server,
            now,
            sequence: 0,
        };
        port.run(20);
        port
    }

    fn run(&mut self, milliseconds: u64) {
        let end = self.now + ms(milliseconds);
        while self.now < end {
            self.now += ms(5);
            self.driven.worker.tick(self.now);
            self.server.read();
        }
    }

    /// Sends one packet from `source`, and lets it be read.
    fn send(&mut self, source: &UdpSocket, payload_type: u8, payload: &[u8]) {
        self.sequence += 1;
        let mut packet = vec![0x80, payload_type];
        packet.extend(self.sequence.to_be_bytes());
        packet.extend((u32::from(self.sequence) * 160).to_be_bytes());
        packet.extend(SSRC.to_be_bytes());
        packet.extend(payload);
        source.send_to(&packet, self.server.address).unwrap();
    }

    fn speak(&mut self, source: &UdpSocket, packets: u32) {
        for _ in 0..packets {
            self.send(source, 8, &[0xD5; 160]);
            self.run(20);
        }
    }

    /// A press of 60 ms on this payload type, with its three ends.
    fn press(&mut self, source: &UdpSocket, payload_type: u8, event: u8) {
        let timestamp = u32::from(self.sequence) * 160 + 16_000;
        for packet in 0..6u16 {
            self.sequence += 1;
            let mut bytes = vec![0x80, payload_type];
            bytes.extend(self.sequence.to_be_bytes());
            bytes.extend(timestamp.to_be_bytes());
            bytes.extend(SSRC.to_be_bytes());
            bytes.extend([event, if packet > 2 { 0x8A } else { 0x0A }]);
            bytes.extend((160 * (packet + 1).min(4)).to_be_bytes());
            source.send_to(&bytes, self.server.address).unwrap();
            self.run(if packet < 3 { 20 } else { 5 });
        }
    }

    fn close(mut self) -> MediaReport {
        self.run(50);
        self.server.close();
        self.run(100);
        self.server.report()
    }
}

/// How many packets of ours have come to a socket.
fn received(socket: &UdpSocket) -> usize {
    let mut buffer = [0; 2_048];
    std::iter::from_fn(|| socket.recv_from(&mut buffer).ok()).count()
}

/// Two sockets as a phone has them: RTP on an even port, RTCP on the next.
fn pair_of_sockets(ip: &str) -> (UdpSocket, UdpSocket) {
    for _ in 0..200 {
        let rtp = socket(ip);
        let port = rtp.local_addr().unwrap().port();
        if port.is_multiple_of(2)
            && let Ok(rtcp) = UdpSocket::bind((ip.parse::<IpAddr>().unwrap(), port + 1))
        {
            rtcp.set_nonblocking(true).unwrap();
            return (rtp, rtcp);
        }
    }
    panic!("no pair of ports is free");
}

/// A receiver report without blocks.
const REPORT: [u8; 8] = [0x80, 201, 0, 1, 1, 2, 3, 4];

#[test]
fn one_packet_of_whatever_belongs_to_the_stream_teaches_the_source() {
    for (payload_type, payload, what) in [
        (8, &[0xD5; 160][..], "audio"),
        (13, &[40], "comfort noise"),
        (13, &[40, 1, 2, 3, 4], "comfort noise with a spectrum"),
        (101, &[5, 0x8A, 1, 0x40], "a key"),
        (101 | 0x80, &[16, 0x0A, 0, 160], "an event that is no key"),
        (8, &[], "an empty packet"),
        (20, &[], "an empty packet of an unknown type (RFC 6263)"),
    ] {
        let mut port = PortPair::new(PRIVATE.parse().unwrap());
        let phone = socket("127.0.0.1");
        port.run(1_000);
        port.send(&phone, payload_type, payload);
        port.run(240);
        assert_eq!(received(&phone), 0, "{what}: the host of the SDP has its time");
        port.run(140);
        assert!(received(&phone) >= 3, "{what}");
    }
}

#[test]
fn what_does_not_belong_to_the_stream_teaches_nothing() {
    let stun = [&[0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42][..], &[7; 12]].concat();
    for (datagram, what) in [
        (stun.as_slice(), "STUN"),
        (&[], "an empty datagram"),
        (b"\r\n\r\n", "a SIP keep-alive"),
        (
            &[0x80, 99, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9, 9],
            "an unknown payload type",
        ),
        (&[0x40, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9, 9], "another version"),
        (&[0x80, 203, 0, 1, 1, 2, 3, 4], "a BYE without a report"),
    ] {
        let mut port = PortPair::new(PRIVATE.parse().unwrap());
        let phone = socket("127.0.0.1");
        for _ in 0..3 {
            phone.send_to(datagram, port.server.address).unwrap();
            port.run(400);
        }
        assert_eq!(received(&phone), 0, "{what}");
    }
}

#[test]
fn report_from_the_companion_port_teaches_the_port_beside_it_and_is_answered_there() {
    let mut port = PortPair::new(PRIVATE.parse().unwrap());
    let (rtp, rtcp) = pair_of_sockets("127.0.0.1");
    let mut companion = port.server.address;
    companion.set_port(companion.port() + 1);
    rtcp.send_to(&REPORT, companion).unwrap();
    port.run(400);
    assert!(received(&rtp) >= 3, "sound goes to the port of RTP");
    rtcp.send_to(&REPORT, companion).unwrap();
    port.run(9_000);
    assert!(received(&rtcp) >= 1, "reports go where reports come from");
    // From elsewhere nothing is used any more.
    let stranger = socket("127.0.0.2");
    port.press(&stranger, 101, 7);
    port.press(&rtp, 101, 3);
    assert_eq!(port.server.digits(), "3");
    assert_eq!(port.close().unknown_sources_refused, 6);
}

#[test]
fn lone_key_behind_nat_is_heard_soon_and_at_its_own_time() {
    let mut port = PortPair::new(PRIVATE.parse().unwrap());
    let phone = socket("127.0.0.1");
    port.run(3_000);
    let pressed = port.now;
    port.press(&phone, 101, 9);
    port.run(300);
    let told = port.server.events.iter().find_map(|event| match event {
        MediaEvent::Digit { digit, at, .. } => Some((digit.as_char(), at.saturating_duration_since(pressed))),
        _ => None,
    });
    let (key, at) = told.expect("the key is told although nothing follows it");
    assert!(key == '9' && at <= ms(25), "{key} at {at:?}");
    assert!(received(&phone) > 0);
}

#[test]
fn key_behind_nat_right_before_the_end_is_told_when_the_call_asks() {
    let mut port = PortPair::new(PRIVATE.parse().unwrap());
    let phone = socket("127.0.0.1");
    port.press(&phone, 101, 4);
    port.server.session().catch_up().unwrap();
    port.run(10);
    assert_eq!(port.server.digits(), "4");
}

#[test]
fn comfort_noise_between_packets_is_no_loss_and_no_silence() {
    let phone = socket("127.0.0.1");
    let mut port = PortPair::new(phone.local_addr().unwrap());
    port.speak(&phone, 5);
    for _ in 0..12 {
        port.send(&phone, 13, &[40]);
        port.run(5_000);
    }
    port.speak(&phone, 5);
    assert_eq!(port.server.count(|event| *event == MediaEvent::RtpSilence), 0);
    let report = port.close();
    assert_eq!(
        (report.packets_received, report.packets_lost, report.malformed),
        (22, 0, 0)
    );
}

#[test]
fn reports_of_a_muted_peer_are_signs_of_life() {
    let (rtp, rtcp) = pair_of_sockets("127.0.0.1");
    let mut port = PortPair::new(rtp.local_addr().unwrap());
    let mut companion = port.server.address;
    companion.set_port(companion.port() + 1);
    for _ in 0..12 {
        rtcp.send_to(&REPORT, companion).unwrap();
        port.run(5_000);
    }
    assert_eq!(port.server.count(|event| *event == MediaEvent::RtpSilence), 0);
    port.run(45_000);
    assert_eq!(
        port.server.count(|event| *event == MediaEvent::RtpSilence),
        2,
        "after 20 s, and again"
    );
    port.speak(&rtp, 2);
    assert_eq!(port.server.count(|event| *event == MediaEvent::RtpResumed), 1);
}

#[test]
fn stream_that_moves_to_another_port_of_its_host_is_followed_and_strangers_are_not() {
    for signalled_is_right in [true, false] {
        let (first, second) = (socket("127.0.0.1"), socket("127.0.0.1"));
        let signalled = match signalled_is_right {
            true => first.local_addr().unwrap(),
            false => PRIVATE.parse().unwrap(),
        };
        let mut port = PortPair::new(signalled);
        port.speak(&first, 20);
        // The SSRC and the sequence of the peer, from another host: it stands in the clear in every packet.
        let stranger = socket("127.0.0.2");
        port.press(&stranger, 101, 1);
        port.run(2_000);
        port.press(&stranger, 101, 2);
        port.press(&second, 101, 7);
        port.run(300);
        received(&second);
        port.run(200);
        assert_eq!(port.server.digits(), "7");
        assert!(received(&second) >= 5, "sound follows");
        port.press(&stranger, 101, 3);
        port.speak(&second, 5);
        assert_eq!(port.close().unknown_sources_refused, 18);
    }
}

#[test]
fn key_that_comes_with_the_move_is_heard_although_nothing_follows_it() {
    let (first, second) = (socket("127.0.0.1"), socket("127.0.0.1"));
    let mut port = PortPair::new(first.local_addr().unwrap());
    port.speak(&first, 20);
    let pressed = port.now;
    port.press(&second, 101, 8);
    port.run(300);
    let at = port.server.events.iter().find_map(|event| match event {
        MediaEvent::Digit { at, .. } => Some(at.saturating_duration_since(pressed)),
        _ => None,
    });
    assert!(at.is_some_and(|at| at <= ms(25)), "{at:?}");
}

#[test]
fn key_of_another_port_beside_a_peer_that_speaks_on_is_never_heard() {
    let (peer, other) = (socket("127.0.0.1"), socket("127.0.0.1"));
    let mut port = PortPair::new(peer.local_addr().unwrap());
    port.speak(&peer, 10);
    for _ in 0..10 {
        port.press(&other, 101, 8);
        port.speak(&peer, 2);
    }
    // The peer falls silent, and the stranger's keys of before stay forgotten.
    port.run(1_000);
    assert_eq!(port.server.digits(), "");
    assert_eq!(port.close().unknown_sources_refused, 60);
}

#[test]
fn keys_on_a_number_that_was_not_rightly_mapped_are_heard() {
    for (number, likely) in [(101, vec![101]), (97, vec![97, 101]), (8, vec![8])] {
        let phone = socket("127.0.0.1");
        let mut port = PortPair::with(Stream {
            telephone_event: None,
            likely_events: likely.into_iter().collect(),
            event_mapping: EventMapping::Odd,
            ..stream(phone.local_addr().unwrap())
        });
        port.speak(&phone, 5);
        port.press(&phone, number, 6);
        port.speak(&phone, 5);
        assert_eq!(port.server.digits(), "6", "payload type {number}");
        let report = port.close();
        assert_eq!(
            (report.malformed, report.unknown_events, report.packets_lost),
            (0, 0, 0)
        );
    }
}

#[test]
fn keys_on_a_number_that_nobody_named_are_counted() {
    let phone = socket("127.0.0.1");
    let mut port = PortPair::with(Stream {
        likely_events: PayloadTypes::NONE,
        ..stream(phone.local_addr().unwrap())
    });
    port.speak(&phone, 5);
    port.press(&phone, 120, 6);
    assert_eq!(port.server.digits(), "");
    assert_eq!(port.close().unknown_events, 6);
}
