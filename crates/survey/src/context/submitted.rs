//! Context from outside the INVITE (API, command line): each text is checked against its field. Pure.
//!
//! Where a header that is no value of its field is passed over, because a bad header costs no call, the same text here is
//! refused with the reason: the sender can correct it.

use std::collections::BTreeMap;
use std::fmt;

use super::field::{Field, Name};
use super::mapping::Mapping;
use super::number::{NotANumber, NumberOrigin, PhoneNumber};
use super::text::{self, LONGEST_VALUE};
use aftercall_base::Redacted;

/// A text that its field cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedValue {
    /// The field or attribute.
    pub name: Name,
    /// What is wrong with the text; the text itself may be personal and is not in here.
    pub fault: ValueFault,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueFault {
    /// More than [`LONGEST_VALUE`] characters.
    TooLong,
    /// Control characters, or some that take no place.
    Invisible,
    /// It is none of the values that the field has.
    NoValue(&'static str),
    /// It is no telephone number.
    NoNumber(NotANumber),
    /// No attribute of this name is configured; these are.
    UnknownAttribute(Vec<String>),
}

impl fmt::Display for ValueFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "is longer than {LONGEST_VALUE} characters"),
            Self::Invisible => f.write_str("has control characters or others that cannot be seen"),
            Self::NoValue(expected) => write!(f, "is not {expected}"),
            Self::NoNumber(fault) => write!(f, "is not a telephone number: it {fault}"),
            Self::UnknownAttribute(known) if known.is_empty() => f.write_str(
                "is not a known attribute: name it under [context.attributes] of the configuration",
            ),
            Self::UnknownAttribute(known) => write!(
                f,
                "is not a known attribute: choose from {}, or name it under [context.attributes] of the configuration",
                known.join(", ")
            ),
        }
    }
}

/// Submitted texts as valid values of their fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubmittedValues {
    /// Each in the one spelling of its field.
    pub texts: BTreeMap<Name, Redacted<String>>,
    /// The caller's number, which is not among the texts.
    pub caller: Option<PhoneNumber>,
}

/// The values of these texts, each in the one spelling of its field. An empty text, or one that [says
/// nothing](super::unset), is what a script sends of a variable that is not set: it is left out, and so is a caller who is
/// nobody.
///
/// # Errors
/// Every text that its field cannot hold.
pub fn read(
    texts: impl IntoIterator<Item = (Name, Redacted<String>)>,
    mapping: &Mapping,
) -> Result<SubmittedValues, Vec<RejectedValue>> {
    let (mut values, mut unfit) = (SubmittedValues::default(), Vec::new());
    for (name, text) in texts {
        if name == Name::Field(Field::Caller) {
            match caller(text.expose(), mapping) {
                Ok(number) => values.caller = number,
                Err(fault) => unfit.push(RejectedValue { name, fault }),
            }
            continue;
        }
        match value(&name, text.expose(), mapping) {
            Ok(None) => {}
            Ok(Some(value)) => {
                values.texts.insert(name, Redacted::new(value));
            }
            Err(fault) => unfit.push(RejectedValue { name, fault }),
        }
    }
    if unfit.is_empty() { Ok(values) } else { Err(unfit) }
}

fn caller(text: &str, mapping: &Mapping) -> Result<Option<PhoneNumber>, ValueFault> {
    if text.trim().is_empty() || mapping.unset.is_placeholder(text) {
        return Ok(None);
    }
    match mapping.numbers.number(text, NumberOrigin::Configured) {
        Ok(number) => Ok(Some(number)),
        Err(NotANumber::Nobody) => Ok(None),
        Err(fault) => Err(ValueFault::NoNumber(fault)),
    }
}

