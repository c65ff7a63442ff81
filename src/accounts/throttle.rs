//! Slows down whoever guesses passwords. Pure.
//!
//! Failures are counted by name and by network address. After a few, each further one doubles the time for which attempts are refused without
//! looking at the password. A name waits a minute at most: whoever knows it could otherwise keep its user out. An address waits longer.
//!
//! Failures are failures at one password. When a name has another one, whoever has set it, in this process or in another, they say nothing of it: the
//! name starts anew, and the addresses get back what they failed at it. A guess at the new password costs what the first one cost at the old.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use aftercall_base::one_holder;

/// Keys that are remembered of each kind; a flood from many addresses forgets the ones that failed longest ago.
const MOST_KEYS: usize = 10_000;

/// A failure is forgotten after this time without another.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3_600);

/// Addresses that are remembered of those that failed at a name; a further one takes the place of the one that failed longest ago.
const MOST_ADDRESSES: usize = 8;

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

/// Which password a name has: two of one name are equal as long as the password is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PasswordVersion(Option<u64>);

/// An attempt to sign in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt<'a> {
    /// The name.
    pub(super) name: &'a str,
    /// The password that the name has at the moment.
    pub(super) version: PasswordVersion,
    /// From where.
    pub(super) address: IpAddr,
}

/// Failures of names and addresses.
#[derive(Debug, Default)]
pub(super) struct SignInThrottle {
    names: Failures<String, AtName>,
    addresses: Failures<IpAddr, ()>,
    /// So that no hash of a password is kept here.
    versions: RandomState,
}

/// What is remembered of the failures at a name.
#[derive(Debug, Clone, Default)]
struct AtName {
    version: PasswordVersion,
    from: Vec<FromAddress>,
}

/// Failures at one name from one address.
#[derive(Debug, Clone, Copy)]
struct FromAddress {
    address: IpAddr,
    times: u32,
    last: Instant,
}

impl SignInThrottle {
    /// Which password it is whose hash, as it is stored, is this; `None`: there is none.
    pub(super) fn version(&self, password_hash: Option<&str>) -> PasswordVersion {
        PasswordVersion(password_hash.map(|hash| self.versions.hash_one(hash)))
    }

    /// Begins an attempt, which counts as a failure until it is [taken back](Self::take_back); or for how long it is refused.
    pub(super) fn begin(&mut self, attempt: Attempt<'_>, now: Instant) -> Option<Duration> {
        self.forget_former_password(attempt, now);
        let address = one_holder(attempt.address);
        let wait = self
            .names
            .wait(attempt.name, now)
            .max(self.addresses.wait(&address, now));
        if wait.is_none() {
            let at_name = self.names.failed(attempt.name.to_owned(), OF_NAMES, now);
            at_name.version = attempt.version;
            at_name.count(address, now);
            self.addresses.failed(address, OF_ADDRESSES, now);
        }
        wait
    }

    /// The attempt was no failure.
    pub(super) fn take_back(&mut self, attempt: Attempt<'_>, now: Instant) {
        let address = one_holder(attempt.address);
        if let Some(at_name) = self.at_name(attempt) {
            at_name.take_back(address);
            self.names.take_back(attempt.name, 1, OF_NAMES, now);
            self.addresses.take_back(&address, 1, OF_ADDRESSES, now);
        }
    }

    /// Forgets the failures of a name. Those of the address stay: one known password must not buy guesses at others.
    pub(super) fn succeeded(&mut self, attempt: Attempt<'_>) {
        if self.at_name(attempt).is_some() {
            self.names.known.remove(attempt.name);
        }
    }

    /// What is remembered of the name, if it is of the password of this attempt: what another attempt has begun meanwhile, at another password, is its own.
    fn at_name(&mut self, attempt: Attempt<'_>) -> Option<&mut AtName> {
        let failed = self.names.known.get_mut(attempt.name)?;
        (failed.more.version == attempt.version).then_some(&mut failed.more)
    }

    fn forget_former_password(&mut self, attempt: Attempt<'_>, now: Instant) {
        let is_former = |failed: &Failed<AtName>| failed.more.version != attempt.version;
        if !self.names.known.get(attempt.name).is_some_and(is_former) {
            return;
        }
        let failed = self.names.known.remove(attempt.name);
        for from in failed.into_iter().flat_map(|failed| failed.more.from) {
            // Later the address may have been forgotten, and its failures may be others.
            if now.saturating_duration_since(from.last) <= FORGOTTEN_AFTER {
                self.addresses
                    .take_back(&from.address, from.times, OF_ADDRESSES, now);
            }
        }
    }
}

impl AtName {
    fn count(&mut self, address: IpAddr, now: Instant) {
        if let Some(known) = self.from.iter_mut().find(|known| known.address == address) {
            let is_old = now.saturating_duration_since(known.last) > FORGOTTEN_AFTER;
            known.times = if is_old { 1 } else { known.times.saturating_add(1) };
            known.last = now;
            return;
        }
        if self.from.len() >= MOST_ADDRESSES {
            let oldest = self.from.iter().enumerate().min_by_key(|(_, known)| known.last);
            if let Some((oldest, _)) = oldest {
                self.from.swap_remove(oldest);
            }
        }
        self.from.push(FromAddress {
            address,
            times: 1,
            last: now,
        });
    }

