//! One task per call: where signalling, media, survey and storage meet.
//!
//! [`dispatcher`] starts a task for each INVITE. [`intake`] decides: route, eligibility, sampling, capacity. Then
//! the call is either [surveyed](survey_call) or [treated as not surveyed](not_surveyed). A task owns its call's state; nothing is
//! shared between calls but the [`CallServices`] and a [`ConfigSnapshot`], which a reload exchanges ([`CurrentEnvironment`]).

mod accepted;
mod call_identity;
mod call_media;
mod call_prompts;
pub mod caller_hash;
mod comment;
pub mod context;
mod decision;
pub mod dispatcher;
mod finish;
mod intake;
mod liveness;
mod media_error;
mod not_surveyed;
pub mod pending_announcements;
mod predecided;
mod quality;
mod randomness;
mod refusals;
pub mod registry;
pub mod resolver;
mod result_values;
mod services;
mod snapshot;
pub mod submitted_context;
mod survey_call;
#[cfg(test)]
mod tests;

pub use randomness::Randomness;
pub use refusals::Refusals;
pub use services::CallServices;
pub use snapshot::{Assessment, CallEnvironment, ConfigSnapshot, CurrentEnvironment};
