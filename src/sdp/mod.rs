//! SDP offer/answer (RFC 8866, RFC 3264) for one stream of audio. Pure.
//!
//! [`Offer::parse`] reads whatever a PBX sends, [`negotiate()`] decides what we speak, and [`LocalSession`], one per
//! call, writes our answers and offers and reads answers to our offers. A [`Refusal`] carries the SIP status and the
//! Warning text. The parser's own types stay in here. SRTP profiles (RTP/SAVP, RTP/SAVPF) are recognised and refused;
//! their place is [`Refusal::SecureMedia`].

mod capabilities;
mod codec;
mod description;
mod direction;
mod event;
mod local;
mod negotiate;
mod numbers;
mod refusal;
#[cfg(test)]
mod tests;

pub use capabilities::{AddressFamilies, Capabilities};
pub use description::Offer;
pub use direction::Direction;
pub use event::{EventSet, TelephoneEvent};
pub use local::LocalSession;
pub use negotiate::{Negotiated, negotiate};
pub use refusal::Refusal;

pub use crate::audio::Codec;
pub use crate::rtp::Ptime;
