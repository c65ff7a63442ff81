//! The condition of a rule.

use std::collections::BTreeMap;
use std::fmt;

use super::answer_test::AnswerTest;
use super::facts::CallFacts;
use crate::context::Condition;
use crate::context::condition::{ConditionError, Test, WrittenTest, name};
use crate::context::field::Field;
use crate::metric::Metric;
use aftercall_base::Disposition;
use aftercall_base::suggest::closest;

/// Most tests of answers in one condition.
const MOST: usize = 64;

const DISPOSITION: &str = "disposition";
const COMMENT: &str = "comment";

/// The words that a condition may use beside the fields of the context, the metrics, `disposition` and `comment`.
pub trait AlertVocabulary {
    /// Whether the operator added an attribute of this name.
    fn is_attribute(&self, word: &str) -> bool;

    /// The ids of the questions of all surveys.
    fn questions(&self) -> Vec<&str>;
}

/// When a rule fires: everything must hold. Never empty.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertCondition {
    /// What is known of the finished call.
    context: Option<Condition>,
    /// Answers, by the word of the question.
    answers: BTreeMap<String, AnswerTest>,
    has_comment: Option<bool>,
    /// One of these; empty: not asked.
    ends: Vec<Disposition>,
}

impl AlertCondition {
    /// Reads a whole table.
    ///
    /// # Errors
    /// Every mistake in it, as one.
    pub fn read(
        written: BTreeMap<String, WrittenTest>,
        vocabulary: &dyn AlertVocabulary,
    ) -> Result<Self, ConditionError> {
        let (mut context, mut answers) = (BTreeMap::new(), BTreeMap::new());
        let (mut has_comment, mut ends) = (None, Vec::new());
        let mut one = |word: String, test: WrittenTest| -> Result<(), ConditionError> {
            match word.as_str() {
                DISPOSITION => ends = dispositions(test)?,
                COMMENT => has_comment = Some(flag(test)?),
                _ if Field::of(&word).is_some() || vocabulary.is_attribute(&word) => {
                    let name = name(&word, &|word| vocabulary.is_attribute(word))?;
                    let test = Test::read(&name, test)?;
                    context.insert(name, test);
                }
                _ if is_question(&word, vocabulary) => {
                    let test = AnswerTest::read(&word, test)?;
                    answers.insert(word, test);
                }
                _ => return Err(unknown(&word, vocabulary)),
            }
            Ok(())
        };
        ConditionError::all(written.into_iter().map(|(word, test)| one(word, test)))?;
        if answers.len() > MOST {
            let reason = format!("the condition asks for answers to more than {MOST} questions");
            return Err(ConditionError::new(reason, "ask for fewer"));
        }
        if context.is_empty() && answers.is_empty() && has_comment.is_none() && ends.is_empty() {
            return Err(ConditionError::new(
                "the condition is empty",
                "say when to alert, such as `nps = { to = 6 }`",
            ));
        }
        let context = (!context.is_empty())
            .then(|| Condition::of(context))
            .transpose()?;
        Ok(Self {
            context,
            answers,
            has_comment,
            ends,
        })
    }

    /// Whether everything holds.
    pub fn holds(&self, facts: &CallFacts<'_>) -> bool {
        self.unmet(facts).is_none()
    }

    /// The first part that does not hold.
    pub fn unmet(&self, facts: &CallFacts<'_>) -> Option<Unmet> {
        let context = self
            .context
            .as_ref()
            .and_then(|condition| condition.unmet(facts.context));
        if let Some((name, test)) = context {
            return Some(Unmet {
                word: name.as_str().to_owned(),
                asked: test.to_string(),
                found: facts.context.value(name).map(|value| value.into_owned()),
            });
        }
        for (word, test) in &self.answers {
            let meant = || facts.answers.iter().filter(|answer| answer.is_meant_by(word));
            if meant().any(|answer| test.holds(answer)) {
                continue;
            }
            return Some(Unmet {
                word: word.clone(),
                asked: test.to_string(),
                found: meant().next_back().map(|answer| {
                    answer
                        .value
                        .map_or_else(|| "skipped".to_owned(), |value| value.to_string())
                }),
            });
        }
        let comment = self.has_comment.filter(|asked| match asked {
            true => !facts.has_comment,
            // While the call goes on there may still be one.
            false => facts.has_comment || facts.end.is_none(),
        });
        if let Some(asked) = comment {
            return Some(Unmet {
                word: COMMENT.to_owned(),
                asked: asked.to_string(),
                found: facts.end.map(|_| facts.has_comment.to_string()),
            });
        }
        let is_end = self.ends.is_empty() || facts.end.is_some_and(|end| self.ends.contains(&end));
        (!is_end).then(|| Unmet {
            word: DISPOSITION.to_owned(),
            asked: words(&self.ends),
            found: facts.end.map(|end| end.as_str().to_owned()),
        })
    }

