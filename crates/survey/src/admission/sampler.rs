//! Which of the eligible calls are surveyed: every Nth of a stratum, or a random share.
//!
//! *Every Nth*: the Nth, the 2Nth, ... eligible call is surveyed, so exactly `floor(calls / N)` of any number of calls
//! are. The position comes from the stratum's counter in the database; nothing is remembered here, so another N goes
//! on from the same count. *Share*: each call draws for itself; the draw comes in, and is stored with the call.

use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::reason::AdmissionReason;

/// Draws and shares are counted in millionths.
const WHOLE: u32 = 1_000_000;

/// What the operator set for a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampler {
    /// One call in how many, counted in its stratum.
    Every(NonZeroU32),
    /// Each call with this probability.
    Share(Share),
}

impl Default for Sampler {
    /// Every call.
    fn default() -> Self {
        Self::Every(NonZeroU32::MIN)
    }
}

impl Sampler {
    /// The sampler for one call; `draw` is asked only where there is something to draw for.
    pub fn for_call(self, draw: impl FnOnce() -> Draw) -> CallSampler {
        match self {
            Self::Every(every) => CallSampler::Every(every),
            Self::Share(share) => CallSampler::Share { share, drawn: draw() },
        }
    }
}

/// The sampler for one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallSampler {
    /// One call in how many.
    Every(NonZeroU32),
    /// A share, and what this call drew.
    Share {
        /// The share of the route.
        share: Share,
        /// What the call drew; it is surveyed where this is below the share.
        drawn: Draw,
    },
}

impl CallSampler {
    /// Whether the call at `position` (from 1) of its stratum is surveyed.
    pub const fn is_sampled(self, position: u64) -> bool {
        match self {
            Self::Every(every) => position > 0 && position.is_multiple_of(every.get() as u64),
            Self::Share { share, drawn } => drawn.0 < share.0,
        }
    }

    /// One call in how many, where calls are counted.
    pub const fn every(self) -> Option<u32> {
        match self {
            Self::Every(every) => Some(every.get()),
            Self::Share { .. } => None,
        }
    }

    /// What is stored as the rule.
    pub const fn reason(self) -> AdmissionReason {
        match self {
            Self::Every(every) => AdmissionReason::Every { every },
            Self::Share { share, drawn } => AdmissionReason::Share { share, drawn },
        }
    }
}

/// A share of calls, from one in a million to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share(u32);

/// A text that is no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a share of calls; write for example \"10%\" or \"2.5%\", more than 0 and at most 100")]
pub struct ShareError(String);

impl Share {
    /// The share written as percent, `10%`, with at most four decimals.
    ///
    /// # Errors
    /// Anything else, and nothing or more than all.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        let refuse = || ShareError(text.to_owned());
        let number = text.trim().strip_suffix('%').ok_or_else(refuse)?.trim_end();
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole, 3) || !digits(fraction, 4) {
            return Err(refuse());
        }
        let millionths: u32 = format!("{whole}{fraction:0<4}").parse().map_err(|_| refuse())?;
        Self::of_millionths(millionths).ok_or_else(refuse)
    }

    /// The number as a draw: the first that this share does not survey; `None` where it surveys every draw.
    pub const fn as_draw(self) -> Option<Draw> {
        Draw::new(self.0)
    }

    fn of_millionths(millionths: u32) -> Option<Self> {
        (1..=WHOLE).contains(&millionths).then_some(Self(millionths))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", f64::from(self.0) / 10_000.0)
    }
}

/// What a call drew: one of a million numbers, each as likely as the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw(u32);

impl Draw {
    /// How many different draws there are.
    pub const RANGE: u32 = WHOLE;

    /// The draw that every share surveys.
    pub const LOWEST: Self = Self(0);

    /// The draw that only a share of all surveys.
    pub const HIGHEST: Self = Self(WHOLE - 1);

    /// The draw of this number; `None` from [`Self::RANGE`] on.
    pub const fn new(number: u32) -> Option<Self> {
        if number < WHOLE { Some(Self(number)) } else { None }
    }
}

