//! Decisions before a call arrives: the call is counted now, as if its INVITE had come, and not again when it comes.

use super::{
    Announcements, Dialling, RequestError, RequestId, Submission, check_number, dialling, submitted,
};
use crate::call::context::merge_announcement;
use crate::call::submitted_context::{ANNOUNCEMENT_SOURCE, DECISION_SOURCE};
use crate::call::{Assessment, ConfigSnapshot};
use aftercall_base::CallUid;
use aftercall_storage::api_fact::{ApiFact, ApiFactResult};
use aftercall_survey::admission::NewCall;
use aftercall_survey::context::{CallContext, MatchedBy};
use aftercall_survey::record::{
    Announcement, CallFound, CallName, CallSummary, MatchKeys, MatchedAnnouncement, NewDecision,
};

/// A decided call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedCall {
    /// The call as it is stored.
    pub call: CallSummary,
    /// How it is dialled; `None` when it is not surveyed, has arrived, or its decision has expired.
    pub dialling: Option<Dialling>,
    /// Whether it had been decided before this request.
    pub repeated: bool,
}

impl Announcements {
    /// Decides on a call as if it had arrived, once: a call that has been decided keeps its decision. `number` is the one that
    /// the call would dial; its route decides.
    ///
    /// # Errors
    /// A value does not fit, the call has arrived, too many are pending, or the database is away.
    pub async fn decide(&self, number: String, submission: Submission) -> Result<DecidedCall, RequestError> {
        let config = self.current.config();
        check_number(&config, &number)?;
        let Submission {
            texts,
            idempotency_key,
            lifetime,
        } = submission;
        let mut submitted = submitted(&config, texts)?;
        let keys = MatchKeys {
            token: submitted.token.clone(),
            original_call_id: submitted.original_call_id.clone(),
            caller_hash: submitted.caller_hash.clone(),
        };
        let request = match (idempotency_key, &submitted.original_call_id) {
            (None, Some(id)) => RequestId {
                key: Some(format!("call:{id}")),
                hash: None,
            },
            (key, _) => RequestId::of_key(key),
        };
        let mut context = CallContext {
            caller: submitted.caller.take(),
            ..CallContext::default()
        };
        let mut announcement = self.announcement(submitted, request, lifetime)?;
        let now = announcement.announced_at;
        match self.services().pending_announcements.find(&keys, now).await {
            Some(MatchedAnnouncement {
                announcement: pending,
                decided: None,
                ..
            }) => {
                merge_announcement(&pending, ANNOUNCEMENT_SOURCE, &mut context);
                announcement.uid = pending.uid;
            }
            // The same caller may call again; a request that names the call means the decided one.
            Some(MatchedAnnouncement {
                announcement: pending,
                matched_by: MatchedBy::Token | MatchedBy::OriginalCallId,
                decided: Some(_),
            }) => {
                if is_key_reused(&pending, &announcement) {
                    return Err(RequestError::IdempotencyKeyReused);
                }
                return self.decided(&config, pending.uid, true).await;
            }
            Some(MatchedAnnouncement {
                matched_by: MatchedBy::Caller,
                decided: Some(_),
                ..
            })
            | None => {}
        }
        merge_announcement(&announcement, DECISION_SOURCE, &mut context);
        let call = self.new_call(&config, number, context, &announcement);
        self.store_decision(&config, NewDecision { call, announcement })
            .await
    }

    async fn store_decision(
        &self,
        config: &ConfigSnapshot,
        decision: NewDecision,
    ) -> Result<DecidedCall, RequestError> {
        let uid = decision.call.uid;
        let services = self.services();
        match services
            .writer
            .api_fact(ApiFact::Decide(Box::new(decision)))
            .await?
        {
            ApiFactResult::Decided { call, repeated } => {
                if !repeated {
                    services.pending_announcements.increment();
                    tracing::info!(%call, "sampling decided before the call arrives");
                }
                self.decided(config, call, repeated).await
            }
            ApiFactResult::Arrived(uid) => Err(RequestError::CallHasArrived(uid)),
            ApiFactResult::KeyReused => Err(RequestError::IdempotencyKeyReused),
            // Its announcement was pending a moment ago.
            ApiFactResult::Gone => Err(RequestError::CallHasArrived(uid)),
            other => Err(RequestError::UnexpectedResult(other)),
        }
    }

    /// The call as if it arrived now.
    fn new_call(
        &self,
        config: &ConfigSnapshot,
        number: String,
        mut context: CallContext,
        announcement: &Announcement,
    ) -> NewCall {
        let services = self.services();
        let arrived_at = announcement.announced_at;
        let Assessment {
            route,
            survey,
            eligibility,
            time_zone,
        } = config.assess(&number, &mut context, arrived_at, || services.randomness.draw());
        NewCall {
            uid: announcement.uid,
            node: services.node.clone(),
            arrived_at,
            time_zone,
            sip_call_id: String::new(),
            dialled: number,
            context,
            eligibility,
            route: route.map(|route| route.name().to_owned()),
            survey: survey.map(|survey| survey.version().clone()),
        }
    }

    /// The decision as it is stored: the first answer and every later one are the same.
    async fn decided(
        &self,
        config: &ConfigSnapshot,
        uid: CallUid,
        repeated: bool,
    ) -> Result<DecidedCall, RequestError> {
        let CallFound::Known(call) = self.call(&CallName::Uid(uid)).await? else {
            return Err(RequestError::UnknownCall);
        };
        let pending = call
            .announcement
            .as_ref()
            .filter(|announcement| announcement.waits);
        let dialling = pending.map(|pending| dialling(config, Some(&call.dialled), pending));
        Ok(DecidedCall {
            dialling,
            repeated,
            call: *call,
        })
    }
}

/// Whether two different requests came with one `Idempotency-Key`.
fn is_key_reused(stored: &Announcement, new: &Announcement) -> bool {
    let differ = stored.request_hash.is_some() && stored.request_hash != new.request_hash;
    differ && new.request_hash.is_some() && stored.request_key == new.request_key
}
