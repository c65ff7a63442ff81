//! `POST /api/v1/announcements`: the context of a call ahead of it.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use super::body::{Body, idempotency_key};
use super::guard::ApiClient;
use super::problem::{BodyProblems, Problem, Problems};
use super::request_fields::{CallKeys, Context, Shape, lifetime, moment, number};
use crate::announcements::{AnnouncedCall, Dialling, Submission};
use aftercall_base::Redacted;

/// A call that will come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnnouncementRequest {
    /// The number that will be dialled; used only to compose `dial`.
    #[schema(max_length = 64, example = "nps")]
    number: Option<String>,
    /// A token of your own, of letters, digits and `-_.!~*'()+`; without it one is made.
    #[schema(max_length = 128)]
    token: Option<String>,
    /// The id of the call at the PBX, by which the call is also found.
    #[schema(max_length = 128, example = "1764038400.17")]
    original_call_id: Option<String>,
    /// The caller's number, by which the call is also found. Only its keyed hash is kept, unless the configuration says
    /// otherwise.
    #[schema(value_type = Option<String>, max_length = 128, example = "+358401234567")]
    caller: Option<Redacted<String>>,
    context: Option<Context>,
    /// For how long the call is waited for; else as `announcement_lifetime` says.
    #[schema(minimum = 1, maximum = 86_400)]
    expires_in_s: Option<u32>,
}

/// A call that is waited for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AnnouncementAnswer {
    /// The identity that the call will have.
    #[schema(example = "01KAVB7N6S8Q3V2YB7CX0M4T5E")]
    call_id: String,
    /// Names the call in its Request-URI.
    token: String,
    /// How to dial, so that the token is found.
    dial: Dial,
    /// Until when the call is waited for.
    #[schema(format = "date-time")]
    expires_at: String,
}

/// How to dial.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Dial {
    /// The user of the Request-URI; left out when the request has no `number`, or `context.token_separator` is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "nps--a4f2k9m1x7c3v8b0")]
    user: Option<String>,
    /// A parameter of the Request-URI that does the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "token=a4f2k9m1x7c3v8b0")]
    parameter: Option<String>,
}

impl From<Dialling> for Dial {
    fn from(dialling: Dialling) -> Self {
        let Dialling { user, parameter } = dialling;
        Self { user, parameter }
    }
}

impl From<AnnouncedCall> for AnnouncementAnswer {
    fn from(announced: AnnouncedCall) -> Self {
        let AnnouncedCall {
            announcement,
            dialling,
        } = announced;
        Self {
            call_id: announcement.uid.to_string(),
            token: announcement.token.expose().clone(),
            dial: dialling.into(),
            expires_at: moment(announcement.expires_at),
        }
    }
}

/// Announce a call.
///
/// These values win over those of the call's own headers. The call finds its announcement by the token in its
/// Request-URI, else by the original call id, else by the caller's number; each is used once, and forgotten after its time.
/// Sent again with the same token or original call id, it adds to the first; with the same `Idempotency-Key` it is the same request.
#[utoipa::path(
    post,
    path = "/announcements",
    tag = "before the call",
    request_body = AnnouncementRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "A request with the same key is the same request")),
    responses(
        (status = 201, description = "The announcement is stored", body = AnnouncementAnswer),
        (status = 409, description = "The call has already arrived", body = Problem, content_type = "application/problem+json"),
        Problems,
        BodyProblems
    ),
    security(("key" = ["announcements"]))
)]
pub(super) async fn announce(
    State(api): State<Api>,
    client: ApiClient,
    headers: HeaderMap,
    Body(request, hash): Body<AnnouncementRequest>,
) -> Result<(StatusCode, Json<AnnouncementAnswer>), Problem> {
    let keys = CallKeys {
        token: request.token,
        original_call_id: request.original_call_id,
        caller: request.caller,
    };
    let number = request.number.map(number).transpose()?;
    let submission = Submission {
        texts: keys.texts(request.context),
        idempotency_key: idempotency_key(&headers, &client, hash)?,
        lifetime: lifetime(request.expires_in_s)?,
    };
    let announced = api.announcements.announce(number.as_deref(), submission).await;
    let announced = announced.map_err(|error| Shape::Nested.problem(error))?;
    Ok((StatusCode::CREATED, Json(announced.into())))
}