    fn take_back(&mut self, address: IpAddr) {
        if let Some(known) = self.from.iter_mut().find(|known| known.address == address) {
            known.times = known.times.saturating_sub(1);
        }
    }
}

#[derive(Debug)]
struct Failures<K, M> {
    known: HashMap<K, Failed<M>>,
}

/// How often, and until when attempts are refused.
#[derive(Debug, Clone)]
struct Failed<M> {
    times: u32,
    last: Instant,
    refused_until: Instant,
    more: M,
}

impl<K, M> Default for Failures<K, M> {
    fn default() -> Self {
        Self {
            known: HashMap::new(),
        }
    }
}

impl<K: Eq + Hash + Clone, M: Default> Failures<K, M> {
    fn wait<Q>(&self, key: &Q, now: Instant) -> Option<Duration>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let failed = self.known.get(key)?;
        let wait = failed.refused_until.saturating_duration_since(now);
        (!wait.is_zero()).then_some(wait)
    }

    /// Counts a failure; what is remembered beside.
    fn failed(&mut self, key: K, limit: Limit, now: Instant) -> &mut M {
        if !self.known.contains_key(&key) && self.known.len() >= MOST_KEYS {
            self.make_room(now);
        }
        let fresh = || Failed {
            times: 0,
            last: now,
            refused_until: now,
            more: M::default(),
        };
        let failed = self.known.entry(key).or_insert_with(fresh);
        if now.saturating_duration_since(failed.last) > FORGOTTEN_AFTER {
            *failed = fresh();
        }
        failed.times = failed.times.saturating_add(1);
        failed.last = now;
        failed.refused_until = now + limit.wait(failed.times);
        &mut failed.more
    }

    fn take_back<Q>(&mut self, key: &Q, times: u32, limit: Limit, now: Instant)
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let Some(failed) = self.known.get_mut(key) else {
            return;
        };
        failed.times = failed.times.saturating_sub(times);
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

    use super::{
        Attempt, Failures, MOST_ADDRESSES, MOST_KEYS, OF_ADDRESSES, OF_NAMES, PasswordVersion, SignInThrottle,
    };

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn start() -> Instant {
        aftercall_runtime::clock::monotonic()
    }

    const FIRST: PasswordVersion = PasswordVersion(Some(1));
    const SECOND: PasswordVersion = PasswordVersion(Some(2));

    fn attempt(name: &str, address: IpAddr) -> Attempt<'_> {
        Attempt {
            name,
            version: FIRST,
            address,
        }
    }

    /// Fails as soon as an attempt may be made; when that was.
    fn fail(throttle: &mut SignInThrottle, attempt: Attempt<'_>, mut now: Instant) -> Instant {
        while let Some(wait) = throttle.begin(attempt, now) {
            now += wait;
        }
        now
    }

    /// For how long an attempt would be refused.
    fn wait(throttle: &mut SignInThrottle, attempt: Attempt<'_>, now: Instant) -> u64 {
        match throttle.begin(attempt, now) {
            Some(wait) => wait.as_secs(),
            None => {
                throttle.take_back(attempt, now);
                0
            }
        }
    }

    #[test]
    fn attempts_at_once_are_refused_like_attempts_one_after_the_other_and_good_ones_leave_nothing() {
        let (mut throttle, now) = (SignInThrottle::default(), start());
        let anna = attempt("anna", address("192.0.2.1"));
        let compared = (0..60).filter(|_| throttle.begin(anna, now).is_none()).count();
        assert_eq!(
            compared, 6,
            "the free ones, and the one that costs the first second"
        );
        let mut throttle = SignInThrottle::default();
        for number in 0..100 {
            let name = format!("user{number}");
            let good = attempt(&name, address("192.0.2.1"));
            assert_eq!(throttle.begin(good, now), None, "{name}");
            throttle.take_back(good, now);
        }
        assert!(throttle.names.known.is_empty() && throttle.addresses.known.is_empty());
    }

    #[test]
    fn mistyping_costs_nothing_and_guessing_twice_as_much_each_time() {
        let (mut throttle, mut now) = (SignInThrottle::default(), start());
        let mut waits = Vec::new();
        for number in 0_u8..13 {
            // From ever other addresses.
            now = fail(
                &mut throttle,
                attempt("anna", IpAddr::from([192, 0, 2, number])),
                now,
            );
            waits.push(wait(&mut throttle, attempt("anna", address("198.51.100.1")), now));
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
        let elsewhere = address("198.51.100.1");
        assert_eq!(wait(&mut throttle, attempt("ben", elsewhere), now), 0);
        let anna = attempt("anna", elsewhere);
        assert_eq!(wait(&mut throttle, anna, now + Duration::from_secs(60)), 0);
        throttle.succeeded(anna);
        assert_eq!(wait(&mut throttle, anna, now), 0);
    }

    #[test]
    fn address_that_tries_many_names_waits_and_a_success_does_not_help_it() {
        let (mut throttle, mut now) = (SignInThrottle::default(), start());
        let from = address("192.0.2.1");
        for number in 0..=OF_ADDRESSES.free {
            now = fail(&mut throttle, attempt(&format!("name{number}"), from), now);
        }
        throttle.succeeded(attempt("name0", from));
        assert_eq!(wait(&mut throttle, attempt("another", from), now), 1);
        let mapped = attempt("another", address("::ffff:192.0.2.1"));
        assert_eq!(wait(&mut throttle, mapped, now), 1);
        assert_eq!(
            wait(&mut throttle, attempt("another", address("192.0.2.2")), now),
            0
        );
        for number in 0..12 {
            now = fail(&mut throttle, attempt(&format!("more{number}"), from), now);
        }
        assert_eq!(
            wait(&mut throttle, attempt("another", from), now),
            OF_ADDRESSES.longest.as_secs()
        );
    }

    #[test]
    fn new_password_starts_anew_with_its_name_and_with_the_address_that_failed_at_the_former_one() {
        let (mut throttle, mut now) = (SignInThrottle::default(), start());
        let (office, elsewhere) = (address("192.0.2.1"), address("198.51.100.1"));
        for _ in 0..30 {
            now = fail(&mut throttle, attempt("anna", office), now);
        }
        now = fail(&mut throttle, attempt("ben", elsewhere), now);
        assert!(wait(&mut throttle, attempt("anna", elsewhere), now) > 0);
        assert!(wait(&mut throttle, attempt("cleo", office), now) > 0);
        let anew = Attempt {
            version: SECOND,
            ..attempt("anna", office)
        };
        assert_eq!(wait(&mut throttle, anew, now), 0);
        assert_eq!(wait(&mut throttle, attempt("cleo", office), now), 0);
        let compared = (0..60).filter(|_| throttle.begin(anew, now).is_none()).count();
        assert_eq!(
            compared, 6,
            "guessing at the new password costs what it cost at the first"
        );
    }

    #[test]
    fn another_password_of_one_name_does_not_buy_guesses_at_another_name() {
        let (mut throttle, mut now) = (SignInThrottle::default(), start());
        let from = address("192.0.2.1");
        for number in 0..=OF_ADDRESSES.free {
            now = fail(&mut throttle, attempt(&format!("name{number}"), from), now);
        }
        // Whoever guesses changes the password of an account of their own, over and over.
        for version in 0..100 {
            let own = Attempt {
                version: PasswordVersion(Some(version)),
                ..attempt("own", from)
            };
            assert_eq!(throttle.begin(own, now), Some(Duration::from_secs(1)));
            throttle.take_back(own, now);
        }
        assert_eq!(wait(&mut throttle, attempt("name0", from), now), 1);
    }

    #[test]
    fn attempt_that_began_before_the_new_password_takes_nothing_back_from_it() {
        let (mut throttle, now) = (SignInThrottle::default(), start());
        let former = attempt("anna", address("192.0.2.1"));
        let new = Attempt {
            version: SECOND,
            ..former
        };
        assert_eq!(throttle.begin(former, now), None);
        assert_eq!(throttle.begin(new, now), None);
        throttle.take_back(former, now);
        throttle.succeeded(former);
        let compared = (0..60).filter(|_| throttle.begin(new, now).is_none()).count();
        assert_eq!(compared, 5, "the one that has begun counts");
    }

    #[test]
    fn version_is_of_the_stored_hash() {
        let throttle = SignInThrottle::default();
        let version = |hash| throttle.version(hash);
        assert_eq!(version(Some("$argon2id$a")), version(Some("$argon2id$a")));
        assert_ne!(version(Some("$argon2id$a")), version(Some("$argon2id$b")));
        assert_ne!(version(Some("")), version(None));
    }

    #[test]
    fn failures_are_forgotten_after_an_hour_without_another() {
        let (mut throttle, mut now) = (SignInThrottle::default(), start());
        let anna = attempt("anna", address("192.0.2.1"));
        for _ in 0..12 {
            now = fail(&mut throttle, anna, now);
        }
        let later = now + Duration::from_secs(3_601);
        assert_eq!(throttle.begin(anna, later), None);
        assert_eq!(wait(&mut throttle, anna, later), 0);
    }

    #[test]
    fn flood_of_names_never_grows_the_table_and_forgets_the_oldest_first() {
        let (mut failures, now) = (Failures::<u32, ()>::default(), start());
        for number in 0..u32::try_from(MOST_KEYS).unwrap() + 500 {
            let at = now + Duration::from_millis(u64::from(number));
            failures.failed(number, OF_NAMES, at);
            assert!(failures.known.len() <= MOST_KEYS);
        }
        assert!(!failures.known.contains_key(&0) && failures.known.contains_key(&600));
        let (mut throttle, mut now) = (SignInThrottle::default(), start());
        for number in 0_u8..200 {
            now = fail(
                &mut throttle,
                attempt("anna", IpAddr::from([192, 0, 2, number])),
                now,
            );
        }
        assert_eq!(throttle.names.known["anna"].more.from.len(), MOST_ADDRESSES);
    }
}
