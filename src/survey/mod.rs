//! Survey definitions and the survey session state machine. Pure.

mod fault;
mod metric;

pub use fault::{Fault, Severity};
pub use metric::Metric;
