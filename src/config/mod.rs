//! The operator's settings.
//!
//! One TOML file (`config/aftercall.toml`) and the environment (`AFTERCALL__SIP__LISTEN=...` wins over
//! `[sip] listen`) become [`Settings`]: every value typed, every section with its defaults, one file here a
//! section. Paths in the file are relative to its directory. [`load()`](load::load) reports every fault at once with file, line, reason and fix; a `Settings` that exists
//! is consistent in itself. What only the world can tell (a port in use, a missing prompt) is found by `check`
//! and at start.

mod autopilot;
mod base;
pub mod calls;
mod consistency;
pub mod context;
pub mod control;
pub mod delivery;
mod directory;
mod environment;
mod example;
mod holiday_files;
pub mod holidays;
pub mod http;
pub mod languages;
pub mod load;
mod loaded;
mod locate;
pub mod log;
pub mod mail;
pub mod media;
pub mod network;
mod number_plan;
pub mod numbers;
pub mod pages;
mod path_text;
mod paths;
mod place;
mod plain;
pub mod privacy;
mod reader;
pub mod recordings;
pub mod reports;
pub mod results;
pub mod route;
pub mod sampling;
pub mod setting;
pub mod sip;
pub mod storage;
mod syntax;
pub mod value;
pub mod watch;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use aftercall_survey::admission::quota::SurveyLimits;
use aftercall_survey::route::Route;

pub use load::load;
pub use loaded::Loaded;

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
    /// `[numbers]`: how callers' numbers are brought to one notation.
    pub numbers: numbers::NumberSettings,
    /// `[results]`: the result of the survey, returned to the PBX.
    pub results: results::ResultSettings,
    /// `[reports]`: how periods are named, and what ids are called.
    pub reports: reports::ReportSettings,
    /// `[watch]`: the watchdog.
    pub watch: watch::WatchSettings,
    /// `[mail]`: the server that mails are handed to.
    pub mail: mail::MailSettings,
    /// `[[delivery]]`: which reports are delivered, when, and to whom.
    pub delivery: Vec<delivery::DeliverySettings>,
    /// `[privacy]`: what is kept of a caller's number.
    pub privacy: privacy::PrivacySettings,
    /// `[storage]`: the database.
    pub storage: storage::StorageSettings,
    /// `[recordings]`: comments.
    pub recordings: recordings::RecordingSettings,
    /// `[http]`: health, readiness, metrics.
    pub http: http::HttpSettings,
    /// `[pages]`: who may see the pages.
    pub pages: pages::PagesSettings,
    /// `[control]`: the socket for `aftercall reload`.
    pub control: control::ControlSettings,
    /// `[log]`: how much is logged and in which shape.
    pub log: log::LogSettings,
    /// `[languages]`: the order in which they stand in for one another.
    pub languages: languages::LanguageSettings,
    /// `[prompts]`: the recorded prompts.
    pub prompts: PromptSettings,
    /// `[surveys]`: the survey definitions.
    pub surveys: SurveySettings,
    /// `[sampling]`: who is asked, on every route that does not say otherwise.
    pub sampling: sampling::SamplingSettings,
    /// `[[route]]`: which dialled number leads to which survey, and who is asked.
    pub route: Vec<route::RouteSettings>,
}

impl Settings {
    /// The routes as calls take them, in the order of the file.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.route.iter().map(|written| &written.route)
    }
}

/// `[prompts]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PromptSettings {
    /// The directory with one folder a language.
    #[serde(deserialize_with = "value::directory")]
    pub directory: PathBuf,
    /// The operator's own recordings, laid out likewise; searched first. It need not exist.
    #[serde(deserialize_with = "value::directory")]
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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SurveySettings {
    /// The directory of survey definitions, one TOML file each.
    #[serde(deserialize_with = "value::directory")]
    pub directory: PathBuf,
    /// The directory of definitions to copy from, which `check` reads and no call is asked by. It need not exist.
    #[serde(deserialize_with = "value::directory")]
    pub templates: PathBuf,
    /// Surveys by name that may be asked at most so often on a local day, on all routes together.
    #[serde(deserialize_with = "value::table")]
    pub max_per_day: BTreeMap<String, u32>,
    /// Surveys by name that may be asked at most so often in all.
    #[serde(deserialize_with = "value::table")]
    pub max_in_all: BTreeMap<String, u32>,
}

impl SurveySettings {
    /// The limits of a survey.
    pub fn limits(&self, survey: &str) -> SurveyLimits {
        let limit = |limits: &BTreeMap<String, u32>| limits.get(survey).copied().unwrap_or(0);
        SurveyLimits {
            max_per_day: limit(&self.max_per_day),
            max_in_all: limit(&self.max_in_all),
        }
    }
}

impl Default for SurveySettings {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("config/surveys"),
            templates: PathBuf::from("config/templates"),
            max_per_day: BTreeMap::new(),
            max_in_all: BTreeMap::new(),
        }
    }
}
