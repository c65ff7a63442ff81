//! The codecs, and the decoding, shaping and measuring of speech samples. Pure: bytes and samples in, samples and
//! figures out; reading files is the caller's part.

mod activity;
mod channels;
mod decode;
mod decoder;
pub mod dtmf;
mod energy;
mod format;
pub mod g711;
pub mod g722;
mod levels;
mod likeness;
mod noise;
pub mod opus;
pub mod prompts;
mod resample;
pub mod shape;
mod sound;
mod spectrum;
mod tone;
mod wav;

pub use activity::Activity;
pub use channels::{OneChannel, Unmixed};
pub use decode::{DecodeError, Decoded, Remark, decode};
pub use decoder::Decoder;
pub use energy::{SpeechDetector, SpeechEdge, mean_square};
pub use levels::{Levels, longest_pause, measure};
pub use likeness::longest_digit_likeness;
pub use resample::{ResampleError, resample};
pub use sound::Sound;
pub use spectrum::{OutsideBand, outside_band};
pub use tone::recording_tone;

/// The sampling rate of telephone speech, in Hz.
pub const TELEPHONE_RATE: u32 = 8_000;

/// The sampling rate of wideband speech, in Hz: what G.722 and Opus are fed with.
pub const WIDEBAND_RATE: u32 = 16_000;
