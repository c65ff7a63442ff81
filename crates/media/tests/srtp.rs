//! Protected calls between two media planes over loopback, in simulated time, and a stranger who knows their addresses.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod media_pair;

use std::net::UdpSocket;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;

use aftercall_audio::prompts::{Playlist, PlaylistItem};
use aftercall_base::Digit;
use aftercall_media::recording::record_to_file;
use aftercall_media::{MediaEvent, MediaReport, PlaybackId, Stream};
use aftercall_rtp::srtp::{MAX_OVERHEAD, MasterKey, SrtpKeys, SrtpSender, Suite};
use media_pair::{LOOPBACK, Pair, prompt, stream};

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn key(suite: Suite, seed: u64) -> MasterKey {
    MasterKey::draw(suite, &mut StdRng::seed_from_u64(seed))
}

/// The stream with these keys: what the server sends is under `server`.
fn secured(stream: Stream, local: MasterKey, remote: MasterKey) -> Stream {
    Stream {
        srtp: Some(Box::new(SrtpKeys {
            local,
            remote,
            remote_mki: None,
        })),
        ..stream
    }
}

/// A call under these keys of server and phone.
fn call(server: MasterKey, phone: MasterKey, mux: bool) -> Pair {
    let pair = Pair::new();
    let with_mux = |stream: Stream| Stream {
        rtcp_mux: mux,
        ..stream
    };
    let down = secured(with_mux(stream(pair.phone.address)), server, phone);
    let up = secured(with_mux(stream(pair.server.address)), phone, server);
    pair.server.session().set_stream(down).unwrap();
    pair.phone.session().set_stream(up).unwrap();
    pair
}

fn press(pair: &Pair, keys: &str) {
    for key in keys.chars().filter_map(Digit::from_char) {
        pair.phone.session().press(key, ms(100)).unwrap();
    }
}

fn reports(pair: &mut Pair) -> (MediaReport, MediaReport) {
    pair.hang_up();
    (pair.server.report(), pair.phone.report())
}

#[test]
fn protected_calls_carry_audio_keys_and_control_in_every_suite() {
    for suite in Suite::ALL {
        for mux in [false, true] {
            let home = tempfile::tempdir().unwrap();
            let path = home.path().join("heard.wav");
            let mut pair = call(key(suite, 1), key(suite, 2), mux);
            let (recording, sink) = record_to_file(&path).unwrap();
            pair.phone.session().record(Some(sink)).unwrap();
            let playlist = Playlist::new([PlaylistItem::Prompt(prompt(700))]);
            pair.server.session().play(PlaybackId(1), playlist).unwrap();
            press(&pair, "9510*");
            pair.run(ms(8_000));
            assert_eq!(pair.server.digits(), "9510*", "{suite}");
            let (server, phone) = reports(&mut pair);
            recording.finish().unwrap();
            let mut reader = hound::WavReader::open(&path).unwrap();
            let loud = reader
                .samples::<i16>()
                .filter(|sample| *sample.as_ref().unwrap() > 500)
                .count();
            assert_eq!(loud, 700 * 8, "{suite}: the prompt was heard whole");
            for report in [server, phone] {
                assert!(report.packets_received > 390, "{suite}: {report:?}");
                assert!(
                    report.rtcp_received > 0 && report.rtcp_refused == 0,
                    "{suite}: {report:?}"
                );
                assert_eq!(
                    (report.packets_lost, report.srtp_forged, report.srtp_replayed),
                    (0, 0, 0),
                    "{suite}"
                );
            }
        }
    }
}

/// A stranger on a socket of its own, or behind the phone's address.
fn packets_of_a_press(event: u8, ssrc: u32) -> Vec<Vec<u8>> {
    (0..6u16)
        .map(|n| {
            let mut packet = vec![0x80, if n == 0 { 0xE5 } else { 0x65 }];
            packet.extend((1_000 + n).to_be_bytes());
            packet.extend(160_000u32.to_be_bytes());
            packet.extend(ssrc.to_be_bytes());
            packet.extend([event, if n > 2 { 0x8A } else { 0x0A }]);
            packet.extend((160 * (n + 1)).to_be_bytes());
            packet
        })
        .collect()
}

fn protected(packets: &[Vec<u8>], master: MasterKey) -> Vec<Vec<u8>> {
    let mut outbound = SrtpSender::new(&master);
    let seal = |packet: &Vec<u8>| {
        let mut buffer = [packet.as_slice(), &[0; MAX_OVERHEAD]].concat();
        let length = outbound.protect_rtp(&mut buffer, packet.len()).unwrap();
        buffer.truncate(length);
        buffer
    };
    packets.iter().map(seal).collect()
}

