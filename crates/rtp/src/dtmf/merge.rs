//! One press heard by two paths is one digit.
//!
//! Some peers send every key both as RFC 4733 and as SIP INFO, and the tone may be in the audio as well. The first path
//! that delivers a digit wins the call; the others are ignored from then on. So nothing waits, and an INFO that comes
//! late, because SIP had to repeat it, is not a second press.
//!
//! A press that another signalled path delivers and the winner does not is in doubt: the winner may have lost it, or it
//! may be a repetition that came very late. It is told as such 400 ms behind its time, or before the next press, so that
//! nobody takes the `0` of a "10" alone. No press of a signalled path vanishes.
//!
//! The winner can die: a re-INVITE drops telephone-event, a proxy starts to filter. Therefore a switching rule: when
//! another path delivers **two presses in a row that the winner did not deliver**, the second is accepted and its path
//! is the new winner; the caller repeats at most one key. A press of the other path counts as delivered by the winner
//! when the winner had the same digit within the last 4 s (each of its digits answers for one) or has it within the
//! next 400 ms. In-band detection never wins from a signalled path, since speech can sound like a key; a signalled path
//! wins from in-band at once, unless it repeats a digit heard in band within 400 ms.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::Press;

/// How far apart two paths may deliver one press.
const GUARD: Duration = Duration::from_millis(400);
/// How long the winner's digit answers for the same digit by a slow path: INFO repeats after 0.5, 1 and 2 s.
const ECHO: Duration = Duration::from_secs(4);
/// Digits of the winner remembered: more than a caller presses in [`ECHO`].
const REMEMBERED: usize = 16;

/// How a digit came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DtmfPath {
    /// RFC 4733 packets.
    TelephoneEvent,
    /// SIP INFO.
    Info,
    /// Tones in the audio.
    InBand,
}

/// Presses that wait for the winner: more than a caller presses in [`GUARD`].
const UNMATCHED: usize = 8;

/// What became of a press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeOutput {
    /// It counts.
    Press(Press),
    /// It was delivered by one signalled path, and not by the one that is heard.
    Doubtful(Press),
}

/// A press of another signalled path that the winner has not delivered.
#[derive(Debug, Clone, Copy)]
struct Unmatched {
    path: DtmfPath,
    press: Press,
    /// Whether it has been told that it is in doubt.
    is_told: bool,
}

/// Makes one stream of presses out of several paths.
#[derive(Debug, Clone, Default)]
pub struct Merge {
    winner: Option<DtmfPath>,
    /// Presses heard that no other path has repeated yet, newest first.
    unanswered: [Option<(DtmfPath, Press)>; REMEMBERED],
    /// Presses of other signalled paths in a row that the winner has not delivered, oldest first.
    unmatched: VecDeque<Unmatched>,
    /// What is to be told, in the order of the presses.
    heard: VecDeque<MergeOutput>,
}

impl Merge {
    /// Takes a press that came by `path`; [`Merge::poll`] tells what becomes of it.
    pub fn handle(&mut self, path: DtmfPath, press: Press) {
        match self.winner {
            None => {
                if !self.answer(path, press, ECHO) {
                    self.accept(path, press);
                }
            }
            Some(winner) if winner == path => self.accept(path, press),
            Some(DtmfPath::InBand) => match self.answer(path, press, GUARD) {
                true => self.winner = Some(path),
                false => self.accept(path, press),
            },
            Some(DtmfPath::TelephoneEvent | DtmfPath::Info) => self.challenge(path, press),
        }
    }

    /// The next press to be heard, or to be doubted, until there is none.
    pub fn poll(&mut self, now: Instant) -> Option<MergeOutput> {
        self.doubt_while(|unmatched| unmatched.press.at + GUARD <= now);
        self.heard.pop_front()
    }

    /// When to come back to [`Merge::poll`], at the latest.
    pub fn timeout(&self) -> Option<Instant> {
        let waiting = self.unmatched.iter().find(|unmatched| !unmatched.is_told);
        waiting.map(|unmatched| unmatched.press.at + GUARD)
    }

    /// The path that is heard.
    pub fn winner(&self) -> Option<DtmfPath> {
        self.winner
    }

