//! Who follows the events, and how many may: in all, of one holder, and of one network address, so that nobody takes all places.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use aftercall_base::one_holder;

/// Subscribers at once.
pub const MOST_SUBSCRIBERS: usize = 200;

/// Of one user or API key: two browsers with the six connections that each has to one host, and some more.
pub const MOST_OF_A_HOLDER: usize = 16;

/// Of one network address but our own: there may be a whole office behind it, or a reverse proxy, and still others find a place.
pub const MOST_OF_AN_ADDRESS: usize = 100;

/// In whose name events are followed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A user of the pages, by number.
    User(u64),
    /// A client of the API, by the name of its key.
    Key(String),
}

/// Somebody who wants to follow the events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// In whose name.
    pub holder: Holder,
    /// From where.
    pub address: IpAddr,
}

/// Why somebody may not follow the events now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// There are as many subscribers as there may be.
    #[error("{MOST_SUBSCRIBERS} clients follow the live events already")]
    Full,
    /// The user or the key has as many subscriptions as it may have.
    #[error("one user or key follows the live events {MOST_OF_A_HOLDER} times at most")]
    OfHolder,
    /// The network address has as many subscriptions as it may have.
    #[error("one network address follows the live events {MOST_OF_AN_ADDRESS} times at most")]
    OfAddress,
}

/// The places that are taken. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    holders: HashMap<Holder, usize>,
    addresses: HashMap<IpAddr, usize>,
}

/// A place that is taken until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    follower: Follower,
}

impl Places {
    /// All are free.
    pub(super) fn new() -> Self {
        for of in ["api", "pages"] {
            metrics::gauge!("aftercall_live_streams", "of" => of).set(0.0);
        }
        Self::default()
    }

    /// Takes a place.
    pub(super) fn take(&self, follower: Follower) -> Result<Place, NoPlace> {
        let follower = Follower {
            address: one_holder(follower.address),
            ..follower
        };
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |count: Option<&usize>| count.copied().unwrap_or_default();
        // What the client can do something about comes first.
        if of(taken.holders.get(&follower.holder)) >= MOST_OF_A_HOLDER {
            return Err(NoPlace::OfHolder);
        }
        let is_own = follower.address.is_loopback();
        if !is_own && of(taken.addresses.get(&follower.address)) >= MOST_OF_AN_ADDRESS {
            return Err(NoPlace::OfAddress);
        }
        if taken.all >= MOST_SUBSCRIBERS {
            return Err(NoPlace::Full);
        }
        taken.all += 1;
        *taken.holders.entry(follower.holder.clone()).or_default() += 1;
        *taken.addresses.entry(follower.address).or_default() += 1;
        drop(taken);
        open(&follower.holder).increment(1);
        Ok(Place {
            places: self.clone(),
            follower,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        leave(&mut taken.holders, &self.follower.holder);
        leave(&mut taken.addresses, &self.follower.address);
        drop(taken);
        open(&self.follower.holder).decrement(1);
    }
}

fn leave<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

fn open(holder: &Holder) -> metrics::Gauge {
    let of = match holder {
        Holder::User(_) => "pages",
        Holder::Key(_) => "api",
    };
    metrics::gauge!("aftercall_live_streams", "of" => of)
}

#[cfg(test)]
mod tests {
    use super::{Follower, Holder, MOST_OF_A_HOLDER, MOST_OF_AN_ADDRESS, MOST_SUBSCRIBERS, NoPlace, Places};

    fn follower(user: usize, address: &str) -> Follower {
        Follower {
            holder: Holder::User(user as u64),
            address: address.parse().unwrap(),
        }
    }

    #[test]
    fn one_user_takes_few_places_wherever_they_sit_and_gets_them_back() {
        let places = Places::default();
        let mut held: Vec<_> = (0..MOST_OF_A_HOLDER)
            .map(|number| places.take(follower(1, &format!("192.0.2.{number}"))).unwrap())
            .collect();
        let again = || places.take(follower(1, "127.0.0.1"));
        assert_eq!(again().unwrap_err(), NoPlace::OfHolder);
        let key = Follower {
            holder: Holder::Key("1".to_owned()),
            ..follower(1, "127.0.0.1")
        };
        assert!(places.take(key).is_ok(), "a key is nobody of the users");
        held.pop();
        assert!(again().is_ok());
    }

    #[test]
    fn one_address_leaves_places_for_others_and_the_machine_itself_takes_all() {
        let places = Places::default();
        let mut held: Vec<_> = (0..MOST_OF_AN_ADDRESS)
            .map(|user| places.take(follower(user, &format!("2001:db8::{user}"))).unwrap())
            .collect();
        let of_network = places.take(follower(900, "2001:db8::ffff:1"));
        assert_eq!(of_network.unwrap_err(), NoPlace::OfAddress);
        for user in MOST_OF_AN_ADDRESS..MOST_SUBSCRIBERS {
            held.push(places.take(follower(user, "127.0.0.1")).unwrap());
        }
        let beyond = places.take(follower(900, "192.0.2.1"));
        assert_eq!(beyond.unwrap_err(), NoPlace::Full);
        drop(held);
        let taken = places.0.lock().unwrap();
        assert!(taken.all == 0 && taken.holders.is_empty() && taken.addresses.is_empty());
    }
}