/// Case 25 of the digit receiver, on the whole way from the socket.
#[test]
fn case_25_a_packet_that_fails_authentication_reaches_neither_digits_nor_audio_nor_the_latch() {
    for suite in Suite::ALL {
        let mut pair = call(key(suite, 1), key(suite, 2), false);
        let to = pair.server.address;
        let forger = UdpSocket::bind((LOOPBACK, 0)).unwrap();
        let press = packets_of_a_press(5, 0xBAD);
        let foreign = protected(&press, key(suite, 3));
        let mut altered = protected(&press, key(suite, 2));
        for packet in &mut altered {
            packet[12] ^= 3;
        }
        // Before the peer's first packet, so that nothing is latched yet.
        let bye = [&[0x80, 203, 0, 1, 0, 0, 0, 1][..], &[0; 14]].concat();
        for packet in press.iter().chain(&foreign).chain(&altered).chain([&bye]) {
            forger.send_to(packet, to).unwrap();
            pair.run_while(ms(20), false);
        }
        pair.run(ms(500));
        assert_eq!(pair.server.digits(), "", "{suite}");
        let left = pair.server.count(|event| *event == MediaEvent::PeerLeft);
        assert_eq!(left, 0, "{suite}: a BYE that was made up");
        let (server, phone) = reports(&mut pair);
        assert_eq!(server.srtp_forged, 19, "{suite}");
        assert!(
            server.packets_received > 20 && server.packets_lost == 0,
            "{suite}: {server:?}"
        );
        assert!(
            phone.packets_received > 20,
            "{suite}: sound went to the phone, not to the forger"
        );
    }
}

#[test]
fn packets_that_are_replayed_reach_neither_digits_nor_audio() {
    for suite in Suite::ALL {
        let pair_keys = (key(suite, 1), key(suite, 2));
        let mut pair = Pair::new();
        let phone = UdpSocket::bind((LOOPBACK, 0)).unwrap();
        let down = secured(stream(phone.local_addr().unwrap()), pair_keys.0, pair_keys.1);
        pair.server.session().set_stream(down).unwrap();
        let sent = protected(&packets_of_a_press(7, 1), pair_keys.1);
        for packet in &sent {
            phone.send_to(packet, pair.server.address).unwrap();
            pair.run_while(ms(20), false);
        }
        // Seconds later a press of the same RTP timestamp would be heard as a new one.
        pair.run_while(ms(4_000), false);
        for _ in 0..3 {
            for packet in &sent {
                phone.send_to(packet, pair.server.address).unwrap();
                pair.run_while(ms(20), false);
            }
        }
        let (report, _) = reports(&mut pair);
        assert_eq!(pair.server.digits(), "7", "{suite}");
        assert_eq!(
            (report.packets_received, report.srtp_replayed),
            (6, 18),
            "{suite}"
        );
    }
}

#[test]
fn packets_of_before_are_not_heard_again_when_a_stream_returns_to_its_key() {
    let suite = Suite::AesCm128HmacSha1_80;
    let keys = (key(suite, 1), key(suite, 2));
    // What the stream is between the press and its repetition: plain, or under another key of the phone.
    for phases in [&[None][..], &[None, Some(9)], &[Some(9), None]] {
        let mut pair = Pair::new();
        let phone = UdpSocket::bind((LOOPBACK, 0)).unwrap();
        let plain = stream(phone.local_addr().unwrap());
        let down = secured(plain.clone(), keys.0, keys.1);
        pair.server.session().set_stream(down.clone()).unwrap();
        let sent = protected(&packets_of_a_press(7, 1), keys.1);
        let send = |pair: &mut Pair| {
            for packet in &sent {
                phone.send_to(packet, pair.server.address).unwrap();
                pair.run_while(ms(20), false);
            }
        };
        send(&mut pair);
        for phase in phases {
            let next = match phase {
                Some(seed) => secured(plain.clone(), keys.0, key(suite, *seed)),
                None => plain.clone(),
            };
            pair.server.session().set_stream(next).unwrap();
            pair.run_while(ms(6_000), false);
        }
        pair.server.session().set_stream(down).unwrap();
        send(&mut pair);
        let (report, _) = reports(&mut pair);
        assert_eq!(pair.server.digits(), "7", "{phases:?}");
        assert_eq!(
            (report.packets_received, report.srtp_replayed),
            (6, 6),
            "{phases:?}"
        );
    }
}

