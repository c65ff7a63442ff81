//! The timers of a test call. Pure.

use std::time::Instant;

/// What a test call waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallTimer {
    /// The INVITE has no final response.
    NoAnswer,
    /// A key is due.
    KeysDue,
    /// The plan says to hang up now.
    HangUp,
    /// Nothing was heard for too long.
    Silence,
    /// The call has lasted as long as any may.
    Limit,
    /// The other side, or the media thread, does not confirm the end.
    EndConfirmation,
}

/// At most one moment for each [`CallTimer`].
#[derive(Debug, Default)]
pub(super) struct CallTimers(Vec<(Instant, CallTimer)>);

impl CallTimers {
    /// Sets a timer, replacing its former moment; `None` cancels it.
    pub(super) fn set(&mut self, timer: CallTimer, at: Option<Instant>) {
        self.0.retain(|(_, set)| *set != timer);
        self.0.extend(at.map(|at| (at, timer)));
    }

    /// When the next timer expires.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.iter().map(|(at, _)| *at).min()
    }

    /// Takes one timer that has expired.
    pub(super) fn expired(&mut self, now: Instant) -> Option<CallTimer> {
        let index = self.0.iter().position(|(at, _)| *at <= now)?;
        Some(self.0.swap_remove(index).1)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{CallTimer, CallTimers};

    #[test]
    fn alarm_set_anew_forgets_its_former_moment() {
        let now = aftercall_runtime::clock::monotonic();
        let mut timers = CallTimers::default();
        timers.set(CallTimer::Silence, Some(now));
        timers.set(CallTimer::Silence, Some(now + Duration::from_secs(2)));
        timers.set(CallTimer::Limit, Some(now + Duration::from_secs(1)));
        timers.set(CallTimer::KeysDue, Some(now));
        timers.set(CallTimer::KeysDue, None);
        assert_eq!(timers.next(), Some(now + Duration::from_secs(1)));
        assert_eq!(timers.expired(now), None);
        assert_eq!(
            timers.expired(now + Duration::from_secs(1)),
            Some(CallTimer::Limit)
        );
        assert_eq!(timers.next(), Some(now + Duration::from_secs(2)));
    }
}
