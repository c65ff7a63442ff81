//! `GET /api/v1/comments/{call}/{question}/audio`: what was said, or a part of it.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;

use super::Api;
use super::comments::{place, unknown};
use super::guard::ApiClient;
use super::list::unavailable;
use super::problem::{Kind, Problem, Problems};
use crate::web::recordings;

/// Listen to a comment.
///
/// As WAV, 8 kHz, mono. One range of octets is answered with this part (RFC 9110 section 14); several ranges with the whole.
#[utoipa::path(
    get,
    path = "/comments/{call}/{question}/audio",
    tag = "comments",
    params(
        ("call" = String, Path, description = "The `call_id`"),
        ("question" = String, Path, description = "The question's id"),
        ("Range" = Option<String>, Header, description = "The octets wanted, such as `bytes=0-65535`"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` of which the octets are wanted")
    ),
    responses(
        (status = 200, description = "The audio", body = Vec<u8>, content_type = "audio/wav"),
        (status = 206, description = "A part of it", body = Vec<u8>, content_type = "audio/wav"),
        (status = 304, description = "The client has it"),
        (status = 404, description = "There is no such recording, or no audio of it", body = Problem, content_type = "application/problem+json"),
        (status = 416, description = "None of these octets is there", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["comments"])),
)]
pub(super) async fn audio(
    State(api): State<Api>,
    client: ApiClient,
    path: Result<Path<(String, String)>, PathRejection>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let place = place(path)?;
    let audio = api.browse.audio(&place, &Default::default()).await;
    let audio = audio.map_err(|error| unavailable(&error))?.ok_or_else(unknown)?;
    tracing::info!(key = client.name(), call = %place.call, question = place.question, "comment listened to");
    let response = recordings::respond(&method, &headers, audio).await;
    let mut response = response.map_err(|error| unavailable(&error))?;
    if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
        let range = response.headers_mut().remove(header::CONTENT_RANGE);
        let problem = Problem::new(Kind::RangeNotSatisfiable);
        return Err(match range {
            Some(range) => problem.header(header::CONTENT_RANGE, range),
            None => problem,
        });
    }
    Ok(response)
}
