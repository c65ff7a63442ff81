//! aftercall: a post-call survey engine.
//!
//! A PBX hands the caller over by SIP when the agent has hung up; aftercall samples, asks recorded
//! questions, collects DTMF digits and stores every answer before it asks the next. `ARCHITECTURE.md`
//! describes the design: which crates and modules are pure, which do IO, and how a call walks through them.

pub mod accounts;
pub mod alerts;
pub mod announcements;
pub mod auth;
pub mod autopilot;
pub mod browse;
pub mod call;
pub mod cli;
pub mod config;
pub mod control;
pub mod delivery;
pub mod engine;
pub mod explain;
pub mod live;
pub mod reports;
pub mod results;
pub mod telemetry;
pub mod text_file;
pub mod watch;
pub mod web;
