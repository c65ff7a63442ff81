//! Serves the requests of the HTTP API with storage, admission and the configuration.

mod errand;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use self::errand::Errand;
use crate::call::CurrentEnvironment;
use crate::config::http::HttpSettings;
use crate::web::api::{Announce, Announced, Answer, Decide, Decision, House, OptOutState, Texts};
use aftercall_base::Redacted;
use aftercall_storage::SqliteStore;
use aftercall_survey::record::{CallFound, CallName, EligibleCall};

/// The service that the API calls.
#[derive(Debug)]
pub(super) struct ApiHouse {
    current: Arc<CurrentEnvironment>,
    store: SqliteStore,
    lifetime: Duration,
    most_waiting: u64,
}

impl ApiHouse {
    pub(super) const fn new(
        current: Arc<CurrentEnvironment>,
        store: SqliteStore,
        settings: &HttpSettings,
    ) -> Self {
        Self {
            current,
            store,
            lifetime: settings.announcement_lifetime.0,
            most_waiting: settings.max_announcements,
        }
    }

    fn errand(&self) -> Errand {
        Errand {
            env: self.current.environment(),
            store: self.store.clone(),
            lifetime: self.lifetime,
            most_waiting: self.most_waiting,
        }
    }
}

impl House for ApiHouse {
    fn now(&self) -> DateTime<Utc> {
        self.current.environment().services.utc()
    }

    fn announce(&self, announce: Announce) -> Answer<'_, Announced> {
        Box::pin(async move { self.errand().announce(announce).await })
    }

    fn decide(&self, decide: Decide) -> Answer<'_, Decision> {
        Box::pin(async move { self.errand().decide(decide).await })
    }

    fn call(&self, name: CallName) -> Answer<'_, CallFound> {
        Box::pin(async move { self.errand().found(&name).await })
    }

    fn amend(&self, name: CallName, texts: Texts) -> Answer<'_, CallFound> {
        Box::pin(async move { self.errand().amend(name, texts).await })
    }

    fn eligible(&self, calls: Vec<EligibleCall>) -> Answer<'_, u64> {
        Box::pin(async move { self.errand().eligible(calls).await })
    }

    fn opt_out(&self, number: Redacted<String>, key: &str) -> Answer<'_, OptOutState> {
        let key = key.to_owned();
        Box::pin(async move { self.errand().opt_out(&number, &key).await })
    }

    fn opt_in(&self, number: Redacted<String>, key: &str) -> Answer<'_, OptOutState> {
        let key = key.to_owned();
        Box::pin(async move { self.errand().opt_in(&number, &key).await })
    }

    fn opted_out(&self, number: Redacted<String>) -> Answer<'_, OptOutState> {
        Box::pin(async move { self.errand().opted_out(&number).await })
    }

    fn opt_outs(&self) -> Answer<'_, u64> {
        Box::pin(async move { self.errand().opt_outs().await })
    }
}
