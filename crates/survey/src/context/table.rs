//! The one table of fields. Whatever lists fields reads it: settings, headers, keys of lists, the API and its description,
//! columns. `CONTRIBUTING.md`, *Adding a context field*, has the few other places of a new one.

use super::kind::FieldKind;

/// What is to be known of a field.
#[derive(Debug)]
pub struct FieldDescription {
    /// The word in configuration, conditions, templates, database texts and documents.
    pub name: &'static str,
    /// The name of its member in JSON and of its column, with its unit.
    pub json: &'static str,
    /// What it is, as the API's description says it.
    pub meaning: &'static str,
    /// A value, as the API's description shows it.
    pub example: Option<&'static str>,
    /// What counts as a value.
    pub kind: FieldKind,
    /// The headers by which it is found when nothing is configured, in the order in which they are asked.
    pub headers: &'static [&'static str],
    /// Keys of a `key=value` list by which it is known, whatever its headers are called.
    pub keys: &'static [&'static str],
    /// Where a request of the API has it.
    pub request: RequestPlace,
    /// Whether it cannot be changed once the call is decided, because the decision depended on it.
    pub is_settled: bool,
    /// Whether the API returns it with the state of a call. Needs [`FieldStorage::Column`].
    pub is_returned: bool,
    /// Whether a call that is reported as eligible has it: then it has a column of `eligible_call` too.
    pub is_reported: bool,
    /// Where its value is stored.
    pub storage: FieldStorage,
}

/// Where a request of the API has a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestPlace {
    /// A member of the object `context`.
    Context,
    /// A member of the request itself: a key by which the call is found.
    Request,
    /// Nowhere: it comes by header only.
    Nowhere,
}

/// Where the value of a field is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldStorage {
    /// A column of the call's row, of the name of the member in JSON.
    Column,
    /// In the text beside the row, with its source.
    Sources,
    /// A keyed hash in the call's row.
    Hash,
}

/// A text that comes in headers and in the object `context`; what a field is unless it says otherwise.
const TEXT: FieldDescription = FieldDescription {
    name: "",
    json: "",
    meaning: "",
    example: None,
    kind: FieldKind::Text,
    headers: &[],
    keys: &[],
    request: RequestPlace::Context,
    is_settled: false,
    is_returned: false,
    is_reported: false,
    storage: FieldStorage::Sources,
};

/// Makes the enum of the fields and their descriptions of one list, so that none can be without the other.
macro_rules! fields {
    ($($(#[$doc:meta])+ $field:ident: $description:expr,)+) => {
        /// A field that the service itself knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[$doc])+ $field,)+
        }

        impl Field {
            /// Every field, in the order of the table.
            pub const ALL: [Self; [$(stringify!($field)),+].len()] = [$(Self::$field),+];

            /// What is to be known of it.
            pub const fn description(self) -> &'static FieldDescription {
                match self {
                    $(Self::$field => const { &$description },)+
                }
            }
        }
    };
}

