//! `POST /api/v1/eligible`: the calls that could have been surveyed, whether or not they reached us.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, TimeDelta, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Api;
use super::body::{Body, FromJson, LARGE, at};
use super::problem::{BodyProblems, FieldError, Problem, Problems};
use super::request_fields::{Shape, whole_seconds};
use aftercall_survey::context::text::bounded;
use aftercall_survey::record;

/// Calls in one request.
const MOST_CALLS: usize = 1_000;

/// Seconds in a week, the longest time that a call may have taken.
const WEEK_S: u32 = 604_800;

/// The earliest end of a call that is believed, 2000-01-01: what is before it comes of a clock that was never set.
const EARLIEST: DateTime<Utc> = DateTime::from_timestamp(946_684_800, 0).expect("a moment in the year 2000");

/// How far the clock of a PBX may be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// A call that could have been surveyed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EligibleCall {
    /// The id of the call at the PBX: the one that a survey call carries too. The same id is the same call.
    #[schema(min_length = 1, max_length = 128, example = "1764038400.17")]
    original_call_id: String,
    /// When the call with the agent ended: not before the year 2000, and at most a day ahead.
    #[serde(deserialize_with = "moment")]
    #[schema(value_type = String, format = "date-time", example = "2026-11-25T09:15:00Z")]
    ended_at: DateTime<Utc>,
    /// Queue or service line.
    #[schema(max_length = 128, example = "sales")]
    queue: Option<String>,
    /// The agent's id.
    #[schema(max_length = 128, example = "4711")]
    agent: Option<String>,
    /// The agent's team.
    #[schema(max_length = 128)]
    team: Option<String>,
    /// Seconds that caller and agent talked, at most a week.
    #[serde(default, deserialize_with = "whole_seconds")]
    #[schema(maximum = 604_800)]
    talk_time_s: Option<u32>,
    /// Seconds that the caller waited for the agent, at most a week.
    #[serde(default, deserialize_with = "whole_seconds")]
    #[schema(maximum = 604_800)]
    wait_time_s: Option<u32>,
    /// How the agent closed the call.
    #[schema(max_length = 128)]
    disposition: Option<String>,
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

fn moment<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(deserializer)?;
    DateTime::parse_from_rfc3339(&text)
        .map(|at| at.to_utc())
        .map_err(|_| D::Error::custom("not a moment (RFC 3339) such as 2026-11-25T09:15:00Z"))
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

/// The calls as they may be stored; of a call that is sent twice, the later one is used.
fn checked(
    calls: Vec<EligibleCall>,
    believed: RangeInclusive<DateTime<Utc>>,
) -> Result<Vec<record::EligibleCall>, Problem> {
    let mut errors = Vec::new();
    let mut known = HashSet::new();
    let mut kept = Vec::with_capacity(calls.len());
    for (index, call) in calls.into_iter().enumerate().rev() {
        let mut check = |name: &str, text: Option<String>| {
            let text = text.filter(|text| !text.is_empty() || name == "original_call_id")?;
            let clean = bounded(&text).filter(|clean| *clean == text);
            if clean.is_none() {
                errors.push(FieldError {
                    field: format!("/{index}/{name}"),
                    reason: "is not 1 to 128 visible characters".to_owned(),
                });
            }
            clean
        };
        let id = check("original_call_id", Some(call.original_call_id));
        let (queue, agent) = (check("queue", call.queue), check("agent", call.agent));
        let (team, disposition) = (check("team", call.team), check("disposition", call.disposition));
        let mut seconds = |name: &str, seconds: Option<u32>| {
            if seconds > Some(WEEK_S) {
                errors.push(FieldError {
                    field: format!("/{index}/{name}"),
                    reason: "is more than a week".to_owned(),
                });
            }
            seconds.map(u64::from)
        };
        let talk_time_s = seconds("talk_time_s", call.talk_time_s);
        let wait_time_s = seconds("wait_time_s", call.wait_time_s);
        if !believed.contains(&call.ended_at) {
            errors.push(FieldError {
                field: format!("/{index}/ended_at"),
                reason: "is before the year 2000 or more than a day ahead of our clock".to_owned(),
            });
        }
        let Some(original_call_id) = id.filter(|id| known.insert(id.clone())) else {
            continue;
        };
        kept.push(record::EligibleCall {
            original_call_id,
            ended_at: call.ended_at,
            queue,
            agent,
            team,
            talk_time_s,
            wait_time_s,
            disposition,
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
