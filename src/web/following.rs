//! Live events as a response that does not end before the service stops (server-sent events, HTML Living Standard, section 9.2).

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use crate::live::{Feed, Subscription};
use aftercall_runtime::lifecycle::Shutdown;

/// How often a comment is sent where nothing happens, so that proxies keep the connection and a client that is gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What a subscription reads, each as `sent` makes it.
pub(super) fn respond(subscription: Subscription, closing: Shutdown, sent: fn(&Feed) -> Event) -> Response {
    let events = stream::unfold(
        (subscription, closing),
        move |(mut subscription, mut closing)| async move {
            let feed = tokio::select! {
                biased;
                () = closing.requested() => None,
                feed = subscription.next() => feed,
            };
            let event = sent(&feed?);
            Some((Ok::<_, Infallible>(event), (subscription, closing)))
        },
    );
    Sse::new(events)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response()
}
