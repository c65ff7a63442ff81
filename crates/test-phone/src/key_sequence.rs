//! Which keys are pressed at which prompt, as written on the command line.
//!
//! `9,5,4` presses one key at each of three prompts, `10` two keys quickly one after the other, `-` none; `say` speaks
//! instead, and `say#` presses `#` behind it. Pure.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use rand::{Rng, RngExt};

use aftercall_base::Digit;

/// What is done at one prompt: perhaps something is said, then keys are pressed quickly one after the other; nothing
/// for `-`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyGroup {
    speech: Speech,
    digits: Vec<Digit>,
}

/// Whether something is said at a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Speech {
    /// Nothing.
    #[default]
    Silent,
    /// What the plan has to say.
    Says,
}

/// The word for [`Speech::Says`].
const SAY: &str = "say";

/// One group for each prompt that is heard, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeySequence(Vec<KeyGroup>);

/// A text that is not a list of keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeySequenceError {
    /// A character that is on no telephone.
    #[error(
        "`{symbol}` in `{group}` is not a telephone key; keys are 0-9, *, #, A-D in capitals, or - for none; say speaks"
    )]
    Symbol {
        /// The character.
        symbol: char,
        /// The group that holds it.
        group: String,
    },
    /// Nothing between two commas.
    #[error("nothing stands between two commas; write - where no key is to be pressed")]
    Empty,
    /// A range that is none.
    #[error("`{0}` is not a range of answers; write for example random:0-10,1-5")]
    Range(String),
}

impl KeyGroup {
    /// The keys in order.
    pub fn digits(&self) -> &[Digit] {
        &self.digits
    }

    /// Whether something is said before the keys.
    pub const fn speech(&self) -> Speech {
        self.speech
    }

    /// Whether nothing is said and no key pressed.
    pub fn is_idle(&self) -> bool {
        self.speech == Speech::Silent && self.digits.is_empty()
    }

    /// The answer that a survey stores for these keys: the number they spell, an ending `#` apart. `None` when
    /// they spell no number.
    pub fn value(&self) -> Option<i64> {
        let text = self.to_string();
        text.strip_suffix('#')
            .unwrap_or(&text)
            .parse()
            .ok()
            .filter(|value| *value >= 0)
    }
}

impl FromStr for KeyGroup {
    type Err = KeySequenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "" => Err(KeySequenceError::Empty),
            "-" => Ok(Self::default()),
            text => {
                let (speech, keys) = match text.strip_prefix(SAY) {
                    Some(keys) => (Speech::Says, keys),
                    None => (Speech::Silent, text),
                };
                let digit = |symbol| {
                    // A small letter is more probably part of a word, such as a file name, than one of the keys A-D.
                    Digit::from_char(symbol)
                        .filter(|digit| digit.as_char() == symbol)
                        .ok_or_else(|| KeySequenceError::Symbol {
                            symbol,
                            group: text.to_owned(),
                        })
                };
                let digits = keys.chars().map(digit).collect::<Result<_, _>>()?;
                Ok(Self { speech, digits })
            }
        }
    }
}

impl fmt::Display for KeyGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_idle() {
            return f.write_str("-");
        }
        if self.speech == Speech::Says {
            f.write_str(SAY)?;
        }
        self.digits.iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

impl KeySequence {
    /// The groups in order.
    pub fn groups(&self) -> &[KeyGroup] {
        &self.0
    }

    /// Whether something is to be said at any prompt.
    pub fn speak(&self) -> bool {
        self.0.iter().any(|group| group.speech == Speech::Says)
    }
}

impl FromStr for KeySequence {
    type Err = KeySequenceError;

    /// An empty text has no group: the call only listens.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        text.split(',')
            .map(|group| group.trim().parse())
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl fmt::Display for KeySequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, group) in self.0.iter().enumerate() {
            write!(f, "{}{group}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

/// How the keys of many calls are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChoice {
    /// Every call presses the same.
    Same(KeySequence),
    /// Every call draws one answer from each range.
    Random(Vec<RangeInclusive<u32>>),
}

impl KeyChoice {
    /// The keys of the next call.
    pub fn draw(&self, rng: &mut impl Rng) -> KeySequence {
        match self {
            Self::Same(keys) => keys.clone(),
            Self::Random(ranges) => KeySequence(ranges.iter().map(|range| answer(range, rng)).collect()),
        }
    }

    /// Whether something is to be said at any prompt.
    pub fn speaks(&self) -> bool {
        match self {
            Self::Same(keys) => keys.speak(),
            Self::Random(_) => false,
        }
    }
}

/// One answer of a range. One that could still grow is ended by `#`, so that no call waits for the inter-digit
/// timeout.
fn answer(range: &RangeInclusive<u32>, rng: &mut impl Rng) -> KeyGroup {
    let value = rng.random_range(range.clone());
    let grows = value > 0 && value.checked_mul(10).is_some_and(|longer| longer <= *range.end());
    let text = format!("{value}{}", if grows { "#" } else { "" });
    KeyGroup {
        speech: Speech::Silent,
        digits: text.chars().filter_map(Digit::from_char).collect(),
    }
}

impl FromStr for KeyChoice {
    type Err = KeySequenceError;

    /// Keys, `random` for the shipped survey of three questions, or `random:0-10,1-5` with the ranges.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "random" => Ok(Self::Random(vec![0..=10, 1..=5, 1..=5])),
            Some(("random", ranges)) => ranges
                .split(',')
                .map(range)
                .collect::<Result<_, _>>()
                .map(Self::Random),
            Some(_) | None => text.parse().map(Self::Same),
        }
    }
}

