//! `GET /api/v1/plan`: how many answers are needed, and how long that takes.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde_json::Value;

use super::Api;
use super::problem::{Problem, Problems};
use super::report::{self, failed, unfit};
use crate::accounts::Scope;
use crate::reports::PlanRequest;

/// The parameters, for the description; they are read from the query by [`request`].
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the struct describes the parameters")]
pub(super) struct PlanParameters {
    /// The change that is to be seen, in points of NPS or percentage points. Either this or `half_width`.
    #[param(example = 5)]
    change: Option<f64>,
    /// How surely, in percent.
    #[param(example = 80)]
    power: Option<f64>,
    /// Points to either side of the score that the 95 % interval shall have.
    half_width: Option<f64>,
    /// The days whose rates the plan goes by: 28 unless it is told.
    days: Option<u16>,
    /// Parts side by side: `queue`, `team`, `agent`, ...
    by: Option<String>,
    /// Queues; likewise `team`, `agent`, `route`, `survey`, `language`, as in `/report`.
    queue: Option<String>,
}

/// Plan a sample size.
///
/// Goes by the answers and calls of the last days. The fields of the answer are those of `aftercall plan --json`.
#[utoipa::path(
    get,
    path = "/plan",
    tag = "reports",
    params(PlanParameters),
    responses(
        (status = 200, description = "The plan.", body = Value),
        (status = 422, description = "A parameter cannot be understood", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["results"])),
)]
pub(super) async fn plan(
    State(api): State<Api>,
    parameters: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(parameters) = parameters.map_err(|rejection| unfit(rejection.body_text()))?;
    let plan = api
        .reports
        .plan(&request(parameters)?, &Scope::Everything)
        .await
        .map_err(failed)?;
    report::json(&plan)
}

fn request(parameters: Vec<(String, String)>) -> Result<PlanRequest, Problem> {
    let mut request = PlanRequest::default();
    let mut of_calls = Vec::new();
    for (name, text) in parameters {
        let number = || {
            let number = text.trim().parse::<f64>();
            number.map_err(|_| unfit(format!("`{name}` is not a number")))
        };
        match name.as_str() {
            "change" => request.change = Some(number()?),
            "power" => request.power = Some(number()?),
            "half_width" => request.half_width = Some(number()?),
            "days" => {
                let days = text.trim().parse();
                request.days = Some(days.map_err(|_| unfit("`days` is not a number of days"))?);
            }
            "period" | "from" | "to" | "trend" | "compare" => {
                return Err(unfit(format!("a plan has no parameter `{name}`")));
            }
            _ => of_calls.push((name, text)),
        }
    }
    request.calls = report::request(of_calls)?;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::request;

    #[test]
    fn numbers_and_names_are_read_and_others_refused() {
        let pairs = |pairs: &[(&str, &str)]| {
            let owned = pairs
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
            request(owned.collect())
        };
        let read = pairs(&[("change", "5"), ("days", "14"), ("queue", "a,b"), ("by", "queue")]).unwrap();
        assert_eq!(
            (read.change, read.days, read.calls.queue.len()),
            (Some(5.0), Some(14), 2)
        );
        for wrong in [
            ("change", "x"),
            ("days", "-1"),
            ("period", "all"),
            ("colour", "1"),
        ] {
            assert!(pairs(&[wrong]).is_err(), "{wrong:?}");
        }
    }
}
