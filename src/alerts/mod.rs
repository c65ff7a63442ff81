//! Alerts: who is told about a call, by what and when, and how it is followed up.
//!
//! Which rule fires is decided by [`aftercall_survey::alert`] in the call itself, and stored with the answer. What follows is here:
//! [`plan`] makes a case and messages of it (pure), [`handler`] stores them, in one transaction, in the outbox that reports use as
//! well; [`read`] reads what a message tells when it is sent, and [`message`] says it (pure).

pub mod handler;
pub mod message;
pub mod people;
pub mod plan;
pub mod read;
pub mod rule;
pub mod working_time;