    /// Whether a call with this context can fulfil it at all.
    pub fn can_hold(&self, context: &dyn crate::context::condition::ConditionValues) -> bool {
        self.context
            .as_ref()
            .is_none_or(|condition| condition.holds(context))
    }

    /// The questions that it asks about, each with its test.
    pub fn answers(&self) -> impl Iterator<Item = (&str, &AnswerTest)> {
        self.answers.iter().map(|(word, test)| (word.as_str(), test))
    }
}

/// A part of a condition that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The word of the condition.
    pub word: String,
    /// What it asks.
    pub asked: String,
    /// What there is instead; `None`: nothing (yet).
    pub found: Option<String>,
}

/// `nps is 9, asked: at most 6`.
impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { word, asked, found } = self;
        match found {
            Some(found) => write!(f, "{word} is {found}, asked: {asked}"),
            None => write!(f, "{word} is not known, asked: {asked}"),
        }
    }
}

/// `nps at most 6, queue sales*`.
impl fmt::Display for AlertCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = self
            .answers
            .iter()
            .map(|(word, test)| format!("{word} {test}"))
            .collect();
        parts.extend(self.has_comment.map(|has| match has {
            true => "a comment".to_owned(),
            false => "no comment".to_owned(),
        }));
        if !self.ends.is_empty() {
            parts.push(format!("{DISPOSITION} {}", words(&self.ends)));
        }
        parts.extend(self.context.as_ref().map(ToString::to_string));
        f.write_str(&parts.join(", "))
    }
}

fn words(ends: &[Disposition]) -> String {
    let words: Vec<&str> = ends.iter().map(|end| end.as_str()).collect();
    words.join(" or ")
}

fn is_question(word: &str, vocabulary: &dyn AlertVocabulary) -> bool {
    let is_metric = Metric::from_str_opt(word).is_some_and(|metric| metric != Metric::Comment);
    is_metric || vocabulary.questions().contains(&word)
}

fn dispositions(written: WrittenTest) -> Result<Vec<Disposition>, ConditionError> {
    let items = match written {
        WrittenTest::List(items) if !items.is_empty() => items,
        one => vec![one],
    };
    let one = |item| {
        let word = match item {
            WrittenTest::Text(word) => word,
            _ => String::new(),
        };
        Disposition::from_str_opt(&word).ok_or_else(|| {
            let known = Disposition::ALL.map(Disposition::as_str);
            let reason = format!(
                "`{}` is not a disposition",
                word.chars().take(60).collect::<String>()
            );
            ConditionError::new(
                reason,
                format!("write one of {}, or a list of them", known.join(", ")),
            )
        })
    };
    ConditionError::all(items.into_iter().map(one))
}

fn flag(written: WrittenTest) -> Result<bool, ConditionError> {
    match written {
        WrittenTest::Flag(flag) => Ok(flag),
        _ => Err(ConditionError::new(
            "`comment` says whether there is one",
            "write `comment = true` or `comment = false`",
        )),
    }
}

fn unknown(word: &str, vocabulary: &dyn AlertVocabulary) -> ConditionError {
    let questions = vocabulary.questions();
    let known = Field::ALL
        .iter()
        .map(|field| field.as_str())
        .chain(Metric::ALL.iter().map(|metric| metric.as_str()))
        .chain([DISPOSITION])
        .chain(questions.iter().copied());
    let shown: String = word.chars().take(60).collect();
    let fix = match closest(word, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name a question of a survey, `disposition`, `comment`, a field such as `queue`, or an attribute of \
                 [context.attributes]"
            .to_owned(),
    };
    ConditionError::new(
        format!("no survey asks `{shown}`, and a call has no field of this name"),
        fix,
    )
}
