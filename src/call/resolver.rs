//! Addresses for the host names that stand in `c=` (RFC 8866 section 5.7 allows them; some carriers write them).
//!
//! Looked up in parallel to the call, by the system's resolver: the media threads and signalling never wait for it, a call waits
//! [`WITHIN`] at most, and no more than [`AT_ONCE`] lookups are under way, those included that nobody waits for any more. A
//! call keeps what it has learnt, so that a re-INVITE with the same name waits for nothing. Taking the source of RTP in the
//! place of a name would ask for less, but a caller that is muted would then hear nothing.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use aftercall_rtp::sdp::{HostName, Offer};
use aftercall_runtime::lifecycle;

/// How long a call waits for an address.
const WITHIN: Duration = Duration::from_secs(2);
/// Lookups at once.
const AT_ONCE: usize = 16;
/// Names that a call remembers; more than one is rare.
const REMEMBERED: usize = 8;

type Lookup = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Looks up host names; cheap to clone.
#[derive(Clone)]
pub struct Resolver {
    lookup: Arc<dyn Fn(String) -> Lookup + Send + Sync>,
    places: Arc<Semaphore>,
}

impl Resolver {
    /// By the system's resolver: hosts file, DNS, whatever the machine is set up for.
    pub fn system() -> Self {
        Self::new(|name| {
            Box::pin(async move {
                let found = tokio::net::lookup_host((name, 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            })
        })
    }

    fn new(lookup: impl Fn(String) -> Lookup + Send + Sync + 'static) -> Self {
        Self {
            lookup: Arc::new(lookup),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The first address in the family that is asked for; `None` when there is none, or none in time.
    async fn resolve(&self, host: &HostName) -> Option<IpAddr> {
        let found = timeout(WITHIN, self.look_up(host)).await.ok().flatten();
        let result = if found.is_some() { "found" } else { "not_found" };
        metrics::counter!("aftercall_sdp_host_names_total", "result" => result).increment(1);
        found
    }

    /// In a task of its own: a lookup that is given up goes on in the system's resolver, and keeps its place.
    async fn look_up(&self, host: &HostName) -> Option<IpAddr> {
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        let (found, finding) = oneshot::channel();
        let lookup = (self.lookup)(host.name.clone());
        lifecycle::spawn("sdp-lookup", async move {
            let addresses = lookup.await.unwrap_or_default();
            drop(place);
            // Nobody may wait any more.
            let _told = found.send(addresses).is_ok();
        });
        let addresses = finding.await.ok()?;
        addresses
            .into_iter()
            .find(|address| host.family.reach(*address) && !address.is_unspecified())
    }
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolver").finish_non_exhaustive()
    }
}

/// What one call knows of host names.
#[derive(Debug)]
pub(super) struct HostNames {
    resolver: Resolver,
    known: Vec<(HostName, IpAddr)>,
}

impl HostNames {
    pub(super) const fn new(resolver: Resolver) -> Self {
        Self {
            resolver,
            known: Vec::new(),
        }
    }

    /// Puts in what is known; whether no name is left.
    pub(super) fn fill_in(&self, description: &mut Offer) -> bool {
        for (name, address) in &self.known {
            description.resolve(name, *address);
        }
        description.host_names().is_empty()
    }

    /// Looks up the names of a description; what is not found stays a name, and is refused when it is negotiated.
    pub(super) async fn look_up(&mut self, description: &mut Offer) {
        if self.fill_in(description) {
            return;
        }
        let found = addresses(self.resolver.clone(), description.host_names()).await;
        self.learn(found);
        self.fill_in(description);
    }

    /// Looks them up for whoever has other things to do meanwhile, and then tells [`HostNames::learn`].
    pub(super) fn begin_lookup(&self, description: &Offer) -> oneshot::Receiver<Vec<(HostName, IpAddr)>> {
        let (told, found) = oneshot::channel();
        let lookup = addresses(self.resolver.clone(), description.host_names());
        lifecycle::spawn("sdp-lookup", async move {
            // The call may be over.
            let _told = told.send(lookup.await).is_ok();
        });
        found
    }

    pub(super) fn learn(&mut self, found: Vec<(HostName, IpAddr)>) {
        for one in found {
            if self.known.len() < REMEMBERED {
                self.known.push(one);
            }
        }
    }
}

async fn addresses(resolver: Resolver, names: Vec<HostName>) -> Vec<(HostName, IpAddr)> {
    let mut found = Vec::new();
    for name in names {
        if let Some(address) = resolver.resolve(&name).await {
            found.push((name, address));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{AT_ONCE, HostNames, Resolver, WITHIN};
    use aftercall_rtp::sdp::{AddressFamilies, HostName, Offer};

    fn host(name: &str, family: AddressFamilies) -> HostName {
        HostName {
            name: name.to_owned(),
            family,
        }
    }

    fn offer(name: &str) -> Offer {
        let text = format!("v=0\r\nc=IN IP4 {name}\r\nm=audio 4000 RTP/AVP 0\r\n");
        Offer::parse(text.as_bytes()).unwrap()
    }

    fn both_families(asked: &Arc<AtomicUsize>) -> Resolver {
        let asked = Arc::clone(asked);
        Resolver::new(move |_name| {
            asked.fetch_add(1, Ordering::Relaxed);
            let addresses: Vec<IpAddr> = vec!["2001:db8::7".parse().unwrap(), "192.0.2.7".parse().unwrap()];
            Box::pin(async move { Ok(addresses) })
        })
    }

    #[tokio::test]
    async fn address_is_of_the_family_that_is_asked_for() {
        let resolver = both_families(&Arc::default());
        for (family, address) in [
            (AddressFamilies::Ipv4, "192.0.2.7"),
            (AddressFamilies::Ipv6, "2001:db8::7"),
        ] {
            let found = resolver.resolve(&host("pbx.example", family)).await;
            assert_eq!(found, address.parse().ok());
        }
        let found = Resolver::system()
            .resolve(&host("localhost", AddressFamilies::Ipv4))
            .await;
        assert_eq!(found, "127.0.0.1".parse().ok());
    }

    #[tokio::test]
    async fn call_asks_once_for_a_name() {
        let asked = Arc::default();
        let mut names = HostNames::new(both_families(&asked));
        for _ in 0..3 {
            let mut offer = offer("media.pbx.example");
            names.look_up(&mut offer).await;
            let addresses: Vec<_> = offer.audio_addresses().collect();
            assert_eq!(addresses, ["192.0.2.7".parse::<IpAddr>().unwrap()]);
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn lookup_that_takes_for_ever_is_given_up_and_keeps_its_place() {
        let resolver = Resolver::new(|_name| Box::pin(std::future::pending()));
        let begun = tokio::time::Instant::now();
        for _ in 0..AT_ONCE + 2 {
            let found = resolver
                .resolve(&host("slow.example", AddressFamilies::Ipv4))
                .await;
            assert_eq!(found, None);
        }
        assert_eq!(
            resolver.places.available_permits(),
            0,
            "no more lookups than places"
        );
        let rounds = u32::try_from(AT_ONCE).unwrap() + 2;
        assert_eq!(begun.elapsed().as_secs(), (WITHIN * rounds).as_secs());
    }
}
