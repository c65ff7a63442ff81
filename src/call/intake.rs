//! Who is surveyed: route and policy, then the sampler of the stratum, capacity last.
//!
//! Capacity comes last and under a name of its own, so that an overload shows as non-response and does not bias
//! the sample. Every decision is a row.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::context::{CallRead, lay_over, note_match};
use super::feedback::Feedback;
use super::predecided;
use super::reception::Identity;
use super::refusals::{NO_ROUTE, STORAGE};
use super::registry::OnCall;
use super::snapshot::{Assessed, CallEnvironment};
use super::submitted_context::ANNOUNCEMENT_SOURCE;
use crate::config::route::{NotSurveyed, Route};
use aftercall_base::{CallUid, Disposition, Language};
use aftercall_sip::event::{Command, InboundInvite, TurnedAway, WhyTurnedAway};
use aftercall_storage::StoreErrorKind;
use aftercall_survey::admission::{Admission, Decision, NewCall, Reason};
use aftercall_survey::record::{CallEnd, Waiting, end_without_survey};
use aftercall_survey::{Chosen, Plan, Survey, draw_of};

/// The setting that a sampled call found full.
const MAX_CONCURRENT: &str = "calls.max_concurrent";

/// A call whose row is written.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) uid: CallUid,
    pub(super) survey: Arc<Survey>,
    /// What of it this call is asked.
    pub(super) plan: Plan,
    /// The language to speak; where a menu is offered, until the caller has chosen.
    pub(super) language: Language,
    /// Whether the caller is asked for the language.
    pub(super) offers_languages: bool,
    pub(super) not_surveyed: NotSurveyed,
    /// What is stored when the call is sent off.
    pub(super) left_out: (Disposition, Cow<'static, str>),
    /// What the PBX is told of it.
    pub(super) feedback: Feedback,
}

impl Admitted {
    /// The end of this call, now.
    pub(super) fn end(
        &self,
        env: &CallEnvironment,
        answered_at: Option<DateTime<Utc>>,
        disposition: Disposition,
        reason: &str,
    ) -> CallEnd {
        CallEnd {
            call: self.uid,
            answered_at,
            ended_at: env.services.utc(),
            disposition,
            reason: reason.to_owned(),
            media: None,
            asked: None,
        }
    }

    /// The end of this call, now, when it was sent off.
    pub(super) fn sent_off(&self, env: &CallEnvironment, answered_at: Option<DateTime<Utc>>) -> CallEnd {
        let (disposition, reason) = &self.left_out;
        self.end(env, answered_at, *disposition, reason)
    }
}

/// What is done with a call.
#[derive(Debug)]
pub(super) enum Verdict {
    Survey(Admitted),
    SendOff(Admitted),
    Refuse(Refusal),
}

/// A final response, and the end to be stored for it; `None` when the call has no row.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) end: Option<CallEnd>,
}

/// Decides what is done with a call and writes its row. A call that was announced takes the identity that it was announced
/// under.
pub(super) async fn decide(
    env: &CallEnvironment,
    invite: &InboundInvite,
    identity: &Identity,
    on_call: &mut OnCall,
) -> Verdict {
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
        match announced(env, arrival, waiting, read.clone(), on_call).await {
            Ok(verdict) => {
                identity.change(uid);
                return verdict;
            }
            Err(AnnouncementConflict) => {
                tracing::info!(announced = %uid, "announcement claimed by another call");
            }
        }
    }
    let arrival = Arrival { invite, arrived_at };
    decide_read(env, arrival, identity.uid(), read, on_call)
        .await
        .unwrap_or_else(|AnnouncementConflict| {
            Verdict::Refuse(not_stored(env, invite, &"its announcement is taken twice"))
        })
}

/// An INVITE and when it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival<'i> {
    pub(super) invite: &'i InboundInvite,
    pub(super) arrived_at: DateTime<Utc>,
}

/// Another call was faster and has closed the announcement.
pub(super) struct AnnouncementConflict;

/// Decides on an announced call; or carries out the decision, where it was made before the call arrived.
async fn announced(
    env: &CallEnvironment,
    arrival: Arrival<'_>,
    waiting: Waiting,
    mut read: CallRead,
    on_call: &mut OnCall,
) -> Result<Verdict, AnnouncementConflict> {
    let Waiting {
        announcement,
        matched_by,
        decided,
    } = waiting;
    note_match(matched_by, &mut read.context);
    if let Some(decided) = decided {
        return predecided::claim(env, arrival, &announcement, decided, read.context, on_call).await;
    }
    read.context.announced_by = Some(matched_by);
    lay_over(&announcement, ANNOUNCEMENT_SOURCE, &mut read.context);
    decide_read(env, arrival, announcement.uid, read, on_call).await
}

