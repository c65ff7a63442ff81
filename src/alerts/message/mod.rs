//! What a message about alerts says: to people in mails, to programs and chat rooms by webhook. Pure.
//!
//! A message has what the database knows when it is sent, not when it was planned: a later attempt knows more. The number of the caller
//! is never in a subject.

mod mail;
mod webhook;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

pub use self::mail::{MailText, mail};
pub use self::webhook::body;
use aftercall_base::Redacted;
use aftercall_report::render::{Catalog, Messages, ReportLanguage};
use aftercall_storage::delivery::EventKind;
use aftercall_survey::AnswerClass;
use aftercall_survey::alert::AlertSeverity;
use aftercall_survey::follow_up::CaseState;

/// The message files, in the order of [`ReportLanguage::ALL`].
const FILES: [&str; 5] = [
    include_str!("../messages/en.ftl"),
    include_str!("../messages/fi.ftl"),
    include_str!("../messages/pl.ftl"),
    include_str!("../messages/cs.ftl"),
    include_str!("../messages/el.ftl"),
];

static ALERTS: Catalog = Catalog::new(FILES);

/// Characters that are shown of a text from outside.
const LONGEST_TEXT: usize = 200;

/// What a message tells.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertMessage {
    /// 32 hexadecimal digits, the same in every attempt.
    pub identity: String,
    /// What it is about.
    pub kind: EventKind,
    /// The alerts, by call; one, but in a digest.
    pub items: Vec<MessageItem>,
}

/// The alerts of one call, or one about the service.
#[derive(Debug, Clone, PartialEq)]
pub enum MessageItem {
    /// About a call.
    Call(Box<CallItem>),
    /// About the service.
    Service {
        /// The rule.
        rule: String,
        /// How grave.
        severity: AlertSeverity,
        /// What it says.
        about: String,
        /// When it was raised.
        at: DateTime<Utc>,
    },
}

/// A call with its alerts.
#[derive(Debug, Clone, PartialEq)]
pub struct CallItem {
    /// The rules that fired, the gravest first.
    pub rules: Vec<(String, AlertSeverity)>,
    /// Our identity of the call.
    pub call: String,
    /// The id of the finished call at the PBX.
    pub original_call_id: Option<String>,
    /// When it arrived.
    pub arrived_at: DateTime<Utc>,
    /// Queue, team and agent, each by its id and by what people call it.
    pub queue: Option<Named>,
    /// The agent's team.
    pub team: Option<Named>,
    /// The agent.
    pub agent: Option<Named>,
    /// The title of the survey.
    pub survey: Option<String>,
    /// The answers in the order given.
    pub answers: Vec<AnswerItem>,
    /// Whether they contradict each other.
    pub is_reversed: bool,
    /// Seconds of speech of each comment.
    pub comments: Vec<u64>,
    /// The case.
    pub case: Option<CaseItem>,
    /// The page of the case, or of the call where there is no case; `None`: no address of the pages is known.
    pub link: Option<String>,
}

/// An id, and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The id.
    pub id: String,
    /// The name of the directory.
    pub name: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerItem {
    /// The question's id.
    pub question: String,
    /// The question in words.
    pub text: Option<String>,
    /// The value; `None`: skipped.
    pub value: Option<i64>,
    /// What the value is called.
    pub label: Option<String>,
    /// The largest value of its scale.
    pub scale_max: Option<i64>,
    /// Whether it is a good one.
    pub class: Option<AnswerClass>,
}

/// A case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseItem {
    /// Its number.
    pub number: u64,
    /// Where it stands.
    pub state: CaseState,
    /// By when it is to be taken, if nobody has.
    pub take_due_at: Option<DateTime<Utc>>,
    /// By when the caller is to be contacted, if nobody has.
    pub contact_due_at: Option<DateTime<Utc>>,
    /// The number for calling back, where it is kept and may be told.
    pub callback_number: Option<Redacted<String>>,
}

/// How the reader reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// The language.
    pub language: ReportLanguage,
    /// The zone of times.
    pub zone: Tz,
}

impl Reader {
    fn messages(self) -> Messages {
        ALERTS.messages(self.language)
    }

    /// `2026-11-30 10:15 EET`: the same in all languages, and sorted as it is read.
    fn moment(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone)
            .format("%Y-%m-%d %H:%M %Z")
            .to_string()
    }
}

impl Named {
    /// `Sales and orders (sales)`, or the id alone.
    fn shown(&self) -> String {
        match &self.name {
            Some(name) if !name.eq_ignore_ascii_case(&self.id) => {
                format!("{} ({})", plain(name), plain(&self.id))
            }
            Some(name) => plain(name),
            None => plain(&self.id),
        }
    }

    /// What people call it.
    fn called(&self) -> String {
        plain(self.name.as_deref().unwrap_or(&self.id))
    }
}

impl AlertMessage {
    /// The gravest of what it tells.
    pub fn severity(&self) -> AlertSeverity {
        let all = self.items.iter().map(MessageItem::severity);
        all.max().unwrap_or(AlertSeverity::Normal)
    }
}

impl MessageItem {
    /// The gravest of its rules.
    pub fn severity(&self) -> AlertSeverity {
        match self {
            Self::Call(call) => {
                let all = call.rules.iter().map(|(_, severity)| *severity);
                all.max().unwrap_or(AlertSeverity::Normal)
            }
            Self::Service { severity, .. } => *severity,
        }
    }
}

impl CallItem {
    /// `nps 1, ces 2, Sales, Anna`: what a subject has room for.
    fn in_short(&self) -> String {
        let answers = self.answers.iter().filter_map(|answer| {
            let value = answer.value?;
            Some(format!("{} {value}", plain(&answer.question)))
        });
        let names = [&self.queue, &self.agent]
            .into_iter()
            .flatten()
            .map(Named::called);
        let parts: Vec<String> = answers.chain(names).collect();
        match parts.is_empty() {
            true => self.call.clone(),
            false => parts.join(", "),
        }
    }
}

impl AnswerItem {
    /// `1 of 10: very unlikely`, or that it was skipped.
    fn shown(&self, messages: Messages) -> String {
        let Some(value) = self.value else {
            return messages.text("skipped");
        };
        let of = self.scale_max.map(|max| format!(" / {max}")).unwrap_or_default();
        let label = self
            .label
            .as_ref()
            .map(|label| format!(" ({})", plain(label)))
            .unwrap_or_default();
        let class = match self.class {
            Some(AnswerClass::Good) => messages.text("answer-good"),
            Some(AnswerClass::Middle) => messages.text("answer-middle"),
            Some(AnswerClass::Low) => messages.text("answer-low"),
            None => return format!("{value}{of}{label}"),
        };
        format!("{value}{of}{label}: {class}")
    }

    /// The question in words, or its id.
    fn asked(&self) -> String {
        plain(
            self.text
                .as_deref()
                .filter(|text| !text.is_empty())
                .unwrap_or(&self.question),
        )
    }
}

/// A text from outside on one line: controls and signs that turn the direction of writing are left out, and what is too long is cut.
fn plain(text: &str) -> String {
    let is_harmless = |sign: &char| {
        !sign.is_control()
            && !matches!(sign, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    let spaced = text
        .chars()
        .map(|sign| if sign.is_whitespace() { ' ' } else { sign });
    let kept: String = spaced.filter(is_harmless).take(LONGEST_TEXT + 1).collect();
    match kept.chars().count() > LONGEST_TEXT {
        true => kept.chars().take(LONGEST_TEXT).chain(['\u{2026}']).collect(),
        false => kept,
    }
}

#[cfg(test)]
mod tests;
