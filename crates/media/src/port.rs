//! The pool of UDP ports for media. Pure.
//!
//! RTP takes an even port and RTCP the odd one above it (RFC 3550 section 11). A released pair is in quarantine for a time:
//! late packets of the old call must not be heard in a new one. Pairs are reused in the order of their release, so that each is
//! unused for as long as the range allows. They are first handed out in random order: programs that share a range then do
//! not collide on block after block of ports, and a stranger cannot guess the next port.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use rand::Rng;
use rand::seq::SliceRandom;

/// An even port; its RTCP companion is the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PortPair(u16);

impl PortPair {
    /// The port of RTP.
    pub(super) const fn rtp(self) -> u16 {
        self.0
    }

    /// The port of RTCP, unless it is multiplexed with RTP.
    pub(super) const fn rtcp(self) -> u16 {
        self.0 + 1
    }
}

/// The ports of one media plane.
#[derive(Debug)]
pub(super) struct PortPool {
    quarantine: Duration,
    free: VecDeque<PortPair>,
    quarantined: VecDeque<(Instant, PortPair)>,
    size: usize,
}

impl PortPool {
    /// The pairs that lie wholly in `range`; none when it is too narrow.
    pub(super) fn new(range: RangeInclusive<u16>, quarantine: Duration, rng: &mut impl Rng) -> Self {
        let is_pair = |port: &u16| port.is_multiple_of(2) && *port < *range.end() && *port > 0;
        let mut free: Vec<PortPair> = range.clone().filter(is_pair).map(PortPair).collect();
        free.shuffle(rng);
        Self {
            quarantine,
            size: free.len(),
            quarantined: VecDeque::with_capacity(free.len()),
            free: free.into(),
        }
    }

    /// How many calls the range can hold.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// How many pairs can be taken now.
    pub(super) fn available(&mut self, now: Instant) -> usize {
        self.end_quarantine(now);
        self.free.len()
    }

    /// Takes the pair that has been unused longest; `None` when all are in use or in quarantine.
    pub(super) fn lease(&mut self, now: Instant) -> Option<PortPair> {
        self.end_quarantine(now);
        self.free.pop_front()
    }

    /// Returns a pair that a call has used; its quarantine begins.
    pub(super) fn release(&mut self, port: PortPair, now: Instant) {
        self.quarantined.push_back((now, port));
    }

    fn end_quarantine(&mut self, now: Instant) {
        while let Some((since, port)) = self.quarantined.front().copied() {
            if now.saturating_duration_since(since) < self.quarantine {
                break;
            }
            self.quarantined.pop_front();
            self.free.push_back(port);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::PortPool;
    use aftercall_runtime::clock::monotonic;

    fn pool_of(range: std::ops::RangeInclusive<u16>, quarantine: Duration) -> PortPool {
        PortPool::new(range, quarantine, &mut StdRng::seed_from_u64(1))
    }

    fn at(origin: Instant, ms: u64) -> Instant {
        origin + Duration::from_millis(ms)
    }

    #[test]
    fn only_whole_even_pairs_are_leased() {
        let now = monotonic();
        let mut pool = pool_of(10_001..=10_006, Duration::ZERO);
        let mut leased: Vec<u16> = std::iter::from_fn(|| pool.lease(now))
            .map(|port| port.rtp())
            .collect();
        leased.sort_unstable();
        assert_eq!(leased, [10_002, 10_004]);
        assert_eq!(pool_of(10_000..=10_000, Duration::ZERO).size(), 0);
        assert_eq!(pool_of(65_532..=65_535, Duration::ZERO).size(), 2);
    }

    #[test]
    fn released_port_rests_before_it_is_used_again() {
        let origin = monotonic();
        let mut pool = pool_of(10_000..=10_001, Duration::from_secs(5));
        let port = pool.lease(origin).unwrap();
        pool.release(port, at(origin, 1_000));
        assert_eq!(pool.lease(at(origin, 5_999)), None);
        assert_eq!(pool.lease(at(origin, 6_000)), Some(port));
    }

    #[test]
    fn released_port_goes_behind_those_that_rested_longer() {
        let origin = monotonic();
        let mut pool = pool_of(10_000..=10_005, Duration::from_secs(1));
        let first = pool.lease(origin).unwrap();
        pool.release(first, origin);
        let later = at(origin, 2_000);
        let order: Vec<u16> = std::iter::from_fn(|| pool.lease(later))
            .map(|port| port.rtp())
            .collect();
        assert_eq!((order.len(), order.last()), (3, Some(&first.rtp())));
    }
}
