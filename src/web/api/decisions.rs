//! `POST /api/v1/decisions`: whether a call is to be surveyed, before it is transferred.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use super::announcements::Dial;
use super::body::{Body, idempotency_key};
use super::guard::ApiClient;
use super::problem::{BodyProblems, Problem, Problems};
use super::request_fields::{CallKeys, Context, Shape, lifetime, moment, number};
use crate::announcements::{DecidedCall, Submission};
use aftercall_base::Redacted;
use aftercall_survey::admission;

/// A call that may be surveyed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionRequest {
    /// The number that the call would dial: its route decides.
    #[schema(max_length = 64, example = "nps")]
    number: String,
    /// A token of your own; without it one is made.
    #[schema(max_length = 128)]
    token: Option<String>,
    /// The id of the call at the PBX. The same id is the same call, however often it is asked about.
    #[schema(max_length = 128, example = "1764038400.17")]
    original_call_id: Option<String>,
    /// The caller's number: for opt-outs and the like, and to find the call when it comes.
    #[schema(value_type = Option<String>, max_length = 128, example = "+358401234567")]
    caller: Option<Redacted<String>>,
    context: Option<Context>,
    /// For how long the call is waited for; else as `announcement_lifetime` says.
    #[schema(minimum = 1, maximum = 86_400)]
    expires_in_s: Option<u32>,
}

/// Whether the call is surveyed, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DecisionAnswer {
    /// The identity of the call.
    #[schema(example = "01KAVB7N6S8Q3V2YB7CX0M4T5E")]
    call_id: String,
    /// Whether to transfer the call.
    survey: bool,
    decision: DecisionWord,
    /// The rule that made the decision, where one did; behind a dot what of it: `quota.max_per_day`, `rule.queue`,
    /// `cool_down.nps`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "quota.max_per_agent_day")]
    rule: Option<String>,
    /// The rule in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Position of the call among those counted together, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    /// Names the call in its Request-URI; left out when the call is not surveyed or waited for no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// How to dial, so that the call is found to be this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    dial: Option<Dial>,
    /// Until when the call is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    expires_at: Option<String>,
    /// Whether this call had been decided before; it was counted then, and not again.
    repeated: bool,
}

/// Whether a call is surveyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum DecisionWord {
    /// It is this call's turn.
    Sampled,
    /// It is another call's turn.
    NotSampled,
    /// A rule keeps the call out.
    Suppressed,
}

impl From<admission::Decision> for DecisionWord {
    fn from(decision: admission::Decision) -> Self {
        match decision {
            admission::Decision::Sampled => Self::Sampled,
            admission::Decision::NotSampled => Self::NotSampled,
            admission::Decision::Suppressed => Self::Suppressed,
        }
    }
}

impl From<DecidedCall> for DecisionAnswer {
    fn from(decided: DecidedCall) -> Self {
        let DecidedCall {
            call,
            dialling,
            repeated,
        } = decided;
        // A call that is not surveyed is not to be transferred: nothing to dial is told.
        let is_surveyed = call.decision == admission::Decision::Sampled;
        let dialling = dialling.filter(|_| is_surveyed);
        let waits = call.announcement.filter(|_| dialling.is_some());
        Self {
            call_id: call.uid.to_string(),
            survey: is_surveyed,
            decision: call.decision.into(),
            rule: call.rule,
            why: call.why,
            position: call.position,
            token: waits.as_ref().map(|waits| waits.token.expose().clone()),
            expires_at: waits.map(|waits| moment(waits.expires_at)),
            dial: dialling.map(Dial::from),
            repeated,
        }
    }
}

/// Ask whether a call is to be surveyed.
///
/// The call is counted now, by the same rules and counters as one that arrives, and not again when it comes: it is found by
/// token, original call id or caller. Asked again with the same original call id or `Idempotency-Key`, the answer is the same
/// and nothing is counted. A call that is to be surveyed and does not come ends as `abandoned`, `never_arrived`. Whether there
/// is room for one more survey is asked when it comes.
#[utoipa::path(
    post,
    path = "/decisions",
    tag = "before the call",
    request_body = DecisionRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "A request with the same key is the same request")),
    responses(
        (status = 201, description = "The call is decided and counted", body = DecisionAnswer),
        (status = 200, description = "The call was already decided", body = DecisionAnswer),
        (status = 409, description = "The call has already arrived", body = Problem, content_type = "application/problem+json"),
        Problems,
        BodyProblems
    ),
    security(("key" = ["decisions"]))
)]
pub(super) async fn decide(
    State(api): State<Api>,
    client: ApiClient,
    headers: HeaderMap,
    Body(request, hash): Body<DecisionRequest>,
) -> Result<(StatusCode, Json<DecisionAnswer>), Problem> {
    let keys = CallKeys {
        token: request.token,
        original_call_id: request.original_call_id,
        caller: request.caller,
    };
    let number = number(request.number)?;
    let submission = Submission {
        texts: keys.texts(request.context),
        idempotency_key: idempotency_key(&headers, &client, hash)?,
        lifetime: lifetime(request.expires_in_s)?,
    };
    let decided = api.announcements.decide(number, submission).await;
    let decided = decided.map_err(|error| Shape::Nested.problem(error))?;
    let status = if decided.repeated {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(decided.into())))
}
