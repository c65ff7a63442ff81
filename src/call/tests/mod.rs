//! Calls of which the test is the signalling: it tells a call what its dialog has heard, and sees what the call asks for.
//! So it can say what seldom happens on the wire, at the moment that matters.

mod endings;
mod keys;
mod panics;

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::caller_hash::CallerHasher;
use super::context::ContextReader;
use super::dispatcher;
use super::pending_announcements::PendingAnnouncements;
use super::randomness::Randomness;
use super::registry::Registry;
use super::resolver::Resolver;
use super::services::CallServices;
use super::snapshot::{ConfigSnapshot, CurrentEnvironment};
use crate::live::Live;
use crate::results::ResultHeaders;
use aftercall_audio::prompts::{Playlist, PlaylistItem};
use aftercall_base::Redacted;
use aftercall_media::{MediaPlane, PlaneConfig, Scheduling};
use aftercall_rtp::sdp::Capabilities;
use aftercall_runtime::clock::Clock;
use aftercall_runtime::lifecycle::{self, ShutdownTrigger, spawn};
use aftercall_sip::event::{Address, Body, Command, DialogEvent, DialogKey, InboundInvite, Transport};
use aftercall_sip_net::service::{Commands, InboundCall, SipHandle};
use aftercall_storage::writer::{self, WriterOptions};
use aftercall_storage::{Access, SqliteOptions, SqliteStore, Store};
use aftercall_survey::AnyPrompt;
use aftercall_survey::context::{Mapping, StoredCallerNumber};
use aftercall_survey::record::{CallFound, CallName, CallSummary};
use aftercall_survey::route::{NumberPattern, Route};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

const DIALOG: DialogKey = DialogKey(1);

/// The id of the finished call, by which the row is found.
const FINISHED: &str = "finished-1";

const SURVEY: &str = r#"
[prompts]
welcome = []
[timing]
before_first_prompt = "100ms"
after_key = "100ms"
[[question]]
metric = "nps"
text.en = "How likely?"
"#;

/// Wall time that stands still, and panics once when it is asked for the nth time.
#[derive(Debug, Default)]
struct PanickingClock {
    asked: AtomicU32,
    panics_at: u32,
}

impl Clock for PanickingClock {
    fn utc(&self) -> DateTime<Utc> {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        assert_ne!(asked, self.panics_at, "this panic is the test's");
        DateTime::from_timestamp(1_795_334_400, 0).unwrap()
    }
}

/// A dispatcher with its storage and media, for one call.
struct Stage {
    store: SqliteStore,
    registry: Registry,
    media: Arc<MediaPlane>,
    commands: Commands,
    arrivals: mpsc::Sender<InboundCall>,
    /// Where the caller hears us.
    phone: UdpSocket,
    _hang_up: ShutdownTrigger,
    _directory: TempDir,
}

impl Stage {
    async fn new() -> Self {
        Self::with_clock(PanickingClock::default()).await
    }

