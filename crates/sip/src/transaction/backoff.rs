//! Repetition with growing intervals until patience ends: the shape shared by Timers A/B, E/F, G/H and the
//! retransmission of a 2xx.

use std::time::{Duration, Instant};

use super::Timers;
use crate::event::Transport;

/// When to repeat and when to give up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backoff {
    next: Option<Instant>,
    interval: Duration,
    longest: Duration,
    until: Instant,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BackoffAction {
    Nothing,
    /// Send again.
    Repeat,
    /// Patience has ended.
    GiveUp,
}

impl Backoff {
    /// Timers A and B (RFC 3261 section 17.1.1.2): doubling without a ceiling; silent on streams.
    pub(crate) fn invite_request(timers: &Timers, transport: Transport, now: Instant) -> Self {
        Self::start(timers, timers.give_up(), now).silent_if_reliable(transport)
    }

    /// Timers E and F (section 17.1.2.2): doubling to T2; silent on streams.
    pub(crate) fn request(timers: &Timers, transport: Transport, now: Instant) -> Self {
        Self::start(timers, timers.t2, now).silent_if_reliable(transport)
    }

    /// Timers G and H (section 17.2.1): doubling to T2; silent on streams.
    pub(crate) fn final_response(timers: &Timers, transport: Transport, now: Instant) -> Self {
        Self::request(timers, transport, now)
    }

    /// The 2xx to an INVITE (section 13.3.1.4): doubling to T2, on streams too, because a proxy on the way may
    /// use UDP beyond.
    pub(crate) fn accepted(timers: &Timers, now: Instant) -> Self {
        Self::start(timers, timers.t2, now)
    }

    fn start(timers: &Timers, longest: Duration, now: Instant) -> Self {
        Self {
            next: Some(now + timers.t1),
            interval: timers.t1,
            longest,
            until: now + timers.give_up(),
        }
    }

    fn silent_if_reliable(mut self, transport: Transport) -> Self {
        if transport == Transport::Tcp {
            self.next = None;
        }
        self
    }

    /// A provisional response was received: from now on repeat only at the longest interval (section 17.1.2.2).
    pub(crate) fn slow_down(&mut self) {
        self.interval = self.longest;
    }

    /// Nothing is sent again from now on; the end stays.
    pub(crate) fn silence(&mut self) {
        self.next = None;
    }

    /// Whether nothing is sent again.
    pub(crate) const fn is_silent(&self) -> bool {
        self.next.is_none()
    }

    /// When [`Backoff::fire`] has something to say.
    pub(crate) fn deadline(&self) -> Instant {
        self.next.map_or(self.until, |next| next.min(self.until))
    }

    /// What is due at `now`. A late call repeats once, never in a burst.
    pub(crate) fn fire(&mut self, now: Instant) -> BackoffAction {
        if now >= self.until {
            return BackoffAction::GiveUp;
        }
        match self.next {
            Some(next) if now >= next => {
                self.interval = (self.interval * 2).min(self.longest);
                self.next = Some(now + self.interval);
                BackoffAction::Repeat
            }
            _ => BackoffAction::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Backoff, BackoffAction};
    use crate::event::Transport;
    use crate::transaction::Timers;
    use aftercall_runtime::clock::monotonic;

    /// Milliseconds after the start at which the backoff repeats, and at which it gives up.
    fn trace(mut backoff: Backoff, start: Instant) -> (Vec<u128>, u128) {
        let mut repeats = Vec::new();
        loop {
            let now = backoff.deadline();
            let at = (now - start).as_millis();
            match backoff.fire(now) {
                BackoffAction::Repeat => repeats.push(at),
                BackoffAction::GiveUp => return (repeats, at),
                BackoffAction::Nothing => panic!("a deadline with nothing due"),
            }
        }
    }

    #[test]
    fn timer_a_doubles_without_ceiling_until_timer_b_at_32_s() {
        let start = monotonic();
        let backoff = Backoff::invite_request(&Timers::default(), Transport::Udp, start);
        let expected = vec![500, 1_500, 3_500, 7_500, 15_500, 31_500];
        assert_eq!(trace(backoff, start), (expected, 32_000));
    }

    #[test]
    fn timer_e_doubles_to_t2_until_timer_f_at_32_s() {
        let start = monotonic();
        let backoff = Backoff::request(&Timers::default(), Transport::Udp, start);
        let expected = vec![
            500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
        ];
        assert_eq!(trace(backoff, start), (expected, 32_000));
    }

    #[test]
    fn streams_repeat_nothing_but_the_2xx() {
        let start = monotonic();
        let timers = Timers::default();
        for silent in [
            Backoff::invite_request(&timers, Transport::Tcp, start),
            Backoff::request(&timers, Transport::Tcp, start),
            Backoff::final_response(&timers, Transport::Tcp, start),
        ] {
            assert_eq!(trace(silent, start), (Vec::new(), 32_000));
        }
        let (repeats, end) = trace(Backoff::accepted(&timers, start), start);
        assert_eq!((repeats.len(), end), (10, 32_000));
    }

    #[test]
    fn provisional_response_slows_timer_e_to_t2() {
        let start = monotonic();
        let mut backoff = Backoff::request(&Timers::default(), Transport::Udp, start);
        backoff.slow_down();
        let (repeats, _) = trace(backoff, start);
        assert_eq!(repeats.get(..3), Some(&[500, 4_500, 8_500][..]));
    }

    #[test]
    fn late_call_repeats_once() {
        let start = monotonic();
        let mut backoff = Backoff::request(&Timers::default(), Transport::Udp, start);
        let late = start + Duration::from_secs(10);
        assert_eq!(backoff.fire(late), BackoffAction::Repeat);
        assert_eq!(backoff.fire(late), BackoffAction::Nothing);
    }
}
