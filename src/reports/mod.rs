//! Reports on request: from what a person or a program writes to figures. The service between the command line, the HTTP API and
//! deliveries on one side, and the results engine on the other; free of HTTP and of the configuration's form.

mod context;
mod known_names;
mod parameters;
mod plan;
mod request;

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, FixedOffset, Utc};
use tokio::sync::Semaphore;

pub use self::context::{CampaignDays, ReportContext};
use self::known_names::KnownNames;
pub use self::plan::{DEFAULT_DAYS, PlanRequest};
pub use self::request::{ReportRequest, RequestFault};
use aftercall_report::{Report, ReportQuery};
use aftercall_runtime::clock::Clock;
pub use aftercall_storage::selection::Dimension;
use aftercall_storage::{Database, Scope, Snapshot, Store, StoreError};

/// The names by which pages and requests narrow the calls, each with what it is the name of.
pub const NAMES: [(&str, Dimension); 6] = [
    ("queue", Dimension::Queue),
    ("team", Dimension::Team),
    ("agent", Dimension::Agent),
    ("survey", Dimension::Survey),
    ("language", Dimension::Language),
    ("route", Dimension::Route),
];

/// Answers requests with reports. Cloning gives another handle.
#[derive(Debug, Clone)]
pub struct Reports {
    store: Database,
    context: Arc<RwLock<Arc<ReportContext>>>,
    clock: Arc<dyn Clock>,
    /// Reports that are read at once.
    places: Arc<Semaphore>,
    known_names: Arc<KnownNames>,
}

/// A report holds a connection for as long as it reads, seconds where it reads calls one by one; sign-ins, lists and decisions need some as well.
const AT_ONCE: usize = 2;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A part of the request cannot be understood.
    #[error(transparent)]
    Request(#[from] RequestFault),
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Reports {
    /// On this database.
    pub fn new(store: Database, context: ReportContext, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            context: Arc::new(RwLock::new(Arc::new(context))),
            clock,
            places: Arc::new(Semaphore::new(AT_ONCE)),
            known_names: Arc::default(),
        }
    }

    /// Goes by another configuration from now on.
    pub fn exchange(&self, context: ReportContext) {
        *self.context.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(context);
    }

    /// The configuration of the moment.
    pub fn context(&self) -> Arc<ReportContext> {
        // A pointer has no state that a panic elsewhere could have broken.
        Arc::clone(&self.context.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The present moment.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.utc()
    }

    /// A moment in the operator's time zone.
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.context().zone).fixed_offset()
    }

    /// The report that a request asks for, of the calls in a scope, whatever it asks for.
    ///
    /// # Errors
    /// The request cannot be understood, or the database not be read.
    pub async fn report(&self, request: &ReportRequest, scope: &Scope) -> Result<Report, ReportError> {
        let query = ReportQuery {
            scope: scope.clone(),
            ..request.query(&self.context(), self.now())?
        };
        self.read(&query).await
    }

    /// The names that calls of a scope ever had, those of the most calls first; a new one is there within a minute.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn known_names(
        &self,
        scope: &Scope,
        dimension: Dimension,
    ) -> Result<Arc<[String]>, ReportError> {
        let now = aftercall_runtime::clock::now();
        if let Some(known) = self.known_names.get(scope, dimension, now) {
            return Ok(known);
        }
        let mut snapshot = self.store.snapshot().await?;
        let names: Arc<[String]> = snapshot.known_names(scope, dimension).await?.into();
        self.known_names
            .keep(scope.clone(), dimension, Arc::clone(&names), now);
        Ok(names)
    }

    /// The report of a query.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn read(&self, query: &ReportQuery) -> Result<Report, ReportError> {
        // The semaphore is never closed.
        let _place = self.places.acquire().await.ok();
        Ok(Report::read(&self.store, query).await?)
    }
}