    async fn with_clock(clock: PanickingClock) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("db");
        let store = SqliteStore::open(&SqliteOptions::new(&path, Access::Serve))
            .await
            .unwrap();
        let storage = writer::start(
            store.clone(),
            WriterOptions::new("node-1", directory.path().join("spool")),
        );
        let (sip, commands) = SipHandle::without_service();
        let media = MediaPlane::start(&PlaneConfig {
            threads: 1,
            scheduling: Scheduling::Normal,
            quarantine: Duration::ZERO,
            ..PlaneConfig::new(1)
        });
        let media = Arc::new(media.unwrap());
        let registry = Registry::new();
        let survey = aftercall_survey::parse(SURVEY, "nps.toml", &AnyPrompt)
            .unwrap()
            .survey;
        let route = Route::of_every_call(NumberPattern::parse("nps").unwrap(), "nps");
        let services = CallServices {
            sip,
            media: Arc::clone(&media),
            capabilities: Capabilities::default(),
            srtp: Vec::new(),
            media_address: None,
            resolver: Resolver::system(),
            writer: storage.await.unwrap().handle,
            pending_announcements: PendingAnnouncements::start(store.clone()).await.unwrap(),
            recording_tone: Playlist::new([PlaylistItem::Silence(Duration::from_millis(20))]),
            goodbye_prompt: "goodbye",
            clock: Arc::new(clock),
            registry: registry.clone(),
            live: Live::new(DateTime::UNIX_EPOCH),
            refusals: Arc::default(),
            node: "node-1".to_owned(),
            retry_after: Duration::from_secs(5),
            randomness: Randomness::seeded([1; 32]),
        };
        let config = ConfigSnapshot {
            routes: Arc::new([route]),
            surveys: [("nps".to_owned(), Arc::new(survey))].into(),
            survey_limits: BTreeMap::new(),
            prompts: Arc::default(),
            context: ContextReader::new(
                Mapping::default(),
                StoredCallerNumber::HashOnly,
                CallerHasher::new(&[1; 32]),
            ),
            results: ResultHeaders::default(),
            recorder: None,
            time_zone: chrono_tz::UTC,
            max_concurrent_surveys: 1,
        };
        let (arrivals, arrived) = mpsc::channel(1);
        let (hang_up, hanging_up) = lifecycle::shutdown();
        let current = Arc::new(CurrentEnvironment::new(services, config));
        spawn("dispatcher", dispatcher::serve(current, arrived, hanging_up));
        Self {
            store,
            registry,
            media,
            commands,
            arrivals,
            phone: UdpSocket::bind("127.0.0.1:0").unwrap(),
            _hang_up: hang_up,
            _directory: directory,
        }
    }

    /// Lets the call arrive; what is sent there is heard by its dialog.
    async fn call(&self) -> mpsc::Sender<DialogEvent> {
        let (dialog, events) = mpsc::channel(32);
        let invite = invite(&self.phone);
        self.arrivals.send(InboundCall { invite, events }).await.unwrap();
        dialog
    }

    /// The next thing that the call asks of signalling.
    async fn command(&mut self) -> Command {
        soon("a command", self.commands.next())
            .await
            .expect("the env has a handle")
    }

    /// Waits until our 200 has left.
    async fn answered(&mut self) {
        let command = self.command().await;
        assert!(
            matches!(command, Command::Answer { dialog: DIALOG, .. }),
            "{command:?}"
        );
    }

    /// Waits until the caller is hung up on.
    async fn hung_up(&mut self) {
        let command = self.command().await;
        assert!(
            matches!(command, Command::HangUp { dialog: DIALOG, .. }),
            "{command:?}"
        );
    }

    /// The row of the call, when it is over and its end stored.
    async fn row(&self) -> Option<CallSummary> {
        soon("the end of the call", self.registry.empty()).await;
        let name = CallName::Original(FINISHED.to_owned());
        match self.store.call(&name).await.unwrap()? {
            CallFound::Known(row) => Some(*row),
            CallFound::Announced(_) => None,
        }
    }
}

/// The result, or a failed test when it takes too long.
async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: nothing happened within {PATIENCE:?}"),
    }
}

fn invite(phone: &UdpSocket) -> InboundInvite {
    let address = |user: &str| Address {
        user: Redacted::new(user.to_owned()),
        ..Address::default()
    };
    let port = phone.local_addr().unwrap().port();
    let offer = format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
    );
    InboundInvite {
        dialog: DIALOG,
        call_id: "c".to_owned(),
        request_uri: address("nps"),
        to: address("nps"),
        from: address("+358401111111"),
        headers: vec![("X-Call-Id".to_owned(), Redacted::new(FINISHED.to_owned()))],
        offer: Some(Body::sdp(offer)),
        transport: Transport::Udp,
        peer: ([127, 0, 0, 1], 5060).into(),
        local: ([127, 0, 0, 1], 5060).into(),
        received_at: aftercall_runtime::clock::monotonic(),
    }
}
