//! How a session listens for the peer's speech.

use std::time::Duration;

/// What is speech, and when it has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Listening {
    /// Packets of this level and more are speech, in dBov; louder ones only where the background is as loud.
    pub threshold_dbov: f32,
    /// Speech has ended when no such packet came for this long.
    pub hangover: Duration,
    /// What else may be on the line.
    pub background: Background,
}

/// What is on a line while nobody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// Nothing, as with prompts: the level alone tells speech.
    Silence,
    /// Anything, as with people: what counts as speech follows it.
    Noise,
}

impl Listening {
    /// What counts as speech on a quiet line, in dBov.
    pub const THRESHOLD_DBOV: f32 = -45.0;
}

impl Default for Listening {
    /// Bridges the pauses of a prompt, and not the silence after it.
    fn default() -> Self {
        Self {
            threshold_dbov: Self::THRESHOLD_DBOV,
            hangover: Duration::from_millis(800),
            background: Background::Silence,
        }
    }
}
