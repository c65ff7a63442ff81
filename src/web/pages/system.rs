//! How the service itself is doing.

use axum::extract::State;
use axum::response::Response;

use super::Pages;
use super::overview::found;
use super::reading::PageRequest;
use super::reply::{Page, of_report, unavailable};
use crate::browse::{BrowseRequest, DeliveryState};
use crate::web::{Limitations, Obstacle};
use aftercall_pages::shell::Place;
use aftercall_pages::system::{System, system_page};
use aftercall_pages::{PageFault, Words};

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
    let words = request.words;
    let obstacles: Vec<String> = pages
        .readiness
        .obstacles()
        .await
        .into_iter()
        .map(|obstacle| in_words(obstacle, words))
        .collect();
    let system = System {
        version: env!("CARGO_PKG_VERSION"),
        node: pages.browse.node(),
        obstacles: &obstacles,
        limitations: &limitations(pages, words),
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

/// Why no calls are taken, in the reader's language; what the system or the database said is English.
fn in_words(obstacle: Obstacle, words: Words) -> String {
    match obstacle {
        Obstacle::Stopping => words.t("system-stopping"),
        Obstacle::Database(reason) => words.with("system-database", [("reason", reason.into())]),
    }
}

/// What does not work, in the reader's language.
fn limitations(pages: &Pages, words: Words) -> Vec<String> {
    let Limitations { recorder, findings } = pages.readiness.limitations();
    let recorder = recorder.map(|reason| words.with("system-recorder", [("reason", reason.into())]));
    let found = found(&findings, words).into_iter().map(|found| found.sentence);
    recorder.into_iter().chain(found).collect()
}

#[cfg(test)]
mod tests {
    use super::in_words;
    use crate::web::Obstacle;
    use aftercall_pages::Words;
    use aftercall_report::render::ReportLanguage;

    #[test]
    fn obstacle_is_said_in_the_readers_language() {
        let finnish = Words::new(ReportLanguage::Finnish);
        assert_eq!(
            in_words(Obstacle::Stopping, finnish),
            "Palvelu on pys\u{e4}htym\u{e4}ss\u{e4}."
        );
        let database = in_words(Obstacle::Database("disk full".to_owned()), finnish);
        assert!(
            database.contains("disk full") && database.starts_with("Tietokantaa"),
            "{database}"
        );
        assert_eq!(
            Obstacle::Database("disk full".to_owned()).to_string(),
            "database: disk full"
        );
    }
}