async fn decide_read(
    env: &CallEnvironment,
    arrival: Arrival<'_>,
    uid: CallUid,
    read: CallRead,
    on_call: &mut OnCall,
) -> Result<Verdict, AnnouncementConflict> {
    let CallRead { dialled, mut context } = read;
    let Assessed {
        route,
        survey,
        eligibility,
    } = env.config.assess(&dialled, &mut context, arrival.arrived_at, || {
        env.services.randomness.draw()
    });
    let wanted: Vec<String> = context.values.languages().map(str::to_owned).collect();
    let feedback = survey.map(|survey| Feedback::of(uid, survey, &context));
    let plan = survey.map(|survey| Plan::new(survey, &context, draw_of(uid)));
    let call = NewCall {
        uid,
        node: env.services.node.clone(),
        arrived_at: arrival.arrived_at,
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
        Err(error) => return Ok(Verdict::Refuse(not_stored(env, arrival.invite, &error))),
    };
    let (Some(route), Some(survey), Some(feedback), Some(plan)) = (route, survey, feedback, plan) else {
        return Ok(Verdict::Refuse(no_route(env, uid)));
    };
    let admitted = admitted(uid, route, survey, &wanted, feedback, plan, left_out(&admission));
    Ok(match admission {
        Admission::Sampled { position, reason } => {
            let verdict = sampled(env, admitted, on_call);
            if matches!(verdict, Verdict::Survey(_)) {
                tracing::info!(route = route.name(), position, rule = reason.as_str(), "surveyed");
            }
            verdict
        }
        Admission::NotSampled { position, reason } => {
            tracing::debug!(
                route = route.name(),
                position,
                rule = reason.as_str(),
                "not sampled"
            );
            Verdict::SendOff(admitted)
        }
        Admission::Suppressed { reason } => {
            tracing::debug!(route = route.name(), rule = reason.as_str(), "not surveyed");
            Verdict::SendOff(admitted)
        }
    })
}

/// A call whose row is written, in the language that it is spoken to.
pub(super) fn admitted(
    uid: CallUid,
    route: &Route,
    survey: &Arc<Survey>,
    wanted: &[String],
    feedback: Feedback,
    plan: Plan,
    left_out: (Disposition, Cow<'static, str>),
) -> Admitted {
    let chosen = language(survey, wanted, route);
    Admitted {
        uid,
        feedback: feedback.in_language(chosen.language),
        language: chosen.language.clone(),
        offers_languages: survey.menu_for(chosen.by).is_some(),
        survey: Arc::clone(survey),
        plan,
        not_surveyed: route.not_surveyed.clone(),
        left_out,
    }
}

/// Takes a place for a call whose turn it is.
pub(super) fn sampled(env: &CallEnvironment, admitted: Admitted, on_call: &mut OnCall) -> Verdict {
    if on_call.take_place(env.config.max_concurrent_surveys) {
        return Verdict::Survey(admitted);
    }
    env.services.refusals.note(MAX_CONCURRENT);
    let end = admitted.end(env, None, Disposition::RefusedCapacity, MAX_CONCURRENT);
    Verdict::Refuse(come_back_later(env, Some(end)))
}

fn left_out(admission: &Admission) -> (Disposition, Cow<'static, str>) {
    let rule = Cow::Borrowed(admission.reason().as_str());
    end_without_survey(Decision::from(admission), rule).unwrap_or(SURVEYED)
}

/// In the place of an end for a call that is surveyed: it is not sent off, so that this is not stored.
pub(super) const SURVEYED: (Disposition, Cow<'static, str>) =
    (Disposition::NotSampled, Cow::Borrowed("not_sampled"));

/// A call whose row could not be written: it is counted, so that the report knows of it.
pub(super) fn not_stored(env: &CallEnvironment, invite: &InboundInvite, error: &dyn fmt::Display) -> Refusal {
    tracing::debug!(%error, "cannot store the call; refused");
    env.services.refusals.note(STORAGE);
    env.services.sip.turned_away().note(TurnedAway {
        dialled: invite.request_uri.user.clone(),
        why: WhyTurnedAway::Storage,
    });
    come_back_later(env, None)
}

fn come_back_later(env: &CallEnvironment, end: Option<CallEnd>) -> Refusal {
    Refusal {
        status: 503,
        headers: retry_after(env.services.retry_after),
        end,
    }
}

pub(super) fn no_route(env: &CallEnvironment, uid: CallUid) -> Refusal {
    env.services.refusals.note(NO_ROUTE);
    let end = CallEnd {
        call: uid,
        answered_at: None,
        ended_at: env.services.utc(),
        disposition: Disposition::Suppressed,
        reason: Reason::NoRoute.as_str().to_owned(),
        media: None,
        asked: None,
    };
    Refusal {
        status: 404,
        headers: Vec::new(),
        end: Some(end),
    }
}

/// The languages that the call tells, in its order, else those of its route, else the fallbacks, else the survey's own: the first that
/// the survey is asked in.
fn language<'s>(survey: &'s Survey, told: &[String], route: &Route) -> Chosen<'s> {
    let told = told
        .iter()
        .map(String::as_str)
        .chain(route.language.iter().map(Language::as_str));
    survey.choose_language(told, route.fallback.iter().map(Language::as_str))
}

