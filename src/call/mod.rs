//! One task per call: where signalling, media, survey and storage meet.
//!
//! [`reception`] starts a task for each INVITE. [`intake`] decides: route, eligibility, sampling, capacity. Then
//! the call is either [surveyed](survey_call) or [sent off](farewell). A task owns its call's state; nothing is
//! shared between calls but the [`CallServices`] and a [`ConfigSnapshot`], which a reload exchanges ([`CurrentEnvironment`]).

mod accepted;
mod call_identity;
mod comment;
pub mod context;
mod decision;
mod farewell;
mod feedback;
mod finish;
pub mod identity;
mod intake;
mod leg;
mod leg_error;
mod liveness;
pub mod pending_announcements;
mod predecided;
mod quality;
mod randomness;
pub mod reception;
mod refusals;
pub mod registry;
mod repertoire;
pub mod resolver;
mod services;
mod snapshot;
pub mod submitted_context;
mod survey_call;
#[cfg(test)]
mod tests;

pub use randomness::Randomness;
pub use refusals::Refusals;
pub use services::CallServices;
pub use snapshot::{Assessed, CallEnvironment, ConfigSnapshot, CurrentEnvironment};
