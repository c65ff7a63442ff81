//! How many surveys there may be, and how many an agent shall have. What counts as a survey is in
//! [`survey_count`](super::survey_count).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::reason::AdmissionReason;
use super::state::RuleInput;
use super::survey_count::SampledCall;
use crate::context::Field;

/// The limits of a route; 0 is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RouteLimits {
    /// Surveys that an agent shall have on a local day: below it, a call is surveyed whatever the sampler says.
    pub min_per_agent_day: u32,
    /// Surveys that an agent may have on a local day.
    pub max_per_agent_day: u32,
    /// Surveys of the route on a local day.
    pub max_per_day: u32,
    /// Surveys of the route in all.
    pub max_in_all: u32,
}

/// The limits of a survey, whichever route asks it; 0 is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SurveyLimits {
    /// Surveys on a local day.
    pub max_per_day: u32,
    /// Surveys over all days.
    pub max_in_all: u32,
}

/// Which limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    /// `max_per_agent_day` of the route.
    MaxPerAgentDay,
    /// `max_per_day` of the route.
    MaxPerDay,
    /// `max_in_all` of the route.
    MaxInAll,
    /// `surveys.max_per_day`.
    SurveyMaxPerDay,
    /// `surveys.max_in_all`.
    SurveyMaxInAll,
}

impl Quota {
    /// The word in configuration and database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MaxPerAgentDay => "max_per_agent_day",
            Self::MaxPerDay => "max_per_day",
            Self::MaxInAll => "max_in_all",
            Self::SurveyMaxPerDay => "survey_max_per_day",
            Self::SurveyMaxInAll => "survey_max_in_all",
        }
    }
}

/// Surveys that are counted together; a row of `survey_count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuotaKey<'c> {
    /// Whose surveys.
    pub scope: QuotaScope,
    /// The name of the route or survey.
    pub name: &'c str,
    /// The agent, where it is the agent's; else empty.
    pub agent: &'c str,
    /// The local day; `None` for all days together.
    pub day: Option<NaiveDate>,
}

/// Whose surveys are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QuotaScope {
    /// The surveys of a route.
    Route,
    /// The surveys of a definition, whichever route asks it.
    Survey,
    /// An agent's on a route.
    Agent,
}

impl QuotaScope {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Survey => "survey",
            Self::Agent => "agent",
        }
    }
}

/// Objects to a survey beyond a limit.
pub(super) fn evaluate(input: &RuleInput<'_, '_>) -> Option<AdmissionReason> {
    let mut limits = input.limits();
    let (quota, most) = limits.find_map(|(quota, most, quota_key)| {
        is_full(input.state.surveys(quota_key), most).then_some((quota, most))
    })?;
    Some(AdmissionReason::Quota { quota, most })
}

/// Whether there is no room for one more.
pub(super) fn is_full(surveys: u64, most: u32) -> bool {
    surveys >= u64::from(most)
}

/// Why the call is surveyed although the sampler says no: its agent has too few surveys.
pub(super) fn agent_minimum(input: &RuleInput<'_, '_>) -> Option<AdmissionReason> {
    let least = input.terms.limits.min_per_agent_day;
    let quota_key = input.agent_quota_key().filter(|_| least > 0)?;
    let surveys = input.state.surveys(quota_key);
    (surveys < u64::from(least)).then_some(AdmissionReason::AgentMinimum { least, surveys })
}

impl<'c> RuleInput<'_, 'c> {
    /// The limits in force for this call, in their order, each with what is counted.
    pub(super) fn limits(&self) -> impl Iterator<Item = (Quota, u32, QuotaKey<'c>)> + use<'c> {
        let (route, survey) = (self.terms.limits, self.terms.survey_limits);
        let call = self.as_sampled();
        let of_route = |day| Some(call.of_route(day));
        let day = Some(self.terms.day);
        [
            (Quota::MaxPerAgentDay, route.max_per_agent_day, call.of_agent()),
            (Quota::MaxPerDay, route.max_per_day, of_route(day)),
            (Quota::MaxInAll, route.max_in_all, of_route(None)),
            (Quota::SurveyMaxPerDay, survey.max_per_day, call.of_survey(day)),
            (Quota::SurveyMaxInAll, survey.max_in_all, call.of_survey(None)),
        ]
        .into_iter()
        // 0 in the configuration means no limit, not no surveys.
        .filter(|(_, most, _)| *most > 0)
        .filter_map(|(quota, most, quota_key)| Some((quota, most, quota_key?)))
    }

    /// The agent's surveys of the day; `None` when no agent is known.
    pub(super) fn agent_quota_key(&self) -> Option<QuotaKey<'c>> {
        self.as_sampled().of_agent()
    }

    /// The call as it is counted when it is surveyed.
    pub(super) fn as_sampled(&self) -> SampledCall<'c> {
        SampledCall {
            route: &self.terms.stratum.route,
            survey: self.call.survey.as_ref().map(|survey| survey.name.as_str()),
            agent: self.call.context.values.text(Field::Agent),
            day: self.terms.day,
        }
    }
}
