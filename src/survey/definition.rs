//! A survey as it is asked.
//!
//! Every value here has passed [`super::parse()`], the only maker: prompts exist in every language, keys do not
//! overlap, the flow ends, scales and thresholds fit. So a session never meets a fault of a definition. Defaults
//! are those of *The survey call* in the product's specification.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::collect::AnswerKeys;
use super::language::LanguageMenu;
use super::metric::Metric;
use super::name::{Language, PromptName, QuestionId};
use crate::dtmf::Digit;
use crate::storage::contract::SurveyVersion;

/// A survey, valid by construction.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    pub(super) version: SurveyVersion,
    pub(super) title: String,
    pub(super) goal: String,
    /// Never empty; the first is the default.
    pub(super) languages: Vec<Language>,
    pub(super) language_menu: Option<LanguageMenu>,
    pub(super) welcome: Vec<PromptName>,
    pub(super) closing: ClosingPrompts,
    pub(super) timing: Timing,
    pub(super) rules: Rules,
    pub(super) commands: CommandKeys,
    /// Never empty.
    pub(super) questions: Vec<Question>,
    pub(super) source: String,
}

impl Survey {
    /// Its name (the file's name without `.toml`) and the version of its definition.
    pub fn version(&self) -> &SurveyVersion {
        &self.version
    }

    /// Its title for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the measurement is for; empty when the definition does not say.
    pub fn goal(&self) -> &str {
        &self.goal
    }

    /// The languages it can be asked in; the first is the default.
    pub fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// The choice of languages at its beginning, where it has one.
    pub fn language_menu(&self) -> Option<&LanguageMenu> {
        self.language_menu.as_ref()
    }

    /// Its questions in the order of the file.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// What is played before the first question.
    pub fn welcome(&self) -> &[PromptName] {
        &self.welcome
    }

    /// What is played at the ends of the call.
    pub fn closing(&self) -> &ClosingPrompts {
        &self.closing
    }

    /// Its timers.
    pub fn timing(&self) -> &Timing {
        &self.timing
    }

    /// Its limits and barge-in.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The keys with a meaning of their own.
    pub fn commands(&self) -> &CommandKeys {
        &self.commands
    }

    /// The definition as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Every prompt that a call can hear in each language, once, in order of name. What offers a language in a menu is
    /// not among them: it is heard in that language only.
    pub fn prompts(&self) -> Vec<&PromptName> {
        let closing = &self.closing;
        let ends = [
            &self.welcome,
            &closing.thanks,
            &closing.declined,
            &closing.apology,
        ];
        let mut all: Vec<&PromptName> = ends.into_iter().flatten().collect();
        all.extend(
            self.questions
                .iter()
                .flat_map(|question| question.wording.prompts()),
        );
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// What is played at the end of a call; each may be empty for silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingPrompts {
    /// After the last question, and when the survey ends early.
    pub thanks: Vec<PromptName>,
    /// After an opt-out.
    pub declined: Vec<PromptName>,
    /// When an answer could not be stored.
    pub apology: Vec<PromptName>,
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub(super) id: QuestionId,
    pub(super) metric: Metric,
    pub(super) texts: BTreeMap<Language, String>,
    pub(super) scale: Scale,
    /// Satisfaction threshold of CSAT, top box of CES.
    pub(super) threshold: Option<i64>,
    pub(super) target: Option<f64>,
    pub(super) labels: BTreeMap<i64, String>,
    pub(super) keys: AnswerKeys,
    /// How speech is taken; `None` for a question that keys answer.
    pub(super) comment: Option<Comment>,
    pub(super) wording: Wording,
    pub(super) branches: Vec<Branch>,
    pub(super) next: Goto,
    pub(super) scored: bool,
    /// Whether this question is scored or a scored one can follow it.
    pub(super) leads_to_scored: bool,
}

impl Question {
    /// Its id within the survey.
    pub fn id(&self) -> &QuestionId {
        &self.id
    }

    /// What it measures.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// Its words in `language`, where the definition has them.
    pub fn text(&self, language: &Language) -> Option<&str> {
        self.texts.get(language).map(String::as_str)
    }

    /// Its scale.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// What its values are called.
    pub fn labels(&self) -> &BTreeMap<i64, String> {
        &self.labels
    }

    /// How the caller's speech is taken, where the question asks for a comment.
    pub fn comment(&self) -> Option<Comment> {
        self.comment
    }

    /// The keys that answer it; none answers a comment.
    pub fn keys(&self) -> &AnswerKeys {
        &self.keys
    }

    /// How it is asked and asked again.
    pub fn wording(&self) -> &Wording {
        &self.wording
    }

    /// Whether the survey is completed only with an answer to it. Plain choices are not scored, unless the survey
    /// has nothing else; a comment never is.
    pub fn is_scored(&self) -> bool {
        self.scored
    }

