//! `/audit`: who saw and heard what.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::reading::PageRequest;
use super::reply::{Page, unavailable};
use crate::accounts::{AuditFound, AuditQuery};
use aftercall_pages::PageFault;
use aftercall_pages::audit::{Audit, Event, audit_page};
use aftercall_pages::refused::Refused;
use aftercall_pages::shell::Place;

/// Events of one page.
const MOST: u32 = 100;

pub(super) async fn page(State(pages): State<Pages>, request: PageRequest) -> Response {
    match asked(&request) {
        Ok(Ok(query)) => request.answer(shown(&pages, &request, &query).await),
        Ok(Err(refused)) => {
            let audit = Audit {
                events: &[],
                refused: Some(&refused),
                older: None,
            };
            (StatusCode::BAD_REQUEST, written(&request, &audit)).into_response()
        }
        Err(fault) => request.answer(Err(fault)),
    }
}

async fn shown(pages: &Pages, request: &PageRequest, query: &AuditQuery) -> Result<Page, PageFault> {
    let found = pages.accounts.audit_events(query).await;
    let found = found.map_err(unavailable)?;
    let is_full = u32::try_from(found.len()).is_ok_and(|events| events >= MOST);
    let older = found.last().filter(|_| is_full).map(|last| last.id);
    let events: Vec<Event> = found
        .into_iter()
        .map(|found| event(pages, request, found))
        .collect();
    let audit = Audit {
        events: &events,
        refused: None,
        older,
    };
    Ok(written(request, &audit))
}

fn written(request: &PageRequest, audit: &Audit<'_>) -> Page {
    let shell = request.shell(Place::Audit.message(), Some(Place::Audit));
    Page(audit_page(&shell, audit).into_string())
}

/// What the address asks for, or why what was typed into the form cannot be looked for.
///
/// # Errors
/// The address is none of our links.
fn asked(request: &PageRequest) -> Result<Result<AuditQuery, Refused>, PageFault> {
    let number = |text: &str| {
        text.parse().map_err(|_| PageFault::Unfit {
            parameter: "before".to_owned(),
            reason: "is not a number".to_owned(),
        })
    };
    let address = &request.address;
    let call = match address.get("call").map(|text| text.trim().parse()).transpose() {
        Ok(call) => call,
        Err(_) => {
            return Ok(Err(Refused {
                field: Some("call"),
                reason: request.words.t("audit-fault-call"),
                is_english: false,
            }));
        }
    };
    Ok(Ok(AuditQuery {
        user_name: address.get("user").map(|name| name.trim().to_owned()),
        call,
        before: address.get("before").map(number).transpose()?,
        limit: MOST,
    }))
}

fn event(pages: &Pages, request: &PageRequest, found: AuditFound) -> Event {
    let event = found.event;
    Event {
        at: request
            .words
            .locale
            .moment(pages.reports.local(event.occurred_at)),
        user: event.user_name,
        action: event.action.as_str(),
        call: event.call.map(|call| call.to_string()),
        subject: event.subject,
        address: event.address,
    }
}
