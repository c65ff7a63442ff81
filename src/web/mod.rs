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
pub mod ranges;
mod recordings;
mod server;
pub mod tls;

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
use aftercall_runtime::lifecycle::Shutdown;

/// What stands against taking calls; empty when ready.
pub trait Readiness: Send + Sync + 'static {
    /// One short sentence for each obstacle.
    fn obstacles(&self) -> Pin<Box<dyn Future<Output = Vec<String>> + Send + '_>>;

    /// What does not work, and keeps no call from being taken: one short sentence each.
    fn limitations(&self) -> Vec<String>;
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
        let limitations = state.readiness.limitations();
        let degraded = limitations
            .iter()
            .map(|limitation| format!("degraded: {limitation}\n"));
        return format!("ready\n{}", degraded.collect::<String>()).into_response();
    }
    (
        StatusCode::SERVICE_UNAVAILABLE,
        format!("{}\n", obstacles.join("\n")),
    )
        .into_response()
}

/// The content type says the version of the format, so that no scraper has to guess it.
async fn render(State(state): State<HttpState>) -> Response {
    let format = (CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    ([format], (state.metrics)()).into_response()
}
