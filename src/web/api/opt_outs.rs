//! `/api/v1/opt-outs`: who is not asked again.
//!
//! A number stands in the body only: a path ends up in the logs of every proxy.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use super::body::Body;
use super::guard::ApiClient;
use super::problem::{BodyProblems, Problem, Problems};
use super::request_fields::Shape;
use crate::announcements::{OptOutState, RequestError};
use aftercall_base::Redacted;
use aftercall_base::iso8601::utc_text;
use aftercall_survey::context::number::NotANumber;

/// The longest number.
const LONGEST_NUMBER: usize = 128;

/// A caller.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NumberRequest {
    /// The number in any notation: separators and invisible characters do not count, `tel:` and `sip:` URIs are understood, and
    /// `[numbers]` of the configuration makes one notation of those of a country. Only its keyed hash is kept, and compared.
    #[schema(value_type = String, min_length = 1, max_length = 128, example = "+358401234567")]
    number: Redacted<String>,
}

/// Whether a caller is asked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OptOutAnswer {
    /// Whether the caller is on the list, and so never asked.
    opted_out: bool,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    since: Option<String>,
    /// Whether this request changed it.
    changed: bool,
}

/// How many callers are not asked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OptOutCount {
    /// Callers on the list.
    count: u64,
}

impl From<OptOutState> for OptOutAnswer {
    fn from(state: OptOutState) -> Self {
        Self {
            opted_out: state.since.is_some(),
            since: state.since.map(utc_text),
            changed: state.changed,
        }
    }
}

impl NumberRequest {
    fn number(self) -> Result<Redacted<String>, Problem> {
        if self.number.expose().len() > LONGEST_NUMBER {
            return Err(problem(RequestError::NotANumber(NotANumber::TooLong)));
        }
        Ok(self.number)
    }
}

fn problem(error: RequestError) -> Problem {
    Shape::Bare.problem(error)
}

/// Keep a caller from being asked.
///
/// No later call of this number is surveyed; nor is one that was to be surveyed and has not come yet.
#[utoipa::path(
    post,
    path = "/opt-outs",
    tag = "opt-outs",
    request_body = NumberRequest,
    responses(
        (status = 201, description = "The caller is on the list now", body = OptOutAnswer),
        (status = 200, description = "The caller was on the list already", body = OptOutAnswer),
        Problems,
        BodyProblems
    ),
    security(("key" = ["opt_outs"]))
)]
pub(super) async fn add(
    State(api): State<Api>,
    client: ApiClient,
    Body(request, _): Body<NumberRequest>,
) -> Result<(StatusCode, Json<OptOutAnswer>), Problem> {
    let state = api.announcements.opt_out(&request.number()?, client.name()).await;
    let state = state.map_err(problem)?;
    let status = if state.changed {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(state.into())))
}

/// How many callers are not asked.
#[utoipa::path(
    get,
    path = "/opt-outs",
    tag = "opt-outs",
    responses((status = 200, description = "The length of the list", body = OptOutCount), Problems),
    security(("key" = ["opt_outs"]))
)]
pub(super) async fn count(State(api): State<Api>) -> Result<Json<OptOutCount>, Problem> {
    let count = api.announcements.count_opt_outs().await.map_err(problem)?;
    Ok(Json(OptOutCount { count }))
}

/// Whether a caller is asked.
#[utoipa::path(
    post,
    path = "/opt-outs/lookup",
    tag = "opt-outs",
    request_body = NumberRequest,
    responses((status = 200, description = "Whether the caller is on the list", body = OptOutAnswer), Problems, BodyProblems),
    security(("key" = ["opt_outs"]))
)]
pub(super) async fn look_up(
    State(api): State<Api>,
    Body(request, _): Body<NumberRequest>,
) -> Result<Json<OptOutAnswer>, Problem> {
    let state = api.announcements.look_up_opt_out(&request.number()?).await;
    Ok(Json(state.map_err(problem)?.into()))
}

/// Let a caller be asked again.
#[utoipa::path(
    post,
    path = "/opt-outs/remove",
    tag = "opt-outs",
    request_body = NumberRequest,
    responses((status = 200, description = "The caller is not on the list now", body = OptOutAnswer), Problems, BodyProblems),
    security(("key" = ["opt_outs"]))
)]
pub(super) async fn remove(
    State(api): State<Api>,
    client: ApiClient,
    Body(request, _): Body<NumberRequest>,
) -> Result<Json<OptOutAnswer>, Problem> {
    let state = api
        .announcements
        .remove_opt_out(&request.number()?, client.name())
        .await;
    Ok(Json(state.map_err(problem)?.into()))
}
