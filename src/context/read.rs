//! The reading order.

use super::address::{is_address, is_subscriber_number, user, users};
use super::field::{Field, Name};
use super::mapping::Mapping;
use super::{text, uui};
use crate::redact::Redacted;
use crate::sip::event::InboundInvite;

/// What was read of one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The dialled number or user: of the Request-URI without its token, else of To; empty when neither has one.
    pub dialled: String,
    /// What was found, each name once, in the order of reading.
    pub facts: Vec<Fact>,
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
}

impl Reading {
    /// The fact of a field.
    pub fn field(&self, field: Field) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.name == Name::Field(field))
    }
}

/// Reads a call.
pub fn read(invite: &InboundInvite, mapping: &Mapping) -> Reading {
    let (dialled, token) = request_uri(invite, mapping);
    let mut reader = Reader {
        invite,
        mapping,
        reading: Reading {
            dialled,
            facts: Vec::new(),
        },
    };
    if let Some((token, source)) = token {
        reader.note(Name::Field(Field::Token), token, source, Origin::Unnamed);
    }
    reader.headers();
    reader.user_to_user();
    reader.call_ids();
    reader.addresses();
    reader.reading
}

/// How a value came by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The PBX named it: a header or a key of a list.
    Named,
    /// It was taken from an address, or from data without a name.
    Unnamed,
}

struct Reader<'a> {
    invite: &'a InboundInvite,
    mapping: &'a Mapping,
    reading: Reading,
}

impl Reader<'_> {
    fn has(&self, name: &Name) -> bool {
        self.reading.facts.iter().any(|fact| fact.name == *name)
    }

    /// Takes a value; what is none of its field is no hit.
    fn note(&mut self, name: Name, text: String, source: String, origin: Origin) {
        if self.has(&name) {
            return;
        }
        if let Some(value) = name.value(text) {
            let is_personal = name == Name::Field(Field::Caller)
                || origin == Origin::Unnamed && is_subscriber_number(&value) && !self.mapping.is_own(&value);
            self.reading.facts.push(Fact {
                name,
                value: Redacted::new(value),
                source,
                is_personal,
            });
        }
    }

    /// 2. Headers by their configured names, those that hold addresses apart.
    fn headers(&mut self) {
        let mapping = self.mapping;
        for (name, headers) in mapping.names() {
            for header in headers.iter().filter(|header| !is_address(header)) {
                let found = self.invite.header(header).and_then(text::clean);
                if let Some(value) = found {
                    self.note(name.clone(), value, header.clone(), Origin::Named);
                }
            }
        }
    }

    /// 3. User-to-User data.
    fn user_to_user(&mut self) {
        let (invite, mapping) = (self.invite, self.mapping);
        for header in &mapping.user_to_user {
            let values = invite
                .headers
                .iter()
                .filter(|(known, _)| known.eq_ignore_ascii_case(header));
            for (_, value) in values {
                self.user_to_user_value(header, uui::parse(value.expose()));
            }
        }
    }

    fn user_to_user_value(&mut self, header: &str, data: uui::UserToUser) {
        let mapping = self.mapping;
        if !data.pairs.is_empty() {
            for (name, _) in mapping.names() {
                let keys = mapping.keys(&name);
                for (key, value) in data.pairs.iter().filter(|(key, _)| keys.contains(key)) {
                    self.note(
                        name.clone(),
                        value.clone(),
                        format!("{header}:{key}"),
                        Origin::Named,
                    );
                }
            }
        }
        if let Some(ucid) = data.ucid {
            let source = format!("{header}:UCID");
            // Twenty digits that Avaya made are no number of a person.
            self.note(Name::Field(Field::OriginalCallId), ucid, source, Origin::Named);
        }
        if let Some((field, text)) = mapping.plain_user_to_user.zip(data.text) {
            self.note(Name::Field(field), text, header.to_owned(), Origin::Unnamed);
        }
    }

    /// 4. Headers that are a call id.
    fn call_ids(&mut self) {
        for header in &self.mapping.call_ids {
            if let Some(value) = self.invite.header(header).and_then(text::clean) {
                let value = guid(&value).unwrap_or(value);
                self.note(
                    Name::Field(Field::OriginalCallId),
                    value,
                    header.clone(),
                    Origin::Named,
                );
            }
        }
    }

    /// 5. Addresses.
    fn addresses(&mut self) {
        let (invite, mapping) = (self.invite, self.mapping);
        for (name, headers) in mapping.names() {
            for header in headers.iter().filter(|header| is_address(header)) {
                if let Some(user) = users(invite, header).into_iter().next() {
                    self.note(name.clone(), user, header.clone(), Origin::Unnamed);
                }
            }
        }
        for (field, header) in [(Field::Caller, "From"), (Field::Transferor, "Referred-By")] {
            if let Some(user) = users(invite, header).into_iter().next() {
                self.note(Name::Field(field), user, header.to_owned(), Origin::Unnamed);
            }
        }
        self.queue_by_number();
    }

    /// The place that the call was at before it came to us: the last of History-Info (RFC 7044) or the first of
    /// Diversion (RFC 5806), whichever is the latest, or To when the Request-URI has changed on the way. A number of a
    /// person is never a queue.
    fn queue_by_number(&mut self) {
        let history = users(self.invite, "History-Info").into_iter().rev();
        let places = history
            .map(|user| (user, "History-Info"))
            .chain(
                users(self.invite, "Diversion")
                    .into_iter()
                    .map(|user| (user, "Diversion")),
            )
            .chain(users(self.invite, "To").into_iter().map(|user| (user, "To")));
        let caller = user(&self.invite.from);
        let place = places
            .map(|(user, source)| {
                (
                    split_token(&user, &self.mapping.token_separator).0.to_owned(),
                    source,
                )
            })
            .filter(|(user, _)| *user != self.reading.dialled && Some(user) != caller.as_ref())
            .find(|(user, _)| self.mapping.is_own(user) || !is_subscriber_number(user));
        if let Some((place, source)) = place {
            self.note(
                Name::Field(Field::Queue),
                place,
                source.to_owned(),
                Origin::Unnamed,
            );
        }
    }
}