fn value(name: &Name, text: &str, mapping: &Mapping) -> Result<Option<String>, ValueFault> {
    if let Name::Attribute(attribute) = name
        && !mapping.attributes.contains_key(attribute)
    {
        let known = mapping.attributes.keys().cloned().collect();
        return Err(ValueFault::UnknownAttribute(known));
    }
    let text = text.trim();
    if text.is_empty() || mapping.unset.is_placeholder(text) {
        return Ok(None);
    }
    if text.chars().count() > LONGEST_VALUE {
        return Err(ValueFault::TooLong);
    }
    if text::bounded(text).as_deref() != Some(text) {
        return Err(ValueFault::Invisible);
    }
    match name {
        Name::Field(field) => field
            .value(text.to_owned())
            .map(Some)
            .ok_or(ValueFault::NoValue(field.kind().expected())),
        Name::Attribute(_) => Ok(Some(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ValueFault, read};
    use crate::context::number::NotANumber;
    use crate::context::{Field, Mapping, Name};
    use aftercall_base::Redacted;

    fn mapping() -> Mapping {
        Mapping {
            attributes: [("segment".to_owned(), Vec::new())].into(),
            ..Mapping::default()
        }
    }

    fn field(field: Field, text: &str) -> (Name, Redacted<String>) {
        (Name::Field(field), Redacted::new(text.to_owned()))
    }

    #[test]
    fn values_get_the_spelling_of_their_field() {
        let given = [
            field(Field::Language, "fi_FI"),
            field(Field::Optin, "False"),
            field(Field::TalkTime, "1:35"),
            field(Field::Caller, "anonymous"),
            field(Field::Queue, " "),
        ];
        let values = read(given, &mapping()).unwrap();
        assert_eq!(values.caller, None, "anonymous is nobody");
        let texts: Vec<&str> = values
            .texts
            .values()
            .map(|value| value.expose().as_str())
            .collect();
        assert_eq!(texts, ["fi-fi", "no", "95"]);
    }

    #[test]
    fn caller_is_a_number_or_refused_and_texts_that_say_nothing_are_left_out() {
        let values = read(
            [field(Field::Caller, "tel:+358\u{2011}40\u{a0}1234567")],
            &mapping(),
        )
        .unwrap();
        assert_eq!(values.caller.unwrap().as_str(), "+358401234567");
        let unfit = read([field(Field::Caller, "call me")], &mapping()).unwrap_err();
        assert_eq!(unfit[0].fault, ValueFault::NoNumber(NotANumber::Foreign));
        let nothing = [
            field(Field::Queue, "${QUEUE}"),
            field(Field::Agent, "(null)"),
            field(Field::OriginalCallId, "_undef_"),
            field(Field::Caller, "unknown"),
            field(Field::TalkTime, "None"),
        ];
        assert_eq!(read(nothing, &mapping()), Ok(super::SubmittedValues::default()));
    }

    #[test]
    fn every_unfit_text_is_told_at_once_with_its_reason() {
        let attribute = |name: &str| (Name::Attribute(name.to_owned()), Redacted::new("x".to_owned()));
        let given = [
            field(Field::Agent, &"a".repeat(129)),
            field(Field::Team, "a\u{7}b"),
            field(Field::Language, "7"),
            attribute("segment"),
            attribute("weather"),
        ];
        let faults: Vec<ValueFault> = read(given, &mapping())
            .unwrap_err()
            .into_iter()
            .map(|unfit| unfit.fault)
            .collect();
        assert_eq!(
            faults,
            [
                ValueFault::TooLong,
                ValueFault::Invisible,
                ValueFault::NoValue("a language such as `fi`, `fi-FI` or `Finnish`"),
                ValueFault::UnknownAttribute(vec!["segment".to_owned()]),
            ]
        );
        assert!(faults[3].to_string().contains("choose from segment"));
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_clean_and_bounded(text in "\\PC{0,140}|[\\x00-\\x7f]{0,20}") {
            for of in Field::ALL {
                if let Ok(values) = read([field(of, &text)], &mapping()) {
                    for value in values.texts.values() {
                        let value = value.expose();
                        prop_assert!(!value.is_empty() && value.chars().count() <= 128);
                        prop_assert!(!value.chars().any(char::is_control), "{value:?}");
                    }
                }
            }
        }
    }
}
