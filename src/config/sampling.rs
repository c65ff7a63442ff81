//! `[sampling]`, and the same keys in a `[[route]]`: who is asked.
//!
//! What stands in `[sampling]` holds for every route that does not say otherwise.

use std::fmt;
use std::num::NonZeroU32;

use chrono_tz::Tz;
use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::holidays::WrittenHolidays;
use super::value::{Span, table};
use aftercall_base::suggest::closest;
use aftercall_survey::admission::StratumKind;
use aftercall_survey::admission::campaign::{Campaign, CampaignEdge};
use aftercall_survey::admission::condition::RouteCondition;
use aftercall_survey::admission::cool_down::CoolDown;
use aftercall_survey::admission::hours::{OpenInterval, OpeningHours, OverriddenDays, WeekdayRange};
use aftercall_survey::admission::sampler::Share;
use aftercall_survey::context::Name;
use aftercall_survey::context::condition::{Test, WrittenTest};

/// `[sampling]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SamplingSettings {
    /// Whose clock and days are meant by hours, campaigns and limits per day.
    pub time_zone: Zone,
    /// When routes are open.
    #[serde(deserialize_with = "table")]
    pub hours: Hours,
    /// On which days they are closed.
    pub holidays: WrittenHolidays,
    /// How long caller and agent must have talked, where the PBX reports it.
    pub min_talk_time: Span,
    /// Cool-down after any survey, in days; 0: none.
    pub cool_down_days: u32,
    /// Days that a caller is not asked the same survey again, where they are more than those.
    pub cool_down_same_survey_days: u32,
    /// Surveys that each agent shall have on a local day.
    pub min_per_agent_day: u32,
    /// Surveys that each agent may have on a local day; 0: no limit.
    pub max_per_agent_day: u32,
}

impl Default for SamplingSettings {
    fn default() -> Self {
        Self {
            time_zone: Zone(Tz::UTC),
            hours: Hours::default(),
            holidays: WrittenHolidays::default(),
            min_talk_time: Span::seconds(20),
            cool_down_days: CoolDown::default().any_days,
            cool_down_same_survey_days: CoolDown::default().same_survey_days,
            min_per_agent_day: 0,
            max_per_agent_day: 0,
        }
    }
}

/// A time zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Zone(pub Tz);

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let known = text.parse().map(Self);
        known.map_err(|_| {
            let text = super::syntax::shortened(&text);
            let fix = match (of_offset(&text), near(&text)) {
                (Some(fix), _) => fix,
                (None, Some(zone)) => format!("did you mean \"{zone}\"?"),
                (None, None) => "write for example \"Europe/Helsinki\"".to_owned(),
            };
            format!("`{text}` is not a time zone of the IANA database; {fix}")
        })
    }
}

/// What to write instead of an offset, `UTC+2` or `+02:00`. The database has offsets of whole hours, with the sign turned: POSIX
/// counts to the west.
fn of_offset(text: &str) -> Option<String> {
    const CITY: &str = "write the zone of a city, such as \"Europe/Helsinki\", which knows its summer time";
    let upper = text.to_ascii_uppercase();
    let offset = ["UTC", "GMT"]
        .into_iter()
        .find_map(|name| upper.strip_prefix(name))
        .unwrap_or(&upper)
        .trim_start();
    let (sign, digits) = match offset.strip_prefix('+') {
        Some(digits) => ('-', digits.trim_start()),
        None => ('+', offset.strip_prefix(['-', '\u{2212}'])?.trim_start()),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    let zone = format!("Etc/GMT{sign}{hours}");
    Some(match zone.parse::<Tz>() {
        Ok(_) if minutes == 0 => format!("{CITY}, or \"{zone}\", which is this offset all year"),
        Ok(_) | Err(_) => CITY.to_owned(),
    })
}

/// The zone that was meant: its city alone was written, or letters were mistaken.
fn near(text: &str) -> Option<&'static str> {
    let mut names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let of_city = |name: &&str| {
        name.rsplit('/')
            .next()
            .is_some_and(|city| city.eq_ignore_ascii_case(text))
    };
    names.find(of_city).or_else(|| {
        let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        closest(text, names)
    })
}

/// Opening hours: `{ mon-fri = "08:00-16:00", sat = ["10:00-12:00", "13:00-15:00"] }`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours {
    /// When it is open.
    pub open: OpeningHours,
    /// Which days say otherwise than those among which they are.
    pub replaced: Vec<OverriddenDays>,
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WrittenHours)
    }
}

struct WrittenHours;

impl<'de> Visitor<'de> for WrittenHours {
    type Value = Hours;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of hours, such as { mon-fri = \"08:00-16:00\" }")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Vec<(WeekdayRange, Vec<OpenInterval>)> = Vec::new();
        while let Some(days) = map.next_key::<String>()? {
            let hours = HoursOf {
                days: &days,
                before: &entries,
            };
            let entry = map.next_value_seed(hours)?;
            entries.push(entry);
        }
        let (open, replaced) = OpeningHours::of(&entries).map_err(A::Error::custom)?;
        Ok(Hours { open, replaced })
    }
}

