//! Composition root: builds every part from the settings and joins them.
//!
//! The only module that knows all others. [`Engine::start`] either has everything running or names the setting
//! that stands in the way; [`Engine::stop`] is soft first, hard after the grace period. HTTP goes last, so that
//! `/readyz` says `stopping` and `/metrics` goes on while calls drain.

pub mod calendar;
mod changes;
pub mod comments;
mod error;
mod jobs;
pub mod library;
mod losses;
mod readiness;
pub mod recordings;
mod reload;
mod results;
mod settle;
mod snapshot;
mod srtp;
pub mod wanted;

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use error::StartError;
use jobs::Parts;
pub use library::Library;
use readiness::ServiceReadiness;
pub use reload::ReloadHandle;
pub use settle::Settling;

use crate::announcements::{Announcements, Limits as AnnouncementLimits};
use crate::call::caller_hash::CallerHasher;
use crate::call::pending_announcements::PendingAnnouncements;
use crate::call::registry::Registry;
use crate::call::resolver::Resolver;
use crate::call::{CallServices, CurrentEnvironment, Randomness, dispatcher};
use crate::config::http::HttpSettings;
use crate::config::media::{InBandDtmfWord, MediaSettings};
use crate::config::network::Listener;
use crate::config::sip::{PrivateContactWord, SipSettings};
use crate::config::{Loaded, Settings};
use crate::telemetry::Metrics;
use crate::web::api::{Api, Keyring};
use crate::web::{self, RenderMetrics};
use aftercall_media::{InBandDtmf, MediaPlane, PlaneConfig, Scheduling};
use aftercall_rtp::sdp::Capabilities;
use aftercall_runtime::clock::Clock;
use aftercall_runtime::lifecycle::{self, Shutdown, ShutdownTrigger, spawn};
use aftercall_sip::agent::{Accepting, AgentConfig, AgentLimits, PrivateContact};
use aftercall_sip::wire::MessageLimits;
use aftercall_sip_net::service::{ConnectionLimits, Listen, SipConfig, SipHandle, SipService};
use aftercall_storage::{Access, Database, Store, WriterOptions, writer};

/// After the grace period calls are hung up; this long they may take to say goodbye and store their ends.
const HANG_UP_TIME: Duration = Duration::from_secs(5);

