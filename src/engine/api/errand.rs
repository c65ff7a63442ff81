//! Handles one request of the HTTP API.

use std::time::Duration;

use chrono::TimeDelta;

use crate::call::context::lay_over;
use crate::call::identity::CallerKeys;
use crate::call::submitted_context::{
    AMENDMENT_SOURCE, ANNOUNCEMENT_SOURCE, DECISION_SOURCE, SubmittedContext,
};
use crate::call::{Assessed, CallEnvironment};
use crate::web::api::{
    Announce, Announced, Decide, Decision, Dialling, OptOutState, Refusal, RequestKey, Texts,
};
use aftercall_base::{CallUid, Redacted};
use aftercall_storage::beside::{Beside, Noted};
use aftercall_storage::{SqliteStore, Store, StoreError};
use aftercall_survey::admission::NewCall;
use aftercall_survey::context::given::{Unfit, UnfitFault};
use aftercall_survey::context::{CallContext, Field, MatchedBy, Name};
use aftercall_survey::record::{
    Amendment, Announcement, CallFound, CallName, EligibleCall, Keys, NewDecision, OptOut, Waiting,
};

/// Fields that are settled once a call is decided.
const SETTLED: [Field; 2] = [Field::Survey, Field::Optin];

/// One request, by the configuration of its moment: what a reload changes is for the requests after it.
#[derive(Debug)]
pub(super) struct Errand {
    pub(super) env: CallEnvironment,
    pub(super) store: SqliteStore,
    /// For how long a call is waited for, where the request does not say.
    pub(super) lifetime: Duration,
    /// How many calls may be waited for.
    pub(super) most_waiting: u64,
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl Errand {
    /// # Errors
    /// A call to this number would be read as one with a token.
    fn check_number(&self, number: &str) -> Result<(), Refusal> {
        let separator = self.env.config.context.token_separator();
        match !separator.is_empty() && number.contains(separator) {
            true => Err(Refusal::NumberHoldsSeparator(separator.to_owned())),
            false => Ok(()),
        }
    }

    fn submitted(&self, texts: Texts) -> Result<SubmittedContext, Refusal> {
        let given = self.env.config.context.submitted(texts).map_err(Refusal::Unfit)?;
        let survey = given.values.get(Field::Survey.as_str());
        if survey.is_some_and(|survey| !self.env.config.surveys.contains_key(survey)) {
            return Err(Refusal::UnknownSurvey(
                self.env.config.surveys.keys().cloned().collect(),
            ));
        }
        Ok(given)
    }

    /// An announcement of what was told, under a new identity.
    fn announcement(
        &self,
        given: SubmittedContext,
        request: (Option<String>, Option<String>),
        lifetime: Option<Duration>,
    ) -> Result<Announcement, Refusal> {
        let (request_key, request_hash) = request;
        if self.env.services.pending_announcements.count() >= self.most_waiting {
            return Err(Refusal::Full);
        }
        let now = self.env.services.utc();
        let lifetime = TimeDelta::from_std(lifetime.unwrap_or(self.lifetime));
        Ok(Announcement {
            uid: self.env.services.new_uid(),
            token: given
                .token
                .unwrap_or_else(|| Redacted::new(self.env.services.randomness.token())),
            original_call_id: given.original_call_id,
            caller_hash: given.caller_hash,
            former_hashes: given.former_hashes,
            caller_number: given.caller_number,
            told: given.values,
            request_key,
            request_hash,
            announced_at: now,
            expires_at: lifetime
                .ok()
                .and_then(|lifetime| now.checked_add_signed(lifetime))
                .unwrap_or(now),
            waits: true,
        })
    }

    fn dialling(&self, number: Option<&str>, announcement: &Announcement) -> Dialling {
        let token = announcement.token.expose();
        let (user, parameter) = self.env.config.context.dialling(number, token);
        Dialling { user, parameter }
    }

    pub(super) async fn found(&self, name: &CallName) -> Result<CallFound, Refusal> {
        self.store.call(name).await?.ok_or(Refusal::UnknownCall)
    }

    pub(super) async fn announce(&self, announce: Announce) -> Result<Announced, Refusal> {
        let Announce {
            number,
            texts,
            request_key,
            lifetime,
        } = announce;
        number
            .as_deref()
            .map_or(Ok(()), |number| self.check_number(number))?;
        let request = keyed(request_key).unzip();
        let announcement = self.announcement(self.submitted(texts)?, request, lifetime)?;
        let new = announcement.uid;
        let uid = match self
            .env
            .services
            .writer
            .beside(Beside::Announce(announcement))
            .await?
        {
            Noted::Waits(uid) => uid,
            Noted::Arrived(uid) => return Err(Refusal::Arrived(uid)),
            Noted::KeyReused => return Err(Refusal::KeyReused),
            other => return Err(unexpected(other)),
        };
        if uid == new {
            self.env.services.pending_announcements.increment();
        }
        let announcement = match self.found(&CallName::Uid(uid)).await? {
            CallFound::Announced(announcement) => Some(*announcement),
            CallFound::Known(call) => call.announcement,
        };
        let announcement = announcement.ok_or(Refusal::Arrived(uid))?;
        let dialling = self.dialling(number.as_deref(), &announcement);
        Ok(Announced {
            announcement,
            dialling,
        })
    }

    pub(super) async fn decide(&self, decide: Decide) -> Result<Decision, Refusal> {
        let Decide {
            number,
            texts,
            request_key,
            lifetime,
        } = decide;
        self.check_number(&number)?;
        let given = self.submitted(texts)?;
        let keys = Keys {
            token: given.token.clone(),
            original_call_id: given.original_call_id.clone(),
            caller_hash: given.caller_hash.clone(),
        };
        let of_call = given.original_call_id.as_ref();
        let request = match keyed(request_key) {
            Some((key, hash)) => (Some(key), Some(hash)),
            None => (of_call.map(|id| format!("call:{id}")), None),
        };
        let caller = given.caller.clone();
        let mut announcement = self.announcement(given, request, lifetime)?;
        let now = announcement.announced_at;
        let mut context = CallContext {
            caller,
            ..CallContext::default()
        };
        if let Some(Waiting {
            announcement: waits,
            matched_by,
            decided,
        }) = self.env.services.pending_announcements.find(&keys, now).await
        {
            match (decided, matched_by) {
                // The same caller may call again; whoever names the call means that one.
                (Some(_), MatchedBy::Caller) => {}
                (Some(_), MatchedBy::Token | MatchedBy::OriginalCallId) => {
                    if is_reused(&waits, &announcement) {
                        return Err(Refusal::KeyReused);
                    }
                    return self.decision(waits.uid, true).await;
                }
                (None, _) => {
                    lay_over(&waits, ANNOUNCEMENT_SOURCE, &mut context);
                    announcement.uid = waits.uid;
                }
            }
        }
        lay_over(&announcement, DECISION_SOURCE, &mut context);
        let call = self.counted(number, context, &announcement);
        let uid = call.uid;
        let decision = Box::new(NewDecision { call, announcement });
        match self.env.services.writer.beside(Beside::Decide(decision)).await? {
            Noted::Decided { call, repeated } => {
                if !repeated {
                    self.env.services.pending_announcements.increment();
                    tracing::info!(%call, "sampling decided before the call arrives");
                }
                self.decision(call, repeated).await
            }
            Noted::Arrived(uid) => Err(Refusal::Arrived(uid)),
            Noted::KeyReused => Err(Refusal::KeyReused),
            // Its announcement was there a moment ago.
            Noted::Gone => Err(Refusal::Arrived(uid)),
            other => Err(unexpected(other)),
        }
    }

    /// The call as if it arrived now.
    fn counted(&self, number: String, mut context: CallContext, announcement: &Announcement) -> NewCall {
        let env = &self.env;
        let arrived_at = announcement.announced_at;
        let Assessed {
            route,
            survey,
            eligibility,
        } = env.config.assess(&number, &mut context, arrived_at, || {
            env.services.randomness.draw()
        });
        NewCall {
            uid: announcement.uid,
            node: env.services.node.clone(),
            arrived_at,
            sip_call_id: String::new(),
            dialled: number,
            context,
            eligibility,
            route: route.map(|route| route.name().to_owned()),
            survey: survey.map(|survey| survey.version().clone()),
        }
    }

    /// A decision as it is stored: the first answer and every later one are the same.
    async fn decision(&self, uid: CallUid, repeated: bool) -> Result<Decision, Refusal> {
        let CallFound::Known(call) = self.found(&CallName::Uid(uid)).await? else {
            return Err(Refusal::UnknownCall);
        };
        let waits = call.announcement.as_ref().filter(|waits| waits.waits);
        let dialling = waits.map(|waits| self.dialling(Some(&call.dialled), waits));
        Ok(Decision {
            dialling,
            repeated,
            call: *call,
        })
    }

    pub(super) async fn amend(&self, name: CallName, texts: Texts) -> Result<CallFound, Refusal> {
        let call = match self.found(&name).await? {
            CallFound::Announced(announcement) => announcement.uid,
            CallFound::Known(call) => {
                let is_settled = |name: &Name| SETTLED.iter().any(|field| *name == Name::Field(*field));
                let settled: Vec<Name> = texts
                    .iter()
                    .filter(|(_, text)| !text.expose().trim().is_empty())
                    .map(|(name, _)| name.clone())
                    .filter(is_settled)
                    .collect();
                if !settled.is_empty() {
                    return Err(Refusal::Settled(settled));
                }
                call.uid
            }
        };
        let told = self.submitted(texts)?.values;
        let amendment = Amendment {
            call,
            told,
            source: AMENDMENT_SOURCE,
        };
        match self.env.services.writer.beside(Beside::Amend(amendment)).await? {
            Noted::Rows(0) => Err(Refusal::UnknownCall),
            _ => self.found(&CallName::Uid(call)).await,
        }
    }

    pub(super) async fn eligible(&self, mut calls: Vec<EligibleCall>) -> Result<u64, Refusal> {
        let now = self.env.services.utc();
        for call in &mut calls {
            call.told_at = now;
            let context = &self.env.config.context;
            for field in [
                &mut call.queue,
                &mut call.agent,
                &mut call.team,
                &mut call.disposition,
            ] {
                field.take_if(|text| context.says_nothing(text));
            }
            // Every call would be the same one.
            if context.says_nothing(&call.original_call_id) {
                return Err(Refusal::Unfit(vec![Unfit {
                    name: Name::Field(Field::OriginalCallId),
                    fault: UnfitFault::NoValue("the id of a call: it says nothing"),
                }]));
            }
        }
        match self.env.services.writer.beside(Beside::Eligible(calls)).await? {
            Noted::Rows(new) => Ok(new),
            other => Err(unexpected(other)),
        }
    }

    fn caller(&self, number: &Redacted<String>) -> Result<CallerKeys, Refusal> {
        self.env
            .config
            .context
            .caller_keys(number)
            .map_err(Refusal::NoNumber)
    }

    async fn change_opt_out(&self, caller: &CallerKeys, change: Beside) -> Result<OptOutState, Refusal> {
        let changed = self.env.services.writer.beside(change).await? != Noted::Rows(0);
        let since = self.store.opted_out_since(&caller.all()).await?;
        Ok(OptOutState { since, changed })
    }

    pub(super) async fn opt_out(&self, number: &Redacted<String>, key: &str) -> Result<OptOutState, Refusal> {
        let caller = self.caller(number)?;
        let opt_out = OptOut {
            caller_hash: caller.hash.clone(),
            former_hashes: caller.former_hashes.clone(),
            at: self.env.services.utc(),
            api_key: key.to_owned(),
        };
        let state = self.change_opt_out(&caller, Beside::OptOut(opt_out)).await?;
        tracing::info!(key, changed = state.changed, "opt-out stored");
        Ok(state)
    }

    pub(super) async fn opt_in(&self, number: &Redacted<String>, key: &str) -> Result<OptOutState, Refusal> {
        let caller = self.caller(number)?;
        let opt_in = Beside::OptIn {
            caller_hashes: caller.all(),
        };
        let state = self.change_opt_out(&caller, opt_in).await?;
        tracing::info!(key, changed = state.changed, "opt-out removed");
        Ok(state)
    }

    pub(super) async fn opted_out(&self, number: &Redacted<String>) -> Result<OptOutState, Refusal> {
        let since = self.store.opted_out_since(&self.caller(number)?.all()).await?;
        Ok(OptOutState {
            since,
            changed: false,
        })
    }

    pub(super) async fn opt_outs(&self) -> Result<u64, Refusal> {
        Ok(self.store.opt_outs().await?)
    }
}

/// Key and hash of a request as they are stored.
fn keyed(request_key: Option<RequestKey>) -> Option<(String, String)> {
    request_key.map(|RequestKey { key, hash }| (format!("key:{key}"), hash))
}

/// Whether both came under one key, which is for one request alone.
fn is_reused(waits: &Announcement, again: &Announcement) -> bool {
    let differ = waits.request_hash.is_some() && waits.request_hash != again.request_hash;
    differ && again.request_hash.is_some() && waits.request_key == again.request_key
}

/// The writer answered something else than was asked.
fn unexpected(noted: Noted) -> Refusal {
    Refusal::Unavailable(format!("storage answered {noted:?}"))
}
