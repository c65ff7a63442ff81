//! How surveys are counted for quotas, minima and the cool-down.
//!
//! A sampled call counts from the moment of its decision, so that many calls at once cannot pass a limit together. It no
//! longer counts when it ended before a survey was offered (no room, cancelled, refused), and it counts for the agent whom
//! it is known to be of. A back end may keep counts as calls change, or count rows; both must come to what [`count`] says.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::quota::{QuotaKey, QuotaScope};

/// A sampled call, as far as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampledCall<'c> {
    /// The route of its stratum.
    pub route: &'c str,
    /// The survey's name, in whatever version.
    pub survey: Option<&'c str>,
    /// The agent, by what is known now.
    pub agent: Option<&'c str>,
    /// The day of its arrival in the time zone of the route.
    pub day: NaiveDate,
}

/// Whether the survey of a sampled call was offered, or may still be: it was answered with 200, or has not ended.
pub const fn is_survey(is_answered: bool, has_ended: bool) -> bool {
    is_answered || !has_ended
}

/// The surveys of these calls, each of which [is one](is_survey), by everything that they count towards.
pub fn count<'c>(surveys: impl IntoIterator<Item = SampledCall<'c>>) -> BTreeMap<QuotaKey<'c>, u64> {
    let mut counts = BTreeMap::new();
    for quota_key in surveys.into_iter().flat_map(SampledCall::quota_keys) {
        *counts.entry(quota_key).or_insert(0) += 1;
    }
    counts
}

impl<'c> SampledCall<'c> {
    /// Everything that the call counts towards.
    pub fn quota_keys(self) -> impl Iterator<Item = QuotaKey<'c>> {
        let day = Some(self.day);
        [
            Some(self.of_route(day)),
            Some(self.of_route(None)),
            self.of_survey(day),
            self.of_survey(None),
            self.of_agent(),
        ]
        .into_iter()
        .flatten()
    }

    /// The agent's surveys on the route that day; `None` when no agent is known.
    pub(super) fn of_agent(self) -> Option<QuotaKey<'c>> {
        Some(QuotaKey {
            scope: QuotaScope::Agent,
            name: self.route,
            agent: self.agent?,
            day: Some(self.day),
        })
    }

    /// The surveys of the route on a day, or in all.
    pub(super) const fn of_route(self, day: Option<NaiveDate>) -> QuotaKey<'c> {
        QuotaKey {
            scope: QuotaScope::Route,
            name: self.route,
            agent: "",
            day,
        }
    }

    /// The surveys of the survey on a day, or in all, whichever route asks it.
    pub(super) fn of_survey(self, day: Option<NaiveDate>) -> Option<QuotaKey<'c>> {
        Some(QuotaKey {
            scope: QuotaScope::Survey,
            name: self.survey?,
            agent: "",
            day,
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{SampledCall, count, is_survey};
    use crate::admission::quota::{QuotaKey, QuotaScope};

    #[test]
    fn call_counts_until_it_ends_without_an_offer() {
        assert!(is_survey(false, false), "it may still be offered");
        assert!(is_survey(true, false) && is_survey(true, true));
        assert!(!is_survey(false, true));
    }

    #[test]
    fn survey_counts_for_its_route_its_survey_and_its_agent_that_day_and_in_all() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let named = SampledCall {
            route: "main",
            survey: Some("nps"),
            agent: Some("a1"),
            day,
        };
        let unnamed = SampledCall {
            survey: None,
            agent: None,
            day: day.succ_opt().unwrap(),
            ..named
        };
        let counts = count([named, named, unnamed]);
        let counted = |scope, name, agent, day| {
            let quota_key = QuotaKey {
                scope,
                name,
                agent,
                day,
            };
            counts.get(&quota_key).copied()
        };
        assert_eq!(counted(QuotaScope::Route, "main", "", Some(day)), Some(2));
        assert_eq!(counted(QuotaScope::Route, "main", "", Some(unnamed.day)), Some(1));
        assert_eq!(counted(QuotaScope::Route, "main", "", None), Some(3));
        assert_eq!(counted(QuotaScope::Survey, "nps", "", Some(day)), Some(2));
        assert_eq!(counted(QuotaScope::Survey, "nps", "", None), Some(2));
        assert_eq!(counted(QuotaScope::Agent, "main", "a1", Some(day)), Some(2));
        assert_eq!(counts.len(), 6);
    }
}
