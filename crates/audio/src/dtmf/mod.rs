//! DTMF as tones in the audio: heard by [`InBandDetector`], made by [`tones`]. Pure.

mod bank;
mod detector;
mod tone;

pub use detector::InBandDetector;
pub use tone::tones;
