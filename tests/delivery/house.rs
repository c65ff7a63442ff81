//! A node that delivers: a database in a directory of its own, a clock that the test sets, rules, and reports that can be compared.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;
use tempfile::TempDir;

use aftercall::delivery::schedule::{Cadence, Schedule};
use aftercall::delivery::worker::{Parts, Planner, Sender};
use aftercall::delivery::{
    Attachment, CurrentSetup, DeliveryName, DeliveryRule, Format, Package, Render, RenderFuture,
    RenderRequest, ReportFilter, Setup, WhenEmpty,
};
use aftercall_base::Language;
use aftercall_runtime::clock::Clock;
use aftercall_runtime::lifecycle::{Shutdown, shutdown};
use aftercall_storage::delivery::{
    AttemptFound, Channel, Deliveries, DeliveryFound, DeliveryQuery, DeliveryState, OutboxPart,
};
use aftercall_storage::{Access, Database, Store};

/// A clock that shows what the test has set.
#[derive(Debug, Clone)]
pub(crate) struct SetClock(Arc<Mutex<DateTime<Utc>>>);

impl SetClock {
    pub(crate) fn new(at: &str) -> Self {
        Self(Arc::new(Mutex::new(utc(at))))
    }

    pub(crate) fn set(&self, at: &str) {
        *self.0.lock().unwrap() = utc(at);
    }

    pub(crate) fn set_to(&self, at: DateTime<Utc>) {
        *self.0.lock().unwrap() = at;
    }

    pub(crate) fn pass(&self, minutes: i64) {
        *self.0.lock().unwrap() += chrono::TimeDelta::minutes(minutes);
    }
}

impl Clock for SetClock {
    fn utc(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Reports with everything that is hard on the way: other alphabets, long lines, dots, every byte.
#[derive(Debug, Default)]
pub(crate) struct TestReports {
    pub(crate) is_empty: bool,
    pub(crate) made: AtomicU32,
}

impl TestReports {
    pub(crate) fn made(&self) -> u32 {
        self.made.load(Ordering::Relaxed)
    }

    pub(crate) fn package(&self, request: &RenderRequest) -> Package {
        let period = request.period;
        let attachment = |format: Format, bytes: Vec<u8>| Attachment {
            name: request.rule.file_name(period, format),
            media_type: format.media_type().to_owned(),
            bytes,
        };
        Package {
            subject: format!(
                "Viikkoraportti: myynti \u{2013} {period}, \u{10d}e\u{161}tina, \u{395}\u{3bb}\u{3bb}\u{3b7}\u{3bd}\u{3b9}\u{3ba}\u{3ac}"
            ),
            text: format!(
                "NPS +41 (\u{b1}8)\n.\n..a line that begins with dots\n\nlate: {}\n{}\ntrailing blank \n",
                request.is_late,
                "a very long line ".repeat(80)
            ),
            html: "<p>NPS&nbsp;+41 = \u{1f642}</p>\n<table><tr><td>.</td></tr></table>\n".to_owned(),
            attachments: vec![
                attachment(Format::Xlsx, (0..=255_u8).cycle().take(100_000).collect()),
                attachment(Format::Csv, b"\xef\xbb\xbfqueue;nps\r\n=1+1;0\r\n".to_vec()),
            ],
            summary: json!({ "nps": 41.5, "n": 120, "period": period.to_string() }),
            is_empty: self.is_empty,
        }
    }
}

impl Render for TestReports {
    fn render<'a>(&'a self, request: &'a RenderRequest, _now: DateTime<Utc>) -> RenderFuture<'a> {
        self.made.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move { Ok(self.package(request)) })
    }
}

/// On Mondays at 7 in Helsinki, to nobody yet.
pub(crate) fn monday_rule() -> DeliveryRule {
    DeliveryRule {
        name: DeliveryName::new("sales").unwrap(),
        filter: ReportFilter::default(),
        by: None,
        schedule: Schedule {
            cadence: Cadence::Weekly {
                on: Weekday::Mon,
                begins: Weekday::Mon,
            },
            at: NaiveTime::from_hms_opt(7, 0, 0).unwrap(),
            zone: Tz::Europe__Helsinki,
        },
        language: Language::new("fi").unwrap(),
        to: Vec::new(),
        folder: None,
        webhook: None,
        formats: vec![Format::Xlsx, Format::Csv],
        when_empty: WhenEmpty::Send,
        give_up: std::time::Duration::from_secs(3 * 86_400),
    }
}

/// What outlives every node: the database, the clock, the rules.
pub(crate) struct House {
    pub(crate) directory: TempDir,
    pub(crate) clock: SetClock,
    pub(crate) current: Arc<CurrentSetup>,
    pub(crate) reports: Arc<TestReports>,
    seed: AtomicU32,
}

impl House {
    pub(crate) fn new(at: &str, setup: Setup) -> Self {
        Self::with_reports(at, setup, TestReports::default())
    }

