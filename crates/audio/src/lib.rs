//! The codecs, and the decoding, shaping and measuring of speech samples. Pure: bytes and samples in, samples and
//! figures out; only [`prompts`] reads files.

mod channels;
mod decode;
mod decoder;
pub mod dtmf;
mod format;
pub mod g711;
pub mod g722;
mod levels;
mod mixer;
pub mod opus;
pub mod prompts;
mod recording_tone;
mod resample;
pub mod shape;
mod sound;
mod spectrum;
mod speech_activity;
mod speech_detector;
mod wav;

pub use channels::{NotMixedReason, SingleChannelTaken};
pub use decode::{Decoded, decode};
pub use decoder::Decoder;
pub use levels::{Levels, longest_pause, measure};
pub use mixer::{DecodeError, Remark};
pub use recording_tone::recording_tone;
pub use resample::{ResampleError, resample};
pub use sound::Sound;
pub use spectrum::{OutOfBandPower, out_of_band_power};
pub use speech_activity::SpeechActivity;
pub use speech_detector::{SpeechDetector, SpeechEdge, mean_square};

/// The sampling rate of telephone speech, in Hz.
pub const TELEPHONE_RATE: u32 = 8_000;

/// The sampling rate of wideband speech, in Hz: what G.722 and Opus are fed with.
pub const WIDEBAND_RATE: u32 = 16_000;
