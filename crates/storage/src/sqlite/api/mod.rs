//! Facts that arrive by the HTTP API, written to SQLite and found again.
//!
//! Each of these facts is a run of its own in a batch ([`run`](super::run)): each reads before it writes, and both are in one
//! transaction.

mod amend;
mod announcement;
mod decide;
mod eligible;
mod opt_out;
mod summary;

pub(super) use self::announcement::{close, find, waiting};
pub(super) use self::opt_out::{count as opt_outs, since as opted_out_since};
pub(super) use self::summary::call;

use sqlx::sqlite::SqliteConnection;

use crate::api_fact::{ApiFact, ApiFactResult};
use crate::error::StoreError;

/// Writes one fact.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    fact: &ApiFact,
) -> Result<ApiFactResult, StoreError> {
    match fact {
        ApiFact::Announce(announcement) => announcement::announce(connection, announcement).await,
        ApiFact::Decide(decision) => decide::decide(connection, decision).await,
        ApiFact::Claim(claimed) => decide::claim(connection, claimed).await,
        ApiFact::Expire(now) => announcement::expire(connection, *now).await,
        ApiFact::Amend(amendment) => amend::amend(connection, amendment).await,
        ApiFact::Eligible(calls) => eligible::calls(connection, calls).await,
        ApiFact::OptOut(opt_out) => opt_out::add(connection, opt_out).await,
        ApiFact::OptIn { caller_hashes } => opt_out::remove(connection, caller_hashes).await,
    }
}