    pub(crate) fn with_reports(at: &str, setup: Setup, reports: TestReports) -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            clock: SetClock::new(at),
            current: Arc::new(CurrentSetup::new(setup)),
            reports: Arc::new(reports),
            seed: AtomicU32::new(0),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Starts a node; as often as is wanted, also one after the other under the same name.
    pub(crate) async fn start(&self, name: &str) -> Node {
        let store = open(&self.path("aftercall.db")).await;
        let seed = || {
            let seed = self.seed.fetch_add(1, Ordering::Relaxed);
            StdRng::seed_from_u64(seed.into())
        };
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let planner = Planner::new(
            store.clone(),
            Arc::clone(&self.current),
            Arc::clone(&clock),
            seed(),
        );
        let reports: Arc<dyn Render> = Arc::clone(&self.reports) as Arc<dyn Render>;
        let parts = Parts {
            store: store.clone(),
            current: Arc::clone(&self.current),
            render: reports,
            clock,
            node: name.to_owned(),
        };
        let senders = Channel::ALL
            .iter()
            .map(|channel| Sender::new(parts.clone(), *channel, seed()));
        Node {
            store,
            planner,
            senders: senders.collect(),
        }
    }
}

async fn open(path: &Path) -> Database {
    aftercall_storage::open(path, Access::Serve).await.unwrap()
}

/// A running node.
pub(crate) struct Node {
    pub(crate) store: Database,
    planner: Planner,
    senders: Vec<Sender>,
}

impl Node {
    /// What the jobs do once.
    pub(crate) async fn run(&mut self) {
        self.plan().await;
        self.send().await;
    }

    pub(crate) async fn plan(&mut self) {
        self.planner.run().await.unwrap();
    }

    pub(crate) async fn send(&mut self) {
        let (_running, stop) = shutdown();
        self.send_until(&stop).await;
    }

    /// Delivers, unless a stop has been requested.
    pub(crate) async fn send_until(&mut self, stop: &Shutdown) {
        for sender in &mut self.senders {
            sender.run(stop).await.unwrap();
        }
    }

    /// All deliveries in a state, the newest first.
    pub(crate) async fn deliveries(&self, state: DeliveryState) -> Vec<DeliveryFound> {
        let query = DeliveryQuery::State(OutboxPart::Reports, state, 10_000);
        self.store.deliveries(&query).await.unwrap()
    }

    /// The one delivery that there is.
    pub(crate) async fn only(&self) -> DeliveryFound {
        let mut all = Vec::new();
        for state in DeliveryState::ALL {
            all.extend(self.deliveries(*state).await);
        }
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    pub(crate) async fn attempts(&self, id: u64) -> Vec<AttemptFound> {
        self.store.delivery_attempts(id).await.unwrap()
    }

    pub(crate) async fn stop(self) {
        self.store.close().await;
    }
}
