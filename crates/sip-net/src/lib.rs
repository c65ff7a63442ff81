//! The sockets and tasks that drive the SIP user agent of `aftercall-sip`.
//!
//! [`transport`] owns UDP and TCP sockets and decides who may send; [`service`] runs the agent on a thread of its own and
//! is what the rest of aftercall calls, through a [`SipHandle`](service::SipHandle).

pub mod service;
pub mod transport;