    /// Lets the next press choose the winner anew: after a negotiation that changed the paths. Repetitions of presses
    /// already heard are still known as such.
    pub fn reopen(&mut self) {
        self.doubt_unmatched();
        self.winner = None;
    }

    /// Waits no longer for the winner to deliver what another path has: the call ends, or the paths change.
    pub fn doubt_unmatched(&mut self) {
        self.doubt_while(|_| true);
        self.unmatched.clear();
    }

    fn accept(&mut self, path: DtmfPath, press: Press) {
        self.winner = Some(path);
        if !self.was_repeated_before(path, press) {
            self.doubt_unmatched();
            self.unanswered.rotate_right(1);
            if let Some(slot) = self.unanswered.first_mut() {
                *slot = Some((path, press));
            }
        }
        self.heard.push_back(MergeOutput::Press(press));
    }

    /// Finds the press of another path that came before this one and is the same. What that path delivered before it has
    /// been lost by this one.
    fn was_repeated_before(&mut self, path: DtmfPath, press: Press) -> bool {
        let same = self.unmatched.iter().position(|unmatched| {
            unmatched.path != path
                && !unmatched.is_told
                && unmatched.press.digit == press.digit
                && press.at.saturating_duration_since(unmatched.press.at) <= GUARD
        });
        let Some(same) = same else { return false };
        let known = self.unmatched.drain(..=same).take(same);
        let lost = known.filter(|unmatched| !unmatched.is_told);
        self.heard
            .extend(lost.map(|unmatched| MergeOutput::Doubtful(unmatched.press)));
        true
    }

    /// A press by another path while a signalled one is the winner.
    fn challenge(&mut self, path: DtmfPath, press: Press) {
        if path == DtmfPath::InBand || self.answer(path, press, ECHO) {
            return;
        }
        let is_second = self.unmatched.iter().any(|earlier| {
            earlier.path == path && press.at.saturating_duration_since(earlier.press.at) > GUARD
        });
        if is_second {
            return self.accept(path, press);
        }
        if self.unmatched.len() >= UNMATCHED {
            self.doubt_unmatched();
        }
        self.unmatched.push_back(Unmatched {
            path,
            press,
            is_told: false,
        });
    }

    /// Tells of the presses that wait, oldest first, as long as `is_due` holds, that they are in doubt.
    fn doubt_while(&mut self, is_due: impl Fn(&Unmatched) -> bool) {
        let waiting = self.unmatched.iter_mut().filter(|unmatched| !unmatched.is_told);
        for unmatched in waiting.take_while(|unmatched| is_due(unmatched)) {
            unmatched.is_told = true;
            self.heard.push_back(MergeOutput::Doubtful(unmatched.press));
        }
    }

