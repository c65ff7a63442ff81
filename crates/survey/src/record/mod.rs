//! The facts of a call, as they are kept and as they are read back; free of SQL, of sockets and of any back end. Pure.
//!
//! A call is [admitted](crate::admission::NewCall) once: its row is written and, where the route samples, the counter of its
//! stratum is advanced in the same transaction, so that no crash can count a call twice or forget it. Each
//! [`AnswerRecord`] follows when its key was pressed, and one [`CallEnd`] closes the row.

mod announcement;
mod answer;
mod call;
mod end;
mod interrupted;
mod matching;
mod recording;
mod repetition;
mod reported;
mod turned_away;

pub use announcement::{Announcement, ClaimedCall, EarlyDecision, KEPT_AFTER_EXPIRY, NewDecision};
pub use answer::AnswerRecord;
pub use call::{AnswerSummary, CallFound, CallName, CallSummary, CallTrace, StoredDecision, TracedAnswer};
pub use end::{CallEnd, MediaQuality, NEVER_ARRIVED, end_without_survey};
pub use interrupted::{InterruptedAnswer, InterruptedCall, RESTART};
pub use matching::{MatchKeys, MatchedAnnouncement};
pub use recording::{RecordingBegun, RecordingEnd};
pub use repetition::{
    AlreadySettled, CallOfSameId, EarlierRequests, RequestRepetition, SAME_CALL_FOR, StoredAnnouncement,
};
pub use reported::{Amendment, EligibleCall, OptOut};
pub use turned_away::TurnedAwayCalls;
