//! The rule that made a decision, with what explains it.
//!
//! Stored in two columns: the [word](AdmissionReason::as_str) of the rule, for whoever counts, and a small JSON text with its
//! figures, for whoever asks why. The words are kept from release to release (docs/schema.md).

use std::fmt;
use std::num::NonZeroU32;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::quota::Quota;
use super::sampler::{Draw, Share};
use aftercall_base::count::counted;

/// Why a call is surveyed or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum AdmissionReason {
    /// No route takes the dialled number.
    NoRoute,
    /// The PBX reports that the caller did not agree to be asked.
    NotOptedIn,
    /// A condition of the route does not hold.
    #[serde(rename = "rule")]
    Condition {
        /// The field or attribute that it is about.
        field: String,
    },
    /// The campaign has not begun.
    BeforeCampaign {
        /// Its first moment, local time of the route.
        from: NaiveDateTime,
    },
    /// The campaign is over.
    CampaignOver {
        /// The moment at which it ended, local time of the route.
        to: NaiveDateTime,
    },
    /// The route is closed on this day or at this time of it.
    OutsideHours {
        /// Local time of the route.
        local: NaiveDateTime,
        /// The time zone of the route, as `Europe/Helsinki`.
        time_zone: String,
        /// The holiday for which it is closed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holiday: Option<String>,
    },
    /// Caller and agent talked too shortly.
    TooShort {
        /// How long they did, in seconds.
        talk_time_s: u64,
        /// How long they should have, in seconds.
        min_talk_time_s: u64,
    },
    /// The caller opted out for good.
    OptedOut,
    /// The caller was offered a survey not long ago.
    CoolDown {
        /// The survey that was offered then.
        survey: String,
        /// When that call arrived.
        last: DateTime<Utc>,
        /// Days that must pass.
        days: u32,
    },
    /// As many calls are surveyed as may be.
    Quota {
        /// Which of the limits was reached.
        quota: Quota,
        /// The limit: as many surveys are allowed.
        most: u32,
    },
    /// The turn of every Nth call of a stratum.
    Every {
        /// One call in how many.
        every: NonZeroU32,
    },
    /// The sampler of a random share.
    Share {
        /// How many are surveyed.
        share: Share,
        /// What was drawn; below the share is surveyed.
        drawn: Draw,
    },
    /// The agent had too few surveys that day; surveyed whatever the sampler said.
    AgentMinimum {
        /// How many the agent shall have.
        least: u32,
        /// How many the agent had.
        surveys: u64,
    },
}

