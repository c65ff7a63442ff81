//! From when to when a route surveys, in its local time.

use std::str::FromStr;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::policy::PolicyInput;
use super::reason::AdmissionReason;

/// A period; either end may be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Campaign {
    /// The first moment at which calls are surveyed; `None`: from ever.
    pub from: Option<NaiveDateTime>,
    /// The first moment after it.
    pub to: Option<NaiveDateTime>,
}

/// Objects to a call before or after the campaign.
pub(super) fn evaluate(input: &PolicyInput<'_>) -> Option<AdmissionReason> {
    let Campaign { from, to } = input.rules.campaign;
    let local = input.local.naive_local();
    if let Some(from) = from.filter(|from| local < *from) {
        return Some(AdmissionReason::BeforeCampaign { from });
    }
    let to = to.filter(|to| *to <= local)?;
    Some(AdmissionReason::CampaignOver { to })
}

/// An end of a campaign as written: a day, `2026-11-30`, or a moment, `2026-11-30T18:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CampaignEdge {
    /// The whole day belongs to the campaign.
    Day(NaiveDate),
    /// From or until this moment.
    Moment(NaiveDateTime),
}

/// A text that is neither day nor moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a day or moment; write for example \"2026-11-30\" or \"2026-11-30T18:00\"")]
pub struct CampaignEdgeError(String);

impl CampaignEdge {
    /// As the beginning of a campaign.
    pub fn first_moment(self) -> NaiveDateTime {
        match self {
            Self::Day(day) => day.and_time(NaiveTime::MIN),
            Self::Moment(moment) => moment,
        }
    }

    /// As its end: the first moment that no longer belongs to it.
    pub fn moment_after(self) -> NaiveDateTime {
        match self {
            Self::Day(day) => day
                .checked_add_days(Days::new(1))
                .unwrap_or(NaiveDate::MAX)
                .and_time(NaiveTime::MIN),
            Self::Moment(moment) => moment,
        }
    }
}

impl FromStr for CampaignEdge {
    type Err = CampaignEdgeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let moment = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
        let day = text.parse().map(Self::Day).ok();
        let moment = || {
            moment
                .iter()
                .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        };
        day.or_else(|| moment().map(Self::Moment))
            .ok_or_else(|| CampaignEdgeError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::CampaignEdge;

    #[test]
    fn last_day_belongs_to_the_campaign_and_a_moment_is_exact() {
        let edge = |text: &str| text.parse::<CampaignEdge>().unwrap();
        assert_eq!(
            edge("2026-11-30").first_moment().to_string(),
            "2026-11-30 00:00:00"
        );
        assert_eq!(
            edge("2026-11-30").moment_after().to_string(),
            "2026-12-01 00:00:00"
        );
        for text in ["2026-11-30T18:00", "2026-11-30 18:00", "2026-11-30T18:00:00"] {
            let moment = edge(text);
            assert_eq!(moment.first_moment(), moment.moment_after());
            assert_eq!(moment.first_moment().to_string(), "2026-11-30 18:00:00");
        }
        for wrong in ["", "30.11.2026", "2026-13-01", "2026-11-30T25:00", "tomorrow"] {
            assert!(wrong.parse::<CampaignEdge>().is_err(), "{wrong}");
        }
    }
}
