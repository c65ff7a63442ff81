//! Symmetric RTP: who may speak on a media port.
//!
//! A media port is open to the world, and the address in the SDP is often wrong behind NAT. The latch learns the
//! source and then refuses everybody else, so that a stranger can neither inject digits nor pull the prompts
//! to himself ("RTP bleed"). Only what belongs to the stream may be shown to it: RTP that parsed and whose payload
//! type is known ([`Latch::handle`]), the same after SRTP has verified it ([`Latch::handle_authenticated`]), and RTCP
//! reports ([`Latch::handle_control`]).
//!
//! ```text
//!              from the SDP's host, or authenticated     anything from the latched source: Accept
//!   Unlatched ------------------------------> Latched    the SDP's host, when another holds: Latched (takes over)
//!       | another source                        ^  |     another port of the same host: Provisional, then Latched
//!       v                                       |  |         with two packets, when the latched one is quiet
//!   Candidate ------the guard has passed--------+  +---  any other host: Refuse, counted
//! ```
//! - **One packet and time are enough**: a muted phone may send a single packet of comfort noise, or one key, and then
//!   nothing for a minute. [`Latch::poll`] latches a candidate when the guard is over.
//! - **The host that signalling named always wins**: a stranger who was faster than a peer whose media starts late
//!   loses the port with the peer's first packet or report.
//! - **A source known by one packet or report only is weak**: another host takes its place with two packets of its own, so that a
//!   stray packet does not lock the peer behind NAT out.
//! - **A stream may move to another port of its host** without a word of signalling: a NAT that binds anew, a media
//!   server that changes over. While the port that is latched speaks, nothing of another port is used.
//! - **An SSRC proves nothing.** It stands in the clear in every packet, so the same SSRC from another host is still a
//!   stranger. What SRTP has verified is proof: it is heard wherever it comes from.
//! - Only [`Latch::renegotiate`] with a changed address unlatches.
//! - **Where only packets tell whose the port is, and more hosts than one have sent such**, nobody can say that the right one
//!   was heard: [`Latch::is_contested`]. Neither the signalled host nor SRTP leaves that doubt.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long the SDP's address is waited for while another source sends, and how long a latched source must have been
/// quiet before another port of its host is followed.
const GUARD: Duration = Duration::from_millis(250);
/// Packets, or reports, that make a source more than a stray.
const CONFIRMED: u32 = 2;

/// What to do with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LatchOutcome {
    /// The source has just been learnt: use the packet and send to its source from now on.
    Latched,
    /// The packet comes from the source that holds the latch: use it.
    Accept,
    /// The source may be the peer behind NAT, or the peer on another port, not known yet: keep its telephone events
    /// aside (`dtmf::EarlyEvents`), use nothing else.
    Provisional,
    /// A stranger: drop the packet.
    Refuse,
}

/// A source and what speaks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CandidateSource {
    source: SocketAddr,
    since: Instant,
    heard_at: Instant,
    /// RTP packets; none when only RTCP has told of the source.
    packets: u32,
    /// RTCP reports.
    reports: u32,
}

impl CandidateSource {
    const fn new(source: SocketAddr, packets: u32, now: Instant) -> Self {
        Self {
            source,
            since: now,
            heard_at: now,
            packets,
            reports: if packets == 0 { 1 } else { 0 },
        }
    }

    fn note(&mut self, source: SocketAddr, now: Instant) {
        self.source = source;
        self.heard_at = now;
        self.packets = self.packets.saturating_add(1);
    }

    fn is_quiet(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.heard_at) >= GUARD
    }

    const fn note_report(&mut self) {
        self.reports = self.reports.saturating_add(1);
    }

    /// Whether a stray may have made it.
    const fn is_weak(&self) -> bool {
        self.packets.saturating_add(self.reports) < CONFIRMED
    }

    /// Whether it is known by RTCP alone, which names the host but not the port.
    const fn is_of_control(&self) -> bool {
        self.packets == 0
    }

    /// Whether a packet of `source` is one of this claim's.
    fn covers(&self, source: SocketAddr) -> bool {
        self.source == source || (self.is_of_control() && same_host(self.source, source))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LatchState {
    Unlatched,
    Candidate(CandidateSource),
    Latched {
        holder: CandidateSource,
        /// Who may take its place.
        rival: Option<CandidateSource>,
    },
}

/// Where an RTCP packet came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ControlPort {
    /// On the port of RTP (RFC 5761): its source is the source of RTP.
    Multiplexed,
    /// On the port above: RTP comes from the port below its source.
    Companion,
}

/// The source latch of one media port.
#[derive(Debug, Clone)]
pub struct Latch {
    signalled: SocketAddr,
    state: LatchState,
    refused: u64,
    /// The source before signalling moved the stream: what still comes from there is late, and no other host's claim.
    former: Option<SocketAddr>,
    contested: bool,
}

