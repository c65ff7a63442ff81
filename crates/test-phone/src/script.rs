//! When which keys are pressed, decided by where prompts start and end. Pure.
//!
//! ```text
//!  after the prompt   hears: --------prompt--------|          |----prompt----
//!                     presses:                        key ^ when the hangover has passed
//!  barge-in           hears: --welcome-----question--|        |----prompt----
//!                     presses:    ^ in vain  ^ again ^ again: it fell silent at once, so it counted
//! ```
//! Each prompt that is heard takes one group of keys. A survey that plays a welcome before its first question
//! counts as one prompt, because the pause between the two is shorter than the hangover. A barge-in cannot distinguish a
//! pause inside a prompt from its end by the length. So a key is taken as accepted when the prompt fell silent right
//! after it, or when a prompt starts a gap after a key that was pressed into silence.
//!
//! For the first key the rule is stricter. It mostly falls into the welcome, which it cuts short without being an answer. If the
//! question then comes late (its prompt is still being encoded, at the first call of a codec), that sounds like an accepted
//! answer. So the first key counts only when the next prompt starts exactly as long after it as after an answer; else it is
//! pressed again. A late question with a gap of exactly that length cannot be recognised here: the command compares with what
//! the service has stored.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use super::key_sequence::{KeyGroup, KeySequence, Speech};

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
/// The same of the first key, which may have cut a welcome short: no earlier and no later than a prompt that follows an answer, in
/// which the 400 ms gap and the silence that prompts begin with (100 ms) leave no more room.
const FIRST_FOLLOWS_AFTER: RangeInclusive<Duration> = Duration::from_millis(350)..=Duration::from_millis(900);
/// The same of a `1` that waited 2.5 s for its `0`.
const FIRST_WAITED_FOR: RangeInclusive<Duration> =
    Duration::from_millis(2_850)..=Duration::from_millis(3_300);
/// What each further key of a group adds to these times: how long the one before it is held, and the pause behind it.
const FURTHER_KEY: Duration = Duration::from_millis(200);
/// Silence after which a barge-in that is to press nothing takes the prompt for ended, beyond the hangover.
const LEAVES_AFTER: Duration = Duration::from_millis(600);
/// Longer than the pauses inside prompts and between a welcome and its question.
const PATIENT_HANGOVER: Duration = Duration::from_millis(800);
/// Shorter than the 400 ms gap after a key with the silence at the beginning of a prompt (100 ms).
const BARGE_IN_HANGOVER: Duration = Duration::from_millis(450);

/// When keys are pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyTiming {
    /// When the prompt has ended.
    #[default]
    AfterPrompt,
    /// Into the prompt.
    BargeIn,
}

impl KeyTiming {
    /// The silence after which a prompt counts as ended.
    pub const fn hangover(self) -> Duration {
        match self {
            Self::AfterPrompt => PATIENT_HANGOVER,
            Self::BargeIn => BARGE_IN_HANGOVER,
        }
    }
}

/// Where a prompt starts or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptEvent {
    /// A prompt started.
    Start,
    /// It fell silent; its last loud packet came at this moment.
    End(Instant),
}

/// What the script wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptAction {
    /// Say something, then press the keys, if there are any.
    Say(KeyGroup),
    /// Press these keys, one after the other.
    Press(KeyGroup),
    /// The group says to press nothing at this prompt.
    Leave,
}

/// One call's keys and how far they have been pressed.
#[derive(Debug)]
pub struct Script {
    keys: KeySequence,
    key_timing: KeyTiming,
    /// Groups done with.
    done: usize,
    /// A barge-in whose effect is still to be heard.
    pressed: Option<BargeInPress>,
    /// Whether a key was pressed before.
    has_pressed: bool,
    speaking: bool,
    due: Option<Instant>,
}

/// A key that was pressed by a barge-in.
#[derive(Debug, Clone, Copy)]
struct BargeInPress {
    at: Instant,
    /// Whether it met a prompt.
    into_speech: bool,
    /// Whether it is the first of the call, and may have met the welcome.
    is_first: bool,
    /// Whether the prompt that it met fell silent right after it.
    has_stopped: bool,
}

impl Script {
    /// A script at its beginning.
    pub const fn new(keys: KeySequence, key_timing: KeyTiming) -> Self {
        Self {
            keys,
            key_timing,
            done: 0,
            pressed: None,
            has_pressed: false,
            speaking: false,
            due: None,
        }
    }

