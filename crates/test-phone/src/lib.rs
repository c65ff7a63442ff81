//! The built-in test phone and load generator: a user agent client over the network, on the project's own SIP, RTP and
//! media crates.
//!
//! ```text
//!  Target, CallPlan --> Phone: SIP socket, media threads
//!                       | call(CallPlan): one TestCall a call, one select! loop
//!                       |   DialogEvent, MediaEvent -> Script (pure: which key when) -> press
//!                       v
//!                     CallRecord: steps with times, figures, the failure if there was one
//!  load::run ---------> many calls at a rate -> LoadReport; the command compares it with what was stored
//!  attempts::run -----> calls at their shortest, thousands a second -> AttemptsReport
//!  flood::run --------> requests that are never acknowledged, and OPTIONS from another socket -> FloodReport
//!  socket_baseline::measure --> what bare sockets cost on this machine
//! ```
//! It knows nothing of surveys, and of the service only what SIP and RTP say: it can call any other user agent.

mod advice;
pub mod attempts;
mod call_media;
mod call_plan;
mod figures;
mod first_audio;
pub mod flood;
mod key_sequence;
pub mod load;
mod phone;
mod process;
mod record;
mod say;
mod script;
pub mod socket_baseline;
mod target;
mod test_call;
mod timers;

pub use advice::advice;
pub use call_plan::{CallPlan, DtmfMethod, OfferMode};
pub use figures::{Figures, Sample, shortest_initial_silence};
pub use key_sequence::{KeyChoice, KeyGroup, KeySequence, KeySequenceError, Speech};
pub use phone::{Phone, PhoneConfig, PhoneError};
pub use process::{Process, Usage};
pub use record::{CallRecord, CallStep, Failure, TimedStep};
pub use say::synthetic_speech;
pub use script::{KeyTiming, PromptEvent, Script, ScriptAction};
pub use target::{ResolveError, Target, TargetError, local_address};
