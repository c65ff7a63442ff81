//! When which keys are pressed: the caller's ear and finger. Pure.
//!
//! ```text
//!  after the prompt   hears: --------prompt--------|          |----prompt----
//!                     presses:                        key ^ when the hangover has passed
//!  barge-in           hears: --welcome-----question--|        |----prompt----
//!                     presses:    ^ in vain  ^ again ^ again: it fell silent at once, so it counted
//! ```
//! Each prompt that is heard takes one group of keys. A survey that plays a welcome before its first question
//! counts as one prompt, because the pause between the two is shorter than the hangover. A barge-in cannot tell a
//! pause inside a prompt from its end by the length: it takes a key for counted when the prompt fell silent right
//! after it, or when a prompt starts a gap after a key that was pressed into silence.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use super::keys::{Group, Keys, Speech};

/// Into a prompt, when a barge-in presses its keys.
const BARGE_IN_AFTER: Duration = Duration::from_secs(1);
/// Keys that did not count (those in a welcome do not) are pressed again when they can no longer be taken for the rest of
/// the first ones: later than the inter-digit time of 2.5 s, and than the prompt that follows an answer it has ended.
const BARGE_IN_AGAIN: Duration = Duration::from_millis(3_500);
/// A prompt that falls silent within this time of a key was stopped by it.
const STOPS_WITHIN: Duration = Duration::from_millis(200);
/// The last packet of a prompt that a key stopped at once came before the key, by the longest ptime at most.
const LAST_PACKET: Duration = Duration::from_millis(60);
/// A prompt that starts this long after a key into silence follows from it: the gap after a key is 400 ms, and a `1` of
/// 0-10 waits 2.5 s before it.
const FOLLOWS_AFTER: RangeInclusive<Duration> = Duration::from_millis(350)..=Duration::from_millis(3_300);
/// Silence after which a barge-in that is to press nothing takes the prompt for ended, beyond the hangover.
const LEAVES_AFTER: Duration = Duration::from_millis(600);
/// Longer than the pauses inside prompts and between a welcome and its question.
const PATIENT_HANGOVER: Duration = Duration::from_millis(800);
/// Shorter than the 400 ms gap after a key with the silence at the beginning of a prompt (100 ms).
const BARGE_IN_HANGOVER: Duration = Duration::from_millis(450);

/// When keys are pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// When the prompt has ended.
    #[default]
    AfterPrompt,
    /// Into the prompt.
    BargeIn,
}

impl Style {
    /// The silence after which a prompt counts as ended.
    pub const fn hangover(self) -> Duration {
        match self {
            Self::AfterPrompt => PATIENT_HANGOVER,
            Self::BargeIn => BARGE_IN_HANGOVER,
        }
    }
}

/// What the ear heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// A prompt started.
    Start,
    /// It fell silent; its last loud packet came at this moment.
    End(Instant),
}

/// What the finger does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Say something, then press the keys, if there are any.
    Say(Group),
    /// Press these keys, one after the other.
    Press(Group),
    /// The group says to press nothing at this prompt.
    Leave,
}

/// One call's keys and how far they have been pressed.
#[derive(Debug)]
pub struct Script {
    keys: Keys,
    style: Style,
    /// Groups done with.
    done: usize,
    /// A barge-in whose effect is still to be heard.
    pressed: Option<Pressed>,
    speaking: bool,
    due: Option<Instant>,
}

/// A key that was pressed by a barge-in.
#[derive(Debug, Clone, Copy)]
struct Pressed {
    at: Instant,
    /// Whether it met a prompt.
    into_speech: bool,
}

impl Script {
    /// A script at its beginning.
    pub const fn new(keys: Keys, style: Style) -> Self {
        Self {
            keys,
            style,
            done: 0,
            pressed: None,
            speaking: false,
            due: None,
        }
    }

    /// Takes in what was heard; what it asks for is done at once.
    pub fn heard(&mut self, heard: Heard, now: Instant) -> Option<Deed> {
        self.speaking = heard == Heard::Start;
        match (self.style, heard) {
            (Style::AfterPrompt, Heard::Start) => None,
            (Style::AfterPrompt, Heard::End(_)) => self.take(),
            (Style::BargeIn, Heard::Start) => {
                self.started(now);
                None
            }
            (Style::BargeIn, Heard::End(last_loud)) => {
                self.fell_silent(last_loud, now);
                None
            }
        }
    }

