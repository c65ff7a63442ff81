//! `/api/v1`: the HTTP API for a PBX, a CRM or a script.
//!
//! | path | for |
//! | --- | --- |
//! | `POST /announcements` | the context of a call ahead of it |
//! | `POST /decisions` | whether a call is to be surveyed, before it is transferred |
//! | `GET /calls/{call}` | the state and answers of a call |
//! | `PATCH /calls/{call}` | context that was not known earlier |
//! | `GET /calls`, `/answers`, `/comments` | lists of what is behind any figure |
//! | `GET /calls/{call}/path`, `/personal` | all that is stored of a call; what of it is personal |
//! | `GET /comments/{call}/{question}/audio`, `PUT`, `DELETE .../listened` | what was said, and who has heard it |
//! | `GET /events` | answers and ends of calls as they are stored |
//! | `GET /surveys`, `/surveys/{survey}`, `/directory` | what is asked; what ids are called |
//! | `GET /deliveries` | reports that are sent, or are to be |
//! | `POST /eligible` | the calls that could have been surveyed |
//! | `GET /report` | the figures of a period |
//! | `GET /plan` | how many answers are needed, and how long that takes |
//! | `GET`, `POST /opt-outs`, `POST /opt-outs/lookup`, `/opt-outs/remove` | who is not asked again |
//! | `GET /openapi.json` | the description of all of it, made from the code |
//!
//! One endpoint a file. A request passes [`guard`] (key, rate, number at once, time) and [`scopes`] (what the key permits), is
//! read by [`body`] (size, JSON, every field known) and is carried out by [`Announcements`] or [`Reports`]; every error is a [`Problem`] that says how to correct it. Nothing
//! here knows how a call is decided or stored.

mod amendment;
mod announcements;
mod answers;
mod body;
mod call;
mod calls;
mod comment_audio;
mod comments;
mod decisions;
mod deliveries;
mod directory;
mod duplicate;
mod eligible;
mod events;
mod fields;
mod guard;
mod list;
mod openapi;
mod opt_outs;
mod path;
mod plan;
mod problem;
mod report;
mod request_fields;
mod scopes;
mod surveys;

use std::sync::Arc;

use axum::Router;
use axum::http::Uri;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::any;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

pub use self::guard::Keyring;
use self::problem::{Kind, Problem};
pub use self::scopes::OPERATIONS;
use crate::announcements::Announcements;
use crate::browse::Browse;
use crate::live::Live;
use crate::reports::Reports;
use crate::web::pages::PeerRules;
use aftercall_runtime::lifecycle::Shutdown;

/// Where the API is.
pub(super) const ROOT: &str = "/api/v1";

/// What every endpoint is given.
#[derive(Clone)]
pub struct Api {
    /// Carries out the requests.
    pub announcements: Announcements,
    /// Answers with figures.
    pub reports: Reports,
    /// Answers with calls, answers and comments.
    pub browse: Browse,
    /// What happens now.
    pub live: Live,
    /// Ends the responses that go on.
    pub closing: Shutdown,
    /// The clients that may send them.
    pub keyring: Arc<Keyring>,
    /// Whose word counts for where a request comes from.
    pub peers: Arc<PeerRules>,
}

/// The API under its path. The description needs no key: it says nothing of calls.
pub(super) fn router(api: &Api) -> Router {
    let (endpoints, description) = described();
    let description: Arc<str> = openapi::text(description).into();
    let guarded = endpoints
        .fallback(unknown_endpoint)
        .method_not_allowed_fallback(unknown_method)
        .layer(from_fn_with_state(api.clone(), guard::guard))
        .with_state(api.clone());
    let open = Router::new().route("/openapi.json", openapi::route(description));
    let root = any(unknown_endpoint).layer(from_fn_with_state(api.clone(), guard::guard));
    Router::new()
        .nest(ROOT, open.merge(guarded))
        .route(&format!("{ROOT}/"), root)
}

/// The description of the API (OpenAPI 3.1), as it is served.
pub fn description() -> String {
    openapi::text(described().1)
}

/// The endpoints, each behind the check of its scope, and their description.
fn described() -> (Router<Api>, utoipa::openapi::OpenApi) {
    [
        routes!(announcements::announce),
        routes!(decisions::decide),
        routes!(call::call, amendment::amend),
        routes!(calls::calls),
        routes!(path::path),
        routes!(path::personal),
        routes!(answers::answers),
        routes!(comments::comments),
        routes!(comment_audio::audio),
        routes!(comments::mark, comments::unmark),
        routes!(surveys::surveys),
        routes!(surveys::survey),
        routes!(directory::directory),
        routes!(deliveries::deliveries),
        routes!(events::events),
        routes!(eligible::report),
        routes!(report::report),
        routes!(plan::plan),
        routes!(opt_outs::add, opt_outs::count),
        routes!(opt_outs::look_up),
        routes!(opt_outs::remove),
    ]
    .into_iter()
    .map(|endpoint| endpoint.map(|methods| methods.route_layer(from_fn(scopes::require_scope))))
    .fold(
        OpenApiRouter::with_openapi(openapi::start()),
        OpenApiRouter::routes,
    )
    .split_for_parts()
}

async fn unknown_endpoint(uri: Uri) -> Problem {
    let path: String = uri.path().chars().take(80).collect();
    Problem::new(Kind::UnknownEndpoint)
        .detail(format!("No endpoint at {ROOT}{path}."))
        .fix(format!("{ROOT}/openapi.json describes what there is."))
}

async fn unknown_method() -> Problem {
    Problem::new(Kind::UnknownMethod)
}
