//! Many calls at once, and what they measured.
//!
//! One loop starts calls on absolute deadlines, gathers their records and looks at the server's process once a
//! second. It keeps figures, not records, so that thousands of calls cost little: it shares the machine with the
//! server it measures.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};

use super::advice::advice;
use super::call_plan::CallPlan;
use super::figures::{Figures, Sample};
use super::key_sequence::{KeyChoice, KeySequence};
use super::phone::Phone;
use super::process::{Process, Usage};
use super::record::CallRecord;
use aftercall_media::PlaneStatistics;
use aftercall_runtime::lifecycle::{self, Shutdown};

/// From of a test call: a number of its own under a country code that no country has, so that each is a caller to whom opt-outs and
/// cool-downs apply.
pub(super) fn caller_of(number: usize) -> String {
    format!("sip:+999{number:09}@aftercall.invalid")
}

/// Records that may wait for the loop; when it is full, finished calls wait.
const RECORDS: usize = 256;

/// What is to be placed.
#[derive(Debug, Clone)]
pub struct Load {
    /// How many calls.
    pub calls: usize,
    /// Calls started a second.
    pub rate: f64,
    /// Maximum number of concurrent calls.
    pub most: usize,
    /// What each presses.
    pub keys: KeyChoice,
    /// Draws the keys.
    pub seed: u64,
    /// Names the run: call `n` says `X-Call-Id: <run>-<n>`.
    pub run: String,
    /// What all calls have in common; keys, From and X-Call-Id are each call's own.
    pub plan: CallPlan,
    /// The server's process, if it is to be measured.
    pub server: Option<Process>,
}

/// What one call pressed, to be compared with what was stored for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedCall {
    /// Its X-Call-Id.
    pub id: String,
    /// Its keys.
    pub keys: KeySequence,
    /// Whether it went as ordered, as this side saw it.
    pub completed: bool,
}

/// How far a load has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoadProgress {
    /// Calls started.
    pub started: usize,
    /// Active calls.
    pub on: usize,
    /// Calls that went as ordered.
    pub completed: usize,
    /// Calls that failed.
    pub failed: usize,
}

/// What the server's process used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServerCost {
    /// CPU time of the whole run, set-up and tear-down included.
    pub cpu: Duration,
    /// CPU milliseconds per second of a call.
    pub cpu_ms_per_call_second: f64,
    /// Resident memory before the first call.
    pub resident_before: u64,
    /// Largest resident memory seen.
    pub resident_peak: u64,
    /// Growth per concurrent call at the peak, in bytes.
    pub bytes_per_call: f64,
}

/// Everything that was measured.
#[derive(Debug, Clone, Default)]
pub struct LoadReport {
    /// Each call that was placed.
    pub placed: Vec<PlacedCall>,
    /// How it ended.
    pub progress: LoadProgress,
    /// Failures by kind.
    pub failures: BTreeMap<String, usize>,
    /// What they point at.
    pub advice: BTreeSet<String>,
    /// Most calls talking at once.
    pub peak: usize,
    /// From the first INVITE to the last end.
    pub wall: Duration,
    /// Time between answer and end, summed over calls.
    pub call_seconds: f64,
    /// RTP packets of the server that arrived here.
    pub packets_received: u64,
    /// RTP packets of the server that never arrived.
    pub packets_lost: u64,
    /// RTP packets that we sent.
    pub packets_sent: u64,
    /// RTP packets that we did not send because we were late.
    pub late_here: u64,
    /// The largest share of our packets that the server reports as lost, of all calls.
    pub worst_remote_loss: Option<f64>,
    /// INVITE to 200.
    pub set_up: Figures,
    /// Key to next prompt.
    pub turn: Figures,
    /// How far received packets were from the ideal schedule of their stream.
    pub pacing: Figures,
    /// The server's process.
    pub server: Option<ServerCost>,
    /// CPU time of this process.
    pub own_cpu: Duration,
}

impl LoadReport {
    /// The share of the server's packets that never arrived.
    pub fn loss(&self) -> f64 {
        let expected = self.packets_received + self.packets_lost;
        if expected == 0 {
            0.0
        } else {
            self.packets_lost as f64 / expected as f64
        }
    }
}

/// A finished call of the load.
struct FinishedCall {
    placed: PlacedCall,
    record: CallRecord,
}

/// A load in progress.
struct LoadRun {
    phone: Arc<Phone>,
    load: Load,
    rng: SmallRng,
    report: LoadReport,
    set_up: Sample,
    turn: Sample,
    began: Instant,
    usage_before: Option<Usage>,
    resident_peak: u64,
    own_before: Usage,
    nobody_there: bool,
}

/// Places the calls and waits for all. Progress goes to `watch` once a second; `stop` starts no more and hangs up
/// those that are on.
pub async fn run(
    phone: Arc<Phone>,
    load: Load,
    watch: mpsc::Sender<LoadProgress>,
    stop: Shutdown,
) -> LoadReport {
    let drive = LoadRun {
        rng: SmallRng::seed_from_u64(load.seed),
        report: LoadReport::default(),
        set_up: Sample::default(),
        turn: Sample::default(),
        began: Instant::now(),
        usage_before: load.server.and_then(|server| server.usage().ok()),
        resident_peak: 0,
        own_before: Process::own().usage().unwrap_or_default(),
        nobody_there: false,
        phone,
        load,
    };
    drive.go(watch, stop).await
}