    /// Does what is due; to be called at [`Script::timeout`].
    pub fn expire(&mut self, now: Instant) -> Option<Deed> {
        self.due.take_if(|due| *due <= now)?;
        let group = self.group()?.clone();
        if waits(&group) {
            return self.take();
        }
        self.pressed = Some(Pressed {
            at: now,
            into_speech: self.speaking,
        });
        self.due = Some(now + BARGE_IN_AGAIN);
        Some(Deed::Press(group))
    }

    /// When [`Script::expire`] is to be called next.
    pub const fn timeout(&self) -> Option<Instant> {
        self.due
    }

    /// The groups that were never pressed, and never left out where `-` asked for that.
    pub fn left(&self) -> &[Group] {
        let begun = self.done + usize::from(self.pressed.is_some());
        self.keys.groups().get(begun..).unwrap_or_default()
    }

    fn started(&mut self, now: Instant) {
        let follows = |pressed: &mut Pressed| {
            !pressed.into_speech && FOLLOWS_AFTER.contains(&now.saturating_duration_since(pressed.at))
        };
        if self.pressed.take_if(follows).is_some() {
            self.counted();
        }
        match self.group() {
            Some(group) if waits(group) => self.due = None,
            Some(_) => self.due = self.due.or(Some(now + BARGE_IN_AFTER)),
            None => {}
        }
    }

    fn fell_silent(&mut self, last_loud: Instant, now: Instant) {
        let stopped = |pressed: &mut Pressed| {
            (last_loud + LAST_PACKET)
                .checked_duration_since(pressed.at)
                .is_some_and(|after| after <= STOPS_WITHIN + LAST_PACKET)
        };
        if self.pressed.take_if(stopped).is_some() {
            self.counted();
        } else if self.group().is_some_and(waits) {
            self.due = Some(now + LEAVES_AFTER);
        }
    }

    fn counted(&mut self) {
        self.done += 1;
        self.due = None;
    }

    fn take(&mut self) -> Option<Deed> {
        let group = self.group()?.clone();
        self.done += 1;
        Some(match group.speech() {
            Speech::Says => Deed::Say(group),
            Speech::Silent if group.is_idle() => Deed::Leave,
            Speech::Silent => Deed::Press(group),
        })
    }

    fn group(&self) -> Option<&Group> {
        self.keys.groups().get(self.done)
    }
}

