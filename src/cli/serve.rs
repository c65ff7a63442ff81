//! `aftercall serve`: take calls until asked to stop.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use super::{runtime, settings};
use crate::clock::SystemClock;
use crate::config::Loaded;
use crate::descriptors;
use crate::engine::{Engine, Library, StartError};
use crate::lifecycle::spawn;
use crate::sip::service::Listen;
use crate::survey::Fault;
use crate::telemetry;
use crate::web::RenderMetrics;

/// Serves until SIGTERM or SIGINT; a second signal ends running calls at once.
pub(super) fn run(file: &Path) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    telemetry::start_logging(&loaded.settings.log).context("log.filter")?;
    let metrics = telemetry::start_metrics().context("metrics")?;
    let upkeep = telemetry::keep_metrics(metrics.clone());
    let render: RenderMetrics = Arc::new(move || metrics.render());
    if let Err(error) = descriptors::raise_limit() {
        tracing::warn!(%error, "the limit of open files stays as it is; each call takes two");
    }
    let library = library(&loaded)?;
    runtime()?.block_on(async move {
        let engine = Engine::start(&loaded.settings, library, Arc::new(SystemClock), render).await?;
        spawn("metrics upkeep", upkeep);
        print_banner(&loaded, &engine)?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut asked = async || tokio::select! { _ = terminate.recv() => (), _ = interrupt.recv() => () };
        asked().await;
        tracing::info!(
            calls = engine.calls(),
            "stopping: no new calls, running ones may finish"
        );
        engine.stop(loaded.settings.calls.drain.0, asked()).await;
        Ok(ExitCode::SUCCESS)
    })
}

/// What is read from disk, or every error in it; warnings go to the log.
fn library(loaded: &Loaded) -> Result<Library, StartError> {
    let (library, faults) = Library::load(loaded);
    let (errors, warnings): (Vec<Fault>, Vec<Fault>) = faults.into_iter().partition(Fault::is_error);
    for warning in &warnings {
        tracing::warn!("{warning}");
    }
    if errors.is_empty() {
        Ok(library)
    } else {
        Err(StartError::Faults(errors))
    }
}

fn print_banner(loaded: &Loaded, engine: &Engine) -> std::io::Result<()> {
    let settings = &loaded.settings;
    let mut out = std::io::stdout().lock();
    let sip: Vec<String> = engine.sip_addresses().iter().map(ToString::to_string).collect();
    writeln!(out, "aftercall {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "  SIP       {}", sip.join(", "))?;
    writeln!(
        out,
        "  HTTP      http://{} (/healthz, /readyz, /metrics)",
        engine.http_address()
    )?;
    for (index, route) in settings.routes.iter().enumerate() {
        let title = if index == 0 { "surveys" } else { "" };
        let often = match route.every.get() {
            1 => "every call".to_owned(),
            every => format!("one call in {every}"),
        };
        writeln!(
            out,
            "  {title:<9} {} -> {}, {often}",
            route.number.as_str(),
            route.survey
        )?;
    }
    writeln!(out, "  database  {}", settings.storage.path.display())?;
    if let Some(Listen { address, .. }) = engine.sip_addresses().first() {
        let host = if address.ip().is_unspecified() {
            "127.0.0.1".to_owned()
        } else {
            host(address.ip())
        };
        let port = if address.port() == 5060 {
            String::new()
        } else {
            format!(":{}", address.port())
        };
        let user = settings
            .routes
            .first()
            .map_or("nps", |route| route.number.as_str())
            .trim_end_matches('*');
        writeln!(
            out,
            "  try it    cargo run --release -- call sip:{user}@{host}{port} --keys 9,5,4"
        )?;
    }
    out.flush()
}

fn host(ip: std::net::IpAddr) -> String {
    if ip.is_ipv6() {
        format!("[{ip}]")
    } else {
        ip.to_string()
    }
}
