//! From what is known of a stratum to its N, and whether that is a change. Pure.

use std::num::NonZeroU32;

use chrono::{DateTime, TimeDelta, Utc};

use super::forecast::forecast;
use super::week::{LocalHours, Week};
use aftercall_report::series::answer_variance;
use aftercall_report::statistics::sample_size::autopilot::{Collected, Goal, Outlook, Reason, plan};
use aftercall_survey::QuestionRecord;
use aftercall_survey::admission::{Autopilot, PlanReason, SamplingPlan, Stratum};
use chrono_tz::Tz;

/// One change of a stratum in an hour. A little less, so that a job that runs every hour is never refused for a second.
const BETWEEN_CHANGES: TimeDelta = TimeDelta::minutes(55);

/// An N that differs by less than this part of the one in force is no change: the forecast is not that exact, the interval of the
/// score is a twentieth wider or narrower at most, and operators would read a log of noise.
const LEAST_CHANGE: f64 = 0.1;

/// What is known of a stratum.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Evidence {
    /// Eligible calls by local hour, of five weeks.
    pub(super) calls: LocalHours,
    /// Calls sampled in 28 days.
    pub(super) sampled: u64,
    /// Answers to the question in that time, by value.
    pub(super) values: Vec<(i64, u64)>,
    /// Answers since the week began, by N when their calls were sampled.
    pub(super) collected: Vec<(u32, u64)>,
}

/// What a route wants of all its strata.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'r> {
    /// The goal and the bounds.
    pub(super) autopilot: &'r Autopilot,
    /// N in the configuration.
    pub(super) configured: NonZeroU32,
    /// What is asked.
    pub(super) question: &'r QuestionRecord,
    /// Whose clock.
    pub(super) zone: Tz,
}

/// The plan of a stratum, if it changes N or is the first; `latest` is the plan in force.
pub(super) fn decide(
    wanted: &Wanted<'_>,
    stratum: &Stratum,
    evidence: &Evidence,
    latest: Option<&SamplingPlan>,
    now: DateTime<Utc>,
) -> Option<SamplingPlan> {
    let is_recent = |plan: &SamplingPlan| now - plan.planned_at < BETWEEN_CHANGES;
    if latest.is_some_and(is_recent) {
        return None;
    }
    let planned = planned(wanted, stratum, evidence, now)?;
    let former = latest.map_or(wanted.configured, |latest| latest.every);
    let is_change = latest.is_none() || differs(wanted.autopilot, former, planned.every);
    is_change.then_some(SamplingPlan {
        former_every: former,
        ..planned
    })
}

/// Whether N changes enough; from outside of the bounds, which a reload may have changed, any N inside does.
fn differs(autopilot: &Autopilot, former: NonZeroU32, every: NonZeroU32) -> bool {
    let (from, to) = (f64::from(former.get()), f64::from(every.get()));
    autopilot.bounded(former) != former || (from - to).abs() >= LEAST_CHANGE * from
}

/// N at this moment, whatever it was before. `None` for evidence that no plan can be made of.
fn planned(
    wanted: &Wanted<'_>,
    stratum: &Stratum,
    evidence: &Evidence,
    now: DateTime<Utc>,
) -> Option<SamplingPlan> {
    let Wanted {
        autopilot,
        configured,
        question,
        zone,
    } = *wanted;
    let week = Week::of(now, autopilot.until, zone);
    let none = SamplingPlan {
        stratum: stratum.clone(),
        every: autopilot.bounded(configured),
        former_every: configured,
        planned_at: now,
        reason: PlanReason::NoHistory,
        answers: 0.0,
        half_width: None,
        until: week.deadline(),
    };
    let Some(expected) = forecast(&week.remaining(now), &evidence.calls, zone) else {
        return Some(none);
    };
    let answered: u64 = evidence.values.iter().map(|(_, answers)| answers).sum();
    let outlook = Outlook {
        calls: expected.calls,
        calls_deviation: expected.deviation,
        sampled: evidence.sampled,
        // A correction of a call may leave an answer without its sample.
        answered: answered.min(evidence.sampled),
        variance: answer_variance(question, &evidence.values)?,
    };
    let goal = Goal {
        half_width: autopilot.half_width,
        bounds: autopilot.min.get()..=autopilot.max.get(),
    };
    let found = plan(&goal, Collected::of(evidence.collected.iter().copied()), &outlook)?;
    Some(SamplingPlan {
        every: NonZeroU32::new(found.one_call_in)?,
        reason: reason(found.reason),
        answers: found.answers,
        half_width: found.half_width.is_finite().then_some(found.half_width),
        ..none
    })
}

const fn reason(reason: Reason) -> PlanReason {
    match reason {
        Reason::Goal => PlanReason::Goal,
        Reason::LargestAllowed => PlanReason::LargestAllowed,
        Reason::SmallestAllowed => PlanReason::SmallestAllowed,
        Reason::NoCallsExpected => PlanReason::NoCallsExpected,
    }
}

#[cfg(test)]
mod tests;
