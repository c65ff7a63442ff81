//! Who may speak on a media port, in simulated time.
#![expect(clippy::disallowed_methods, reason = "a test needs some starting instant")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{ControlPort, GUARD, Latch, LatchOutcome};

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn signalled() -> SocketAddr {
    at("192.0.2.10:4000")
}

#[test]
fn straggler_from_the_old_port_does_not_keep_the_new_one_out() {
    let now = aftercall_runtime::clock::monotonic();
    let (old, new): (SocketAddr, SocketAddr) = (
        "192.0.2.1:4000".parse().unwrap(),
        "192.0.2.1:5000".parse().unwrap(),
    );
    let mut latch = Latch::new(old);
    assert_eq!(latch.handle(old, now), LatchOutcome::Latched);
    latch.renegotiate(new);
    assert_eq!(latch.handle(old, now), LatchOutcome::Latched);
    assert_eq!(latch.handle(new, now), LatchOutcome::Latched);
    assert_eq!(
        latch.handle(old, now),
        LatchOutcome::Provisional,
        "not used while the new one speaks"
    );
    assert_eq!(latch.handle(new, now), LatchOutcome::Accept);
    assert_eq!((latch.source(), latch.refused()), (Some(new), 1));
}

#[test]
fn the_signalled_host_is_accepted_at_once_whatever_its_port() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    assert_eq!(latch.destination(), signalled());
    assert_eq!(latch.handle(at("192.0.2.10:61000"), now), LatchOutcome::Latched);
    assert_eq!(latch.handle(at("192.0.2.10:61000"), now), LatchOutcome::Accept);
    assert_eq!(latch.destination(), at("192.0.2.10:61000"));
}

#[test]
fn a_dual_stack_socket_reports_the_same_host_in_mapped_form() {
    let mut latch = Latch::new(signalled());
    assert_eq!(
        latch.handle(at("[::ffff:192.0.2.10]:4000"), Instant::now()),
        LatchOutcome::Latched
    );
}

#[test]
fn another_source_latches_only_after_the_guard_without_the_signalled_host() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    let nat = at("203.0.113.5:7000");
    assert_eq!(latch.handle(nat, now), LatchOutcome::Provisional);
    assert_eq!(latch.handle(nat, now + GUARD / 2), LatchOutcome::Provisional);
    assert_eq!(latch.source(), None);
    assert_eq!(latch.handle(nat, now + GUARD), LatchOutcome::Latched);
    assert_eq!(latch.source(), Some(nat));
}

#[test]
fn the_signalled_host_beats_a_candidate_within_the_guard() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    latch.handle(at("203.0.113.5:7000"), now);
    assert_eq!(latch.handle(signalled(), now + GUARD / 2), LatchOutcome::Latched);
    assert_eq!(
        latch.handle(at("203.0.113.5:7000"), now + GUARD),
        LatchOutcome::Refuse
    );
    assert_eq!(latch.refused(), 1);
}

#[test]
fn the_signalled_host_takes_the_port_from_a_stranger_who_was_faster() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    let stranger = at("203.0.113.66:7000");
    latch.handle(stranger, now);
    assert_eq!(latch.handle(stranger, now + GUARD), LatchOutcome::Latched);
    assert_eq!(latch.handle(signalled(), now + GUARD * 2), LatchOutcome::Latched);
    assert_eq!(latch.handle(stranger, now + GUARD * 2), LatchOutcome::Refuse);
}

#[test]
fn a_second_stranger_does_not_restart_the_guard_of_the_first() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    let nat = at("203.0.113.5:7000");
    latch.handle(nat, now);
    assert_eq!(
        latch.handle(at("203.0.113.66:1"), now + GUARD / 2),
        LatchOutcome::Refuse
    );
    assert_eq!(latch.handle(nat, now + GUARD), LatchOutcome::Latched);
}

