//! The announcements that wait for their calls, and how an arriving call finds its own.
//!
//! [`PendingAnnouncements::is_empty`] compares two numbers in memory, so that a call costs no statement while nothing is
//! pending. While something is, one read of the database tells whether it is for this call. An announcement is closed in the
//! transaction that writes the call, so each is for one call, also when several ask at the same moment.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};

use aftercall_storage::api_fact::{ApiFact, ApiFactResult};
use aftercall_storage::{Store, StoreError, WriterHandle};
use aftercall_survey::context::{CallContext, Field};
use aftercall_survey::record::{MatchKeys, MatchedAnnouncement};

type Found<'f> = Pin<Box<dyn Future<Output = Result<Option<MatchedAnnouncement>, StoreError>> + Send + 'f>>;

/// The part of storage in which announcements are looked up.
pub trait LookUp: Send + Sync + 'static {
    /// The announcement that waits for a call with these keys.
    fn waiting_for<'f>(&'f self, keys: &'f MatchKeys, now: DateTime<Utc>) -> Found<'f>;
}

impl<S: Store> LookUp for S {
    fn waiting_for<'f>(&'f self, keys: &'f MatchKeys, now: DateTime<Utc>) -> Found<'f> {
        Box::pin(Store::waiting_for(self, keys, now))
    }
}

/// The announcements that wait for their calls. Clones share the same counters.
#[derive(Clone)]
pub struct PendingAnnouncements {
    look_up: Arc<dyn LookUp>,
    counters: Arc<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    /// Announcements stored since the start, plus one.
    created: AtomicU64,
    /// The value of `created` at which the database was last seen without a pending announcement.
    created_when_empty: AtomicU64,
    /// Pending ones, as last counted, plus those stored since.
    pending: AtomicU64,
}

impl fmt::Debug for PendingAnnouncements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingAnnouncements")
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}

impl PendingAnnouncements {
    /// Counts those that the last run left.
    ///
    /// # Errors
    /// The database is away.
    pub async fn start<S: Store>(store: S) -> Result<Self, StoreError> {
        let pending = Self {
            counters: Arc::new(Counters {
                created: AtomicU64::new(1),
                ..Counters::default()
            }),
            look_up: Arc::new(store.clone()),
        };
        pending.recount(&store).await?;
        Ok(pending)
    }

    /// Whether no announcement is pending.
    pub fn is_empty(&self) -> bool {
        let Counters {
            created,
            created_when_empty,
            ..
        } = &*self.counters;
        created.load(Ordering::Acquire) == created_when_empty.load(Ordering::Acquire)
    }

    /// About how many are pending, for a limit: exact after each expiry, in between those that found their calls count too.
    pub fn count(&self) -> u64 {
        self.counters.pending.load(Ordering::Relaxed)
    }

    /// Counts one more. To be called when it is stored, and before the client is answered: its call may come at once.
    pub fn increment(&self) {
        self.counters.created.fetch_add(1, Ordering::AcqRel);
        self.counters.pending.fetch_add(1, Ordering::Relaxed);
    }

    /// The announcement for an arriving call with this context.
    pub async fn find_for(&self, context: &CallContext, now: DateTime<Utc>) -> Option<MatchedAnnouncement> {
        if self.is_empty() {
            return None;
        }
        let keys = MatchKeys {
            token: context.token.clone(),
            original_call_id: context.values.text(Field::OriginalCallId).map(str::to_owned),
            caller_hash: context.caller_hash.clone(),
        };
        self.find(&keys, now).await
    }

