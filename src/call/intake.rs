//! Who is surveyed: route and policy, then the sampler of the stratum, capacity last.
//!
//! Capacity comes last and under a name of its own, so that an overload shows as non-response and does not bias
//! the sample. Every decision is a row.

use std::borrow::Cow;

use super::accepted::{AcceptedCall, EndWithoutSurvey};
use super::call_identity::CallIdentity;
use super::context::{CallRead, merge_announcement, record_match};
use super::decision::{AnnouncementConflict, Arrival, CallDecision};
use super::finish::Refusal;
use super::predecided;
use super::registry::ActiveCallGuard;
use super::result_values::ResultValues;
use super::snapshot::{Assessment, CallEnvironment};
use super::submitted_context::ANNOUNCEMENT_SOURCE;
use aftercall_base::CallUid;
use aftercall_sip::event::InboundInvite;
use aftercall_storage::StoreErrorKind;
use aftercall_survey::admission::{Admission, Decision, NewCall};
use aftercall_survey::record::MatchedAnnouncement;
use aftercall_survey::route::Route;
use aftercall_survey::{Plan, draw_of};

/// Decides what is done with a call and writes its row. A call that was announced takes the identity that it was announced
/// under.
pub(super) async fn decide(
    env: &CallEnvironment,
    invite: &InboundInvite,
    identity: &CallIdentity,
    active_call: &mut ActiveCallGuard,
) -> CallDecision {
    let arrived_at = env.services.utc();
    let read = env.config.context.read(invite);
    if let Some(waiting) = env
        .services
        .pending_announcements
        .find_for(&read.context, arrived_at)
        .await
    {
        let uid = waiting.announcement.uid;
        let arrival = Arrival { invite, arrived_at };
        match announced(env, arrival, waiting, read.clone(), active_call).await {
            Ok(decision) => {
                identity.change(uid);
                return decision;
            }
            Err(AnnouncementConflict) => {
                tracing::info!(announced = %uid, "announcement claimed by another call");
            }
        }
    }
    let arrival = Arrival { invite, arrived_at };
    decide_read(env, arrival, identity.uid(), read, active_call)
        .await
        .unwrap_or_else(|AnnouncementConflict| {
            CallDecision::Refuse(Refusal::not_stored(
                env,
                invite,
                &"its announcement is taken twice",
            ))
        })
}

/// Decides on an announced call; or carries out the decision, where it was made before the call arrived.
async fn announced(
    env: &CallEnvironment,
    arrival: Arrival<'_>,
    waiting: MatchedAnnouncement,
    mut read: CallRead,
    active_call: &mut ActiveCallGuard,
) -> Result<CallDecision, AnnouncementConflict> {
    let MatchedAnnouncement {
        announcement,
        matched_by,
        decided,
    } = waiting;
    record_match(matched_by, &mut read.context);
    if let Some(decided) = decided {
        return predecided::claim(env, arrival, &announcement, decided, read.context, active_call).await;
    }
    read.context.announced_by = Some(matched_by);
    merge_announcement(&announcement, ANNOUNCEMENT_SOURCE, &mut read.context);
    decide_read(env, arrival, announcement.uid, read, active_call).await
}

async fn decide_read(
    env: &CallEnvironment,
    arrival: Arrival<'_>,
    uid: CallUid,
    read: CallRead,
    active_call: &mut ActiveCallGuard,
) -> Result<CallDecision, AnnouncementConflict> {
    let CallRead { dialled, mut context } = read;
    let Assessment {
        route,
        survey,
        eligibility,
        time_zone,
    } = env.config.assess(&dialled, &mut context, arrival.arrived_at, || {
        env.services.randomness.draw()
    });
    let languages: Vec<String> = context.values.languages().map(str::to_owned).collect();
    let result_values = survey.map(|survey| ResultValues::of(uid, survey, &context));
    let plan = survey.map(|survey| Plan::new(survey, &context, draw_of(uid)));
    let call = NewCall {
        uid,
        node: env.services.node.clone(),
        arrived_at: arrival.arrived_at,
        time_zone,
        sip_call_id: arrival.invite.call_id.clone(),
        dialled,
        eligibility,
        context,
        route: route.map(|route| route.name().to_owned()),
        survey: survey.map(|survey| survey.version().clone()),
    };
    let was_announced = call.context.announced_by.is_some();
    let admission = match env.services.writer.admit(call).await {
        Ok(admission) => admission,
        Err(error) if was_announced && error.kind() == StoreErrorKind::Refused => {
            return Err(AnnouncementConflict);
        }
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
    let accepted = AcceptedCall::new(uid, route, survey, &languages, result_values, plan);
    let rule = Cow::Borrowed(admission.reason().as_str());
    Ok(match EndWithoutSurvey::of(Decision::from(&admission), rule) {
        None => {
            let decision = CallDecision::if_there_is_room(env, accepted, active_call);
            // A call that there is no room for is logged with its refusal.
            if matches!(decision, CallDecision::Survey(_)) {
                log(route, &admission);
            }
            decision
        }
        Some(end) => {
            log(route, &admission);
            CallDecision::NotSurveyed(accepted, end)
        }
    })
}

fn log(route: &Route, admission: &Admission) {
    let (route, rule) = (route.name(), admission.reason().as_str());
    match admission {
        Admission::Sampled { position, .. } => tracing::info!(route, position, rule, "surveyed"),
        Admission::NotSampled { position, .. } => tracing::debug!(route, position, rule, "not sampled"),
        Admission::Suppressed { .. } => tracing::debug!(route, rule, "not surveyed"),
    }
}
