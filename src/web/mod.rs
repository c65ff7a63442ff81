//! HTTP: liveness, readiness, metrics and the API for machines, pages for supervisors.
//!
//! | path | answers |
//! | --- | --- |
//! | `/healthz` | 200 while the process serves requests at all |
//! | `/readyz` | 200 when it takes calls and can store answers, with what else does not work; else 503 with the reasons |
//! | `/metrics` | Prometheus text |
//! | `/api/v1` | [`api`] |
//! | `/` and all else | [`pages`] |
//!
//! It does not know [`crate::call`]: readiness comes from a [`Readiness`], and requests of the API are carried out by
//! [`crate::announcements`].

pub mod api;
mod following;
pub mod pages;
mod progress;
pub mod ranges;
mod recordings;
mod server;
pub mod tls;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use self::api::Api;
use self::pages::Pages;
use self::tls::Certificate;
use crate::watch::Findings;
use aftercall_runtime::lifecycle::Shutdown;

/// What stands against taking calls; empty when ready.
pub trait Readiness: Send + Sync + 'static {
    /// The obstacles.
    fn obstacles(&self) -> Pin<Box<dyn Future<Output = Vec<Obstacle>> + Send + '_>>;

    /// What does not work, and keeps no call from being taken.
    fn limitations(&self) -> Limitations;
}

/// Why no calls are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// A stop was asked for.
    Stopping,
    /// The database cannot be used, and why.
    Database(String),
}

/// As `/readyz` says it.
impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopping => f.write_str("stopping"),
            Self::Database(reason) => write!(f, "database: {reason}"),
        }
    }
}

/// What does not work while calls are taken.
#[derive(Debug, Clone, Default)]
pub struct Limitations {
    /// Why comments cannot be recorded.
    pub recorder: Option<String>,
    /// What the watchdog has found.
    pub findings: Findings,
}

impl Limitations {
    /// One sentence for each, as `/readyz` says them.
    fn sentences(&self) -> Vec<String> {
        let recorder = self.recorder.iter();
        let recorder = recorder.map(|reason| format!("cannot record comments: {reason}"));
        recorder.chain(self.findings.sentences()).collect()
    }
}

/// Renders the metrics of the process.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

#[derive(Clone)]
struct HttpState {
    readiness: Arc<dyn Readiness>,
    metrics: RenderMetrics,
}

/// Serves until shutdown.
pub async fn serve(
    listener: TcpListener,
    readiness: Arc<dyn Readiness>,
    metrics: RenderMetrics,
    api: Api,
    pages: Pages,
    certificate: Option<Arc<Certificate>>,
    shutdown: Shutdown,
) {
    let routes = router(readiness, metrics, &api, &pages);
    server::serve(listener, routes, certificate, shutdown).await;
}

fn router(readiness: Arc<dyn Readiness>, metrics: RenderMetrics, api: &Api, pages: &Pages) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(render))
        .with_state(HttpState { readiness, metrics })
        .merge(api::router(api))
        .merge(pages::router(pages))
}

async fn ready(State(state): State<HttpState>) -> Response {
    let obstacles = state.readiness.obstacles().await;
    if obstacles.is_empty() {
        let limitations = state.readiness.limitations().sentences();
        let degraded = limitations
            .iter()
            .map(|limitation| format!("degraded: {limitation}\n"));
        return format!("ready\n{}", degraded.collect::<String>()).into_response();
    }
    (
        StatusCode::SERVICE_UNAVAILABLE,
        format!(
            "{}\n",
            obstacles
                .iter()
                .map(Obstacle::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        ),
    )
        .into_response()
}

/// The content type says the version of the format, so that no scraper has to guess it.
async fn render(State(state): State<HttpState>) -> Response {
    let format = (CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    ([format], (state.metrics)()).into_response()
}
