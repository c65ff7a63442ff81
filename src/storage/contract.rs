//! The facts of a call as storage takes them, free of SQL.
//!
//! A call is [admitted](NewCall) once: its row is written and, where the route samples, the counter of its
//! stratum is advanced in the same transaction, so that no crash can count a call twice or forget it. Each
//! [`AnswerRecord`] follows when its key was pressed, and one [`CallEnd`] closes the row.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::beside::MatchedBy;
use super::quality::MediaQuality;
use super::told::Told;
use crate::admission::{Reason, Terms};
use crate::ids::CallUid;
use crate::redact::Redacted;
use crate::survey::Metric;

/// A call at the moment it is decided whether it is surveyed.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// Our identity of the call.
    pub uid: CallUid,
    /// The node that handles it.
    pub node: String,
    /// When the INVITE arrived.
    pub arrived_at: DateTime<Utc>,
    /// The SIP Call-ID.
    pub sip_call_id: String,
    /// The dialled number or user.
    pub dialled: String,
    /// What the PBX told, by header or address.
    pub context: CallContext,
    /// The name of the route that matched; `None` when none did.
    pub route: Option<String>,
    /// The survey that the route leads to.
    pub survey: Option<SurveyVersion>,
    /// The decision of policy: whether the call is eligible for sampling at all.
    pub eligibility: Eligibility,
}

/// What is known of the call that was just finished with an agent. Every field may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallContext {
    /// Queue or service line.
    pub queue: Option<String>,
    /// The agent's id.
    pub agent: Option<String>,
    /// The agent's team.
    pub team: Option<String>,
    /// The id of the original call at the PBX.
    pub original_call_id: Option<String>,
    /// Language tag, for example `fi`.
    pub language: Option<String>,
    /// Further languages, in the order in which the caller wants them; not stored.
    pub other_languages: Vec<String>,
    /// Keyed hash of the caller's number, 64 hexadecimal digits.
    pub caller_hash: Option<String>,
    /// Hashes by which the same caller may have been stored before the number plan was set; looked up and not stored.
    pub former_hashes: Vec<String>,
    /// The caller's number in clear; only when the configuration says so.
    pub caller_number: Option<Redacted<String>>,
    /// The caller's number as it was told, for the rules of the route only: it is not stored.
    pub caller: Option<Redacted<String>>,
    /// The survey that the PBX asks for, by name.
    pub survey: Option<String>,
    /// Whether the caller agreed to be asked.
    pub opt_in: Option<OptIn>,
    /// How long caller and agent talked.
    pub talk_time: Option<Duration>,
    /// How long the caller waited for the agent.
    pub wait_time: Option<Duration>,
    /// How the agent closed the finished call.
    pub disposition: Option<String>,
    /// The token that names what was announced of this call beforehand.
    pub token: Option<Redacted<String>>,
    /// Who handed the call over; a number as its keyed hash.
    pub transferor: Option<String>,
    /// By what it was found that the call had been announced; its identity is then that of the announcement.
    pub announced_by: Option<MatchedBy>,
    /// What the operator named beside these.
    pub attributes: BTreeMap<String, String>,
    /// Where each of them stood, as it is stored.
    pub told: Vec<Told>,
}

/// Whether the caller agreed to be asked, where the PBX tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptIn {
    /// The caller agreed.
    Given,
    /// The caller did not.
    Withheld,
}

/// A survey as it was asked: its name and the version of its definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SurveyVersion {
    /// The survey's name.
    pub name: String,
    /// The version: the first 12 hexadecimal digits of the SHA-256 of its definition.
    pub version: String,
}

/// What policy says before sampling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eligibility {
    /// Counted in a stratum, unless what only the database knows objects; then surveyed or not, as the terms say.
    Eligible(Terms),
    /// Not surveyed and not counted.
    Suppressed {
        /// The rule that objected.
        reason: Reason,
    },
}

/// Calls that are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stratum {
    /// The route's name.
    pub route: String,
    /// What else they have in common.
    pub per: Per,
    /// The queue or agent; empty when the call named none, and where the whole route is counted.
    pub counted_as: String,
}

/// Which calls of a route are counted together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Per {
    /// Those of a queue.
    #[default]
    Queue,
    /// Those of an agent.
    Agent,
    /// All.
    Route,
}

impl Per {
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
        reason: Reason,
    },
    /// Another call's turn.
    NotSampled {
        /// Its position in the stratum, from 1.
        position: u64,
        /// The rule that passed it over.
        reason: Reason,
    },
    /// A rule kept it out; nothing was counted.
    Suppressed {
        /// The rule.
        reason: Reason,
    },
}

impl Admission {
    /// The rule that decided.
    pub const fn reason(&self) -> &Reason {
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

/// One question's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRecord {
    /// The call.
    pub call: CallUid,
    /// The question's id within its survey version.
    pub question: String,
    /// The accepted value; `None` when the question was skipped after its last attempt.
    pub value: Option<i64>,
    /// Every key pressed at this question in order, including those that did not match, at most 32.
    pub raw_digits: String,
    /// Every key that was dropped since the question before was decided, in order, at most 32: it came too early, or was
    /// the rest of an input that did.
    pub early_digits: String,
    /// Attempts used, from 1.
    pub attempts: u32,
    /// From the end of the prompt to the deciding key; zero when the caller barged in.
    pub response_time: Duration,
    /// Whether the inter-digit timeout accepted it (the `1` of 0-10).
    pub accepted_by_timeout: bool,
    /// The value given first, where the caller answered once more; that answer is then replaced by this.
    pub corrected_from: Option<i64>,
    /// When it was accepted.
    pub answered_at: DateTime<Utc>,
}

/// A recording whose file has just been made; nothing is in it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingBegun {
    /// The call.
    pub call: CallUid,
    /// The question's id within its survey version.
    pub question: String,
    /// The file, below the directory of recordings.
    pub path: String,
    /// When.
    pub begun_at: DateTime<Utc>,
}

