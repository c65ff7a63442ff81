//! The context of a call, as other modules use it: typed, with people's numbers made into hashes.
//!
//! [`crate::context`] reads it; here it is decided what of it may be kept. The caller's number becomes a keyed hash, and so
//! does any other value that looks like the number of a person and was not named by the PBX.

use std::time::Duration;

use crate::base::Redacted;
use crate::call::beforehand::Given;
use crate::call::identity::{CallerHasher, CallerKeys};
use crate::config::privacy::CallerNumber;
use crate::context::given::{self, Unfit};
use crate::context::language::first_and_others;
use crate::context::number::{NotANumber, Number, Origin};
use crate::context::{
    self, CallContext, Fact, Field, Mapping, MatchedBy, Missed, Name, Note, OptIn, Reading, Told, WhyMissed,
};
use crate::record::Announcement;
use crate::sip::event::InboundInvite;

/// Reads calls' context as configured.
#[derive(Debug, Clone)]
pub struct ContextReader {
    mapping: Mapping,
    caller_number: CallerNumber,
    hasher: CallerHasher,
}

/// A call as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallRead {
    /// The dialled number or user, without a token.
    pub dialled: String,
    /// What the PBX told.
    pub context: CallContext,
}

impl ContextReader {
    /// A reader by this mapping.
    pub const fn new(mapping: Mapping, caller_number: CallerNumber, hasher: CallerHasher) -> Self {
        Self {
            mapping,
            caller_number,
            hasher,
        }
    }

    /// What makes hashes of numbers.
    pub const fn hasher(&self) -> &CallerHasher {
        &self.hasher
    }

    /// Reads a call.
    pub fn read(&self, invite: &InboundInvite) -> CallRead {
        let mut reading = context::read(invite, &self.mapping);
        CallRead {
            dialled: std::mem::take(&mut reading.dialled),
            context: self.of_reading(reading),
        }
    }

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
        context.told.extend(reading.missed.into_iter().map(missed));
        context
    }

    /// Reads what somebody tells of a call by name, as it may be kept.
    ///
    /// # Errors
    /// Every text that its field cannot hold.
    pub fn given(
        &self,
        texts: impl IntoIterator<Item = (Name, Redacted<String>)>,
    ) -> Result<Given, Vec<Unfit>> {
        let mut given = Given::default();
        let told = given::read(texts, &self.mapping)?;
        if let Some(number) = told.caller {
            let keys = self.hasher.keys(&number);
            given.caller_hash = Some(keys.hash);
            given.former_hashes = keys.former_hashes;
            given.caller_number = self.kept_number(&number);
            given.caller = Some(Redacted::new(number.as_str().to_owned()));
        }
        for (name, value) in told.texts {
            match name {
                Name::Field(Field::Token) => given.token = Some(value),
                Name::Field(Field::OriginalCallId) => {
                    given.original_call_id = Some(value.expose().clone());
                    given
                        .told
                        .insert(name.as_str().to_owned(), value.expose().clone());
                }
                Name::Field(_) | Name::Attribute(_) => {
                    given
                        .told
                        .insert(name.as_str().to_owned(), value.expose().clone());
                }
            }
        }
        Ok(given)
    }

    /// By what the caller with this number is recognised.
    ///
    /// # Errors
    /// Why it is no number of anybody.
    pub fn caller_keys(&self, number: &Redacted<String>) -> Result<CallerKeys, NotANumber> {
        let number = self.mapping.numbers.number(number.expose(), Origin::Told)?;
        Ok(self.hasher.keys(&number))
    }

    /// Whether a text is what a system writes for a variable that is not set.
    pub fn says_nothing(&self, text: &str) -> bool {
        self.mapping.unset.says_nothing(text)
    }

    /// What separates a token from the number in the user of a Request-URI; empty: nothing does.
    pub fn token_separator(&self) -> &str {
        &self.mapping.token_separator
    }

    /// The number in the user of a Request-URI, without a token.
    pub fn number_of<'u>(&self, user: &'u str) -> &'u str {
        context::split_token(user, &self.mapping.token_separator).0
    }

    /// How a token is dialled: the user of the Request-URI for this number, and the parameter for it.
    pub fn dialling(&self, number: Option<&str>, token: &str) -> (Option<String>, Option<String>) {
        let separator = &self.mapping.token_separator;
        let user = number.filter(|_| !separator.is_empty());
        let parameter = self.mapping.token_parameters.first();
        (
            user.map(|number| format!("{number}{separator}{token}")),
            parameter.map(|name| format!("{name}={token}")),
        )
    }

    /// Notes by what the call was found to be an announced one.
    pub fn note_match(matched_by: MatchedBy, context: &mut CallContext) {
        context.told.push(Told {
            name: "announced_by".to_owned(),
            source: matched_by.as_str().to_owned(),
            value: None,
            note: None,
            text: None,
        });
    }

    /// Lays what was announced over what the call told itself; the first source of all is the announcement.
    pub fn lay_over(announcement: &Announcement, source: &str, context: &mut CallContext) {
        let told = |name: &str, value: Option<&String>, context: &mut CallContext| {
            context.told.retain(|told| told.name != name);
            context.told.push(Told {
                name: name.to_owned(),
                source: source.to_owned(),
                value: value.cloned(),
                note: None,
                text: None,
            });
        };
        for (name, value) in &announcement.told {
            match Field::of(name) {
                Some(field) => {
                    told(name, Some(value).filter(|_| !has_column(field)), context);
                    set(field, Some(value.clone()), context);
                }
                None => {
                    told(name, Some(value), context);
                    context.attributes.insert(name.clone(), value.clone());
                }
            }
        }
        if announcement.caller_hash.is_some() {
            told(Field::Caller.as_str(), None, context);
            context.caller_hash.clone_from(&announcement.caller_hash);
            context.former_hashes.clone_from(&announcement.former_hashes);
            context.caller_number.clone_from(&announcement.caller_number);
        }
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
            _ if is_personal => (Some(self.hashed(value.expose())), Some(Note::Hashed)),
            _ => (Some(value.expose().clone()), None),
        };
        let value_in_text = match &name {
            Name::Field(field) if has_column(*field) => None,
            _ => stored.clone(),
        };
        context.told.push(Told {
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
            Name::Field(field) => set(field, stored, context),
            Name::Attribute(attribute) => context
                .attributes
                .extend(stored.map(|stored| (attribute, stored))),
        }
    }

    fn keep_caller(&self, number: &Number, context: &mut CallContext) {
        let keys = self.hasher.keys(number);
        context.caller_hash = Some(keys.hash);
        context.former_hashes = keys.former_hashes;
        context.caller_number = self.kept_number(number);
        context.caller = Some(Redacted::new(number.as_str().to_owned()));
    }

    fn kept_number(&self, number: &Number) -> Option<Redacted<String>> {
        match self.caller_number {
            CallerNumber::Clear => Some(Redacted::new(number.as_str().to_owned())),
            CallerNumber::HashOnly => None,
        }
    }

    /// The hash of a number that somebody has in whatever notation.
    fn hashed(&self, text: &str) -> String {
        match self.mapping.numbers.number(text, Origin::Told) {
            Ok(number) => self.hasher.hash(number.as_str()),
            Err(_) => self.hasher.hash(text),
        }
    }
}

