//! How the service itself is doing.

use axum::extract::State;
use axum::response::Response;

use super::Pages;
use super::reading::PageRequest;
use super::reply::{Page, of_report, unavailable};
use crate::browse::{BrowseRequest, DeliveryState};
use aftercall_pages::PageFault;
use aftercall_pages::shell::Place;
use aftercall_pages::system::{System, system_page};

/// Deliveries that are listed.
const DELIVERIES: u32 = 20;

pub(super) async fn page(State(pages): State<Pages>, request: PageRequest) -> Response {
    request.answer(page_of(&pages, &request).await)
}

async fn page_of(pages: &Pages, request: &PageRequest) -> Result<Page, PageFault> {
    let locale = request.words.locale;
    let mut newest = BrowseRequest {
        limit: 1,
        ..BrowseRequest::default()
    };
    newest.report.period = Some("all".to_owned());
    let newest = pages.browse.calls(&newest).await.map_err(of_report)?;
    let failed = pages
        .browse
        .deliveries(None, Some(DeliveryState::Dead), DELIVERIES)
        .await;
    let failed: Vec<String> = failed
        .map_err(unavailable)?
        .into_iter()
        .map(|delivery| {
            let at = locale.moment(pages.reports.local(delivery.created_at));
            let error = delivery.last_error.unwrap_or_default();
            let subject = &delivery.subject;
            format!("{at}: {} {} ({error})", subject.name, subject.recipient)
        })
        .collect();
    let now = pages.reports.local(pages.reports.now());
    let system = System {
        version: env!("CARGO_PKG_VERSION"),
        node: pages.browse.node(),
        obstacles: &pages.readiness.obstacles().await,
        limitations: &pages.readiness.limitations(),
        newest_call: newest
            .calls
            .first()
            .map(|call| locale.moment(pages.reports.local(call.arrived_at))),
        calls_now: pages.live.now().len() as u64,
        failed_deliveries: &failed,
        now: &locale.moment(now),
        zone: pages.reports.context().zone.name(),
    };
    let shell = request.shell(Place::System.message(), Some(Place::System));
    Ok(Page(system_page(&shell, &system).into_string()))
}
