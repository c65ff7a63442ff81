//! Scheduled deliveries of reports: each period of each `[[delivery]]` once to each of its recipients, by mail, into a folder, or to a
//! webhook.
//!
//! ```text
//!  schedule (pure)      worker::Planner       worker::Sender, one for each channel
//!  rules, clock  ->  due periods -> rows  ->  claim -> Render -> mail | folder | webhook -> end of the attempt
//! ```
//! The rows are [`aftercall_storage::delivery`]'s; they decide that a period is delivered once, whatever restarts, clocks and other
//! nodes do. What a report looks like is not known here: somebody who knows statistics implements [`Render`]. The rules are made of the
//! configuration by [`crate::engine`], and a reload exchanges them ([`CurrentSetup`]). What receivers answer is untrusted: it is
//! shortened before it is stored or logged ([`answer`]).

pub mod answer;
mod folder;
pub mod mail;
pub mod package;
mod retry;
mod rule;
pub mod schedule;
mod setup;
pub mod tls;
pub mod webhook;
pub mod worker;

pub use self::package::{Attachment, Package, Render, RenderError, RenderFuture, RenderRequest};
pub use self::rule::{DeliveryName, DeliveryRule, Format, ReportFilter, WhenEmpty, recipients};
pub use self::setup::{CurrentSetup, Setup};

/// Why one attempt failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SendError {
    /// What happened, in a line that can be shown.
    pub reason: String,
    /// What follows from it.
    pub consequence: Consequence,
}

/// What follows from a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// It is tried again.
    Retry,
    /// It is tried again, but not before this time has passed: the receiver said so.
    RetryAfter(std::time::Duration),
    /// It is not tried again: the receiver does not want it.
    GiveUp,
}

impl SendError {
    /// A failure that may be gone at the next attempt.
    pub fn retry(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            consequence: Consequence::Retry,
        }
    }

    /// A refusal.
    pub fn give_up(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            consequence: Consequence::GiveUp,
        }
    }
}
