//! Reloads the configuration without interrupting calls.
//!
//! A task of its own takes the requests, from SIGHUP and from the control socket, one after the other. Settings, routes,
//! surveys and prompts are read and checked as at the start, beside the calls. One fault refuses all of it, and the old
//! configuration goes on; else a new snapshot is put in the place of the old one at once, for the calls that come from then
//! on. Counters live in the database and are not touched.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use metrics::{counter, gauge};
use tokio::sync::{mpsc, oneshot};

use super::content::LoadedContent;
use super::{StartError, calendar, changes, comments, losses, snapshot};
use crate::call::{CallEnvironment, CallServices, CurrentEnvironment};
use crate::config::{self, Loaded};
use crate::control::{Reload, Report};
use crate::delivery::CurrentSetup;
use crate::reports::Reports;
use crate::watch::Watch;
use crate::web::api::Keyring;
use crate::web::tls::{Certificate, CertificateError};
use aftercall_base::Fault;
use aftercall_media::recording::Recorder;
use aftercall_runtime::lifecycle::{Shutdown, spawn};
use aftercall_storage::{Database, Store, StoreError};

/// Requests that may wait; each is answered by a reload of its own.
const WAITING: usize = 8;

/// Asks for reloads. Clones ask the same task.
#[derive(Debug, Clone)]
pub struct ReloadHandle {
    requests: mpsc::Sender<oneshot::Sender<Report>>,
}

impl ReloadHandle {
    /// Reloads the configuration; `None` when the service is stopping. The report is in the log as well.
    pub async fn reload(&self) -> Option<Report> {
        let (answer, report) = oneshot::channel();
        self.requests.send(answer).await.ok()?;
        report.await.ok()
    }
}

impl Reload for ReloadHandle {
    fn reload(&self) -> Pin<Box<dyn Future<Output = Option<Report>> + Send + '_>> {
        Box::pin(ReloadHandle::reload(self))
    }
}

/// What a reload exchanges, each with a configuration of its own.
#[derive(Debug, Clone)]
pub(super) struct Exchanged {
    /// What calls go by.
    pub(super) current: Arc<CurrentEnvironment>,
    /// The keys of the API.
    pub(super) keyring: Arc<Keyring>,
    /// The names and periods of reports.
    pub(super) reports: Reports,
    /// What the watchdog does.
    pub(super) watch: Watch,
    /// What deliveries go by.
    pub(super) deliveries: Arc<CurrentSetup>,
    /// The certificate of HTTP.
    pub(super) certificate: Option<Arc<Certificate>>,
}

/// Starts the task. `started` is the configuration that the service runs with, read from `file`.
pub(super) fn start(
    exchanged: Exchanged,
    store: Database,
    file: PathBuf,
    started: Loaded,
    stop: Shutdown,
) -> ReloadHandle {
    let (requests, waiting) = mpsc::channel(WAITING);
    publish_load_time(exchanged.current.services());
    let started = Arc::new(started);
    let reloader = Reloader {
        exchanged,
        store,
        file,
        in_use: Arc::clone(&started),
        started,
    };
    spawn("reload", reloader.run(waiting, stop));
    ReloadHandle { requests }
}