    /// Finds the press of another path that `echo` by `path` repeats, and lets it answer for no other.
    fn answer(&mut self, path: DtmfPath, echo: Press, within: Duration) -> bool {
        let repeats = |(other, known): &(DtmfPath, Press)| {
            let apart = echo.at.saturating_duration_since(known.at);
            *other != path && known.digit == echo.digit && apart <= within
        };
        let answering = self
            .unanswered
            .iter_mut()
            .rev()
            .find(|slot| slot.as_ref().is_some_and(repeats));
        answering.and_then(Option::take).is_some()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test needs some starting instant")]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::DtmfPath::{self, InBand, Info, TelephoneEvent};
    use super::{Merge, MergeOutput, Press};
    use aftercall_base::Digit;

    /// Feeds `(path, digit, at in ms)` and tells which digits were heard, those in doubt with a `?` behind them.
    fn told(presses: &[(DtmfPath, char, u64)]) -> String {
        let (mut merge, mut told) = (Merge::default(), String::new());
        let start = Instant::now();
        let mut tell = |merge: &mut Merge, now| {
            while let Some(heard) = merge.poll(now) {
                let (press, mark) = match heard {
                    MergeOutput::Press(press) => (press, ""),
                    MergeOutput::Doubtful(press) => (press, "?"),
                };
                told.push(press.digit.as_char());
                told.push_str(mark);
            }
        };
        for (path, symbol, at_ms) in presses {
            let press = Press {
                digit: Digit::from_char(*symbol).unwrap(),
                at: start + Duration::from_millis(*at_ms),
            };
            while let Some(due) = merge.timeout().filter(|due| *due <= press.at) {
                tell(&mut merge, due);
            }
            merge.handle(*path, press);
            tell(&mut merge, press.at);
        }
        if let Some(due) = merge.timeout() {
            tell(&mut merge, due + Duration::from_secs(1));
        }
        told
    }

    #[test]
    fn first_key_of_a_10_that_the_winner_lost_is_told_before_the_second() {
        let star = (TelephoneEvent, '*', 0);
        for after in [50, 300, 450, 2_000] {
            let presses = [
                star,
                (Info, '1', 5_000),
                (TelephoneEvent, '0', 5_000 + after),
                (Info, '0', 5_040 + after),
            ];
            assert_eq!(told(&presses), "*1?0", "{after} ms apart");
        }
        let second = [
            star,
            (TelephoneEvent, '1', 5_000),
            (Info, '1', 5_050),
            (Info, '0', 5_400),
        ];
        assert_eq!(told(&second), "*10?", "the second key was lost");
        let by_info_only = [star, (Info, '1', 5_000), (Info, '0', 5_600)];
        assert_eq!(told(&by_info_only), "*1?0", "the other path takes over");
    }

    #[test]
    fn two_fast_keys_that_the_winner_brings_after_the_other_path_are_not_in_doubt() {
        let presses = [
            (TelephoneEvent, '*', 0),
            (Info, '1', 5_000),
            (Info, '0', 5_150),
            (TelephoneEvent, '1', 5_250),
            (TelephoneEvent, '0', 5_400),
        ];
        assert_eq!(told(&presses), "*10");
    }

    #[test]
    fn negotiation_of_other_paths_does_not_lose_what_waits() {
        let mut merge = Merge::default();
        assert_eq!(
            heard(&mut merge, &[(TelephoneEvent, '5', 0), (Info, '1', 9_000)]),
            "5"
        );
        merge.reopen();
        let digit = merge.poll(Instant::now()).map(|heard| match heard {
            MergeOutput::Doubtful(press) => press.digit.as_char(),
            MergeOutput::Press(press) => panic!("{press:?} is in doubt"),
        });
        assert_eq!(digit, Some('1'));
    }

    proptest! {
        /// Each key by the one path, the other or both, with what the paths take. Keys differ: that the same key by
        /// two paths is not two presses is another rule.
        #[test]
        fn no_key_that_a_signalled_path_delivers_vanishes_or_comes_twice_or_out_of_order(
            keys in prop::collection::vec((0usize..3, 300u64..900, 0u64..60, 0u64..200), 1..8),
        ) {
            let (mut presses, mut at) = (Vec::new(), 0);
            for ((paths, gap, event, info), key) in keys.iter().zip("12345678".chars()) {
                at += gap;
                if *paths != 1 {
                    presses.push((TelephoneEvent, key, at + event));
                }
                if *paths != 0 {
                    presses.push((Info, key, at + info));
                }
            }
            presses.sort_by_key(|(_, _, at)| *at);
            let told = told(&presses).replace('?', "");
            prop_assert_eq!(&told, &"12345678"[..keys.len()], "{:?}", presses);
        }
    }

    /// Feeds `(path, digit, at in ms)` and tells which digits count.
    fn heard(merge: &mut Merge, presses: &[(DtmfPath, char, u64)]) -> String {
        let start = Instant::now();
        presses
            .iter()
            .flat_map(|(path, symbol, at_ms)| {
                let press = Press {
                    digit: Digit::from_char(*symbol).unwrap(),
                    at: start + Duration::from_millis(*at_ms),
                };
                merge.handle(*path, press);
                std::iter::from_fn(|| merge.poll(press.at))
                    .filter_map(counting)
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    fn counting(heard: MergeOutput) -> Option<char> {
        match heard {
            MergeOutput::Press(press) => Some(press.digit.as_char()),
            MergeOutput::Doubtful(_) => None,
        }
    }

    #[test]
    fn case_20_one_press_by_two_paths_is_one_digit_whichever_comes_first() {
        let both = [
            (TelephoneEvent, '5', 0),
            (Info, '5', 90),
            (TelephoneEvent, '5', 800),
            (Info, '5', 850),
        ];
        assert_eq!(heard(&mut Merge::default(), &both), "55");
        let info_first = [
            (Info, '9', 0),
            (TelephoneEvent, '9', 60),
            (Info, '5', 700),
            (TelephoneEvent, '5', 690),
        ];
        assert_eq!(heard(&mut Merge::default(), &info_first), "95");
    }

    #[test]
    fn case_20_three_paths_are_one_digit_too() {
        let presses = [(TelephoneEvent, '4', 0), (InBand, '4', 45), (Info, '4', 300)];
        assert_eq!(heard(&mut Merge::default(), &presses), "4");
    }

    #[test]
    fn case_20_the_first_path_wins_the_call_and_the_other_is_ignored() {
        let mut merge = Merge::default();
        let presses = [
            (TelephoneEvent, '1', 0),
            (Info, '2', 1000),
            (TelephoneEvent, '3', 2000),
            (Info, '4', 3000),
        ];
        assert_eq!(heard(&mut merge, &presses), "13");
        assert_eq!(merge.winner(), Some(TelephoneEvent));
    }

    #[test]
    fn an_info_that_sip_had_to_repeat_is_no_second_press() {
        let presses = [
            (TelephoneEvent, '5', 0),
            (TelephoneEvent, '6', 300),
            (Info, '5', 1600),
            (Info, '6', 1900),
            (TelephoneEvent, '7', 4000),
        ];
        assert_eq!(heard(&mut Merge::default(), &presses), "567");
    }

    #[test]
    fn two_presses_that_the_winner_missed_make_the_other_path_the_winner() {
        let mut merge = Merge::default();
        let presses = [
            (TelephoneEvent, '1', 0),
            (Info, '2', 5000),
            (Info, '3', 9000),
            (Info, '4', 12_000),
        ];
        assert_eq!(heard(&mut merge, &presses), "134", "one key is lost at most");
        assert_eq!(merge.winner(), Some(Info));
    }

    #[test]
    fn a_press_of_the_winner_between_forgives_a_missed_one() {
        let presses = [
            (TelephoneEvent, '1', 0),
            (Info, '2', 5000),
            (TelephoneEvent, '3', 6000),
            (Info, '4', 12_000),
        ];
        assert_eq!(heard(&mut Merge::default(), &presses), "13");
    }

    #[test]
    fn a_fast_info_before_the_winners_packet_does_not_answer_twice() {
        let mut merge = Merge::default();
        let presses = [
            (TelephoneEvent, '1', 0),
            (Info, '2', 1000),
            (TelephoneEvent, '2', 1050),
            (Info, '2', 3000),
            (Info, '2', 5000),
        ];
        assert_eq!(
            heard(&mut merge, &presses),
            "122",
            "the last two were never sent by the winner"
        );
    }

    #[test]
    fn in_band_never_wins_from_a_signalled_path_and_loses_to_it_at_once() {
        let spoken = [
            (Info, '1', 0),
            (InBand, '2', 5000),
            (InBand, '3', 9000),
            (InBand, '4', 12_000),
        ];
        assert_eq!(heard(&mut Merge::default(), &spoken), "1");
        let mut merge = Merge::default();
        let signalled = [
            (InBand, '1', 0),
            (TelephoneEvent, '1', 100),
            (TelephoneEvent, '2', 900),
            (InBand, '2', 950),
        ];
        assert_eq!(heard(&mut merge, &signalled), "12");
        assert_eq!(merge.winner(), Some(TelephoneEvent));
    }

    #[test]
    fn after_reopening_the_next_press_chooses_and_late_echoes_are_still_known() {
        let mut merge = Merge::default();
        assert_eq!(heard(&mut merge, &[(TelephoneEvent, '1', 0)]), "1");
        merge.reopen();
        let later = [(Info, '1', 200), (Info, '2', 1000), (Info, '2', 2000)];
        assert_eq!(heard(&mut merge, &later), "22");
        assert_eq!(merge.winner(), Some(Info));
    }
}
