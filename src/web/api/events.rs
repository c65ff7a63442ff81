//! `GET /api/v1/events`: answers and ends of calls as they are stored, by server-sent events (HTML Living Standard, section 9.2).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use axum::response::sse::Event as SentEvent;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::guard::{ApiClient, Keyring};
use super::problem::{Kind, Problem, Problems};
use crate::auth::Scope;
use crate::live::{Event, EventId, Feed, Follower, Holder, NoPlace, Numbered};
use crate::web::following::{self, Permit};
use crate::web::server::Peer;
use aftercall_base::iso8601::utc_text;

/// The header with which a client comes back.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The data of an event of the kinds `answer` and `call_ended`. Members that are not known, or are of the other kind, are left out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LiveEvent {
    /// The call.
    call_id: String,
    /// When it happened.
    #[schema(format = "date-time")]
    at: String,
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
    /// `answer`: the question's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    /// `answer`: the value; left out: skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<i64>,
    /// `call_ended`: how the call ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition: Option<String>,
    /// `call_ended`: why it ended so.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<&Event> for LiveEvent {
    fn from(event: &Event) -> Self {
        let names = event.names().clone();
        let (at, survey, survey_version) = match event {
            Event::Answer(answer) => (answer.at, &answer.survey, &answer.survey_version),
            Event::CallEnded(end) => (end.at, &end.survey, &end.survey_version),
        };
        let common = Self {
            call_id: event.call().to_string(),
            at: utc_text(at),
            route: names.route,
            queue: names.queue,
            team: names.team,
            agent: names.agent,
            survey: survey.clone(),
            survey_version: survey_version.clone(),
            question: None,
            value: None,
            disposition: None,
            reason: None,
        };
        match event {
            Event::Answer(answer) => Self {
                question: Some(answer.question.clone()),
                value: answer.value,
                ..common
            },
            Event::CallEnded(end) => Self {
                disposition: Some(end.disposition.as_str().to_owned()),
                reason: Some(end.reason.clone()),
                ..common
            },
        }
    }
}

/// Follow answers and ends of surveyed calls.
///
/// As server-sent events, of the node that is asked. `event: answer` and `event: call_ended` have JSON as their data; `event: lagged`
/// says that events are missing, because the client was too slow or came back too late: read the lists anew. A comment comes every
/// 15 seconds. With `Last-Event-ID` what was missed comes first, if it is still there (1,024 events are). The stream ends within seconds when a
/// reload removes the key or its scope. A key has at most 16 streams, and a network address 100 (429); 200 are open at once (503).
#[utoipa::path(
    get,
    path = "/events",
    tag = "results",
    params(("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event that the client has seen")),
    responses(
        (status = 200, description = "Events as they come", body = LiveEvent, content_type = "text/event-stream"),
        Problems
    ),
    security(("key" = ["results"])),
)]
pub(super) async fn events(
    State(api): State<Api>,
    client: ApiClient,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let follower = Follower {
        holder: Holder::Key(client.name().to_owned()),
        address: api.peers.address(peer, &headers),
    };
    let subscription = api.live.subscribe(follower, after(&headers)).map_err(refused)?;
    let permit = KeyPermit {
        keyring: api.keyring,
        client,
    };
    Ok(following::respond(
        subscription,
        api.closing,
        permit,
        |feed| match feed {
            Feed::Event(event) => sent(event),
            Feed::Lagged => SentEvent::default().event("lagged").data("{}"),
        },
    ))
}

fn refused(reason: NoPlace) -> Problem {
    let kind = match reason {
        NoPlace::Full => Kind::Busy,
        NoPlace::OfHolder | NoPlace::OfAddress => Kind::TooManyStreams,
    };
    Problem::new(kind).detail(format!("{reason}.")).retry_after(15)
}

/// The right of a key, which a reload may take away.
struct KeyPermit {
    keyring: Arc<Keyring>,
    client: ApiClient,
}

impl Permit for KeyPermit {
    async fn holds(&self) -> bool {
        self.keyring.is_still(&self.client, Scope::Results)
    }
}

/// The event that the client has seen last. One that is not ours is older than all: the client is told that events are missing.
fn after(headers: &HeaderMap) -> Option<EventId> {
    let text = headers.get(LAST_EVENT_ID)?.to_str().ok()?;
    (!text.is_empty()).then(|| text.parse().unwrap_or(EventId::UNKNOWN))
}

fn sent(Numbered { id, event }: &Numbered) -> SentEvent {
    let data = serde_json::to_string(&LiveEvent::from(event));
    SentEvent::default()
        .id(id.to_string())
        .event(event.as_str())
        .data(data.unwrap_or_default())
}