/// Why a configuration that has no fault cannot be applied.
#[derive(Debug, thiserror::Error)]
enum ApplyError {
    /// The database does not take the new versions of surveys.
    #[error("the surveys cannot be stored, try again later: {0}")]
    Surveys(#[source] StoreError),
    /// What records comments cannot be started.
    #[error(transparent)]
    Recorder(#[from] StartError),
    /// The certificate of HTTP cannot be used; the former one stays in force.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

#[derive(Debug)]
struct Reloader {
    exchanged: Exchanged,
    /// Asked whether anybody has opted out.
    store: Database,
    file: PathBuf,
    /// With what the service was started.
    started: Arc<Loaded>,
    /// What was applied last.
    in_use: Arc<Loaded>,
}

impl Reloader {
    async fn run(mut self, mut requests: mpsc::Receiver<oneshot::Sender<Report>>, mut stop: Shutdown) {
        let serve = async {
            while let Some(answer) = requests.recv().await {
                let report = self.reload().await;
                // A requester that no longer waits finds the report in the log.
                answer.send(report).ok();
            }
        };
        tokio::select! {
            biased;
            () = stop.requested() => {}
            () = serve => {}
        }
    }

    async fn reload(&mut self) -> Report {
        let env = self.exchanged.current.environment();
        let (file, prompts, now) = (
            self.file.clone(),
            Arc::clone(&env.config.prompts),
            env.services.utc(),
        );
        let reading = tokio::task::spawn_blocking(move || {
            let loaded = config::load(&file);
            let (content, found) = LoadedContent::load_after(&prompts, &loaded);
            let mut faults = loaded.faults.clone();
            faults.extend(found);
            faults.extend(calendar::warnings(&loaded, now));
            let faults = loaded.in_order(faults);
            (loaded, content, faults)
        });
        let report = match reading.await {
            Ok((loaded, content, faults)) => self.evaluate(&env, loaded, content, faults).await,
            Err(panicked) => Report::refused(vec![format!("reading has failed: {panicked}")], Vec::new()),
        };
        log_report(&report);
        report
    }

    async fn evaluate(
        &mut self,
        env: &CallEnvironment,
        loaded: Loaded,
        content: LoadedContent,
        mut faults: Vec<Fault>,
    ) -> Report {
        if let Some(loss) = losses::of_every_call(&self.in_use, &loaded) {
            // It is no warning any more.
            faults.retain(|fault| Some(fault) != loaded.no_route().as_ref());
            faults.insert(0, loss);
        }
        let (errors, warnings): (Vec<Fault>, Vec<Fault>) = faults.into_iter().partition(Fault::is_error);
        let lines = |faults: &[Fault]| faults.iter().map(ToString::to_string).collect();
        let mut warnings: Vec<String> = lines(&warnings);
        if !errors.is_empty() {
            return Report::refused(lines(&errors), warnings);
        }
        let mut lines = changes::applied(&self.in_use, &loaded);
        lines.extend(changes::surveys(&env.config.surveys, &content.surveys));
        lines.extend(changes::prompts(&env.config.prompts, &content.prompts));
        match self.apply(env, &loaded, content).await {
            Err(error) => Report::refused(vec![error.to_string()], warnings),
            Ok(()) => {
                warnings.extend(self.lost_opt_outs(&loaded).await);
                let needs_restart = changes::needing_a_restart(&self.started, &loaded);
                self.in_use = Arc::new(loaded);
                Report {
                    applied: true,
                    changes: lines,
                    needs_restart,
                    warnings,
                    faults: Vec::new(),
                }
            }
        }
    }

    /// That those who have opted out may be asked again. A database that cannot be asked is told elsewhere.
    async fn lost_opt_outs(&self, loaded: &Loaded) -> Option<String> {
        if losses::of_notation(&self.in_use, loaded).is_empty() {
            return None;
        }
        let opt_outs = self.store.opt_outs().await.ok()?;
        losses::of_opt_outs(&self.in_use, loaded, opt_outs).map(|fault| fault.to_string())
    }

    /// Makes the new snapshot, and puts it in the place of the old one when nothing is left that can fail.
    async fn apply(
        &self,
        env: &CallEnvironment,
        loaded: &Loaded,
        content: LoadedContent,
    ) -> Result<(), ApplyError> {
        let settings = &loaded.settings;
        let records = content.surveys.values().map(|survey| survey.record()).collect();
        let registered = env.services.writer.register_surveys(records).await;
        registered.map_err(ApplyError::Surveys)?;
        let recorder = self.recorder(env, &content).await?;
        if let Some(certificate) = &self.exchanged.certificate {
            certificate.reload_in_time().await?;
        }
        let directory = content.directory.clone();
        let hasher = env.config.context.hasher().clone();
        self.exchanged.deliveries.exchange(content.deliveries.clone());
        let next = snapshot::build(settings, content, hasher, recorder);
        publish_load_time(&env.services);
        self.exchanged.current.exchange(next);
        self.exchanged.watch.exchange(settings.watch_plan());
        self.exchanged
            .reports
            .exchange(settings.report_context(directory));
        self.exchanged
            .keyring
            .exchange(settings.http.key.clone(), settings.http.rate_limit);
        Ok(())
    }

    /// The recorder, started now when the first survey asks for comments.
    async fn recorder(
        &self,
        env: &CallEnvironment,
        content: &LoadedContent,
    ) -> Result<Option<Arc<Recorder>>, ApplyError> {
        match &env.config.recorder {
            Some(recorder) => Ok(Some(Arc::clone(recorder))),
            None => Ok(comments::recorder(&self.started.settings, content).await?),
        }
    }
}

/// Publishes in `/metrics` when the configuration in use was loaded.
#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; seconds stay below 2^52"
)]
fn publish_load_time(services: &CallServices) {
    gauge!("aftercall_configuration_loaded_timestamp_seconds").set(services.utc().timestamp() as f64);
}

fn log_report(report: &Report) {
    let result = if report.applied { "ok" } else { "refused" };
    counter!("aftercall_reloads_total", "result" => result).increment(1);
    if report.applied {
        tracing::info!("{}", report.summary());
    } else {
        tracing::error!("{}", report.summary());
    }
    for fault in &report.faults {
        tracing::error!("{fault}");
    }
    for warning in &report.warnings {
        tracing::warn!("{warning}");
    }
    for change in &report.changes {
        tracing::info!("{change}");
    }
    for setting in &report.needs_restart {
        tracing::warn!("needs a restart: {setting}");
    }
}