/// A text that is no value, as it is stored.
fn missed(missed: Missed) -> Told {
    Told {
        name: missed.name.as_str().to_owned(),
        source: missed.source,
        value: None,
        note: Some(match missed.why {
            WhyMissed::Unset => Note::Unset,
            WhyMissed::Unclear => Note::Unclear,
            WhyMissed::Nobody => Note::Nobody,
        }),
        text: missed.text,
    }
}

/// Whether the value stands in a column of the call's row.
const fn has_column(field: Field) -> bool {
    match field {
        Field::Queue
        | Field::Agent
        | Field::Team
        | Field::OriginalCallId
        | Field::Language
        | Field::Caller => true,
        Field::Survey
        | Field::Optin
        | Field::TalkTime
        | Field::WaitTime
        | Field::Disposition
        | Field::Token
        | Field::Transferor => false,
    }
}

fn set(field: Field, value: Option<String>, context: &mut CallContext) {
    let time = |value: Option<String>| value?.parse().ok().map(Duration::from_secs);
    match field {
        Field::Queue => context.queue = value,
        Field::Agent => context.agent = value,
        Field::Team => context.team = value,
        Field::OriginalCallId => context.original_call_id = value,
        Field::Language => {
            let tags = value.unwrap_or_default();
            let (first, others) = first_and_others(&tags);
            context.language = Some(first.to_owned()).filter(|first| !first.is_empty());
            context.other_languages = others.map(str::to_owned).collect();
        }
        Field::Survey => context.survey = value,
        Field::Optin => {
            context.opt_in = value.map(|word| match word.as_str() {
                "no" => OptIn::Withheld,
                _ => OptIn::Given,
            });
        }
        Field::TalkTime => context.talk_time = time(value),
        Field::WaitTime => context.wait_time = time(value),
        Field::Disposition => context.disposition = value,
        Field::Transferor => context.transferor = value,
        // Kept on their own, above.
        Field::Caller | Field::Token => {}
    }
}

