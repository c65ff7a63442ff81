//! The media plane: threads that pace RTP and turn packets into digits.
//!
//! ```text
//!   call task --MediaSession--> bounded commands --> media thread: Worker::tick every 5 ms
//!             <-- bounded MediaEvents, waiting in an outbox when full --  Session: Voice, Ear, Control
//! ```
//! A [`MediaPlane`] has a few std threads; each owns the sockets of its calls and shares nothing with the others
//! but the port pool, when a call begins or ends. Deadlines are absolute, late packets are skipped and counted,
//! nothing waits and nothing allocates per packet. Codecs, RTP, RTCP and digits come from the pure modules.

mod arrival;
mod command;
mod control;
mod ear;
mod event;
mod grid;
mod handle;
mod histogram;
mod in_band;
mod lane;
mod lateness;
mod listen;
mod local;
mod outbox;
mod plane;
mod port;
mod realtime;
mod recorder;
pub mod recording;
mod schedule;
mod session;
mod shield;
mod socket;
mod statistics;
mod stream;
mod thread;
mod voice;
mod worker;

pub use event::{MediaEvent, MediaReport, PlayId};
pub use handle::{Busy, MediaSession};
pub use histogram::Histogram;
pub use in_band::InBandDtmf;
pub use listen::{Background, Listening};
pub use local::{is_of_this_host, local_address};
pub use plane::{MediaPlane, PlaneConfig, PlaneError};
pub use realtime::Scheduling;
pub use recorder::{Audio, Heard, Part, RecorderSink, RecorderSource, USUAL_ROOM, recorder};
pub use socket::OpenError;
pub use statistics::Statistics;
pub use stream::Stream;
pub use worker::{Demand, Worker};
