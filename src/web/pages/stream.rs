//! The newest answers, and the events by which pages stay up to date.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::Pages;
use super::background::{Background, browse_request, notes};
use super::overview::fields;
use super::reading::PageRequest;
use super::reply::{Page, of_report, unavailable};
use crate::accounts::{Accounts, Principal, Right};
use crate::browse::{Privacy, Step};
use crate::live::{Follower, Holder, NoPlace};
use crate::web::following::{self, Permit};
use aftercall_pages::PageFault;
use aftercall_pages::filters::Filters;
use aftercall_pages::shell::{Place, Shell};
use aftercall_pages::stream::{Stream, StreamCall, stream_page};

/// Calls on the page.
const NEWEST: usize = 30;

/// When a browser that found no place may ask again.
const RETRY_SECONDS: &str = "60";

/// A reverse proxy decides on each request who has signed in with it. A stream is one request, so it ends after this time, and the browser
/// connects again, past the proxy.
const UNASKED: Duration = Duration::from_secs(60);

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
pub(super) async fn changes(State(pages): State<Pages>, request: PageRequest) -> Response {
    let who = match request.principal() {
        Ok(who) => who.clone(),
        Err(fault) => return request.answer(Err(fault)),
    };
    let follower = Follower {
        holder: Holder::User(who.user_id()),
        address: request.visitor.address(),
    };
    match pages.live.subscribe(follower, None) {
        Ok(subscription) => {
            let permit = ReaderPermit::new(pages.accounts, who);
            following::respond(subscription, pages.closing, permit, |_| changed())
        }
        Err(reason) => refused(reason),
    }
}

/// A page without events stays as it is until its reader loads it again.
fn refused(reason: NoPlace) -> Response {
    let status = match reason {
        NoPlace::Full => StatusCode::SERVICE_UNAVAILABLE,
        NoPlace::OfHolder | NoPlace::OfAddress => StatusCode::TOO_MANY_REQUESTS,
    };
    let retry = [(RETRY_AFTER, RETRY_SECONDS)];
    (
        status,
        retry,
        format!("{reason}. Load the page again to see what is new.\n"),
    )
        .into_response()
}

/// The right of somebody who has signed in.
struct ReaderPermit {
    accounts: Accounts,
    who: Principal,
    ends_at: Option<Instant>,
}

impl ReaderPermit {
    fn new(accounts: Accounts, who: Principal) -> Self {
        let ends_at = who.session().is_none().then(|| Instant::now() + UNASKED);
        Self {
            accounts,
            who,
            ends_at,
        }
    }
}

impl Permit for ReaderPermit {
    async fn holds(&self) -> bool {
        if self.ends_at.is_some_and(|end| end <= Instant::now()) {
            return false;
        }
        match self.accounts.is_still(&self.who).await {
            Ok(is_still) => is_still,
            Err(error) => {
                // The events say nothing of calls, and no page is shown without the database either.
                tracing::debug!(%error, "cannot read whether somebody is still signed in");
                true
            }
        }
    }
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
