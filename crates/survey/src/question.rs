//! A question as it is asked, and the groups, branches and corrections that give a survey its flow.
//!
//! Like the whole survey valid by construction: see [`definition`](super::definition).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::collect::AnswerKeys;
use super::metric::Metric;
use crate::context::Condition;
use aftercall_base::{Digit, Language, PromptName, QuestionId};

/// A question of a survey as it was read: its metric, scale, keys, wordings, and where it leads.
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
    /// Which calls it is for; `None` for all.
    pub(super) only_when: Option<Condition>,
    /// Its group, as an index of [`Survey::groups`](super::Survey::groups).
    pub(super) group: Option<usize>,
    pub(super) correction: Option<Correction>,
    pub(super) branches: Vec<Branch>,
    /// Where it leads by itself; for a question of a group, where the group leads.
    pub(super) next: Goto,
    pub(super) scored: bool,
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

    /// Its smallest and largest value, and which end is good.
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

    /// Which calls it is for; `None` for all.
    pub fn only_when(&self) -> Option<&Condition> {
        self.only_when.as_ref()
    }

    /// The group it belongs to, as an index of [`Survey::groups`](super::Survey::groups).
    pub fn group(&self) -> Option<usize> {
        self.group
    }

    /// The offer to answer again after certain answers, where it has one.
    pub fn correction(&self) -> Option<&Correction> {
        self.correction.as_ref()
    }

    /// The branches; the first that is taken counts.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// Where it leads when no branch is taken.
    pub fn next(&self) -> Goto {
        self.next
    }

    /// The satisfaction threshold of CSAT, or the top box of CES.
    pub fn threshold(&self) -> Option<i64> {
        self.threshold
    }

    /// The target of its score.
    pub fn target(&self) -> Option<f64> {
        self.target
    }

    /// Every prompt that belongs to it.
    pub fn prompts(&self) -> impl Iterator<Item = &PromptName> {
        let correction = self.correction.iter().flat_map(Correction::prompts);
        self.wording.prompts().chain(correction)
    }
}

/// Questions that are asked in a random order, or of which some are drawn for each call. They stand together in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionGroup {
    pub(super) id: QuestionId,
    /// Indexes of its questions in the order of the file; never empty.
    pub(super) members: Vec<usize>,
    /// How many are asked of a call, from 1.
    pub(super) ask: usize,
    pub(super) order: GroupOrder,
    pub(super) only_when: Option<Condition>,
    pub(super) next: Goto,
}

impl QuestionGroup {
    /// Its id; questions and groups share their ids.
    pub fn id(&self) -> &QuestionId {
        &self.id
    }

    /// Its questions as indexes of [`Survey::questions`](super::Survey::questions), in the order of the file.
    pub fn members(&self) -> &[usize] {
        &self.members
    }

    /// How many of them a call is asked, at most.
    pub fn ask(&self) -> usize {
        self.ask
    }

    /// The order in which its questions are asked.
    pub fn order(&self) -> GroupOrder {
        self.order
    }

    /// Which calls it is for; `None` for all.
    pub fn only_when(&self) -> Option<&Condition> {
        self.only_when.as_ref()
    }

    /// Where it leads after its last question.
    pub fn next(&self) -> Goto {
        self.next
    }
}

/// The order of the questions of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupOrder {
    /// Another for each call.
    Random,
    /// That of the file.
    Written,
}

impl GroupOrder {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Random, Self::Written];

    /// The word in a definition.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Written => "written",
        }
    }
}

/// The offer to answer once more by one key, after an answer that may be due to a scale taken the wrong way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The answers after which it is offered, each with what is played. Never empty.
    pub(super) offers: BTreeMap<i64, Vec<PromptName>>,
    pub(super) key: Digit,
    pub(super) no_input: Duration,
}

impl Correction {
    /// What is played after an answer of `value`; `None` where nothing is offered.
    pub fn offer(&self, value: i64) -> Option<&[PromptName]> {
        self.offers.get(&value).map(Vec::as_slice)
    }

    /// The answers after which it is offered.
    pub fn values(&self) -> impl Iterator<Item = i64> {
        self.offers.keys().copied()
    }

    /// The key by which the question is asked again. Any other key, and silence, keep the answer.
    pub fn key(&self) -> Digit {
        self.key
    }

    /// How long it waits for a key after its prompt.
    pub fn no_input(&self) -> Duration {
        self.no_input
    }

    /// Every prompt of the offer.
    pub fn prompts(&self) -> impl Iterator<Item = &PromptName> {
        self.offers.values().flatten()
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
    /// The smallest valid value; for yes or no 0.
    pub min: i64,
    /// The largest value, above `min` except for a choice of one.
    pub max: i64,
    /// Which end is good.
    pub direction: ScaleDirection,
}

/// Which end of a scale is good. It is data: "how easy" and "how much effort" point opposite ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScaleDirection {
    /// A high value is good.
    HighIsGood,
    /// A low value is good.
    LowIsGood,
}

impl ScaleDirection {
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
    /// Played at the first attempt and after `*`.
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

/// Where a survey goes after some answers, of some calls.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The answers; `None` for any, a skip included.
    pub(super) values: Option<Vec<RangeInclusive<i64>>>,
    /// The calls; `None` for all.
    pub(super) only_when: Option<Condition>,
    pub(super) goto: Goto,
}

impl Branch {
    /// Whether an answer of `value`, or a skip (`None`), is one of its answers.
    pub fn covers(&self, value: Option<i64>) -> bool {
        let among = |ranges: &Vec<RangeInclusive<i64>>| {
            value.is_some_and(|value| ranges.iter().any(|range| range.contains(&value)))
        };
        self.values.as_ref().is_none_or(among)
    }

    /// The answers after which it is taken; `None`: after any, and after a skip.
    pub fn values(&self) -> Option<&[RangeInclusive<i64>]> {
        self.values.as_deref()
    }

    /// Which calls it is for; `None` for all.
    pub fn only_when(&self) -> Option<&Condition> {
        self.only_when.as_ref()
    }

    /// The question, group or end to which the branch leads.
    pub fn goto(&self) -> Goto {
        self.goto
    }
}

/// A place in the flow of a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Goto {
    /// The question at this index of [`Survey::questions`](super::Survey::questions); never one of a group.
    Question(usize),
    /// The group at this index of [`Survey::groups`](super::Survey::groups).
    Group(usize),
    /// The thank-you.
    End,
}
