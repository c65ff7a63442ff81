//! Symmetric RTP: who may speak on a media port.
//!
//! A media port is open to the world, and the address in the SDP is often wrong behind NAT. The latch learns the
//! source once and then refuses everybody else, so that a stranger can neither inject digits nor pull the prompts
//! to himself ("RTP bleed"). Only packets that parsed as RTP may be shown to it.
//!
//! ```text
//!              from the SDP's address                    anything from the latched source: Accept
//!   Unlatched ------------------------------> Latched    the SDP's address, when another holds: Accept (takes over)
//!       | another source                        ^        any other: Refuse, counted
//!       v                                       |
//!   Candidate --same source, guard has passed---+
//!       (silent for a guard's time: the next source becomes the candidate)
//! ```
//! The address that signalling named always wins: a stranger who was faster than a peer whose media starts late
//! loses the port with the peer's first packet. Only [`Latch::renegotiate`] with a changed address unlatches.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long the SDP's address is waited for while another source sends.
const GUARD: Duration = Duration::from_millis(250);

/// What to do with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The source has just been learnt: use the packet and send to its source from now on.
    Latched,
    /// The packet comes from the source that holds the latch: use it.
    Accept,
    /// The source may be the peer behind NAT, not known yet: keep its telephone events aside
    /// (`dtmf::EarlyEvents`), use nothing else.
    Provisional,
    /// A stranger: drop the packet.
    Refuse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unlatched,
    Candidate {
        source: SocketAddr,
        since: Instant,
        heard_at: Instant,
    },
    Latched {
        source: SocketAddr,
    },
}

/// The source latch of one media port.
#[derive(Debug, Clone)]
pub struct Latch {
    signalled: SocketAddr,
    state: State,
    refused: u64,
}

impl Latch {
    /// A latch for a peer whose SDP names `signalled` (the unspecified address when it is on hold).
    pub fn new(signalled: SocketAddr) -> Self {
        Self {
            signalled,
            state: State::Unlatched,
            refused: 0,
        }
    }

    /// Judges a valid RTP packet from `source`.
    pub fn handle(&mut self, source: SocketAddr, now: Instant) -> Verdict {
        let is_signalled = same_host(source, self.signalled);
        match self.state {
            State::Latched { source: held } if held == source => Verdict::Accept,
            State::Latched { source: held } if is_signalled && !same_host(held, self.signalled) => {
                self.latch(source)
            }
            // A straggler from the peer's old port may have been the first after a changed port.
            State::Latched { .. } if source == self.signalled => self.latch(source),
            State::Unlatched | State::Candidate { .. } if is_signalled => self.latch(source),
            State::Unlatched => self.consider(source, now, now),
            State::Candidate {
                source: candidate,
                since,
                ..
            } if candidate == source => {
                if now.saturating_duration_since(since) >= GUARD {
                    self.latch(source)
                } else {
                    self.consider(source, since, now)
                }
            }
            State::Candidate { heard_at, .. } if now.saturating_duration_since(heard_at) >= GUARD => {
                self.consider(source, now, now)
            }
            State::Latched { .. } | State::Candidate { .. } => {
                self.refused += 1;
                Verdict::Refuse
            }
        }
    }

    /// Follows a re-INVITE. The same address again (a session refresh) and the unspecified address (hold in the
    /// manner of RFC 2543) leave the latch as it is; a changed address or port opens it.
    pub fn renegotiate(&mut self, signalled: SocketAddr) {
        if signalled == self.signalled || signalled.ip().is_unspecified() {
            return;
        }
        self.signalled = signalled;
        self.state = State::Unlatched;
    }

    /// Where to send: the learnt source, or what the SDP says until there is one.
    pub fn destination(&self) -> SocketAddr {
        match self.state {
            State::Latched { source } => source,
            State::Unlatched | State::Candidate { .. } => self.signalled,
        }
    }

    /// The learnt source.
    pub fn source(&self) -> Option<SocketAddr> {
        match self.state {
            State::Latched { source } => Some(source),
            State::Unlatched | State::Candidate { .. } => None,
        }
    }

    /// Packets of strangers refused so far.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    fn consider(&mut self, source: SocketAddr, since: Instant, now: Instant) -> Verdict {
        self.state = State::Candidate {
            source,
            since,
            heard_at: now,
        };
        Verdict::Provisional
    }

    fn latch(&mut self, source: SocketAddr) -> Verdict {
        self.state = State::Latched { source };
        Verdict::Latched
    }
}

