//! Figures for a screen on the wall; given away by a share link.

use axum::extract::State;
use axum::response::Response;

use super::Pages;
use super::overview::{calls_of, figures};
use super::reading::PageRequest;
use super::reply::Page;
use aftercall_pages::PageFault;
use aftercall_pages::shell::Place;
use aftercall_pages::wallboard::{Wallboard, wallboard_page};
use aftercall_report::render::{Links, report_markup};

pub(super) async fn page(State(pages): State<Pages>, request: PageRequest) -> Response {
    request.answer(page_of(&pages, &request).await)
}

async fn page_of(pages: &Pages, request: &PageRequest) -> Result<Page, PageFault> {
    let report = figures(pages, request).await?;
    let markup = report_markup(&report, request.words.language(), Links::NONE);
    let now = pages.reports.local(pages.reports.now());
    let wallboard = Wallboard {
        period: &markup.period,
        headlines: &markup.headlines,
        offered: report.calls.offered,
        now: calls_of(pages, request).len() as u64,
        as_of: &request.words.locale.time(now.naive_local()),
    };
    let shell = request.shell(Place::Wallboard.message(), Some(Place::Wallboard));
    Ok(Page(wallboard_page(&shell, &wallboard).into_string()))
}