#[test]
fn new_keys_take_over_in_mid_call_and_no_key_is_lost_between() {
    let suite = Suite::AesCm128HmacSha1_80;
    let mut pair = call(key(suite, 1), key(suite, 2), false);
    press(&pair, "123");
    pair.run(ms(450));
    // The server answers the phone's re-INVITE with a key of its own; the phone hears of it 120 ms later.
    let (down, up) = (stream(pair.phone.address), stream(pair.server.address));
    pair.server
        .session()
        .set_stream(secured(down, key(suite, 3), key(suite, 4)))
        .unwrap();
    pair.run(ms(120));
    pair.phone
        .session()
        .set_stream(secured(up, key(suite, 4), key(suite, 3)))
        .unwrap();
    pair.run(ms(2_000));
    assert_eq!(pair.server.digits(), "123");
    let (server, phone) = reports(&mut pair);
    assert_eq!(
        (server.srtp_forged, server.packets_lost),
        (0, 0),
        "what was in flight was heard"
    );
    assert!(
        (1..=8).contains(&phone.srtp_forged),
        "the server spoke under the new key at once: {phone:?}"
    );
}

#[test]
fn suite_may_change_in_mid_call_and_protection_may_begin_and_end() {
    let mut pair = Pair::started();
    press(&pair, "12345678");
    let (down, up) = (stream(pair.phone.address), stream(pair.server.address));
    for suite in [
        Some(Suite::AesCm128HmacSha1_32),
        Some(Suite::AeadAes256Gcm),
        None,
        Some(Suite::AeadAes128Gcm),
    ] {
        pair.run(ms(600));
        let (mut ours, mut theirs) = (down.clone(), up.clone());
        if let Some(suite) = suite {
            ours = secured(ours, key(suite, 5), key(suite, 6));
            theirs = secured(theirs, key(suite, 6), key(suite, 5));
        }
        pair.server.session().set_stream(ours).unwrap();
        pair.phone.session().set_stream(theirs).unwrap();
    }
    pair.run(ms(3_000));
    assert_eq!(pair.server.digits(), "12345678");
}

#[test]
fn plain_packets_on_a_protected_stream_are_not_heard() {
    let suite = Suite::AeadAes128Gcm;
    let mut pair = Pair::new();
    let down = secured(stream(pair.phone.address), key(suite, 1), key(suite, 2));
    pair.server.session().set_stream(down).unwrap();
    pair.phone
        .session()
        .set_stream(stream(pair.server.address))
        .unwrap();
    press(&pair, "5");
    pair.run(ms(1_000));
    let (server, _) = reports(&mut pair);
    assert_eq!((pair.server.digits().as_str(), server.packets_received), ("", 0));
    assert!(server.srtp_forged >= 40, "{server:?}");
}

#[test]
fn press_that_verifies_is_heard_from_any_host_and_at_once() {
    let suite = Suite::AesCm128HmacSha1_80;
    let keys = (key(suite, 1), key(suite, 2));
    let mut pair = Pair::new();
    let mut signalled = stream(pair.phone.address);
    signalled.remote_rtp.set_ip("127.0.0.9".parse().unwrap());
    pair.server
        .session()
        .set_stream(secured(signalled, keys.0, keys.1))
        .unwrap();
    // One sender, whose counters go on: first behind NAT, then from another host, while nothing of it is quiet.
    let mut packets = packets_of_a_press(7, 1);
    packets.extend(
        packets_of_a_press(3, 1)
            .into_iter()
            .zip(1_006u16..)
            .map(|(mut packet, number)| {
                packet[2..4].copy_from_slice(&number.to_be_bytes());
                packet[4..8].copy_from_slice(&320_000u32.to_be_bytes());
                packet
            }),
    );
    let sent = protected(&packets, keys.1);
    for (host, packets) in [(LOOPBACK, &sent[..6]), ("127.0.0.2".parse().unwrap(), &sent[6..])] {
        let phone = UdpSocket::bind((host, 0)).unwrap();
        for packet in packets {
            phone.send_to(packet, pair.server.address).unwrap();
        }
        pair.run_while(ms(20), false);
    }
    assert_eq!(pair.server.digits(), "73");
    let (server, _) = reports(&mut pair);
    assert_eq!((server.unknown_sources_refused, server.srtp_forged), (0, 0));
}
