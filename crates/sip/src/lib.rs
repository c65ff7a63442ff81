//! SIP: a user agent core without IO (RFC 3261).
//!
//! `wire` turns bytes into messages and back; `transaction`, `dialog` and `agent` are state machines that are
//! handed input and the time and are polled for output. The sockets are in `aftercall-sip-net`. [`event`] is the
//! interface to the rest of aftercall: nothing in it is a wire type.
//!
//! An agent that answers OPTIONS, bytes in and bytes out:
//! ```
//! use aftercall_runtime::clock::monotonic;
//! use aftercall_sip::agent::{UserAgent, AgentConfig, Input, Output};
//! use aftercall_sip::event::Transport;
//! use aftercall_sip::flow::Flow;
//! use aftercall_sip::wire::parse_datagram;
//!
//! let mut agent = UserAgent::new(AgentConfig::default(), 42);
//! let local = "192.0.2.1:5060".parse()?;
//! let flow = Flow {
//!     transport: Transport::Udp,
//!     local,
//!     advertised: local,
//!     peer: "192.0.2.7:5060".parse()?,
//!     connection: None,
//! };
//! let message = parse_datagram(
//!     b"OPTIONS sip:ping@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\nFrom: <sip:pbx@192.0.2.7>;tag=1\r\n\
//!       To: <sip:ping@192.0.2.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n",
//! )?;
//! agent.handle(Input::Message { flow, message }, monotonic());
//!
//! let Some(Output::Transmit(response)) = agent.poll() else {
//!     panic!("OPTIONS is answered at once");
//! };
//! assert!(response.bytes.starts_with(b"SIP/2.0 200 OK\r\n"));
//! assert_eq!(response.flow.peer, flow.peer);
//! // The transaction absorbs retransmissions for 64*T1; the driver calls `handle_timeout` then.
//! assert!(agent.poll().is_none() && agent.timeout().is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod agent;
pub(crate) mod dialog;
pub mod dtmf_info;
pub mod event;
pub mod flow;
pub mod transaction;
pub mod wire;