fn range(text: &str) -> Result<RangeInclusive<u32>, KeySequenceError> {
    text.split_once('-')
        .and_then(|(first, last)| Some(first.trim().parse().ok()?..=last.trim().parse().ok()?))
        .filter(|range| !range.is_empty())
        .ok_or_else(|| KeySequenceError::Range(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    use super::{KeyChoice, KeyGroup, KeySequence, KeySequenceError, Speech};

    fn keys(text: &str) -> KeySequence {
        text.parse().unwrap()
    }

    #[test]
    fn commas_part_the_prompts_and_a_group_may_have_many_keys_or_none() {
        let keys = keys("9, 10,-,*9,#");
        let counts: Vec<usize> = keys.groups().iter().map(|group| group.digits().len()).collect();
        assert_eq!(counts, [1, 2, 0, 2, 1]);
        assert_eq!(keys.to_string(), "9,10,-,*9,#");
    }

    #[test]
    fn something_may_be_said_before_the_keys() {
        let keys = keys("9,say,say#");
        let said: Vec<Speech> = keys.groups().iter().map(KeyGroup::speech).collect();
        assert_eq!(said, [Speech::Silent, Speech::Says, Speech::Says]);
        let pressed: Vec<usize> = keys.groups().iter().map(|group| group.digits().len()).collect();
        assert_eq!(pressed, [1, 0, 1]);
        assert!("#say".parse::<KeyGroup>().is_err() && "saying".parse::<KeyGroup>().is_err());
    }

    #[test]
    fn no_text_presses_nothing() {
        assert!(keys("").groups().is_empty());
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_group() {
        assert_eq!("9,,4".parse::<KeySequence>(), Err(KeySequenceError::Empty));
        let error = "9,5x".parse::<KeySequence>().unwrap_err();
        assert_eq!(
            error,
            KeySequenceError::Symbol {
                symbol: 'x',
                group: "5x".to_owned()
            }
        );
        assert!("9,1-".parse::<KeySequence>().is_err(), "- stands alone");
        for word in ["abc", "9,d", "cab", "saya"] {
            assert!(word.parse::<KeySequence>().is_err(), "{word} is a word");
        }
        assert_eq!(keys("A,9D").to_string(), "A,9D");
    }

    #[test]
    fn value_is_the_number_spelled_without_its_ending_pound() {
        let value = |text: &str| text.parse::<KeyGroup>().unwrap().value();
        assert_eq!(
            [value("9"), value("10"), value("1#"), value("0")],
            [Some(9), Some(10), Some(1), Some(0)]
        );
        assert_eq!([value("-"), value("#"), value("*9"), value("A")], [None; 4]);
        assert_eq!([value("say"), value("say#")], [None; 2]);
    }

    #[test]
    fn ranges_that_hold_no_answer_are_refused() {
        for text in ["random:", "random:5", "random:5-1", "random:1-5,x-y"] {
            assert!(
                matches!(text.parse::<KeyChoice>(), Err(KeySequenceError::Range(_))),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn keys_survive_their_text(text in "([0-9A-D*#]{1,4}|-|say#?)(,([0-9A-D*#]{1,4}|-|say#?)){0,5}") {
            prop_assert_eq!(keys(&text).to_string(), text);
        }

        #[test]
        fn any_text_is_read_or_refused_but_never_breaks(text in ".{0,40}") {
            let _read = text.parse::<KeyChoice>().is_ok();
        }

        #[test]
        fn drawn_answers_lie_in_their_ranges(seed: u64, last in 0u32..200) {
            let source: KeyChoice = format!("random:0-{last},1-5").parse().unwrap();
            let drawn = source.draw(&mut SmallRng::seed_from_u64(seed));
            let values: Vec<i64> = drawn.groups().iter().filter_map(KeyGroup::value).collect();
            prop_assert!(values[0] <= i64::from(last) && (1..=5).contains(&values[1]), "{values:?}");
        }
    }
}
