//! What a call can ask of its media session, and how the session listens for speech.

use std::time::Duration;

use super::event::PlaybackId;
use super::recorder_queue::RecorderSink;
use super::stream::Stream;
use aftercall_audio::prompts::Playlist;
use aftercall_base::Digit;

/// Something for one session.
pub(super) enum SessionCommand {
    Start(Stream),
    Update(Stream),
    Play(PlaybackId, Playlist),
    Stop,
    Press(Digit, Duration),
    DetectSpeech(Option<SpeechDetection>),
    Record(Option<RecorderSink>),
    CatchUp,
    Close,
}

/// What is speech, and when it has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeechDetection {
    /// Packets of this level and more are speech, in dBov; louder ones only where the background is as loud.
    pub threshold_dbov: f32,
    /// Speech has ended when no such packet came for this long.
    pub hangover: Duration,
    /// What else may be on the line.
    pub background: BackgroundSound,
}

/// What is on a line while nobody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackgroundSound {
    /// Nothing, as with prompts: the level alone tells speech.
    Silence,
    /// Anything, as with people: what counts as speech follows it.
    Noise,
}

impl SpeechDetection {
    /// What counts as speech on a quiet line, in dBov.
    pub const THRESHOLD_DBOV: f32 = -45.0;
}

impl Default for SpeechDetection {
    /// Bridges the pauses of a prompt, and not the silence after it.
    fn default() -> Self {
        Self {
            threshold_dbov: Self::THRESHOLD_DBOV,
            hangover: Duration::from_millis(800),
            background: BackgroundSound::Silence,
        }
    }
}
