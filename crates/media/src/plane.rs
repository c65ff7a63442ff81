//! The media plane: a few threads that carry the media of all calls.

use std::io;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::DateTime;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use tokio::sync::mpsc;

use super::event::MediaEvent;
use super::handle::MediaSession;
use super::in_band::InBandDtmf;
use super::port::PortPool;
use super::session::Session;
use super::socket::{MediaSockets, OpenError};
use super::statistics::{PlaneStatistics, SharedStatistics};
use super::thread::{self, Scheduling};
use super::thread_context::{ThreadContext, ThreadSettings};
use super::thread_load::{SessionSlot, SharedLateness};
use super::worker::{ThreadCommand, Worker};
use aftercall_runtime::clock::{Clock, SystemClock, monotonic};

/// Commands that wait for one media thread; it takes all of them every 5 ms.
const COMMANDS: usize = 4_096;

/// How a media plane is set up.
#[derive(Debug, Clone)]
pub struct PlaneConfig {
    /// Media threads, at least one.
    pub threads: usize,
    /// UDP ports, two for each call.
    pub ports: RangeInclusive<u16>,
    /// How long a port is not used again after a call.
    pub quarantine: Duration,
    /// A call without packets for this long is reported; zero never reports.
    pub rtp_timeout: Duration,
    /// A thread that is behind its schedule by this much, averaged over a second, takes no more calls; zero never
    /// refuses.
    pub late_limit: Duration,
    /// How the threads are scheduled.
    pub scheduling: Scheduling,
    /// When DTMF tones are detected in the audio.
    pub in_band_dtmf: InBandDtmf,
    /// The wall clock of RTCP sender reports.
    pub clock: Arc<dyn Clock>,
    /// Seed of SSRCs, sequence numbers, RTCP intervals and the order of ports.
    pub seed: u64,
}

impl PlaneConfig {
    /// The usual settings: a thread for each core, real-time where permitted, ports 16384-32767, 5 s of quarantine, 20 s without
    /// RTP, no more calls on a thread that is 5 ms behind, keys in the audio where there are no telephone-events.
    pub fn new(seed: u64) -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            ports: 16_384..=32_767,
            quarantine: Duration::from_secs(5),
            rtp_timeout: Duration::from_secs(20),
            late_limit: Duration::from_millis(5),
            scheduling: Scheduling::Realtime,
            in_band_dtmf: InBandDtmf::Auto,
            clock: Arc::new(SystemClock),
            seed,
        }
    }
}

/// A media plane could not be started.
#[derive(Debug, thiserror::Error)]
pub enum PlaneError {
    /// The port range holds no even port with its odd neighbour.
    #[error("the media port range {}-{} holds no pair of ports", .0.start(), .0.end())]
    NoPorts(RangeInclusive<u16>),
    /// The operating system refused a thread.
    #[error("cannot start a media thread: {0}")]
    Thread(#[from] io::Error),
}

/// The media threads and the port pool. The threads end when the plane and all sessions are dropped.
#[derive(Debug)]
pub struct MediaPlane {
    threads: Vec<ThreadHandle>,
    pool: Arc<Mutex<PortPool>>,
    rng: Mutex<StdRng>,
    next_id: AtomicU64,
    late_limit: Duration,
    in_band_dtmf: InBandDtmf,
}

/// What the plane knows about one of its threads.
#[derive(Debug)]
struct ThreadHandle {
    commands: SyncSender<ThreadCommand>,
    shared_statistics: SharedStatistics,
    load: Arc<AtomicUsize>,
    lateness: SharedLateness,
}

impl MediaPlane {
    /// Starts the threads. Logs one warning when the system does not permit real-time scheduling.
    ///
    /// # Errors
    /// When the port range is empty or a thread cannot be started.
    pub fn start(config: &PlaneConfig) -> Result<Self, PlaneError> {
        let (plane, workers) = Self::driven(config, monotonic())?;
        let mut refusal = None;
        for (number, mut worker) in workers.into_iter().enumerate() {
            worker.keep_time(monotonic);
            refusal = thread::start(number, worker, config.scheduling)?.err();
        }
        if let Some(refusal) = refusal {
            tracing::warn!("{refusal}");
        }
        Ok(plane)
    }

