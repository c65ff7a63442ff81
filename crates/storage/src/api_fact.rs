//! Facts that arrive by the HTTP API: announcements, later context, eligible calls, opt-outs.

use chrono::{DateTime, Utc};

use aftercall_base::CallUid;
use aftercall_survey::record::{Amendment, Announcement, ClaimedCall, EligibleCall, NewDecision, OptOut};

/// A fact received by the API that must be stored.
#[derive(Debug, Clone)]
pub enum ApiFact {
    /// An announcement: a new one, or more context for a pending one.
    Announce(Announcement),
    /// A request for a sampling decision: the call is counted now.
    Decide(Box<NewDecision>),
    /// A call arrived for which a decision was stored.
    Claim(Box<ClaimedCall>),
    /// Expires everything that is pending until this time.
    Expire(DateTime<Utc>),
    /// Further context of a known call.
    Amend(Amendment),
    /// Calls that could have been surveyed.
    Eligible(Vec<EligibleCall>),
    /// A new opt-out.
    OptOut(OptOut),
    /// An opt-out is removed.
    OptIn {
        /// Every keyed hash under which the caller may be on the list.
        caller_hashes: Vec<String>,
    },
}

impl ApiFact {
    /// As [`Fact::depends_on_opt_outs`](super::store::Fact::depends_on_opt_outs).
    pub(super) const fn depends_on_opt_outs(&self) -> bool {
        match self {
            Self::Decide(_) | Self::Claim(_) | Self::OptIn { .. } => true,
            Self::Announce(_) | Self::Expire(_) | Self::Amend(_) | Self::Eligible(_) | Self::OptOut(_) => {
                false
            }
        }
    }

    /// The word in metrics.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Announce(_) => "announce",
            Self::Decide(_) => "decide",
            Self::Claim(_) => "claim",
            Self::Expire(_) => "expire",
            Self::Amend(_) => "amend",
            Self::Eligible(_) => "eligible",
            Self::OptOut(_) => "opt_out",
            Self::OptIn { .. } => "opt_in",
        }
    }
}

/// The result of an [`ApiFact`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiFactResult {
    /// It waits for its call, or has waited: this is the identity that the call has.
    Waits(CallUid),
    /// The call has arrived already: nothing was changed.
    Arrived(CallUid),
    /// The call that has this identity is decided.
    Decided {
        /// The call.
        call: CallUid,
        /// Whether it had been decided before; it was counted then.
        repeated: bool,
    },
    /// The call has what was decided beforehand.
    Claimed {
        /// Whether the caller has said since not to be asked.
        opted_out: bool,
    },
    /// The same `Idempotency-Key` was sent with another request.
    KeyReused,
    /// Another call has it, or its time is over.
    Gone,
    /// So many rows were changed or made.
    Rows(u64),
}
