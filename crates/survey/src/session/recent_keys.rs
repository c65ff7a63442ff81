//! The keys pressed last, and which of a question's keys belong to them: an input is owned as a whole by where its first
//! key fell.
//!
//! ```text
//!   welcome ----|---- question (0-10)
//!           1   |  0             one input, "10": its first key was too early, so the `0` is dropped with it
//!           1   |  9             two inputs: nothing starts with "19", so the `9` answers
//!           1   |  1  0          the second `1` opens an input of its own, which is "10" and answers
//! ```
//! Keys are parted into inputs by pauses of the inter-digit time, by `#` and `*`, and by what can be an answer. A key is the
//! rest of an earlier input when it makes an answer, or the beginning of one, with keys that were dropped or used before it.
//! Where the keys can be read in two ways, one of which makes it a rest, it is one: a question that is asked again costs a
//! few seconds, a 10 that is stored as 0 is a lie.
//!
//! Here is only what was pressed and when; which answers matter is the session's to say, and so is what becomes of a key.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::question_in_progress::record_key;
use crate::collect::AnswerKeys;
use aftercall_base::Digit;

/// Longer than any answer; what came before is no part of an input that goes on.
const REMEMBERED: usize = 8;

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyRole {
    /// It was the first key of an input that counts, or the key that broke one and may begin another.
    Opened,
    /// It went on with an input that counts.
    Continued,
    /// It counted for nothing.
    Dropped,
}

/// The keys pressed last, in the order of their presses, none of them an inter-digit time after the one before.
#[derive(Debug, Default)]
pub(super) struct RecentKeys {
    keys: VecDeque<RecentKey>,
    /// What was dropped since the last question was decided.
    dropped: String,
}

#[derive(Debug, Clone, Copy)]
struct RecentKey {
    digit: Digit,
    at: Instant,
    /// A key pressed earlier than this belongs to the same run of keys.
    joins_until: Instant,
    /// Whether an input may begin here.
    opens: bool,
}

/// An input that a further key may go on with.
#[derive(Debug)]
pub(super) struct UnfinishedInput {
    /// When its first key was pressed.
    pub(super) opened_at: Instant,
    keys: String,
}

impl RecentKeys {
    /// Notes a key pressed at `at` and what became of it; one that follows within `window` may belong to it.
    pub(super) fn pressed(&mut self, digit: Digit, at: Instant, role: KeyRole, window: Duration) {
        if role == KeyRole::Dropped {
            record_key(&mut self.dropped, digit);
        }
        // Both end an input: what is pressed after them begins another.
        if digit == Digit::STAR || digit == Digit::POUND {
            return self.keys.clear();
        }
        if self.keys.back().is_some_and(|last| at >= last.joins_until) {
            self.keys.clear();
        }
        // By the moment of the press: two paths (RFC 4733 and tones) may report out of order.
        let place = self.keys.partition_point(|key| key.at <= at);
        let key = RecentKey {
            digit,
            at,
            joins_until: at + window,
            opens: role != KeyRole::Continued,
        };
        self.keys.insert(place, key);
        if self.keys.len() > REMEMBERED {
            self.keys.pop_front();
        }
    }

    /// The key pressed last was held: one pressed before `until` belongs to the same run, when that is later than was known.
    pub(super) fn held(&mut self, digit: Digit, until: Instant) {
        if let Some(last) = self.keys.back_mut().filter(|last| last.digit == digit) {
            last.joins_until = last.joins_until.max(until);
        }
    }

    /// An input was ended by a time-out: a key pressed before `until` may still have been meant for it.
    pub(super) fn timed_out(&mut self, until: Instant) {
        if let Some(last) = self.keys.back_mut() {
            last.joins_until = until;
        }
    }

    /// The inputs that a key pressed at `at` may go on with.
    pub(super) fn unfinished_inputs(&self, at: Instant) -> impl Iterator<Item = UnfinishedInput> {
        let earlier = self.keys.partition_point(|key| key.at <= at);
        let is_joined = earlier
            .checked_sub(1)
            .and_then(|last| self.keys.get(last))
            .is_some_and(|last| at < last.joins_until);
        let starts = if is_joined { 0..earlier } else { 0..0 };
        let openings = starts.filter(|start| self.keys.get(*start).is_some_and(|key| key.opens));
        openings.filter_map(move |start| {
            let keys = || self.keys.iter().take(earlier).skip(start);
            Some(UnfinishedInput {
                opened_at: keys().next()?.at,
                keys: keys().map(|key| key.digit.as_char()).collect(),
            })
        })
    }

    /// Whether the last key was a digit pressed before `moment`, and what is pressed at `at` belongs to it.
    pub(super) fn end_before(&self, moment: Instant, at: Instant) -> bool {
        let last = self.keys.back();
        last.is_some_and(|last| last.at < moment && at < last.joins_until)
    }

    /// Hands out what was dropped.
    pub(super) fn take_dropped(&mut self) -> String {
        std::mem::take(&mut self.dropped)
    }
}

impl UnfinishedInput {
    /// Whether `digit` belongs to this input, where `answers` are meant: it goes on to one of them, or the last key of a
    /// whole one was pressed once more (`100`), unless that begins the same answer again.
    pub(super) fn takes(&self, digit: Digit, answers: &AnswerKeys) -> bool {
        let mut longer = self.keys.clone();
        longer.push(digit.as_char());
        answers.begin_with(&longer) || (self.is_repeated_by(digit) && answers.value(&self.keys).is_some())
    }

    fn is_repeated_by(&self, digit: Digit) -> bool {
        let key = digit.as_char();
        self.keys.len() > 1 && self.keys.ends_with(key) && !self.keys.starts_with(key)
    }
}
