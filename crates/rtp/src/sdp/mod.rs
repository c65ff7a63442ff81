//! SDP offer/answer (RFC 8866, RFC 3264) for one stream of audio. Pure.
//!
//! [`Offer::parse`] reads whatever a PBX sends, [`negotiate()`] decides what we speak, and [`LocalSession`], one per
//! call, writes our answers and offers and reads answers to our offers. A [`SdpRefusal`] carries the SIP status and the
//! Warning text. The parser's own types stay in here. Keys for SRTP are agreed on by SDES ([`CryptoLine`]); profiles with
//! feedback (RTP/AVPF, RTP/SAVPF) are answered in kind, DTLS-SRTP (UDP/TLS/RTP/SAVPF) is recognised and refused. Nothing
//! here waits: a host name in `c=` is looked up by the caller ([`Offer::host_names`], [`Offer::resolve`]).

mod capabilities;
mod codec;
mod crypto;
mod crypto_choice;
mod description;
mod direction;
mod event;
mod event_choice;
mod host;
mod local;
mod negotiate;
mod payload_numbers;
mod refusal;
#[cfg(test)]
mod tests;

pub use capabilities::{AddressFamilies, Capabilities, SrtpPolicy};
pub use crypto::{CryptoFault, CryptoLine, SrtpKeySource};
pub use description::Offer;
pub use direction::MediaDirection;
pub use event::{EventMapping, EventSet, PayloadTypes, TelephoneEvent};
pub use host::HostName;
pub use local::LocalSession;
pub use negotiate::{Negotiated, negotiate};
pub use refusal::SdpRefusal;

pub use crate::Codec;
pub use crate::Ptime;
