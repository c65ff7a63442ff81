//! What the PBX gets back: headers made of templates, in our 200 and our BYE. Pure.
//!
//! ```text
//! X-Survey-Result = "{disposition};nps={nps}"   ->   X-Survey-Result: completed;nps=9
//! ```
//!
//! A word in braces stands for a value, `{{` and `}}` for braces. A value is written so that it cannot end its header,
//! begin another or pass for a part of the template: whatever is not plain is percent-encoded. A value that is not
//! there is empty; a header that comes out empty is not sent.

use std::fmt;

/// Longest header written, in bytes: some gateways cut at 255, all take this.
const LONGEST_HEADER: usize = 1_000;

/// Longest template.
const LONGEST_TEMPLATE: usize = 512;

/// The value of one header with places to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(Placeholder),
}

/// What stands in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placeholder {
    /// A word that the service knows.
    Word(Word),
    /// The answer to the question of this id.
    Answer(String),
}

/// A word that stands for a value of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// How the call ended.
    Disposition,
    /// Why it ended so.
    Reason,
    /// Every answer: `nps=9;ces=4`.
    Answers,
    /// How many questions were answered.
    Answered,
    /// Our identity of the call.
    Call,
    /// The survey's name.
    Survey,
    /// The language in which it was asked.
    Language,
    /// The id of the finished call at the PBX.
    OriginalCallId,
    /// Queue or service line.
    Queue,
    /// The agent's id.
    Agent,
    /// The token of the call's announcement.
    Token,
}

impl Word {
    /// Every word.
    pub const ALL: [Self; 11] = [
        Self::Disposition,
        Self::Reason,
        Self::Answers,
        Self::Answered,
        Self::Call,
        Self::Survey,
        Self::Language,
        Self::OriginalCallId,
        Self::Queue,
        Self::Agent,
        Self::Token,
    ];

    /// As it stands in braces.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disposition => "disposition",
            Self::Reason => "reason",
            Self::Answers => "answers",
            Self::Answered => "answered",
            Self::Call => "call",
            Self::Survey => "survey",
            Self::Language => "language",
            Self::OriginalCallId => "original_call_id",
            Self::Queue => "queue",
            Self::Agent => "agent",
            Self::Token => "token",
        }
    }

    /// Whether its value is there only when the call has ended.
    pub const fn is_of_the_end(self) -> bool {
        matches!(
            self,
            Self::Disposition | Self::Reason | Self::Answers | Self::Answered
        )
    }
}

/// Why a text is no template.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TemplateError {
    /// A brace that does not open or close a place.
    #[error("a single `{0}`; write `{0}{0}` for a brace, or {{word}} for a value")]
    Brace(char),
    /// A place that holds no name.
    #[error("`{{{0}}}` holds no name; write for example {{disposition}} or {{nps}}")]
    Name(String),
    /// A control character, or too long a text.
    #[error("a header cannot hold control characters, nor a template more than {LONGEST_TEMPLATE} bytes")]
    Text,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// See [`TemplateError`].
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.len() > LONGEST_TEMPLATE || text.chars().any(char::is_control) {
            return Err(TemplateError::Text);
        }
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            plain.push_str(before);
            if let Some(after) = brace.strip_prefix("{{") {
                plain.push('{');
                rest = after;
            } else if let Some(after) = brace.strip_prefix("}}") {
                plain.push('}');
                rest = after;
            } else {
                let (name, after) = brace
                    .strip_prefix('{')
                    .ok_or(TemplateError::Brace('}'))?
                    .split_once('}')
                    .ok_or(TemplateError::Brace('{'))?;
                parts.push(Part::Text(std::mem::take(&mut plain)));
                parts.push(Part::Placeholder(Placeholder::parse(name)?));
                rest = after;
            }
        }
        plain.push_str(rest);
        parts.push(Part::Text(plain));
        parts.retain(|part| *part != Part::Text(String::new()));
        Ok(Self(parts))
    }

    /// What is to be filled in, in order.
    pub fn places(&self) -> impl Iterator<Item = &Placeholder> {
        self.0.iter().filter_map(|part| match part {
            Part::Placeholder(place) => Some(place),
            Part::Text(_) => None,
        })
    }

    /// The header's value for this call; `None` when it comes out empty.
    pub fn fill(&self, values: &impl Values) -> Option<String> {
        let mut filled = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Placeholder(Placeholder::Word(Word::Answers)) => filled.push_str(&answers(values)),
                Part::Placeholder(place) => filled.push_str(&plain(&values.value(place).unwrap_or_default())),
            }
        }
        let mut end = LONGEST_HEADER.min(filled.len());
        while !filled.is_char_boundary(end) {
            end -= 1;
        }
        filled.truncate(end);
        let filled = filled.trim();
        (!filled.is_empty()).then(|| filled.to_owned())
    }
}

impl Placeholder {
    fn parse(name: &str) -> Result<Self, TemplateError> {
        if let Some(word) = Word::ALL.into_iter().find(|word| word.as_str() == name) {
            return Ok(Self::Word(word));
        }
        // A question called like a word is reached by its full name.
        let question = name.strip_prefix("answer.").unwrap_or(name);
        let sound = (1..=64).contains(&question.len())
            && question
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if sound {
            Ok(Self::Answer(question.to_owned()))
        } else {
            Err(TemplateError::Name(name.to_owned()))
        }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Word(word) => word.as_str(),
            Self::Answer(question) => question,
        })
    }
}

