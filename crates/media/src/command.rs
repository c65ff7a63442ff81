//! What a call can ask of its media session, and how the session listens for speech.

use std::time::Duration;

use super::event::PlaybackId;
use super::recorder_queue::RecorderSink;
use super::stream::Stream;
use aftercall_audio::prompts::Playlist;
use aftercall_base::Digit;

/// A command for one session.
pub(super) enum SessionCommand {
    SetStream(Stream),
    Play(PlaybackId, Playlist),
    Stop,
    Press(Digit, Duration),
    DetectSpeech(Option<SpeechDetection>),
    Record(Option<RecorderSink>),
    CatchUp,
    Close,
}

/// What counts as speech, and when it has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeechDetection {
    /// The level from which a packet counts as speech, in dBov. With [`BackgroundSound::Noise`] it rises with the background.
    pub threshold_dbov: f32,
    /// Speech has ended when no such packet came for this long.
    pub hangover: Duration,
    /// What is on the line while nobody speaks.
    pub background: BackgroundSound,
}

/// What is on a line while nobody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackgroundSound {
    /// Nothing, as with recorded prompts: the level alone decides.
    Silence,
    /// Any noise, as with people: the threshold follows its level.
    Noise,
}

impl SpeechDetection {
    /// The usual threshold on a quiet line, in dBov.
    pub const THRESHOLD_DBOV: f32 = -45.0;
}

impl Default for SpeechDetection {
    /// For recorded prompts: 800 ms bridge the pauses inside a prompt, and end with the silence after it.
    fn default() -> Self {
        Self {
            threshold_dbov: Self::THRESHOLD_DBOV,
            hangover: Duration::from_millis(800),
            background: BackgroundSound::Silence,
        }
    }
}