    /// Handles the start or end of a prompt; returns what to do now.
    pub fn on_prompt(&mut self, heard: PromptEvent, now: Instant) -> Option<ScriptAction> {
        self.speaking = heard == PromptEvent::Start;
        match (self.key_timing, heard) {
            (KeyTiming::AfterPrompt, PromptEvent::Start) => None,
            (KeyTiming::AfterPrompt, PromptEvent::End(_)) => self.take(),
            (KeyTiming::BargeIn, PromptEvent::Start) => {
                self.started(now);
                None
            }
            (KeyTiming::BargeIn, PromptEvent::End(last_loud)) => {
                self.fell_silent(last_loud, now);
                None
            }
        }
    }

    /// Returns what is due; to be called at [`Script::timeout`].
    pub fn expire(&mut self, now: Instant) -> Option<ScriptAction> {
        self.due.take_if(|due| *due <= now)?;
        let group = self.group()?.clone();
        if waits(&group) {
            return self.take();
        }
        self.pressed = Some(BargeInPress {
            at: now,
            into_speech: self.speaking,
            is_first: !std::mem::replace(&mut self.has_pressed, true),
            has_stopped: false,
        });
        self.due = Some(now + BARGE_IN_AGAIN);
        Some(ScriptAction::Press(group))
    }

    /// When [`Script::expire`] is to be called next.
    pub const fn timeout(&self) -> Option<Instant> {
        self.due
    }

    /// The groups that were never pressed, and never left out where `-` asked for that.
    pub fn left(&self) -> &[KeyGroup] {
        self.keys.groups().get(self.begun().len()..).unwrap_or_default()
    }

    /// The groups that were pressed, or left out where `-` asked for that.
    pub fn begun(&self) -> &[KeyGroup] {
        let begun = self.done + usize::from(self.pressed.is_some());
        self.keys.groups().get(..begun).unwrap_or_default()
    }

    fn started(&mut self, now: Instant) {
        let further = self
            .group()
            .map_or(0, |group| group.digits().len().saturating_sub(1));
        let further = FURTHER_KEY * u32::try_from(further).unwrap_or(u32::MAX);
        if self
            .pressed
            .take_if(|pressed| pressed.is_followed_at(now, further))
            .is_some()
        {
            self.counted();
        }
        let not_before = self.pressed.map(|pressed| pressed.at + BARGE_IN_AGAIN);
        match self.group() {
            Some(group) if waits(group) => self.due = None,
            Some(_) => {
                let next = now + BARGE_IN_AFTER;
                self.due = self
                    .due
                    .or(Some(not_before.map_or(next, |again| next.max(again))));
            }
            None => {}
        }
    }

    fn fell_silent(&mut self, last_loud: Instant, now: Instant) {
        let stopped = |pressed: &BargeInPress| {
            (last_loud + LAST_PACKET)
                .checked_duration_since(pressed.at)
                .is_some_and(|after| after <= STOPS_WITHIN + LAST_PACKET)
        };
        let has_stopped = self.pressed.as_ref().is_some_and(stopped);
        if let Some(first) = self.pressed.as_mut().filter(|key| has_stopped && key.is_first) {
            first.has_stopped = true;
            // The start of the next prompt decides whether it was accepted, and when it is pressed again if not.
            self.due = None;
        } else if has_stopped {
            self.pressed = None;
            self.counted();
        } else if self.group().is_some_and(waits) {
            self.due = Some(now + LEAVES_AFTER);
        }
    }

    fn counted(&mut self) {
        self.done += 1;
        self.due = None;
    }

    fn take(&mut self) -> Option<ScriptAction> {
        let group = self.group()?.clone();
        self.done += 1;
        Some(match group.speech() {
            Speech::Says => ScriptAction::Say(group),
            Speech::Silent if group.is_idle() => ScriptAction::Leave,
            Speech::Silent => ScriptAction::Press(group),
        })
    }

    fn group(&self) -> Option<&KeyGroup> {
        self.keys.groups().get(self.done)
    }
}

impl BargeInPress {
    /// Whether a prompt that starts `now` says that the key counted; `further`: what the further keys of its group take.
    fn is_followed_at(&self, now: Instant, further: Duration) -> bool {
        let after = now.saturating_duration_since(self.at);
        match (self.is_first, self.into_speech) {
            (true, true) if !self.has_stopped => false,
            (true, _) => {
                let alone = after.saturating_sub(further);
                FIRST_FOLLOWS_AFTER.contains(&alone) || FIRST_WAITED_FOR.contains(&alone)
            }
            (false, into_speech) => !into_speech && FOLLOWS_AFTER.contains(&after),
        }
    }
}