/// The header that asks to come back later.
pub(super) fn retry_after(wait: Duration) -> Vec<(String, String)> {
    vec![("Retry-After".to_owned(), wait.as_secs().max(1).to_string())]
}

/// Sends the final response and stores the end.
pub(super) async fn refuse(env: &CallEnvironment, invite: &InboundInvite, refusal: Refusal) {
    let Refusal { status, headers, end } = refusal;
    env.services
        .signal(Command::Refuse {
            dialog: invite.dialog,
            status,
            reason: None,
            headers,
        })
        .await;
    if let Some(end) = end {
        store_end(env, end).await;
    }
}

/// Stores the end of a call. Called once for each row.
pub(super) async fn store_end(env: &CallEnvironment, end: CallEnd) {
    let disposition = end.disposition;
    metrics::counter!("aftercall_calls_total", "disposition" => disposition.as_str()).increment(1);
    // What is refused by the thousand has told of itself.
    if disposition == Disposition::RefusedCapacity || end.reason == NO_ROUTE {
        tracing::debug!(%disposition, reason = %end.reason, "call ended");
    } else {
        tracing::info!(%disposition, reason = %end.reason, "call ended");
    }
    if let Err(error) = env.services.writer.end(end).await {
        tracing::error!(%error, "cannot store the end of the call");
    }
}

#[cfg(test)]
mod tests {
    use super::language;
    use crate::config::route::Route;
    use aftercall_base::Language;
    use aftercall_survey::{AnyPrompt, ChosenBy};

    #[test]
    fn language_of_the_call_goes_first_then_that_of_the_route() {
        let text = "languages = [\"en\", \"fi\", \"pt\", \"pt-br\"]\n[[question]]\nmetric = \"nps\"\n";
        let survey = aftercall_survey::parse(text, "s.toml", &AnyPrompt)
            .unwrap()
            .survey;
        let route = |language: &[&str]| -> Route {
            let mut route: Route = serde_json::from_value(
                serde_json::json!({ "number": "n", "survey": "s", "language": language }),
            )
            .unwrap();
            route.fallback = vec![Language::new("sv").unwrap(), Language::new("pt").unwrap()];
            route
        };
        use ChosenBy::{Call, Fallback};
        let none: &[&str] = &[];
        for (told, routed, asked, by) in [
            (Some("en"), &["fi"][..], "en", Call),
            (Some("sv-fi"), &["fi"], "fi", Call),
            (None, &["de", "fi-sv", "en"], "fi", Call),
            (Some("de,fi"), none, "fi", Call),
            (Some("pt-br"), none, "pt-br", Call),
            (Some("pt-pt"), none, "pt", Call),
            (Some("sv-fi"), none, "pt", Fallback),
            (None, &["de"], "pt", Fallback),
        ] {
            let told: Vec<String> = told
                .into_iter()
                .flat_map(|told| told.split(','))
                .map(str::to_owned)
                .collect();
            let chosen = language(&survey, &told, &route(routed));
            assert_eq!(
                (chosen.language.as_str(), chosen.by),
                (asked, by),
                "{told:?} {routed:?}"
            );
        }
        let mut last = route(none);
        last.fallback.clear();
        assert_eq!(
            language(&survey, &[], &last).language.as_str(),
            "en",
            "the survey's own is the last"
        );
    }
}
