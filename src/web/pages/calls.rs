//! The calls behind a figure, and one call's way.

use axum::extract::{Path, State};
use axum::response::Response;

use super::Pages;
use super::background::{Background, browse_request};
use super::overview::{DEFAULT_PERIOD, fields};
use super::reading::PageRequest;
use super::reply::{Page, of_report, unavailable};
use crate::accounts::{AuditAction, Principal, Right};
use crate::browse::Privacy;
use aftercall_base::CallUid;
use aftercall_pages::PageFault;
use aftercall_pages::call::call_page;
use aftercall_pages::calls::{CallList, calls_page};
use aftercall_pages::filters::Filters;
use aftercall_pages::shell::Place;

pub(super) async fn list(State(pages): State<Pages>, request: PageRequest) -> Response {
    request.answer(list_of(&pages, &request).await)
}

async fn list_of(pages: &Pages, request: &PageRequest) -> Result<Page, PageFault> {
    let who = request.principal()?;
    let asked = browse_request(request)?;
    let found = pages.browse.calls(&asked).await.map_err(of_report)?;
    let count = pages.browse.count(&asked).await.map_err(of_report)?;
    let background = Background::read(pages).await?;
    let fields = fields(pages, request).await?;
    let list = CallList {
        filters: Filters {
            path: Place::Calls.path(),
            address: &request.address,
            default_period: DEFAULT_PERIOD,
            fields: &fields,
            period: &background.period(pages, request)?,
            has_comparison: false,
        },
        calls: &found.calls,
        count,
        next: found.next.map(|place| place.to_string()),
        names: background.names(request.words),
        may_export: who.may(Right::Export),
    };
    let shell = request.shell(Place::Calls.message(), Some(Place::Calls));
    Ok(Page(calls_page(&shell, &list).into_string()))
}

pub(super) async fn one(
    State(pages): State<Pages>,
    Path(call): Path<String>,
    request: PageRequest,
) -> Response {
    request.answer(one_of(&pages, &call, &request).await)
}

async fn one_of(pages: &Pages, call: &str, request: &PageRequest) -> Result<Page, PageFault> {
    let who = request.principal()?;
    let call: CallUid = call.parse().map_err(|_| PageFault::NotFound)?;
    let privacy = privacy(who);
    let within = request.visitor.within();
    let found = pages
        .browse
        .call(call, &within, privacy)
        .await
        .map_err(unavailable)?;
    let mut path = found.ok_or(PageFault::NotFound)?;
    if !privacy.audio {
        path.comments.clear();
    }
    let from = request.visitor.address();
    let seen = path.caller.as_ref().is_some_and(|caller| caller.number.is_some());
    let action = if seen {
        AuditAction::CallerSeen
    } else {
        AuditAction::CallSeen
    };
    let audited = pages.accounts.audit(who, action, Some(call), "", from).await;
    audited.map_err(unavailable)?;
    let background = Background::read(pages).await?;
    let shell = request.shell("page-call", None);
    Ok(Page(
        call_page(&shell, &path, background.names(request.words)).into_string(),
    ))
}

/// Which personal fields somebody may read.
pub(super) fn privacy(who: &Principal) -> Privacy {
    Privacy {
        caller: who.may(Right::SeeCallers),
        audio: who.may(Right::HearComments),
    }
}
