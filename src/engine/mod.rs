//! Composition root: builds every part from the settings and joins them.
//!
//! The only module that knows all others. [`Engine::start`] either has everything running or names the setting
//! that stands in the way; [`Engine::stop`] is soft first, hard after the grace period. HTTP goes last, so that
//! `/readyz` says `stopping` and `/metrics` goes on while calls drain.

pub mod calendar;
mod changes;
pub mod comments;
pub mod content;
pub mod deliveries;
mod error;
mod jobs;
mod losses;
mod options;
pub mod prompt_requirements;
mod readiness;
pub mod recordings;
mod reload;
pub mod report_package;
mod results;
mod rules_in_force;
mod settle;
mod snapshot;
mod srtp;
pub(crate) mod survey_directory;
mod survey_prompts;

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

pub use content::LoadedContent;
pub use error::StartError;
use jobs::Parts;
use readiness::ServiceReadiness;
pub use reload::ReloadHandle;
use report_package::ReportPackages;
pub use settle::Settling;
use survey_prompts::PromptsInForce;

use crate::accounts::{self, Accounts, NewPassword};
use crate::announcements::Announcements;
use crate::browse::{Browse, RecordingDirectory};
use crate::call::caller_hash::CallerHasher;
use crate::call::pending_announcements::PendingAnnouncements;
use crate::call::registry::Registry;
use crate::call::resolver::Resolver;
use crate::call::{CallServices, CurrentEnvironment, Randomness, dispatcher};
use crate::config::{Loaded, Settings};
use crate::delivery::CurrentSetup;
use crate::explain::Explain;
use crate::live::Live;
use crate::reports::Reports;
use crate::telemetry::Metrics;
use crate::watch::Watch;
use crate::web::api::{Api, Keyring};
use crate::web::pages::{Pages, SealKey};
use crate::web::tls::Certificate;
use crate::web::{self, RenderMetrics};
use aftercall_media::MediaPlane;
use aftercall_runtime::clock::Clock;
use aftercall_runtime::lifecycle::{self, Shutdown, ShutdownTrigger, spawn};
use aftercall_sip::agent::Accepting;
use aftercall_sip_net::service::{InboundCall, Listen, SipHandle, SipService};
use aftercall_storage::{Access, Database, Store, WriterOptions, writer};

/// The time for BYE and stored end of the calls that are hung up after the grace period.
const CALL_END: Duration = Duration::from_secs(5);

/// The time in which each part has to end.
const PART_END: Duration = Duration::from_secs(5);

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
    reports: Reports,
    watch: Watch,
    deliveries: Arc<CurrentSetup>,
    http_address: SocketAddr,
    http: JoinHandle<()>,
    certificate: Option<Arc<Certificate>>,
    first_admin: Option<NewPassword>,
    /// The jobs that run once more at the end.
    awaited_jobs: Vec<(&'static str, JoinHandle<()>)>,
    /// Makes `/readyz` say that the service is stopping.
    drain: ShutdownTrigger,
    /// Ends the calls.
    hang_up: ShutdownTrigger,
    /// Ends jobs, control and HTTP, when the calls have ended.
    close: ShutdownTrigger,
    closing: Shutdown,
}