/// Compares hosts; an IPv4 address and its IPv6-mapped form, as a dual-stack socket reports it, are one host.
fn same_host(one: SocketAddr, other: SocketAddr) -> bool {
    one.ip().to_canonical() == other.ip().to_canonical()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test needs some starting instant")]
mod tests {
    use std::net::SocketAddr;
    use std::time::{Duration, Instant};

    use super::{GUARD, Latch, Verdict};

    fn at(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn signalled() -> SocketAddr {
        at("192.0.2.10:4000")
    }

    #[test]
    fn straggler_from_the_old_port_does_not_keep_the_new_one_out() {
        let now = crate::clock::monotonic();
        let (old, new): (SocketAddr, SocketAddr) = (
            "192.0.2.1:4000".parse().unwrap(),
            "192.0.2.1:5000".parse().unwrap(),
        );
        let mut latch = Latch::new(old);
        assert_eq!(latch.handle(old, now), Verdict::Latched);
        latch.renegotiate(new);
        assert_eq!(latch.handle(old, now), Verdict::Latched);
        assert_eq!(latch.handle(new, now), Verdict::Latched);
        assert_eq!(latch.handle(old, now), Verdict::Refuse);
    }

    #[test]
    fn the_signalled_host_is_accepted_at_once_whatever_its_port() {
        let (mut latch, now) = (Latch::new(signalled()), Instant::now());
        assert_eq!(latch.destination(), signalled());
        assert_eq!(latch.handle(at("192.0.2.10:61000"), now), Verdict::Latched);
        assert_eq!(latch.handle(at("192.0.2.10:61000"), now), Verdict::Accept);
        assert_eq!(latch.destination(), at("192.0.2.10:61000"));
    }

    #[test]
    fn a_dual_stack_socket_reports_the_same_host_in_mapped_form() {
        let mut latch = Latch::new(signalled());
        assert_eq!(
            latch.handle(at("[::ffff:192.0.2.10]:4000"), Instant::now()),
            Verdict::Latched
        );
    }

    #[test]
    fn another_source_latches_only_after_the_guard_without_the_signalled_host() {
        let (mut latch, now) = (Latch::new(signalled()), Instant::now());
        let nat = at("203.0.113.5:7000");
        assert_eq!(latch.handle(nat, now), Verdict::Provisional);
        assert_eq!(latch.handle(nat, now + GUARD / 2), Verdict::Provisional);
        assert_eq!(latch.source(), None);
        assert_eq!(latch.handle(nat, now + GUARD), Verdict::Latched);
        assert_eq!(latch.source(), Some(nat));
    }

    #[test]
    fn the_signalled_host_beats_a_candidate_within_the_guard() {
        let (mut latch, now) = (Latch::new(signalled()), Instant::now());
        latch.handle(at("203.0.113.5:7000"), now);
        assert_eq!(latch.handle(signalled(), now + GUARD / 2), Verdict::Latched);
        assert_eq!(latch.handle(at("203.0.113.5:7000"), now + GUARD), Verdict::Refuse);
        assert_eq!(latch.refused(), 1);
    }

    #[test]
    fn the_signalled_host_takes_the_port_from_a_stranger_who_was_faster() {
        let (mut latch, now) = (Latch::new(signalled()), Instant::now());
        let stranger = at("203.0.113.66:7000");
        latch.handle(stranger, now);
        assert_eq!(latch.handle(stranger, now + GUARD), Verdict::Latched);
        assert_eq!(latch.handle(signalled(), now + GUARD * 2), Verdict::Latched);
        assert_eq!(latch.handle(stranger, now + GUARD * 2), Verdict::Refuse);
    }

    #[test]
    fn a_second_stranger_does_not_restart_the_guard_of_the_first() {
        let (mut latch, now) = (Latch::new(signalled()), Instant::now());
        let nat = at("203.0.113.5:7000");
        latch.handle(nat, now);
        assert_eq!(
            latch.handle(at("203.0.113.66:1"), now + GUARD / 2),
            Verdict::Refuse
        );
        assert_eq!(latch.handle(nat, now + GUARD), Verdict::Latched);
    }

    #[test]
    fn a_stray_packet_of_a_stranger_does_not_lock_the_peer_behind_nat_out() {
        let (mut latch, now) = (Latch::new(signalled()), Instant::now());
        latch.handle(at("203.0.113.66:1"), now);
        let nat = at("203.0.113.5:7000");
        assert_eq!(latch.handle(nat, now + GUARD), Verdict::Provisional);
        assert_eq!(latch.handle(nat, now + GUARD * 2), Verdict::Latched);
    }

    #[test]
    fn after_latching_others_are_refused_and_counted() {
        let (mut latch, now) = (Latch::new(signalled()), Instant::now());
        latch.handle(signalled(), now);
        for port in 1..=5 {
            let stranger = SocketAddr::new(at("203.0.113.66:1").ip(), port);
            assert_eq!(
                latch.handle(stranger, now + Duration::from_secs(60)),
                Verdict::Refuse
            );
        }
        assert_eq!(latch.handle(at("192.0.2.10:4002"), now), Verdict::Refuse);
        assert_eq!(latch.refused(), 6);
    }

    #[test]
    fn only_a_changed_address_in_a_re_invite_unlatches() {
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
        assert_eq!(latch.handle(at("198.51.100.7:5000"), now), Verdict::Latched);
    }
}