#[cfg(test)]
mod tests {
    use super::ContextReader;
    use crate::base::Redacted;
    use crate::call::identity::CallerHasher;
    use crate::config::privacy::CallerNumber;
    use crate::context::{CallContext, Mapping, OptIn};
    use crate::sip::event::{Address, DialogKey, InboundInvite, Transport};

    fn invite(headers: &[(&str, &str)]) -> InboundInvite {
        let address = |user: &str| Address {
            user: Redacted::new(user.to_owned()),
            ..Address::default()
        };
        InboundInvite {
            dialog: DialogKey(1),
            call_id: "c".to_owned(),
            request_uri: address("nps"),
            to: address("nps"),
            from: address("+358401111111"),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Redacted::new((*value).to_owned())))
                .collect(),
            offer: None,
            transport: Transport::Udp,
            peer: ([127, 0, 0, 1], 5060).into(),
            local: ([127, 0, 0, 1], 5060).into(),
            received_at: crate::clock::monotonic(),
        }
    }

    fn read(kept: CallerNumber, headers: &[(&str, &str)]) -> CallContext {
        let mapping = Mapping {
            attributes: [("segment".to_owned(), vec!["X-Segment".to_owned()])].into(),
            ..Mapping::default()
        };
        let reader = ContextReader::new(mapping, kept, CallerHasher::new(&[1; 32]));
        let read = reader.read(&invite(headers));
        assert_eq!(read.dialled, "nps");
        read.context
    }

    #[test]
    fn every_field_finds_its_place() {
        let context = read(
            CallerNumber::HashOnly,
            &[
                ("X-Queue", "sales"),
                ("X-Agent-Id", "a7"),
                ("X-Team", "north"),
                ("X-Call-Id", "77"),
                ("X-Language", "fi-FI"),
                ("X-Survey", "vip"),
                ("X-Survey-Optin", "no"),
                ("X-Talk-Time", "1:35"),
                ("X-Wait-Time", "12"),
                ("X-Disposition", "sold"),
                ("X-Segment", "gold"),
            ],
        );
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        assert_eq!(
            [
                &context.queue,
                &context.agent,
                &context.team,
                &context.original_call_id,
                &context.language
            ]
            .map(text),
            ["sales", "a7", "north", "77", "fi-fi"]
        );
        assert_eq!(context.survey.as_deref(), Some("vip"));
        assert_eq!(context.opt_in, Some(OptIn::Withheld));
        assert_eq!(context.talk_time.unwrap().as_secs(), 95);
        assert_eq!(context.wait_time.unwrap().as_secs(), 12);
        assert_eq!(context.disposition.as_deref(), Some("sold"));
        assert_eq!(context.attributes["segment"], "gold");
        assert_eq!(
            context.told.len(),
            12,
            "eleven headers and From: {:?}",
            context.told
        );
    }

    #[test]
    fn asserted_identity_beats_from_and_anonymous_counts_as_absent() {
        let number = |headers: &[(&str, &str)]| {
            read(CallerNumber::Clear, headers)
                .caller_number
                .map(|number| number.expose().clone())
        };
        assert_eq!(
            number(&[("P-Asserted-Identity", "<sip:+358402222222@pbx>")]).as_deref(),
            Some("+358402222222")
        );
        assert_eq!(
            number(&[("P-Asserted-Identity", "<sip:anonymous@pbx>")]).as_deref(),
            Some("+358401111111")
        );
        assert_eq!(number(&[]).as_deref(), Some("+358401111111"));
    }

    #[test]
    fn number_is_stored_only_as_a_hash_unless_configured() {
        let context = read(CallerNumber::HashOnly, &[]);
        assert!(context.caller_hash.is_some() && context.caller_number.is_none());
        assert!(!format!("{context:?}").contains("401111111"));
    }

    #[test]
    fn numbers_in_addresses_and_unnamed_data_are_hashed_or_left_out() {
        let context = read(
            CallerNumber::Clear,
            &[
                ("Referred-By", "<sip:+358403333333@pbx>"),
                ("Diversion", "<sip:+358404444444@pbx>"),
                ("History-Info", "<sip:+358405555555@pbx>;index=1"),
                ("User-to-User", "+358406666666"),
            ],
        );
        assert_eq!(context.queue, None, "a person is no queue");
        assert_eq!(context.transferor.as_ref().map(String::len), Some(64));
        let token = context.token.clone().unwrap();
        assert_eq!(token.expose(), "+358406666666", "to be matched as it came");
        let shown = format!("{context:?}");
        for number in ["403333333", "404444444", "405555555", "406666666"] {
            assert!(!shown.contains(number), "{shown}");
        }
    }
}
