//! `GET /api/v1/calls/{call}`: the state and answers of a call.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::decisions::DecisionWord;
use super::fields::Returned;
use super::problem::{Kind, Problem, Problems};
use super::request_fields::Shape;
use aftercall_base::iso8601::utc_text;
use aftercall_survey::context::Field;
use aftercall_survey::record::{Announcement, AnswerSummary, CallFound, CallName, CallSummary};

/// The longest name of a call.
const LONGEST_NAME: usize = 512;

/// The state and answers of a call. Unknown fields are left out.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct CallAnswer {
    /// Our identity of it.
    #[schema(example = "01KAVB7N6S8Q3V2YB7CX0M4T5E")]
    call_id: String,
    state: CallState,
    /// The id of the finished call at the PBX.
    #[serde(skip_serializing_if = "Option::is_none")]
    original_call_id: Option<String>,
    /// The dialled number.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// The route that matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    fields: Returned,
    /// The survey.
    #[serde(skip_serializing_if = "Option::is_none")]
    survey: Option<String>,
    /// The version of its definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    survey_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionWord>,
    /// The rule that made the decision, where one did; behind a dot what of it: `quota.max_per_day`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// The rule in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// How the call ended: `not_sampled`, `suppressed`, `refused_capacity`, `declined`, `no_answer`, `abandoned`, `failed`,
    /// `partial` or `completed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition: Option<String>,
    /// Why it ended so.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    decided_at: Option<String>,
    /// When the INVITE arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    arrived_at: Option<String>,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    answered_at: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    ended_at: Option<String>,
    /// The answers in the order in which they were given.
    answers: Vec<Answer>,
}

/// How far a call has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CallState {
    /// It is announced.
    #[default]
    Announced,
    /// It is decided, and has not arrived.
    Decided,
    /// It is on.
    InProgress,
    /// It has ended.
    Ended,
}

/// An answer to a question.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Answer {
    /// The question's id in its survey.
    #[schema(example = "nps")]
    question: String,
    /// What it measures.
    #[serde(skip_serializing_if = "Option::is_none")]
    metric: Option<String>,
    /// The value; left out when the question was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<i64>,
    /// Attempts used.
    attempts: u32,
    /// When it was given.
    #[schema(format = "date-time")]
    answered_at: String,
}

impl From<AnswerSummary> for Answer {
    fn from(answer: AnswerSummary) -> Self {
        Self {
            question: answer.question,
            metric: answer.metric,
            value: answer.value,
            attempts: answer.attempts,
            answered_at: utc_text(answer.answered_at),
        }
    }
}

impl From<CallFound> for CallAnswer {
    fn from(found: CallFound) -> Self {
        match found {
            CallFound::Announced(announcement) => announced(*announcement),
            CallFound::Known(call) => known(*call),
        }
    }
}

fn announced(mut announcement: Announcement) -> CallAnswer {
    CallAnswer {
        state: CallState::Announced,
        fields: Returned::from(&announcement.texts),
        survey: announcement.texts.remove(Field::Survey.as_str()),
        call_id: announcement.uid.to_string(),
        original_call_id: announcement.original_call_id,
        ..CallAnswer::default()
    }
}

fn known(call: CallSummary) -> CallAnswer {
    let state = match (&call.ended_at, &call.invited_at) {
        (Some(_), _) => CallState::Ended,
        (None, Some(_)) => CallState::InProgress,
        (None, None) => CallState::Decided,
    };
    let (survey, survey_version) = call.survey.map(|survey| (survey.name, survey.version)).unzip();
    CallAnswer {
        call_id: call.uid.to_string(),
        state,
        original_call_id: call.original_call_id,
        number: Some(call.dialled),
        route: call.route,
        fields: call.values.into(),
        survey,
        survey_version,
        decision: Some(call.decision.into()),
        rule: call.rule,
        why: call.why,
        disposition: call
            .disposition
            .map(|disposition| disposition.as_str().to_owned()),
        reason: call.reason,
        decided_at: Some(utc_text(call.decided_at)),
        arrived_at: call.invited_at.map(utc_text),
        answered_at: call.answered_at.map(utc_text),
        ended_at: call.ended_at.map(utc_text),
        answers: call.answers.into_iter().map(Answer::from).collect(),
    }
}

/// The call that the path names.
///
/// # Errors
/// The path cannot be read, or is longer than any name.
pub(super) fn name(path: Result<Path<String>, PathRejection>) -> Result<CallName, Problem> {
    match path {
        Ok(Path(text)) if text.len() <= LONGEST_NAME => Ok(CallName::of(&text)),
        Ok(_) | Err(_) => {
            Err(Problem::new(Kind::UnknownCall)
                .detail("The path names no call; escape the id as a URI does."))
        }
    }
}

/// The state and answers of a call.
///
/// Of several calls with one original call id, the latest is returned. The caller's number is never returned.
#[utoipa::path(
    get,
    path = "/calls/{call}",
    tag = "after the call",
    params(("call" = String, Path, description = "The `call_id`, or the original call id")),
    responses(
        (status = 200, description = "What is known of the call", body = CallAnswer),
        (status = 404, description = "There is no such call", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["results"]))
)]
pub(super) async fn call(
    State(api): State<Api>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<CallAnswer>, Problem> {
    let found = api.announcements.call(&name(path)?).await;
    let found = found.map_err(|error| Shape::Bare.problem(error))?;
    Ok(Json(found.into()))
}
