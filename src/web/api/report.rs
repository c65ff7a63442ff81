//! `GET /api/v1/report`: the figures of a period, as `aftercall report --json` prints them.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Serialize;
use serde_json::Value;

use super::Api;
use super::problem::{Kind, Problem, Problems};
use crate::accounts::Scope;
use crate::reports::{ReportError, ReportRequest};

/// The parameters, for the description; they are read from the query by [`request`]. Names of lists may be repeated, or separated by
/// commas; `sales*` takes all that begin so, `!test` leaves one out, `-` takes calls without one.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the struct describes the parameters")]
pub(super) struct ReportParameters {
    /// A period by name: `today`, `yesterday`, `this-week`, `last-week`, `this-month`, `last-month`, `this-quarter`,
    /// `last-quarter`, `this-year`, `last-year`, `last-28-days`, `campaign`, `all`, or `2026-10-01..2026-10-31`.
    #[param(example = "last-week")]
    period: Option<String>,
    /// First day, in the operator's time zone, or moment with its offset.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Last day, itself included, or the moment before which the period ends.
    #[param(example = "2026-11-30")]
    to: Option<String>,
    /// Queues.
    queue: Option<String>,
    /// Teams.
    team: Option<String>,
    /// Agents.
    agent: Option<String>,
    /// Routes.
    route: Option<String>,
    /// Surveys.
    survey: Option<String>,
    /// Languages.
    language: Option<String>,
    /// Dialled numbers. Reads all calls of the period.
    dialled: Option<String>,
    /// A condition on the context, as in `when` of a route. Reads all calls of the period.
    #[param(example = "talk_time = { from = 60 }")]
    when: Option<String>,
    /// Figures side by side: `queue`, `team`, `agent`, `route`, `survey`, `survey_version`, `language`, `weekday`, `hour`.
    by: Option<String>,
    /// The course over time: `hour`, `day`, `week`, `month`, `auto`.
    trend: Option<String>,
    /// What to compare with: `previous`, `last-year`, or a period.
    compare: Option<String>,
}

/// Read the figures of a period.
///
/// The fields of the answer are those of `aftercall report --json`; `docs/schema.md` explains each. Fields are added, never renamed or
/// removed, while `format` is 1.
#[utoipa::path(
    get,
    path = "/report",
    tag = "reports",
    params(ReportParameters),
    responses(
        (status = 200, description = "The figures.", body = Value),
        (status = 422, description = "A parameter cannot be understood", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["results"])),
)]
pub(super) async fn report(
    State(api): State<Api>,
    parameters: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(parameters) = parameters.map_err(|rejection| unfit(rejection.body_text()))?;
    let request = request(parameters)?;
    let report = api
        .reports
        .report(&request, &Scope::Everything)
        .await
        .map_err(failed)?;
    json(&report)
}

/// Figures as JSON.
///
/// # Errors
/// Never, as far as is known: figures have text keys and finite numbers.
pub(super) fn json(figures: &impl Serialize) -> Result<Json<Value>, Problem> {
    serde_json::to_value(figures).map(Json).map_err(|error| {
        tracing::error!(%error, "cannot write figures as JSON");
        Problem::new(Kind::Unavailable)
    })
}

/// Why there are no figures.
pub(super) fn failed(error: ReportError) -> Problem {
    match error {
        ReportError::Request(fault) => unfit(fault.to_string()),
        ReportError::Store(error) => {
            tracing::warn!(%error, "cannot read the figures that the API was asked for");
            Problem::new(Kind::Unavailable)
        }
    }
}

/// The request of parameters.
///
/// # Errors
/// One is not known, or is given twice.
pub(super) fn request(parameters: Vec<(String, String)>) -> Result<ReportRequest, Problem> {
    ReportRequest::of_parameters(parameters).map_err(|fault| unfit(fault.to_string()))
}

pub(super) fn unfit(detail: impl Into<String>) -> Problem {
    Problem::new(Kind::Unfit)
        .detail(detail.into())
        .fix("The OpenAPI description lists the parameters; docs/reports.md has examples.".to_owned())
}
