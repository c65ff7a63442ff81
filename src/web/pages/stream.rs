//! The newest answers, and the events by which pages stay up to date.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::background::{Background, browse_request, notes};
use super::overview::fields;
use super::reading::PageRequest;
use super::reply::{Page, of_report, unavailable};
use crate::accounts::Right;
use crate::browse::{Privacy, Step};
use crate::web::following;
use aftercall_pages::PageFault;
use aftercall_pages::filters::Filters;
use aftercall_pages::shell::{Place, Shell};
use aftercall_pages::stream::{Stream, StreamCall, stream_page};

/// Calls on the page.
const NEWEST: usize = 30;

pub(super) async fn page(State(pages): State<Pages>, request: PageRequest) -> Response {
    request.answer(page_of(&pages, &request).await)
}

async fn page_of(pages: &Pages, request: &PageRequest) -> Result<Page, PageFault> {
    let who = request.principal()?;
    let mut asked = browse_request(pages, request)?;
    asked.part.step.get_or_insert(Step::Answered);
    asked.limit = NEWEST;
    let found = pages.browse.calls(&asked).await.map_err(of_report)?;
    let hears = who.may(Right::HearComments);
    let within = request.visitor.within();
    let mut calls = Vec::with_capacity(found.calls.len());
    for call in found.calls {
        let has_comments = call.comments.is_some_and(|comments| comments.comments > 0);
        let comments = if hears && has_comments {
            let path = pages.browse.call(call.uid, &within, Privacy::default()).await;
            path.map_err(unavailable)?
                .map_or_else(Vec::new, |path| path.comments)
        } else {
            Vec::new()
        };
        calls.push(StreamCall { call, comments });
    }
    let background = Background::read(pages).await?;
    let fields = fields(pages, request).await?;
    let notes = notes(pages, request, &asked, calls.is_empty()).await?;
    let now = pages.reports.local(pages.reports.now());
    let stream = Stream {
        filters: Filters {
            path: Place::Stream.path(),
            address: &request.address,
            default_period: "",
            fields: &fields,
            period: &background.period(pages, request)?,
            has_comparison: false,
            has_answers: true,
            notes: &notes.sentences,
            has_no_call: notes.has_no_call,
            is_fixed: request.visitor.shared().is_some(),
        },
        calls: &calls,
        names: background.names(request.words),
        as_of: &request.words.locale.time(now.naive_local()),
    };
    let shell = Shell {
        is_live: true,
        ..request.shell(Place::Stream.message(), Some(Place::Stream))
    };
    Ok(Page(stream_page(&shell, &stream).into_string()))
}

/// Says that something has happened, and nothing of what it was: a page that hears it asks for itself anew, and is shown what its reader may see.
pub(super) async fn changes(State(pages): State<Pages>) -> Response {
    let Ok(subscription) = pages.live.subscribe(None) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    following::respond(subscription, pages.closing, |_| changed())
}

/// Something happened. The data are never looked at, but a browser hands no event to a page whose data are empty (HTML Living Standard,
/// section 9.2.6).
fn changed() -> Event {
    Event::default().event("changed").data("call")
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::to_bytes;
    use axum::response::IntoResponse;
    use axum::response::sse::Sse;
    use futures_util::stream;

    #[tokio::test]
    async fn event_has_data_without_which_browsers_drop_it() {
        let events = stream::iter([Ok::<_, Infallible>(super::changed())]);
        let body = Sse::new(events).into_response().into_body();
        let sent = to_bytes(body, 1_000).await.unwrap();
        assert_eq!(sent, "event: changed\ndata: call\n\n");
    }
}
