//! Decisions and plans in words for an operator. Pure.

use aftercall_survey::admission::{AdmissionReason, Decision, SamplingPlan};

/// A decision, with `rule`, which made it as the database keeps it.
pub fn decision(decision: Decision, reason: Option<&AdmissionReason>, rule: &str) -> String {
    match (decision, reason) {
        (Decision::Sampled, _) => format!("surveyed ({rule})"),
        (Decision::NotSampled, Some(AdmissionReason::Every { every })) => {
            format!("not surveyed: not the Nth call ({rule} = {every})")
        }
        (Decision::NotSampled, _) => format!("not surveyed: not selected by sampling ({rule})"),
        (Decision::Suppressed, _) => format!("not surveyed, and not counted ({rule})"),
    }
}

/// The reason of a plan of the autopilot, and the interval that was expected.
pub fn plan(plan: &SamplingPlan) -> String {
    let expected = plan.half_width.map(|half_width| {
        format!(
            "; +-{half_width:.1} points expected, {:.0} more answers",
            plan.answers
        )
    });
    format!("{}{}", plan.reason.in_words(), expected.unwrap_or_default())
}