#[test]
fn a_stray_packet_of_a_stranger_does_not_lock_the_peer_behind_nat_out() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    latch.handle(at("203.0.113.66:1"), now);
    let nat = at("203.0.113.5:7000");
    assert_eq!(latch.handle(nat, now + GUARD), LatchOutcome::Provisional);
    assert_eq!(latch.handle(nat, now + GUARD * 2), LatchOutcome::Latched);
}

#[test]
fn after_latching_others_are_refused_and_counted() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    latch.handle(signalled(), now);
    for port in 1..=5 {
        let stranger = SocketAddr::new(at("203.0.113.66:1").ip(), port);
        assert_eq!(
            latch.handle(stranger, now + Duration::from_secs(60)),
            LatchOutcome::Refuse
        );
    }
    assert_eq!(latch.refused(), 5);
}

#[test]
fn only_a_changed_address_in_a_re_invite_opens_the_port_to_other_hosts() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    latch.handle(signalled(), now);
    latch.renegotiate(signalled());
    latch.renegotiate(at("0.0.0.0:4000"));
    assert_eq!(
        latch.source(),
        Some(signalled()),
        "refresh and hold keep the latch"
    );
    latch.renegotiate(at("198.51.100.7:5000"));
    assert_eq!(latch.source(), None);
    assert_eq!(latch.destination(), at("198.51.100.7:5000"));
    assert_eq!(latch.handle(at("198.51.100.7:5000"), now), LatchOutcome::Latched);
}

const NAT: &str = "203.0.113.5:7000";

/// A latch whose peer is behind NAT and has sent this many packets.
fn behind_nat(packets: u32, now: Instant) -> Latch {
    let mut latch = Latch::new(signalled());
    for _ in 0..packets {
        latch.handle(at(NAT), now);
    }
    assert_eq!(latch.poll(now + GUARD), Some(at(NAT)));
    latch
}

#[test]
fn one_packet_teaches_the_source_when_the_guard_has_passed() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    assert_eq!(latch.poll(now), None, "nobody has spoken");
    assert_eq!(latch.handle(at(NAT), now), LatchOutcome::Provisional);
    assert_eq!(latch.poll(now + GUARD / 2), None);
    assert_eq!(latch.poll(now + GUARD), Some(at(NAT)));
    assert_eq!(latch.destination(), at(NAT));
    assert_eq!(latch.poll(now + GUARD * 2), None, "it is told once");
    assert_eq!(latch.handle(at(NAT), now + GUARD * 100), LatchOutcome::Accept);
}

#[test]
fn stray_packet_that_latched_gives_way_to_two_packets_of_another_host() {
    let now = Instant::now();
    let mut latch = behind_nat(1, now);
    let peer = at("198.51.100.77:9000");
    let later = now + GUARD * 4;
    assert_eq!(latch.handle(peer, later), LatchOutcome::Provisional);
    assert_eq!(latch.handle(peer, later), LatchOutcome::Latched);
    assert_eq!(latch.source(), Some(peer));
    assert_eq!(latch.handle(at(NAT), later + GUARD * 9), LatchOutcome::Refuse);
}

#[test]
fn source_of_two_packets_gives_way_to_no_other_host_however_long_it_is_quiet() {
    let now = Instant::now();
    let mut latch = behind_nat(2, now);
    let stranger = at("198.51.100.77:9000");
    for second in 1..60 {
        let later = now + Duration::from_secs(second);
        assert_eq!(latch.handle(stranger, later), LatchOutcome::Refuse);
        assert_eq!(latch.poll(later), None);
    }
    assert_eq!((latch.source(), latch.refused()), (Some(at(NAT)), 59));
}

#[test]
fn stream_is_followed_to_another_port_of_its_host_when_the_old_one_is_quiet() {
    for (first, moved) in [
        (signalled(), at("192.0.2.10:61000")),
        (at(NAT), at("203.0.113.5:7500")),
    ] {
        let (mut latch, now) = (Latch::new(signalled()), Instant::now());
        latch.handle(first, now);
        latch.handle(first, now + GUARD);
        assert_eq!(latch.source(), Some(first));
        let later = now + GUARD * 2;
        assert_eq!(
            latch.handle(moved, later),
            LatchOutcome::Provisional,
            "a stray is not followed"
        );
        assert_eq!(latch.poll(later), None);
        assert_eq!(latch.handle(moved, later), LatchOutcome::Latched);
        assert_eq!(latch.destination(), moved);
    }
}

