//! The control socket: how a command line reaches the service that runs on the same machine.
//!
//! A Unix socket that only its owner may open, with HTTP on it: `POST /reload` reloads the configuration and
//! returns the result; `GET /service` says which service it is ([`About`]); `POST /settle` answers when every call
//! that is over has its row. It knows nothing of calls; who reloads is a [`Reload`], who settles a [`Settle`].

mod about;
mod client;
mod report;
mod socket;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};

pub use about::About;
pub use client::{AskError, ask_about, ask_to_reload, ask_to_settle};
pub use report::Report;
pub use socket::{ControlError, ControlSocket};

use aftercall_runtime::lifecycle::Shutdown;

/// Reads the configuration anew.
pub trait Reload: Send + Sync + 'static {
    /// What came of it; `None` when the service is stopping.
    fn reload(&self) -> Pin<Box<dyn Future<Output = Option<Report>> + Send + '_>>;
}

/// Waits for what is being written.
pub trait Settle: Send + Sync + 'static {
    /// Resolves when every call that is over has its end in the database, or in a while at the latest.
    fn settle(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Makes the socket.
///
/// # Errors
/// Another service answers there, or the system's reason.
pub async fn bind(path: &Path) -> Result<ControlSocket, ControlError> {
    ControlSocket::bind(path).await
}

/// Serves until shutdown, then removes the socket.
pub async fn serve(
    socket: ControlSocket,
    about: About,
    reload: Arc<dyn Reload>,
    settle: Arc<dyn Settle>,
    mut shutdown: Shutdown,
) {
    let routes = Router::new()
        .route("/service", get(async move || Json(about.clone())))
        .route("/reload", post(reload_now))
        .with_state(reload)
        .merge(Router::new().route("/settle", post(settled)).with_state(settle));
    let stop = async move { shutdown.requested().await };
    let (listener, _remove) = socket.into_parts();
    if let Err(error) = axum::serve(listener, routes).with_graceful_shutdown(stop).await {
        tracing::error!(%error, "the control socket ended");
    }
}

async fn settled(State(settle): State<Arc<dyn Settle>>) -> StatusCode {
    settle.settle().await;
    StatusCode::NO_CONTENT
}

async fn reload_now(State(reload): State<Arc<dyn Reload>>) -> Result<Json<Report>, StatusCode> {
    let report = reload.reload().await;
    report.map(Json).ok_or(StatusCode::SERVICE_UNAVAILABLE)
}
