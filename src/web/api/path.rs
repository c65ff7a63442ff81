//! `GET /api/v1/calls/{call}/path` and `/personal`: one call's way through the service, and what of it is personal.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::calls::CallItem;
use super::comments::CommentItem;
use super::guard::ApiClient;
use super::list::unavailable;
use super::problem::{Kind, Problem, Problems};
use crate::browse::{CallPath, PathAnnouncement, PathField, PathMedia, Privacy};
use aftercall_base::iso8601::utc_text;

/// Everything that is stored of a call and is not personal. Members that are not known are left out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallWay {
    /// Hand-over, decision, end, answers.
    call: CallItem,
    /// `call`: decided at its INVITE; `api`: before it.
    decided_by: String,
    /// The figures of the rule that decided, as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_detail: Option<String>,
    /// Its position among the calls counted together, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    stratum_position: Option<i64>,
    /// N of "one call in N".
    #[serde(skip_serializing_if = "Option::is_none")]
    stratum_every: Option<i64>,
    /// The node that handled it.
    node: String,
    /// The Call-ID of its SIP dialog.
    sip_call_id: String,
    /// When the INVITE of a call arrived that was decided before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    invited_at: Option<String>,
    /// Where each field of the context was read.
    context: Vec<ContextField>,
    /// The questions for this call, in its order.
    #[serde(skip_serializing_if = "Option::is_none")]
    planned: Option<Vec<String>>,
    /// The questions that were begun to be asked, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<Vec<String>>,
    /// How far the prompts of each answer had been played.
    prompts: Vec<HeardPrompt>,
    /// How good its media were.
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<MediaQuality>,
    /// Its recordings.
    comments: Vec<CommentItem>,
    /// When the caller opted out in this call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    opted_out_at: Option<String>,
    /// How it was announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    announcement: Option<AnnouncedBefore>,
}

/// A field of the context.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ContextField {
    /// Its name, or that of an attribute.
    field: String,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Where it stood, such as `X-Queue`.
    source: String,
    /// `hashed`, `unknown`, `unset`, `unclear` or `nobody`.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What stood there where it is no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// How far the prompts of a question had been played.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HeardPrompt {
    /// The question's id.
    question: String,
    /// Milliseconds of sound in its prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_ms: Option<i64>,
    /// Milliseconds of them that had been played at the deciding key; left out: all, or not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    heard_ms: Option<i64>,
}

/// How good the media of a call were.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MediaQuality {
    /// The codec spoken last.
    #[serde(skip_serializing_if = "Option::is_none")]
    codec: Option<String>,
    /// RTP packets sent.
    rtp_sent: i64,
    /// RTP packets that arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    rtp_received: Option<i64>,
    /// RTP packets that never arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    rtp_lost: Option<i64>,
    /// Interarrival jitter in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    jitter_us: Option<i64>,
    /// Share of our packets that the peer missed, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_loss: Option<f64>,
    /// Time to the peer and back in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    round_trip_us: Option<i64>,
    /// Why keys may not have been heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_warning: Option<String>,
}

/// An announcement.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AnnouncedBefore {
    /// When it was made first.
    #[schema(format = "date-time")]
    announced_at: String,
    /// Until when a call could claim it.
    #[schema(format = "date-time")]
    expires_at: String,
    /// When its call arrived, or its time was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    closed_at: Option<String>,
    /// `call` or `expiry`.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_by: Option<String>,
}

/// What of a call is personal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonalData {
    /// The call.
    call_id: String,
    /// Keyed hash of the caller's number; `null`: withheld.
    caller_hash: Option<String>,
    /// The caller's number; `null`: withheld, or not kept.
    caller: Option<String>,
    /// The context, with the values that are personal.
    context: Vec<ContextField>,
    /// The keys that were pressed.
    keys: Vec<PressedKeys>,
}

/// The keys of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PressedKeys {
    /// The question's id.
    question: String,
    /// Every key at this question.
    digits: Option<String>,
    /// Keys that came too early.
    early_digits: Option<String>,
}

impl From<PathField> for ContextField {
    fn from(field: PathField) -> Self {
        Self {
            field: field.name,
            value: field.value,
            source: field.source,
            note: field.note,
            text: field.text,
        }
    }
}

