//! `/api/v1/comments`: recorded comments, and who has listened to them. Their audio is in [`super::comment_audio`].

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::calls::GivenAnswer;
use super::guard::ApiClient;
use super::list::{self, ListParameters, Parameters, unavailable};
use super::problem::{Kind, Problem, Problems};
use super::report::failed;
use crate::browse::{CommentPlace, CommentRow};
use aftercall_base::iso8601::utc_text;

/// The longest id of a question in a path.
const LONGEST_QUESTION: usize = 200;

/// Some of the recordings, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CommentList {
    /// The recordings. There may be fewer than `limit`, also none, and yet more behind `next`.
    items: Vec<CommentItem>,
    /// The `cursor` of the next page; `null`: this is the last.
    next: Option<String>,
}

/// A recording. Members that are not known are left out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CommentItem {
    /// The call.
    call_id: String,
    /// The question's id.
    question: String,
    /// The question in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    question_text: Option<String>,
    /// The survey.
    survey: String,
    /// The version of its definition.
    survey_version: String,
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
    /// The language spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// What it came to: `comment`, `empty`, `nothing`, `lost`, `recording`.
    outcome: &'static str,
    /// When the recording began.
    #[schema(format = "date-time")]
    begun_at: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    ended_at: Option<String>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<String>,
    /// Milliseconds of sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<i64>,
    /// Milliseconds of speech in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    speech_ms: Option<i64>,
    /// When its audio was removed because its time was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    expired_at: Option<String>,
    /// Who has listened to it.
    listened: Vec<ListenedMark>,
    /// The answers of its call, in the order in which they were given.
    answers: Vec<GivenAnswer>,
}

/// That somebody has listened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListenedMark {
    /// The user, or the key.
    by: String,
    /// When it was marked first.
    #[schema(format = "date-time")]
    at: String,
}

impl From<CommentRow> for CommentItem {
    fn from(comment: CommentRow) -> Self {
        let mark = |mark: crate::browse::Listened| ListenedMark {
            by: mark.by,
            at: utc_text(mark.at),
        };
        Self {
            call_id: comment.call.to_string(),
            question: comment.question,
            question_text: comment.question_text,
            survey: comment.survey,
            survey_version: comment.survey_version,
            arrived_at: utc_text(comment.arrived_at),
            route: comment.route,
            queue: comment.queue,
            team: comment.team,
            agent: comment.agent,
            language: comment.language,
            outcome: comment.outcome.as_str(),
            begun_at: utc_text(comment.begun_at),
            ended_at: comment.ended_at.map(utc_text),
            ended_by: comment.ended_by,
            duration_ms: comment.duration_ms,
            speech_ms: comment.speech_ms,
            expired_at: comment.expired_at.map(utc_text),
            listened: comment.listened.into_iter().map(mark).collect(),
            answers: comment.answers.into_iter().map(GivenAnswer::from).collect(),
        }
    }
}

/// The parameter that only comments have.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the struct describes the parameter")]
pub(super) struct ListenedParameter {
    /// `yes`: somebody has listened; `no`: nobody has, and the audio is still kept.
    listened: Option<String>,
}

/// List recorded comments.
///
/// Newest first, by the parameters of `/calls`; of those that say which part of the calls, `question`, `comment` and `version` count here,
/// and `answer`: recordings of calls with such an answer to any question, as `answer=low`.
#[utoipa::path(
    get,
    path = "/comments",
    tag = "results",
    params(ListParameters, ListenedParameter),
    responses(
        (status = 200, description = "Some of the recordings", body = CommentList),
        (status = 422, description = "A parameter cannot be understood", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["results"])),
)]
pub(super) async fn comments(
    State(api): State<Api>,
    parameters: Parameters,
) -> Result<Json<CommentList>, Problem> {
    let request = list::request(parameters)?;
    let page = api.browse.comments(&request).await.map_err(failed)?;
    Ok(Json(CommentList {
        items: page.comments.into_iter().map(CommentItem::from).collect(),
        next: page.next.map(|place| place.to_string()),
    }))
}

/// The recording that a path names.
///
/// # Errors
/// It names none.
pub(super) fn place(path: Result<Path<(String, String)>, PathRejection>) -> Result<CommentPlace, Problem> {
    let Ok(Path((call, question))) = path else {
        return Err(unknown());
    };
    match call.parse() {
        Ok(call) if question.len() <= LONGEST_QUESTION => Ok(CommentPlace { call, question }),
        Ok(_) | Err(_) => Err(unknown()),
    }
}

pub(super) fn unknown() -> Problem {
    Problem::new(Kind::UnknownComment).fix("Name it by `call_id` and `question` of the list of comments.")
}

/// Mark a comment as listened to.
///
/// By the name of the key. Repeating it changes nothing.
#[utoipa::path(
    put,
    path = "/comments/{call}/{question}/listened",
    tag = "comments",
    params(
        ("call" = String, Path, description = "The `call_id`"),
        ("question" = String, Path, description = "The question's id")
    ),
    responses(
        (status = 204, description = "It is marked"),
        (status = 404, description = "There is no such recording", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["comments"])),
)]
pub(super) async fn mark(
    State(api): State<Api>,
    client: ApiClient,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<StatusCode, Problem> {
    set(&api, &client, place(path)?, true).await
}

/// Take the mark of a comment away.
///
/// The one of the name of the key. Repeating it changes nothing.
#[utoipa::path(
    delete,
    path = "/comments/{call}/{question}/listened",
    tag = "comments",
    params(
        ("call" = String, Path, description = "The `call_id`"),
        ("question" = String, Path, description = "The question's id")
    ),
    responses(
        (status = 204, description = "It is not marked"),
        (status = 404, description = "There is no such recording", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["comments"])),
)]
pub(super) async fn unmark(
    State(api): State<Api>,
    client: ApiClient,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<StatusCode, Problem> {
    set(&api, &client, place(path)?, false).await
}

async fn set(
    api: &Api,
    client: &ApiClient,
    place: CommentPlace,
    is_listened: bool,
) -> Result<StatusCode, Problem> {
    let set = api.browse.set_listened(&place, client.name(), is_listened).await;
    match set.map_err(|error| unavailable(&error))? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(unknown()),
    }
}
