//! `GET /api/v1/deliveries`: reports that are sent, or are to be.

use axum::Json;
use axum::extract::{Query, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::guard::ApiClient;
use super::list::{Parameters, unavailable};
use super::problem::{Problem, Problems};
use super::report::unfit;
use crate::auth::Scope;
use crate::browse::{DEFAULT_LIMIT, DeliveryFound, DeliveryState, MOST_ITEMS};
use aftercall_base::iso8601::utc_text;

/// Some of the deliveries, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryList {
    /// The deliveries.
    items: Vec<DeliveryItem>,
    /// The `cursor` of the next page; `null`: this is the last.
    next: Option<String>,
}

/// A delivery of a report. Members that are not known are left out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryItem {
    /// Its number, which commands name.
    delivery: u64,
    /// The `name` of the `[[delivery]]`.
    name: String,
    /// `mail`, `folder` or `webhook`.
    channel: &'static str,
    /// The mail address; only for a key with the scope `personal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
    /// First local day of the period.
    #[schema(format = "date")]
    period_from: String,
    /// The local day after its last.
    #[schema(format = "date")]
    period_until: String,
    /// The time zone of these days.
    time_zone: String,
    /// When it was due.
    #[schema(format = "date-time")]
    due_at: String,
    /// Whether it was found due much later.
    is_late: bool,
    /// `schedule` or `command`.
    requested_by: &'static str,
    /// `pending`, `sent`, `dead` or `skipped`.
    state: &'static str,
    /// Attempts begun.
    attempts: u32,
    /// When it is tried next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    next_attempt_at: Option<String>,
    /// When the receiver had accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    sent_at: Option<String>,
    /// Why the last attempt failed, or why it is skipped; only for a key with the scope `personal`, since receivers name addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

impl DeliveryItem {
    fn of(delivery: DeliveryFound, is_personal: bool) -> Self {
        let subject = delivery.subject;
        let period = subject.period();
        Self {
            delivery: delivery.id,
            period_from: period.map(|period| period.from.to_string()).unwrap_or_default(),
            period_until: period.map(|period| period.until.to_string()).unwrap_or_default(),
            time_zone: period.map(|period| period.zone.clone()).unwrap_or_default(),
            name: subject.name,
            channel: subject.channel.as_str(),
            recipient: Some(subject.recipient).filter(|recipient| is_personal && !recipient.is_empty()),
            due_at: utc_text(subject.due_at),
            is_late: subject.is_late,
            requested_by: delivery.requested_by.as_str(),
            state: delivery.state.as_str(),
            attempts: delivery.attempts,
            next_attempt_at: delivery.next_attempt_at.map(utc_text),
            sent_at: delivery.sent_at.map(utc_text),
            last_error: delivery.last_error.filter(|_| is_personal),
        }
    }
}

/// The parameters, for the description.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the struct describes the parameters")]
pub(super) struct DeliveryParameters {
    /// Only in this state: `pending`, `sent`, `dead`, `skipped`.
    state: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items of a page, 1 to 200; 50 unless it is told.
    limit: Option<u16>,
}

/// List deliveries of reports.
#[utoipa::path(
    get,
    path = "/deliveries",
    tag = "reports",
    params(DeliveryParameters),
    responses(
        (status = 200, description = "Some of the deliveries", body = DeliveryList),
        (status = 422, description = "A parameter cannot be understood", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["results"])),
)]
pub(super) async fn deliveries(
    State(api): State<Api>,
    client: ApiClient,
    parameters: Parameters,
) -> Result<Json<DeliveryList>, Problem> {
    let Query(parameters) = parameters.map_err(|rejection| unfit(rejection.body_text()))?;
    let Asked { state, before, limit } = Asked::read(&parameters)?;
    // One more tells whether there is another page.
    let found = api
        .browse
        .deliveries(before, state, limit.saturating_add(1))
        .await;
    let mut found = found.map_err(|error| unavailable(&error))?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| has_more).map(|last| last.id.to_string());
    let is_personal = client.has(Scope::Personal);
    let items = found
        .into_iter()
        .map(|delivery| DeliveryItem::of(delivery, is_personal));
    Ok(Json(DeliveryList {
        items: items.collect(),
        next,
    }))
}

struct Asked {
    state: Option<DeliveryState>,
    before: Option<u64>,
    limit: u32,
}

impl Asked {
    fn read(parameters: &[(String, String)]) -> Result<Self, Problem> {
        let mut asked = Self {
            state: None,
            before: None,
            limit: DEFAULT_LIMIT as u32,
        };
        for (index, (name, text)) in parameters.iter().enumerate() {
            if parameters.iter().take(index).any(|(other, _)| other == name) {
                return Err(unfit(format!("{}: it is given twice", short(name))));
            }
            match name.as_str() {
                "state" => {
                    let state = DeliveryState::from_str_opt(text);
                    let fault = || unfit("state: it is not known; choose from pending, sent, dead, skipped");
                    asked.state = Some(state.ok_or_else(fault)?);
                }
                "cursor" => {
                    let fault = |_| unfit("cursor: it is not the `next` of an earlier page");
                    asked.before = Some(text.parse().map_err(fault)?);
                }
                "limit" => {
                    let limit = text
                        .parse()
                        .ok()
                        .filter(|limit| (1..=MOST_ITEMS as u32).contains(limit));
                    asked.limit = limit.ok_or_else(|| unfit(format!("limit: write 1 to {MOST_ITEMS}")))?;
                }
                name => return Err(unfit(format!("there is no parameter `{}`", short(name)))),
            }
        }
        Ok(asked)
    }
}

fn short(name: &str) -> String {
    name.chars()
        .filter(|letter| !letter.is_control())
        .take(40)
        .collect()
}