/// Whether a group waits for the end of its prompt with either timing: one cannot speak into a notice.
fn waits(group: &KeyGroup) -> bool {
    group.is_idle() || group.speech() == Speech::Says
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{KeyTiming, PromptEvent, Script, ScriptAction};

    fn press(keys: &str) -> Option<ScriptAction> {
        Some(ScriptAction::Press(keys.parse().unwrap()))
    }

    fn script(keys: &str, key_timing: KeyTiming) -> (Script, impl Fn(u64) -> Instant) {
        let start = aftercall_runtime::clock::monotonic();
        let at = move |ms| start + Duration::from_millis(ms);
        (Script::new(keys.parse().unwrap(), key_timing), at)
    }

    #[test]
    fn each_prompt_that_ends_takes_one_group() {
        let (mut script, at) = script("9,-,10", KeyTiming::AfterPrompt);
        assert_eq!(script.on_prompt(PromptEvent::Start, at(0)), None);
        assert_eq!(script.on_prompt(PromptEvent::End(at(900)), at(1_700)), press("9"));
        assert_eq!(script.left().len(), 2);
        script.on_prompt(PromptEvent::Start, at(2_300));
        assert_eq!(
            script.on_prompt(PromptEvent::End(at(4_000)), at(4_800)),
            Some(ScriptAction::Leave)
        );
        assert_eq!(
            script.on_prompt(PromptEvent::End(at(9_000)), at(9_800)),
            press("10")
        );
        assert_eq!(
            script.on_prompt(PromptEvent::End(at(12_000)), at(12_800)),
            None,
            "no keys are left for the thank-you"
        );
        assert!(script.left().is_empty());
    }

    #[test]
    fn key_that_stops_a_prompt_before_its_next_packet_counts() {
        let (mut script, at) = script("8", KeyTiming::BargeIn);
        script.on_prompt(PromptEvent::Start, at(0));
        assert_eq!(script.expire(at(1_000)), press("8"));
        script.on_prompt(PromptEvent::End(at(985)), at(1_435));
        assert_eq!(script.timeout(), None, "it is not pressed again");
    }

    #[test]
    fn barge_in_presses_one_second_into_a_prompt_and_takes_its_silence_for_success() {
        let (mut script, at) = script("9,5", KeyTiming::BargeIn);
        script.on_prompt(PromptEvent::Start, at(0));
        assert_eq!(script.timeout(), Some(at(1_000)));
        assert_eq!(script.expire(at(1_000)), press("9"));
        script.on_prompt(PromptEvent::End(at(1_040)), at(1_490));
        assert_eq!(script.timeout(), None);
        script.on_prompt(PromptEvent::Start, at(1_600));
        assert_eq!(script.expire(at(2_600)), press("5"));
        assert!(script.left().is_empty(), "a key that was pressed is not left");
    }

    #[test]
    fn gap_that_the_first_key_is_followed_by_is_no_proof_that_it_counted() {
        // The welcome is cut short, and the question is not there yet.
        for gap_ms in [200, 1_200, 2_000, 6_000] {
            let (mut script, at) = script("9,5", KeyTiming::BargeIn);
            script.on_prompt(PromptEvent::Start, at(0));
            assert_eq!(script.expire(at(1_000)), press("9"));
            script.on_prompt(PromptEvent::End(at(1_040)), at(1_490));
            assert_eq!(
                script.timeout(),
                None,
                "nothing is pressed before something is heard"
            );
            script.on_prompt(PromptEvent::Start, at(1_000 + gap_ms));
            let again = at((1_000 + gap_ms + 1_000).max(4_500));
            assert_eq!(script.timeout(), Some(again), "{gap_ms} ms");
            assert_eq!(script.expire(again), press("9"), "{gap_ms} ms");
            script.on_prompt(PromptEvent::End(again), again);
            script.on_prompt(PromptEvent::Start, again + Duration::from_millis(gap_ms));
            let next = script.timeout().unwrap();
            assert_eq!(script.expire(next), press("5"), "a later one counts at once");
            assert_eq!(script.begun().len(), 2);
        }
    }

    #[test]
    fn first_keys_that_take_longer_count_by_what_follows_in_their_own_time() {
        for (keys, follows_ms) in [("10", 750), ("1", 3_050), ("1", 540)] {
            let all = format!("{keys},5");
            let (mut script, at) = script(&all, KeyTiming::BargeIn);
            script.on_prompt(PromptEvent::Start, at(0));
            assert_eq!(script.expire(at(1_000)), press(keys));
            script.on_prompt(PromptEvent::End(at(1_040)), at(1_490));
            script.on_prompt(PromptEvent::Start, at(1_000 + follows_ms));
            assert_eq!(script.expire(at(2_000 + follows_ms)), press("5"), "{keys}");
        }
    }

    #[test]
    fn barge_in_repeats_a_key_that_fell_into_the_welcome() {
        let (mut script, at) = script("9", KeyTiming::BargeIn);
        script.on_prompt(PromptEvent::Start, at(0));
        assert_eq!(script.expire(at(1_000)), press("9"));
        assert_eq!(script.expire(at(1_200)), None, "not before it is due");
        assert_eq!(script.expire(at(4_500)), press("9"));
        script.on_prompt(PromptEvent::End(at(4_560)), at(5_010));
        assert_eq!(
            script.expire(at(9_000)),
            None,
            "the second one stopped the prompt"
        );
    }

    #[test]
    fn barge_in_does_not_take_a_pause_in_a_prompt_for_its_success() {
        let (mut script, at) = script("9", KeyTiming::BargeIn);
        script.on_prompt(PromptEvent::Start, at(0));
        script.expire(at(1_000));
        script.on_prompt(PromptEvent::End(at(1_700)), at(2_150));
        script.on_prompt(PromptEvent::Start, at(2_200));
        assert_eq!(
            script.expire(at(4_500)),
            press("9"),
            "the pause was the prompt's own"
        );
        script.on_prompt(PromptEvent::End(at(4_400)), at(4_850));
        assert_eq!(
            script.expire(at(8_000)),
            press("9"),
            "and so was the one that began before the key"
        );
    }

    #[test]
    fn barge_in_presses_into_the_silence_after_a_prompt_and_knows_by_the_next_that_it_counted() {
        let (mut script, at) = script("9,-,4", KeyTiming::BargeIn);
        script.on_prompt(PromptEvent::Start, at(0));
        script.expire(at(1_000));
        script.on_prompt(PromptEvent::End(at(2_000)), at(2_450));
        assert_eq!(script.expire(at(4_500)), press("9"));
        script.on_prompt(PromptEvent::Start, at(5_050));
        assert_eq!(script.timeout(), None, "- presses nothing into the prompt");
        script.on_prompt(PromptEvent::End(at(7_000)), at(7_450));
        script.on_prompt(PromptEvent::Start, at(7_500));
        assert_eq!(script.timeout(), None, "that was a pause");
        script.on_prompt(PromptEvent::End(at(8_000)), at(8_450));
        assert_eq!(script.expire(at(9_050)), Some(ScriptAction::Leave));
        assert_eq!(script.left().len(), 1);
    }

    #[test]
    fn a_1_that_waits_for_its_0_in_silence_is_not_pressed_twice() {
        let (mut script, at) = script("1,4", KeyTiming::BargeIn);
        script.on_prompt(PromptEvent::Start, at(0));
        script.on_prompt(PromptEvent::End(at(500)), at(950));
        assert_eq!(script.expire(at(1_000)), press("1"));
        assert_eq!(script.expire(at(3_900)), None, "a second 1 would make it an 11");
        script.on_prompt(PromptEvent::Start, at(4_000));
        assert_eq!(
            script.expire(at(5_000)),
            press("4"),
            "the next prompt says that it counted"
        );
    }

    #[test]
    fn something_is_said_only_when_the_prompt_has_ended() {
        let say = Some(ScriptAction::Say("say#".parse().unwrap()));
        let (mut script, at) = script("9,say#", KeyTiming::AfterPrompt);
        script.on_prompt(PromptEvent::Start, at(0));
        assert_eq!(script.on_prompt(PromptEvent::End(at(900)), at(1_700)), press("9"));
        script.on_prompt(PromptEvent::Start, at(2_300));
        assert_eq!(script.on_prompt(PromptEvent::End(at(9_000)), at(9_800)), say);
        let (mut script, at) = self::script("say#", KeyTiming::BargeIn);
        script.on_prompt(PromptEvent::Start, at(0));
        assert_eq!(script.timeout(), None, "not into the notice");
        script.on_prompt(PromptEvent::End(at(9_000)), at(9_450));
        assert_eq!(script.expire(at(10_050)), say);
    }

    #[test]
    fn keys_that_wait_when_the_call_ends_are_left() {
        let (script, _) = script("9,5,4", KeyTiming::AfterPrompt);
        assert_eq!(script.left().len(), 3);
    }
}
