//! What supervisors ask for: funnel, distributions, scores with honest intervals.
//!
//! A [`ReportQuery`] says which calls; [`Report::read`] asks the store and computes with [`statistics`] (pure);
//! [`render`] shows the result to people or, as JSON, to
//! programs. Answers to differently defined questions never meet in one figure: see [`series`].

mod comments;
mod funnel;
mod period;
mod query;
pub mod render;
pub mod series;
pub mod statistics;

pub use comments::Comments;
pub use funnel::{DispositionCount, Funnel, Rates};
pub use period::{ParsePeriodError, Period};
pub use query::{Report, ReportQuery};
pub use series::Series;
