//! The clocks that a sender of events may count by.
//!
//! RFC 4733 section 2.1 gives events the clock of the audio beside them. Not all keep to that: with Opus (48 kHz) a
//! phone may offer events at 8 kHz only, or the other way round, and then count durations by the one clock and
//! timestamps by the other, or both by either. So a timestamp is looked at in each of them.

/// The negotiated clock of events, and the clock of the audio beside them.
#[derive(Debug, Clone, Copy)]
pub(super) struct EventClocks {
    events_per_ms: i32,
    audio_per_ms: i32,
}

/// One way in which timestamps may be counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimestampClock {
    durations_per_ms: i32,
    timestamps_per_ms: i32,
}

impl EventClocks {
    /// Both are `clock_rate` Hz.
    pub(super) fn of(clock_rate: u32) -> Self {
        let events_per_ms = per_ms(clock_rate);
        Self {
            events_per_ms,
            audio_per_ms: events_per_ms,
        }
    }

    /// The same beside audio of `clock_rate` Hz.
    pub(super) fn with_audio_clock(self, clock_rate: u32) -> Self {
        Self {
            audio_per_ms: per_ms(clock_rate),
            ..self
        }
    }

    /// Whether something holds by one of the clocks.
    pub(super) fn any(&self, holds: impl Fn(TimestampClock) -> bool) -> bool {
        [self.events_per_ms, self.audio_per_ms]
            .into_iter()
            .any(|timestamps_per_ms| {
                holds(TimestampClock {
                    durations_per_ms: self.events_per_ms,
                    timestamps_per_ms,
                })
            })
    }
}

impl TimestampClock {
    /// How far the timestamp moves in so many milliseconds.
    pub(super) const fn millis(self, millis: u32) -> u32 {
        millis * self.timestamps_per_ms.unsigned_abs()
    }

    /// How far the timestamp moves while a duration grows by this.
    pub(super) const fn timestamp_of(self, duration: i32) -> i32 {
        duration.saturating_mul(self.timestamps_per_ms) / self.durations_per_ms
    }
}

/// At least 1, and so little that products with durations stay within 32 bits.
fn per_ms(clock_rate: u32) -> i32 {
    i32::try_from(clock_rate / 1_000).unwrap_or(8).clamp(1, 192)
}