impl fmt::Display for Draw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", f64::from(self.0) / 10_000.0)
    }
}

// In JSON both are fractions of 1.

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(fraction(self.0))
    }
}

impl Serialize for Draw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(fraction(self.0))
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let share = millionths(f64::deserialize(deserializer)?).and_then(Self::of_millionths);
        share.ok_or_else(|| serde::de::Error::custom("a share is more than 0 and at most 1"))
    }
}

impl<'de> Deserialize<'de> for Draw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let draw = millionths(f64::deserialize(deserializer)?).and_then(Self::new);
        draw.ok_or_else(|| serde::de::Error::custom("a draw is at least 0 and less than 1"))
    }
}

fn fraction(millionths: u32) -> f64 {
    f64::from(millionths) / f64::from(WHOLE)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked before"
)]
fn millionths(fraction: f64) -> Option<u32> {
    (0.0..=1.0)
        .contains(&fraction)
        .then(|| (fraction * f64::from(WHOLE)).round() as u32)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;

    use super::{CallSampler, Draw, Sampler, Share};

    fn every(every: u32) -> CallSampler {
        CallSampler::Every(NonZeroU32::new(every).unwrap())
    }

    #[test]
    fn every_tenth_call_is_the_tenth_and_the_twentieth() {
        let turns: Vec<u64> = (1..=25)
            .filter(|position| every(10).is_sampled(*position))
            .collect();
        assert_eq!(turns, [10, 20]);
    }

    #[test]
    fn one_in_one_is_everyone() {
        assert!((1..100).all(|position| every(1).is_sampled(position)));
        assert!(!every(10).is_sampled(0), "positions start at 1");
    }

    #[test]
    fn shares_are_written_as_percent() {
        for (text, shown) in [
            ("10%", "10%"),
            ("2.5%", "2.5%"),
            ("0.0001%", "0.0001%"),
            ("100%", "100%"),
            (" 33.3333 %", "33.3333%"),
        ] {
            assert_eq!(Share::parse(text).unwrap().to_string(), shown);
        }
        for wrong in [
            "",
            "%",
            "10",
            "0%",
            "0.0%",
            "100.0001%",
            "-1%",
            "1e1%",
            "ten%",
            "0.00001%",
            "1.%",
            ".5%",
            "1000%",
        ] {
            assert!(Share::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_draw_below_the_share_is_surveyed_whatever_its_position() {
        let share = Share::parse("10%").unwrap();
        let turn = |number| Sampler::Share(share).for_call(|| Draw::new(number).unwrap());
        for position in [1, 7, 10] {
            assert!(turn(0).is_sampled(position) && turn(99_999).is_sampled(position));
            assert!(!turn(100_000).is_sampled(position) && !turn(999_999).is_sampled(position));
        }
        let all = Sampler::Share(Share::parse("100%").unwrap());
        assert!(all.for_call(|| Draw::new(999_999).unwrap()).is_sampled(1));
        assert_eq!(Draw::new(Draw::RANGE), None);
    }

    #[test]
    fn nothing_is_drawn_where_calls_are_counted() {
        let sampler = Sampler::Every(NonZeroU32::MIN);
        assert_eq!(sampler.for_call(|| panic!("nothing to draw for")), every(1));
    }

    proptest! {
        #[test]
        fn floor_of_calls_by_n_are_surveyed(calls in 0_u64..5_000, n in 1_u32..200) {
            let surveyed = (1..=calls).filter(|position| every(n).is_sampled(*position)).count() as u64;
            prop_assert_eq!(surveyed, calls / u64::from(n));
        }

        #[test]
        fn as_many_of_a_million_draws_are_surveyed_as_the_share_says(millionths in 1_u32..=1_000_000, number in 0_u32..1_000_000) {
            let share = Share::of_millionths(millionths).unwrap();
            let drawn = Draw::new(number).unwrap();
            let is_sampled = CallSampler::Share { share, drawn }.is_sampled(1);
            prop_assert_eq!(is_sampled, number < millionths);
            prop_assert_eq!(Share::parse(&share.to_string()), Ok(share));
        }
    }
}