/// 1. The dialled number and the token of the Request-URI.
fn request_uri(invite: &InboundInvite, mapping: &Mapping) -> (String, Option<(String, String)>) {
    let uri = &invite.request_uri;
    let whole = uri.user.expose();
    let (user, parameters) = whole.split_once(';').unwrap_or((whole, ""));
    let (number, behind) = split_token(user, &mapping.token_separator);
    let is_token = |name: &str| {
        mapping
            .token_parameters
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    let in_user = parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| is_token(name))
        .map(|(name, value)| {
            (
                value.to_owned(),
                format!("Request-URI:{}", name.to_ascii_lowercase()),
            )
        });
    let in_uri = uri
        .parameters
        .iter()
        .find(|(name, value)| is_token(name) && !value.is_empty())
        .map(|(name, value)| {
            (
                value.clone(),
                format!("Request-URI:{}", name.to_ascii_lowercase()),
            )
        });
    let token = behind.map(|token| (token.to_owned(), "Request-URI".to_owned()));
    let token = token.or(in_user).or(in_uri);
    let token = token.and_then(|(value, source)| Some((text::bounded(&value)?, source)));
    let of_to = || text::bounded(invite.to.user.expose().split(';').next().unwrap_or_default());
    let dialled = text::bounded(number).or_else(of_to).unwrap_or_default();
    (dialled, token)
}

/// Number and token of a user; a separator at either end separates nothing.
pub(crate) fn split_token<'u>(user: &'u str, separator: &str) -> (&'u str, Option<&'u str>) {
    if separator.is_empty() {
        return (user, None);
    }
    match user.split_once(separator) {
        Some((number, token)) if !number.is_empty() && !token.is_empty() => (number, Some(token)),
        Some(_) | None => (user, None),
    }
}

/// Cisco's header writes the call guid as four decimal numbers, CVP's reports as 32 hexadecimal digits.
fn guid(text: &str) -> Option<String> {
    let parts: Vec<u32> = text
        .split('-')
        .map(|part| text::decimal(part).and_then(|part| u32::try_from(part).ok()))
        .collect::<Option<_>>()?;
    let [a, b, c, d] = parts.as_slice() else {
        return None;
    };
    Some(format!("{a:08X}{b:08X}{c:08X}{d:08X}"))
}
