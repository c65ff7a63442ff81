//! From keys to an answer: the "10" rule.
//!
//! Let V be the key sequences that answer a question. The input is accepted at once when it is in V and no other
//! member of V starts with it; so on 0-10 every key but `1` is immediate. After `1` the collector waits for `0`,
//! for the end-of-input key, or for the inter-digit timeout, whose clock belongs to the caller of this module.
//! The input is a no-match as soon as no member of V starts with it.

use std::collections::BTreeMap;

use aftercall_base::Digit;

/// The key sequences that answer a question, each with the value it stands for. No sequence is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerKeys(BTreeMap<String, i64>);

impl AnswerKeys {
    /// Those of a comment: no key answers it.
    pub fn none() -> Self {
        Self::default()
    }

    /// The given sequences of symbols `0`-`9` and their values; `None` when there are none, or one is empty or
    /// holds another symbol.
    pub fn new(keys: impl IntoIterator<Item = (String, i64)>) -> Option<Self> {
        let keys: BTreeMap<String, i64> = keys.into_iter().collect();
        let is_sequence = |keys: &String| !keys.is_empty() && keys.bytes().all(|key| key.is_ascii_digit());
        (!keys.is_empty() && keys.keys().all(is_sequence)).then_some(Self(keys))
    }

    /// The value that a sequence stands for.
    pub fn value(&self, keys: &str) -> Option<i64> {
        self.0.get(keys).copied()
    }

    /// Every sequence and its value, in the order of the sequences.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i64)> {
        self.0.iter().map(|(keys, value)| (keys.as_str(), *value))
    }

    /// Whether a sequence is an answer or the beginning of one.
    pub fn begin_with(&self, keys: &str) -> bool {
        self.value(keys).is_some() || self.continues(keys)
    }

    /// Whether a member other than `keys` starts with `keys`.
    fn continues(&self, keys: &str) -> bool {
        self.0
            .range(keys.to_owned()..)
            .find(|(member, _)| *member != keys)
            .is_some_and(|(member, _)| member.starts_with(keys))
    }
}

/// What the input has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collected {
    /// An answer with this value.
    Accepted(i64),
    /// More keys may follow: start the inter-digit timeout.
    Waiting,
    /// No answer starts like this; the input is forgotten.
    NoMatch,
    /// The key said nothing: end of input where there was none.
    Nothing,
}

/// The input of one attempt at a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collector {
    input: String,
}

impl Collector {
    /// Takes one key that is part of an answer.
    pub fn press(&mut self, digit: Digit, keys: &AnswerKeys) -> Collected {
        self.input.push(digit.as_char());
        // Accepted at once where no longer answer begins like this: a `9` of 0-10 needs no `#`, a `1` waits for a
        // `0`.
        if keys.continues(&self.input) {
            Collected::Waiting
        } else {
            self.end(keys)
        }
    }

    /// Ends the input: the end-of-input key, the inter-digit timeout, or the end of the call.
    pub fn end(&mut self, keys: &AnswerKeys) -> Collected {
        if self.input.is_empty() {
            return Collected::Nothing;
        }
        let collected = keys
            .value(&self.input)
            .map_or(Collected::NoMatch, Collected::Accepted);
        self.clear();
        collected
    }

    /// Whether no input is open.
    pub fn is_empty(&self) -> bool {
        self.input.is_empty()
    }

    /// Forgets the keys so far, so that the next key opens an input.
    pub fn clear(&mut self) {
        self.input.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{AnswerKeys, Collected, Collector};
    use aftercall_base::Digit;

    fn scale(min: i64, max: i64) -> AnswerKeys {
        AnswerKeys::new((min..=max).map(|value| (value.to_string(), value))).unwrap()
    }

    fn press(collector: &mut Collector, keys: &AnswerKeys, symbols: &str) -> Collected {
        symbols.chars().fold(Collected::Nothing, |_, symbol| {
            collector.press(Digit::from_char(symbol).unwrap(), keys)
        })
    }

    #[test]
    fn on_zero_to_ten_every_key_but_one_is_immediate() {
        let keys = scale(0, 10);
        for value in [0, 2, 3, 4, 5, 6, 7, 8, 9] {
            let collected = press(&mut Collector::default(), &keys, &value.to_string());
            assert_eq!(collected, Collected::Accepted(value));
        }
        assert_eq!(press(&mut Collector::default(), &keys, "1"), Collected::Waiting);
        assert_eq!(
            press(&mut Collector::default(), &keys, "10"),
            Collected::Accepted(10)
        );
        assert_eq!(press(&mut Collector::default(), &keys, "15"), Collected::NoMatch);
    }

    #[test]
    fn one_waits_and_the_end_of_input_accepts_it() {
        let keys = scale(0, 10);
        let mut collector = Collector::default();
        press(&mut collector, &keys, "1");
        assert_eq!(collector.end(&keys), Collected::Accepted(1));
        assert_eq!(
            collector.end(&keys),
            Collected::Nothing,
            "the input was forgotten"
        );
    }

    #[test]
    fn on_one_to_five_every_key_is_decided_at_once() {
        let keys = scale(1, 5);
        assert_eq!(
            press(&mut Collector::default(), &keys, "1"),
            Collected::Accepted(1)
        );
        assert_eq!(press(&mut Collector::default(), &keys, "0"), Collected::NoMatch);
        assert_eq!(press(&mut Collector::default(), &keys, "A"), Collected::NoMatch);
    }

    #[test]
    fn an_unfinished_input_that_is_no_answer_ends_as_no_match() {
        let keys = AnswerKeys::new([("12".to_owned(), 12), ("13".to_owned(), 13)]).unwrap();
        let mut collector = Collector::default();
        assert_eq!(press(&mut collector, &keys, "1"), Collected::Waiting);
        assert_eq!(collector.end(&keys), Collected::NoMatch);
    }

    #[test]
    fn keys_that_are_not_digits_cannot_answer() {
        for keys in [
            vec![],
            vec![(String::new(), 1)],
            vec![("*".to_owned(), 1)],
            vec![("A".to_owned(), 1)],
        ] {
            assert_eq!(AnswerKeys::new(keys.clone()), None, "{keys:?}");
        }
    }

    proptest! {
        #[test]
        fn the_collector_decides_exactly_as_the_rule_says(
            members in prop::collection::btree_set("[0-3]{1,3}", 1..8),
            presses in "[0-4]{1,6}",
        ) {
            let keys = AnswerKeys::new(members.iter().cloned().zip(0..)).unwrap();
            let mut collector = Collector::default();
            let mut input = String::new();
            for symbol in presses.chars() {
                input.push(symbol);
                let got = collector.press(Digit::from_char(symbol).unwrap(), &keys);
                prop_assert_eq!(got, rule(&members, &keys, &input));
                if got != Collected::Waiting {
                    input.clear();
                }
            }
        }
    }

    fn rule(members: &BTreeSet<String>, keys: &AnswerKeys, input: &str) -> Collected {
        let longer = members
            .iter()
            .any(|member| member.len() > input.len() && member.starts_with(input));
        match (members.contains(input), longer) {
            (_, true) => Collected::Waiting,
            (true, false) => Collected::Accepted(keys.value(input).unwrap()),
            (false, false) => Collected::NoMatch,
        }
    }
}
