//! Survey definitions and the survey session state machine. Pure.

mod metric;

pub use metric::Metric;
