//! The operator's settings.
//!
//! One TOML file (`config/aftercall.toml`) and the environment (`AFTERCALL__SIP__LISTEN=...` wins over
//! `[sip] listen`) become [`Settings`]: every value typed, every section with its defaults, one file here a
//! section. [`load()`](load::load) reports every fault at once with file, line, reason and mend; a `Settings` that exists
//! is consistent in itself. What only the world can tell (a port in use, a missing prompt) is found by `check`
//! and at start.

pub mod calls;
pub mod context;
mod environment;
pub mod http;
pub mod languages;
pub mod load;
mod locate;
pub mod log;
pub mod media;
pub mod network;
pub mod privacy;
pub mod recordings;
pub mod results;
pub mod route;
pub mod sip;
pub mod storage;
pub mod value;

use std::path::PathBuf;

use serde::Deserialize;

pub use load::{Loaded, load};

/// Everything that the operator can set.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `[sip]`: signalling.
    pub sip: sip::SipSettings,
    /// `[media]`: RTP.
    pub media: media::MediaSettings,
    /// `[calls]`: how many, and how a call is told apart.
    pub calls: calls::CallSettings,
    /// `[context]`: where queue, agent and the like are read from.
    pub context: context::ContextSettings,
    /// `[results]`: what the PBX is told of the survey.
    pub results: results::ResultSettings,
    /// `[privacy]`: what is kept of a caller's number.
    pub privacy: privacy::PrivacySettings,
    /// `[storage]`: the database.
    pub storage: storage::StorageSettings,
    /// `[recordings]`: comments.
    pub recordings: recordings::RecordingSettings,
    /// `[http]`: health, readiness, metrics.
    pub http: http::HttpSettings,
    /// `[log]`: how much is logged and in which shape.
    pub log: log::LogSettings,
    /// `[languages]`: the order in which they stand in for one another.
    pub languages: languages::LanguageSettings,
    /// `[prompts]`: the recorded prompts.
    pub prompts: PromptSettings,
    /// `[surveys]`: the survey definitions.
    pub surveys: SurveySettings,
    /// `[[route]]`: which dialled number leads to which survey, and how often.
    pub routes: Vec<route::Route>,
}

/// `[prompts]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PromptSettings {
    /// The directory with one folder a language.
    pub directory: PathBuf,
    /// The operator's own recordings, laid out likewise; searched first. It need not exist.
    pub own: PathBuf,
}

impl Default for PromptSettings {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("prompts"),
            own: PathBuf::from("var/prompts"),
        }
    }
}

/// `[surveys]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SurveySettings {
    /// The directory of survey definitions, one TOML file each.
    pub directory: PathBuf,
    /// The directory of definitions to copy from, which `check` reads and no call is asked by. It need not exist.
    pub templates: PathBuf,
}

impl Default for SurveySettings {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("config/surveys"),
            templates: PathBuf::from("config/templates"),
        }
    }
}
