//! `POST /api/v1/eligible`: the calls that could have been surveyed, whether or not they reached us.

use std::collections::HashSet;
use std::fmt;
use std::ops::RangeInclusive;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, TimeDelta, Utc};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Api;
use super::body::{Body, FromJson, LARGE, at};
use super::fields::{self, Member, OF_ELIGIBLE};
use super::problem::{BodyProblems, FieldError, Problem, Problems};
use super::request_fields::Shape;
use aftercall_survey::context::text::bounded;
use aftercall_survey::context::{Field, FieldKind, LONGEST_SECONDS, Name};
use aftercall_survey::record;

/// Calls in one request.
const MOST_CALLS: usize = 1_000;

/// What is wrong with a text that cannot be stored as it is.
const NOT_VISIBLE: &str = "is not 1 to 128 visible characters";

/// The earliest end of a call that is believed, 2000-01-01: what is before it comes of a clock that was never set.
const EARLIEST: DateTime<Utc> = DateTime::from_timestamp(946_684_800, 0).expect("a moment in the year 2000");

/// How far the clock of a PBX may be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// A call that could have been surveyed.
#[derive(Debug, ToSchema)]
pub(super) struct EligibleCall {
    /// The id of the call at the PBX: the one that a survey call carries too. The same id is the same call.
    #[schema(min_length = 1, max_length = 128, example = "1764038400.17")]
    original_call_id: String,
    /// When the call with the agent ended: not before the year 2000, and at most a day ahead.
    #[schema(value_type = String, format = "date-time", example = "2026-11-25T09:15:00Z")]
    ended_at: DateTime<Utc>,
    #[schema(ignore)]
    fields: Vec<(Field, String)>,
}

impl<'de> Deserialize<'de> for EligibleCall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("EligibleCall", OF_ELIGIBLE.names(), CallVisitor)
    }
}

struct CallVisitor;

impl<'de> Visitor<'de> for CallVisitor {
    type Value = EligibleCall;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("struct EligibleCall")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<EligibleCall, A::Error> {
        let (mut original_call_id, mut ended_at, mut fields) = (None, None, Vec::new());
        while let Some(member) = object.next_key_seed(&*OF_ELIGIBLE)? {
            match member {
                Member::Field(field) => {
                    let text = fields::read(field, &mut object)?;
                    fields.extend(text.map(|text| (field, text)));
                }
                Member::Own("ended_at") => ended_at = Some(object.next_value::<Moment>()?.0),
                Member::Own(_) => original_call_id = Some(object.next_value()?),
            }
        }
        Ok(EligibleCall {
            original_call_id: original_call_id.ok_or_else(|| A::Error::missing_field("original_call_id"))?,
            ended_at: ended_at.ok_or_else(|| A::Error::missing_field("ended_at"))?,
            fields,
        })
    }
}

/// One call, or at most 1,000 of them.
#[derive(Debug, ToSchema)]
#[schema(example = json!([{ "original_call_id": "1764038400.17", "ended_at": "2026-11-25T09:15:00Z", "agent": "4711" }]))]
#[serde(untagged)]
pub(super) enum EligibleCalls {
    /// One.
    One(EligibleCall),
    /// Many.
    Many(Vec<EligibleCall>),
}

/// How many were received and how many were new.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EligibleAnswer {
    /// Calls in the request.
    received: usize,
    /// Of these: not known before.
    new: u64,
}

/// A moment of a request.
struct Moment(DateTime<Utc>);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|at| Self(at.to_utc()))
            .map_err(|_| D::Error::custom("not a moment (RFC 3339) such as 2026-11-25T09:15:00Z"))
    }
}

/// One call or a list, distinguished before the calls are read, so that each fault has its place.
impl FromJson for EligibleCalls {
    fn from_json(value: Value) -> Result<Self, Problem> {
        match value {
            Value::Array(calls) => {
                let calls = calls.into_iter().enumerate();
                let calls = calls.map(|(index, call)| at(&format!("/{index}"), call));
                calls.collect::<Result<_, _>>().map(Self::Many)
            }
            one => EligibleCall::from_json(one).map(Self::One),
        }
    }
}

