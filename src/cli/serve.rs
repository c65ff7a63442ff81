//! `aftercall serve`: take calls until asked to stop.

use std::io::Write;
use std::num::NonZeroU32;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::start::{runtime, say, settings};
use crate::config::{Loaded, Settings};
use crate::control::{self, About, ControlError, ControlSocket};
use crate::engine::{Engine, LoadedContent, calendar};
use crate::telemetry::{self, Metrics};
use aftercall_base::Fault;
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_runtime::descriptors;
use aftercall_runtime::lifecycle::spawn;
use aftercall_sip::event::Transport;
use aftercall_sip_net::service::Listen;
use aftercall_survey::admission::sampler::Sampler;

/// Serves until SIGTERM or SIGINT; a second signal ends running calls at once. SIGHUP reloads the configuration.
pub(super) fn run(file: &Path) -> anyhow::Result<ExitCode> {
    run_with(file, |_| ())
}

/// The same, and says when everything runs.
pub(super) fn run_with(file: &Path, started: impl FnOnce(&Engine)) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    telemetry::start_logging(&loaded.settings.log).context("log.filter")?;
    let metrics = Metrics::start().context("metrics")?;
    if let Err(error) = descriptors::raise_limit() {
        tracing::warn!(%error, "cannot raise the limit of open files; each call needs two");
    }
    let content = match content(&loaded) {
        Ok(content) => content,
        Err(status) => return Ok(status),
    };
    runtime()?.block_on(async move {
        // Heard from here on, so that a stop that is asked for early is still a clean one.
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        let control = control_socket(&loaded).await?;
        let drain = loaded.settings.calls.drain.0;
        let mut engine = Engine::start(&loaded.settings, content, Arc::new(SystemClock), metrics).await?;
        let first_password = engine.take_first_password();
        if let Err(error) = print_banner(&loaded, &engine) {
            tracing::warn!(%error, "cannot write to standard output; serving anyway");
        }
        // On the terminal and not in the log, which is kept.
        if let Some(password) = first_password {
            say(&format!(
                "the first user of the pages is `admin` with the password {}; it is shown this once and has to be changed at the first sign-in",
                password.expose()
            ));
        }
        started(&engine);
        let reloading = engine.reloading(file.to_owned(), loaded);
        if let Some(control) = control {
            let reload = Arc::new(reloading.clone());
            let settle = Arc::new(engine.settling());
            let about = about(file, &engine);
            spawn(
                "control",
                control::serve(control, about, reload, settle, engine.closing()),
            );
        }
        spawn("reload on SIGHUP", async move {
            while hang_up.recv().await.is_some() {
                reloading.reload().await;
            }
        });
        let mut asked = async || tokio::select! { _ = terminate.recv() => (), _ = interrupt.recv() => () };
        asked().await;
        tracing::info!(
            calls = engine.calls(),
            "stopping: no new calls, running ones may finish"
        );
        engine.stop(drain, asked()).await;
        Ok(ExitCode::SUCCESS)
    })
}

/// What the control socket says of this service.
fn about(file: &Path, engine: &Engine) -> About {
    let of = |transport| {
        let all = engine.sip_addresses().iter();
        let of_transport = all.filter(move |listen| listen.transport == transport);
        of_transport.map(|listen| listen.address).collect()
    };
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    About {
        configuration: file.display().to_string(),
        process: std::process::id(),
        sip_udp: of(Transport::Udp),
        sip_tcp: of(Transport::Tcp),
        http: engine.http_address(),
    }
}

/// The control socket, where there is to be one.
async fn control_socket(loaded: &Loaded) -> Result<Option<ControlSocket>, ControlError> {
    let path = &loaded.settings.control.socket;
    match path.as_os_str().is_empty() {
        true => Ok(None),
        false => control::bind(path).await.map(Some),
    }
}

/// What is read from disk, or every error in it on standard error and the exit status for it; warnings go to the log.
fn content(loaded: &Loaded) -> Result<LoadedContent, ExitCode> {
    let (content, mut faults) = LoadedContent::load(loaded);
    faults.extend(calendar::warnings(loaded, SystemClock.utc()));
    let faults = loaded.in_order(faults);
    let (errors, warnings): (Vec<Fault>, Vec<Fault>) = faults.into_iter().partition(Fault::is_error);
    for warning in &warnings {
        tracing::warn!("{warning}");
    }
    if errors.is_empty() {
        Ok(content)
    } else {
        for error in &errors {
            say(&error.to_string());
        }
        Err(ExitCode::from(2))
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
        "  HTTP      {}://{} (pages, /healthz, /readyz, /metrics)",
        if engine.is_http_secure() { "https" } else { "http" },
        engine.http_address()
    )?;
    let keys: Vec<&str> = settings.http.key.iter().map(|key| key.name.as_str()).collect();
    match keys.as_slice() {
        [] => writeln!(
            out,
            "  API       closed; `aftercall api-key new --name pbx --scope decisions` makes a key that opens it"
        )?,
        keys => writeln!(out, "  API       /api/v1, for {}", keys.join(", "))?,
    }
    for (index, route) in settings.routes().enumerate() {
        let title = if index == 0 { "surveys" } else { "" };
        let often = match route.rules.sampler {
            Sampler::Every(NonZeroU32::MIN) => "every call".to_owned(),
            Sampler::Every(every) => format!("one call in {every}"),
            Sampler::Share(share) => format!("{share} of calls"),
        };
        writeln!(
            out,
            "  {title:<9} {} -> {}, {often}",
            route.number.as_str(),
            route.survey
        )?;
    }
    writeln!(out, "  database  {}", settings.storage.path.display())?;
    if let Some(first) = engine.sip_addresses().first() {
        try_it(&mut out, first, settings)?;
    }
    out.flush()
}

/// The command that places a test call.
fn try_it(out: &mut impl Write, first: &Listen, settings: &Settings) -> std::io::Result<()> {
    let Listen { transport, address } = first;
    let host = match address.ip() {
        ip if ip.is_unspecified() && ip.is_ipv6() => "[::1]".to_owned(),
        ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
        ip => host(ip),
    };
    let port = if address.port() == 5060 {
        String::new()
    } else {
        format!(":{}", address.port())
    };
    let user = settings
        .routes()
        .map(|route| route.number.as_str().trim_end_matches('*'))
        .find(|user| !user.is_empty())
        .unwrap_or("survey");
    let how = match transport {
        Transport::Udp => "",
        Transport::Tcp => " --transport tcp",
    };
    writeln!(
        out,
        "  try it    aftercall call sip:{user}@{host}{port}{how} --keys 9,5,4"
    )
}

fn host(ip: std::net::IpAddr) -> String {
    if ip.is_ipv6() {
        format!("[{ip}]")
    } else {
        ip.to_string()
    }
}
