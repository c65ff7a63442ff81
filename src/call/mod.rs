//! One task per call: where signalling, media, survey and storage meet.
//!
//! [`reception`] starts a task for each INVITE. [`intake`] decides: route, eligibility, sampling, capacity. Then
//! the call is either [surveyed](survey_call) or [sent off](farewell). A task owns its call's state; nothing is
//! shared between calls but the [`Desk`]; a reload puts another one in its place at the [`Front`].

pub mod beforehand;
mod claim;
mod comment;
pub mod context;
mod desk;
mod farewell;
mod feedback;
mod front;
pub mod identity;
mod intake;
mod leg;
mod leg_error;
mod liveness;
mod quality;
pub mod reception;
mod refusals;
pub mod registry;
mod repertoire;
pub mod resolver;
mod survey_call;
#[cfg(test)]
mod tests;

pub use desk::{Assessed, Desk, Randomness};
pub use front::Front;
pub use refusals::Refusals;
