//! SIP: a user agent core without IO.
//!
//! `wire` turns bytes into messages and back; `transaction`, `dialog` and `agent` are state machines that are
//! handed input and the time and are polled for output. The sockets are in `aftercall-sip-net`. [`event`] is the
//! interface to the rest of aftercall: nothing in it is a wire type.

pub mod agent;
pub(crate) mod dialog;
pub mod dtmf_info;
pub mod event;
pub mod flow;
pub mod transaction;
pub mod wire;
