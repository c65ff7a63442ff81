//! Two media planes without threads that talk over loopback, in simulated time.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use aftercall_audio::Sound;
use aftercall_audio::prompts::Prompt;
use aftercall_media::{MediaEvent, MediaPlane, MediaSession, PlaneConfig, Stream, Worker};
use aftercall_rtp::sdp::{EventMapping, EventSet, MediaDirection, PayloadTypes, TelephoneEvent};
use aftercall_rtp::{Codec, Ptime};
use aftercall_runtime::clock::{FixedClock, monotonic};

pub(crate) const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A plane that is driven by hand.
pub(crate) struct Driven {
    pub(crate) plane: MediaPlane,
    pub(crate) worker: Worker,
}

/// A session, and what happened on it so far.
pub(crate) struct Party {
    pub(crate) session: Option<MediaSession>,
    pub(crate) address: SocketAddr,
    pub(crate) receiver: mpsc::Receiver<MediaEvent>,
    pub(crate) events: Vec<MediaEvent>,
}

/// A configuration whose ports no other test of this process uses.
pub(crate) fn config(pairs: u16) -> PlaneConfig {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Each test process starts somewhere else, because several may run at once.
    let base = 20_000 + (std::process::id() % 64) as u16 * 512;
    let first = base + NEXT.fetch_add(pairs * 2, Ordering::Relaxed);
    PlaneConfig {
        threads: 1,
        ports: first..=first + pairs * 2 - 1,
        quarantine: Duration::ZERO,
        clock: Arc::new(FixedClock(chrono::DateTime::UNIX_EPOCH)),
        ..PlaneConfig::new(7)
    }
}

impl Driven {
    pub(crate) fn new(config: &PlaneConfig, epoch: Instant) -> Self {
        let (plane, mut workers) = MediaPlane::driven(config, epoch).unwrap();
        Self {
            plane,
            worker: workers.remove(0),
        }
    }

    pub(crate) fn open(&self, room: usize) -> Party {
        let (sender, receiver) = mpsc::channel(room);
        let session = self.plane.open(LOOPBACK, sender).unwrap();
        let address = session.local_rtp();
        Party {
            session: Some(session),
            address,
            receiver,
            events: Vec::new(),
        }
    }
}

impl Party {
    pub(crate) fn session(&self) -> &MediaSession {
        self.session.as_ref().expect("the session is open")
    }

    pub(crate) fn close(&mut self) {
        drop(self.session.take());
    }

    pub(crate) fn read(&mut self) {
        while let Ok(event) = self.receiver.try_recv() {
            self.events.push(event);
        }
    }

    /// The keys heard so far.
    pub(crate) fn digits(&self) -> String {
        let digits = self.events.iter().filter_map(|event| match event {
            MediaEvent::Digit { digit, .. } => Some(digit.as_char()),
            _ => None,
        });
        digits.collect()
    }

    pub(crate) fn count(&self, wanted: impl Fn(&MediaEvent) -> bool) -> usize {
        self.events.iter().filter(|event| wanted(event)).count()
    }

    pub(crate) fn report(&self) -> aftercall_media::MediaReport {
        match self.events.last() {
            Some(MediaEvent::Closed(report)) => **report,
            other => panic!("the last event is the report, not {other:?}"),
        }
    }
}

/// Two parties in a call: `server` and `phone`.
pub(crate) struct Pair {
    pub(crate) now: Instant,
    pub(crate) server_plane: Driven,
    pub(crate) phone_plane: Driven,
    pub(crate) server: Party,
    pub(crate) phone: Party,
}

impl Pair {
    pub(crate) fn new() -> Self {
        let now = monotonic();
        let server_plane = Driven::new(&config(2), now);
        let phone_plane = Driven::new(&config(2), now);
        let (server, phone) = (server_plane.open(64), phone_plane.open(64));
        Self {
            now,
            server_plane,
            phone_plane,
            server,
            phone,
        }
    }

    /// A call in which both have started.
    pub(crate) fn started() -> Self {
        let pair = Self::new();
        pair.server
            .session()
            .set_stream(stream(pair.phone.address))
            .unwrap();
        pair.phone
            .session()
            .set_stream(stream(pair.server.address))
            .unwrap();
        pair
    }

    /// Lets simulated time pass on both sides.
    pub(crate) fn run(&mut self, duration: Duration) {
        self.run_while(duration, true);
    }

    /// Lets simulated time pass; `phone` tells whether the phone's side is alive.
    pub(crate) fn run_while(&mut self, duration: Duration, phone: bool) {
        let end = self.now + duration;
        while self.now < end {
            self.now += Duration::from_millis(5);
            self.server_plane.worker.tick(self.now);
            if phone {
                self.phone_plane.worker.tick(self.now);
            }
            self.server.read();
            self.phone.read();
        }
    }

    /// Hangs up on both sides.
    pub(crate) fn hang_up(&mut self) {
        self.server.close();
        self.phone.close();
        self.run(Duration::from_millis(100));
    }
}

/// PCMA at 20 ms with telephone events, both ways, RTCP on its own port.
pub(crate) fn stream(remote: SocketAddr) -> Stream {
    Stream {
        remote_rtp: remote,
        remote_rtcp: SocketAddr::new(remote.ip(), remote.port() + 1),
        rtcp_mux: false,
        codec: Codec::Pcma,
        payload_type: 8,
        ptime: Ptime::Ms20,
        telephone_event: Some(TelephoneEvent {
            payload_type: 101,
            clock_rate: 8_000,
            events: EventSet::DIGITS,
        }),
        other_telephone_events: Vec::new(),
        likely_events: PayloadTypes::NONE,
        event_mapping: EventMapping::Clear,
        comfort_noise: [13].into_iter().collect(),
        direction: MediaDirection::SendRecv,
        srtp: None,
    }
}

/// A prompt of ascending, never silent samples, so that a lost or repeated one shows.
pub(crate) fn prompt(milliseconds: usize) -> Arc<Prompt> {
    Arc::new(Prompt::new(PathBuf::from("test"), &sound(milliseconds)).unwrap())
}

/// The sound of [`prompt`].
pub(crate) fn sound(milliseconds: usize) -> Sound {
    let samples: Vec<i16> = (0..milliseconds * 8)
        .map(|n| 1_000 + (n % 15_000) as i16)
        .collect();
    Sound::from_pcm(8_000, &samples).unwrap()
}