/// The hours of these days; days that are none, or that others before them have said something else of, are a fault at their key.
struct HoursOf<'k> {
    days: &'k str,
    before: &'k [(WeekdayRange, Vec<OpenInterval>)],
}

impl<'de> DeserializeSeed<'de> for HoursOf<'_> {
    type Value = (WeekdayRange, Vec<OpenInterval>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let days: WeekdayRange = self.days.parse().map_err(D::Error::custom)?;
        for (earlier, _) in self.before {
            OpeningHours::of(&[(*earlier, Vec::new()), (days, Vec::new())]).map_err(D::Error::custom)?;
        }
        Ok((days, Intervals::deserialize(deserializer)?.0))
    }
}

/// One part of a day, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Intervals(Vec<OpenInterval>);

impl<'de> Deserialize<'de> for Intervals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::value::one_or_many(deserializer).map(Self)
    }
}

/// A campaign: `{ from = "2026-11-01", to = "2026-11-30" }`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WrittenPeriod")]
pub struct Period(pub Campaign);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPeriod {
    from: Option<Moment>,
    to: Option<Moment>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Moment(CampaignEdge);

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self).map_err(|error| format!("{error}"))
    }
}

impl TryFrom<WrittenPeriod> for Period {
    type Error = String;

    fn try_from(written: WrittenPeriod) -> Result<Self, Self::Error> {
        let from = written.from.map(|moment| moment.0.first_moment());
        let to = written.to.map(|moment| moment.0.moment_after());
        match (from, to) {
            (Some(from), Some(to)) if to <= from => {
                Err("the campaign is over before it begins; write a `to` that comes after `from`".to_owned())
            }
            (from, to) => Ok(Self(Campaign { from, to })),
        }
    }
}

/// One call in how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct Nth(pub(super) NonZeroU32);

impl TryFrom<Value> for Nth {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        let nth = number.and_then(NonZeroU32::new).map(Self);
        nth.ok_or_else(|| {
            format!("`{value}` is not a number of calls; write 1 to survey each call, 10 for the 10th, the 20th and so on")
        })
    }
}

/// A share of calls: `"10%"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct Percent(pub(super) Share);

impl TryFrom<Value> for Percent {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Share::parse(&text).map(Self).map_err(|error| format!("{error}"))
    }
}

/// Which calls are counted together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct CountedPer(pub(super) StratumKind);

impl TryFrom<String> for CountedPer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let known = StratumKind::from_str_opt(&text).map(Self);
        known.ok_or_else(|| format!("`{text}` is not known; choose from \"queue\", \"agent\", \"route\""))
    }
}

/// `when`: what must be true of fields and attributes, all of it. A fault is told at its key.
pub(super) fn conditions<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<RouteCondition>, D::Error> {
    deserializer.deserialize_map(Conditions)
}

struct Conditions;

impl<'de> Visitor<'de> for Conditions {
    type Value = Vec<RouteCondition>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of conditions, such as when.queue = \"sales*\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut conditions = Vec::new();
        while let Some(word) = map.next_key::<String>()? {
            conditions.push(map.next_value_seed(ConditionSeed(Name::of(&word)))?);
        }
        Ok(conditions)
    }
}

/// What is asked of this name.
struct ConditionSeed(Name);

impl<'de> DeserializeSeed<'de> for ConditionSeed {
    type Value = RouteCondition;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let written = WrittenTest::deserialize(deserializer)?;
        let test = Test::read(&self.0, written).map_err(D::Error::custom)?;
        Ok(RouteCondition { name: self.0, test })
    }
}

/// The keys of a `[[route]]` that stand in `[sampling]` as well; what is not set is taken from there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct RouteOverrides {
    pub(super) time_zone: Option<Zone>,
    pub(super) hours: Option<Hours>,
    pub(super) holidays: Option<WrittenHolidays>,
    pub(super) min_talk_time: Option<Span>,
    pub(super) cool_down_days: Option<u32>,
    pub(super) cool_down_same_survey_days: Option<u32>,
    pub(super) min_per_agent_day: Option<u32>,
    pub(super) max_per_agent_day: Option<u32>,
}