impl Latch {
    /// A latch for a peer whose SDP names `signalled` (the unspecified address when it is on hold).
    pub fn new(signalled: SocketAddr) -> Self {
        Self {
            signalled,
            state: LatchState::Unlatched,
            refused: 0,
            former: None,
            contested: false,
        }
    }

    /// Judges a valid RTP packet from `source`.
    pub fn handle(&mut self, source: SocketAddr, now: Instant) -> LatchOutcome {
        self.note_host(source);
        let is_signalled = same_host(source, self.signalled);
        match &mut self.state {
            LatchState::Unlatched | LatchState::Candidate(_) if is_signalled => self.latch(source, now),
            LatchState::Unlatched => self.consider(CandidateSource::new(source, 1, now)),
            LatchState::Candidate(claim) if claim.covers(source) => {
                claim.note(source, now);
                let claim = *claim;
                match now.saturating_duration_since(claim.since) >= GUARD {
                    true => self.hold(claim),
                    false => LatchOutcome::Provisional,
                }
            }
            LatchState::Candidate(claim) if claim.is_quiet(now) => {
                self.consider(CandidateSource::new(source, 1, now))
            }
            LatchState::Candidate(_) => self.refuse(),
            LatchState::Latched { holder, rival } if holder.covers(source) => {
                let moved = holder.source != source;
                holder.note(source, now);
                let beaten = rival.take().map_or(0, |rival| rival.packets);
                self.refused += u64::from(beaten);
                if moved {
                    LatchOutcome::Latched
                } else {
                    LatchOutcome::Accept
                }
            }
            LatchState::Latched { holder, .. }
                if is_signalled && !same_host(holder.source, self.signalled) =>
            {
                self.latch(source, now)
            }
            // A straggler from the peer's old port may have been the first after a changed port.
            LatchState::Latched { .. } if source == self.signalled => self.latch(source, now),
            LatchState::Latched { holder, .. } => {
                let holder = *holder;
                match self.may_follow(&holder, source) {
                    true => self.contend(source, now),
                    false => self.refuse(),
                }
            }
        }
    }

    /// Judges an RTP packet from `source` that SRTP has verified: it is the peer's wherever it comes from. We send
    /// there once the source before is quiet, so that packets of both on their way do not make us go to and fro.
    pub fn handle_authenticated(&mut self, source: SocketAddr, now: Instant) -> LatchOutcome {
        match &self.state {
            LatchState::Unlatched | LatchState::Candidate(_) => self.latch(source, now),
            LatchState::Latched { holder, .. } if holder.covers(source) => self.handle(source, now),
            LatchState::Latched { holder, .. } if holder.is_of_control() || holder.is_quiet(now) => {
                self.latch(source, now)
            }
            LatchState::Latched { .. } => LatchOutcome::Accept,
        }
    }

    /// Judges an RTCP report from `source`. It tells the host of the peer, and the likely port of its RTP.
    pub fn handle_control(&mut self, source: SocketAddr, port: ControlPort, now: Instant) -> LatchOutcome {
        let is_signalled = same_host(source, self.signalled);
        let rtp = match port {
            _ if is_signalled => self.signalled,
            ControlPort::Multiplexed => source,
            ControlPort::Companion => below(source, self.signalled.port()),
        };
        let claim = CandidateSource::new(rtp, 0, now);
        match &mut self.state {
            LatchState::Unlatched | LatchState::Candidate(_) if is_signalled => self.hold(claim),
            LatchState::Unlatched => self.consider(claim),
            LatchState::Candidate(known) if same_host(known.source, source) => {
                known.note_report();
                LatchOutcome::Provisional
            }
            LatchState::Candidate(known) if known.is_quiet(now) => self.consider(claim),
            LatchState::Latched { holder, .. } if same_host(holder.source, source) => {
                holder.note_report();
                LatchOutcome::Accept
            }
            LatchState::Latched { holder, .. } if is_signalled && holder.is_quiet(now) => self.hold(claim),
            LatchState::Candidate(_) | LatchState::Latched { .. } => LatchOutcome::Refuse,
        }
    }

    /// Lets time pass: latches a candidate whose guard is over, and follows a stream to another port when the one
    /// before has fallen quiet. Tells the source when it was learnt now.
    pub fn poll(&mut self, now: Instant) -> Option<SocketAddr> {
        let learnt = match self.state {
            LatchState::Candidate(claim) if now.saturating_duration_since(claim.since) >= GUARD => claim,
            LatchState::Latched {
                holder,
                rival: Some(rival),
            } if prevails(&rival, &holder, now) => rival,
            LatchState::Unlatched | LatchState::Candidate(_) | LatchState::Latched { .. } => return None,
        };
        self.hold(learnt);
        Some(learnt.source)
    }