    /// A plane without threads, for tests and benchmarks in simulated time: the owner of the workers calls [`Worker::tick`],
    /// from `epoch` on.
    ///
    /// # Errors
    /// When the port range is empty.
    pub fn driven(config: &PlaneConfig, epoch: Instant) -> Result<(Self, Vec<Worker>), PlaneError> {
        let mut rng = StdRng::seed_from_u64(config.seed);
        let pool = PortPool::new(config.ports.clone(), config.quarantine, &mut rng);
        if pool.size() == 0 {
            return Err(PlaneError::NoPorts(config.ports.clone()));
        }
        let wall = config.clock.utc().signed_duration_since(DateTime::UNIX_EPOCH);
        let timing = ThreadSettings {
            epoch,
            epoch_wall: wall.to_std().unwrap_or_default(),
            clock: Arc::clone(&config.clock),
            rtp_timeout: config.rtp_timeout,
            in_band_dtmf: config.in_band_dtmf,
        };
        let (threads, workers) = (0..config.threads.max(1))
            .map(|_| {
                let (commands, receiver) = sync_channel(COMMANDS);
                let shared_statistics = SharedStatistics::default();
                let thread = ThreadContext::new(timing.clone(), StdRng::from_rng(&mut rng));
                let lateness = SharedLateness::default();
                let worker = Worker::new(
                    epoch,
                    receiver,
                    thread,
                    shared_statistics.clone(),
                    lateness.clone(),
                );
                let thread = ThreadHandle {
                    commands,
                    shared_statistics,
                    load: Arc::default(),
                    lateness,
                };
                (thread, worker)
            })
            .unzip();
        let plane = Self {
            threads,
            pool: Arc::new(Mutex::new(pool)),
            rng: Mutex::new(rng),
            next_id: AtomicU64::new(0),
            late_limit: config.late_limit,
            in_band_dtmf: config.in_band_dtmf,
        };
        Ok((plane, workers))
    }

    /// Opens a session on the thread with the fewest sessions, with sockets on `ip`. It sends and receives nothing before
    /// [`MediaSession::set_stream`]. Its events go to `events`; when that channel is full, they wait in a queue of 128.
    ///
    /// # Errors
    /// When every thread is late, no port is free, or no socket can be bound.
    pub fn open(&self, ip: IpAddr, events: mpsc::Sender<MediaEvent>) -> Result<MediaSession, OpenError> {
        let thread = self.thread()?;
        let sockets = MediaSockets::bind(ip, &self.pool, monotonic())?;
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let cname = cname(&mut *self.rng.lock().unwrap_or_else(PoisonError::into_inner));
        let local = sockets.local;
        let (handle, abandoned) = MediaSession::new(id, local, thread.commands.clone());
        let slot = SessionSlot::take(&thread.load);
        let session = Box::new(Session::new(sockets, cname, events, abandoned, slot));
        thread
            .commands
            .try_send(ThreadCommand::Open { id, session })
            .map_err(|_| OpenError::Busy)?;
        Ok(handle)
    }

    /// The thread with the fewest calls of those that keep time.
    fn thread(&self) -> Result<&ThreadHandle, OpenError> {
        let limit = self.late_limit;
        let in_time = |thread: &&ThreadHandle| limit.is_zero() || thread.lateness.average() < limit;
        self.threads
            .iter()
            .filter(in_time)
            .min_by_key(|thread| thread.load.load(Ordering::Relaxed))
            .ok_or(OpenError::Late { limit })
    }

    /// When DTMF tones are detected in the audio.
    pub const fn in_band_dtmf(&self) -> InBandDtmf {
        self.in_band_dtmf
    }

    /// How far the slowest thread is behind its schedule, averaged over about a second.
    pub fn lateness(&self) -> Duration {
        let averages = self.threads.iter().map(|thread| thread.lateness.average());
        averages.max().unwrap_or_default()
    }

    /// The sum of what all threads have counted, up to a second old.
    pub fn statistics(&self) -> PlaneStatistics {
        PlaneStatistics::sum(self.threads.iter().map(|thread| &thread.shared_statistics))
    }

    /// Free pairs of ports, and all pairs. A pair in quarantine is not free.
    pub fn ports(&self) -> (usize, usize) {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        (pool.available(monotonic()), pool.size())
    }
}

/// A short-term persistent canonical name: 96 random bits, the same for no two calls (RFC 7022 section 4.2).
fn cname(rng: &mut impl Rng) -> String {
    format!("{:024x}", rng.random::<u128>() >> 32)
}
