//! What the sockets have seen, shared by all tasks of the transport.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[doc = $doc:literal])+ $name:ident,)*) => {
        /// Counters of the transport since the start.
        #[derive(Debug, Default)]
        pub struct TransportCounters {
            $($(#[doc = $doc])+ pub $name: Counter,)*
        }

        impl TransportCounters {
            /// Every counter with its name.
            pub fn all(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($name), self.$name.value()),)*].into_iter()
            }
        }
    };
}

counters! {
    /// Datagrams received, keep-alives and untrusted sources included.
    datagrams_received,
    /// Datagrams sent.
    datagrams_sent,
    /// Datagrams that the kernel would not take at once: lost, as on the wire.
    datagrams_unsent,
    /// Keep-alives received (RFC 5626).
    keep_alives,
    /// Messages that could not be parsed.
    parse_errors,
    /// Requests and connections from sources that are not trusted.
    strangers,
    /// Requests of untrusted sources answered with 403; the others were over the budget or not answerable.
    strangers_answered,
    /// Connections accepted.
    connections_accepted,
    /// Connections that we opened.
    connections_opened,
    /// Connections that could not be opened.
    connections_failed,
    /// Connections closed because too many were open.
    connections_refused,
    /// Connections closed because nothing came for too long.
    connections_idle,
    /// Connections closed because a message took too long to arrive or to be taken.
    connections_slow,
    /// Connections closed because the peer did not read what waited for it.
    connections_queue_full,
    /// Connections closed because the end of a message could not be known.
    connections_unframed,
    /// INVITEs answered with 503 because the application did not take the earlier ones.
    incoming_queue_full,
    /// Dialogs ended because their call did not take its events.
    event_queue_full,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn increment(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How many so far.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
