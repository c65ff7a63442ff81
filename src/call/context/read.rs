//! The reading order.

use super::address::{asks_for_privacy, is_address, numbers, user, users};
use super::header_text::clean;
use super::reading::{Fact, Missed, Reading, WhyMissed};
use super::request_uri::{dialled_and_token, split_token};
use super::uui;
use aftercall_base::Redacted;
use aftercall_sip::event::InboundInvite;
use aftercall_survey::context::number::{NotANumber, NumberOrigin, PhoneNumber, is_subscriber_number};
use aftercall_survey::context::text::{bounded, decimal};
use aftercall_survey::context::{Field, Mapping, Name};

/// Reads a call.
pub fn read(invite: &InboundInvite, mapping: &Mapping) -> Reading {
    let (dialled, token) = dialled_and_token(invite, mapping);
    let mut reader = InviteReader {
        invite,
        mapping,
        reading: Reading {
            dialled,
            facts: Vec::new(),
            missed: Vec::new(),
            is_private: asks_for_privacy(invite),
        },
    };
    if let Some((token, source)) = token {
        reader.note(Name::Field(Field::Token), token, source, Named::ByNobody);
    }
    reader.headers();
    reader.user_to_user();
    reader.call_ids();
    reader.addresses();
    let mut reading = reader.reading;
    let facts = &reading.facts;
    reading
        .missed
        .retain(|missed| !facts.iter().any(|fact| fact.name == missed.name));
    reading
}

/// How a value came by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    /// The PBX named it: a header or a key of a list.
    ByPbx,
    /// It was taken from an address, or from data without a name.
    ByNobody,
}

struct InviteReader<'a> {
    invite: &'a InboundInvite,
    mapping: &'a Mapping,
    reading: Reading,
}

