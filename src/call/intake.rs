//! Who is surveyed: route and policy, then the sampler of the stratum, capacity last.
//!
//! Capacity comes last and under a name of its own, so that an overload shows as non-response and does not bend
//! the sample. Every decision is a row.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::beforehand::ANNOUNCED;
use super::context::{CallRead, ContextReader};
use super::desk::Desk;
use super::feedback::Feedback;
use super::reception::Identity;
use super::registry::OnCall;
use crate::admission::policy::{self, RoutePolicy};
use crate::config::route::{self, NotSurveyed, Route};
use crate::ids::CallUid;
use crate::sip::event::{Command, InboundInvite};
use crate::storage::StoreErrorKind;
use crate::storage::contract::{Admission, CallContext, CallEnd, Disposition, Eligibility, NewCall};
use crate::storage::told::Note;
use crate::survey::{Chosen, Language, Survey};

/// A call whose row is written.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) uid: CallUid,
    pub(super) survey: Arc<Survey>,
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
        desk: &Desk,
        answered_at: Option<DateTime<Utc>>,
        disposition: Disposition,
        reason: &str,
    ) -> CallEnd {
        CallEnd {
            call: self.uid,
            answered_at,
            ended_at: desk.utc(),
            disposition,
            reason: reason.to_owned(),
            media: None,
        }
    }

    /// The end of this call, now, when it was sent off.
    pub(super) fn sent_off(&self, desk: &Desk, answered_at: Option<DateTime<Utc>>) -> CallEnd {
        let (disposition, reason) = &self.left_out;
        self.end(desk, answered_at, *disposition, reason)
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
    desk: &Desk,
    invite: &InboundInvite,
    identity: &Identity,
    on_call: &mut OnCall,
) -> Verdict {
    let arrived_at = desk.utc();
    let read = desk.context.read(invite);
    if let Some(waiting) = desk.beforehand.find(&read.context, arrived_at).await {
        let mut announced = read.clone();
        announced.context.announced_by = Some(waiting.matched_by);
        ContextReader::lay_over(&waiting.announcement, ANNOUNCED, &mut announced.context);
        let uid = waiting.announcement.uid;
        match decide_read(desk, invite, uid, arrived_at, announced, on_call).await {
            Ok(verdict) => {
                identity.change(uid);
                return verdict;
            }
            Err(Taken) => tracing::info!(announced = %uid, "another call has taken the announcement"),
        }
    }
    decide_read(desk, invite, identity.uid(), arrived_at, read, on_call)
        .await
        .unwrap_or_else(|Taken| Verdict::Refuse(come_back_later(desk, None)))
}

/// The announcement of a call went to another one.
struct Taken;

async fn decide_read(
    desk: &Desk,
    invite: &InboundInvite,
    uid: CallUid,
    arrived_at: DateTime<Utc>,
    read: CallRead,
    on_call: &mut OnCall,
) -> Result<Verdict, Taken> {
    let CallRead { dialled, mut context } = read;
    let route = route::find(&desk.routes, &dialled);
    let survey = route.and_then(|route| survey(desk, route, &mut context));
    let wanted = context.language.clone();
    let eligibility = policy::decide(route.map(policy_of), &context);
    let kept_out = match &eligibility {
        Eligibility::Suppressed { rule } => Some(rule.clone()),
        Eligibility::Eligible { .. } => None,
    };
    let feedback = survey.map(|survey| Feedback::of(uid, survey, &context));
    let call = NewCall {
        uid,
        node: desk.node.clone(),
        arrived_at,
        sip_call_id: invite.call_id.clone(),
        dialled,
        eligibility,
        context,
        route: route.map(|route| route.name().to_owned()),
        survey: survey.map(|survey| survey.version().clone()),
    };
    let was_announced = call.context.announced_by.is_some();
    let admission = match desk.writer.admit(call).await {
        Ok(admission) => admission,
        Err(error) if was_announced && error.kind() == StoreErrorKind::Refused => return Err(Taken),
        Err(error) => {
            tracing::error!(%error, "the call cannot be stored and is refused");
            return Ok(Verdict::Refuse(come_back_later(desk, None)));
        }
    };
    let (Some(route), Some(survey), Some(feedback)) = (route, survey, feedback) else {
        return Ok(Verdict::Refuse(no_route(desk, uid)));
    };
    let chosen = language(survey, wanted.as_deref(), route);
    let admitted = Admitted {
        uid,
        feedback: feedback.in_language(chosen.language),
        language: chosen.language.clone(),
        offers_languages: survey.menu_for(chosen.by).is_some(),
        survey: Arc::clone(survey),
        not_surveyed: route.not_surveyed.clone(),
        left_out: left_out(admission, kept_out),
    };
    Ok(match admission {
        Admission::Sampled { position } => {
            tracing::info!(route = route.name(), position, "surveyed");
            sampled(desk, admitted, on_call)
        }
        Admission::NotSampled { position } => {
            tracing::debug!(route = route.name(), position, "another call's turn");
            Verdict::SendOff(admitted)
        }
        Admission::Suppressed => Verdict::SendOff(admitted),
    })
}

