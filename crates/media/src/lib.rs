//! The media plane: threads that pace RTP and turn packets into digits.
//!
//! ```text
//!   call task --MediaSession--> bounded commands --> media thread: Worker::tick every 5 ms
//!             <-- bounded MediaEvents, kept in an EventQueue when full --  Session: RtpSendPath, RtpReceivePath,
//!                                                                          RtcpSession, SrtpSession
//! ```
//! A [`MediaPlane`] has a few std threads; each owns the sockets of its calls and shares nothing with the others
//! but the port pool, when a call begins or ends. Deadlines are absolute, late packets are skipped and counted,
//! nothing waits and nothing allocates per packet. Codecs, RTP, RTCP and digits come from `aftercall-rtp` and `aftercall-audio`.
//!
//! `examples/answering_machine.rs` is a whole program on this crate.

mod command;
mod event;
mod handle;
mod histogram;
mod in_band;
mod local_address;
mod plane;
mod port;
mod receive_pacing;
mod receive_path;
mod recorder_queue;
pub mod recording;
mod rtcp_session;
mod send_path;
mod session;
mod socket;
mod srtp_session;
mod statistics;
mod stream;
mod thread;
mod thread_context;
mod thread_load;
mod ticks;
mod worker;

pub use command::{BackgroundSound, SpeechDetection};
pub use event::{MediaEvent, MediaReport, PlaybackId};
pub use handle::{MediaSession, ThreadBusy};
pub use histogram::Histogram;
pub use in_band::InBandDtmf;
pub use local_address::{is_of_this_host, local_address};
pub use plane::{MediaPlane, PlaneConfig, PlaneError};
pub use recorder_queue::{
    AudioSegment, DEFAULT_CAPACITY, PacketAudio, ReceivedAudio, RecorderSink, RecorderSource, recorder,
};
pub use socket::OpenError;
pub use statistics::PlaneStatistics;
pub use stream::Stream;
pub use thread::Scheduling;
pub use worker::{Worker, WorkerState};