    /// The announcement for a call with these keys. While the database cannot be read, no call has one.
    pub async fn find(&self, keys: &MatchKeys, now: DateTime<Utc>) -> Option<MatchedAnnouncement> {
        if self.is_empty() || keys.is_empty() {
            return None;
        }
        match self.look_up.waiting_for(keys, now).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "cannot look up announcements");
                None
            }
        }
    }

    /// Counts the pending ones in the database. One that is stored meanwhile is not lost: it has raised `created`, which is
    /// compared.
    async fn recount<S: Store>(&self, store: &S) -> Result<u64, StoreError> {
        let created = self.counters.created.load(Ordering::Acquire);
        let pending = Store::waiting(store).await?;
        self.counters.pending.store(pending, Ordering::Relaxed);
        if pending == 0 {
            self.counters.created_when_empty.store(created, Ordering::Release);
        }
        Ok(pending)
    }

    /// Ends the announcements that have expired, and counts those that are left.
    ///
    /// # Errors
    /// The database is away.
    pub async fn expire(
        &self,
        store: &impl Store,
        writer: &WriterHandle,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if let ApiFactResult::Rows(calls @ 1..) = writer.api_fact(ApiFact::Expire(now)).await? {
            tracing::info!(calls, "pre-approved calls expired without arriving");
            metrics::counter!("aftercall_decisions_expired_total").increment(calls);
        }
        let pending = self.recount(store).await?;
        set_gauge(pending);
        Ok(())
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; no count here nears 2^52"
)]
fn set_gauge(pending: u64) {
    metrics::gauge!("aftercall_announcements_waiting").set(pending as f64);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use chrono::{DateTime, Utc};

    use super::{Found, LookUp, PendingAnnouncements};
    use aftercall_base::Redacted;
    use aftercall_storage::api_fact::ApiFact;
    use aftercall_storage::store::Fact;
    use aftercall_storage::{Access, SqliteOptions, SqliteStore, Store};
    use aftercall_survey::record::{Announcement, MatchKeys};

    /// Counts how often it is asked.
    struct Counting(SqliteStore, AtomicU64);

    impl LookUp for Counting {
        fn waiting_for<'f>(&'f self, keys: &'f MatchKeys, now: DateTime<Utc>) -> Found<'f> {
            self.1.fetch_add(1, Ordering::SeqCst);
            Box::pin(Store::waiting_for(&self.0, keys, now))
        }
    }

    fn announcement(at: DateTime<Utc>) -> Announcement {
        Announcement {
            uid: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(),
            token: Redacted::new("t".to_owned()),
            original_call_id: None,
            caller_hash: None,
            former_hashes: Vec::new(),
            caller_number: None,
            texts: [].into(),
            request_key: None,
            request_hash: None,
            announced_at: at,
            expires_at: at + chrono::TimeDelta::seconds(60),
            waits: true,
        }
    }

    #[tokio::test]
    async fn database_is_asked_once_for_a_call_while_something_is_pending_and_never_while_nothing_is() {
        let directory = tempfile::tempdir().unwrap();
        let options = SqliteOptions::new(directory.path().join("db"), Access::Serve);
        let store = SqliteStore::open(&options).await.unwrap();
        let look_up = Arc::new(Counting(store.clone(), AtomicU64::new(0)));
        let asked = || look_up.1.load(Ordering::SeqCst);
        let pending = PendingAnnouncements {
            look_up: Arc::clone(&look_up) as Arc<dyn LookUp>,
            ..PendingAnnouncements::start(store.clone()).await.unwrap()
        };
        let keys = MatchKeys {
            token: Some(Redacted::new("t".to_owned())),
            ..MatchKeys::default()
        };
        let start = DateTime::from_timestamp(1_795_334_400, 0).unwrap();
        assert_eq!((pending.find(&keys, start).await, asked()), (None, 0));
        let announce = Fact::Api(ApiFact::Announce(announcement(start)));
        store.apply(&[announce]).await.unwrap();
        pending.increment();
        assert!(pending.find(&keys, start).await.is_some());
        assert_eq!(asked(), 1);
        assert_eq!(pending.find(&MatchKeys::default(), start).await, None);
        assert_eq!(asked(), 1, "a call without a key is none that was announced");
        let late = start + chrono::TimeDelta::seconds(61);
        store.apply(&[Fact::Api(ApiFact::Expire(late))]).await.unwrap();
        assert_eq!(pending.recount(&store).await, Ok(0));
        assert_eq!((pending.find(&keys, late).await, asked()), (None, 1));
    }
}
