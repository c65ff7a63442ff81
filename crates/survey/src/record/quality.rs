//! How good the media of a call were, as storage takes it.

use serde::{Deserialize, Serialize};

/// What both sides of a call's media have seen, from the answer to the end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MediaQuality {
    /// The encoding name of the codec that was spoken last; `None` when none was agreed on.
    pub codec: Option<String>,
    /// Milliseconds of audio in each of our packets.
    pub ptime_ms: Option<u32>,
    /// RTP packets that we sent.
    pub packets_sent: u64,
    /// RTP packets of the peer that arrived, duplicates included.
    pub packets_received: u64,
    /// RTP packets of the peer that never arrived (RFC 3550 appendix A.3).
    pub packets_lost: u64,
    /// RTP packets of the peer that arrived more than once.
    pub packets_duplicated: u64,
    /// Datagrams that were not the peer's, or no media.
    pub packets_refused: u64,
    /// Packets that we did not send because a media thread was late.
    pub packets_skipped: u64,
    /// Interarrival jitter of the peer's packets at the end, in microseconds (RFC 3550 section 6.4.1).
    pub jitter_us: u64,
    /// The share of our packets that the peer missed, 0.0..=1.0, by its last report; `None` without one.
    pub remote_loss: Option<f64>,
    /// The time to the peer and back in microseconds, by its last report; `None` without one.
    pub round_trip_us: Option<u64>,
    /// Why keys may not have been heard, in a word; `None` when no reason is known.
    pub key_warning: Option<String>,
}
