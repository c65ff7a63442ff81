//! What a call waits for at most. Pure.

use std::time::Instant;

/// Why a call wakes up by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alarm {
    /// The INVITE has no final response.
    NoAnswer,
    /// A key is due.
    Finger,
    /// The order says to hang up now.
    HangUp,
    /// Nothing was heard for long.
    Silence,
    /// The call has lasted as long as any may.
    Limit,
    /// The other side, or the media thread, does not confirm the end.
    Farewell,
}

/// At most one moment for each [`Alarm`].
#[derive(Debug, Default)]
pub(super) struct Alarms(Vec<(Instant, Alarm)>);

impl Alarms {
    /// Sets an alarm anew, or takes it away.
    pub(super) fn set(&mut self, alarm: Alarm, at: Option<Instant>) {
        self.0.retain(|(_, set)| *set != alarm);
        self.0.extend(at.map(|at| (at, alarm)));
    }

    /// When the next one goes off.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.iter().map(|(at, _)| *at).min()
    }

    /// Takes one that has gone off.
    pub(super) fn expired(&mut self, now: Instant) -> Option<Alarm> {
        let index = self.0.iter().position(|(at, _)| *at <= now)?;
        Some(self.0.swap_remove(index).1)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Alarm, Alarms};

    #[test]
    fn alarm_set_anew_forgets_its_former_moment() {
        let now = aftercall_runtime::clock::monotonic();
        let mut alarms = Alarms::default();
        alarms.set(Alarm::Silence, Some(now));
        alarms.set(Alarm::Silence, Some(now + Duration::from_secs(2)));
        alarms.set(Alarm::Limit, Some(now + Duration::from_secs(1)));
        alarms.set(Alarm::Finger, Some(now));
        alarms.set(Alarm::Finger, None);
        assert_eq!(alarms.next(), Some(now + Duration::from_secs(1)));
        assert_eq!(alarms.expired(now), None);
        assert_eq!(alarms.expired(now + Duration::from_secs(1)), Some(Alarm::Limit));
        assert_eq!(alarms.next(), Some(now + Duration::from_secs(2)));
    }
}
