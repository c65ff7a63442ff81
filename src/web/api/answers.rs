//! `GET /api/v1/answers`: answers, those of the newest call first.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::calls::doubts;
use super::list::{self, ListParameters, Parameters};
use super::problem::{Problem, Problems};
use super::report::failed;
use crate::browse::AnswerItem as Found;
use aftercall_base::iso8601::utc_text;

/// Some of the answers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AnswerList {
    /// The answers. There may be fewer than `limit`, also none, and yet more behind `next`.
    items: Vec<AnswerItem>,
    /// The `cursor` of the next page; `null`: this is the last.
    next: Option<String>,
}

/// An answer with what is known of its call. Members that are not known are left out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AnswerItem {
    /// The call.
    call_id: String,
    /// When the call arrived.
    #[schema(format = "date-time")]
    arrived_at: String,
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
    /// The survey.
    survey: String,
    /// The version of its definition.
    survey_version: String,
    /// The question's id.
    question: String,
    /// The question in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    question_text: Option<String>,
    /// What it measures.
    #[serde(skip_serializing_if = "Option::is_none")]
    metric: Option<String>,
    /// The value; `null`: skipped.
    value: Option<i64>,
    /// The value in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// The value that was given first, and corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrected_from: Option<i64>,
    /// Attempts used, from 1.
    attempts: i64,
    /// Milliseconds from the end of the prompt to the deciding key; 0: the prompt was interrupted.
    response_time_ms: i64,
    /// Why it may not be meant as it was given: `too_early`, `same_key`, `by_timeout`.
    doubt: Vec<&'static str>,
    /// When it was accepted.
    #[schema(format = "date-time")]
    answered_at: String,
}

impl From<Found> for AnswerItem {
    fn from(
        Found {
            call,
            answer,
            question,
        }: Found,
    ) -> Self {
        let label = question.as_ref().and_then(|question| {
            let mut labels = question.labels.iter();
            labels.find(|(value, _)| Some(*value) == answer.value)
        });
        Self {
            call_id: call.uid.to_string(),
            arrived_at: utc_text(call.arrived_at),
            route: call.route,
            queue: call.queue,
            team: call.team,
            agent: call.agent,
            label: label.map(|(_, label)| label.clone()),
            metric: question
                .as_ref()
                .map(|question| question.metric.as_str().to_owned()),
            question_text: question.map(|question| question.text),
            doubt: doubts(&answer),
            survey: answer.survey,
            survey_version: answer.survey_version,
            question: answer.question,
            value: answer.value,
            corrected_from: answer.corrected_from,
            attempts: answer.attempts,
            response_time_ms: answer.response_time_ms,
            answered_at: utc_text(answer.answered_at),
        }
    }
}

/// List answers.
///
/// Those of the newest call first, those of one call in the order in which they were given. The parameters are those of `/calls`;
/// `question`, `answer` and `doubt` choose the answers themselves.
#[utoipa::path(
    get,
    path = "/answers",
    tag = "results",
    params(ListParameters),
    responses(
        (status = 200, description = "Some of the answers", body = AnswerList),
        (status = 422, description = "A parameter cannot be understood", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["results"])),
)]
pub(super) async fn answers(
    State(api): State<Api>,
    parameters: Parameters,
) -> Result<Json<AnswerList>, Problem> {
    let request = list::request(parameters)?;
    let page = api.browse.answers(&request).await.map_err(failed)?;
    Ok(Json(AnswerList {
        items: page.answers.into_iter().map(AnswerItem::from).collect(),
        next: page.next,
    }))
}
