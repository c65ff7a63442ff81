//! The pages for supervisors: what a request asks for is read, put together from the services, and handed to `aftercall_pages`, which writes
//! the markup.
//!
//! | path | shows |
//! | --- | --- |
//! | `/` | how the service is doing |
//! | `/report`, `/report/file` | every part of the report; the same as a file |
//! | `/stream`, `/changes` | the newest answers; the events by which pages stay up to date |
//! | `/calls`, `/calls/...` | the calls behind a figure; one call's way |
//! | `/comments`, `/comments/...` | recorded comments and their audio |
//! | `/wallboard` | six figures for a screen on the wall |
//! | `/sampling`, `/surveys`, `/system` | who is asked, what is asked, how the service is doing |
//! | `/sign-in`, `/sign-out`, `/account`, `/language` | who one is, and which language one reads |
//! | `/users`, `/audit` | who may sign in; who saw and heard what |
//! | `/views` | saved pages, links that were given away |
//! | `/share/...` | one page for somebody who cannot sign in |
//! | `/assets/...` | style, script, icon |
//!
//! Every request passes [`guard`], which knows from [`routes`] what each page needs.

mod account;
mod assets;
mod audit;
mod background;
mod calls;
mod comments;
pub mod cookie;
mod explain;
pub mod form;
mod guard;
mod headers;
mod language;
mod measure;
pub mod origin;
mod overview;
mod prompts;
pub mod reading;
mod reply;
mod report_file;
pub mod routes;
mod sampling;
mod seal;
mod share;
mod sign_in;
mod stream;
mod surveys;
mod system;
mod users;
mod views;
mod visitor;
mod wallboard;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use hyper_util::service::TowerToHyperService;

pub use self::origin::PeerRules;
pub use self::prompts::SurveyPrompts;
use self::reading::PageRequest;
pub use self::sampling::RulesInForce;
pub use self::seal::SealKey;
use self::share::Shared;
use crate::accounts::Accounts;
use crate::browse::Browse;
use crate::explain::Explain;
use crate::live::Live;
use crate::reports::Reports;
use crate::watch::Watch;
use crate::web::Readiness;
use aftercall_pages::PageFault;
use aftercall_runtime::lifecycle::Shutdown;

/// What the pages are made from. Cloning gives another handle.
#[derive(Clone)]
pub struct Pages {
    /// Figures.
    pub reports: Reports,
    /// Calls, answers, comments.
    pub browse: Browse,
    /// What happens at the moment.
    pub live: Live,
    /// Ends what follows events.
    pub closing: Shutdown,
    /// Who is asked, by the configuration.
    pub rules: RulesInForce,
    /// Where calls are taken first.
    pub sip: Option<SocketAddr>,
    /// What surveys play.
    pub prompts: Arc<dyn SurveyPrompts>,
    /// What would become of a call.
    pub explain: Explain,
    /// Whether calls are taken.
    pub readiness: Arc<dyn Readiness>,
    /// What the watchdog has found.
    pub watch: Watch,
    /// Who may see what.
    pub accounts: Accounts,
    /// Seals the comments of pages that were shared.
    pub seals: SealKey,
    /// On which connections pages are served.
    pub peers: Arc<PeerRules>,
}

/// The routes of the pages.
pub(super) fn router(pages: &Pages) -> Router {
    let guarded = from_fn_with_state(pages.clone(), guard::guard);
    let routes = Router::new()
        .route("/", get(overview::overview))
        .route("/report", get(overview::report))
        .route("/report/file", get(report_file::file))
        .route("/stream", get(stream::page))
        .route("/changes", get(stream::changes))
        .route("/calls", get(calls::list))
        .route("/calls/file", get(calls::file))
        .route("/calls/{call}", get(calls::one))
        .route("/comments", get(comments::list))
        .route("/comments/{call}/{question}/audio", get(comments::audio))
        .route("/comments/{call}/{question}/listened", post(comments::listened))
        .route("/wallboard", get(wallboard::page))
        .route("/sampling", get(sampling::page).post(sampling::explain))
        .route("/surveys", get(surveys::list))
        .route("/surveys/{name}", get(surveys::one))
        .route("/surveys/{name}/flow.svg", get(surveys::flow))
        .route("/surveys/{name}/prompts/{language}/{prompt}", get(prompts::audio))
        .route("/system", get(system::page))
        .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route("/language", post(language::choose))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/account", get(account::page))
        .route("/account/password", post(account::change_password))
        .route("/account/sessions", post(account::end_sessions))
        .route("/users", get(users::page).post(users::add))
        .route("/users/{name}/reset", post(users::reset))
        .route("/users/{name}/disable", post(users::disable))
        .route("/users/{name}/enable", post(users::enable))
        .route("/users/{name}/role", post(users::set_role))
        .route("/audit", get(audit::page))
        .route("/views", get(views::page).post(views::save))
        .route("/views/{view}/remove", post(views::remove))
        .route("/share", post(views::share))
        .route("/share/{link}/revoke", post(views::revoke))
        .with_state(pages.clone())
        .route_layer(guarded.clone());
    let shared = Shared {
        pages: pages.clone(),
        routes: TowerToHyperService::new(routes.clone()),
    };
    let links = Router::new()
        .route("/share/{token}", get(share::open))
        .route(
            "/share/{token}/comments/{call}/{question}/{seal}",
            get(share::audio),
        )
        .with_state(shared)
        .route_layer(guarded);
    let all = routes.merge(links).merge(assets::router()).fallback(unknown);
    // Around all of them once: the page behind a link is a request of the link.
    all.layer(from_fn(measure::measure))
}

/// A page that there is not. Nobody is looked up for it: it says nothing of anybody.
async fn unknown(request: PageRequest) -> Response {
    let mut response = request.answer(Err(PageFault::NotFound));
    headers::protect(response.headers_mut(), false);
    response
}