fn sampled(desk: &Desk, admitted: Admitted, on_call: &mut OnCall) -> Verdict {
    if on_call.take_place(desk.most_surveyed) {
        return Verdict::Survey(admitted);
    }
    tracing::warn!(
        limit = desk.most_surveyed,
        "no place for another survey: calls.max_concurrent"
    );
    let end = admitted.end(desk, None, Disposition::RefusedCapacity, "calls.max_concurrent");
    Verdict::Refuse(come_back_later(desk, Some(end)))
}

/// `kept_out` is the rule of policy; a call that only storage kept out is that of a caller who opted out.
fn left_out(admission: Admission, kept_out: Option<String>) -> (Disposition, Cow<'static, str>) {
    match admission {
        Admission::Suppressed => {
            let rule = kept_out.map_or(Cow::Borrowed(policy::OPTED_OUT), Cow::Owned);
            (Disposition::Suppressed, rule)
        }
        Admission::Sampled { .. } | Admission::NotSampled { .. } => {
            (Disposition::NotSampled, Cow::Borrowed("not_sampled"))
        }
    }
}

/// The survey that the PBX asks for by name, where there is one of that name; else that of the route.
fn survey<'d>(desk: &'d Desk, route: &Route, context: &mut CallContext) -> Option<&'d Arc<Survey>> {
    if let Some(wanted) = &context.survey {
        if let Some(survey) = desk.surveys.get(wanted) {
            return Some(survey);
        }
        // The name is not told: it is the peer's, and may be anything.
        tracing::info!(
            route = route.name(),
            "the PBX asks for a survey that does not exist; the route's is asked"
        );
        for told in context.told.iter_mut().filter(|told| told.name == "survey") {
            told.note = Some(Note::Unknown);
        }
    }
    desk.surveys.get(&route.survey)
}

fn come_back_later(desk: &Desk, end: Option<CallEnd>) -> Refusal {
    Refusal {
        status: 503,
        headers: retry_after(desk.retry_after),
        end,
    }
}

fn no_route(desk: &Desk, uid: CallUid) -> Refusal {
    tracing::info!("no route for the dialled number");
    let end = CallEnd {
        call: uid,
        answered_at: None,
        ended_at: desk.utc(),
        disposition: Disposition::Suppressed,
        reason: policy::NO_ROUTE.to_owned(),
        media: None,
    };
    Refusal {
        status: 404,
        headers: Vec::new(),
        end: Some(end),
    }
}

fn policy_of(route: &Route) -> RoutePolicy<'_> {
    RoutePolicy {
        name: route.name(),
        every: route.every.get(),
    }
}

/// The language that the call tells, else those of its route, else the fallbacks, else the survey's own: the first that
/// the survey is asked in.
fn language<'s>(survey: &'s Survey, told: Option<&str>, route: &Route) -> Chosen<'s> {
    let told = told
        .into_iter()
        .chain(route.language.iter().map(Language::as_str));
    survey.choose_language(told, route.fallback.iter().map(Language::as_str))
}

/// The header that asks to come back later.
pub(super) fn retry_after(wait: Duration) -> Vec<(String, String)> {
    vec![("Retry-After".to_owned(), wait.as_secs().max(1).to_string())]
}

/// Sends the final response and stores the end.
pub(super) async fn refuse(desk: &Desk, invite: &InboundInvite, refusal: Refusal) {
    let Refusal { status, headers, end } = refusal;
    desk.signal(Command::Refuse {
        dialog: invite.dialog,
        status,
        reason: None,
        headers,
    })
    .await;
    if let Some(end) = end {
        store_end(desk, end).await;
    }
}

/// Stores the end of a call. Called once for each row.
pub(super) async fn store_end(desk: &Desk, end: CallEnd) {
    let disposition = end.disposition;
    metrics::counter!("aftercall_calls_total", "disposition" => disposition.as_str()).increment(1);
    tracing::info!(%disposition, reason = %end.reason, "call ended");
    if let Err(error) = desk.writer.end(end).await {
        tracing::error!(%error, "the end of the call is not stored");
    }
}

#[cfg(test)]
mod tests {
    use super::language;
    use crate::config::route::Route;
    use crate::survey::{self, AnyPrompt, ChosenBy, Language};

    #[test]
    fn language_of_the_call_goes_first_then_that_of_the_route() {
        let text = "languages = [\"en\", \"fi\", \"pt\", \"pt-br\"]\n[[question]]\nmetric = \"nps\"\n";
        let survey = survey::parse(text, "s.toml", &AnyPrompt).unwrap().survey;
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
            (Some("pt-br"), none, "pt-br", Call),
            (Some("pt-pt"), none, "pt", Call),
            (Some("sv-fi"), none, "pt", Fallback),
            (None, &["de"], "pt", Fallback),
        ] {
            let chosen = language(&survey, told, &route(routed));
            assert_eq!(
                (chosen.language.as_str(), chosen.by),
                (asked, by),
                "{told:?} {routed:?}"
            );
        }
        let mut last = route(none);
        last.fallback.clear();
        assert_eq!(
            language(&survey, None, &last).language.as_str(),
            "en",
            "the survey's own is the last"
        );
    }
}
