//! What was read of one call: values and what is none, each with its source.

use aftercall_base::Redacted;
use aftercall_survey::context::number::PhoneNumber;
use aftercall_survey::context::{Field, Name};

/// What was read of one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The dialled number or user: of the Request-URI without its token, else of To; empty when neither has one.
    pub dialled: String,
    /// What was found, each name once, in the order of reading.
    pub facts: Vec<Fact>,
    /// What stood somewhere and is no value, each name once; nothing else was found under these names.
    pub missed: Vec<Missed>,
    /// Whether the caller has asked that the number be shown to nobody.
    pub is_private: bool,
}

/// One value with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is the value of.
    pub name: Name,
    /// The value: clean, bounded, in the spelling of its field.
    pub value: Redacted<String>,
    /// Where it stood: a header as the configuration names it, `Request-URI`, `User-to-User:queue`. Never a value.
    pub source: String,
    /// Whether it may be the number of a person, and nobody has said that it is none.
    pub is_personal: bool,
    /// Of the caller: the number, whose one notation is the value.
    pub number: Option<PhoneNumber>,
}

/// A text that is no value of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// What it would have been the value of.
    pub name: Name,
    /// The text, clean; `None` where it may hold a number of somebody.
    pub text: Option<String>,
    /// Where it stood.
    pub source: String,
    /// Why it is none.
    pub why: WhyMissed,
}

/// Why a text is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyMissed {
    /// It says nothing: a variable that was not set, a template that was not filled in.
    Unset,
    /// It is none of the values that its field has.
    Unclear,
    /// It is no number of a caller, or that of nobody.
    Nobody,
}

impl Reading {
    /// The fact of a field.
    pub fn field(&self, field: Field) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.name == Name::Field(field))
    }
}
