//! G.711, and the decoding, shaping and measuring of speech samples. Pure: bytes and samples in, samples and
//! figures out; reading files is the caller's part.

mod decode;
mod energy;
pub mod g711;
mod levels;
mod likeness;
mod resample;
pub mod shape;
mod sound;
mod spectrum;

pub use decode::{DecodeError, decode};
pub use energy::{SpeechDetector, SpeechEdge, mean_square};
pub use levels::{Levels, longest_pause, measure};
pub use likeness::longest_digit_likeness;
pub use resample::{ResampleError, resample};
pub use sound::Sound;
pub use spectrum::{OutsideBand, outside_band};

/// The sampling rate of telephone speech, in Hz.
pub const TELEPHONE_RATE: u32 = 8_000;
