//! `PATCH /api/v1/calls/{call}`: more of what is known of a call, during it or after.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};

use super::Api;
use super::body::Body;
use super::call::{CallAnswer, name};
use super::problem::{BodyProblems, Problem, Problems};
use super::request_fields::{Context, Shape};

/// Add context to a call.
///
/// A value replaces the known value; a field that is left out, or `null`, stays. The call stays counted where it was counted:
/// `survey` and `opt_in` are settled once it is decided, a later `queue` changes reports and not the sample, and answers are
/// never changed. While the call is only announced, this adds to the announcement.
#[utoipa::path(
    patch,
    path = "/calls/{call}",
    tag = "after the call",
    params(("call" = String, Path, description = "The `call_id`, or the original call id")),
    request_body = Context,
    responses(
        (status = 200, description = "What is known of the call now", body = CallAnswer),
        (status = 404, description = "There is no such call", body = Problem, content_type = "application/problem+json"),
        Problems,
        BodyProblems
    ),
    security(("key" = ["context"]))
)]
pub(super) async fn amend(
    State(api): State<Api>,
    path: Result<Path<String>, PathRejection>,
    Body(context, _): Body<Context>,
) -> Result<Json<CallAnswer>, Problem> {
    let found = api.announcements.amend(&name(path)?, context.texts()).await;
    let found = found.map_err(|error| Shape::Bare.problem(error))?;
    Ok(Json(found.into()))
}