impl RouteOverrides {
    /// The cool-down: a route that sets the days after any survey means the same survey as well, unless it says
    /// otherwise.
    pub(super) fn cool_down(&self, all: &SamplingSettings) -> CoolDown {
        let of_all = match self.cool_down_days {
            Some(_) => 0,
            None => all.cool_down_same_survey_days,
        };
        CoolDown {
            any_days: self.cool_down_days.unwrap_or(all.cool_down_days),
            same_survey_days: self.cool_down_same_survey_days.unwrap_or(of_all),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Hours, Period, RouteOverrides, SamplingSettings, Zone};
    use crate::config::load::from_text;
    use aftercall_survey::admission::cool_down::CoolDown;

    #[test]
    fn offset_from_utc_is_told_the_zone_with_the_sign_that_it_has() {
        for (written, zone) in [
            ("UTC+2", "\"Etc/GMT-2\""),
            ("GMT +2", "\"Etc/GMT-2\""),
            ("utc-5", "\"Etc/GMT+5\""),
            ("+02:00", "\"Etc/GMT-2\""),
            ("+0200", "\"Etc/GMT-2\""),
        ] {
            let told = Zone::try_from(written.to_owned()).unwrap_err();
            assert!(
                told.contains(zone) && told.contains("Europe/Helsinki"),
                "{written}: {told}"
            );
            assert!(!told.contains("did you mean"), "{written}: {told}");
        }
        for written in ["UTC+5:30", "UTC+99"] {
            let told = Zone::try_from(written.to_owned()).unwrap_err();
            assert!(
                told.contains("zone of a city") && !told.contains("Etc/"),
                "{told}"
            );
        }
        let told = Zone::try_from("Helsinki".to_owned()).unwrap_err();
        assert!(told.contains("did you mean \"Europe/Helsinki\"?"), "{told}");
    }

    #[test]
    fn hours_zones_and_campaigns_that_make_no_sense_are_refused_with_their_mend() {
        let told = |error: serde_json::Error| error.to_string();
        let hours = serde_json::from_value::<Hours>(json!({ "mon-fri": "8-16" })).map_err(told);
        assert!(hours.unwrap_err().contains("08:00-16:00"));
        let hours = serde_json::from_value::<Hours>(json!({ "monday": "08:00-16:00" })).map_err(told);
        assert!(hours.unwrap_err().contains("did you mean `mon`?"));
        let zone = serde_json::from_value::<Zone>(json!("Helsinki")).map_err(told);
        assert!(zone.unwrap_err().contains("Europe/Helsinki"));
        let backwards = json!({ "from": "2026-11-30", "to": "2026-11-01" });
        let campaign = serde_json::from_value::<Period>(backwards).map_err(told);
        assert!(campaign.unwrap_err().contains("over before it begins"));
        let one_day = json!({ "from": "2026-11-30", "to": "2026-11-30" });
        assert!(serde_json::from_value::<Period>(one_day).is_ok());
    }

    #[test]
    fn every_fault_in_hours_and_conditions_is_told() {
        let text = "[sampling]\n[sampling.hours]\nmon-wed = [\"08:00-16:00\", \"x\", \"y\"]\n\
            tue-thu = \"08:00-16:00\"\nwed-fri = \"08:00-16:00\"\nmonday = \"08:00-16:00\"\n\
            [[route]]\nnumber = \"nps\"\nsurvey = \"a\"\nlanguage = [\"fi\", 5, \"?\"]\nwhen.queue = [\"a*b\", \"c\", \"*d\"]\n";
        let loaded = from_text(text, "a.toml", Some([].into()));
        let told: Vec<(usize, &str)> = loaded
            .faults
            .iter()
            .map(|fault| (fault.position.unwrap().line, fault.reason.as_str()))
            .collect();
        for (line, words) in [
            (3, "hours.mon-wed[1]: `x`"),
            (3, "hours.mon-wed[2]: `y`"),
            (4, "hours.tue-thu: "),
            (5, "hours.wed-fri: "),
            (6, "hours.monday: "),
            (10, "language[1]: is the number 5"),
            (10, "language[2]: "),
            (11, "cannot be `a*b`; also `queue` cannot be `*d`"),
        ] {
            let is_told = |(at, reason): &(usize, &str)| *at == line && reason.contains(words);
            assert!(told.iter().any(is_told), "{line} {words}: {told:#?}");
        }
        assert_eq!(told.len(), 8, "{told:#?}");
    }

    #[test]
    fn route_that_sets_its_cool_down_means_both_unless_it_says_otherwise() {
        let all = SamplingSettings {
            cool_down_days: 30,
            cool_down_same_survey_days: 180,
            ..SamplingSettings::default()
        };
        let days = |overrides: RouteOverrides, all: &SamplingSettings| {
            let CoolDown {
                any_days,
                same_survey_days,
            } = overrides.cool_down(all);
            (any_days, same_survey_days)
        };
        let overrides = |any, same| RouteOverrides {
            cool_down_days: any,
            cool_down_same_survey_days: same,
            ..RouteOverrides::default()
        };
        assert_eq!(days(overrides(None, None), &SamplingSettings::default()), (90, 0));
        assert_eq!(days(overrides(None, None), &all), (30, 180));
        assert_eq!(days(overrides(Some(0), None), &all), (0, 0));
        assert_eq!(days(overrides(Some(7), None), &all), (7, 0));
        assert_eq!(days(overrides(None, Some(0)), &all), (30, 0));
        assert_eq!(days(overrides(Some(0), Some(365)), &all), (0, 365));
    }
}
