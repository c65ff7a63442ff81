//! Scheduled deliveries of reports.

pub mod schedule;