impl Engine {
    /// Starts everything.
    ///
    /// # Errors
    /// Names the setting that prevents the start; nothing is left running then.
    pub async fn start(
        settings: &Settings,
        content: LoadedContent,
        clock: Arc<dyn Clock>,
        metrics: Metrics,
    ) -> Result<Self, StartError> {
        let deliveries = Arc::new(CurrentSetup::new(content.deliveries.clone()));
        // Bound first and served last: requests wait in the queue of the socket until everything runs.
        let (listener, http_address) = listen(settings.http.listen).await?;
        let http = &settings.http;
        let certificate = Certificate::open(http.certificate.as_deref(), http.private_key.as_deref())?;
        let certificate = certificate.map(Arc::new);
        let directory = content.directory.clone();
        let Core {
            current,
            arrivals,
            store,
            writer,
        } = start_core(settings, content, Arc::clone(&clock)).await?;
        let services = Arc::clone(current.services());
        let (drain, draining) = lifecycle::shutdown();
        let (hang_up, hanging_up) = lifecycle::shutdown();
        let (close, closing) = lifecycle::shutdown();
        spawn(
            "dispatcher",
            dispatcher::serve(Arc::clone(&current), arrivals, hanging_up),
        );
        let keyring = Arc::new(Keyring::new(settings.http.key.clone(), settings.http.rate_limit));
        let context = settings.report_context(directory);
        let watch = Watch::new(settings.watch_plan());
        let reports = Reports::new(store.clone(), context, Arc::clone(&clock));
        let browse = Browse::new(
            store.clone(),
            reports.clone(),
            RecordingDirectory {
                node: settings.calls.node.clone(),
                directory: settings.recordings.directory.clone(),
            },
        );
        let peers = Arc::new(options::peer_rules(settings));
        let api = Api {
            peers: Arc::clone(&peers),
            browse: browse.clone(),
            live: services.live.clone(),
            closing: closing.clone(),
            reports: reports.clone(),
            announcements: Announcements::new(
                Arc::clone(&current),
                store.clone(),
                options::announcement_limits(&settings.http),
            ),
            keyring: Arc::clone(&keyring),
        };
        let mut rng = seeded();
        let first_admin = accounts::first_admin(&store, clock.utc(), &mut rng).await?;
        let limits = options::session_limits(&settings.pages);
        let readiness = Arc::new(ServiceReadiness::new(
            services.writer.clone(),
            draining,
            watch.clone(),
            Arc::clone(&current),
        ));
        let pages = Pages {
            rules: rules_in_force::of(Arc::clone(&current)),
            sip: settings.sip.listen.first().map(|listener| listener.address),
            prompts: Arc::new(PromptsInForce(Arc::clone(&current))),
            explain: Explain::new(Arc::clone(&current), store.clone(), Arc::clone(&clock)),
            readiness: readiness.clone(),
            reports: reports.clone(),
            browse,
            live: services.live.clone(),
            closing: closing.clone(),
            watch: watch.clone(),
            seals: SealKey::new(rng.random()),
            accounts: Accounts::new(store.clone(), Arc::clone(&clock), limits, rng),
            peers,
        };
        let awaited_jobs = jobs::start(
            Parts {
                current: Arc::clone(&current),
                media: Arc::clone(&services.media),
                store: store.clone(),
                keyring: Arc::clone(&keyring),
                metrics: metrics.clone(),
                clock,
                retention: jobs::retention::Rule::of(settings),
                audit_days: settings.pages.audit_days,
                certificate: certificate.clone(),
                watch: watch.clone(),
                seed: seeded().random(),
                deliveries: Arc::clone(&deliveries),
                render: Arc::new(ReportPackages::new(reports.clone())),
            },
            &closing,
        );
        let render: RenderMetrics = Arc::new(move || metrics.render());
        let http = spawn(
            "http",
            web::serve(
                listener,
                readiness,
                render,
                api,
                pages,
                certificate.clone(),
                closing.clone(),
            ),
        );
        Ok(Self {
            sip: services.sip.clone(),
            media: Arc::clone(&services.media),
            store,
            writer,
            registry: services.registry.clone(),
            current,
            keyring,
            reports,
            watch,
            deliveries,
            http_address,
            http,
            certificate,
            first_admin,
            awaited_jobs,
            drain,
            hang_up,
            close,
            closing,
        })
    }

    /// Starts the task that reloads `file`, with which this engine was started. To be called once.
    pub fn reloading(&self, file: PathBuf, started: Loaded) -> ReloadHandle {
        reload::start(
            reload::Exchanged {
                current: Arc::clone(&self.current),
                keyring: Arc::clone(&self.keyring),
                reports: self.reports.clone(),
                watch: self.watch.clone(),
                deliveries: Arc::clone(&self.deliveries),
                certificate: self.certificate.clone(),
            },
            self.store.clone(),
            file,
            started,
            self.closing.clone(),
        )
    }

    /// Waits, for the control socket, until the rows of ended calls are stored.
    pub fn settling(&self) -> Settling {
        Settling(self.registry.clone())
    }