/// How long each part may take for its last words.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A running service.
#[derive(Debug)]
pub struct Engine {
    sip: SipHandle,
    media: Arc<MediaPlane>,
    store: Database,
    writer: JoinHandle<()>,
    registry: Registry,
    current: Arc<CurrentEnvironment>,
    keyring: Arc<Keyring>,
    http_address: SocketAddr,
    http: JoinHandle<()>,
    /// The jobs that run once more at the end.
    awaited_jobs: Vec<(&'static str, JoinHandle<()>)>,
    drain: ShutdownTrigger,
    hang_up: ShutdownTrigger,
    close: ShutdownTrigger,
    closing: Shutdown,
}

impl Engine {
    /// Starts everything.
    ///
    /// # Errors
    /// The setting that stands in the way; nothing is left running then.
    pub async fn start(
        settings: &Settings,
        library: Library,
        clock: Arc<dyn Clock>,
        metrics: Metrics,
    ) -> Result<Self, StartError> {
        let mut rng = seeded();
        let (listener, http_address) = listen(settings.http.listen).await?;
        let hasher = hasher(settings, &mut rng)?;
        let media = Arc::new(MediaPlane::start(&plane_config(
            settings,
            Arc::clone(&clock),
            rng.random(),
        ))?);
        let (sip, arrivals) = SipService::bind(sip_config(&settings.sip, rng.random())).await?;
        // The ports are ours: so this process is the node, and may end the calls that a crash of the node left.
        let (store, storage) = open_storage(settings, &library).await?;
        let recorder = comments::start(settings, &library, &store, &storage.handle, clock.utc()).await?;
        let registry = Registry::new();
        let pending_announcements = PendingAnnouncements::start(store.clone()).await?;
        let config = snapshot::build(settings, library, hasher, recorder);
        let services = CallServices {
            sip: sip.clone(),
            media: Arc::clone(&media),
            capabilities: capabilities(&settings.media),
            srtp: srtp::policies(settings, sip.bound()),
            media_address: settings.media.advertised,
            resolver: Resolver::system(),
            writer: storage.handle.clone(),
            pending_announcements,
            recording_tone: comments::tone(),
            goodbye_prompt: library::GOODBYE_PROMPT,
            clock: Arc::clone(&clock),
            registry: registry.clone(),
            refusals: Arc::default(),
            node: settings.calls.node.clone(),
            retry_after: settings.sip.retry_after.0,
            randomness: Randomness::seeded(rng.random()),
        };
        let (drain, draining) = lifecycle::shutdown();
        let (hang_up, hanging_up) = lifecycle::shutdown();
        let (close, closing) = lifecycle::shutdown();
        let current = Arc::new(CurrentEnvironment::new(services, config));
        spawn(
            "dispatcher",
            dispatcher::serve(Arc::clone(&current), arrivals, hanging_up),
        );
        let keyring = Arc::new(Keyring::new(settings.http.key.clone(), settings.http.rate_limit));
        let api = Api {
            announcements: Announcements::new(
                Arc::clone(&current),
                store.clone(),
                announcement_limits(&settings.http),
            ),
            keyring: Arc::clone(&keyring),
        };
        let readiness = Arc::new(ServiceReadiness::new(
            storage.handle.clone(),
            draining,
            Arc::clone(&current),
        ));
        let awaited_jobs = jobs::start(
            Parts {
                current: Arc::clone(&current),
                media: Arc::clone(&media),
                store: store.clone(),
                keyring: Arc::clone(&keyring),
                metrics: metrics.clone(),
                clock,
                retention: comments::retention(settings),
            },
            &closing,
        );
        let render: RenderMetrics = Arc::new(move || metrics.render());
        let http = spawn(
            "http",
            web::serve(listener, readiness, render, api, closing.clone()),
        );
        Ok(Self {
            sip,
            media,
            store,
            writer: storage.task,
            registry,
            current,
            keyring,
            http_address,
            http,
            awaited_jobs,
            drain,
            hang_up,
            close,
            closing,
        })
    }

    /// Makes the configuration in `file`, with which this engine was started, one that can be read anew. Called once.
    pub fn reloading(&self, file: PathBuf, started: Loaded) -> ReloadHandle {
        reload::start(
            Arc::clone(&self.current),
            Arc::clone(&self.keyring),
            self.store.clone(),
            file,
            started,
            self.closing.clone(),
        )
    }

    /// Makes it possible to wait for the rows of calls that are over.
    pub fn settling(&self) -> Settling {
        Settling(self.registry.clone())
    }

    /// Resolves when what is beside the calls has to end.
    pub fn closing(&self) -> Shutdown {
        self.closing.clone()
    }

    /// Where SIP is listened for.
    pub fn sip_addresses(&self) -> &[Listen] {
        self.sip.bound()
    }

    /// Where HTTP is listened for.
    pub const fn http_address(&self) -> SocketAddr {
        self.http_address
    }

    /// How many calls are on.
    pub fn calls(&self) -> usize {
        self.registry.active()
    }

    /// Stops: new calls are refused at once, running ones may finish for `grace` or until `hurry` resolves, then they
    /// are hung up. Every call's end is stored before this returns.
    pub async fn stop(self, grace: Duration, hurry: impl Future<Output = ()>) {
        if self.sip.set_accepting(Accepting::Draining).await.is_err() {
            tracing::error!("the SIP service stopped unexpectedly");
        }
        self.drain.trigger();
        tokio::select! {
            () = self.registry.empty() => {}
            () = tokio::time::sleep(grace) => tracing::warn!(calls = self.registry.active(), "calls.drain is over: ending calls now"),
            () = hurry => tracing::warn!(calls = self.registry.active(), "second stop signal: ending calls now"),
        }
        self.hang_up.trigger();
        if tokio::time::timeout(HANG_UP_TIME, self.registry.empty())
            .await
            .is_err()
        {
            tracing::error!(calls = self.registry.active(), "calls did not end in time");
        }
        self.sip.stop(LAST_WORDS).await;
        self.close.trigger();
        drop((self.sip, self.media, self.current));
        // The writer last: it ends when nobody has a handle to it any more.
        let tasks = std::iter::once(("http", self.http))
            .chain(self.awaited_jobs)
            .chain([("storage writer", self.writer)]);
        for (name, task) in tasks {
            if tokio::time::timeout(LAST_WORDS, task).await.is_err() {
                tracing::error!(task = name, "did not end in time");
            }
        }
        self.store.close().await;
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let refused = |error| StartError::Http { address, error };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound))
}

