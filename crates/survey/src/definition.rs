//! A survey as it is asked.
//!
//! Every value here has passed [`super::parse()`], the only maker: prompts exist in every language, keys do not
//! overlap, the flow ends, scales and thresholds fit. So a session never meets a fault of a definition. Defaults
//! are those of *The survey call* in the product's specification.

use std::time::Duration;

use super::language::LanguageMenu;
use super::question::{Goto, Question, QuestionGroup};
use crate::SurveyVersion;
use aftercall_base::{Digit, Language, PromptName};

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
    pub(super) timing: SurveyTiming,
    pub(super) rules: SurveyRules,
    pub(super) commands: CommandKeys,
    /// Never empty.
    pub(super) questions: Vec<Question>,
    pub(super) groups: Vec<QuestionGroup>,
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

    /// Its groups in the order of the file.
    pub fn groups(&self) -> &[QuestionGroup] {
        &self.groups
    }

    /// Where every call begins.
    pub fn start(&self) -> Goto {
        let group = self.questions.first().and_then(|first| first.group);
        group.map_or(Goto::Question(0), Goto::Group)
    }

    /// Whether calls are asked different questions, or in a different order, whatever they answer.
    pub fn differs_by_call(&self) -> bool {
        let conditional = |question: &Question| question.only_when.is_some();
        !self.groups.is_empty() || self.questions.iter().any(conditional)
    }

    /// What is played before the first question.
    pub fn welcome(&self) -> &[PromptName] {
        &self.welcome
    }

    /// What is played at the ends of the call.
    pub fn closing(&self) -> &ClosingPrompts {
        &self.closing
    }

    /// Gaps, waiting times and limits.
    pub fn timing(&self) -> &SurveyTiming {
        &self.timing
    }

    /// Its limits and barge-in.
    pub fn rules(&self) -> &SurveyRules {
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
        all.extend(self.questions.iter().flat_map(Question::prompts));
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

/// The timers of a survey call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SurveyTiming {
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

impl Default for SurveyTiming {
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
pub struct SurveyRules {
    /// Attempts at a question in all, at least 1; silence and wrong keys count together.
    pub attempts: u32,
    /// How often a question is repeated on `*` without costing an attempt; after that `*` is a wrong key.
    pub repeats: u32,
    /// How many questions skipped in a row end the survey, at least 1.
    pub skips_in_a_row: u32,
    /// How many attempts in a row without any key end the survey, at least 1: nobody is there. A key of any kind begins the
    /// count anew.
    pub silences_in_a_row: u32,
    /// Whether a key interrupts a question. Where it does not, keys pressed during its prompt are ignored.
    pub barge_in: bool,
    /// Whether a key cuts the welcome short. It never answers the question that follows.
    pub barge_in_welcome: bool,
    /// Whether a key cuts the thank-you short.
    pub barge_in_thanks: bool,
}

impl Default for SurveyRules {
    fn default() -> Self {
        Self {
            attempts: 3,
            repeats: 3,
            skips_in_a_row: 2,
            silences_in_a_row: 2,
            barge_in: true,
            barge_in_welcome: true,
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
