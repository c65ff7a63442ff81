//! What is known of a call before it arrives: announcements that wait, and how the call finds its own.
//!
//! Where nothing waits an arriving call is asked nothing: [`Beforehand::is_empty`] is two numbers in memory. Where
//! something does, one read of the database tells whether it is for this call. It is taken in the transaction that writes
//! the call, so that each announcement is for one call whoever else asks at the same moment.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};

use aftercall_runtime::clock::Clock;
use aftercall_runtime::lifecycle::{Shutdown, Ticks};
use aftercall_storage::beside::{Beside, Noted};
use aftercall_storage::{Store, StoreError, WriterHandle};
use aftercall_survey::context::CallContext;
use aftercall_survey::record::{Keys, Waiting};

/// The source of what an announcement told.
pub const ANNOUNCED: &str = "announcement";
/// The source of what was told when it was asked whether a call is to be surveyed.
pub const ASKED: &str = "decision";
/// The source of what was told of a call later.
pub const AMENDED: &str = "api";

/// How often what has waited too long is looked for.
const PERIOD: Duration = Duration::from_secs(10);

type Found<'f> = Pin<Box<dyn Future<Output = Result<Option<Waiting>, StoreError>> + Send + 'f>>;

/// Where announcements are looked up.
pub trait LookUp: Send + Sync + 'static {
    /// The announcement that waits for a call with these keys.
    fn waiting_for<'f>(&'f self, keys: &'f Keys, now: DateTime<Utc>) -> Found<'f>;
}

impl<S: Store> LookUp for S {
    fn waiting_for<'f>(&'f self, keys: &'f Keys, now: DateTime<Utc>) -> Found<'f> {
        Box::pin(Store::waiting_for(self, keys, now))
    }
}

/// The announcements that wait. Clones know of the same.
#[derive(Clone)]
pub struct Beforehand {
    look_up: Arc<dyn LookUp>,
    count: Arc<Count>,
}

/// How many announcements were made, and how many of them were known when none waited.
#[derive(Debug, Default)]
struct Count {
    made: AtomicU64,
    made_when_empty: AtomicU64,
    waiting: AtomicU64,
}

impl fmt::Debug for Beforehand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Beforehand")
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

impl Beforehand {
    /// Knows of those that the last run left.
    ///
    /// # Errors
    /// The database is away.
    pub async fn start<S: Store>(store: S) -> Result<Self, StoreError> {
        let beforehand = Self {
            count: Arc::new(Count {
                made: AtomicU64::new(1),
                ..Count::default()
            }),
            look_up: Arc::new(store.clone()),
        };
        beforehand.count_again(&store).await?;
        Ok(beforehand)
    }

    /// Whether nothing waits for any call.
    pub fn is_empty(&self) -> bool {
        let Count {
            made,
            made_when_empty,
            ..
        } = &*self.count;
        made.load(Ordering::Acquire) == made_when_empty.load(Ordering::Acquire)
    }

    /// About how many wait, for a limit.
    pub fn waiting(&self) -> u64 {
        self.count.waiting.load(Ordering::Relaxed)
    }

    /// One more waits. To be told when it is stored, before anybody hears of it.
    pub fn made_one(&self) {
        self.count.made.fetch_add(1, Ordering::AcqRel);
        self.count.waiting.fetch_add(1, Ordering::Relaxed);
    }

    /// What waits for a call of which this is known.
    pub async fn find_for(&self, context: &CallContext, now: DateTime<Utc>) -> Option<Waiting> {
        if self.is_empty() {
            return None;
        }
        let keys = Keys {
            token: context.token.clone(),
            original_call_id: context.original_call_id.clone(),
            caller_hash: context.caller_hash.clone(),
        };
        self.find(&keys, now).await
    }

