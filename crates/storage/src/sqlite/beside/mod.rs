//! Facts that arrive by the HTTP API, written to SQLite and found again.
//!
//! Each of these facts is a run of its own in a batch ([`run`](super::run)): each reads before it writes, and both are in one
//! transaction.

mod amend;
mod announce;
mod decide;
mod eligible;
mod expire;
mod find;
mod opt_out;
mod result;
mod row;

pub(super) use self::expire::waiting;
pub(super) use self::find::find;
pub(super) use self::opt_out::{count as opt_outs, since as opted_out_since};
pub(super) use self::result::call;
pub(super) use self::row::close;

use sqlx::sqlite::SqliteConnection;

use crate::beside::{Beside, Noted};
use crate::error::StoreError;

/// Writes one fact.
pub(super) async fn apply(connection: &mut SqliteConnection, beside: &Beside) -> Result<Noted, StoreError> {
    match beside {
        Beside::Announce(announcement) => announce::announce(connection, announcement).await,
        Beside::Decide(decision) => decide::decide(connection, decision).await,
        Beside::Claim(claimed) => decide::claim(connection, claimed).await,
        Beside::Expire(now) => expire::expire(connection, *now).await,
        Beside::Amend(amendment) => amend::amend(connection, amendment).await,
        Beside::Eligible(calls) => eligible::calls(connection, calls).await,
        Beside::OptOut(opt_out) => opt_out::add(connection, opt_out).await,
        Beside::OptIn { caller_hashes } => opt_out::remove(connection, caller_hashes).await,
    }
}
