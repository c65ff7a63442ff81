//! Work that is done again and again while the service runs.
//!
//! [`Parts::jobs`] is the list of all of it; one loop ([`job`]) starts, repeats, logs and ends each. A new job is a
//! [`Work`](job::Work) and an entry there.

mod accounts;
mod api_log;
mod autopilot;
mod certificate;
mod deliveries;
mod expiry;
mod gauges;
mod job;
mod metrics_upkeep;
pub(super) mod retention;
mod turned_away;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use self::accounts::AccountRetention;
use self::api_log::ApiLog;
use self::autopilot::Autopilot;
use self::certificate::CertificateFiles;
use self::deliveries::{Deliveries, DuePeriods, OldDeliveries};
use self::expiry::Expiry;
use self::gauges::Gauges;
use self::job::{AtShutdown, Job};
use self::metrics_upkeep::MetricsUpkeep;
use self::retention::Retention;
use self::turned_away::TurnedAway;
use self::watch::{QuietQueues, TestCalls};
use crate::call::CurrentEnvironment;
use crate::delivery::worker::{self, Planner, Sender};
use crate::delivery::{CurrentSetup, Render};
use crate::engine::seeded;
use crate::telemetry::Metrics;
use crate::watch::Watch;
use crate::web::api::Keyring;
use crate::web::tls::Certificate;
use aftercall_media::MediaPlane;
use aftercall_runtime::clock::Clock;
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_storage::Database;
use aftercall_storage::delivery::Channel;

/// The parts of the service that jobs work on.
pub(super) struct Parts {
    pub(super) current: Arc<CurrentEnvironment>,
    pub(super) media: Arc<MediaPlane>,
    pub(super) store: Database,
    pub(super) keyring: Arc<Keyring>,
    pub(super) metrics: Metrics,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) retention: retention::Rule,
    /// Days for which the audit log is kept; 0 for ever.
    pub(super) audit_days: u32,
    /// The certificate of HTTP.
    pub(super) certificate: Option<Arc<Certificate>>,
    pub(super) watch: Watch,
    /// For what test calls draw.
    pub(super) seed: u64,
    pub(super) deliveries: Arc<CurrentSetup>,
    pub(super) render: Arc<dyn Render>,
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

impl Parts {
    /// Every job: how often it runs, its name in the log, what it does when the service stops, and its work.
    fn jobs(self, stop: &Shutdown) -> Vec<Job> {
        use AtShutdown::{End, Finish, RunOnceMore};
        let services = self.current.services();
        let (writer, registry) = (services.writer.clone(), services.registry.clone());
        let planner = Planner::new(
            self.store.clone(),
            Arc::clone(&self.deliveries),
            Arc::clone(&self.clock),
            seeded(),
        );
        let delivering = worker::Parts {
            store: self.store.clone(),
            current: self.deliveries,
            render: self.render,
            clock: Arc::clone(&self.clock),
            node: services.node.clone(),
        };
        let sender = |channel| Deliveries {
            sender: Sender::new(delivering.clone(), channel, seeded()),
            stop: stop.clone(),
        };
        let expiry = Expiry {
            pending: services.pending_announcements.clone(),
            store: self.store.clone(),
            writer: writer.clone(),
            clock: Arc::clone(&self.clock),
        };
        let quiet_queues = QuietQueues {
            watch: self.watch.clone(),
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            looked_at: None,
        };
        let test_calls = TestCalls {
            watch: self.watch,
            clock: Arc::clone(&self.clock),
            seed: self.seed,
            stop: stop.clone(),
            placed: None,
        };
        let autopilot = Autopilot::new(
            Arc::clone(&self.current),
            self.store.clone(),
            Arc::clone(&self.clock),
        );
        let old_deliveries = OldDeliveries {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
        };
        let account_retention = AccountRetention {
            store: self.store.clone(),
            audit_days: self.audit_days,
            clock: Arc::clone(&self.clock),
        };
        let retention = Retention {
            store: self.store,
            writer,
            rule: self.retention,
            clock: Arc::clone(&self.clock),
        };
        let turned_away = TurnedAway {
            current: self.current,
            clock: self.clock,
        };
        let gauges = Gauges {
            media: self.media,
            registry,
        };
        vec![
            Job::every(SECOND, "gauges", End, gauges),
            Job::every(SECOND, "turned away", RunOnceMore, turned_away),
            Job::every(SECOND, "API log", RunOnceMore, ApiLog(self.keyring)),
            Job::every(5 * SECOND, "metrics upkeep", End, MetricsUpkeep(self.metrics)),
            Job::every(10 * SECOND, "announcements", End, expiry),
            Job::every(20 * SECOND, "quiet queues", End, quiet_queues),
            Job::every(20 * SECOND, "test calls", End, test_calls),
            Job::every(10 * SECOND, "due reports", End, DuePeriods(planner)),
            Job::every(2 * SECOND, "mails", Finish, sender(Channel::Mail)),
            Job::every(2 * SECOND, "report folders", Finish, sender(Channel::Folder)),
            Job::every(2 * SECOND, "webhooks", Finish, sender(Channel::Webhook)),
            Job::every(MINUTE, "sampling autopilot", End, autopilot),
            Job::every(MINUTE, "certificate", End, CertificateFiles(self.certificate)),
            Job::every(HOUR, "retention", End, retention),
            Job::every(HOUR, "audit log", End, account_retention),
            Job::every(HOUR, "old deliveries", End, old_deliveries),
        ]
    }
}

/// Starts all jobs. Returns those that a stop has to wait for: their names, and their tasks.
pub(super) fn start(parts: Parts, shutdown: &Shutdown) -> Vec<(&'static str, JoinHandle<()>)> {
    let mut awaited = Vec::new();
    for job in parts.jobs(shutdown) {
        let (name, at_shutdown) = (job.name, job.at_shutdown);
        let task = job.start(shutdown.clone());
        if at_shutdown != AtShutdown::End {
            awaited.push((name, task));
        }
    }
    awaited
}
