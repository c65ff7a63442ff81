//! What rules say beyond their condition: who is told, by what, and how it is kept quiet. Pure.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::people::People;
use super::working_time::WorkingTime;
use crate::delivery::mail::MailServer;
use crate::delivery::webhook::Webhook;
use aftercall_report::render::ReportLanguage;
use aftercall_survey::alert::AlertRule;

/// Who a rule tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// Who leads the agent's team.
    TeamLeader,
    /// Who leads the queue.
    QueueLeader,
    /// This person.
    Person(String),
    /// This `[[channel]]`.
    Channel(String),
}

/// How a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactMethod {
    /// A mail.
    Mail,
    /// A telephone call.
    Call,
}

/// A rule in force.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleInForce {
    /// Its condition, name and severity.
    pub rule: AlertRule,
    /// Who is told.
    pub tell: Vec<Receiver>,
    /// How persons are told.
    pub by: Vec<ContactMethod>,
    /// Whether a case follows up on it.
    pub opens_case: bool,
    /// The same caller is not told about again by this rule for so long; `None`: they are.
    pub once_per_caller: Option<Duration>,
}

/// What the body of a webhook looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFormat {
    /// Standard Webhooks: `{type, timestamp, data}`.
    Standard,
    /// Slack's incoming webhooks.
    Slack,
    /// Workflows of Teams: an adaptive card.
    Teams,
    /// Mattermost's incoming webhooks.
    Mattermost,
    /// Events of PagerDuty, version 2, and of services that take the same.
    PagerDuty,
}

impl BodyFormat {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Standard,
        Self::Slack,
        Self::Teams,
        Self::Mattermost,
        Self::PagerDuty,
    ];

    /// The word in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Slack => "slack",
            Self::Teams => "teams",
            Self::Mattermost => "mattermost",
            Self::PagerDuty => "pagerduty",
        }
    }

    /// The format of a word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// A `[[channel]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertChannel {
    /// Where it is posted, and what it is signed with.
    pub webhook: Webhook,
    /// What the body looks like.
    pub format: BodyFormat,
    /// The routing key of a service that takes one.
    pub routing_key: Option<aftercall_base::Redacted<String>>,
}

/// What alerts go by.
#[derive(Debug, Clone, Default)]
pub struct AlertSetup {
    /// The rules, in the order of the file.
    pub rules: Vec<Arc<RuleInForce>>,
    /// Who can be told.
    pub people: People,
    /// The channels by name.
    pub channels: BTreeMap<String, Arc<AlertChannel>>,
    /// The server that mails are handed to.
    pub mail: Option<Arc<MailServer>>,
    /// When people work of whom nothing else is said.
    pub working: WorkingTime,
    /// In which working time a case is to be taken.
    pub take_within: Duration,
    /// In which working time the caller is to be contacted.
    pub contact_within: Duration,
    /// Messages that a recipient gets in an hour before the rest waits for a digest; `None`: any number.
    pub digest_after: Option<u32>,
    /// After which time of failed attempts a message is given up.
    pub give_up: Duration,
    /// The language of messages to those of whom nothing else is said.
    pub language: ReportLanguage,
    /// Where the pages are, for links; `None`: messages have none.
    pub pages_url: Option<String>,
    /// Whether messages have the number of the caller, where it is kept.
    pub shows_number: bool,
}

impl AlertSetup {
    /// The rule of a name.
    pub fn rule(&self, name: &str) -> Option<&Arc<RuleInForce>> {
        self.rules.iter().find(|rule| *rule.rule.name == *name)
    }

    /// The rules as calls evaluate them.
    pub fn conditions(&self) -> Arc<[AlertRule]> {
        self.rules.iter().map(|rule| rule.rule.clone()).collect()
    }
}

/// The setup that is current.
#[derive(Debug, Default)]
pub struct CurrentAlertSetup(RwLock<Arc<AlertSetup>>);

impl CurrentAlertSetup {
    /// Begins with a setup.
    pub fn new(setup: AlertSetup) -> Self {
        Self(RwLock::new(Arc::new(setup)))
    }

    /// The setup in use.
    pub fn setup(&self) -> Arc<AlertSetup> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another in its place.
    pub fn exchange(&self, setup: AlertSetup) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(setup);
    }
}
