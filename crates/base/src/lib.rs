//! Types that all crates use and that use no other: the identity of a call, its end, a key, a secret that no log
//! may show, what is wrong with a file. Pure.

pub mod count;
pub mod iso8601;
pub mod log_throttle;
pub mod suggest;

mod call_uid;
mod cidr;
mod digit;
mod disposition;
mod duration;
mod fault;
mod name;
mod recording;
mod redact;

pub use call_uid::{CallUid, ParseCallUidError};
pub use cidr::{Cidr, ParseCidrError, one_holder};
pub use digit::Digit;
pub use disposition::Disposition;
pub use duration::{DurationError, parse_duration};
pub use fault::{Fault, Faults, Position, Severity};
pub use name::{Language, NameError, PromptName, QuestionId};
pub use recording::{EmptyReason, RecordedAudio, RecordingEndReason, RecordingResult};
pub use redact::Redacted;