/// What has become of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingEnd {
    /// The recording.
    pub recording: RecordingBegun,
    /// What is left of it.
    pub kept: Kept,
    /// Why it ended.
    pub ended_by: EndedBy,
    /// When.
    pub ended_at: DateTime<Utc>,
}

/// What is left of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// A file.
    Audio(RecordedAudio),
    /// Nothing: the caller opted out, or left before the tone.
    Nothing,
    /// Nothing: it could not be written or read.
    Lost,
}

/// A finished recording: a WAV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedAudio {
    /// How long it sounds, trailing silence cut off.
    pub duration: Duration,
    /// The size of the file.
    pub size_bytes: u64,
    /// The SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    /// How much of it is louder than silence.
    pub speech: Duration,
    /// Why it counts as empty; `None` for a comment.
    pub empty: Option<Empty>,
}

/// Why a recording is no comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// Nothing was said.
    NoSpeech,
    /// Too little was said to be a comment.
    TooShort,
}

impl Empty {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoSpeech => "no_speech",
            Self::TooShort => "too_short",
        }
    }

    /// The reason of a stored word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        [Self::NoSpeech, Self::TooShort]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// Why a recording ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndedBy {
    /// The caller pressed `#`.
    Key,
    /// The caller fell silent.
    Silence,
    /// The comment took as long as it may.
    Limit,
    /// The survey took as long as it may.
    TimeCap,
    /// The caller hung up.
    CallerHungUp,
    /// The caller opted out.
    OptedOut,
    /// The disk was full or failed.
    Disk,
    /// The call ended for a technical reason.
    Technical,
    /// The service died during the comment; the file was mended at the next start.
    Restart,
}

impl EndedBy {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::Key,
        Self::Silence,
        Self::Limit,
        Self::TimeCap,
        Self::CallerHungUp,
        Self::OptedOut,
        Self::Disk,
        Self::Technical,
        Self::Restart,
    ];

    /// The word stored in the database and shown to people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Silence => "silence",
            Self::Limit => "limit",
            Self::TimeCap => "time_cap",
            Self::CallerHungUp => "caller_hung_up",
            Self::OptedOut => "opted_out",
            Self::Disk => "disk",
            Self::Technical => "technical",
            Self::Restart => "restart",
        }
    }

    /// The reason of a stored word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

impl fmt::Display for EndedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The end of a call, and with it its one disposition.
#[derive(Debug, Clone, PartialEq)]
pub struct CallEnd {
    /// The call.
    pub call: CallUid,
    /// When the call was answered with 200; `None` when it never was.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// How it ended.
    pub disposition: Disposition,
    /// The reason in a word or a few: `caller_hung_up`, `rtp_silence`, `ack_timeout`, ...
    pub reason: String,
    /// How good its media were; `None` for a call without media.
    pub media: Option<MediaQuality>,
    /// Ids of the questions that were begun to be asked, in order; `None` for a call that was not surveyed.
    pub asked: Option<Vec<String>>,
}

/// The one end of each call (the funnel of the product).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// Eligible, but another call's turn.
    NotSampled,
    /// Kept out by policy.
    Suppressed,
    /// Sampled, but there was no capacity.
    RefusedCapacity,
    /// The caller opted out.
    Declined,
    /// The caller heard the survey and pressed nothing.
    NoAnswer,
    /// The caller hung up before the first answer.
    Abandoned,
    /// Technical failure; the reason tells which.
    Failed,
    /// At least one answer, but not all.
    Partial,
    /// Every scored question answered.
    Completed,
}

impl Disposition {
    /// Every disposition, in the order of the funnel.
    pub const ALL: [Self; 9] = [
        Self::NotSampled,
        Self::Suppressed,
        Self::RefusedCapacity,
        Self::Declined,
        Self::NoAnswer,
        Self::Abandoned,
        Self::Failed,
        Self::Partial,
        Self::Completed,
    ];

    /// The word stored in the database and shown to people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSampled => "not_sampled",
            Self::Suppressed => "suppressed",
            Self::RefusedCapacity => "refused_capacity",
            Self::Declined => "declined",
            Self::NoAnswer => "no_answer",
            Self::Abandoned => "abandoned",
            Self::Failed => "failed",
            Self::Partial => "partial",
            Self::Completed => "completed",
        }
    }

    /// The disposition of a stored word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

impl fmt::Display for Disposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A survey version as reports need to know it: written when a survey is loaded, never changed.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyRecord {
    /// Name and version.
    pub survey: SurveyVersion,
    /// The title for people.
    pub title: String,
    /// What the measurement is for.
    pub goal: String,
    /// The definition as written.
    pub definition: String,
    /// Its questions in order.
    pub questions: Vec<QuestionRecord>,
}

/// A question as reports need to know it.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionRecord {
    /// Its id within the survey.
    pub id: String,
    /// What it measures.
    pub metric: Metric,
    /// The question in words.
    pub text: String,
    /// Smallest and largest valid value.
    pub scale: (i64, i64),
    /// Whether a high value is good.
    pub high_is_good: bool,
    /// The satisfaction threshold of CSAT, or the top box of CES: values at or beyond it (in the good direction)
    /// count.
    pub threshold: Option<i64>,
    /// The target of its headline score, in the unit of the metric (NPS points, or percent).
    pub target: Option<f64>,
    /// Labels of values, in order of value.
    pub labels: Vec<(i64, String)>,
}
