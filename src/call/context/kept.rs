//! What of a reading may be kept: numbers of people become keyed hashes, and each value is told with its source.

use super::ContextReader;
use super::reading::{Fact, Missed, Reading, WhyMissed};
use aftercall_base::Redacted;
use aftercall_survey::context::number::{NumberOrigin, PhoneNumber};
use aftercall_survey::context::{CallContext, ContextSource, Field, Name, SourceNote, StoredCallerNumber};

impl ContextReader {
    /// The context that a reading makes.
    pub fn of_reading(&self, reading: Reading) -> CallContext {
        let mut context = CallContext::default();
        for fact in reading.facts {
            self.keep(fact, &mut context);
        }
        if reading.is_private {
            // Recognised by the hash, and shown to nobody.
            context.caller_number = None;
        }
        context.sources.extend(reading.missed.into_iter().map(missed));
        context
    }

    fn keep(&self, fact: Fact, context: &mut CallContext) {
        let Fact {
            name,
            value,
            source,
            is_personal,
            number,
        } = fact;
        let (stored, note) = match &name {
            Name::Field(Field::Caller) => (None, None),
            _ if is_personal => (Some(self.hashed(value.expose())), Some(SourceNote::Hashed)),
            _ => (Some(value.expose().clone()), None),
        };
        let value_in_text = match &name {
            Name::Field(field) if field.is_in_row() => None,
            _ => stored.clone(),
        };
        context.sources.push(ContextSource {
            name: name.as_str().to_owned(),
            source,
            value: value_in_text,
            note,
            text: None,
        });
        match name {
            Name::Field(Field::Caller) => {
                if let Some(number) = number {
                    self.keep_caller(&number, context);
                }
            }
            // Matched with an announcement as it is, stored as it may be.
            Name::Field(Field::Token) => context.token = Some(value),
            name => {
                if let Some(stored) = stored {
                    context.values.set(name, stored);
                }
            }
        }
    }

    fn keep_caller(&self, number: &PhoneNumber, context: &mut CallContext) {
        let keys = self.hasher.keys(number);
        context.caller_hash = Some(keys.hash);
        context.former_hashes = keys.former_hashes;
        context.caller_number = self.kept_number(number);
        context.caller = Some(Redacted::new(number.as_str().to_owned()));
    }

    pub(super) fn kept_number(&self, number: &PhoneNumber) -> Option<Redacted<String>> {
        match self.caller_number {
            StoredCallerNumber::Clear => Some(Redacted::new(number.as_str().to_owned())),
            StoredCallerNumber::HashOnly => None,
        }
    }

    /// The hash of a number that somebody has in whatever notation.
    fn hashed(&self, text: &str) -> String {
        match self.mapping.numbers.number(text, NumberOrigin::Configured) {
            Ok(number) => self.hasher.hash(number.as_str()),
            Err(_) => self.hasher.hash(text),
        }
    }
}

/// A text that is no value, as it is stored.
fn missed(missed: Missed) -> ContextSource {
    ContextSource {
        name: missed.name.as_str().to_owned(),
        source: missed.source,
        value: None,
        note: Some(match missed.why {
            WhyMissed::Unset => SourceNote::Unset,
            WhyMissed::Unclear => SourceNote::Unclear,
            WhyMissed::Nobody => SourceNote::Nobody,
        }),
        text: missed.text,
    }
}