impl InviteReader<'_> {
    fn has(&self, name: &Name) -> bool {
        self.reading.facts.iter().any(|fact| fact.name == *name)
    }

    /// Takes a value; what is none of its field is no hit.
    fn note(&mut self, name: Name, text: String, source: String, named: Named) {
        if self.has(&name) {
            return;
        }
        if name == Name::Field(Field::Caller) {
            return self.note_caller(&text, source);
        }
        if self.mapping.unset.is_placeholder(&text) {
            return self.miss(name, text, source, WhyMissed::Unset);
        }
        match name.value(text.clone()) {
            None => self.miss(name, text, source, WhyMissed::Unclear),
            Some(value) => {
                let is_personal =
                    named == Named::ByNobody && is_subscriber_number(&value) && !self.mapping.is_own(&value);
                self.reading.facts.push(Fact {
                    name,
                    value: Redacted::new(value),
                    source,
                    is_personal,
                    number: None,
                });
            }
        }
    }

    fn number(&self, text: &str) -> Result<PhoneNumber, NotANumber> {
        self.mapping
            .numbers
            .number(text, NumberOrigin::Peer(self.invite.peer.ip()))
    }

    fn note_caller(&mut self, text: &str, source: String) {
        match self.number(text) {
            Err(_) => self.miss(
                Name::Field(Field::Caller),
                text.to_owned(),
                source,
                WhyMissed::Nobody,
            ),
            Ok(number) => self.reading.facts.push(Fact {
                name: Name::Field(Field::Caller),
                value: Redacted::new(number.as_str().to_owned()),
                source,
                is_personal: true,
                number: Some(number),
            }),
        }
    }

    /// Notes the first text of a name that is no value.
    fn miss(&mut self, name: Name, text: String, source: String, why: WhyMissed) {
        if self.reading.missed.iter().any(|missed| missed.name == name) {
            return;
        }
        // Whoever was to be called, and whatever has the digits of a number, is not told.
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let is_shown = name != Name::Field(Field::Caller) && name != Name::Field(Field::Token) && digits < 7;
        self.reading.missed.push(Missed {
            name,
            text: bounded(&text).filter(|_| is_shown),
            source,
            why,
        });
    }

    /// 2. Headers by their configured names, those that hold addresses apart.
    fn headers(&mut self) {
        let mapping = self.mapping;
        for (name, headers) in mapping.names() {
            for header in headers.iter().filter(|header| !is_address(header)) {
                let found = self.invite.header(header).and_then(clean);
                if let Some(value) = found {
                    self.note(name.clone(), value, header.clone(), Named::ByPbx);
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
            for value in values.flat_map(|(_, value)| uui::values(value.expose())) {
                self.user_to_user_value(header, uui::parse(value));
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
                        Named::ByPbx,
                    );
                }
            }
        }
        if let Some(ucid) = data.ucid {
            let source = format!("{header}:UCID");
            // Twenty digits that Avaya made are no number of a person.
            self.note(Name::Field(Field::OriginalCallId), ucid, source, Named::ByPbx);
        }
        if let Some((field, text)) = mapping.plain_user_to_user.zip(data.text) {
            self.note(Name::Field(field), text, header.to_owned(), Named::ByNobody);
        }
    }

    /// 4. Headers that are a call id.
    fn call_ids(&mut self) {
        for header in &self.mapping.call_ids {
            if let Some(value) = self.invite.header(header).and_then(clean) {
                let value = guid(&value).unwrap_or(value);
                self.note(
                    Name::Field(Field::OriginalCallId),
                    value,
                    header.clone(),
                    Named::ByPbx,
                );
            }
        }
    }

    /// 5. Addresses.
    fn addresses(&mut self) {
        let (invite, mapping) = (self.invite, self.mapping);
        for (name, headers) in mapping.names() {
            for header in headers.iter().filter(|header| is_address(header)) {
                if name == Name::Field(Field::Caller) {
                    self.caller_in(header);
                } else if let Some(user) = users(invite, header).into_iter().next() {
                    self.note(name.clone(), user, header.clone(), Named::ByNobody);
                }
            }
        }
        self.caller_in("From");
        if let Some(user) = users(invite, "Referred-By").into_iter().next() {
            let name = Name::Field(Field::Transferor);
            self.note(name, user, "Referred-By".to_owned(), Named::ByNobody);
        }
        self.queue_by_number();
    }

    /// The caller among the addresses of a header. A proxy asserts up to two, one of them a number (RFC 3325 section 9.1), and
    /// may put a name or an extension first: so a number with its country code is taken before one of a subscriber, and
    /// that before any other.
    fn caller_in(&mut self, header: &str) {
        if self.has(&Name::Field(Field::Caller)) {
            return;
        }
        let told = numbers(self.invite, header);
        let rank = |text: &str| {
            let number = self.number(text).ok()?;
            let number = number.as_str();
            let is_long = is_subscriber_number(number);
            Some((
                number.starts_with('+'),
                is_long,
                number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+'),
            ))
        };
        let ranked = told.iter().flatten().filter_map(|text| Some((rank(text)?, text)));
        // Of equal ones the first.
        let best = ranked.reduce(|best, next| if next.0 > best.0 { next } else { best });
        match (best.map(|(_, text)| text.clone()), told.into_iter().next()) {
            (Some(text), _) => self.note_caller(&text, header.to_owned()),
            (None, Some(Ok(text) | Err(text))) => {
                let name = Name::Field(Field::Caller);
                self.miss(name, text, header.to_owned(), WhyMissed::Nobody);
            }
            (None, None) => {}
        }
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
                Named::ByNobody,
            );
        }
    }
}

/// Cisco's header writes the call guid as four decimal numbers, CVP's reports as 32 hexadecimal digits.
fn guid(text: &str) -> Option<String> {
    let parts: Vec<u32> = text
        .split('-')
        .map(|part| decimal(part).and_then(|part| u32::try_from(part).ok()))
        .collect::<Option<_>>()?;
    let [a, b, c, d] = parts.as_slice() else {
        return None;
    };
    Some(format!("{a:08X}{b:08X}{c:08X}{d:08X}"))
}