    /// What waits for a call with these keys. While the database cannot be read a call is one that nobody announced.
    pub async fn find(&self, keys: &Keys, now: DateTime<Utc>) -> Option<Waiting> {
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

    /// Counts those that wait. One made meanwhile is not forgotten: it has raised the number that is compared.
    async fn count_again<S: Store>(&self, store: &S) -> Result<u64, StoreError> {
        let made = self.count.made.load(Ordering::Acquire);
        let waiting = Store::waiting(store).await?;
        self.count.waiting.store(waiting, Ordering::Relaxed);
        if waiting == 0 {
            self.count.made_when_empty.store(made, Ordering::Release);
        }
        Ok(waiting)
    }

    /// Ends what has waited too long, now and again, until shutdown.
    pub async fn keep_tidy(
        self,
        store: impl Store,
        writer: WriterHandle,
        clock: Arc<dyn Clock>,
        shutdown: Shutdown,
    ) {
        let mut ticks = Ticks::new(PERIOD, shutdown);
        while ticks.next().await {
            if self.is_empty() {
                continue;
            }
            if let Err(error) = self.tidy(&store, &writer, clock.utc()).await {
                tracing::error!(%error, "cannot expire announcements");
            }
        }
    }

    async fn tidy(
        &self,
        store: &impl Store,
        writer: &WriterHandle,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if let Noted::Rows(calls @ 1..) = writer.beside(Beside::Expire(now)).await? {
            tracing::info!(calls, "pre-approved calls expired without arriving");
            metrics::counter!("aftercall_decisions_expired_total").increment(calls);
        }
        let waiting = self.count_again(store).await?;
        gauge(waiting);
        Ok(())
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; no count here nears 2^52"
)]
fn gauge(waiting: u64) {
    metrics::gauge!("aftercall_announcements_waiting").set(waiting as f64);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use chrono::{DateTime, Utc};

    use super::{Beforehand, Found, LookUp};
    use aftercall_base::Redacted;
    use aftercall_storage::beside::Beside;
    use aftercall_storage::store::Fact;
    use aftercall_storage::{Access, SqliteOptions, SqliteStore, Store};
    use aftercall_survey::record::{Announcement, Keys};

    /// Counts how often it is asked.
    struct Counting(SqliteStore, AtomicU64);

    impl LookUp for Counting {
        fn waiting_for<'f>(&'f self, keys: &'f Keys, now: DateTime<Utc>) -> Found<'f> {
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
            told: [].into(),
            request_key: None,
            request_hash: None,
            announced_at: at,
            expires_at: at + chrono::TimeDelta::seconds(60),
            waits: true,
        }
    }

    #[tokio::test]
    async fn database_is_asked_once_for_a_call_while_something_waits_and_never_while_nothing_does() {
        let directory = tempfile::tempdir().unwrap();
        let options = SqliteOptions::new(directory.path().join("db"), Access::Serve);
        let store = SqliteStore::open(&options).await.unwrap();
        let look_up = Arc::new(Counting(store.clone(), AtomicU64::new(0)));
        let asked = || look_up.1.load(Ordering::SeqCst);
        let beforehand = Beforehand {
            look_up: Arc::clone(&look_up) as Arc<dyn LookUp>,
            ..Beforehand::start(store.clone()).await.unwrap()
        };
        let keys = Keys {
            token: Some(Redacted::new("t".to_owned())),
            ..Keys::default()
        };
        let start = DateTime::from_timestamp(1_795_334_400, 0).unwrap();
        assert_eq!((beforehand.find(&keys, start).await, asked()), (None, 0));
        let announce = Fact::Beside(Beside::Announce(announcement(start)));
        store.apply(&[announce]).await.unwrap();
        beforehand.made_one();
        assert!(beforehand.find(&keys, start).await.is_some());
        assert_eq!(asked(), 1);
        assert_eq!(beforehand.find(&Keys::default(), start).await, None);
        assert_eq!(asked(), 1, "a call without a key is none that was announced");
        let late = start + chrono::TimeDelta::seconds(61);
        store.apply(&[Fact::Beside(Beside::Expire(late))]).await.unwrap();
        assert_eq!(beforehand.count_again(&store).await, Ok(0));
        assert_eq!((beforehand.find(&keys, late).await, asked()), (None, 1));
    }
}
