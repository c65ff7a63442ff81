//! `GET /api/v1/calls`: the calls behind any figure.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::list::{self, ListParameters, Parameters};
use super::problem::{Problem, Problems};
use super::report::failed;
use crate::browse::{AnswerRow, CallPage, CallRow};
use aftercall_base::iso8601::utc_text;

/// Some of the calls, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallList {
    /// The calls. There may be fewer than `limit`, also none, and yet more behind `next`.
    items: Vec<CallItem>,
    /// The `cursor` of the next page; `null`: this is the last.
    next: Option<String>,
}

/// A call. Members that are not known are left out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallItem {
    /// Its identity.
    call_id: String,
    /// When it arrived, or was decided by the API.
    #[schema(format = "date-time")]
    arrived_at: String,
    /// The day of arrival in the time zone of its route, by which days select.
    #[schema(format = "date")]
    local_day: String,
    /// The id of the finished call at the PBX.
    #[serde(skip_serializing_if = "Option::is_none")]
    original_call_id: Option<String>,
    /// The dialled number or user.
    number: String,
    /// The route.
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<String>,
    /// Queue or service line.
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    /// The agent's team.
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    /// The agent's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    /// The language spoken, else that of the context.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// The survey.
    #[serde(skip_serializing_if = "Option::is_none")]
    survey: Option<String>,
    /// The version of its definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    survey_version: Option<String>,
    /// `sampled`, `not_sampled` or `suppressed`.
    decision: String,
    /// The rule that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// How many calls it stands for if it is sampled.
    weight: f64,
    /// When it was answered with the survey.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    answered_at: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    ended_at: Option<String>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition: Option<String>,
    /// Why it ended so.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Seconds that caller and agent talked.
    #[serde(skip_serializing_if = "Option::is_none")]
    talk_time_s: Option<i64>,
    /// Whether one question got its best and another its worst values.
    suspected_reversed: bool,
    /// Recorded comments in which something was said.
    comments: u64,
    /// The answers, in the order in which they were given.
    answers: Vec<GivenAnswer>,
}

/// An answer of a call.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GivenAnswer {
    /// The question's id.
    question: String,
    /// The value; `null`: skipped.
    value: Option<i64>,
    /// Why it may not be meant as it was given: `too_early`, `same_key`, `by_timeout`.
    doubt: Vec<&'static str>,
    /// When it was accepted.
    #[schema(format = "date-time")]
    answered_at: String,
}

impl From<AnswerRow> for GivenAnswer {
    fn from(answer: AnswerRow) -> Self {
        Self {
            doubt: doubts(&answer),
            question: answer.question,
            value: answer.value,
            answered_at: utc_text(answer.answered_at),
        }
    }
}

/// The words of the doubts of an answer.
pub(super) fn doubts(answer: &AnswerRow) -> Vec<&'static str> {
    answer.doubt.words().collect()
}

impl From<CallRow> for CallItem {
    fn from(call: CallRow) -> Self {
        Self {
            call_id: call.uid.to_string(),
            arrived_at: utc_text(call.arrived_at),
            local_day: call.local_day.to_string(),
            original_call_id: call.original_call_id,
            number: call.dialled,
            route: call.route,
            queue: call.queue,
            team: call.team,
            agent: call.agent,
            language: call.spoken_language.or(call.language),
            survey: call.survey,
            survey_version: call.survey_version,
            decision: call.decision,
            rule: call.decision_reason,
            weight: call.weight,
            answered_at: call.answered_at.map(utc_text),
            ended_at: call.ended_at.map(utc_text),
            disposition: call
                .disposition
                .map(|disposition| disposition.as_str().to_owned()),
            reason: call.reason,
            talk_time_s: call.talk_time_s,
            suspected_reversed: call.flags.reversed,
            comments: call.comments.map_or(0, |counted| counted.comments),
            answers: call.answers.into_iter().map(GivenAnswer::from).collect(),
        }
    }
}

impl From<CallPage> for CallList {
    fn from(page: CallPage) -> Self {
        Self {
            items: page.calls.into_iter().map(CallItem::from).collect(),
            next: page.next.map(|place| place.to_string()),
        }
    }
}

/// List calls.
///
/// Newest first. The parameters are those of `/report` and of the links in reports: as many calls as the figure says. The caller's
/// number is never returned.
#[utoipa::path(
    get,
    path = "/calls",
    tag = "results",
    params(ListParameters),
    responses(
        (status = 200, description = "Some of the calls", body = CallList),
        (status = 422, description = "A parameter cannot be understood", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["results"])),
)]
pub(super) async fn calls(State(api): State<Api>, parameters: Parameters) -> Result<Json<CallList>, Problem> {
    let request = list::request(parameters)?;
    let page = api.browse.calls(&request).await.map_err(failed)?;
    Ok(Json(page.into()))
}
