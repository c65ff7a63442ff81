//! The sampling autopilot: N of "one call in N" of each stratum of a route, so that the interval of a score is as narrow as wanted
//! at the end of a day of the week.
//!
//! [`plans`] reads the figures ([`evidence`]) of a route and plans each of its strata: the calls until the deadline from the same
//! hours of earlier weeks ([`forecast`]), by the clock of the route ([`week`]), the answers that are there, and N from both
//! ([`decision`], which asks the planner of `aftercall_report`). All but [`evidence`] is pure. `engine::jobs::autopilot` runs it
//! every hour, stores what changes, and exchanges the configuration.

mod decision;
mod evidence;
mod forecast;
mod week;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use self::decision::{Wanted, decide};
use aftercall_report::series::answer_variance;
use aftercall_storage::{Store, StoreError};
use aftercall_survey::admission::sampler::Sampler;
use aftercall_survey::admission::{Autopilot, RouteRules, SamplingPlan, Stratum};
use aftercall_survey::{QuestionRecord, SurveyRecord};

/// Why a survey has no question for an autopilot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionFault {
    /// The survey has no question of that id.
    #[error("survey `{survey}` has no question `{question}`")]
    Unknown {
        /// The survey.
        survey: String,
        /// The id.
        question: String,
    },
    /// The question has no NPS and no share.
    #[error("question `{question}` of survey `{survey}` is scored neither as NPS nor as a share")]
    Unscored {
        /// The survey.
        survey: String,
        /// The id.
        question: String,
    },
    /// No question has.
    #[error("no question of survey `{survey}` is scored as NPS or as a share")]
    NoneScored {
        /// The survey.
        survey: String,
    },
}

/// The question that an autopilot goes by.
///
/// # Errors
/// The survey has none that fits.
pub fn question<'s>(
    autopilot: &Autopilot,
    survey: &'s SurveyRecord,
) -> Result<&'s QuestionRecord, QuestionFault> {
    let name = || survey.survey.name.clone();
    let is_scored = |question: &&QuestionRecord| answer_variance(question, &[]).is_some();
    let mut questions = survey.questions.iter();
    let Some(wanted) = &autopilot.question else {
        return questions
            .find(is_scored)
            .ok_or_else(|| QuestionFault::NoneScored { survey: name() });
    };
    let found = questions.find(|question| question.id == *wanted);
    let found = found.ok_or_else(|| QuestionFault::Unknown {
        survey: name(),
        question: wanted.clone(),
    })?;
    Some(found)
        .filter(is_scored)
        .ok_or_else(|| QuestionFault::Unscored {
            survey: name(),
            question: wanted.clone(),
        })
}

/// The ids of the questions that an autopilot could go by.
pub fn scored_questions(survey: &SurveyRecord) -> Vec<&str> {
    let scored = survey
        .questions
        .iter()
        .filter(|question| answer_variance(question, &[]).is_some());
    scored.map(|question| question.id.as_str()).collect()
}

/// The changes of N that a route's strata need at `now`. `latest` are the last plans of all strata there are; `survey` is the
/// one of the route. Empty without an autopilot, or without a question for it.
///
/// # Errors
/// The database cannot be read.
pub async fn plans(
    store: &impl Store,
    rules: &RouteRules,
    survey: &SurveyRecord,
    latest: &[SamplingPlan],
    now: DateTime<Utc>,
) -> Result<Vec<SamplingPlan>, StoreError> {
    let (Some(autopilot), Sampler::Every(configured)) = (&rules.autopilot, rules.sampler) else {
        return Ok(Vec::new());
    };
    // What has none is refused when the configuration is read.
    let Ok(question) = question(autopilot, survey) else {
        return Ok(Vec::new());
    };
    let wanted = Wanted {
        autopilot,
        configured,
        question,
        zone: rules.time_zone,
    };
    let latest: BTreeMap<&Stratum, &SamplingPlan> = latest.iter().map(|plan| (&plan.stratum, plan)).collect();
    let mut plans = Vec::new();
    for (stratum, evidence) in evidence::read(store, rules, &wanted, survey, now).await? {
        let of_stratum = latest.get(&stratum).copied();
        plans.extend(decide(&wanted, &stratum, &evidence, of_stratum, now));
    }
    Ok(plans)
}
