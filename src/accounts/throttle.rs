//! Slows down whoever guesses passwords. Pure.
//!
//! Failures are counted by name and by network address. After a few, each further one doubles the time for which attempts are refused without
//! looking at the password. A name waits a minute at most: whoever knows it could otherwise keep its user out. An address waits longer.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

/// Keys that are remembered of each kind; a flood from many addresses forgets the ones that failed longest ago.
const MOST_KEYS: usize = 10_000;

/// A failure is forgotten after this time without another.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3_600);

/// How failures of one kind of key are treated.
#[derive(Debug, Clone, Copy)]
struct Limit {
    /// Failures that cost nothing: people mistype.
    free: u32,
    /// The longest wait.
    longest: Duration,
}

/// For names.
const OF_NAMES: Limit = Limit {
    free: 5,
    longest: Duration::from_secs(60),
};

/// For addresses, behind which there may be a whole office.
const OF_ADDRESSES: Limit = Limit {
    free: 20,
    longest: Duration::from_secs(900),
};

/// Failures of names and addresses.
#[derive(Debug, Default)]
pub(super) struct SignInThrottle {
    names: Failures<String>,
    addresses: Failures<IpAddr>,
}

impl SignInThrottle {
    /// For how long an attempt is refused; `None`: it may be made.
    pub(super) fn wait(&self, name: &str, address: IpAddr, now: Instant) -> Option<Duration> {
        let of_name = self.names.wait(name, now);
        of_name.max(self.addresses.wait(&network(address), now))
    }

    /// Begins an attempt, which counts as a failure until it is [taken back](Self::take_back); or for how long it is refused.
    pub(super) fn begin(&mut self, name: &str, address: IpAddr, now: Instant) -> Option<Duration> {
        let wait = self.wait(name, address, now);
        if wait.is_none() {
            self.failed(name, address, now);
        }
        wait
    }

    /// The attempt was no failure.
    pub(super) fn take_back(&mut self, name: &str, address: IpAddr, now: Instant) {
        self.names.take_back(name, OF_NAMES, now);
        self.addresses.take_back(&network(address), OF_ADDRESSES, now);
    }

    /// Counts a failure.
    pub(super) fn failed(&mut self, name: &str, address: IpAddr, now: Instant) {
        self.names.failed(name.to_owned(), OF_NAMES, now);
        self.addresses.failed(network(address), OF_ADDRESSES, now);
    }

    /// Forgets the failures of a name. Those of the address stay: one known password must not buy guesses at others.
    pub(super) fn succeeded(&mut self, name: &str) {
        self.names.known.remove(name);
    }
}

/// What one person has at will: an address of IPv4, or a /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[derive(Debug)]
struct Failures<K> {
    known: HashMap<K, Failed>,
}

/// How often, and until when attempts are refused.
#[derive(Debug, Clone, Copy)]
struct Failed {
    times: u32,
    last: Instant,
    refused_until: Instant,
}

impl<K> Default for Failures<K> {
    fn default() -> Self {
        Self {
            known: HashMap::new(),
        }
    }
}

impl<K: Eq + Hash + Clone> Failures<K> {
    fn wait<Q>(&self, key: &Q, now: Instant) -> Option<Duration>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let failed = self.known.get(key)?;
        let wait = failed.refused_until.saturating_duration_since(now);
        (!wait.is_zero()).then_some(wait)
    }

    fn failed(&mut self, key: K, limit: Limit, now: Instant) {
        if !self.known.contains_key(&key) && self.known.len() >= MOST_KEYS {
            self.make_room(now);
        }
        let fresh = Failed {
            times: 0,
            last: now,
            refused_until: now,
        };
        let failed = self.known.entry(key).or_insert(fresh);
        if now.saturating_duration_since(failed.last) > FORGOTTEN_AFTER {
            *failed = fresh;
        }
        failed.times = failed.times.saturating_add(1);
        failed.last = now;
        failed.refused_until = now + limit.wait(failed.times);
    }

    fn take_back<Q>(&mut self, key: &Q, limit: Limit, now: Instant)
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let Some(failed) = self.known.get_mut(key) else {
            return;
        };
        failed.times = failed.times.saturating_sub(1);
        failed.refused_until = failed.refused_until.min(now + limit.wait(failed.times));
        if failed.times == 0 {
            self.known.remove(key);
        }
    }

    fn make_room(&mut self, now: Instant) {
        self.known
            .retain(|_, failed| now.saturating_duration_since(failed.last) <= FORGOTTEN_AFTER);
        if self.known.len() < MOST_KEYS {
            return;
        }
        let oldest = self.known.iter().min_by_key(|(_, failed)| failed.last);
        if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
            self.known.remove(&oldest);
        }
    }
}