impl AdmissionReason {
    /// The word stored and shown: the same from release to release.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NoRoute => "no_route",
            Self::NotOptedIn => "not_opted_in",
            Self::Condition { .. } => "rule",
            Self::BeforeCampaign { .. } => "before_campaign",
            Self::CampaignOver { .. } => "campaign_over",
            Self::OutsideHours { .. } => "outside_hours",
            Self::TooShort { .. } => "too_short",
            Self::OptedOut => "opted_out",
            Self::CoolDown { .. } => "cool_down",
            Self::Quota { .. } => "quota",
            Self::Every { .. } => "every",
            Self::Share { .. } => "share",
            Self::AgentMinimum { .. } => "agent_minimum",
        }
    }

    /// The word, and behind a dot what of it where there are several: which limit, which field, which survey.
    pub fn named(&self) -> String {
        let word = self.as_str();
        match self {
            Self::Quota { quota, .. } => format!("{word}.{}", quota.as_str()),
            Self::Condition { field } => format!("{word}.{field}"),
            Self::CoolDown { survey, .. } => format!("{word}.{survey}"),
            Self::NoRoute
            | Self::NotOptedIn
            | Self::BeforeCampaign { .. }
            | Self::CampaignOver { .. }
            | Self::OutsideHours { .. }
            | Self::TooShort { .. }
            | Self::OptedOut
            | Self::Every { .. }
            | Self::Share { .. }
            | Self::AgentMinimum { .. } => word.to_owned(),
        }
    }

    /// One call in how many, where that decided.
    pub const fn every(&self) -> Option<NonZeroU32> {
        match self {
            Self::Every { every } => Some(*every),
            _ => None,
        }
    }

    /// What is stored beside the word: a JSON object with the figures; `None` where the row has them already.
    pub fn detail(&self) -> Option<String> {
        if matches!(
            self,
            Self::Every { .. } | Self::NoRoute | Self::NotOptedIn | Self::OptedOut
        ) {
            return None;
        }
        let Ok(Value::Object(mut fields)) = serde_json::to_value(self) else {
            return None;
        };
        fields.remove("rule");
        Some(Value::Object(fields).to_string())
    }

    /// The reason of a stored word, detail and `every`; `None` when they are not ours.
    pub fn from_stored(word: &str, detail: Option<&str>, every: Option<u32>) -> Option<Self> {
        let mut fields = match detail.map(serde_json::from_str) {
            None => serde_json::Map::new(),
            Some(Ok(Value::Object(fields))) => fields,
            Some(_) => return None,
        };
        if word == "every" {
            fields.insert("every".to_owned(), Value::from(every?));
        }
        fields.insert("rule".to_owned(), Value::from(word));
        serde_json::from_value(Value::Object(fields)).ok()
    }
}

impl fmt::Display for AdmissionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoute => f.write_str("no route takes the dialled number"),
            Self::NotOptedIn => f.write_str("the PBX reports that the caller did not agree"),
            Self::Condition { field } => write!(f, "`{field}` does not meet the route's condition"),
            Self::BeforeCampaign { from } => write!(f, "the campaign begins on {}", minutes(from)),
            Self::CampaignOver { to } => write!(f, "the campaign was over on {}", minutes(to)),
            Self::OutsideHours {
                local,
                time_zone,
                holiday,
            } => {
                write!(f, "closed on {} {time_zone}", local.format("%a %Y-%m-%d %H:%M"))?;
                holiday
                    .iter()
                    .try_for_each(|name| write!(f, " for the holiday: {name}"))
            }
            Self::TooShort {
                talk_time_s,
                min_talk_time_s,
            } => write!(
                f,
                "caller and agent talked for {talk_time_s} s; {min_talk_time_s} s are needed"
            ),
            Self::OptedOut => f.write_str("the caller asked never to be surveyed again"),
            Self::CoolDown { survey, last, days } => write!(
                f,
                "the caller was offered survey `{survey}` on {}; {} must pass",
                last.format("%Y-%m-%d %H:%M UTC"),
                counted(*days, "day")
            ),
            Self::Quota { quota, most } => write!(f, "{} {most} is reached", quota.as_str()),
            Self::Every { every } => write!(f, "one call in {every} is surveyed"),
            Self::Share { share, drawn } => {
                write!(f, "drew {drawn}; {share} are surveyed: those that draw less")
            }
            Self::AgentMinimum { least, surveys } => {
                write!(
                    f,
                    "the agent had {} that day and shall have {least}",
                    counted(*surveys, "survey")
                )
            }
        }
    }
}

fn minutes(at: &NaiveDateTime) -> impl fmt::Display {
    at.format("%Y-%m-%d %H:%M")
}

#[cfg(test)]
pub(super) mod tests {
    use std::num::NonZeroU32;

    use chrono::{DateTime, Utc};

    use super::AdmissionReason;
    use crate::admission::quota::Quota;
    use crate::admission::sampler::{Draw, Share};

