//! Secure RTP and RTCP (RFC 3711, RFC 7714): protecting and opening packets in place. Pure.
//!
//! ```text
//!   SRTP   | header | payload, encrypted          | MKI | tag |      authenticated: header to payload, and the ROC
//!   SRTCP  | header | SSRC | reports, encrypted | E + index | MKI | tag |     authenticated: header to index
//!   GCM    | header | payload, encrypted | tag | MKI |   and   | header | SSRC | reports | tag | E + index | MKI |
//! ```
//! [`Srtp`] holds both directions of one call between two negotiations: [`SrtpSender`] seals with our key, [`SrtpReceiver`]
//! opens with the peer's. The primitives are RustCrypto's; the packet formats, the key derivation, the roll-over
//! counter and the replay windows are ours, because the library that was looked at allocates for each packet, keeps
//! state for sources that it has not authenticated and takes unencrypted SRTCP without looking at its tag
//! (`ARCHITECTURE.md` has the figures). Nothing here allocates for a packet; what does not verify changes nothing,
//! neither the packet nor any state.
//!
//! Not supported: key derivation rates (a session key lasts as long as its master key), unencrypted or
//! unauthenticated packets, several master keys at once.

mod counter_mode;
mod derive;
mod galois;
mod index;
mod key;
mod receiver;
mod sender;
mod session;
mod suite;
#[cfg(test)]
mod tests;
mod transform;

pub use key::{MasterKey, Mki, SrtpKeys};
pub use receiver::{SrtpReceiver, SrtpRejection};
pub use sender::SrtpSender;
pub use session::{Dropped, Srtp};
pub use suite::{Suite, UnknownSuite};

/// The most octets that protection adds to a packet: the tag of GCM, and E and index of SRTCP.
pub const MAX_OVERHEAD: usize = 20;

/// Octets of the E flag and the index of an SRTCP packet.
const INDEX_OCTETS: usize = 4;
/// Octets of an RTCP packet that stay readable: its first header and the sender's SSRC.
const RTCP_CLEAR: usize = 8;

/// The packet does not verify: altered, made up, or under another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Forged;

/// What is read of an RTP packet's header without trusting it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RtpHeader {
    /// Octets up to the payload: fixed header, contributing sources, extension.
    octets: usize,
    sequence: u16,
    ssrc: u32,
}

impl RtpHeader {
    /// `None` when it is not RTP version 2, or shorter than it says.
    fn read(packet: &[u8]) -> Option<Self> {
        let fixed = packet.first_chunk::<12>()?;
        let [first, _, s0, s1, _, _, _, _, r0, r1, r2, r3] = *fixed;
        if first >> 6 != 2 {
            return None;
        }
        let mut octets = 12 + 4 * usize::from(first & 0x0F);
        if first & 0x10 != 0 {
            let [_, _, l0, l1] = *packet.get(octets..)?.first_chunk::<4>()?;
            octets += 4 + 4 * usize::from(u16::from_be_bytes([l0, l1]));
        }
        (octets <= packet.len()).then_some(Self {
            octets,
            sequence: u16::from_be_bytes([s0, s1]),
            ssrc: u32::from_be_bytes([r0, r1, r2, r3]),
        })
    }
}

/// The SSRC of an RTCP packet's sender; `None` when it is not RTCP version 2.
fn rtcp_ssrc(packet: &[u8]) -> Option<u32> {
    let [first, _, _, _, r0, r1, r2, r3] = *packet.first_chunk::<RTCP_CLEAR>()?;
    (first >> 6 == 2).then(|| u32::from_be_bytes([r0, r1, r2, r3]))
}

/// What stands before the identifier of the master key, which must be the one agreed.
fn without_mki<'a>(packet: &'a mut [u8], mki: &[u8]) -> Result<&'a mut [u8], Forged> {
    let length = packet.len().checked_sub(mki.len()).ok_or(Forged)?;
    let (before, found) = packet.split_at_mut_checked(length).ok_or(Forged)?;
    if found == mki { Ok(before) } else { Err(Forged) }
}
