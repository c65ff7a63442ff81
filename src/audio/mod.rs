//! G.711, and the decoding, shaping and measuring of speech samples. Pure: bytes and samples in, samples and
//! figures out; reading files is the caller's part.

mod activity;
mod decode;
mod energy;
pub mod g711;
mod levels;
mod resample;
mod sound;
mod tone;

pub use activity::Activity;
pub use decode::{DecodeError, decode};
pub use energy::{SpeechDetector, SpeechEdge, mean_square};
pub use levels::{Levels, measure};
pub use resample::{ResampleError, resample};
pub use sound::Sound;
pub use tone::recording_tone;

/// The sampling rate of telephone speech, in Hz.
pub const TELEPHONE_RATE: u32 = 8_000;