/// Report the calls that could have been surveyed.
///
/// They are the base of the reach rate (`v_reach`): whether some agents keep callers from being asked. A call that is
/// sent again is the same call, and its new values replace the old ones.
#[utoipa::path(
    post,
    path = "/eligible",
    // The name in clients that were generated from the description.
    operation_id = "tell",
    tag = "all calls",
    request_body = EligibleCalls,
    responses(
        (status = 200, description = "The calls are stored", body = EligibleAnswer),
        Problems,
        BodyProblems
    ),
    security(("key" = ["eligible"]))
)]
pub(super) async fn report(
    State(api): State<Api>,
    Body(calls, _): Body<EligibleCalls, LARGE>,
) -> Result<Json<EligibleAnswer>, Problem> {
    let calls = match calls {
        EligibleCalls::One(call) => vec![call],
        EligibleCalls::Many(calls) => calls,
    };
    if calls.len() > MOST_CALLS {
        let reason = format!(
            "has {} calls; at most {MOST_CALLS} go into one request",
            calls.len()
        );
        return Err(Problem::unfit_field("", reason));
    }
    let received = calls.len();
    let calls = checked(calls, EARLIEST..=api.announcements.now() + AHEAD)?;
    let new = api.announcements.report_eligible(calls).await;
    let new = new.map_err(|error| Shape::Bare.problem(error))?;
    Ok(Json(EligibleAnswer { received, new }))
}

/// Whether a text can be stored as it is.
fn is_visible(text: &str) -> bool {
    bounded(text).as_deref() == Some(text)
}

/// The calls as they may be stored; of a call that is sent twice, the later one is used.
fn checked(
    calls: Vec<EligibleCall>,
    believed: RangeInclusive<DateTime<Utc>>,
) -> Result<Vec<record::EligibleCall>, Problem> {
    let mut errors = Vec::new();
    let mut known = HashSet::new();
    let mut kept = Vec::with_capacity(calls.len());
    for (index, call) in calls.into_iter().enumerate().rev() {
        let mut wrong = |name: &str, reason: &str| {
            errors.push(FieldError {
                field: format!("/{index}/{name}"),
                reason: reason.to_owned(),
            });
        };
        let id = Some(call.original_call_id).filter(|id| is_visible(id));
        if id.is_none() {
            wrong("original_call_id", NOT_VISIBLE);
        }
        let mut fields = call.fields;
        // Texts first, then times, as they have always been reported.
        fields.sort_by_key(|(field, _)| (field.kind() == FieldKind::Seconds, *field));
        for (field, text) in &fields {
            let (is_sound, reason) = match field.kind() {
                FieldKind::Seconds => (
                    text.parse().is_ok_and(|seconds: u64| seconds <= LONGEST_SECONDS),
                    "is more than a week",
                ),
                FieldKind::Party => (
                    text.is_empty() || field.spelling(text).is_some(),
                    "is neither agent nor caller",
                ),
                FieldKind::Text
                | FieldKind::Languages
                | FieldKind::Consent
                | FieldKind::Token
                | FieldKind::Number => (text.is_empty() || is_visible(text), NOT_VISIBLE),
            };
            if !is_sound {
                wrong(field.description().json, reason);
            }
        }
        if !believed.contains(&call.ended_at) {
            wrong(
                "ended_at",
                "is before the year 2000 or more than a day ahead of our clock",
            );
        }
        let Some(original_call_id) = id.filter(|id| known.insert(id.clone())) else {
            continue;
        };
        kept.push(record::EligibleCall {
            original_call_id,
            ended_at: call.ended_at,
            values: fields
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(field, text)| (Name::Field(field), text))
                .collect(),
            ..record::EligibleCall::default()
        });
    }
    if errors.is_empty() {
        Ok(kept)
    } else {
        errors.reverse();
        errors.truncate(20);
        Err(Problem::unfit(errors))
    }
}