impl From<PathMedia> for MediaQuality {
    fn from(media: PathMedia) -> Self {
        Self {
            codec: media.codec,
            rtp_sent: media.sent,
            rtp_received: media.received,
            rtp_lost: media.lost,
            jitter_us: media.jitter_us,
            remote_loss: media.remote_loss,
            round_trip_us: media.round_trip_us,
            key_warning: media.key_warning,
        }
    }
}

impl From<PathAnnouncement> for AnnouncedBefore {
    fn from(announcement: PathAnnouncement) -> Self {
        Self {
            announced_at: utc_text(announcement.announced_at),
            expires_at: utc_text(announcement.expires_at),
            closed_at: announcement.closed_at.map(utc_text),
            closed_by: announcement.closed_by,
        }
    }
}

impl From<CallPath> for CallWay {
    fn from(path: CallPath) -> Self {
        let prompt = |keys: crate::browse::PathKeys| HeardPrompt {
            question: keys.question,
            prompt_ms: keys.prompt_ms,
            heard_ms: keys.heard_ms,
        };
        Self {
            decided_by: path.call.decided_by.clone(),
            decision_detail: path.call.decision_detail.clone(),
            stratum_position: path.call.stratum_position,
            stratum_every: path.call.stratum_every,
            node: path.call.node.clone(),
            invited_at: path.call.invited_at.map(utc_text),
            call: path.call.into(),
            sip_call_id: path.sip_call_id,
            context: path.context.into_iter().map(ContextField::from).collect(),
            planned: path.planned,
            asked: path.asked,
            prompts: path.keys.into_iter().map(prompt).collect(),
            media: path.media.map(MediaQuality::from),
            comments: path.comments.into_iter().map(CommentItem::from).collect(),
            opted_out_at: path.opted_out_at.map(utc_text),
            announcement: path.announcement.map(AnnouncedBefore::from),
        }
    }
}

/// Follow one call.
///
/// Everything that is stored of it and is not personal: how it was handed over, what was decided and why, each question with its keys'
/// times, its media, its comments.
#[utoipa::path(
    get,
    path = "/calls/{call}/path",
    tag = "results",
    params(("call" = String, Path, description = "The `call_id`")),
    responses(
        (status = 200, description = "The way of the call", body = CallWay),
        (status = 404, description = "There is no such call", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["results"])),
)]
pub(super) async fn path(
    State(api): State<Api>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<CallWay>, Problem> {
    read(&api, path, Privacy::default())
        .await
        .map(|path| Json(path.into()))
}

/// Read what of a call is personal.
///
/// The caller, and the keys that were pressed. Each request is logged with the name of the key.
#[utoipa::path(
    get,
    path = "/calls/{call}/personal",
    tag = "personal data",
    params(("call" = String, Path, description = "The `call_id`")),
    responses(
        (status = 200, description = "What of the call is personal", body = PersonalData),
        (status = 404, description = "There is no such call", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["personal"])),
)]
pub(super) async fn personal(
    State(api): State<Api>,
    client: ApiClient,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<PersonalData>, Problem> {
    let privacy = Privacy {
        caller: true,
        audio: false,
    };
    let path = read(&api, path, privacy).await?;
    tracing::info!(key = client.name(), call = %path.call.uid, "personal data of a call read");
    let (caller_hash, caller) = path
        .caller
        .map_or((None, None), |caller| (caller.hash, caller.number));
    let keys = path.keys.into_iter().map(|keys| PressedKeys {
        question: keys.question,
        digits: keys.digits,
        early_digits: keys.early_digits,
    });
    Ok(Json(PersonalData {
        call_id: path.call.uid.to_string(),
        caller_hash,
        caller,
        context: path.context.into_iter().map(ContextField::from).collect(),
        keys: keys.collect(),
    }))
}

async fn read(
    api: &Api,
    path: Result<Path<String>, PathRejection>,
    privacy: Privacy,
) -> Result<CallPath, Problem> {
    let unknown = || Problem::new(Kind::UnknownCall).fix("Name it by its `call_id`.");
    let Ok(Path(call)) = path else {
        return Err(unknown());
    };
    let call = call.parse().map_err(|_| unknown())?;
    let found = api.browse.call(call, &Default::default(), privacy).await;
    found.map_err(|error| unavailable(&error))?.ok_or_else(unknown)
}