    /// Resolves when the calls have ended, and all else has to end.
    pub fn closing(&self) -> Shutdown {
        self.closing.clone()
    }

    /// The addresses on which SIP is received.
    pub fn sip_addresses(&self) -> &[Listen] {
        self.sip.bound()
    }

    /// The address on which HTTP is served.
    pub const fn http_address(&self) -> SocketAddr {
        self.http_address
    }

    /// Whether HTTP is served by TLS.
    pub const fn is_http_secure(&self) -> bool {
        self.certificate.is_some()
    }

    /// The password of the user `admin`, which this start has made because there was no user; taken once.
    pub const fn take_first_password(&mut self) -> Option<NewPassword> {
        self.first_admin.take()
    }

    /// How many calls are active.
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
        if tokio::time::timeout(CALL_END, self.registry.empty())
            .await
            .is_err()
        {
            tracing::error!(calls = self.registry.active(), "calls did not end in time");
        }
        self.sip.stop(PART_END).await;
        self.close.trigger();
        drop((self.sip, self.media, self.current));
        // They end at the same time, so they share the time to do it in.
        let deadline = tokio::time::Instant::now() + PART_END;
        for (name, task) in std::iter::once(("http", self.http)).chain(self.awaited_jobs) {
            ended(name, tokio::time::timeout_at(deadline, task).await.is_ok());
        }
        // The writer last: it ends when nobody has a handle to it any more.
        let written = tokio::time::timeout(PART_END, self.writer).await;
        ended("storage writer", written.is_ok());
        self.store.close().await;
    }
}

fn ended(task: &'static str, in_time: bool) {
    if !in_time {
        tracing::error!(task, "did not end in time");
    }
}

/// The parts that calls need, before any call is taken.
struct Core {
    current: Arc<CurrentEnvironment>,
    arrivals: mpsc::Receiver<InboundCall>,
    store: Database,
    writer: JoinHandle<()>,
}

/// Starts media, signalling and storage, and brings the database up to date with what a crash has left.
async fn start_core(
    settings: &Settings,
    content: LoadedContent,
    clock: Arc<dyn Clock>,
) -> Result<Core, StartError> {
    let mut rng = seeded();
    let hasher = hasher(settings, &mut rng)?;
    let plane = options::plane_config(settings, Arc::clone(&clock), rng.random());
    let media = Arc::new(MediaPlane::start(&plane)?);
    let (sip, arrivals) = SipService::bind(options::sip_config(&settings.sip, rng.random())).await?;
    // After the ports: they are ours, so this process is the node, and may end the calls that a crash of the node left.
    let (store, storage) = open_storage(settings, &content).await?;
    let recorder = comments::start(settings, &content, &store, &storage.handle, clock.utc()).await?;
    let services = CallServices {
        media,
        capabilities: options::capabilities(&settings.media),
        srtp: srtp::policies(settings, sip.bound()),
        sip,
        media_address: settings.media.advertised,
        resolver: Resolver::system(),
        writer: storage.handle,
        pending_announcements: PendingAnnouncements::start(store.clone()).await?,
        recording_tone: comments::tone(),
        live: Live::new(clock.utc()),
        goodbye_prompt: prompt_requirements::GOODBYE_PROMPT,
        clock,
        registry: Registry::new(),
        refusals: Arc::default(),
        node: settings.calls.node.clone(),
        retry_after: settings.sip.retry_after.0,
        randomness: Randomness::seeded(rng.random()),
    };
    let mut config = snapshot::build(settings, content, hasher, recorder);
    config.put_in_force(&store.latest_sampling_plans().await?);
    Ok(Core {
        current: Arc::new(CurrentEnvironment::new(services, config)),
        arrivals,
        store,
        writer: storage.task,
    })
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
    content: &LoadedContent,
) -> Result<(Database, writer::Started), StartError> {
    let store = aftercall_storage::open(&settings.storage.path, Access::Serve).await?;
    let options = WriterOptions::new(&settings.calls.node, &settings.storage.spool);
    let storage = writer::start(store.clone(), options).await?;
    let surveys = content.surveys.values().map(|survey| survey.record()).collect();
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
