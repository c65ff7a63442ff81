//! G.722 at 64 kbit/s (ITU-T G.722, 09/2012): two sub-bands of 4 kHz, each coded by adaptive differences.
//!
//! ```text
//! 16 kHz  ->  QMF  -> 0-4 kHz at 8 kHz: 6 bits  \
//!                  -> 4-8 kHz at 8 kHz: 2 bits  -> one octet for two samples:  H H L L L L L L
//! ```
//!
//! Our own, because it is small, and because no crate decodes without allocating for each packet. The encoder takes
//! prompts at 16 kHz. The decoder gives the lower sub-band only: what is heard from a caller is looked at, and
//! recorded, at 8 kHz. The names of tables and steps are those of the recommendation (section 6.2).

mod band;
mod decoder;
mod encoder;

pub use decoder::Decoder;
pub use encoder::Encoder;

/// Hz at which the encoder takes samples.
pub const SAMPLE_RATE: u32 = super::WIDEBAND_RATE;

/// An octet of silence: in both sub-bands the code of no difference. Repeated, it decodes to silence from any state.
pub const SILENCE: u8 = 0b11_111101;

#[cfg(test)]
mod tests;
