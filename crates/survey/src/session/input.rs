//! What a session takes in.

use std::time::Instant;

use super::{PlayId, TechnicalCause};
use aftercall_base::{Digit, QuestionId};

/// What happened to the call: the input of [`Session::handle`](super::Session::handle).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The call is answered and media flow.
    Answered,
    /// A playback came to its end; a stopped one need not be reported.
    PlaybackFinished(PlayId),
    /// A key was pressed.
    Digit {
        /// Which key.
        digit: Digit,
        /// When the press started.
        at: Instant,
    },
    /// A key that was reported is still down, or is up now. The inter-digit time begins where it is released.
    Held {
        /// Which key.
        digit: Digit,
        /// The last moment at which it was known to be down.
        until: Instant,
    },
    /// A key was pressed of which it is not sure that it counts: it came by one of two paths only, or while the line was on
    /// hold. It answers nothing, and neither does an input that it belongs to.
    DoubtfulDigit {
        /// Which key.
        digit: Digit,
        /// When the press started.
        at: Instant,
    },
    /// The answer to this question is durable.
    Stored(QuestionId),
    /// The answer to this question could not be made durable.
    StoreFailed(QuestionId),
    /// The recording of this question can begin.
    RecorderReady(QuestionId),
    /// The recording of this question cannot begin or go on: the disk is full or fails.
    RecorderFailed(QuestionId),
    /// The caller began to speak; heard while recording.
    SpeechStarted,
    /// The caller fell silent; heard while recording.
    SpeechEnded {
        /// When the last sound of speech was heard.
        at: Instant,
    },
    /// The caller hung up.
    HungUp,
    /// The call cannot go on for a technical reason.
    Failed(TechnicalCause),
    /// The moment of [`Session::timeout`](super::Session::timeout) has come.
    Timeout,
}
