//! Facts that a client reports and that concern no announcement: eligible calls and opt-outs.

use chrono::{DateTime, Utc};

use super::{Announcements, RequestError};
use crate::call::caller_hash::CallerKeys;
use aftercall_base::Redacted;
use aftercall_storage::Store;
use aftercall_storage::api_fact::{ApiFact, ApiFactResult};
use aftercall_survey::context::submitted::{RejectedValue, ValueFault};
use aftercall_survey::context::{Field, Name};
use aftercall_survey::record::{EligibleCall, OptOut};

/// Whether a caller is on the opt-out list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOutState {
    /// Since when, as stored; `None`: the caller is not on the list.
    pub since: Option<DateTime<Utc>>,
    /// Whether this request changed it.
    pub changed: bool,
}

impl Announcements {
    /// Stores calls that could have been surveyed, one row for each original call id; how many ids were new.
    ///
    /// # Errors
    /// An original call id is a placeholder, or the database is away.
    pub async fn report_eligible(&self, mut calls: Vec<EligibleCall>) -> Result<u64, RequestError> {
        let config = self.current.config();
        let now = self.now();
        for call in &mut calls {
            call.reported_at = now;
            call.local_day = call.ended_at.with_timezone(&config.time_zone).date_naive();
            call.values
                .retain(|name, text| !name.is_text() || !config.context.is_placeholder(text));
            // With a placeholder for an id, every call would be the same one.
            if config.context.is_placeholder(&call.original_call_id) {
                return Err(RequestError::Unfit(vec![RejectedValue {
                    name: Name::Field(Field::OriginalCallId),
                    fault: ValueFault::NoValue("the id of a call: it says nothing"),
                }]));
            }
        }
        match self.services().writer.api_fact(ApiFact::Eligible(calls)).await? {
            ApiFactResult::Rows(new) => Ok(new),
            other => Err(RequestError::UnexpectedResult(other)),
        }
    }

    /// Puts a caller on the opt-out list. `api_key` is the name of the client's key, which is stored.
    ///
    /// # Errors
    /// The text is not a caller's number, or the database is away.
    pub async fn opt_out(
        &self,
        number: &Redacted<String>,
        api_key: &str,
    ) -> Result<OptOutState, RequestError> {
        let caller = self.caller_keys(number)?;
        let opt_out = OptOut {
            caller_hash: caller.hash.clone(),
            former_hashes: caller.former_hashes.clone(),
            at: self.now(),
            api_key: api_key.to_owned(),
        };
        let state = self.change_opt_out(&caller, ApiFact::OptOut(opt_out)).await?;
        tracing::info!(key = api_key, changed = state.changed, "opt-out stored");
        Ok(state)
    }

    /// Takes a caller off the opt-out list. `api_key` is the name of the client's key, for the log.
    ///
    /// # Errors
    /// The text is not a caller's number, or the database is away.
    pub async fn remove_opt_out(
        &self,
        number: &Redacted<String>,
        api_key: &str,
    ) -> Result<OptOutState, RequestError> {
        let caller = self.caller_keys(number)?;
        let opt_in = ApiFact::OptIn {
            caller_hashes: caller.all(),
        };
        let state = self.change_opt_out(&caller, opt_in).await?;
        tracing::info!(key = api_key, changed = state.changed, "opt-out removed");
        Ok(state)
    }

    /// Whether a caller is on the opt-out list.
    ///
    /// # Errors
    /// The text is not a caller's number, or the database is away.
    pub async fn look_up_opt_out(&self, number: &Redacted<String>) -> Result<OptOutState, RequestError> {
        let caller = self.caller_keys(number)?;
        Ok(OptOutState {
            since: self.store.opted_out_since(&caller.all()).await?,
            changed: false,
        })
    }

    /// How many callers are on the opt-out list.
    ///
    /// # Errors
    /// The database is away.
    pub async fn count_opt_outs(&self) -> Result<u64, RequestError> {
        Ok(self.store.opt_outs().await?)
    }

    async fn change_opt_out(
        &self,
        caller: &CallerKeys,
        change: ApiFact,
    ) -> Result<OptOutState, RequestError> {
        let changed = self.services().writer.api_fact(change).await? != ApiFactResult::Rows(0);
        let since = self.store.opted_out_since(&caller.all()).await?;
        Ok(OptOutState { since, changed })
    }

    /// The hashes by which the caller with this number is recognised.
    fn caller_keys(&self, number: &Redacted<String>) -> Result<CallerKeys, RequestError> {
        let config = self.current.config();
        config
            .context
            .caller_keys(number)
            .map_err(RequestError::NotANumber)
    }
}
