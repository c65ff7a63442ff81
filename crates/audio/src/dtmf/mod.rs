//! DTMF as tones in the audio: detected by [`InBandDetector`], made by [`tones`], and looked for in prompts by
//! [`longest_talk_off`]. Pure.

mod bank;
mod detector;
mod talk_off;
mod tone;

pub use detector::InBandDetector;
pub use talk_off::longest_talk_off;
pub use tone::tones;
