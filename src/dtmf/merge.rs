//! One press heard by two paths is one digit.
//!
//! Some peers send every key both as RFC 4733 and as SIP INFO, and the tone may be in the audio as well. The first path
//! that delivers a digit wins the call; the others are ignored from then on. So nothing waits, and an INFO that comes
//! late, because SIP had to repeat it, is not a second press.
//!
//! The winner can die: a re-INVITE drops telephone-event, a proxy starts to filter. Therefore a switching rule: when
//! another path delivers **two presses in a row that the winner did not deliver**, the second is accepted and its path
//! is the new winner; the caller repeats at most one key. A press of the other path counts as delivered by the winner
//! when the winner had the same digit within the last 4 s (each of its digits answers for one) or has it within the
//! next 400 ms. In-band detection never wins from a signalled path, since speech can sound like a key; a signalled path
//! wins from in-band at once, unless it repeats a digit heard in band within 400 ms.

use std::time::Duration;

use super::Press;

/// How far apart two paths may deliver one press.
const GUARD: Duration = Duration::from_millis(400);
/// How long the winner's digit answers for the same digit by a slow path: INFO repeats after 0.5, 1 and 2 s.
const ECHO: Duration = Duration::from_secs(4);
/// Digits of the winner remembered: more than a caller presses in [`ECHO`].
const REMEMBERED: usize = 16;

/// How a digit came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Path {
    /// RFC 4733 packets.
    TelephoneEvent,
    /// SIP INFO.
    Info,
    /// Tones in the audio.
    InBand,
}

/// Makes one stream of presses out of several paths.
#[derive(Debug, Clone, Default)]
pub struct Merge {
    winner: Option<Path>,
    /// Presses heard that no other path has repeated yet, newest first.
    unanswered: [Option<(Path, Press)>; REMEMBERED],
    /// A press of another signalled path that the winner has not delivered.
    unmatched: Option<(Path, Press)>,
}

impl Merge {
    /// Takes a press that came by `path`; returns it if it is to be heard.
    pub fn handle(&mut self, path: Path, press: Press) -> Option<Press> {
        match self.winner {
            None => match self.answer(path, press, ECHO) {
                true => None,
                false => self.accept(path, press),
            },
            Some(winner) if winner == path => self.accept(path, press),
            Some(Path::InBand) => match self.answer(path, press, GUARD) {
                true => {
                    self.winner = Some(path);
                    None
                }
                false => self.accept(path, press),
            },
            Some(Path::TelephoneEvent | Path::Info) => self.challenge(path, press),
        }
    }

    /// The path that is heard.
    pub fn winner(&self) -> Option<Path> {
        self.winner
    }

    /// Lets the next press choose the winner anew: after a negotiation that changed the paths. Repetitions of presses
    /// already heard are still known as such.
    pub fn reopen(&mut self) {
        self.winner = None;
        self.unmatched = None;
    }

    fn accept(&mut self, path: Path, press: Press) -> Option<Press> {
        self.winner = Some(path);
        let was_repeated_before = self.unmatched.take().is_some_and(|(other, before)| {
            other != path
                && before.digit == press.digit
                && press.at.saturating_duration_since(before.at) <= GUARD
        });
        if !was_repeated_before {
            self.unanswered.rotate_right(1);
            if let Some(slot) = self.unanswered.first_mut() {
                *slot = Some((path, press));
            }
        }
        Some(press)
    }

    /// A press by another path while a signalled one is the winner.
    fn challenge(&mut self, path: Path, press: Press) -> Option<Press> {
        if path == Path::InBand || self.answer(path, press, ECHO) {
            return None;
        }
        match self.unmatched {
            Some((other, before))
                if other == path && press.at.saturating_duration_since(before.at) > GUARD =>
            {
                self.accept(path, press)
            }
            _ => {
                self.unmatched = Some((path, press));
                None
            }
        }
    }

    /// Finds the press of another path that `echo` by `path` repeats, and lets it answer for no other.
    fn answer(&mut self, path: Path, echo: Press, within: Duration) -> bool {
        let repeats = |(other, known): &(Path, Press)| {
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

    use super::Path::{InBand, Info, TelephoneEvent};
    use super::{Merge, Path, Press};
    use crate::base::Digit;

    /// Feeds `(path, digit, at in ms)` and tells which digits were heard.
    fn heard(merge: &mut Merge, presses: &[(Path, char, u64)]) -> String {
        let start = Instant::now();
        presses
            .iter()
            .filter_map(|(path, symbol, at_ms)| {
                let press = Press {
                    digit: Digit::from_char(*symbol).unwrap(),
                    at: start + Duration::from_millis(*at_ms),
                };
                merge.handle(*path, press)
            })
            .map(|press| press.digit.as_char())
            .collect()
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
