//! Packets through protection, loss, reordering, forgery and changes of keys.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::{MAX_OVERHEAD, MasterKey, Mki, Srtp, SrtpKeys, SrtpReceiver, SrtpRejection, SrtpSender, Suite};
use aftercall_runtime::clock::monotonic;

/// Octets written in hexadecimal, blanks left out.
pub(super) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter_map(|digit| Some(u8::try_from(digit.to_digit(16)?).unwrap()))
        .collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn key(suite: Suite, seed: u64) -> MasterKey {
    MasterKey::draw(suite, &mut StdRng::seed_from_u64(seed))
}

fn keys(suite: Suite, local: u64, remote: u64) -> SrtpKeys {
    SrtpKeys {
        local: key(suite, local),
        remote: key(suite, remote),
        remote_mki: None,
    }
}

fn rtp(ssrc: u32, sequence: u16) -> Vec<u8> {
    let mut packet = vec![0x80, 8];
    packet.extend(sequence.to_be_bytes());
    packet.extend((u32::from(sequence) * 160).to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    packet.extend((0..160).map(|n| n ^ sequence.to_be_bytes()[1]));
    packet
}

fn rtcp(ssrc: u32) -> Vec<u8> {
    let mut packet = vec![0x80, 201, 0, 1];
    packet.extend(ssrc.to_be_bytes());
    packet.extend([0x81, 202, 0, 3]);
    packet.extend(ssrc.to_be_bytes());
    packet.extend(*b"\x01\x02me\0\0\0\0");
    packet
}

fn sealed(outbound: &mut SrtpSender, packet: &[u8]) -> Vec<u8> {
    let mut buffer = [packet, &[0; MAX_OVERHEAD]].concat();
    let length = outbound.protect_rtp(&mut buffer, packet.len()).unwrap();
    buffer.truncate(length);
    buffer
}

fn sealed_rtcp(outbound: &mut SrtpSender, packet: &[u8]) -> Vec<u8> {
    let mut buffer = [packet, &[0; MAX_OVERHEAD]].concat();
    let length = outbound.protect_rtcp(&mut buffer, packet.len()).unwrap();
    buffer.truncate(length);
    buffer
}

fn opened(inbound: &mut SrtpReceiver, packet: &[u8]) -> Result<Vec<u8>, SrtpRejection> {
    let mut packet = packet.to_vec();
    let length = inbound.unprotect_rtp(&mut packet)?;
    packet.truncate(length);
    Ok(packet)
}

/// The packets with which libsrtp, by far the most used implementation, tests itself.
#[test]
fn packets_are_those_of_other_implementations() {
    let octets = hex("e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6");
    let master = MasterKey::from_octets(Suite::AesCm128HmacSha1_80, &octets).unwrap();
    let clear = hex("800f1234decafbadcafebabe abababababababababababababababab");
    assert_eq!(
        sealed(&mut SrtpSender::new(&master), &clear),
        hex("800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb")
    );
    let control = hex("81c8000bcafebabe abababababababababababababababab");
    let mut outbound = SrtpSender::new(&master);
    sealed_rtcp(&mut outbound, &control);
    assert_eq!(
        sealed_rtcp(&mut outbound, &control),
        hex("81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798")
    );
}

#[test]
fn every_suite_opens_what_it_sealed() {
    for suite in Suite::ALL {
        let master = key(suite, 1);
        let (mut outbound, mut inbound) = (SrtpSender::new(&master), SrtpReceiver::new(&master, None, 1));
        for sequence in 0..300 {
            let clear = rtp(7, sequence);
            let secret = sealed(&mut outbound, &clear);
            assert_eq!(secret[..12], clear[..12], "the header stays readable");
            assert_ne!(secret[12..172], clear[12..]);
            assert_eq!(opened(&mut inbound, &secret), Ok(clear));
        }
        let clear = rtcp(7);
        let mut secret = sealed_rtcp(&mut outbound, &clear);
        assert_ne!(secret[8..clear.len()], clear[8..]);
        assert_eq!(inbound.unprotect_rtcp(&mut secret.clone()), Ok(clear.len()));
        assert_eq!(inbound.unprotect_rtcp(&mut secret), Err(SrtpRejection::Replayed));
    }
}

#[test]
fn contributing_sources_and_extension_stay_readable() {
    let mut clear = rtp(7, 1);
    clear[0] = 0x91;
    clear.splice(12..12, hex("01020304 BEDE0001 05060708"));
    for suite in Suite::ALL {
        let master = key(suite, 1);
        let secret = sealed(&mut SrtpSender::new(&master), &clear);
        assert_eq!(secret[..24], clear[..24]);
        assert_ne!(secret[24..clear.len()], clear[24..]);
        assert_eq!(
            opened(&mut SrtpReceiver::new(&master, None, 1), &secret),
            Ok(clear.clone())
        );
    }
}

#[test]
fn an_altered_octet_anywhere_makes_a_packet_forged_and_changes_nothing() {
    for suite in Suite::ALL {
        let master = key(suite, 1);
        let (mut outbound, mut inbound) = (SrtpSender::new(&master), SrtpReceiver::new(&master, None, 1));
        let secret = sealed(&mut outbound, &rtp(7, 9));
        for place in 0..secret.len() {
            let mut altered = secret.clone();
            altered[place] ^= 1;
            let before = altered.clone();
            assert!(
                inbound.unprotect_rtp(&mut altered).is_err(),
                "{suite} octet {place}"
            );
            assert_eq!(altered, before, "{suite} octet {place}");
        }
        assert!(!inbound.has_heard());
        let control = sealed_rtcp(&mut outbound, &rtcp(7));
        for place in 0..control.len() {
            let mut altered = control.clone();
            altered[place] ^= 0x80;
            assert!(
                inbound.unprotect_rtcp(&mut altered).is_err(),
                "{suite} octet {place}"
            );
        }
        assert!(
            opened(&mut inbound, &secret).is_ok() && inbound.unprotect_rtcp(&mut control.clone()).is_ok()
        );
    }
}

#[test]
fn control_that_says_it_is_not_encrypted_is_forged() {
    let master = key(Suite::AesCm128HmacSha1_80, 1);
    let mut clear = [rtcp(7), vec![0, 0, 0, 1], vec![0; 10]].concat();
    assert_eq!(
        SrtpReceiver::new(&master, None, 1).unprotect_rtcp(&mut clear),
        Err(SrtpRejection::Forged)
    );
}

#[test]
fn sequence_numbers_wrap_within_a_call() {
    for suite in Suite::ALL {
        let master = key(suite, 1);
        let (mut outbound, mut inbound) = (SrtpSender::new(&master), SrtpReceiver::new(&master, None, 1));
        for count in 0..2_000u32 {
            let clear = rtp(7, 65_000u16.wrapping_add((count * 100) as u16));
            let secret = sealed(&mut outbound, &clear);
            assert_eq!(opened(&mut inbound, &secret), Ok(clear), "packet {count}");
        }
        assert_eq!(inbound.roc(), 4);
    }
}

#[test]
fn first_packets_lost_together_with_a_wrap_cost_no_call() {
    let master = key(Suite::AeadAes128Gcm, 1);
    let (mut outbound, mut inbound) = (SrtpSender::new(&master), SrtpReceiver::new(&master, None, 1));
    sealed(&mut outbound, &rtp(7, 65_535));
    assert!(opened(&mut inbound, &sealed(&mut outbound, &rtp(7, 0))).is_ok());
}

#[test]
fn sources_beyond_the_bound_are_refused_and_the_known_ones_go_on() {
    let master = key(Suite::AesCm128HmacSha1_32, 1);
    let mut inbound = SrtpReceiver::new(&master, None, 1);
    let mut outbounds: Vec<SrtpSender> = (0..33).map(|_| SrtpSender::new(&master)).collect();
    for (ssrc, outbound) in (0..).zip(&mut outbounds) {
        let expected = ssrc < 32;
        let found = opened(&mut inbound, &sealed(outbound, &rtp(ssrc, 1)));
        assert_eq!(found.is_ok(), expected, "source {ssrc}: {found:?}");
    }
    assert!(opened(&mut inbound, &sealed(&mut outbounds[0], &rtp(0, 2))).is_ok());
    assert_eq!(
        opened(&mut inbound, &sealed(&mut SrtpSender::new(&master), &rtp(0, 1))),
        Err(SrtpRejection::Replayed)
    );
}

#[test]
fn a_key_identifier_is_read_over_where_agreed_and_nowhere_else() {
    let mki = Mki::new(0x0102, 2).unwrap();
    for suite in Suite::ALL {
        let master = key(suite, 1);
        let mut outbound = SrtpSender::new(&master);
        let mut inbound = SrtpReceiver::new(&master, Some(mki), 1);
        let clear = rtp(7, 1);
        let plain = sealed(&mut outbound, &clear);
        let behind = match suite {
            Suite::AeadAes128Gcm | Suite::AeadAes256Gcm => plain.len(),
            Suite::AesCm128HmacSha1_80 => plain.len() - 10,
            Suite::AesCm128HmacSha1_32 => plain.len() - 4,
        };
        let with = |value: [u8; 2]| [&plain[..behind], &value, &plain[behind..]].concat();
        assert_eq!(opened(&mut inbound, &plain), Err(SrtpRejection::Forged));
        assert_eq!(opened(&mut inbound, &with([1, 3])), Err(SrtpRejection::Forged));
        assert_eq!(opened(&mut inbound, &with([1, 2])), Ok(clear));
    }
    assert!(Mki::new(256, 1).is_none() && Mki::new(1, 0).is_none() && Mki::new(1, 9).is_none());
    assert!(Mki::new(u64::MAX, 8).is_some());
}

struct Call {
    now: Instant,
    ours: Srtp,
    theirs: Srtp,
    sequence: u16,
}

impl Call {
    fn new() -> Self {
        Self {
            now: monotonic(),
            ours: Srtp::new(keys(Suite::AesCm128HmacSha1_80, 1, 2)),
            theirs: Srtp::new(keys(Suite::AesCm128HmacSha1_80, 2, 1)),
            sequence: 0,
        }
    }

    fn next_of_peer(&mut self) -> Vec<u8> {
        self.sequence += 1;
        let clear = rtp(7, self.sequence);
        let mut buffer = [clear.as_slice(), &[0; MAX_OVERHEAD]].concat();
        let length = self.theirs.protect_rtp(&mut buffer, clear.len()).unwrap();
        buffer.truncate(length);
        buffer
    }

    fn hear(&mut self, packet: &[u8]) -> Result<usize, SrtpRejection> {
        self.ours.unprotect_rtp(&mut packet.to_vec(), self.now)
    }

    fn rekey(&mut self, local: u64, remote: u64) {
        self.ours
            .rekey(keys(Suite::AesCm128HmacSha1_80, local, remote), self.now);
    }

    fn rekey_peer(&mut self, local: u64, remote: u64) {
        self.theirs
            .rekey(keys(Suite::AesCm128HmacSha1_80, local, remote), self.now);
    }
}

#[test]
fn packets_in_flight_under_the_former_key_are_heard_until_the_first_under_the_new() {
    let mut call = Call::new();
    let first = call.next_of_peer();
    assert!(call.hear(&first).is_ok());
    call.rekey(3, 4);
    let (in_flight, late) = (call.next_of_peer(), call.next_of_peer());
    assert!(call.hear(&in_flight).is_ok());
    assert_eq!(
        call.hear(&first),
        Err(SrtpRejection::Replayed),
        "also not under the former key"
    );
    call.rekey_peer(4, 3);
    let new = call.next_of_peer();
    assert!(call.hear(&new).is_ok());
    assert_eq!(call.hear(&late), Err(SrtpRejection::Forged));
    let dropped = call.ours.dropped();
    assert_eq!((dropped.forged, dropped.replayed), (1, 1));
}

#[test]
fn the_former_key_expires() {
    let mut call = Call::new();
    let (first, in_time, late) = (call.next_of_peer(), call.next_of_peer(), call.next_of_peer());
    assert!(call.hear(&first).is_ok());
    call.rekey(3, 4);
    call.now += Duration::from_millis(4_900);
    assert!(call.hear(&in_time).is_ok());
    call.now += Duration::from_millis(100);
    assert_eq!(call.hear(&late), Err(SrtpRejection::Forged));
}

#[test]
fn the_peer_may_keep_its_roll_over_counter_through_a_change_of_keys_or_begin_anew() {
    for keeps in [true, false] {
        let mut call = Call::new();
        call.sequence = 65_500;
        for _ in 0..35 {
            let packet = call.next_of_peer();
            assert!(call.hear(&packet).is_ok());
        }
        // The wrap.
        call.sequence = 0xFFFF;
        let mut wrapped = [rtp(7, 3).as_slice(), &[0; MAX_OVERHEAD]].concat();
        let length = call.theirs.protect_rtp(&mut wrapped, 172).unwrap();
        assert!(call.hear(&wrapped[..length]).is_ok());
        call.rekey(1, 4);
        let mut outbound = SrtpSender::new(&key(Suite::AesCm128HmacSha1_80, 4));
        if keeps {
            sealed(&mut outbound, &rtp(7, 65_535));
        }
        let packet = sealed(&mut outbound, &rtp(7, 4));
        assert!(call.hear(&packet).is_ok(), "keeps: {keeps}");
    }
}

#[test]
fn a_key_that_returns_opens_nothing_to_replays() {
    let mut call = Call::new();
    let first = call.next_of_peer();
    assert!(call.hear(&first).is_ok());
    call.rekey(3, 4);
    call.now += Duration::from_secs(60);
    call.rekey(1, 2);
    assert_eq!(call.hear(&first), Err(SrtpRejection::Replayed));
    let next = call.next_of_peer();
    assert!(call.hear(&next).is_ok());
}

#[test]
fn a_session_refresh_with_the_same_keys_changes_nothing() {
    let mut call = Call::new();
    let first = call.next_of_peer();
    assert!(call.hear(&first).is_ok());
    call.rekey(1, 2);
    assert_eq!(call.hear(&first), Err(SrtpRejection::Replayed));
    let next = call.next_of_peer();
    assert!(call.hear(&next).is_ok());
}

#[test]
fn keys_do_not_show() {
    let shown = format!("{:?}", keys(Suite::AeadAes128Gcm, 1, 2));
    assert!(shown.contains("AEAD_AES_128_GCM, hidden"), "{shown}");
    assert!(!shown.contains('['), "{shown}");
}

fn any_suite() -> impl Strategy<Value = Suite> {
    (0usize..4).prop_map(|n| Suite::ALL[n])
}

proptest! {
    /// Whatever the network does, each packet is heard at most once, as it was sent; one that is not older than the
    /// window is heard exactly once; and what a stranger adds is never heard.
    #[test]
    fn loss_reordering_duplication_and_forgery_change_nothing_that_is_heard(
        suite in any_suite(),
        start in any::<u16>(),
        seed in any::<u64>(),
    ) {
        let mut rng = StdRng::seed_from_u64(seed);
        let master = key(suite, seed);
        let stranger = key(suite, seed ^ 1);
        let (mut outbound, mut inbound) = (SrtpSender::new(&master), SrtpReceiver::new(&master, None, 1));
        let mut forger = SrtpSender::new(&stranger);
        // Packets with the moment at which they arrive; `None` for the clear text: a forgery.
        let mut wire = Vec::new();
        for count in 0..400u16 {
            let clear = rtp(7, start.wrapping_add(count));
            let secret = sealed(&mut outbound, &clear);
            for _ in 0..[0, 1, 1, 1, 2][rng.random_range(0..5)] {
                // The first packet sets the roll-over counter, and arrives first.
                let delay = if count == 0 { 0 } else { rng.random_range(1..60) };
                wire.push((count + delay, secret.clone(), Some(clear.clone())));
            }
            if rng.random_bool(0.2) {
                wire.push((count, sealed(&mut forger, &clear), None));
                wire.push((count, clear, None));
                let mut altered = secret;
                let place = rng.random_range(2..altered.len());
                altered[place] ^= 1 << rng.random_range(0..8);
                wire.push((count, altered, None));
            }
        }
        wire.sort_by_key(|(at, ..)| *at);
        let mut heard = std::collections::HashSet::new();
        for (_, packet, clear) in wire {
            let found = opened(&mut inbound, &packet);
            match clear {
                None => prop_assert!(found.is_err(), "a forgery was heard"),
                Some(clear) if heard.insert(clear.clone()) => prop_assert_eq!(found, Ok(clear)),
                Some(_) => prop_assert_eq!(found, Err(SrtpRejection::Replayed)),
            }
        }
    }

    #[test]
    fn no_datagram_panics(bytes in proptest::collection::vec(any::<u8>(), 0..90), suite in any_suite(), octets in 0u8..9) {
        let master = key(suite, 3);
        let mut inbound = SrtpReceiver::new(&master, Mki::new(1, octets), 1);
        let mut outbound = SrtpSender::new(&master);
        prop_assert!(inbound.unprotect_rtp(&mut bytes.clone()).is_err());
        prop_assert!(inbound.unprotect_rtcp(&mut bytes.clone()).is_err());
        let mut versioned = bytes;
        if let Some(first) = versioned.first_mut() {
            *first = *first & 0x3F | 0x80;
        }
        prop_assert!(inbound.unprotect_rtp(&mut versioned.clone()).is_err());
        prop_assert!(inbound.unprotect_rtcp(&mut versioned.clone()).is_err());
        for room in [0, 10, MAX_OVERHEAD] {
            let mut buffer = [versioned.as_slice(), &vec![0; room]].concat();
            let _ = outbound.protect_rtp(&mut buffer, versioned.len());
            let mut buffer = [versioned.as_slice(), &vec![0; room]].concat();
            let _ = outbound.protect_rtcp(&mut buffer, versioned.len());
        }
    }
}
