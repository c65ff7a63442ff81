//! RTP and RTCP (RFC 3550, RFC 3551): packets, sending, reception statistics, latching; with SRTP (RFC 3711) in [`srtp`],
//! telephone-events (RFC 4733) in [`dtmf`], and in [`sdp`] the offers and answers that decide on all of it. Pure.
//!
//! Nothing here owns a socket or a clock: a media thread reads a datagram, asks [`classify`] what it is, lets
//! [`Latch`] decide whether its source may speak, and hands it to [`Receiver`] and to [`dtmf`]. What leaves is
//! written by [`Sender`] and [`rtcp`] into buffers that the thread owns. No function here allocates per packet
//! or panics on bytes from outside.

mod codec;
pub mod dtmf;
#[cfg(test)]
pub(crate) mod impairment;
mod latch;
mod packet;
mod ptime;
mod receiver;
pub mod rtcp;
pub mod sdp;
mod sender;
mod source;
pub mod srtp;

pub use codec::{Codec, OPUS_BITRATE, OPUS_PACKET_MS};
pub use latch::{ControlPort, Latch, LatchOutcome};
pub use packet::{
    DatagramKind, HEADER_OCTETS, Packet, PacketError, RtpTimestamp, SequenceNumber, Ssrc, classify,
};
pub use ptime::Ptime;
pub use receiver::{PacketContent, Receiver, ReceiverStatistics};
pub use rtcp::NtpTime;
pub use sender::{EventFrame, EventPosition, Sender};
pub use source::PacketOrder;
