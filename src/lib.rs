//! aftercall: a post-call survey engine.
//!
//! A PBX hands the caller over by SIP when the agent has hung up; aftercall samples, asks recorded
//! questions, collects DTMF digits and stores every answer before it asks the next. `ARCHITECTURE.md`
//! describes the design: which modules are pure, which do IO, and how a call walks through them.

pub mod call;
pub mod cli;
pub mod config;
pub mod control;
pub mod engine;
pub mod results;
pub mod telemetry;
pub mod text_file;
pub mod web;
pub use aftercall_audio::{self as audio, prompts};
pub use aftercall_base as base;
pub use aftercall_media::{self as media, recording};
pub use aftercall_report as report;
pub use aftercall_rtp::{self as rtp, dtmf, sdp};
pub use aftercall_runtime::{clock, descriptors, lifecycle, private};
pub use aftercall_sip as sip;
pub use aftercall_sip_net as sip_net;
pub use aftercall_storage as storage;
pub use aftercall_survey::{self as survey, admission, context, record};
pub use aftercall_test_phone as test_phone;