/// Opens the database, ends what a crash left, and makes the surveys known to reports.
async fn open_storage(
    settings: &Settings,
    library: &Library,
) -> Result<(Database, writer::Started), StartError> {
    let store = aftercall_storage::open(&settings.storage.path, Access::Serve).await?;
    let options = WriterOptions::new(&settings.calls.node, &settings.storage.spool);
    let storage = writer::start(store.clone(), options).await?;
    let surveys = library.surveys.values().map(|survey| survey.record()).collect();
    storage.handle.register_surveys(surveys).await?;
    Ok((store, storage))
}

/// The one place where randomness enters.
#[expect(clippy::disallowed_methods, reason = "the one place where randomness enters")]
pub fn seeded() -> StdRng {
    StdRng::from_rng(&mut rand::rng())
}

fn hasher(settings: &Settings, rng: &mut StdRng) -> Result<CallerHasher, StartError> {
    let path = &settings.privacy.key_file;
    CallerHasher::from_file(path, rng.random()).map_err(|error| StartError::Key {
        path: path.clone(),
        error,
    })
}

fn plane_config(settings: &Settings, clock: Arc<dyn Clock>, seed: u64) -> PlaneConfig {
    let media = &settings.media;
    let defaults = PlaneConfig::new(seed);
    PlaneConfig {
        threads: if media.threads == 0 {
            defaults.threads
        } else {
            media.threads
        },
        ports: media.ports.first..=media.ports.last,
        quarantine: media.port_quarantine.0,
        rtp_timeout: media.silence_timeout.0,
        in_band_dtmf: match media.in_band_dtmf {
            InBandDtmfWord::Auto => InBandDtmf::Auto,
            InBandDtmfWord::Always => InBandDtmf::Always,
            InBandDtmfWord::Never => InBandDtmf::Never,
        },
        late_limit: media.late_limit.0,
        scheduling: match media.realtime {
            true => Scheduling::Realtime,
            false => Scheduling::Normal,
        },
        clock,
        ..defaults
    }
}

const fn announcement_limits(settings: &HttpSettings) -> AnnouncementLimits {
    AnnouncementLimits {
        lifetime: settings.announcement_lifetime.0,
        max_pending: settings.max_announcements,
    }
}

fn capabilities(settings: &MediaSettings) -> Capabilities {
    Capabilities {
        codecs: settings.codecs.iter().map(|name| name.0).collect(),
        srtp: srtp::policy(settings.srtp),
        suites: settings.srtp_suites.clone(),
        ..Capabilities::default()
    }
}

fn sip_config(settings: &SipSettings, seed: u64) -> SipConfig {
    let defaults = SipConfig::default();
    let listen = |listener: &Listener| {
        let address = listener.address;
        listener
            .transports()
            .into_iter()
            .map(move |transport| Listen { transport, address })
    };
    SipConfig {
        listen: settings.listen.iter().flat_map(listen).collect(),
        advertised: settings.advertised,
        trusted: settings.trusted.clone(),
        messages: MessageLimits {
            message_bytes: settings.max_message_bytes,
            ..defaults.messages
        },
        connections: ConnectionLimits {
            open: settings.max_connections,
            idle: settings.connection_idle.0,
            ..defaults.connections
        },
        agent: AgentConfig {
            private_contact: match settings.private_contact {
                PrivateContactWord::Source => PrivateContact::Source,
                PrivateContactWord::AsWritten => PrivateContact::AsWritten,
            },
            limits: AgentLimits {
                dialogs: settings.max_dialogs,
                transactions: settings.max_transactions,
                ..defaults.agent.limits
            },
            retry_after: settings.retry_after.0,
            ..defaults.agent
        },
        seed,
        icmp_errors: defaults.icmp_errors,
        queues: defaults.queues,
    }
}