    /// The branches, by value of the answer; no two share a value.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// Where the survey goes after an answer of `value`, or after a skip (`None`).
    pub fn following(&self, value: Option<i64>) -> Goto {
        let matching = |branch: &&Branch| value.is_some_and(|value| branch.covers(value));
        self.branches
            .iter()
            .find(matching)
            .map_or(self.next, |branch| branch.goto)
    }
}

/// How a comment is recorded. Its prompt is the notice that it is; then comes the tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// The recording ends after this long.
    pub max_length: Duration,
    /// Silence after speech that ends it. Before the first word it waits as long as a question does for a key.
    pub silence: Duration,
    /// With less speech than this the comment counts as empty.
    pub min_speech: Duration,
}

impl Default for Comment {
    fn default() -> Self {
        Self {
            max_length: Duration::from_secs(60),
            silence: Duration::from_secs(4),
            min_speech: Duration::from_millis(500),
        }
    }
}

/// The values of a question and their direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// The smallest value.
    pub min: i64,
    /// The largest value, above `min` except for a choice of one.
    pub max: i64,
    /// Which end is good.
    pub direction: Direction,
}

/// Which end of a scale is good. It is data: "how easy" and "how much effort" point opposite ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A high value is good.
    HighIsGood,
    /// A low value is good.
    LowIsGood,
}

impl Direction {
    /// Every direction.
    pub const ALL: [Self; 2] = [Self::HighIsGood, Self::LowIsGood];

    /// The word in a definition.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HighIsGood => "high_is_good",
            Self::LowIsGood => "low_is_good",
        }
    }
}

/// How a question is asked. Each inner list is played without a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// The question.
    pub question: Vec<PromptName>,
    /// After silence: for the second attempt, the third, ...; the last also serves all further ones.
    pub no_input: Vec<Vec<PromptName>>,
    /// After a key that does not answer: likewise.
    pub no_match: Vec<Vec<PromptName>>,
}

impl Wording {
    /// Every prompt of the question.
    pub fn prompts(&self) -> impl Iterator<Item = &PromptName> {
        let again = self.no_input.iter().chain(&self.no_match).flatten();
        self.question.iter().chain(again)
    }
}

/// Where a survey goes when the answer is one of some values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    pub(super) values: Vec<RangeInclusive<i64>>,
    pub(super) goto: Goto,
}

impl Branch {
    /// Whether it is taken for `value`.
    pub fn covers(&self, value: i64) -> bool {
        self.values.iter().any(|range| range.contains(&value))
    }

    /// Where it leads.
    pub fn goto(&self) -> Goto {
        self.goto
    }
}

/// A place in the flow of a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Goto {
    /// The question at this index of [`Survey::questions`].
    Question(usize),
    /// The thank-you.
    End,
}

/// The timers of a survey call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// Silence between the answer of the call and the first prompt.
    pub before_first_prompt: Duration,
    /// Silence between a key that decides something and the next prompt.
    pub after_key: Duration,
    /// How long an attempt waits for a key after the end of its prompt.
    pub no_input: Duration,
    /// The same for the last attempt; twice `no_input` where the definition does not say.
    pub no_input_last: Duration,
    /// How long an input that could be longer waits for its next key; also how soon after `*` the opt-out's
    /// second key must come.
    pub inter_digit: Duration,
    /// From the answer of the call to the thank-you, at most.
    pub whole_survey: Duration,
    /// How long the call waits in silence for an answer to become durable before it gives up with an apology.
    pub store: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            before_first_prompt: Duration::from_millis(400),
            after_key: Duration::from_millis(400),
            no_input: Duration::from_secs(7),
            no_input_last: Duration::from_secs(14),
            inter_digit: Duration::from_millis(2_500),
            whole_survey: Duration::from_secs(180),
            store: Duration::from_secs(10),
        }
    }
}

/// The limits of a survey call, and where a key interrupts a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Attempts at a question in all, at least 1; silence and wrong keys count together.
    pub attempts: u32,
    /// How often a question is repeated on `*` without costing an attempt; after that `*` is a wrong key.
    pub repeats: u32,
    /// How many questions skipped in a row end the survey, at least 1.
    pub skips_in_a_row: u32,
    /// Whether a key interrupts a question. Where it does not, keys pressed during its prompt are ignored.
    pub barge_in: bool,
    /// Whether a key cuts the welcome short. It never answers the question that follows.
    pub barge_in_welcome: bool,
    /// Whether a key cuts the thank-you short.
    pub barge_in_thanks: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            attempts: 3,
            repeats: 3,
            skips_in_a_row: 2,
            barge_in: true,
            barge_in_welcome: false,
            barge_in_thanks: false,
        }
    }
}

/// Which keys have a meaning of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandKeys {
    /// Whether `*` repeats the question.
    pub repeat: bool,
    /// The key that opts out for good when it follows `*`.
    pub opt_out: Option<Digit>,
    /// Whether `#` ends the input.
    pub end_of_input: bool,
}

impl Default for CommandKeys {
    fn default() -> Self {
        Self {
            repeat: true,
            opt_out: Digit::from_event(9),
            end_of_input: true,
        }
    }
}