    /// One of each.
    pub(in crate::admission) fn every_reason() -> Vec<AdmissionReason> {
        let at: DateTime<Utc> = "2026-11-25T07:30:00Z".parse().unwrap();
        let local = at.naive_utc();
        vec![
            AdmissionReason::NoRoute,
            AdmissionReason::NotOptedIn,
            AdmissionReason::Condition {
                field: "queue".to_owned(),
            },
            AdmissionReason::BeforeCampaign { from: local },
            AdmissionReason::CampaignOver { to: local },
            AdmissionReason::OutsideHours {
                local,
                time_zone: "Europe/Helsinki".to_owned(),
                holiday: None,
            },
            AdmissionReason::OutsideHours {
                local,
                time_zone: "Europe/Helsinki".to_owned(),
                holiday: Some("Independence Day".to_owned()),
            },
            AdmissionReason::TooShort {
                talk_time_s: 12,
                min_talk_time_s: 20,
            },
            AdmissionReason::OptedOut,
            AdmissionReason::CoolDown {
                survey: "nps".to_owned(),
                last: at,
                days: 90,
            },
            AdmissionReason::Quota {
                quota: Quota::MaxPerAgentDay,
                most: 3,
            },
            AdmissionReason::Every {
                every: NonZeroU32::new(10).unwrap(),
            },
            AdmissionReason::Share {
                share: Share::parse("12.5%").unwrap(),
                drawn: Draw::new(73_412).unwrap(),
            },
            AdmissionReason::AgentMinimum { least: 1, surveys: 0 },
        ]
    }

    #[test]
    fn every_reason_is_read_back_from_its_columns_as_it_was() {
        for reason in every_reason() {
            let every = reason.every().map(NonZeroU32::get);
            let read = AdmissionReason::from_stored(reason.as_str(), reason.detail().as_deref(), every);
            assert_eq!(read.as_ref(), Some(&reason), "{:?}", reason.detail());
        }
    }

    #[test]
    fn named_rule_tells_which_of_several_it_was() {
        let named: Vec<String> = every_reason().iter().map(AdmissionReason::named).collect();
        for name in [
            "quota.max_per_agent_day",
            "rule.queue",
            "cool_down.nps",
            "opted_out",
            "every",
        ] {
            assert!(named.iter().any(|named| named == name), "{name}: {named:?}");
        }
    }

    #[test]
    fn detail_is_a_small_text_that_an_analyst_can_read() {
        let details: Vec<String> = every_reason()
            .iter()
            .filter_map(AdmissionReason::detail)
            .collect();
        assert!(
            details.contains(&r#"{"drawn":0.073412,"share":0.125}"#.to_owned()),
            "{details:?}"
        );
        assert!(
            details.contains(&r#"{"most":3,"quota":"max_per_agent_day"}"#.to_owned()),
            "{details:?}"
        );
        assert!(
            details.contains(&r#"{"days":90,"last":"2026-11-25T07:30:00Z","survey":"nps"}"#.to_owned()),
            "{details:?}"
        );
    }

    #[test]
    fn words_of_other_hands_are_no_reason() {
        for (word, detail, every) in [
            ("weather", None, None),
            ("every", None, None),
            ("every", None, Some(0)),
            ("quota", None, None),
            ("quota", Some("[]"), None),
            ("share", Some(r#"{"share":2,"drawn":0.5}"#), None),
            ("share", Some("not json"), None),
        ] {
            assert_eq!(
                AdmissionReason::from_stored(word, detail, every),
                None,
                "{word} {detail:?}"
            );
        }
    }

    #[test]
    fn sentences_tell_what_an_operator_wants_to_know() {
        let sentences: Vec<String> = every_reason().iter().map(ToString::to_string).collect();
        for part in [
            "closed on Wed 2026-11-25 07:30 Europe/Helsinki",
            "talked for 12 s; 20 s are needed",
            "survey `nps` on 2026-11-25 07:30 UTC; 90 days",
            "max_per_agent_day 3 is reached",
            "drew 7.3412%; 12.5% are surveyed",
        ] {
            assert!(
                sentences.iter().any(|sentence| sentence.contains(part)),
                "{part}: {sentences:#?}"
            );
        }
    }
}
