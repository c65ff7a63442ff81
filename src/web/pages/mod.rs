//! The pages for supervisors: what a request asks for is read, put together from the services, and handed to `aftercall_pages`, which writes
//! the markup.
//!
//! | path | shows |
//! | --- | --- |
//! | `/` | how the service is doing |
//! | `/report`, `/report/file` | every part of the report; the same as a file |
//! | `/assets/...` | style, script, icon |

mod assets;
mod overview;
mod reading;
mod reply;
mod report_file;
mod visitor;

use axum::Router;
use axum::routing::get;

use crate::reports::Reports;
use crate::watch::Watch;

/// What the pages are made from. Cloning gives another handle.
#[derive(Debug, Clone)]
pub struct Pages {
    /// Figures.
    pub reports: Reports,
    /// What the watchdog has found.
    pub watch: Watch,
}

/// The routes of the pages.
pub(super) fn router(pages: &Pages) -> Router {
    Router::new()
        .route("/", get(overview::overview))
        .route("/report", get(overview::report))
        .route("/report/file", get(report_file::file))
        .with_state(pages.clone())
        .merge(assets::router())
}
