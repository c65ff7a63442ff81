//! Call attempts at a rate: INVITE, 200, ACK, the beginning of the thank-you, BYE.
//!
//! The cost of a survey is the media of a minute; the cost of an attempt is signalling and storage. An attempt is a
//! whole call at its shortest: the service decides on it, stores its row, answers and thanks; as soon as the
//! thank-you is *heard* (its first packet that is not silence) this side hangs up, and the service stores the end. It is
//! meant for a route that surveys one call in very many; a surveyed call hears its welcome instead.
//!
//! Attempts share one RTP socket ([`FirstAudioReceiver`]) and send nothing on it, so that the generator can place thousands a
//! second on the machine of the server that it measures. The server has a media session for each of them all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::advice::advice;
use super::call_plan::CallPlan;
use super::figures::{Figures, Sample};
use super::first_audio::FirstAudioReceiver;
use super::key_sequence::KeySequence;
use super::load::{LoadProgress, PlacedCall, caller_of};
use super::phone::Phone;
use super::process::{Process, Usage};
use super::record::Failure;
use aftercall_rtp::sdp::{Capabilities, Codec, LocalSession, SrtpKeySource, SrtpPolicy};
use aftercall_runtime::clock::now;
use aftercall_runtime::lifecycle::{self, Shutdown};
use aftercall_sip::event::{Body, Command, DialogEvent, DialogKey, EndCause};

/// Finished attempts that may wait for the loop; when it is full, they wait.
const FINISHED: usize = 1_024;
/// How long the service may take for each step: the answer, the thank-you, the end.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is to be attempted.
#[derive(Debug, Clone)]
pub struct Attempts {
    /// How many.
    pub count: usize,
    /// Started a second.
    pub rate: f64,
    /// Maximum number of concurrent attempts.
    pub most: usize,
    /// Names the run: attempt `n` says `X-Call-Id: <run>-<n>`.
    pub run: String,
}

/// What was measured.
#[derive(Debug, Clone, Default)]
pub struct AttemptsReport {
    /// Each attempt, to be compared with what was stored for it.
    pub placed: Vec<PlacedCall>,
    /// How they ended.
    pub progress: LoadProgress,
    /// Failures by kind.
    pub failures: BTreeMap<String, usize>,
    /// What they point at.
    pub advice: BTreeSet<String>,
    /// Most on at once.
    pub peak: usize,
    /// From the first INVITE to the last end.
    pub wall: Duration,
    /// INVITE to 200.
    pub set_up: Figures,
    /// 200 to the first packet of the thank-you that is not silence.
    pub thanks: Figures,
    /// Largest resident memory of the server that was seen, in bytes.
    pub resident_peak: u64,
    /// CPU time of this process.
    pub own_cpu: Duration,
}

