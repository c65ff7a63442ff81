//! What the platforms send, as data: one entry each, in one place.
//!
//! A preset adds names before the defaults, and what the platform reads back from us. `docs/context.md` says for each
//! what has to be set up on its side. Header names that a platform leaves to its operator (most do) are those of our
//! own examples.

use super::field::Field;

/// A platform whose names are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Preset {
    /// Asterisk.
    Asterisk,
    /// FreeSWITCH.
    FreeSwitch,
    /// FreePBX.
    FreePbx,
    /// Cisco CVP, UCCE, CUBE.
    Cisco,
    /// Genesys Cloud and Genesys Engage.
    Genesys,
    /// Avaya Communication Manager.
    Avaya,
    /// Five9.
    Five9,
    /// NICE CXone.
    Nice,
}

/// What a preset holds.
#[derive(Debug, Clone, Copy)]
pub struct PresetContent {
    /// Header names by field, asked before the defaults.
    pub headers: &'static [(Field, &'static [&'static str])],
    /// Headers whose value is a call id, asked after user-to-user data.
    pub call_ids: &'static [&'static str],
    /// What user-to-user data are that are no list.
    pub plain_user_to_user: Option<Field>,
    /// Headers of our BYE, with their templates.
    pub bye_headers: &'static [(&'static str, &'static str)],
    /// Headers of our 200, with their templates.
    pub answer_headers: &'static [(&'static str, &'static str)],
}

const NOTHING: PresetContent = PresetContent {
    headers: &[],
    call_ids: &[],
    plain_user_to_user: None,
    bye_headers: &[],
    answer_headers: &[],
};

/// Channel variables of `app_queue`, set as headers under their own names by a pre-dial handler.
const ASTERISK: PresetContent = PresetContent {
    headers: &[
        (Field::Queue, &["X-Queuename"]),
        (Field::Agent, &["X-Membername", "X-Memberinterface"]),
        (Field::OriginalCallId, &["X-Linkedid", "X-Uniqueid"]),
        (Field::WaitTime, &["X-Queuewait"]),
    ],
    ..NOTHING
};

/// Channel variables of `mod_callcenter`, exported as `sip_h_X-...`; the caller is in Remote-Party-ID unless
/// `sip_cid_type` says otherwise.
const FREESWITCH: PresetContent = PresetContent {
    headers: &[
        (Field::Queue, &["X-CC-Queue", "X-CC_Queue"]),
        (Field::Agent, &["X-CC-Agent", "X-CC_Agent"]),
        (Field::OriginalCallId, &["X-FS-UUID", "X-Call-UUID"]),
        (Field::Caller, &["Remote-Party-ID", "P-Asserted-Identity"]),
    ],
    ..NOTHING
};

/// CUBE asserts the caller in Remote-Party-ID; CVP's call guid is 32 hexadecimal digits, its header four numbers.
const CISCO: PresetContent = PresetContent {
    headers: &[(Field::Caller, &["Remote-Party-ID", "P-Asserted-Identity"])],
    call_ids: &["Cisco-GUCID"],
    ..NOTHING
};

/// Genesys Cloud puts the conversation id in a header of its own on its trunks; a flow's UUI is mostly that id alone.
const GENESYS: PresetContent = PresetContent {
    headers: &[(Field::OriginalCallId, &["x-inin-cnv"])],
    call_ids: &["X-Genesys-CallUUID", "X-Genesys-GVP-Session-ID"],
    plain_user_to_user: Some(Field::OriginalCallId),
    ..NOTHING
};

/// The UCID travels in User-to-User; Session Manager adds a session id of its own.
const AVAYA: PresetContent = PresetContent {
    call_ids: &["Av-Global-Session-ID"],
    ..NOTHING
};

/// Names of a `Set Variable` that puts call variables into X- headers; reads X- headers from our BYE.
const FIVE9: PresetContent = PresetContent {
    headers: &[
        (Field::Queue, &["X-CallSkill", "X-CallCampaign"]),
        (Field::Agent, &["X-CallAgentID", "X-CallAgent"]),
        (Field::OriginalCallId, &["X-CallID", "X-CallSessionID"]),
        (Field::Language, &["X-CallLanguage"]),
        (
            Field::Caller,
            &["X-CallANI", "P-Asserted-Identity", "Remote-Party-ID"],
        ),
        (Field::Disposition, &["X-CallDisposition"]),
    ],
    bye_headers: &[
        ("X-Survey-Result", "{disposition}"),
        ("X-Survey-Answers", "{answers}"),
        ("X-Survey-Call", "{call}"),
    ],
    ..NOTHING
};

/// Studio's Sipputheader sends X- headers by any name; Sipgetheader reads those of our final 2xx and no other message.
const NICE: PresetContent = PresetContent {
    headers: &[
        (Field::Queue, &["X-Skill", "X-Skill-Name"]),
        (Field::Agent, &["X-AgentID"]),
        (Field::OriginalCallId, &["X-ContactID", "X-MasterID"]),
    ],
    answer_headers: &[("X-Survey-Call", "{call}"), ("X-Survey", "{survey}")],
    ..NOTHING
};

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 8] = [
        Self::Asterisk,
        Self::FreeSwitch,
        Self::FreePbx,
        Self::Cisco,
        Self::Genesys,
        Self::Avaya,
        Self::Five9,
        Self::Nice,
    ];

    /// The word in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asterisk => "asterisk",
            Self::FreeSwitch => "freeswitch",
            Self::FreePbx => "freepbx",
            Self::Cisco => "cisco",
            Self::Genesys => "genesys",
            Self::Avaya => "avaya",
            Self::Five9 => "five9",
            Self::Nice => "nice",
        }
    }

    /// The names and templates of the platform.
    pub const fn content(self) -> &'static PresetContent {
        match self {
            // FreePBX is Asterisk with a dialplan of its own; its headers are made in the same handlers.
            Self::Asterisk | Self::FreePbx => &ASTERISK,
            Self::FreeSwitch => &FREESWITCH,
            Self::Cisco => &CISCO,
            Self::Genesys => &GENESYS,
            Self::Avaya => &AVAYA,
            Self::Five9 => &FIVE9,
            Self::Nice => &NICE,
        }
    }
}

impl std::str::FromStr for Preset {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|preset| preset.as_str() == word);
        found.ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            format!("`{word}` is not a preset; choose from {known}")
        })
    }
}
