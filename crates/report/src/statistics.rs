//! The formulas behind every figure. Pure; nothing here is rounded, and every figure carries its n.
//!
//! Intervals are 95 %. NPS: adjusted Wald on the shares with 3/4 promoter, 3/4 detractor and 3/2 passives added.
//! Shares: Wilson's score interval. Means: Student's t with n - 1 degrees of freedom. Who shows figures shows counts
//! only below [`FEWEST_FOR_A_SCORE`] answers.
//!
//! | question | module |
//! | --- | --- |
//! | has a live score changed, whenever somebody looks | [`anytime`] |
//! | does a group miss its target, and which of many do | [`binomial`] |
//! | do two groups differ | [`comparison`] |
//! | what if queues were sampled with different chances | [`weighted`] |
//! | how many answers are needed, and which calls to survey | [`sample_size`] |
//! | has a queue fallen silent | [`watch`] |
//! | which agents really differ | [`pooling`] |
//! | do those who answer differ from those who do not | [`independence`] |
//! | how many took part | [`rates`] |
//! | how probable is that | [`distribution`] |

pub mod anytime;
pub mod binomial;
pub mod comparison;
mod display;
pub mod distribution;
mod estimate;
pub mod independence;
mod mean;
mod nps;
pub mod pooling;
pub mod rates;
pub mod sample_size;
mod share;
mod target;
pub mod watch;
pub mod weighted;

pub use comparison::{Comparison, ComparisonVerdict};
pub use display::display;
pub use estimate::{ConfidenceInterval, Estimate};
pub use mean::{Mean, mean};
pub use nps::NpsCounts;
pub use rates::{FunnelCounts, Rate};
pub use share::share;
pub use target::TargetComparison;

/// Below this many answers only counts are shown.
pub const FEWEST_FOR_A_SCORE: u64 = 10;

/// The normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_964;

#[cfg(test)]
mod tests;