impl AttemptsReport {
    /// Attempts that went well, a second.
    pub fn per_second(&self) -> f64 {
        self.progress.completed as f64 / self.wall.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// One attempt that is over.
struct FinishedAttempt {
    id: String,
    set_up: Option<Duration>,
    thanks: Result<Duration, Failure>,
}

/// What every attempt has in common.
struct AttemptContext {
    phone: Arc<Phone>,
    first_audio: FirstAudioReceiver,
    capabilities: Capabilities,
    /// All offers are the same, so one description reads every answer.
    description: Mutex<LocalSession>,
    offer: Body,
}

struct AttemptRun {
    attempts: Attempts,
    counter: Arc<AttemptContext>,
    server: Option<Process>,
    report: AttemptsReport,
    set_up: Sample,
    thanks: Sample,
    began: tokio::time::Instant,
    own_before: Usage,
    nobody_there: bool,
}

/// Places the attempts and waits for all; looks at the memory of `server` meanwhile. Progress goes to `watch` once a
/// second; `stop` starts no more.
///
/// # Errors
/// No socket for what is heard.
pub async fn run(
    phone: Arc<Phone>,
    attempts: Attempts,
    server: Option<Process>,
    watch: mpsc::Sender<LoadProgress>,
    stop: Shutdown,
) -> io::Result<AttemptsReport> {
    let first_audio = FirstAudioReceiver::open(phone.local()).await?;
    let capabilities = Capabilities {
        codecs: vec![Codec::Pcmu, Codec::Pcma],
        srtp: SrtpPolicy::Off,
        ..phone.capabilities().clone()
    };
    let mut description = LocalSession::new(
        phone.seed(),
        first_audio.local(),
        SrtpKeySource::from_seed(phone.key_seed()),
    );
    let offer = description.offer(&capabilities);
    let drive = AttemptRun {
        attempts,
        counter: Arc::new(AttemptContext {
            phone,
            first_audio,
            capabilities,
            description: Mutex::new(description),
            offer: Body::sdp(offer),
        }),
        server,
        report: AttemptsReport::default(),
        set_up: Sample::default(),
        thanks: Sample::default(),
        began: tokio::time::Instant::now(),
        own_before: Process::own().usage().unwrap_or_default(),
        nobody_there: false,
    };
    Ok(drive.go(watch, stop).await)
}

impl AttemptRun {
    async fn go(mut self, watch: mpsc::Sender<LoadProgress>, mut stop: Shutdown) -> AttemptsReport {
        let (sender, mut finished) = mpsc::channel(FINISHED);
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut starting = self.attempts.count > 0;
        while starting || self.report.progress.on > 0 {
            let next = self.next_start();
            tokio::select! {
                biased;
                () = stop.requested(), if starting => starting = false,
                Some(attempt) = finished.recv() => self.finished(attempt),
                _ = second.tick() => self.look(&watch),
                () = tokio::time::sleep_until(next), if starting && self.has_room() => self.start(&sender),
            }
            let goes_on = !self.nobody_there || self.report.progress.completed > 0;
            starting = starting && goes_on && self.report.progress.started < self.attempts.count;
        }
        self.conclude()
    }

    /// The ideal moment of the next attempt; a late start does not shift those after it.
    fn next_start(&self) -> tokio::time::Instant {
        self.began + Duration::from_secs_f64(self.report.progress.started as f64 / self.attempts.rate)
    }

    const fn has_room(&self) -> bool {
        self.report.progress.on < self.attempts.most
    }

    fn start(&mut self, finished: &mpsc::Sender<FinishedAttempt>) {
        let number = self.report.progress.started;
        let id = format!("{}-{number}", self.attempts.run);
        let plan = CallPlan {
            from: Some(caller_of(number)),
            headers: vec![("X-Call-Id".to_owned(), id.clone())],
            ..CallPlan::default()
        };
        let (counter, finished) = (Arc::clone(&self.counter), finished.clone());
        lifecycle::spawn("attempt", async move {
            let (set_up, thanks) = counter.attempt(&plan).await;
            // Not lost: the loop reads until every attempt has reported its end.
            let _told = finished
                .send(FinishedAttempt { id, set_up, thanks })
                .await
                .is_ok();
        });
        self.report.progress.started += 1;
        self.report.progress.on += 1;
        self.report.peak = self.report.peak.max(self.report.progress.on);
    }

    fn finished(&mut self, attempt: FinishedAttempt) {
        let FinishedAttempt { id, set_up, thanks } = attempt;
        let report = &mut self.report;
        report.progress.on -= 1;
        report.placed.push(PlacedCall {
            id,
            keys: KeySequence::default(),
            completed: thanks.is_ok(),
        });
        set_up.into_iter().for_each(|set_up| self.set_up.add(set_up));
        match thanks {
            Ok(thanks) => {
                report.progress.completed += 1;
                self.thanks.add(thanks);
            }
            Err(failure) => {
                report.progress.failed += 1;
                report.advice.extend(advice(&failure, self.counter.phone.local()));
                *report.failures.entry(failure.kind()).or_default() += 1;
                self.nobody_there |= failure.is_unreachable();
            }
        }
    }

    fn look(&mut self, watch: &mpsc::Sender<LoadProgress>) {
        let usage = self.server.and_then(|server| server.usage().ok());
        let resident = usage.map_or(0, |usage| usage.resident_bytes);
        self.report.resident_peak = self.report.resident_peak.max(resident);
        let _told = watch.try_send(self.report.progress).is_ok();
    }

    fn conclude(mut self) -> AttemptsReport {
        self.report.wall = self.began.elapsed();
        self.report.set_up = self.set_up.figures();
        self.report.thanks = self.thanks.figures();
        let own = Process::own().usage().unwrap_or_default();
        self.report.own_cpu = own.cpu.saturating_sub(self.own_before.cpu);
        self.report
    }
}

impl AttemptContext {
    /// One attempt; every wait in it is bounded. How long the answer took, and the thank-you after it.
    async fn attempt(&self, plan: &CallPlan) -> (Option<Duration>, Result<Duration, Failure>) {
        let began = now();
        let Some((dialog, mut events)) = self
            .phone
            .invite(plan, self.phone.call_id(), Some(self.offer.clone()))
            .await
        else {
            return (None, Err(self.unreachable()));
        };
        let answer = within(self.answer(&mut events), Failure::NotAnswered(PATIENCE)).await;
        let answered = now();
        let set_up = answer.is_ok().then(|| answered.saturating_duration_since(began));
        let thanks = match answer {
            Ok(body) => within(self.thanks(body, &mut events), Failure::NothingHeard).await,
            Err(failure) => Err(failure),
        };
        let ended = match thanks {
            Err(Failure::Refused { .. } | Failure::NoResponse { .. } | Failure::Unreachable { .. }) => Ok(()),
            _ => within(self.hang_up(dialog, &mut events), Failure::TimeLimit(PATIENCE)).await,
        };
        let thanks = thanks.map(|heard| heard.saturating_duration_since(answered));
        (set_up, thanks.and_then(|thanks| ended.map(|()| thanks)))
    }

    /// The session description of the 200.
    async fn answer(&self, events: &mut mpsc::Receiver<DialogEvent>) -> Result<Option<Body>, Failure> {
        loop {
            match events.recv().await {
                Some(DialogEvent::Answered { body }) => return Ok(body),
                Some(DialogEvent::Ended { cause }) => return Err(self.failure(cause)),
                Some(_) => {}
                None => return Err(self.unreachable()),
            }
        }
    }

    /// When the thank-you is heard.
    async fn thanks(
        &self,
        answer: Option<Body>,
        events: &mut mpsc::Receiver<DialogEvent>,
    ) -> Result<Instant, Failure> {
        let answer = answer.ok_or(Failure::NoDescription)?;
        let negotiated = self
            .description
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .read_answer(&answer.bytes, &self.capabilities);
        let source = negotiated.map_err(Failure::Description)?.remote_rtp;
        let heard = self.first_audio.first_audio_from(source);
        let ended = async {
            while let Some(event) = events.recv().await {
                if let DialogEvent::Ended { .. } = event {
                    return;
                }
            }
        };
        tokio::select! {
            biased;
            heard = heard => heard.map_err(|_| Failure::NothingHeard),
            () = ended => Err(Failure::NothingHeard),
        }
    }

    /// BYE, or CANCEL while there is no answer; until the end is confirmed.
    async fn hang_up(
        &self,
        dialog: DialogKey,
        events: &mut mpsc::Receiver<DialogEvent>,
    ) -> Result<(), Failure> {
        self.phone
            .send(Command::HangUp {
                dialog,
                headers: Vec::new(),
            })
            .await;
        while let Some(event) = events.recv().await {
            if let DialogEvent::Ended { .. } = event {
                break;
            }
        }
        Ok(())
    }

    fn failure(&self, cause: EndCause) -> Failure {
        let (destination, transport) = self.phone.destination();
        match cause {
            EndCause::Rejected { status, reason } => Failure::Refused { status, reason },
            EndCause::NoResponse => Failure::NoResponse {
                destination,
                transport,
            },
            EndCause::Bye { .. }
            | EndCause::HungUp
            | EndCause::TransportFailed
            | EndCause::Cancelled
            | EndCause::Refused
            | EndCause::AckTimeout => self.unreachable(),
        }
    }

    fn unreachable(&self) -> Failure {
        let (destination, transport) = self.phone.destination();
        Failure::Unreachable {
            destination,
            transport,
        }
    }
}

/// A step, or `late` when it takes too long.
async fn within<T>(step: impl Future<Output = Result<T, Failure>>, late: Failure) -> Result<T, Failure> {
    tokio::time::timeout(PATIENCE, step).await.unwrap_or(Err(late))
}
