//! `/audit`: who saw and heard what.

use axum::extract::State;
use axum::response::Response;

use super::Pages;
use super::reading::PageRequest;
use super::reply::{Page, unavailable};
use crate::accounts::{AuditFound, AuditQuery};
use aftercall_pages::PageFault;
use aftercall_pages::audit::{Audit, Event, audit_page};
use aftercall_pages::shell::Place;

/// Events of one page.
const MOST: u32 = 100;

pub(super) async fn page(State(pages): State<Pages>, request: PageRequest) -> Response {
    let shown = shown(&pages, &request).await;
    request.answer(shown)
}

async fn shown(pages: &Pages, request: &PageRequest) -> Result<Page, PageFault> {
    let found = pages.accounts.audit_events(&asked(request)?).await;
    let found = found.map_err(unavailable)?;
    let is_full = u32::try_from(found.len()).is_ok_and(|events| events >= MOST);
    let older = found.last().filter(|_| is_full).map(|last| last.id);
    let events: Vec<Event> = found
        .into_iter()
        .map(|found| event(pages, request, found))
        .collect();
    let audit = Audit {
        events: &events,
        older,
    };
    let shell = request.shell(Place::Audit.message(), Some(Place::Audit));
    Ok(Page(audit_page(&shell, &audit).into_string()))
}

fn asked(request: &PageRequest) -> Result<AuditQuery, PageFault> {
    let number = |text: &str| {
        text.parse().map_err(|_| PageFault::Unfit {
            parameter: "before".to_owned(),
            reason: "is not a number".to_owned(),
        })
    };
    let call = |text: &str| {
        text.trim().parse().map_err(|_| PageFault::Unfit {
            parameter: "call".to_owned(),
            reason: "is not the identity of a call".to_owned(),
        })
    };
    let address = &request.address;
    Ok(AuditQuery {
        user_name: address.get("user").map(|name| name.trim().to_owned()),
        call: address.get("call").map(call).transpose()?,
        before: address.get("before").map(number).transpose()?,
        limit: MOST,
    })
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
