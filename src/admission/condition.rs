//! Conditions on what the PBX told of the call: `queue` is one of these, `team` is not that, `wait_time` at most so much.
//!
//! A field that was not told meets no condition but that of being something else (`not`).

use std::borrow::Cow;

use super::policy::Asked;
use super::reason::Reason;
use crate::context::{Field, Name};
use crate::storage::contract::{CallContext, OptIn};

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The field or attribute.
    pub name: Name,
    /// What must be true of it.
    pub test: Test,
}

/// What must be true of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It is one of these.
    OneOf(Vec<Pattern>),
    /// It is none of these, or not told.
    NoneOf(Vec<Pattern>),
    /// It is a number in this range, both ends included; an end may be open.
    Within(Option<f64>, Option<f64>),
}

/// A text, or with a `*` at its end the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern as written.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn matches(&self, value: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(prefix) => value.starts_with(prefix),
            None => self.0 == value,
        }
    }
}

impl Condition {
    /// Whether it holds for a call.
    pub fn holds(&self, context: &CallContext) -> bool {
        let value = told(context, &self.name);
        let is_one_of = |patterns: &[Pattern]| {
            let value = value.as_deref();
            value.is_some_and(|value| patterns.iter().any(|pattern| pattern.matches(value)))
        };
        match &self.test {
            Test::OneOf(patterns) => is_one_of(patterns),
            Test::NoneOf(patterns) => !is_one_of(patterns),
            Test::Within(from, to) => number(value.as_deref()).is_some_and(|number| {
                from.is_none_or(|from| from <= number) && to.is_none_or(|to| number <= to)
            }),
        }
    }
}

/// Objects by the first condition that does not hold.
pub(super) fn judge(asked: &Asked<'_>) -> Option<Reason> {
    let failed = asked
        .rules
        .conditions
        .iter()
        .find(|condition| !condition.holds(asked.context))?;
    Some(Reason::Condition {
        field: failed.name.as_str().to_owned(),
    })
}

/// What was told under that name.
pub fn told<'c>(context: &'c CallContext, name: &Name) -> Option<Cow<'c, str>> {
    let text = |text: &'c Option<String>| text.as_deref().map(Cow::Borrowed);
    let seconds = |time: Option<std::time::Duration>| time.map(|time| Cow::Owned(time.as_secs().to_string()));
    match name {
        Name::Attribute(attribute) => context
            .attributes
            .get(attribute)
            .map(|value| value.as_str().into()),
        Name::Field(field) => match field {
            Field::Queue => text(&context.queue),
            Field::Agent => text(&context.agent),
            Field::Team => text(&context.team),
            Field::OriginalCallId => text(&context.original_call_id),
            Field::Language => text(&context.language),
            Field::Survey => text(&context.survey),
            Field::Optin => context.opt_in.map(|opt_in| match opt_in {
                OptIn::Given => "yes".into(),
                OptIn::Withheld => "no".into(),
            }),
            Field::TalkTime => seconds(context.talk_time),
            Field::WaitTime => seconds(context.wait_time),
            Field::Disposition => text(&context.disposition),
            Field::Caller => context.caller.as_ref().map(|number| number.expose().into()),
            Field::Token => context.token.as_ref().map(|token| token.expose().into()),
            Field::Transferor => text(&context.transferor),
        },
    }
}

fn number(value: Option<&str>) -> Option<f64> {
    value?
        .trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Condition, Pattern, Test};
    use crate::context::{Field, Name};
    use crate::redact::Redacted;
    use crate::storage::contract::CallContext;

    fn context() -> CallContext {
        CallContext {
            queue: Some("sales-north".to_owned()),
            caller: Some(Redacted::new("+358401234567".to_owned())),
            wait_time: Some(Duration::from_secs(75)),
            attributes: [
                ("segment".to_owned(), "gold".to_owned()),
                ("value".to_owned(), "12.5".to_owned()),
            ]
            .into(),
            ..CallContext::default()
        }
    }

    fn holds(name: Name, test: Test) -> bool {
        Condition { name, test }.holds(&context())
    }

    fn patterns(texts: &[&str]) -> Vec<Pattern> {
        texts.iter().map(|text| Pattern::new(*text)).collect()
    }

    fn attribute(name: &str) -> Name {
        Name::Attribute(name.to_owned())
    }

    #[test]
    fn value_is_one_of_several_or_begins_so() {
        for (texts, expected) in [
            (&["sales-north"][..], true),
            (&["support", "sales*"], true),
            (&["*"], true),
            (&["sales"], false),
            (&["Sales*"], false),
            (&[], false),
        ] {
            let one_of = Test::OneOf(patterns(texts));
            assert_eq!(holds(Name::Field(Field::Queue), one_of), expected, "{texts:?}");
            let none_of = Test::NoneOf(patterns(texts));
            assert_eq!(
                holds(Name::Field(Field::Queue), none_of),
                !expected,
                "not {texts:?}"
            );
        }
    }

    #[test]
    fn what_was_not_told_is_nothing_but_something_else() {
        let agent = || Name::Field(Field::Agent);
        assert!(!holds(agent(), Test::OneOf(patterns(&["*"]))));
        assert!(holds(agent(), Test::NoneOf(patterns(&["*"]))));
        assert!(!holds(agent(), Test::Within(None, None)));
        assert!(!holds(attribute("unheard"), Test::OneOf(patterns(&["*"]))));
    }

    #[test]
    fn numbers_lie_in_a_range_with_its_ends() {
        let wait = || Name::Field(Field::WaitTime);
        for (from, to, expected) in [
            (None, None, true),
            (Some(75.0), Some(75.0), true),
            (Some(75.5), None, false),
            (None, Some(74.0), false),
            (Some(-1.0), None, true),
        ] {
            assert_eq!(holds(wait(), Test::Within(from, to)), expected, "{from:?} {to:?}");
        }
        assert!(holds(attribute("value"), Test::Within(Some(12.0), Some(13.0))));
        assert!(
            !holds(attribute("segment"), Test::Within(None, None)),
            "gold is no number"
        );
    }

    #[test]
    fn callers_number_can_be_asked_for_though_it_is_not_stored() {
        assert!(holds(
            Name::Field(Field::Caller),
            Test::OneOf(patterns(&["+358*"]))
        ));
        assert!(!format!("{:?}", context()).contains("358"));
    }
}
