//! Who is surveyed: policy, then sampling, then capacity. Pure.
//!
//! ```text
//!  a call ---> policy ------> what only the database knows -------> sampling -----------> capacity
//!              consent        opted_out                             every Nth | share     room for one more
//!              when           cool_down                             agent's minimum
//!              campaign       quotas
//!              hours               \________ AdmissionState, in the transaction _________/
//!              min_talk_time                 that writes the call
//! ```
//! The order matters. Policy first, so that a call that may not be asked is not counted. Sampling second, counted by
//! storage in the transaction that writes the call. Capacity last and under a reason of its own, so that overload shows
//! as non-response and does not bias the sample.
//!
//! [`policy::decide`] asks the rules that need only the call; what it leaves open are [`SamplingTerms`]. Storage looks up what
//! they ask for, many calls at once, and an [`AdmissionState`] decides the calls one after the other, so that they see each
//! other. Each decision carries the [`AdmissionReason`] that made it, with what is needed to explain it later.
//! [`explain`] asks the same functions what they would say.

pub mod autopilot;
mod call;
pub mod campaign;
pub mod capacity;
pub mod condition;
pub mod consent;
pub mod cool_down;
pub mod explain;
pub mod holidays;
pub mod hours;
pub mod policy;
pub mod quota;
pub mod reason;
pub mod rules;
pub mod sampler;
pub mod state;
pub mod survey_count;
pub mod talk_time;

pub use autopilot::{Autopilot, PlanReason, SamplingPlan};
pub use call::{Admission, Decision, Eligibility, NewCall, Stratum, StratumKind};
pub use reason::AdmissionReason;
pub use rules::{RouteRules, SamplingTerms};
pub use state::AdmissionState;
