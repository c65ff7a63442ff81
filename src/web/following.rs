//! Live events as a response that goes on until the service stops, or until whoever reads it may not any more (server-sent events, HTML Living
//! Standard, section 9.2).

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::time::{Instant, sleep_until};

use crate::live::{Feed, Subscription};
use aftercall_runtime::lifecycle::Shutdown;

/// How often a comment is sent where nothing happens, so that proxies keep the connection and a client that is gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How often it is asked whether the stream may go on. A right is lost by what other processes do as well (`aftercall user disable`), which tells
/// this one nothing; so it is asked, and a stream outlives its right by so much.
const ASKED_EVERY: Duration = Duration::from_secs(3);

/// In whose right events are followed.
pub(super) trait Permit: Send + Sync + 'static {
    /// Whether the stream may go on. Nobody is told why not: whoever connects again gets the answer of any other request.
    fn holds(&self) -> impl Future<Output = bool> + Send;
}

/// Everything that a stream is.
struct Following<P> {
    subscription: Subscription,
    closing: Shutdown,
    permit: P,
    ask_at: Instant,
}

impl<P: Permit> Following<P> {
    /// What there is to read next; `None`: the stream ends.
    async fn next(&mut self) -> Option<Feed> {
        loop {
            tokio::select! {
                biased;
                () = self.closing.requested() => return None,
                // Before what there is to read: a busy stream is asked as often as a quiet one.
                () = sleep_until(self.ask_at) => {
                    if !self.permit.holds().await {
                        return None;
                    }
                    self.ask_at = Instant::now() + ASKED_EVERY;
                }
                feed = self.subscription.next() => return feed,
            }
        }
    }
}

/// What a subscription reads, each as `sent` makes it, for as long as the permit holds.
pub(super) fn respond(
    subscription: Subscription,
    closing: Shutdown,
    permit: impl Permit,
    sent: fn(&Feed) -> Event,
) -> Response {
    let following = Following {
        subscription,
        closing,
        permit,
        ask_at: Instant::now() + ASKED_EVERY,
    };
    let events = stream::unfold(following, move |mut following| async move {
        let event = sent(&following.next().await?);
        Some((Ok::<_, Infallible>(event), following))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response()
}