/// Headers of one message, in order: the name of each, and the template of its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeaderTemplates(Vec<(String, Template)>);

impl HeaderTemplates {
    /// Name and template of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Template)> {
        self.0.iter().map(|(name, template)| (name.as_str(), template))
    }

    /// With these beneath: a header that is here already, in whatever letters, stays as it is. A text that is no template is left out.
    #[must_use]
    pub fn over<'p>(&self, beneath: impl Iterator<Item = &'p (&'static str, &'static str)>) -> Self {
        let mut headers = self.0.clone();
        for (name, template) in beneath {
            let is_written = headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
            if !is_written && let Ok(template) = Template::parse(template) {
                headers.push(((*name).to_owned(), template));
            }
        }
        Self(headers)
    }

    /// The headers of this call, those left out that come out empty.
    pub fn fill(&self, values: &impl Values) -> Vec<(String, String)> {
        self.iter()
            .filter_map(|(name, template)| Some((name.to_owned(), template.fill(values)?)))
            .collect()
    }
}

impl FromIterator<(String, Template)> for HeaderTemplates {
    fn from_iter<I: IntoIterator<Item = (String, Template)>>(headers: I) -> Self {
        Self(headers.into_iter().collect())
    }
}

/// The headers that return the result of a survey to the PBX.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResultHeaders {
    /// Of our BYE.
    pub bye: HeaderTemplates,
    /// Of our 200 to the INVITE, before anything was asked.
    pub answer: HeaderTemplates,
}

/// Where the values of a call come from.
pub trait Values {
    /// The value of a place; `None` when there is none.
    fn value(&self, place: &Placeholder) -> Option<String>;

    /// Every answer so far, in order.
    fn answers(&self) -> &[(String, i64)];
}

fn answers(values: &impl Values) -> String {
    let answers = values.answers().iter();
    let written: Vec<String> = answers
        .map(|(question, value)| format!("{}={value}", plain(question)))
        .collect();
    written.join(";")
}

/// A value that cannot be anything but a value.
fn plain(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~+@:/".contains(&byte) {
            plain.push(char::from(byte));
        } else {
            plain.push_str(&format!("%{byte:02X}"));
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Placeholder, Template, TemplateError, Values, Word};

    struct Call {
        answers: Vec<(String, i64)>,
        original: String,
    }

    impl Values for Call {
        fn value(&self, place: &Placeholder) -> Option<String> {
            match place {
                Placeholder::Word(Word::Disposition) => Some("completed".to_owned()),
                Placeholder::Word(Word::OriginalCallId) => Some(self.original.clone()),
                Placeholder::Word(_) => None,
                Placeholder::Answer(question) => {
                    let answer = self.answers.iter().find(|(known, _)| known == question);
                    answer.map(|(_, value)| value.to_string())
                }
            }
        }

        fn answers(&self) -> &[(String, i64)] {
            &self.answers
        }
    }

    fn filled(template: &str, original: &str) -> Option<String> {
        let answers = vec![("nps".to_owned(), 9), ("ces".to_owned(), 4)];
        let original = original.to_owned();
        Template::parse(template)
            .unwrap()
            .fill(&Call { answers, original })
    }

    #[test]
    fn places_are_filled_and_what_is_missing_is_empty() {
        for (template, expected) in [
            ("{disposition};nps={nps}", Some("completed;nps=9")),
            ("{answers}", Some("nps=9;ces=4")),
            ("{answer.ces}/{csat}", Some("4/")),
            ("{{{nps}}}", Some("{9}")),
            ("plain", Some("plain")),
            ("{csat}", None),
            ("", None),
        ] {
            assert_eq!(filled(template, "").as_deref(), expected, "{template}");
        }
    }

    #[test]
    fn value_of_the_peer_can_neither_end_the_header_nor_pass_for_a_part_of_it() {
        let hostile = "x\r\nX-Evil: 1;nps=10, \"ä\"";
        assert_eq!(
            filled("{original_call_id};nps={nps}", hostile).unwrap(),
            "x%0D%0AX-Evil:%201%3Bnps%3D10%2C%20%22%C3%A4%22;nps=9"
        );
    }

    #[test]
    fn text_that_is_no_template_is_refused_with_the_reason() {
        assert_eq!(Template::parse("{nps"), Err(TemplateError::Brace('{')));
        assert_eq!(Template::parse("nps}"), Err(TemplateError::Brace('}')));
        assert_eq!(
            Template::parse("{a b}"),
            Err(TemplateError::Name("a b".to_owned()))
        );
        assert_eq!(Template::parse("{}"), Err(TemplateError::Name(String::new())));
        assert_eq!(Template::parse("a\r\nb"), Err(TemplateError::Text));
        assert_eq!(Template::parse(&"x".repeat(600)), Err(TemplateError::Text));
    }

    proptest! {
        #[test]
        fn no_text_and_no_value_breaks_out_of_a_header(template in ".{0,80}", value in ".{0,2000}") {
            if let Ok(template) = Template::parse(&template) {
                let answers = vec![(value.clone(), i64::MIN)];
                let filled = template.fill(&Call { answers, original: value });
                let filled = filled.unwrap_or_default();
                prop_assert!(filled.len() <= 1_000 && !filled.chars().any(char::is_control));
            }
        }
    }
}
