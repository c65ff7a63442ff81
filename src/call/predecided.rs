//! A call for which the API made the decision before it arrived: it takes the row that was written then, and is not counted
//! again.

use std::borrow::Cow;
use std::sync::Arc;

use super::accepted::{AcceptedCall, EndWithoutSurvey};
use super::context::merge_announcement;
use super::decision::{AnnouncementConflict, Arrival, CallDecision};
use super::finish::Refusal;
use super::registry::ActiveCallGuard;
use super::result_values::ResultValues;
use super::snapshot::CallEnvironment;
use super::submitted_context::DECISION_SOURCE;
use aftercall_storage::api_fact::{ApiFact, ApiFactResult};
use aftercall_survey::admission::{AdmissionReason, Decision};
use aftercall_survey::context::CallContext;
use aftercall_survey::record::{Announcement, ClaimedCall, EarlyDecision};
use aftercall_survey::route::{self, Route};
use aftercall_survey::{Plan, Survey, draw_of};

/// Carries out the stored decision. The number of the request for it selects the route, whatever number the call has dialled;
/// capacity and the opt-out list are checked now.
pub(super) async fn claim(
    env: &CallEnvironment,
    arrival: Arrival<'_>,
    announcement: &Announcement,
    decided: EarlyDecision,
    mut context: CallContext,
    active_call: &mut ActiveCallGuard,
) -> Result<CallDecision, AnnouncementConflict> {
    merge_announcement(announcement, DECISION_SOURCE, &mut context);
    let uid = announcement.uid;
    let route = route::find(env.config.routes.iter(), &decided.dialled);
    let survey = route.and_then(|route| survey(env, route, &decided));
    let languages: Vec<String> = context.values.languages().map(str::to_owned).collect();
    let result_values = survey.map(|survey| ResultValues::of(uid, survey, &context));
    let plan = survey.map(|survey| Plan::new(survey, &context, draw_of(uid)));
    let claimed = ClaimedCall {
        uid,
        node: env.services.node.clone(),
        invited_at: arrival.arrived_at,
        sip_call_id: arrival.invite.call_id.clone(),
        context,
        survey: survey.map(|survey| survey.version().clone()),
    };
    let opted_out = match env
        .services
        .writer
        .api_fact(ApiFact::Claim(Box::new(claimed)))
        .await
    {
        Ok(ApiFactResult::Claimed { opted_out }) => opted_out,
        Ok(_) => return Err(AnnouncementConflict),
        Err(error) => {
            return Ok(CallDecision::Refuse(Refusal::not_stored(
                env,
                arrival.invite,
                &error,
            )));
        }
    };
    let (Some(route), Some(survey), Some(result_values), Some(plan)) = (route, survey, result_values, plan)
    else {
        return Ok(CallDecision::Refuse(Refusal::no_route(env, uid)));
    };
    let end = end(decided, opted_out);
    tracing::info!(
        route = route.name(),
        surveyed = end.is_none(),
        "call was decided before it arrived"
    );
    let call = AcceptedCall::new(uid, route, survey, &languages, result_values, plan);
    Ok(match end {
        None => CallDecision::if_there_is_room(env, call, active_call),
        Some(end) => CallDecision::NotSurveyed(call, end),
    })
}

/// The survey of the decision, if it still exists; else that of the route.
fn survey<'d>(env: &'d CallEnvironment, route: &Route, decided: &EarlyDecision) -> Option<&'d Arc<Survey>> {
    let wanted = decided.survey.as_ref();
    wanted
        .and_then(|name| env.config.surveys.get(name))
        .or_else(|| env.config.surveys.get(&route.survey))
}

/// The end of the call, if it is not surveyed. An opt-out since the decision is stronger than the decision.
fn end(decided: EarlyDecision, opted_out: bool) -> Option<EndWithoutSurvey> {
    let (decision, rule) = match decided.decision {
        Decision::Sampled if opted_out => (
            Decision::Suppressed,
            Cow::Borrowed(AdmissionReason::OptedOut.as_str()),
        ),
        decision => (decision, Cow::Owned(decided.rule.unwrap_or_default())),
    };
    EndWithoutSurvey::of(decision, rule)
}
