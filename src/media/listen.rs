//! How a session listens for the peer's speech.

use std::time::Duration;

/// What is speech, and when it has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Listening {
    /// Packets of this level and more are speech, in dBov; more than that where the background is as loud.
    pub threshold_dbov: f32,
    /// Speech has ended when no such packet came for this long.
    pub hangover: Duration,
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
        }
    }
}