fields! {
    /// Queue or service line.
    Queue: FieldDescription {
        name: "queue",
        json: "queue",
        meaning: "Queue or service line.",
        example: Some("sales"),
        headers: &["X-Queue"],
        keys: &["queue", "queue_name", "skill", "service"],
        is_returned: true,
        is_reported: true,
        storage: FieldStorage::Column,
        ..TEXT
    },
    /// The agent's id.
    Agent: FieldDescription {
        name: "agent",
        json: "agent",
        meaning: "The agent's id.",
        example: Some("4711"),
        headers: &["X-Agent-Id", "X-Agent"],
        keys: &["agent", "agent_id", "agentid"],
        is_returned: true,
        is_reported: true,
        storage: FieldStorage::Column,
        ..TEXT
    },
    /// The agent's team.
    Team: FieldDescription {
        name: "team",
        json: "team",
        meaning: "The agent's team.",
        headers: &["X-Team"],
        keys: &["team"],
        is_returned: true,
        is_reported: true,
        storage: FieldStorage::Column,
        ..TEXT
    },
    /// The id of the finished call at the PBX.
    OriginalCallId: FieldDescription {
        name: "original_call_id",
        json: "original_call_id",
        meaning: "The id of the finished call at the PBX.",
        headers: &["X-Call-Id", "X-Original-Call-ID"],
        keys: &[
            "call_id",
            "callid",
            "original_call_id",
            "conversation_id",
            "conversationid",
            "ucid",
            "callguid",
        ],
        request: RequestPlace::Request,
        storage: FieldStorage::Column,
        ..TEXT
    },
    /// The caller's languages.
    Language: FieldDescription {
        name: "language",
        json: "language",
        meaning: "The caller's language.",
        example: Some("fi"),
        kind: FieldKind::Languages,
        headers: &["X-Language"],
        keys: &["language", "lang"],
        storage: FieldStorage::Column,
        ..TEXT
    },
    /// The survey that the PBX asks for, by name.
    Survey: FieldDescription {
        name: "survey",
        json: "survey",
        meaning: "The survey to ask instead of the route's, by name.",
        headers: &["X-Survey"],
        keys: &["survey"],
        is_settled: true,
        ..TEXT
    },
    /// Whether the caller agreed to be asked.
    Optin: FieldDescription {
        name: "optin",
        json: "opt_in",
        meaning: "Whether the caller agreed to be asked.",
        kind: FieldKind::Consent,
        headers: &["X-Survey-Optin"],
        keys: &["optin", "survey_optin"],
        is_settled: true,
        ..TEXT
    },
    /// How long caller and agent talked.
    TalkTime: FieldDescription {
        name: "talk_time",
        json: "talk_time_s",
        meaning: "Seconds that caller and agent talked, at most a week.",
        kind: FieldKind::Seconds,
        headers: &["X-Talk-Time"],
        keys: &["talk_time", "talktime"],
        is_reported: true,
        ..TEXT
    },
    /// How long the caller waited for the agent.
    WaitTime: FieldDescription {
        name: "wait_time",
        json: "wait_time_s",
        meaning: "Seconds that the caller waited for the agent, at most a week.",
        kind: FieldKind::Seconds,
        headers: &["X-Wait-Time"],
        keys: &["wait_time", "waittime"],
        is_reported: true,
        ..TEXT
    },
    /// How the agent closed the finished call.
    Disposition: FieldDescription {
        name: "disposition",
        json: "disposition",
        meaning: "How the agent closed the call.",
        example: Some("sold"),
        headers: &["X-Disposition"],
        keys: &["disposition", "wrapup"],
        is_reported: true,
        ..TEXT
    },
    /// Who ended the call with the agent.
    HungUpBy: FieldDescription {
        name: "hung_up_by",
        json: "hung_up_by",
        meaning: "Who hung up first in the call with the agent: agent or caller.",
        kind: FieldKind::Party,
        headers: &["X-Hangup-By", "X-Hung-Up-By"],
        keys: &["hangup_by", "hung_up_by"],
        is_reported: true,
        ..TEXT
    },
    /// The caller's number.
    Caller: FieldDescription {
        name: "caller",
        json: "caller",
        meaning: "The caller's number.",
        kind: FieldKind::Number,
        headers: &["P-Asserted-Identity", "Remote-Party-ID"],
        keys: &["caller", "ani"],
        request: RequestPlace::Request,
        storage: FieldStorage::Hash,
        ..TEXT
    },
    /// Names what was announced of this call beforehand.
    Token: FieldDescription {
        name: "token",
        json: "token",
        meaning: "Names the call in the Request-URI.",
        kind: FieldKind::Token,
        keys: &["token"],
        request: RequestPlace::Request,
        ..TEXT
    },
    /// Who handed the call over.
    Transferor: FieldDescription {
        name: "transferor",
        json: "transferor",
        meaning: "Who handed the call over.",
        keys: &["transferor"],
        request: RequestPlace::Nowhere,
        ..TEXT
    },
}