#[test]
fn move_right_behind_the_last_packet_is_followed_by_time() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    let moved = at("192.0.2.10:61000");
    latch.handle(signalled(), now);
    for ms in [20, 40, 60] {
        assert_eq!(
            latch.handle(moved, now + Duration::from_millis(ms)),
            LatchOutcome::Provisional
        );
    }
    assert_eq!(latch.poll(now + GUARD - Duration::from_millis(1)), None);
    assert_eq!(latch.poll(now + GUARD), Some(moved));
    assert_eq!(latch.refused(), 0);
}

#[test]
fn other_port_of_the_host_is_not_used_while_the_first_speaks() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    let other = at("192.0.2.10:61000");
    for packet in 0..100 {
        let at = now + Duration::from_millis(packet * 20);
        latch.handle(signalled(), at);
        assert_eq!(latch.handle(other, at), LatchOutcome::Provisional);
        assert_eq!(latch.poll(at), None);
    }
    assert_eq!((latch.source(), latch.refused()), (Some(signalled()), 99));
}

#[test]
fn authenticated_packets_are_heard_wherever_they_come_from() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    assert_eq!(
        latch.handle_authenticated(at(NAT), now),
        LatchOutcome::Latched,
        "no guard"
    );
    let roamed = at("198.51.100.77:9000");
    assert_eq!(latch.handle_authenticated(roamed, now), LatchOutcome::Accept);
    assert_eq!(
        latch.destination(),
        at(NAT),
        "both on their way: we do not go to and fro"
    );
    assert_eq!(
        latch.handle_authenticated(roamed, now + GUARD),
        LatchOutcome::Latched
    );
    assert_eq!(latch.destination(), roamed);
}

#[test]
fn report_of_the_signalled_host_keeps_strangers_out() {
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    let report = at("192.0.2.10:4001");
    assert_eq!(
        latch.handle_control(report, ControlPort::Companion, now),
        LatchOutcome::Latched
    );
    assert_eq!(latch.destination(), signalled());
    assert_eq!(latch.handle(at(NAT), now), LatchOutcome::Refuse);
    let symmetric = at("192.0.2.10:61000");
    assert_eq!(
        latch.handle(symmetric, now),
        LatchOutcome::Latched,
        "RTCP has not told the port"
    );
    assert_eq!(
        latch.handle_control(report, ControlPort::Companion, now),
        LatchOutcome::Accept
    );
    assert_eq!(latch.destination(), symmetric);
}

#[test]
fn report_from_behind_nat_teaches_the_port_below_it_and_rtp_corrects_that() {
    for (report, port, likely) in [
        ("203.0.113.5:7001", ControlPort::Companion, "203.0.113.5:7000"),
        ("203.0.113.5:7002", ControlPort::Companion, "203.0.113.5:4000"),
        ("203.0.113.5:7002", ControlPort::Multiplexed, "203.0.113.5:7002"),
    ] {
        let (mut latch, now) = (Latch::new(signalled()), Instant::now());
        assert_eq!(
            latch.handle_control(at(report), port, now),
            LatchOutcome::Provisional
        );
        assert_eq!(latch.poll(now + GUARD), Some(at(likely)));
        assert_eq!(
            latch.handle(at("203.0.113.5:9999"), now + GUARD),
            LatchOutcome::Latched
        );
        assert_eq!(latch.destination(), at("203.0.113.5:9999"));
        assert_eq!(
            latch.handle_control(at("198.51.100.77:9001"), port, now + GUARD),
            LatchOutcome::Refuse
        );
    }
}

