//! Handling alerts that were raised: reading what waits, deciding what follows, storing it.

use std::collections::BTreeSet;
use std::sync::Arc;

use metrics::counter;
use rand::rngs::StdRng;

use super::plan;
use super::rule::{AlertSetup, CurrentAlertSetup};
use aftercall_runtime::clock::Clock;
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_storage::alert::{AlertHandling, AlertedCall, Alerts};
use aftercall_storage::{Database, StoreError};

/// Calls that are read at once.
const AT_ONCE: u32 = 100;

/// Handles alerts, whichever node raised them.
#[derive(Debug)]
pub struct Handler {
    store: Database,
    current: Arc<CurrentAlertSetup>,
    clock: Arc<dyn Clock>,
    rng: StdRng,
}

impl Handler {
    /// A handler by the rules in use; identities and tokens are drawn from `rng`.
    pub const fn new(
        store: Database,
        current: Arc<CurrentAlertSetup>,
        clock: Arc<dyn Clock>,
        rng: StdRng,
    ) -> Self {
        Self {
            store,
            current,
            clock,
            rng,
        }
    }

    /// Handles what waits, until nothing does or `stop` is requested. Answers how many alerts were handled.
    ///
    /// # Errors
    /// The database is away. What was not handled waits.
    pub async fn run(&mut self, stop: &Shutdown) -> Result<u64, StoreError> {
        let mut handled = 0;
        while !stop.is_requested() {
            let waiting = self.store.waiting_alerts(AT_ONCE).await?;
            if waiting.calls.is_empty() && waiting.of_service.is_empty() {
                break;
            }
            let setup = self.current.setup();
            for call in &waiting.calls {
                let handling = self.of_call(call, &setup).await?;
                handled += self.store_handling(&handling).await?;
            }
            for alert in &waiting.of_service {
                let handling = plan::of_service(alert, &setup, self.clock.utc(), &mut self.rng);
                handled += self.store_handling(&handling).await?;
            }
        }
        Ok(handled)
    }

    async fn of_call(&mut self, call: &AlertedCall, setup: &AlertSetup) -> Result<AlertHandling, StoreError> {
        let now = self.clock.utc();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for (call, rule, since) in plan::once_per_caller(call, setup, now) {
            if self.store.has_alerted_of_caller(call, rule, since).await? {
                known.insert(rule.to_owned());
            }
        }
        let is_known = |rule: &str| known.contains(rule);
        Ok(plan::of_call(call, setup, is_known, now, &mut self.rng))
    }

    /// How many alerts were handled by this; none where another node was faster.
    async fn store_handling(&self, handling: &AlertHandling) -> Result<u64, StoreError> {
        let Some(_) = self.store.handle_alerts(handling).await? else {
            return Ok(0);
        };
        for (_, silenced_by) in &handling.alerts {
            let outcome = silenced_by.map_or("told", |reason| reason.as_str());
            counter!("aftercall_alerts_total", "outcome" => outcome).increment(1);
        }
        Ok(handling.alerts.len() as u64)
    }
}