impl LoadRun {
    async fn go(mut self, watch: mpsc::Sender<LoadProgress>, stop: Shutdown) -> LoadReport {
        let (records, mut finished) = mpsc::channel(RECORDS);
        let mut stopping = stop.clone();
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut starting = true;
        while starting || self.report.progress.on > 0 {
            let next = self.next_start();
            tokio::select! {
                biased;
                () = stopping.requested(), if starting => starting = false,
                Some(call) = finished.recv() => self.finished(call),
                _ = second.tick() => self.look(&watch),
                () = tokio::time::sleep_until(next), if starting && self.has_room() => self.start(&records, &stop),
            }
            starting = starting && self.goes_on() && self.report.progress.started < self.load.calls;
        }
        self.conclude()
    }

    /// Whether more calls make sense: not where none has been answered and nobody is there.
    const fn goes_on(&self) -> bool {
        !self.nobody_there || self.report.progress.completed > 0
    }

    /// The ideal moment of the next call; a late start does not shift those after it.
    fn next_start(&self) -> Instant {
        self.began + Duration::from_secs_f64(self.report.progress.started as f64 / self.load.rate)
    }

    const fn has_room(&self) -> bool {
        self.report.progress.on < self.load.most
    }

    fn start(&mut self, records: &mpsc::Sender<FinishedCall>, stop: &Shutdown) {
        let number = self.report.progress.started;
        let id = format!("{}-{number}", self.load.run);
        let keys = self.load.keys.draw(&mut self.rng);
        let mut plan = CallPlan {
            keys: keys.clone(),
            from: Some(self.load.plan.from.clone().unwrap_or_else(|| caller_of(number))),
            ..self.load.plan.clone()
        };
        plan.headers.push(("X-Call-Id".to_owned(), id.clone()));
        let (phone, records, stop) = (Arc::clone(&self.phone), records.clone(), stop.clone());
        lifecycle::spawn("test-call", async move {
            let record = phone.call(&plan, None, stop).await;
            let placed = PlacedCall {
                id,
                keys,
                completed: record.failure.is_none(),
            };
            // Not lost: the loop reads until every call has reported its end.
            let _told = records.send(FinishedCall { placed, record }).await.is_ok();
        });
        self.report.progress.started += 1;
        self.report.progress.on += 1;
        self.report.peak = self.report.peak.max(self.report.progress.on);
    }

    fn finished(&mut self, call: FinishedCall) {
        let (report, record) = (&mut self.report, call.record);
        report.progress.on -= 1;
        match record.failure {
            None => report.progress.completed += 1,
            Some(failure) => {
                report.progress.failed += 1;
                report.advice.extend(advice(&failure, self.phone.local()));
                *report.failures.entry(failure.kind()).or_default() += 1;
                self.nobody_there |= failure.is_unreachable();
            }
        }
        report.call_seconds += record.talked.as_secs_f64();
        report.packets_received += record.media.packets_received;
        report.packets_lost += record.media.packets_lost;
        report.packets_sent += record.media.packets_sent;
        report.late_here += record.media.late_ticks;
        let worst = [report.worst_remote_loss, record.media.remote_loss];
        report.worst_remote_loss = worst.into_iter().flatten().reduce(f64::max);
        record
            .set_up
            .into_iter()
            .for_each(|set_up| self.set_up.add(set_up));
        record.turns.into_iter().for_each(|turn| self.turn.add(turn));
        report.placed.push(call.placed);
    }

    /// Once a second: reads the server's memory and reports progress. A watcher that is too slow misses some reports.
    fn look(&mut self, watch: &mpsc::Sender<LoadProgress>) {
        let usage = self.load.server.and_then(|server| server.usage().ok());
        self.resident_peak = self
            .resident_peak
            .max(usage.map_or(0, |usage| usage.resident_bytes));
        let _told = watch.try_send(self.report.progress).is_ok();
    }

    fn conclude(mut self) -> LoadReport {
        self.report.wall = self.began.elapsed();
        self.report.set_up = self.set_up.figures();
        self.report.turn = self.turn.figures();
        self.report.pacing = pacing(&self.phone.statistics());
        self.report.server = self.server_cost();
        let own = Process::own().usage().unwrap_or_default();
        self.report.own_cpu = own.cpu.saturating_sub(self.own_before.cpu);
        self.report
    }

    fn server_cost(&self) -> Option<ServerCost> {
        let before = self.usage_before?;
        let after = self.load.server?.usage().ok()?;
        let cpu = after.cpu.saturating_sub(before.cpu);
        let resident_peak = self.resident_peak.max(after.resident_bytes);
        let growth = resident_peak.saturating_sub(before.resident_bytes);
        Some(ServerCost {
            cpu,
            cpu_ms_per_call_second: cpu.as_secs_f64() * 1_000.0
                / self.report.call_seconds.max(f64::MIN_POSITIVE),
            resident_before: before.resident_bytes,
            resident_peak,
            bytes_per_call: growth as f64 / self.report.peak.max(1) as f64,
        })
    }
}

fn pacing(statistics: &PlaneStatistics) -> Figures {
    let histogram = &statistics.receive_pacing;
    Figures {
        count: histogram.count(),
        p50: histogram.quantile(0.50),
        p99: histogram.quantile(0.99),
        max: histogram.largest(),
    }
}