    /// Latches a candidate before its guard is over: the call ends, and nobody else has come in time.
    pub fn conclude(&mut self, now: Instant) -> Option<SocketAddr> {
        match self.state {
            LatchState::Candidate(_) => self.poll(now + GUARD),
            LatchState::Unlatched | LatchState::Latched { .. } => None,
        }
    }

    /// Whether `source` is on the host that we send to.
    pub fn is_peers_host(&self, source: SocketAddr) -> bool {
        same_host(source, self.destination())
    }

    /// Follows a re-INVITE. The same address again (a session refresh) and the unspecified address (hold in the
    /// manner of RFC 2543) leave the latch as it is; a changed address or port opens it.
    pub fn renegotiate(&mut self, signalled: SocketAddr) {
        if signalled == self.signalled || signalled.ip().is_unspecified() {
            return;
        }
        self.former = self.source();
        self.signalled = signalled;
        self.state = LatchState::Unlatched;
    }

    /// Where to send: the learnt source, or what the SDP says until there is one.
    pub fn destination(&self) -> SocketAddr {
        self.source().unwrap_or(self.signalled)
    }

    /// The learnt source.
    pub fn source(&self) -> Option<SocketAddr> {
        match self.state {
            LatchState::Latched { holder, .. } => Some(holder.source),
            LatchState::Unlatched | LatchState::Candidate(_) => None,
        }
    }

    /// Packets of strangers refused so far.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Whether packets of the stream have come from more hosts than one while the one that is heard, or considered, was known
    /// by its packets alone.
    pub fn is_contested(&self) -> bool {
        self.contested
    }

    fn note_host(&mut self, source: SocketAddr) {
        let known = match &self.state {
            LatchState::Unlatched => return,
            LatchState::Candidate(claim) | LatchState::Latched { holder: claim, .. } => claim.source,
        };
        let is_named = same_host(known, self.signalled);
        let was_here = |former| same_host(former, known) || same_host(former, source);
        let is_late = self.former.is_some_and(was_here);
        self.contested |= !is_named && !is_late && !same_host(known, source);
    }

    /// Whether `source`, which the SDP does not name, may take the place of `holder` at all.
    fn may_follow(&self, holder: &CandidateSource, source: SocketAddr) -> bool {
        let is_weak = holder.is_weak() && !same_host(holder.source, self.signalled);
        same_host(source, holder.source) || is_weak
    }

    /// Lets `source` stand beside the holder, or in its place.
    fn contend(&mut self, source: SocketAddr, now: Instant) -> LatchOutcome {
        let LatchState::Latched { holder, rival } = &mut self.state else {
            return LatchOutcome::Refuse;
        };
        let known = match rival {
            Some(known) if known.source == source => {
                known.note(source, now);
                *known
            }
            Some(known) if !known.is_quiet(now) => return self.refuse(),
            Some(_) | None => {
                let before = rival.replace(CandidateSource::new(source, 1, now));
                self.refused += u64::from(before.map_or(0, |before| before.packets));
                return LatchOutcome::Provisional;
            }
        };
        match prevails(&known, holder, now) {
            true => self.hold(known),
            false => LatchOutcome::Provisional,
        }
    }

    fn consider(&mut self, claim: CandidateSource) -> LatchOutcome {
        self.state = LatchState::Candidate(claim);
        LatchOutcome::Provisional
    }

    fn latch(&mut self, source: SocketAddr, now: Instant) -> LatchOutcome {
        self.hold(CandidateSource::new(source, 1, now))
    }

    fn hold(&mut self, holder: CandidateSource) -> LatchOutcome {
        self.state = LatchState::Latched { holder, rival: None };
        LatchOutcome::Latched
    }

    fn refuse(&mut self) -> LatchOutcome {
        self.refused += 1;
        LatchOutcome::Refuse
    }
}

/// Whether a rival takes the place of the holder.
fn prevails(rival: &CandidateSource, holder: &CandidateSource, now: Instant) -> bool {
    rival.packets >= CONFIRMED && holder.is_quiet(now)
}

/// The likely source of RTP beside a source of RTCP (RFC 3550 section 11); an even port tells nothing.
fn below(source: SocketAddr, signalled: u16) -> SocketAddr {
    let port = match source.port() {
        odd if odd % 2 == 1 => odd - 1,
        _ => signalled,
    };
    SocketAddr::new(source.ip(), port)
}

/// Compares hosts; an IPv4 address and its IPv6-mapped form, as a dual-stack socket reports it, are one host.
fn same_host(one: SocketAddr, other: SocketAddr) -> bool {
    one.ip().to_canonical() == other.ip().to_canonical()
}

#[cfg(test)]
mod tests;
