//! Everything that is stored of one call.

use chrono::{DateTime, Utc};

use crate::comment::CommentRow;
use crate::export::CallRow;

/// Which personal fields are read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Privacy {
    /// The caller's number and its hash, keys that were pressed (a caller may key in a number of their own), and values of the
    /// context that were personal.
    pub caller: bool,
    /// Where the audio of comments is.
    pub audio: bool,
}

/// One call's way through the service.
#[derive(Debug, Clone, PartialEq)]
pub struct CallPath {
    /// Hand-over, decision, end, and answers.
    pub call: CallRow,
    /// The Call-ID of its SIP dialog.
    pub sip_call_id: String,
    /// Each field of the context with where it was read.
    pub context: Vec<PathField>,
    /// The caller; `None` where that is not to be read.
    pub caller: Option<Caller>,
    /// The calls that it was counted with; `None`: suppressed.
    pub stratum: Option<PathStratum>,
    /// Ids of the questions for this call in its order; `None`: all of the survey in its order, or not answered.
    pub planned: Option<Vec<String>>,
    /// Ids of the questions that were begun to be asked, in order; `None`: not known.
    pub asked: Option<Vec<String>>,
    /// How each answer came about, in the order of the answers of `call`.
    pub keys: Vec<PathKeys>,
    /// Its media; `None`: never answered, or cut off by a crash.
    pub media: Option<PathMedia>,
    /// Its recordings.
    pub comments: Vec<CommentRow>,
    /// When the caller opted out in this call.
    pub opted_out_at: Option<DateTime<Utc>>,
    /// How it was announced by the HTTP API.
    pub announcement: Option<PathAnnouncement>,
}

/// The caller, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Keyed hash of the number.
    pub hash: Option<String>,
    /// The number; `None` unless the configuration keeps it.
    pub number: Option<String>,
}

/// A field of the context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathField {
    /// `queue`, `agent`, `talk_time`, ... or an attribute.
    pub name: String,
    /// Its value; `None`: there is none, or it is not to be read.
    pub value: Option<String>,
    /// Where it stood, such as `X-Queue`.
    pub source: String,
    /// `hashed`, `unknown`, `unset`, `unclear`, `nobody`; `None`: nothing to say.
    pub note: Option<String>,
    /// What stood there where it is no value.
    pub text: Option<String>,
}

/// Which calls a call was counted with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStratum {
    /// The route.
    pub route: String,
    /// The queue; `None`: not counted by queue.
    pub queue: Option<String>,
    /// The agent; `None`: not counted by agent.
    pub agent: Option<String>,
}

/// The keys of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathKeys {
    /// The question's id.
    pub question: String,
    /// Every key pressed at it; `None` where keys are not to be read.
    pub digits: Option<String>,
    /// Keys that were dropped because they came too early; `None`: not known, or not to be read.
    pub early_digits: Option<String>,
    /// Milliseconds of sound in the prompts of the question; `None`: not known.
    pub prompt_ms: Option<i64>,
    /// Milliseconds of them that had been played at the deciding key; `None`: all, or not known.
    pub heard_ms: Option<i64>,
}

/// How good the media of a call were.
#[derive(Debug, Clone, PartialEq)]
pub struct PathMedia {
    /// The codec spoken last.
    pub codec: Option<String>,
    /// Milliseconds of audio in each of our packets.
    pub ptime_ms: Option<i64>,
    /// RTP packets sent.
    pub sent: i64,
    /// RTP packets that arrived, duplicates included.
    pub received: Option<i64>,
    /// RTP packets that never arrived.
    pub lost: Option<i64>,
    /// RTP packets that arrived more than once.
    pub duplicated: Option<i64>,
    /// Datagrams that were not the peer's.
    pub refused: Option<i64>,
    /// Packets that were not sent because a media thread was late.
    pub skipped: Option<i64>,
    /// Interarrival jitter in microseconds.
    pub jitter_us: Option<i64>,
    /// Share of our packets that the peer missed, 0 to 1; `None`: it did not say.
    pub remote_loss: Option<f64>,
    /// Time to the peer and back in microseconds; `None`: it did not say.
    pub round_trip_us: Option<i64>,
    /// Why keys may not have been heard.
    pub key_warning: Option<String>,
}

/// An announcement by the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathAnnouncement {
    /// When it was made first.
    pub announced_at: DateTime<Utc>,
    /// Until when a call could claim it.
    pub expires_at: DateTime<Utc>,
    /// When its call arrived, or its time was over; `None`: it waits.
    pub closed_at: Option<DateTime<Utc>>,
    /// `call` or `expiry`.
    pub closed_by: Option<String>,
}
