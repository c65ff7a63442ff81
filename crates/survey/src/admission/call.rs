//! A call at the moment it is decided whether it is surveyed, and the decision.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;

use super::reason::AdmissionReason;
use super::rules::SamplingTerms;
use crate::SurveyVersion;
use crate::context::CallContext;
use aftercall_base::CallUid;

/// A call at the moment it is decided whether it is surveyed.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// Our identity of the call.
    pub uid: CallUid,
    /// The node that handles it.
    pub node: String,
    /// When the INVITE arrived.
    pub arrived_at: DateTime<Utc>,
    /// The time zone in which it is counted: that of its route.
    pub time_zone: Tz,
    /// The Call-ID of its INVITE.
    pub sip_call_id: String,
    /// The dialled number or user.
    pub dialled: String,
    /// The context that the PBX sent, by header or address.
    pub context: CallContext,
    /// The name of the route that matched; `None` when none did.
    pub route: Option<String>,
    /// The survey that the route leads to.
    pub survey: Option<SurveyVersion>,
    /// The decision of policy: whether the call is eligible for sampling at all.
    pub eligibility: Eligibility,
}

impl NewCall {
    /// When it arrived, by the clocks of its time zone.
    pub fn local_arrival(&self) -> NaiveDateTime {
        self.arrived_at.with_timezone(&self.time_zone).naive_local()
    }
}

/// What policy says before sampling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eligibility {
    /// Counted in a stratum, unless what only the database knows objects; then surveyed or not, as the terms say.
    Eligible(SamplingTerms),
    /// Not surveyed and not counted.
    Suppressed {
        /// The rule that objected.
        reason: AdmissionReason,
    },
}

/// Calls that are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stratum {
    /// The route whose calls are counted.
    pub route: String,
    /// What else they have in common.
    pub kind: StratumKind,
    /// The queue or agent; empty when the call named none, and where the whole route is counted.
    pub counted_as: String,
}

/// Which calls of a route are counted together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StratumKind {
    /// Those of a queue.
    #[default]
    Queue,
    /// Those of an agent.
    Agent,
    /// All calls of the route.
    Route,
}

impl StratumKind {
    /// The word in configuration and database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Agent => "agent",
            Self::Route => "route",
        }
    }

    /// What a word means.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        [Self::Queue, Self::Agent, Self::Route]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// What admission found for a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// The call is surveyed.
    Sampled {
        /// Its position in the stratum, from 1.
        position: u64,
        /// The rule that chose it.
        reason: AdmissionReason,
    },
    /// Eligible and counted, but not the call that the sampler chooses.
    NotSampled {
        /// Its position in the stratum, from 1.
        position: u64,
        /// The rule that passed it over.
        reason: AdmissionReason,
    },
    /// A rule kept it out; nothing was counted.
    Suppressed {
        /// The rule that objected.
        reason: AdmissionReason,
    },
}

impl Admission {
    /// The rule that decided.
    pub const fn reason(&self) -> &AdmissionReason {
        match self {
            Self::Sampled { reason, .. } | Self::NotSampled { reason, .. } | Self::Suppressed { reason } => {
                reason
            }
        }
    }

    /// Its position in the stratum, from 1; `None` when it was not counted.
    pub const fn position(&self) -> Option<u64> {
        match self {
            Self::Sampled { position, .. } | Self::NotSampled { position, .. } => Some(*position),
            Self::Suppressed { .. } => None,
        }
    }
}

/// A call's decision, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The sampler, or a minimum of its agent, chose the call.
    Sampled,
    /// Eligible and counted, but not chosen.
    NotSampled,
    /// Kept out by policy.
    Suppressed,
}

impl Decision {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sampled => "sampled",
            Self::NotSampled => "not_sampled",
            Self::Suppressed => "suppressed",
        }
    }

    /// The decision of a stored word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        [Self::Sampled, Self::NotSampled, Self::Suppressed]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

impl From<&Admission> for Decision {
    fn from(admission: &Admission) -> Self {
        match admission {
            Admission::Sampled { .. } => Self::Sampled,
            Admission::NotSampled { .. } => Self::NotSampled,
            Admission::Suppressed { .. } => Self::Suppressed,
        }
    }
}