/// Whether a group waits for the end of its prompt in either style: one cannot speak into a notice.
fn waits(group: &Group) -> bool {
    group.is_idle() || group.speech() == Speech::Says
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Deed, Heard, Script, Style};

    fn press(keys: &str) -> Option<Deed> {
        Some(Deed::Press(keys.parse().unwrap()))
    }

    fn script(keys: &str, style: Style) -> (Script, impl Fn(u64) -> Instant) {
        let start = crate::clock::monotonic();
        let at = move |ms| start + Duration::from_millis(ms);
        (Script::new(keys.parse().unwrap(), style), at)
    }

    #[test]
    fn each_prompt_that_ends_takes_one_group() {
        let (mut script, at) = script("9,-,10", Style::AfterPrompt);
        assert_eq!(script.heard(Heard::Start, at(0)), None);
        assert_eq!(script.heard(Heard::End(at(900)), at(1_700)), press("9"));
        assert_eq!(script.left().len(), 2);
        script.heard(Heard::Start, at(2_300));
        assert_eq!(script.heard(Heard::End(at(4_000)), at(4_800)), Some(Deed::Leave));
        assert_eq!(script.heard(Heard::End(at(9_000)), at(9_800)), press("10"));
        assert_eq!(
            script.heard(Heard::End(at(12_000)), at(12_800)),
            None,
            "no keys are left for the thank-you"
        );
        assert!(script.left().is_empty());
    }

    #[test]
    fn key_that_stops_a_prompt_before_its_next_packet_counts() {
        let (mut script, at) = script("8", Style::BargeIn);
        script.heard(Heard::Start, at(0));
        assert_eq!(script.expire(at(1_000)), press("8"));
        script.heard(Heard::End(at(985)), at(1_435));
        assert_eq!(script.timeout(), None, "it is not pressed again");
    }

    #[test]
    fn barge_in_presses_one_second_into_a_prompt_and_takes_its_silence_for_success() {
        let (mut script, at) = script("9,5", Style::BargeIn);
        script.heard(Heard::Start, at(0));
        assert_eq!(script.timeout(), Some(at(1_000)));
        assert_eq!(script.expire(at(1_000)), press("9"));
        script.heard(Heard::End(at(1_040)), at(1_490));
        assert_eq!(script.timeout(), None);
        script.heard(Heard::Start, at(1_600));
        assert_eq!(script.expire(at(2_600)), press("5"));
        assert!(script.left().is_empty(), "a key that was pressed is not left");
    }

    #[test]
    fn barge_in_repeats_a_key_that_fell_into_the_welcome() {
        let (mut script, at) = script("9", Style::BargeIn);
        script.heard(Heard::Start, at(0));
        assert_eq!(script.expire(at(1_000)), press("9"));
        assert_eq!(script.expire(at(1_200)), None, "not before it is due");
        assert_eq!(script.expire(at(4_500)), press("9"));
        script.heard(Heard::End(at(4_560)), at(5_010));
        assert_eq!(
            script.expire(at(9_000)),
            None,
            "the second one stopped the prompt"
        );
    }

    #[test]
    fn barge_in_does_not_take_a_pause_in_a_prompt_for_its_success() {
        let (mut script, at) = script("9", Style::BargeIn);
        script.heard(Heard::Start, at(0));
        script.expire(at(1_000));
        script.heard(Heard::End(at(1_700)), at(2_150));
        script.heard(Heard::Start, at(2_200));
        assert_eq!(
            script.expire(at(4_500)),
            press("9"),
            "the pause was the prompt's own"
        );
        script.heard(Heard::End(at(4_400)), at(4_850));
        assert_eq!(
            script.expire(at(8_000)),
            press("9"),
            "and so was the one that began before the key"
        );
    }

    #[test]
    fn barge_in_presses_into_the_silence_after_a_prompt_and_knows_by_the_next_that_it_counted() {
        let (mut script, at) = script("9,-,4", Style::BargeIn);
        script.heard(Heard::Start, at(0));
        script.expire(at(1_000));
        script.heard(Heard::End(at(2_000)), at(2_450));
        assert_eq!(script.expire(at(4_500)), press("9"));
        script.heard(Heard::Start, at(5_050));
        assert_eq!(script.timeout(), None, "- presses nothing into the prompt");
        script.heard(Heard::End(at(7_000)), at(7_450));
        script.heard(Heard::Start, at(7_500));
        assert_eq!(script.timeout(), None, "that was a pause");
        script.heard(Heard::End(at(8_000)), at(8_450));
        assert_eq!(script.expire(at(9_050)), Some(Deed::Leave));
        assert_eq!(script.left().len(), 1);
    }

    #[test]
    fn a_1_that_waits_for_its_0_in_silence_is_not_pressed_twice() {
        let (mut script, at) = script("1,4", Style::BargeIn);
        script.heard(Heard::Start, at(0));
        script.heard(Heard::End(at(500)), at(950));
        assert_eq!(script.expire(at(1_000)), press("1"));
        assert_eq!(script.expire(at(3_900)), None, "a second 1 would make it an 11");
        script.heard(Heard::Start, at(4_000));
        assert_eq!(
            script.expire(at(5_000)),
            press("4"),
            "the next prompt says that it counted"
        );
    }

    #[test]
    fn something_is_said_only_when_the_prompt_has_ended() {
        let say = Some(Deed::Say("say#".parse().unwrap()));
        let (mut script, at) = script("9,say#", Style::AfterPrompt);
        script.heard(Heard::Start, at(0));
        assert_eq!(script.heard(Heard::End(at(900)), at(1_700)), press("9"));
        script.heard(Heard::Start, at(2_300));
        assert_eq!(script.heard(Heard::End(at(9_000)), at(9_800)), say);
        let (mut script, at) = self::script("say#", Style::BargeIn);
        script.heard(Heard::Start, at(0));
        assert_eq!(script.timeout(), None, "not into the notice");
        script.heard(Heard::End(at(9_000)), at(9_450));
        assert_eq!(script.expire(at(10_050)), say);
    }

    #[test]
    fn keys_that_wait_when_the_call_ends_are_left() {
        let (script, _) = script("9,5,4", Style::AfterPrompt);
        assert_eq!(script.left().len(), 3);
    }
}