#[test]
fn report_of_the_signalled_host_takes_the_port_back_from_a_stranger_who_is_quiet() {
    let now = Instant::now();
    let mut latch = behind_nat(3, now);
    let report = at("192.0.2.10:4001");
    assert_eq!(
        latch.handle_control(report, ControlPort::Companion, now),
        LatchOutcome::Refuse
    );
    assert_eq!(
        latch.handle_control(report, ControlPort::Companion, now + GUARD),
        LatchOutcome::Latched
    );
    assert_eq!(latch.destination(), signalled());
}

proptest! {
    /// Whatever strangers do and whenever: once the host that signalling named has spoken, no other is ever used.
    #[test]
    fn no_stranger_is_ever_used_once_the_signalled_host_has_spoken(
        before in proptest::collection::vec((1u16..4, 0u64..400), 0..12),
        after in proptest::collection::vec((0u16..4, 0u64..3_000, any::<bool>()), 0..60),
    ) {
        let (mut latch, mut now) = (Latch::new(signalled()), Instant::now());
        let stranger = |number: u16| SocketAddr::new(at("203.0.113.66:1").ip(), number);
        for (number, wait) in before {
            now += Duration::from_millis(wait);
            latch.handle(stranger(number), now);
            latch.poll(now);
        }
        latch.handle(signalled(), now);
        prop_assert_eq!(latch.source(), Some(signalled()));
        for (number, wait, control) in after {
            now += Duration::from_millis(wait);
            if number == 0 {
                latch.handle(signalled(), now);
            } else if control {
                let verdict = latch.handle_control(stranger(number), ControlPort::Companion, now);
                prop_assert_eq!(verdict, LatchOutcome::Refuse);
            } else {
                prop_assert_eq!(latch.handle(stranger(number), now), LatchOutcome::Refuse);
            }
            latch.poll(now);
            prop_assert_eq!(latch.source(), Some(signalled()));
        }
    }
}

#[test]
fn two_hosts_that_only_packets_vouch_for_are_told_whichever_came_first_and_however_late() {
    let (stranger, peer) = (at("203.0.113.66:7000"), at(NAT));
    for (packets, wait) in [(1, GUARD / 2), (1, GUARD * 4), (3, GUARD / 2), (3, GUARD * 4)] {
        let (mut latch, now) = (Latch::new(signalled()), Instant::now());
        for _ in 0..packets {
            latch.handle(stranger, now);
        }
        assert!(!latch.is_contested());
        latch.poll(now + wait);
        latch.handle(peer, now + wait);
        assert!(
            latch.is_contested(),
            "{packets} packets of a stranger, {wait:?} before"
        );
    }
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    latch.handle_control(stranger, ControlPort::Multiplexed, now);
    latch.handle(peer, now);
    assert!(latch.is_contested(), "a report is a claim as well");
    let (mut latch, now) = (Latch::new(signalled()), Instant::now());
    latch.handle(stranger, now);
    latch.handle(signalled(), now);
    assert!(latch.is_contested(), "what came before the named host");
}

#[test]
fn nothing_is_in_doubt_with_the_named_host_other_ports_srtp_or_a_move_by_signalling() {
    let (stranger, now) = (at("203.0.113.66:7000"), Instant::now());
    let mut named = Latch::new(signalled());
    named.handle(signalled(), now);
    named.handle(stranger, now);
    assert!(!named.is_contested(), "a stranger beside the named host");
    let mut ports = behind_nat(2, now);
    ports.handle(at("203.0.113.5:7500"), now + GUARD * 2);
    assert!(!ports.is_contested(), "another port of the same host");
    let mut verified = Latch::new(signalled());
    for source in [stranger, at(NAT), stranger] {
        verified.handle_authenticated(source, now);
    }
    assert!(!verified.is_contested(), "verified wherever it comes from");
    let mut moved = behind_nat(3, now);
    moved.renegotiate(at("192.0.2.77:6000"));
    moved.handle(at(NAT), now);
    moved.handle(at("198.51.100.77:9000"), now);
    moved.handle(at(NAT), now);
    assert!(!moved.is_contested(), "stragglers of where the stream was before");
}