impl Limit {
    /// Nothing for the first failures, then 1 s, 2 s, 4 s and on.
    fn wait(self, times: u32) -> Duration {
        let Some(beyond) = times.checked_sub(self.free + 1) else {
            return Duration::ZERO;
        };
        let seconds = 2_u64.checked_pow(beyond).unwrap_or(u64::MAX);
        Duration::from_secs(seconds).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::{Duration, Instant};

    use super::{Failures, MOST_KEYS, OF_ADDRESSES, OF_NAMES, SignInThrottle, network};

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn start() -> Instant {
        aftercall_runtime::clock::monotonic()
    }

    #[test]
    fn attempts_at_once_are_refused_like_attempts_one_after_the_other_and_good_ones_leave_nothing() {
        let (mut throttle, now) = (SignInThrottle::default(), start());
        let compared = (0..60)
            .filter(|_| throttle.begin("anna", address("192.0.2.1"), now).is_none())
            .count();
        assert_eq!(
            compared, 6,
            "the free ones, and the one that costs the first second"
        );
        let mut throttle = SignInThrottle::default();
        for number in 0..100 {
            let name = format!("user{number}");
            assert_eq!(throttle.begin(&name, address("192.0.2.1"), now), None, "{name}");
            throttle.take_back(&name, address("192.0.2.1"), now);
        }
        assert!(throttle.names.known.is_empty() && throttle.addresses.known.is_empty());
    }

    #[test]
    fn mistyping_costs_nothing_and_guessing_twice_as_much_each_time() {
        let (mut throttle, now) = (SignInThrottle::default(), start());
        let mut waits = Vec::new();
        for number in 0_u8..13 {
            // From ever other addresses.
            let from = IpAddr::from([192, 0, 2, number]);
            throttle.failed("anna", from, now);
            waits.push(
                throttle
                    .wait("anna", address("198.51.100.1"), now)
                    .map_or(0, |wait| wait.as_secs()),
            );
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(throttle.wait("ben", address("198.51.100.1"), now), None);
        assert_eq!(
            throttle.wait("anna", address("198.51.100.1"), now + Duration::from_secs(60)),
            None
        );
        throttle.succeeded("anna");
        assert_eq!(throttle.wait("anna", address("198.51.100.1"), now), None);
    }

    #[test]
    fn address_that_tries_many_names_waits_and_a_success_does_not_help_it() {
        let (mut throttle, now) = (SignInThrottle::default(), start());
        let from = address("192.0.2.1");
        for number in 0..=OF_ADDRESSES.free {
            throttle.failed(&format!("name{number}"), from, now);
        }
        throttle.succeeded("name0");
        assert_eq!(throttle.wait("another", from, now), Some(Duration::from_secs(1)));
        assert_eq!(
            throttle.wait("another", address("::ffff:192.0.2.1"), now),
            Some(Duration::from_secs(1))
        );
        assert_eq!(throttle.wait("another", address("192.0.2.2"), now), None);
        for _ in 0..100 {
            throttle.failed("x", from, now);
        }
        assert_eq!(throttle.wait("another", from, now), Some(OF_ADDRESSES.longest));
    }

    #[test]
    fn failures_are_forgotten_after_an_hour_without_another() {
        let (mut throttle, now) = (SignInThrottle::default(), start());
        let from = address("192.0.2.1");
        for _ in 0..20 {
            throttle.failed("anna", from, now);
        }
        let later = now + Duration::from_secs(3_601);
        throttle.failed("anna", from, later);
        assert_eq!(throttle.wait("anna", from, later), None);
    }

    #[test]
    fn one_network_of_ipv6_is_one_address() {
        assert_eq!(
            network(address("2001:db8:1:2:3:4:5:6")),
            network(address("2001:db8:1:2::9"))
        );
        assert_ne!(
            network(address("2001:db8:1:2::9")),
            network(address("2001:db8:1:3::9"))
        );
    }

    #[test]
    fn flood_of_names_never_grows_the_table_and_forgets_the_oldest_first() {
        let (mut failures, now) = (Failures::<u32>::default(), start());
        for number in 0..u32::try_from(MOST_KEYS).unwrap() + 500 {
            let at = now + Duration::from_millis(u64::from(number));
            failures.failed(number, OF_NAMES, at);
            assert!(failures.known.len() <= MOST_KEYS);
        }
        assert!(!failures.known.contains_key(&0) && failures.known.contains_key(&600));
    }
}
