//! `[watch]`: the watchdog.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;

use super::Settings;
use super::value::Span;
use crate::watch::{QuietCheck, TestCall, WatchPlan};
use aftercall_test_phone::{KeySequence, Target};

/// Hours of a year.
const HOURS_A_YEAR: f64 = 8_760.0;
/// No test call more often than this: each takes up a place of a caller.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(60);

/// `[watch]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WatchSettings {
    /// Whether queues are watched in which fewer calls come than chance explains.
    pub quiet_queues: bool,
    /// False alarms of a queue in a year that are put up with.
    pub false_alarms_a_year: Alarms,
    /// The address of test calls; empty: there are none.
    pub test_call: TestTarget,
    /// The time from one test call to the next.
    pub test_call_every: Interval,
    /// What a test call presses, a group for each prompt.
    pub test_call_keys: Keys,
}

impl Default for WatchSettings {
    fn default() -> Self {
        Self {
            quiet_queues: true,
            false_alarms_a_year: Alarms(1.0),
            test_call: TestTarget::default(),
            test_call_every: Interval(Span::seconds(3_600)),
            test_call_keys: Keys(KeySequence::default()),
        }
    }
}

/// A number of false alarms.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub struct Alarms(pub f64);

impl TryFrom<f64> for Alarms {
    type Error = String;

    fn try_from(alarms: f64) -> Result<Self, Self::Error> {
        match alarms {
            alarms if (0.01..=50.0).contains(&alarms) => Ok(Self(alarms)),
            _ => Err("not a number of false alarms; write 0.01 to 50 a year".to_owned()),
        }
    }
}

/// An address, or none.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct TestTarget(pub Option<Target>);

impl TryFrom<String> for TestTarget {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        let target = text.parse().map(|target| Self(Some(target)));
        target.map_err(|error| {
            format!("not an address of a test call ({error}); write for example \"sip:watch@127.0.0.1\"")
        })
    }
}

/// The time between two test calls.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "Span")]
pub struct Interval(pub Span);

impl TryFrom<Span> for Interval {
    type Error = String;

    fn try_from(span: Span) -> Result<Self, Self::Error> {
        if span.0 < SHORTEST_INTERVAL {
            return Err("too often for a test call; write \"1min\" or more".to_owned());
        }
        Ok(Self(span))
    }
}

/// Keys to press.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Keys(pub KeySequence);

impl TryFrom<String> for Keys {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let keys: KeySequence = text
            .parse()
            .map_err(|error| format!("{error}; write for example \"9,5,4\""))?;
        if keys.speak() {
            return Err("a test call does not speak; write keys, for example \"9,5,4\"".to_owned());
        }
        Ok(Self(keys))
    }
}

impl Settings {
    /// What the watchdog does by the settings.
    pub fn watch_plan(&self) -> WatchPlan {
        let watch = &self.watch;
        let holidays: BTreeSet<_> = self.sampling.holidays.days.iter().map(|(day, _)| day).collect();
        WatchPlan {
            quiet: watch.quiet_queues.then(|| QuietCheck {
                zone: self.sampling.time_zone.0,
                holidays,
                alpha: watch.false_alarms_a_year.0 / HOURS_A_YEAR,
            }),
            test_call: watch.test_call.0.clone().map(|target| TestCall {
                target,
                keys: watch.test_call_keys.0.clone(),
            }),
            test_call_every: watch.test_call_every.0.0,
        }
    }
}
